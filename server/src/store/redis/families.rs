//! Refresh families in Redis.

use std::sync::LazyLock;

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::GraceGives;
use redis::{Script, cmd};

use super::record::{self, Fields, hex, millis};
use super::{RedisStore, backstop, inserted, script};
use crate::store::rotation::Known;
use crate::store::{Ending, FamilyRecord, FamilyStore, Hash, Kept, Lookup, OnReuse, Rotation, StoreError, Use};

static SCRIPT: LazyLock<Script> = script!("families");

#[async_trait]
impl FamilyStore for RedisStore {
    async fn create_family(&self, family: &FamilyRecord) -> Kept<bool> {
        let mut call = self.call(&SCRIPT, "create");
        call.arg(&family.id).arg(hex(&family.current)).arg(&family.user).arg(millis(family.created));
        call.arg(millis(family.ends)).arg(backstop(family.created, family.ends)).arg(self.limits.records);
        inserted(self.link.invoke(call.arg(record::of_family(family))).await?)
    }

    async fn find_family(&self, token: &Hash, now: LabTime) -> Kept<Lookup> {
        let (used, fields): (String, Fields) = self.link.invoke(self.call(&SCRIPT, "find").arg(hex(token))).await?;
        let used = match used.as_str() {
            "" => None,
            at => Some(LabTime::from_millis(at.parse().map_err(|_| record::unreadable())?)),
        };
        Ok(Known::lookup(known(fields, used)?, now))
    }

    async fn rotate(&self, used: &Use<'_>) -> Kept<Rotation> {
        let (grace, gives) = match used.grace {
            Some((span, GraceGives::Same)) => (span.duration().as_millis().to_string(), "same"),
            Some((span, GraceGives::Fork)) => (span.duration().as_millis().to_string(), "fork"),
            None => (String::new(), ""),
        };
        let (jti, jti_ends) = match used.newest {
            Some(newest) => (newest.jti.as_str(), millis(newest.ends)),
            None => ("", String::new()),
        };
        let ends_family = if used.on_reuse == OnReuse::EndFamily { "yes" } else { "no" };
        let mut call = self.call(&SCRIPT, "rotate");
        call.arg(hex(used.token)).arg(hex(used.successor)).arg(millis(used.now)).arg(self.limits.records);
        call.arg(ends_family).arg(grace).arg(gives).arg(jti).arg(jti_ends);
        let (came, fields): (String, Fields) = self.link.invoke(&call).await?;
        let rotation = match came.as_str() {
            "unknown" => return Ok(Rotation::Unknown),
            "full" => return Err(StoreError::Full),
            "rotated" => Rotation::Rotated,
            "repeated" => Rotation::Repeated,
            "forked" => Rotation::Forked,
            "reused" => Rotation::Reused,
            "ended" => Rotation::Ended,
            "expired" => Rotation::Expired,
            _ => return Err(record::unreadable()),
        };
        record::family(fields).map(rotation)
    }

    async fn family(&self, id: &str, now: LabTime) -> Kept<Lookup> {
        let fields = self.link.query(cmd("HGETALL").arg(self.key(&format!("family:{id}")))).await?;
        Ok(Known::lookup(known(fields, None)?, now))
    }

    async fn end_family(&self, id: &str, ending: &Ending) -> Kept<bool> {
        let mut call = self.call(&SCRIPT, "finish");
        self.link.invoke(call.arg(id).arg(millis(ending.at)).arg(&ending.cause)).await
    }

    async fn end_families_of(&self, user: &str, ending: &Ending) -> Kept<u64> {
        let mut call = self.call(&SCRIPT, "finish_of");
        self.link.invoke(call.arg(user).arg(millis(ending.at)).arg(&ending.cause)).await
    }

    async fn all_families(&self, now: LabTime) -> Kept<Vec<FamilyRecord>> {
        let records: Vec<Fields> = self.link.invoke(self.call(&SCRIPT, "all").arg(millis(now))).await?;
        let mut families: Vec<_> = records.into_iter().map(record::family).collect::<Kept<_>>()?;
        families.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
        Ok(families)
    }
}

fn known(fields: Fields, used: Option<LabTime>) -> Kept<Option<Known>> {
    if fields.is_empty() { Ok(None) } else { Ok(Some(Known { family: record::family(fields)?, used })) }
}
