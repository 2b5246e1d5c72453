//! What a server says it did inside one request: the acts that the sequence diagram draws and every "why" is read from.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::clock::LabTime;

/// Everything the server did for one request, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The acts, in the order in which they ended.
    pub acts: Vec<Timed>,
}

/// An act and how long it really took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timed {
    /// What was done.
    pub act: Act,
    /// Real microseconds that it took; 0 where nobody measured.
    pub micros: u64,
}

/// A word of an act. Most are the server's own, and a request's trace should cost nothing to write down.
pub type Word = Cow<'static, str>;

/// One thing that a server did inside a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "did")]
pub enum Act {
    /// Answered at one of several nodes, which share the server's disk and not their memory.
    AtNode {
        /// The node's number, from 1.
        node: usize,
        /// How many there are.
        of: usize,
    },
    /// Computed one Argon2id hash, to check a password or to keep one.
    PasswordHashed,
    /// Read a record from the design's store.
    StoreRead {
        /// Which kind of record.
        what: Record,
        /// Which engine: `memory`, `sqlite`.
        engine: Word,
        /// Whether it was there and alive.
        found: bool,
    },
    /// Changed the design's store.
    StoreWritten {
        /// Which kind of record.
        what: Record,
        /// Which engine.
        engine: Word,
        /// What was done to it.
        change: Change,
        /// How many records that touched.
        records: u64,
    },
    /// Read the user's role and ban state from the directory.
    UserRead {
        /// The role it found.
        role: Word,
        /// Whether the user is banned.
        banned: bool,
    },
    /// Believed the role that the credential (or the session's copy) carries.
    RoleBelieved {
        /// The role as it was written down at login.
        role: Word,
        /// Where it stood.
        from: CopyOf,
    },
    /// Checked a token's signature.
    SignatureChecked {
        /// The algorithm that the server pins.
        alg: Word,
        /// The key's id in the token, where it has one.
        kid: Option<String>,
        /// What came out.
        result: SignatureResult,
    },
    /// Took the key to check a token with from where the token said.
    KeyTaken {
        /// What was trusted: the token's own `jwk`, an address, a file.
        from: Word,
    },
    /// Opened an encrypted cookie.
    SealOpened {
        /// Whether it was sealed here, with the key that is in use, and nobody has changed it.
        holds: bool,
    },
    /// Compared the version that a token carries with its user's.
    VersionCompared {
        /// The token's.
        token: u64,
        /// The one that tokens must have.
        current: u64,
    },
    /// The resource server learned from the authorization server what an opaque token stands for (RFC 7662).
    Introspected {
        /// Whether an earlier answer was believed instead of asking.
        cached: bool,
        /// Whether the token is active, by that answer.
        active: bool,
    },
    /// Took a used refresh token for a repetition, because it came back within the grace.
    Repeated {
        /// Whether it was given a successor of its own, beside the first.
        fork: bool,
    },
    /// Checked a proof of possession (RFC 9449).
    ProofChecked {
        /// Whether it shows that the request's sender has its key.
        holds: bool,
    },
    /// Compared a token's or a record's end with the lab clock.
    ExpiryChecked {
        /// What ends.
        what: Word,
        /// When it ends: on this instant it has ended.
        ends: LabTime,
        /// Whether that has come.
        expired: bool,
    },
    /// Made a new credential.
    Issued {
        /// Which credential: `session id`, `access token`, `refresh token`.
        what: Word,
        /// The public handle of the login that it belongs to, where the server keeps one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<String>,
    },
    /// Went on with a credential that the request came with, where a new one was due.
    Adopted {
        /// Which credential: `session id`.
        what: Word,
    },
    /// Noticed an attack and raised an alarm.
    Alarm {
        /// What was noticed.
        what: Word,
    },
    /// Let the request wait at a named point until the lab released it.
    Parked {
        /// The point's name.
        point: Word,
    },
    /// Refused the request before it came to any handler: a strange host, or another site's doing.
    TurnedAway {
        /// The refusal's stable reason.
        reason: Word,
    },
    /// Had nothing to do, which is worth saying.
    NothingKept {
        /// Why nothing could be done.
        why: Word,
    },
}

