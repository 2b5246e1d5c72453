//! Where a Redis server is, and which of its keys are ours.

use std::fmt;
use std::time::Duration;

use redis::{Client, cmd};

use super::link::{self, Link};
use crate::ServerError;
use crate::store::Kept;

/// Keys that are looked at, and deleted, at a time.
const BATCH: usize = 1000;

/// A Redis (or Valkey) server, and the prefix of the keys that are used there: all of them begin with
/// `lockstep:<prefix>:`. Nothing else is read, changed or deleted.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    prefix: String,
}

impl Redis {
    /// The server at a URL such as `redis://127.0.0.1:6379`. Nothing is connected yet.
    ///
    /// # Errors
    /// When the URL is no Redis URL, or the prefix has other characters than letters, digits, `-`, `_` and `.`.
    pub fn at(url: &str, prefix: &str) -> Result<Self, ServerError> {
        // A URL can have a password in it, so it is not repeated.
        let client = Client::open(url).map_err(|error| ServerError::RedisAddress { why: link::words(&error) })?;
        Ok(Self { client, prefix: checked(prefix)? })
    }

    /// The same server with another prefix.
    ///
    /// # Errors
    /// When the prefix has other characters than letters, digits, `-`, `_` and `.`.
    pub fn with_prefix(&self, prefix: &str) -> Result<Self, ServerError> {
        Ok(Self { client: self.client.clone(), prefix: checked(prefix)? })
    }

    /// Asks whether the server answers within `wait`.
    ///
    /// # Errors
    /// When it does not, with the reason.
    pub async fn ping(&self, wait: Duration) -> Result<(), ServerError> {
        let pong: Kept<String> = Link::new(&self.client, wait).query(&cmd("PING")).await;
        pong.map(drop).map_err(|why| ServerError::Redis { why: why.to_string() })
    }

    /// Deletes every key with this prefix. Each batch of them is waited for no longer than `wait`.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn clear(&self, wait: Duration) -> Result<(), ServerError> {
        let link = Link::new(&self.client, wait);
        unlink(&link, &self.base()).await.map_err(|why| ServerError::Redis { why: why.to_string() })
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// What all its keys begin with.
    pub(super) fn base(&self) -> String {
        format!("lockstep:{}:", self.prefix)
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

fn checked(prefix: &str) -> Result<String, ServerError> {
    // None of these means anything in a pattern, and a colon would let one prefix be the beginning of another.
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match !prefix.is_empty() && prefix.chars().all(plain) {
        true => Ok(prefix.to_owned()),
        false => Err(ServerError::RedisAddress {
            why: format!("the prefix `{prefix}` may have letters, digits, `-`, `_` and `.` alone"),
        }),
    }
}

/// Deletes every key that begins so, batch by batch, so that the server answers others meanwhile.
pub(super) async fn unlink(link: &Link, base: &str) -> Kept<()> {
    let mut cursor = "0".to_owned();
    loop {
        let mut scan = cmd("SCAN");
        scan.arg(&cursor).arg("MATCH").arg(format!("{base}*")).arg("COUNT").arg(BATCH);
        let (next, keys): (String, Vec<String>) = link.query(&scan).await?;
        if !keys.is_empty() {
            let _: u64 = link.query(cmd("UNLINK").arg(keys)).await?;
        }
        if next == "0" {
            return Ok(());
        }
        cursor = next;
    }
}
