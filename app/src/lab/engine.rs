//! The servers that stores live in: the Redis that cells and lanes share, and the outage that a cell makes of its own.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context;
use lockstep_server::{Config, Journal, PrivateRedis, Redis};
use lockstep_shared::design::{Denylist, Design, Kind, Store};
use rusqlite::Connection;
use tempfile::TempDir;

use super::outcome::NotApplicable;

/// Where designs whose store is Redis keep their records: in the server that was named, or in a private one that is
/// started when the first of them needs it, and ends with the last clone of this.
#[derive(Clone, Default)]
pub(crate) struct Engine {
    named: Option<Redis>,
    private: Arc<OnceLock<Result<PrivateRedis, String>>>,
}

impl Engine {
    /// The server at a URL; None: a private one.
    ///
    /// # Errors
    /// When it is no Redis URL.
    pub(crate) fn at(url: Option<&str>) -> anyhow::Result<Self> {
        let named = url.map(|url| Redis::at(url, &prefix())).transpose()?;
        Ok(Self { named, private: Arc::default() })
    }

    /// A place of one's own, with a prefix that nobody else has. Where there is no Redis server, a design that needs it
    /// is not applicable.
    fn place(&self) -> anyhow::Result<Redis> {
        if let Some(named) = &self.named {
            return Ok(named.with_prefix(&prefix())?);
        }
        let private = self.private.get_or_init(|| PrivateRedis::start(None).map_err(|why| why.to_string()));
        let private = private.as_ref().map_err(|why| NotApplicable(format!("its store is Redis: {why}")))?;
        Ok(Redis::at(&private.url(), &prefix())?)
    }
}

/// `cell-` and 64 random bits, so that labs in one Redis server don't meet.
fn prefix() -> String {
    format!("cell-{:016x}", RandomState::new().hash_one(0))
}

/// The store of one running design, as the lab has it in hand.
pub(crate) struct StoreAtHand {
    redis: Option<Redis>,
    /// A Redis server for this stage alone, and the folder with its data, where it is to be killed.
    own: Option<(PrivateRedis, TempDir)>,
    /// The lab's own connection to the store's file, while it has it locked.
    lock: Option<Connection>,
}

impl StoreAtHand {
    /// What a design needs beside the bank. `breaks`: the store is to be taken down on the way.
    pub(crate) fn prepare(design: &Design, engine: &Engine, breaks: bool) -> anyhow::Result<Self> {
        let none = Self { redis: None, own: None, lock: None };
        if design.store != Store::Redis {
            return Ok(none);
        }
        if !breaks {
            return Ok(Self { redis: Some(engine.place()?), ..none });
        }
        let folder = tempfile::Builder::new().prefix("lockstep-redis-").tempdir().context("can't keep Redis' data")?;
        let own = PrivateRedis::start(Some(folder.path()));
        let own = own.map_err(|why| NotApplicable(format!("its store is Redis, and is to be killed: {why}")))?;
        Ok(Self { redis: Some(Redis::at(&own.url(), &prefix())?), own: Some((own, folder)), ..none })
    }

    pub(crate) fn redis(&self) -> Option<Redis> {
        self.redis.clone()
    }

    /// How long the server is to wait for its store. Where the lab itself locks the file, nobody else does, and waiting
    /// for it would only take time.
    pub(crate) fn patience(design: &Design, breaks: bool) -> Duration {
        match breaks && design.store == Store::Sqlite {
            true => Duration::from_millis(1),
            false => Config::STORE_WAIT,
        }
    }

    /// How the store's file is kept whole. Where it is to be locked, so that a lock keeps readers out too.
    pub(crate) fn journal(breaks: bool) -> Journal {
        if breaks { Journal::Rollback } else { Journal::WriteAhead }
    }

    /// Takes the store down, and says how.
    pub(crate) fn take_down(&mut self, design: &Design, file: Option<std::path::PathBuf>) -> anyhow::Result<String> {
        if !keeps_anything(design) {
            return Ok("this design keeps nothing in a store, so none could fail it".to_owned());
        }
        match design.store {
            Store::Memory => {
                let why = "its store is the server's own memory, which can't be away while the server is there";
                Err(NotApplicable(why.to_owned()).into())
            }
            Store::Sqlite => {
                let file = file.context("an SQLite store has a file")?;
                let lock = Connection::open(file).context("can't open the store's file")?;
                let mode: String = lock.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
                // Behind a log of changes, whoever only reads would not notice.
                anyhow::ensure!(
                    mode != "wal",
                    "the store's file can't be locked for readers: it has a write-ahead log"
                );
                lock.execute_batch("BEGIN EXCLUSIVE").context("can't lock the store's file")?;
                self.lock = Some(lock);
                Ok("another program locked the store's file: it can be neither read nor written".to_owned())
            }
            Store::Redis => {
                let (own, _) = self.own.as_mut().context("this stage has no Redis server of its own")?;
                own.kill();
                Ok("the Redis server was killed".to_owned())
            }
        }
    }

    /// Brings the store back, and says how.
    pub(crate) fn bring_back(&mut self, design: &Design) -> anyhow::Result<String> {
        if let Some(lock) = self.lock.take() {
            lock.execute_batch("ROLLBACK").context("can't give the store's file back")?;
            return Ok("the store's file was given back".to_owned());
        }
        match &mut self.own {
            Some((own, _)) if keeps_anything(design) => {
                own.revive()?;
                Ok("the Redis server was started again with what it had written down".to_owned())
            }
            _ => Ok("no store was away".to_owned()),
        }
    }

    /// Deletes what was kept in a Redis server that others use too.
    pub(crate) async fn clear(&self) -> anyhow::Result<()> {
        match &self.redis {
            Some(redis) if self.own.is_none() => Ok(redis.clear(Config::STORE_WAIT).await?),
            _ => Ok(()),
        }
    }
}

/// Whether a design asks its store about anything.
fn keeps_anything(design: &Design) -> bool {
    let kind = matches!(design.kind, Kind::Session | Kind::Introspection);
    kind || design.keeps_families() || design.check.denylist == Denylist::Store || design.check.epoch
}
