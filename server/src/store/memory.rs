//! The store in the server's own memory: fast, and gone with the process.

mod families;
mod tokens;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;

use super::{AccessRecord, FamilyRecord, Hash, Kept, Limits, SessionRecord, SessionStore, StoreError};

/// Everything behind one lock, so that every step is atomic.
#[derive(Default)]
pub(crate) struct Memory {
    tables: Mutex<Tables>,
    limits: Limits,
}

#[derive(Default)]
struct Tables {
    sessions: HashMap<Hash, SessionRecord>,
    families: HashMap<String, FamilyRecord>,
    /// Every refresh token that was ever given out.
    tokens: HashMap<Hash, Token>,
    revoked: BTreeMap<String, LabTime>,
    epochs: HashMap<String, u64>,
    access: HashMap<Hash, AccessRecord>,
    remembered: HashMap<String, LabTime>,
}

/// A refresh token.
struct Token {
    family: String,
    /// When it was used first; None where it may still be used.
    used: Option<LabTime>,
}

impl Memory {
    /// An empty store with bounds of its own.
    #[cfg(test)]
    pub(crate) fn bounded(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        // Every change is done before the lock is released, so a panic elsewhere leaves no half of one.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SessionStore for Memory {
    async fn create_session(&self, session: &SessionRecord) -> Kept<bool> {
        let sessions = &mut self.tables().sessions;
        if sessions.len() >= self.limits.records {
            sessions.retain(|_, kept| kept.expiry() > session.created);
        }
        if sessions.len() >= self.limits.records {
            return Err(StoreError::Full);
        }
        if sessions.contains_key(&session.id) {
            return Ok(false);
        }
        sessions.insert(session.id, session.clone());
        Ok(true)
    }

    async fn load_session(&self, id: &Hash) -> Kept<Option<SessionRecord>> {
        Ok(self.tables().sessions.get(id).cloned())
    }

    async fn save_session(&self, session: &SessionRecord) -> Kept<bool> {
        let mut tables = self.tables();
        let kept = tables.sessions.get_mut(&session.id);
        Ok(kept.map(|kept| kept.last_used = kept.last_used.max(session.last_used)).is_some())
    }

    async fn delete_session(&self, id: &Hash) -> Kept<bool> {
        Ok(self.tables().sessions.remove(id).is_some())
    }

    async fn sessions_of(&self, user: &str, now: LabTime) -> Kept<Vec<SessionRecord>> {
        Ok(self.tables().live_sessions(now, |session| session.user == user))
    }

    async fn all_sessions(&self, now: LabTime) -> Kept<Vec<SessionRecord>> {
        Ok(self.tables().live_sessions(now, |_| true))
    }

    async fn delete_sessions_of(&self, user: &str) -> Kept<Vec<Hash>> {
        let gone = self.tables().sessions.extract_if(|_, session| session.user == user).map(|(id, _)| id).collect();
        Ok(gone)
    }
}

impl Tables {
    fn live_sessions(&self, now: LabTime, wanted: impl Fn(&SessionRecord) -> bool) -> Vec<SessionRecord> {
        let live = |session: &&SessionRecord| session.expiry() > now && wanted(session);
        let mut sessions: Vec<_> = self.sessions.values().filter(live).cloned().collect();
        sessions.sort_by_key(|session| (session.created, session.id));
        sessions
    }
}