/// A kind of record in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Record {
    /// A server-side session.
    Session,
    /// A refresh token and the family of its successors.
    Family,
    /// A signed token that is listed as revoked; where it was listed or asked for in a trace, an access token.
    Revocation,
    /// A signed refresh token that is listed as revoked.
    RefreshRevocation,
    /// The version that a user's tokens must have.
    Version,
    /// An opaque access token.
    Access,
    /// A proof of possession that was used.
    Proof,
}

/// What was done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Made anew.
    Created,
    /// Saved again.
    Saved,
    /// A refresh token was replaced by its successor.
    Rotated,
    /// A version was raised by one.
    Raised,
    /// Ended.
    Ended,
    /// Saved after it had been ended, and so made again.
    Reinserted,
    /// A save that came too late: the record had been ended, and stays so.
    SaveRefused,
    /// A save that the store did not answer.
    SaveFailed,
}

/// Where a copied role stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopyOf {
    /// A token's claim.
    Claim,
    /// The session's own record.
    Session,
    /// The session as it is sealed in its cookie.
    Seal,
    /// An answer of the authorization server's.
    Introspection,
}

/// What came out of a signature check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureResult {
    /// It holds.
    Valid,
    /// It does not.
    Invalid,
    /// No key with that id is known here.
    UnknownKey,
    /// Nobody looked: the token was only decoded.
    NotChecked,
}

impl Record {
    /// The record in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Family => "refresh family",
            Self::Revocation => "revocation",
            Self::RefreshRevocation => "refresh token's revocation",
            Self::Version => "token version",
            Self::Access => "access token",
            Self::Proof => "proof",
        }
    }
}

impl Trace {
    /// Whether the server noticed an attack.
    pub fn alarm(&self) -> Option<&str> {
        self.acts.iter().find_map(|timed| match &timed.act {
            Act::Alarm { what } => Some(&**what),
            _ => None,
        })
    }

    /// The node that answered, where there were several.
    pub fn node(&self) -> Option<usize> {
        self.acts.iter().find_map(|timed| match timed.act {
            Act::AtNode { node, .. } => Some(node),
            _ => None,
        })
    }

    /// How often the store was read and written.
    pub fn store_use(&self) -> (u64, u64) {
        let count = |wanted: fn(&Act) -> bool| self.acts.iter().filter(|timed| wanted(&timed.act)).count() as u64;
        (count(|act| matches!(act, Act::StoreRead { .. })), count(|act| matches!(act, Act::StoreWritten { .. })))
    }
}

/// What a list of revoked tokens has or lacks.
fn listed(what: &Record) -> &'static str {
    match what {
        Record::RefreshRevocation => "refresh token",
        _ => "access token",
    }
}

