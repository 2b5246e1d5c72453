//! What is to be known of tokens, in memory.

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;

use super::{Memory, Tables};
use crate::store::{AccessRecord, Hash, Kept, StoreError, TokenStore};

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
