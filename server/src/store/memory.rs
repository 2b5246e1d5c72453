//! The store in the server's own memory: fast, and gone with the process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;

use super::{
    AccessRecord, Ending, FamilyRecord, FamilyStore, Hash, Kept, Limits, Lookup, OnReuse, Rotation, SessionRecord,
    SessionStore, StoreError, TokenStore, Use,
};

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
    /// Every token that was ever given out, to its family.
    tokens: HashMap<Hash, String>,
    revoked: BTreeMap<String, LabTime>,
    epochs: HashMap<String, u64>,
    access: HashMap<Hash, AccessRecord>,
    remembered: HashMap<String, LabTime>,
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
        let mut sessions = self.all_sessions(now).await?;
        sessions.retain(|session| session.user == user);
        Ok(sessions)
    }

    async fn all_sessions(&self, now: LabTime) -> Kept<Vec<SessionRecord>> {
        let tables = self.tables();
        let mut sessions: Vec<_> = tables.sessions.values().filter(|session| session.expiry() > now).cloned().collect();
        sessions.sort_by_key(|session| (session.created, session.id));
        Ok(sessions)
    }

    async fn delete_sessions_of(&self, user: &str) -> Kept<Vec<Hash>> {
        let gone = self.tables().sessions.extract_if(|_, session| session.user == user).map(|(id, _)| id).collect();
        Ok(gone)
    }
}

#[async_trait]
impl FamilyStore for Memory {
    async fn create_family(&self, family: &FamilyRecord) -> Kept<bool> {
        let mut tables = self.tables();
        tables.make_room(self.limits.records, family.created)?;
        if tables.families.contains_key(&family.id) || tables.tokens.contains_key(&family.current) {
            return Ok(false);
        }
        tables.tokens.insert(family.current, family.id.clone());
        tables.families.insert(family.id.clone(), family.clone());
        Ok(true)
    }

    async fn find_family(&self, token: &Hash, now: LabTime) -> Kept<Lookup> {
        Ok(self.tables().find(token, now))
    }

    async fn rotate(&self, used: &Use<'_>) -> Kept<Rotation> {
        let Use { token, successor, on_reuse, now, .. } = *used;
        let mut tables = self.tables();
        Ok(match tables.find(token, now) {
            Lookup::Current(family) => {
                tables.make_room(self.limits.records, now)?;
                tables.tokens.insert(*successor, family.id.clone());
                let newest = used.newest.cloned().or(family.newest);
                let next = FamilyRecord {
                    generation: family.generation + 1,
                    current: *successor,
                    last_used: now,
                    newest,
                    ..family
                };
                tables.families.insert(next.id.clone(), next.clone());
                Rotation::Rotated(next)
            }
            Lookup::Used(mut family) => {
                if on_reuse == OnReuse::EndFamily {
                    family.ended = Some(Ending { at: now, cause: "reuse".to_owned() });
                    tables.families.insert(family.id.clone(), family.clone());
                }
                Rotation::Reused(family)
            }
            Lookup::Ended(family) => Rotation::Ended(family),
            Lookup::Expired(family) => Rotation::Expired(family),
            Lookup::Unknown => Rotation::Unknown,
        })
    }

    async fn family(&self, id: &str, now: LabTime) -> Kept<Lookup> {
        let family = self.tables().families.get(id).cloned();
        Ok(Lookup::alone(family, now))
    }

    async fn end_family(&self, id: &str, ending: &Ending) -> Kept<bool> {
        let mut tables = self.tables();
        let family = tables.families.get_mut(id).filter(|family| family.ended.is_none());
        Ok(family.map(|family| family.ended = Some(ending.clone())).is_some())
    }

    async fn end_families_of(&self, user: &str, ending: &Ending) -> Kept<u64> {
        let mut tables = self.tables();
        let of_user = |family: &&mut FamilyRecord| family.user == user && family.ended.is_none();
        let ended = tables.families.values_mut().filter(of_user).map(|family| family.ended = Some(ending.clone()));
        Ok(ended.count() as u64)
    }

    async fn all_families(&self, now: LabTime) -> Kept<Vec<FamilyRecord>> {
        let tables = self.tables();
        let mut families: Vec<_> = tables.families.values().filter(|family| family.ends > now).cloned().collect();
        families.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
        Ok(families)
    }
}