/// A few words, as on an arrow of a sequence diagram.
impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtNode { node, of } => write!(f, "answered by node {node} of {of}"),
            Self::PasswordHashed => f.write_str("password hashed with Argon2id"),
            Self::StoreRead { what: what @ (Record::Revocation | Record::RefreshRevocation), engine, found } => {
                let not = if *found { "" } else { "not " };
                write!(f, "{} {not}listed as revoked in {engine}", listed(what))
            }
            Self::StoreRead { what: Record::Version, engine, found: false } => {
                write!(f, "token version never raised in {engine}")
            }
            Self::StoreRead { what, engine, found: true } => write!(f, "{} found in {engine}", what.words()),
            Self::StoreRead { what, engine, found: false } => write!(f, "no live {} in {engine}", what.words()),
            Self::StoreWritten { what, engine, change, records } => match change {
                Change::Created if matches!(what, Record::Revocation | Record::RefreshRevocation) => {
                    write!(f, "{} listed as revoked in {engine}", listed(what))
                }
                Change::Created => write!(f, "{} created in {engine}", what.words()),
                Change::Saved => write!(f, "{} saved in {engine}", what.words()),
                Change::Reinserted => write!(f, "{} made again in {engine}, though it had been ended", what.words()),
                Change::Raised => write!(f, "{} raised in {engine}", what.words()),
                Change::Rotated => write!(f, "{} moved on to its next token in {engine}", what.words()),
                Change::Ended if *records == 1 => write!(f, "{} ended in {engine}", what.words()),
                Change::Ended => write!(f, "{records} {} records ended in {engine}", what.words()),
                Change::SaveRefused => write!(f, "{} not saved again: it had been ended", what.words()),
                Change::SaveFailed => write!(f, "{} not saved: {engine} did not answer", what.words()),
            },
            Self::UserRead { role, banned: false } => write!(f, "user read from the directory: role {role}"),
            Self::UserRead { banned: true, .. } => f.write_str("user read from the directory: banned"),
            Self::RoleBelieved { role, from: CopyOf::Claim } => write!(f, "role {role} believed from the token"),
            Self::RoleBelieved { role, from: CopyOf::Session } => write!(f, "role {role} believed from the session"),
            Self::RoleBelieved { role, from: CopyOf::Seal } => write!(f, "role {role} believed from the sealed cookie"),
            Self::RoleBelieved { role, from: CopyOf::Introspection } => {
                write!(f, "role {role} believed from the authorization server's answer")
            }
            Self::SignatureChecked { alg, result, .. } => match result {
                SignatureResult::Valid => write!(f, "{alg} signature holds"),
                SignatureResult::Invalid => write!(f, "{alg} signature does not match"),
                SignatureResult::UnknownKey => write!(f, "{alg} signature made with a key that is not known here"),
                SignatureResult::NotChecked => write!(f, "{alg} signature not checked: the token was only decoded"),
            },
            Self::KeyTaken { from } => write!(f, "key taken from {from}"),
            Self::SealOpened { holds: true } => f.write_str("seal holds"),
            Self::SealOpened { holds: false } => f.write_str("seal does not hold"),
            Self::VersionCompared { token, current } if token == current => {
                write!(f, "token version {token} is the user's")
            }
            Self::VersionCompared { token, current } => {
                write!(f, "token version {token}, and the user's is {current} by now")
            }
            Self::Introspected { cached: false, active: true } => f.write_str("authorization server: token active"),
            Self::Introspected { cached: false, active: false } => {
                f.write_str("authorization server: token not active")
            }
            Self::Introspected { cached: true, active } => {
                let sign = if *active { "" } else { "not " };
                write!(f, "authorization server's earlier answer believed: token {sign}active")
            }
            Self::Repeated { fork: false } => {
                f.write_str("used refresh token came back within the grace: same successor given again")
            }
            Self::Repeated { fork: true } => {
                f.write_str("used refresh token came back within the grace: given a successor of its own")
            }
            Self::ProofChecked { holds: true } => f.write_str("proof of possession holds"),
            Self::ProofChecked { holds: false } => f.write_str("proof of possession does not hold"),
            Self::ExpiryChecked { what, ends, expired: true } => write!(f, "{what} ended at {ends}"),
            Self::ExpiryChecked { what, ends, expired: false } => write!(f, "{what} holds until {ends}"),
            Self::Issued { what, .. } => write!(f, "{what} issued"),
            Self::Adopted { what } => write!(f, "{what} kept: the one that came with the request"),
            Self::Alarm { what } => write!(f, "alarm: {what}"),
            Self::Parked { point } => write!(f, "held {point}"),
            Self::TurnedAway { reason } => write!(f, "turned away at the door: {reason}"),
            Self::NothingKept { why } => f.write_str(why),
        }
    }
}
