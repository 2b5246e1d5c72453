//! What is to be known of tokens, in Redis.

use std::sync::LazyLock;

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;
use redis::{Script, cmd};

use super::address::unlink;
use super::record::{self, Fields, hex, millis};
use super::{RedisStore, backstop, inserted, script};
use crate::store::{AccessRecord, Hash, Kept, TokenStore};

static SCRIPT: LazyLock<Script> = script!("tokens");

#[async_trait]
impl TokenStore for RedisStore {
    async fn revoke(&self, name: &str, until: LabTime, now: LabTime) -> Kept<()> {
        self.list("revoke", name, until, now).await.map(drop)
    }

    async fn is_revoked(&self, name: &str, now: LabTime) -> Kept<bool> {
        let until: Option<u64> = self.link.query(cmd("ZSCORE").arg(self.key("revoked")).arg(name)).await?;
        Ok(until.is_some_and(|until| LabTime::from_millis(until) > now))
    }

    async fn revocations(&self, now: LabTime) -> Kept<Vec<(String, LabTime)>> {
        let mut range = cmd("ZRANGEBYSCORE");
        range.arg(self.key("revoked")).arg(format!("({}", millis(now))).arg("+inf").arg("WITHSCORES");
        let listed: Vec<(String, u64)> = self.link.query(&range).await?;
        let mut listed: Vec<_> = listed.into_iter().map(|(name, until)| (name, LabTime::from_millis(until))).collect();
        listed.sort_unstable();
        Ok(listed)
    }

    async fn epoch(&self, user: &str) -> Kept<u64> {
        let epoch: Option<u64> = self.link.query(cmd("HGET").arg(self.key("epochs")).arg(user)).await?;
        Ok(epoch.unwrap_or(0))
    }

    async fn raise_epoch(&self, user: &str) -> Kept<u64> {
        // A version has no end of its own, so there is no backstop either: it would let old tokens in again.
        self.link.query(cmd("HINCRBY").arg(self.key("epochs")).arg(user).arg(1)).await
    }

    async fn create_access(&self, access: &AccessRecord, now: LabTime) -> Kept<bool> {
        let mut call = self.call(&SCRIPT, "create_access");
        call.arg(hex(&access.token)).arg(millis(access.ends)).arg(millis(now)).arg(backstop(now, access.ends));
        call.arg(self.limits.records).arg(record::of_access(access));
        inserted(self.link.invoke(&call).await?)
    }

    async fn find_access(&self, token: &Hash) -> Kept<Option<AccessRecord>> {
        let fields: Fields = self.link.query(cmd("HGETALL").arg(self.key(&format!("access:{}", hex(token))))).await?;
        if fields.is_empty() { Ok(None) } else { record::access(token, fields).map(Some) }
    }

    async fn delete_access(&self, token: &Hash) -> Kept<bool> {
        self.link.invoke(self.call(&SCRIPT, "delete_access").arg(hex(token))).await
    }

    async fn remember(&self, name: &str, until: LabTime, now: LabTime) -> Kept<bool> {
        self.list("remember", name, until, now).await
    }

    async fn wipe(&self) -> Kept<()> {
        unlink(&self.link, &self.base).await
    }
}

impl RedisStore {
    async fn list(&self, verb: &str, name: &str, until: LabTime, now: LabTime) -> Kept<bool> {
        let mut call = self.call(&SCRIPT, verb);
        call.arg(name).arg(millis(until)).arg(millis(now)).arg(backstop(now, until)).arg(self.limits.records);
        inserted(self.link.invoke(&call).await?)
    }
}