#[async_trait]
impl TokenStore for Memory {
    async fn revoke(&self, name: &str, until: LabTime, now: LabTime) -> Kept<()> {
        let revoked = &mut self.tables().revoked;
        if revoked.len() >= self.limits.records {
            revoked.retain(|_, until| *until > now);
        }
        if revoked.len() >= self.limits.records && !revoked.contains_key(name) {
            return Err(StoreError::Full);
        }
        let kept = revoked.entry(name.to_owned()).or_insert(until);
        *kept = until.max(*kept);
        Ok(())
    }

    async fn is_revoked(&self, name: &str, now: LabTime) -> Kept<bool> {
        Ok(self.tables().revoked.get(name).is_some_and(|until| *until > now))
    }

    async fn revocations(&self, now: LabTime) -> Kept<Vec<(String, LabTime)>> {
        let tables = self.tables();
        let live = tables.revoked.iter().filter(|(_, until)| **until > now);
        Ok(live.map(|(name, until)| (name.clone(), *until)).collect())
    }

    async fn epoch(&self, user: &str) -> Kept<u64> {
        Ok(self.tables().epochs.get(user).copied().unwrap_or(0))
    }

    async fn raise_epoch(&self, user: &str) -> Kept<u64> {
        let mut tables = self.tables();
        let epoch = tables.epochs.entry(user.to_owned()).or_default();
        *epoch += 1;
        Ok(*epoch)
    }

    async fn create_access(&self, access: &AccessRecord, now: LabTime) -> Kept<bool> {
        let kept = &mut self.tables().access;
        if kept.len() >= self.limits.records {
            kept.retain(|_, old| old.ends > now);
        }
        if kept.len() >= self.limits.records {
            return Err(StoreError::Full);
        }
        if kept.contains_key(&access.token) {
            return Ok(false);
        }
        kept.insert(access.token, access.clone());
        Ok(true)
    }

    async fn find_access(&self, token: &Hash) -> Kept<Option<AccessRecord>> {
        Ok(self.tables().access.get(token).cloned())
    }

    async fn delete_access(&self, token: &Hash) -> Kept<bool> {
        Ok(self.tables().access.remove(token).is_some())
    }

    async fn remember(&self, name: &str, until: LabTime, now: LabTime) -> Kept<bool> {
        let remembered = &mut self.tables().remembered;
        if remembered.get(name).is_some_and(|until| *until > now) {
            return Ok(false);
        }
        if remembered.len() >= self.limits.records {
            remembered.retain(|_, until| *until > now);
        }
        if remembered.len() >= self.limits.records {
            return Err(StoreError::Full);
        }
        remembered.insert(name.to_owned(), until);
        Ok(true)
    }

    async fn wipe(&self) -> Kept<()> {
        *self.tables() = Tables::default();
        Ok(())
    }
}

impl Tables {
    fn find(&self, token: &Hash, now: LabTime) -> Lookup {
        let family = self.tokens.get(token).and_then(|id| self.families.get(id)).cloned();
        Lookup::of(family, token, now)
    }

    /// Makes room for one more token, by forgetting families whose absolute end has come.
    fn make_room(&mut self, most: usize, now: LabTime) -> Kept<()> {
        if self.tokens.len() >= most {
            self.families.retain(|_, family| family.ends > now);
            self.tokens.retain(|_, family| self.families.contains_key(family));
        }
        if self.tokens.len() < most { Ok(()) } else { Err(StoreError::Full) }
    }
}

impl Lookup {
    /// What a family's name means.
    pub(super) fn alone(family: Option<FamilyRecord>, now: LabTime) -> Self {
        let current = family.as_ref().map(|family| family.current).unwrap_or_default();
        Self::of(family, &current, now)
    }

    /// What a token means, given the family that it was once given out for.
    pub(super) fn of(family: Option<FamilyRecord>, token: &Hash, now: LabTime) -> Self {
        match family {
            None => Self::Unknown,
            Some(family) if family.ended.is_some() => Self::Ended(family),
            Some(family) if family.ends <= now => Self::Expired(family),
            Some(family) if family.current == *token => Self::Current(family),
            Some(family) => Self::Used(family),
        }
    }
}
