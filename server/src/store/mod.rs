//! Where sessions and refresh families are kept: two traits, and the engines that keep their obligations.

mod memory;
mod sqlite;

use std::time::Duration;

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;
use lockstep_shared::span::Span;
use sha2::{Digest, Sha256};

pub(crate) use memory::Memory;
pub(crate) use sqlite::Sqlite;

/// SHA-256 of a credential: all that a store ever sees of it, so that a leaked store opens nothing.
pub(crate) type Hash = [u8; 32];

pub(crate) fn sha256(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

/// What bounds an engine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Records of each kind that it keeps at the most.
    pub(crate) records: usize,
    /// How long a step waits for its turn, or for somebody else's lock on a file, before it answers "down".
    pub(crate) wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { records: 100_000, wait: Duration::from_secs(2) }
    }
}

/// A server-side session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SessionRecord {
    /// The hash of the id; the id itself is with the client alone.
    pub(crate) id: Hash,
    pub(crate) user: String,
    /// The `User-Agent` of its login.
    pub(crate) device: String,
    pub(crate) created: LabTime,
    pub(crate) last_used: LabTime,
    pub(crate) idle: Span,
    /// When it ends even if it is used.
    pub(crate) ends: LabTime,
    /// The role as copied at login, in designs that believe it.
    pub(crate) cached_role: Option<String>,
}

impl SessionRecord {
    /// The instant on which it has ended, unless it is used before.
    pub(crate) fn expiry(&self) -> LabTime {
        self.ends.min(self.last_used + self.idle.duration())
    }

    /// A name for screens and for ending it; it opens nothing.
    pub(crate) fn handle(&self) -> String {
        handle(&self.id)
    }
}

/// A refresh token and all its successors.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FamilyRecord {
    /// A name for screens and for ending it; it opens nothing.
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) device: String,
    pub(crate) created: LabTime,
    pub(crate) last_used: LabTime,
    /// Its absolute end, counted from the login.
    pub(crate) ends: LabTime,
    /// How often it has been rotated.
    pub(crate) generation: u32,
    /// The hash of the one token that may be used.
    pub(crate) current: Hash,
    /// When and why it was ended; the record stays until its own end, so that a late use is recognised.
    pub(crate) ended: Option<Ending>,
}

/// When and why something was ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ending {
    pub(crate) at: LabTime,
    pub(crate) cause: String,
}

/// What a token means to the families.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lookup {
    /// The family's current token.
    Current(FamilyRecord),
    /// A token that was used before.
    Used(FamilyRecord),
    Ended(FamilyRecord),
    Expired(FamilyRecord),
    Unknown,
}

/// What came of a rotation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rotation {
    /// The successor is current now; the record is as it stands after that.
    Rotated(FamilyRecord),
    /// The token had been used before. Where asked to, the family is ended now.
    Reused(FamilyRecord),
    Ended(FamilyRecord),
    Expired(FamilyRecord),
    Unknown,
}

/// What to do with a family whose used token comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnReuse {
    EndFamily,
    Nothing,
}

/// A store that can't do what it was asked; the request is answered 503.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("the store is full: end some sessions, or reset the lab")]
    Full,
    #[error("the store does not answer: {0}")]
    Down(String),
}

pub(crate) type Kept<T> = Result<T, StoreError>;

/// Keeps sessions.
#[async_trait]
pub(crate) trait SessionStore: Send + Sync {
    /// Inserts a new session, or answers false where its id exists: an id is never taken over.
    async fn create_session(&self, session: &SessionRecord) -> Kept<bool>;

    /// The session with this id, expired ones included: the caller compares with the lab clock and says which end came.
    async fn load_session(&self, id: &Hash) -> Kept<Option<SessionRecord>>;

    /// Saves `last_used` of a session that still exists, or answers false. It never inserts: a slow request must not
    /// bring back a session that was ended meanwhile.
    async fn save_session(&self, session: &SessionRecord) -> Kept<bool>;

    /// Ends a session; false where there was none.
    async fn delete_session(&self, id: &Hash) -> Kept<bool>;

    /// The sessions of a user that have not expired, oldest first.
    async fn sessions_of(&self, user: &str, now: LabTime) -> Kept<Vec<SessionRecord>>;

    /// All sessions that have not expired, oldest first.
    async fn all_sessions(&self, now: LabTime) -> Kept<Vec<SessionRecord>>;

    /// Ends every session of a user in one step and answers their ids.
    async fn delete_sessions_of(&self, user: &str) -> Kept<Vec<Hash>>;
}

/// Keeps refresh families.
#[async_trait]
pub(crate) trait FamilyStore: Send + Sync {
    /// Inserts a new family with its first token, or answers false where its id or token exists.
    async fn create_family(&self, family: &FamilyRecord) -> Kept<bool>;

    /// What a token means, without changing anything.
    async fn find_family(&self, token: &Hash, now: LabTime) -> Kept<Lookup>;

    /// Replaces the current token by its successor in one atomic step: of any number of simultaneous uses of one token
    /// at most one gets a successor.
    async fn rotate(&self, token: &Hash, successor: &Hash, on_reuse: OnReuse, now: LabTime) -> Kept<Rotation>;

    /// Ends a family; false where there is none or it had ended.
    async fn end_family(&self, id: &str, ending: &Ending) -> Kept<bool>;

    /// Ends every family of a user in one step and answers how many had not ended.
    async fn end_families_of(&self, user: &str, ending: &Ending) -> Kept<u64>;

    /// All families whose absolute end has not come, ended ones included, oldest first.
    async fn all_families(&self, now: LabTime) -> Kept<Vec<FamilyRecord>>;
}

/// One engine, keeping both kinds.
pub(crate) trait Store: SessionStore + FamilyStore {}

impl<T: SessionStore + FamilyStore> Store for T {}

/// A public name for a secret's record: the first eight octets of its hash.
pub(crate) fn handle(hash: &Hash) -> String {
    hash[..8].iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod races;
