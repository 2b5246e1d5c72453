//! The store in a Redis (or Valkey) server: every node sees the same, and each step that checks and changes is one script.
//!
//! A record keeps its own end and is compared with the lab clock, as everywhere. Redis counts time on a clock of its own,
//! so its expiry is only a backstop against what nobody deletes: a day longer than the whole life of what it is set on.

mod address;
mod families;
mod link;
mod private;
mod record;
mod sessions;
mod tokens;

use std::time::Duration;

use lockstep_shared::clock::LabTime;
use redis::{Script, ScriptInvocation};

use super::{Kept, Limits, StoreError};
use link::Link;

pub use address::Redis;
pub use private::{NoRedis, PrivateRedis};

/// The margin by which Redis' own expiry comes after ours.
const BACKSTOP: Duration = Duration::from_secs(86_400);

/// One design's keys in one Redis server.
pub(crate) struct RedisStore {
    link: Link,
    /// What all its keys begin with.
    base: String,
    limits: Limits,
}

impl RedisStore {
    /// A store for one design. It connects when it is first asked, so a server that is down keeps nobody from starting.
    pub(crate) fn open(at: &Redis, design: &str, limits: Limits) -> Self {
        Self { link: Link::new(at.client(), limits.wait), base: format!("{}{design}:", at.base()), limits }
    }

    /// A call of one of a script's verbs.
    fn call<'a>(&self, script: &'a Script, verb: &str) -> ScriptInvocation<'a> {
        let mut call = script.key(&self.base);
        call.arg(verb);
        call
    }

    fn key(&self, rest: &str) -> String {
        format!("{}{rest}", self.base)
    }
}

/// The script of this name, after what all of them share.
macro_rules! script {
    ($name:literal) => {
        std::sync::LazyLock::new(|| {
            redis::Script::new(concat!(include_str!("shared.lua"), include_str!(concat!($name, ".lua"))))
        })
    };
}
use script;

/// What a script answers that inserts: 1, 0 where it exists already, -1 where there is no room.
fn inserted(answer: i64) -> Kept<bool> {
    match answer {
        1 => Ok(true),
        0 => Ok(false),
        _ => Err(StoreError::Full),
    }
}

/// Milliseconds after which Redis may forget what lives from `from` to `to`.
fn backstop(from: LabTime, to: LabTime) -> u64 {
    u64::try_from((to.since(from) + BACKSTOP).as_millis()).unwrap_or(u64::MAX)
}
