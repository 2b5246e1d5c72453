//! Sessions in Redis.

use std::sync::LazyLock;

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;
use redis::{Script, cmd};

use super::record::{self, Fields, hex, millis};
use super::{RedisStore, backstop, inserted, script};
use crate::store::{Hash, Kept, SessionRecord, SessionStore};

static SCRIPT: LazyLock<Script> = script!("sessions");

#[async_trait]
impl SessionStore for RedisStore {
    async fn create_session(&self, session: &SessionRecord) -> Kept<bool> {
        let mut call = self.call(&SCRIPT, "create");
        call.arg(hex(&session.id)).arg(&session.user).arg(millis(session.created)).arg(millis(session.expiry()));
        call.arg(backstop(session.created, session.ends)).arg(self.limits.records).arg(record::of_session(session));
        inserted(self.link.invoke(&call).await?)
    }

    async fn load_session(&self, id: &Hash) -> Kept<Option<SessionRecord>> {
        let fields: Fields = self.link.query(cmd("HGETALL").arg(self.key(&format!("session:{}", hex(id))))).await?;
        if fields.is_empty() { Ok(None) } else { record::session(fields).map(Some) }
    }

    async fn save_session(&self, session: &SessionRecord) -> Kept<bool> {
        let mut call = self.call(&SCRIPT, "save");
        self.link.invoke(call.arg(hex(&session.id)).arg(millis(session.last_used))).await
    }

    async fn delete_session(&self, id: &Hash) -> Kept<bool> {
        self.link.invoke(self.call(&SCRIPT, "delete").arg(hex(id))).await
    }

    async fn sessions_of(&self, user: &str, now: LabTime) -> Kept<Vec<SessionRecord>> {
        let mut sessions = sorted(self.link.invoke(self.call(&SCRIPT, "of_user").arg(user)).await?)?;
        sessions.retain(|session| session.expiry() > now);
        Ok(sessions)
    }

    async fn all_sessions(&self, now: LabTime) -> Kept<Vec<SessionRecord>> {
        sorted(self.link.invoke(self.call(&SCRIPT, "all").arg(millis(now))).await?)
    }

    async fn delete_sessions_of(&self, user: &str) -> Kept<Vec<Hash>> {
        let gone: Vec<String> = self.link.invoke(self.call(&SCRIPT, "delete_of").arg(user)).await?;
        gone.iter().map(|id| record::hash(id)).collect()
    }
}

fn sorted(records: Vec<Fields>) -> Kept<Vec<SessionRecord>> {
    let mut sessions: Vec<_> = records.into_iter().map(record::session).collect::<Kept<_>>()?;
    sessions.sort_by_key(|session| (session.created, session.id));
    Ok(sessions)
}
