//! Where sessions, refresh families and what is known of tokens are kept: three traits, and the engines that keep their
//! obligations.

mod memory;
mod redis;
mod rotation;
mod sqlite;

use std::time::Duration;

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::GraceGives;
use lockstep_shared::span::Span;
use sha2::{Digest, Sha256};

pub(crate) use memory::Memory;
pub(crate) use redis::RedisStore;
pub use redis::{NoRedis, PrivateRedis, Redis};
pub use sqlite::Journal;
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
    /// How long a step waits for its turn, for somebody else's lock on a file, or for another server's answer, before it
    /// answers "down".
    pub(crate) wait: Duration,
}

impl Limits {
    /// Short enough for a browser's patience with what is behind the answer.
    pub(crate) const WAIT: Duration = Duration::from_secs(2);
}

impl Default for Limits {
    fn default() -> Self {
        Self { records: 100_000, wait: Self::WAIT }
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
    /// The hash of the token that was given out last.
    pub(crate) current: Hash,
    /// The access token that was made last with it, so that ending the family can list it as revoked.
    pub(crate) newest: Option<Newest>,
    /// The thumbprint of the client's key that its tokens are bound to (RFC 9449 section 6).
    pub(crate) key: Option<String>,
    /// When and why it was ended; the record stays until its own end, so that a late use is recognised.
    pub(crate) ended: Option<Ending>,
}

/// The access token that a family was last used for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Newest {
    pub(crate) jti: String,
    /// When it ends by itself.
    pub(crate) ends: LabTime,
}

/// An opaque access token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AccessRecord {
    /// The hash of the token; the token itself is with the client alone.
    pub(crate) token: Hash,
    /// The family that it belongs to and ends with.
    pub(crate) family: String,
    pub(crate) user: String,
    pub(crate) ends: LabTime,
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
    /// A token that may be used: the family's current one, or the last one of a chain that forked off.
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
    /// The successor is current now; the record, here and below, is as it stands after that.
    Rotated(FamilyRecord),
    /// The token was used a moment ago, and the successor, which it got then and nobody has used, is given once more.
    Repeated(FamilyRecord),
    /// The token was used a moment ago, and got a successor of its own beside the first.
    Forked(FamilyRecord),
    /// The token had been used before. Where asked to, the family is ended now.
    Reused(FamilyRecord),
    Ended(FamilyRecord),
    Expired(FamilyRecord),
    Unknown,
}

/// One use of a refresh token.
pub(crate) struct Use<'a> {
    pub(crate) token: &'a Hash,
    /// The token that takes its place. Where a repetition is given the same one, it is derived from the presented token.
    pub(crate) successor: &'a Hash,
    /// The access token that is made with it; None where nobody will ask for it.
    pub(crate) newest: Option<&'a Newest>,
    pub(crate) on_reuse: OnReuse,
    /// What a repetition is given, and for how long after the first use; None: nothing.
    pub(crate) grace: Option<(Span, GraceGives)>,
    pub(crate) now: LabTime,
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

    /// Replaces a live token by its successor in one atomic step: of any number of simultaneous uses of one token at most
    /// one gets a successor, but for what the grace gives to the others. What each use comes to, and what is to be
    /// written then, is said in `rotation.rs`. A token may be its own successor: then it stays live.
    async fn rotate(&self, used: &Use<'_>) -> Kept<Rotation>;

    /// The family of this name, its end and its age told apart as for a token; never `Used`.
    async fn family(&self, id: &str, now: LabTime) -> Kept<Lookup>;

    /// Ends a family; false where there is none or it had ended.
    async fn end_family(&self, id: &str, ending: &Ending) -> Kept<bool>;

    /// Ends every family of a user in one step and answers how many had not ended.
    async fn end_families_of(&self, user: &str, ending: &Ending) -> Kept<u64>;

    /// All families whose absolute end has not come, ended ones included, oldest first.
    async fn all_families(&self, now: LabTime) -> Kept<Vec<FamilyRecord>>;
}

/// Keeps what is to be known of tokens that are kept nowhere, and opaque access tokens.
#[async_trait]
pub(crate) trait TokenStore: Send + Sync {
    /// Lists a token by its name as revoked, until it would have ended anyway.
    async fn revoke(&self, name: &str, until: LabTime, now: LabTime) -> Kept<()>;

    /// Whether a token is listed as revoked.
    async fn is_revoked(&self, name: &str, now: LabTime) -> Kept<bool>;

    /// Everything that is listed and has not ended by itself, by name.
    async fn revocations(&self, now: LabTime) -> Kept<Vec<(String, LabTime)>>;

    /// The version that a user's tokens must have; 0 where it was never raised.
    async fn epoch(&self, user: &str) -> Kept<u64>;

    /// Raises the version of a user's tokens by one and answers it.
    async fn raise_epoch(&self, user: &str) -> Kept<u64>;

    /// Inserts an opaque access token, or answers false where it exists.
    async fn create_access(&self, access: &AccessRecord, now: LabTime) -> Kept<bool>;

    /// The opaque access token with this hash, ended ones included.
    async fn find_access(&self, token: &Hash) -> Kept<Option<AccessRecord>>;

    /// All opaque access tokens that have not ended by themselves, the ones that end first in front.
    async fn all_access(&self, now: LabTime) -> Kept<Vec<AccessRecord>>;

    /// Ends an opaque access token; false where there was none.
    async fn delete_access(&self, token: &Hash) -> Kept<bool>;

    /// Remembers a name until an instant, in one atomic step; false where it is remembered already.
    async fn remember(&self, name: &str, until: LabTime, now: LabTime) -> Kept<bool>;

    /// Loses everything that this engine keeps for its design, sessions and families included.
    async fn wipe(&self) -> Kept<()>;
}

/// One engine, keeping all kinds.
pub(crate) trait Store: SessionStore + FamilyStore + TokenStore {}

impl<T: SessionStore + FamilyStore + TokenStore> Store for T {}

/// A public name for a secret's record: the first eight octets of its hash.
pub(crate) fn handle(hash: &Hash) -> String {
    hash[..8].iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod races;
