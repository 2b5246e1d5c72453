//! The x-ray view: what the lab may look at and turn in-process, and nobody over the wire.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use lockstep_shared::clock::LabTime;
use lockstep_shared::trace::{Record, Trace};

use crate::store::{AccessRecord, FamilyRecord, Kept, SessionRecord, Store, handle};

/// Traces that wait to be fetched; older ones are dropped.
const MOST_TRACES: usize = 4096;

/// One record in a store, for a screen. It holds no secret.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptRecord {
    /// Which kind of record it is.
    pub what: Record,
    /// The public handle.
    pub id: String,
    /// The user's id; empty where the record names none.
    pub user: String,
    /// The `User-Agent` of its login; empty where the record is of no login.
    pub device: String,
    /// What else the record says: its generation, its copied role.
    pub note: String,
    /// When it ends unless it is used; None where it does not idle.
    pub idle_ends: Option<LabTime>,
    /// When it ends even if it is used; None where it stays.
    pub ends: Option<LabTime>,
    /// When and why it was ended, where the record stays.
    pub ended: Option<(LabTime, String)>,
    /// Octets of its fields as the store has them.
    pub bytes: u64,
}

/// One record as it lies in a store, for an attacker who has read the store. Its `Debug` shows no octet of it.
#[derive(Clone, PartialEq)]
pub struct LeakedRecord {
    /// What it is a record of.
    pub what: Record,
    /// The user's id.
    pub user: String,
    /// The `User-Agent` of its login.
    pub device: String,
    /// What the store knows the client's secret by.
    pub key: [u8; 32],
}

impl std::fmt::Debug for LeakedRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut record = f.debug_struct("LeakedRecord");
        record.field("what", &self.what).field("user", &self.user).field("device", &self.device);
        record.finish_non_exhaustive()
    }
}

/// The key that a design signs or seals with, in an attacker's hands. Its `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub enum LeakedKey {
    /// A secret that signs and verifies.
    Secret(Vec<u8>),
    /// A key pair, as PKCS #8 (RFC 5958).
    Pair(Vec<u8>),
    /// A key of AES-256-GCM that seals and opens.
    Seal(Vec<u8>),
}

impl std::fmt::Debug for LeakedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Secret(_) => "Secret(..)",
            Self::Pair(_) => "Pair(..)",
            Self::Seal(_) => "Seal(..)",
        })
    }
}

/// One user of the directory, for a screen. Its `Debug` shows no hash.
#[derive(Clone, PartialEq)]
pub struct UserRecord {
    /// The user's id.
    pub id: String,
    /// The address to log in with.
    pub email: String,
    /// `user` or `admin`.
    pub role: String,
    /// Whether the user is banned.
    pub banned: bool,
    /// The stored password as a PHC string.
    pub phc: String,
}

impl std::fmt::Debug for UserRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut user = f.debug_struct("UserRecord");
        user.field("id", &self.id).field("email", &self.email).field("role", &self.role);
        user.field("banned", &self.banned).finish_non_exhaustive()
    }
}

impl KeptRecord {
    /// Says in the note that one node alone has this record.
    pub(crate) fn at_node(&mut self, number: usize) {
        let sign = if self.note.is_empty() { "" } else { ", " };
        self.note.push_str(&format!("{sign}in the memory of node {number}"));
    }
}

/// The sessions and refresh families of a store.
pub(crate) async fn leak(store: &dyn Store, now: LabTime) -> Kept<Vec<LeakedRecord>> {
    let session = |one: SessionRecord| {
        let SessionRecord { id: key, user, device, .. } = one;
        LeakedRecord { what: Record::Session, user, device, key }
    };
    let family = |one: FamilyRecord| {
        let FamilyRecord { current: key, user, device, .. } = one;
        LeakedRecord { what: Record::Family, user, device, key }
    };
    let sessions = store.all_sessions(now).await?.into_iter().map(session);
    let live = store.all_families(now).await?.into_iter().filter(|family| family.ended.is_none());
    Ok(sessions.chain(live.map(family)).collect())
}

/// Octets of the numbers, the hash and the handle of any record.
const FIXED_BYTES: usize = 72;

impl From<SessionRecord> for KeptRecord {
    fn from(session: SessionRecord) -> Self {
        let text = session.user.len() + session.device.len() + session.cached_role.as_ref().map_or(0, String::len);
        Self {
            what: Record::Session,
            id: session.handle(),
            note: session.cached_role.as_ref().map(|role| format!("role {role}, copied at login")).unwrap_or_default(),
            idle_ends: Some(session.expiry()),
            ends: Some(session.ends),
            ended: None,
            bytes: (FIXED_BYTES + text) as u64,
            user: session.user,
            device: session.device,
        }
    }
}

impl From<FamilyRecord> for KeptRecord {
    fn from(family: FamilyRecord) -> Self {
        let text = family.user.len() + family.device.len();
        Self {
            what: Record::Family,
            note: format!("generation {}", family.generation),
            idle_ends: None,
            ends: Some(family.ends),
            ended: family.ended.map(|ending| (ending.at, ending.cause)),
            bytes: (FIXED_BYTES + text) as u64,
            id: family.id,
            user: family.user,
            device: family.device,
        }
    }
}

impl From<AccessRecord> for KeptRecord {
    fn from(access: AccessRecord) -> Self {
        Self {
            what: Record::Access,
            id: handle(&access.token),
            note: format!("of family {}", access.family),
            bytes: (FIXED_BYTES + access.user.len()) as u64,
            ends: Some(access.ends),
            ..Self::nobodys(access.user)
        }
    }
}

impl KeptRecord {
    /// A token that is listed as revoked.
    pub(crate) fn revocation(name: String, until: LabTime) -> Self {
        let bytes = (FIXED_BYTES + name.len()) as u64;
        // Who gave it is the design itself, in every line of its list.
        let id = name.rsplit(' ').next().unwrap_or_default().to_owned();
        Self { what: Record::Revocation, id, bytes, ends: Some(until), ..Self::nobodys(String::new()) }
    }

    /// The version that a user's tokens must have.
    pub(crate) fn version(user: String, version: u64) -> Self {
        let bytes = (size_of::<u64>() + user.len()) as u64;
        Self {
            what: Record::Version,
            id: user.clone(),
            note: format!("version {version}"),
            bytes,
            ..Self::nobodys(user)
        }
    }

    fn nobodys(user: String) -> Self {
        let (id, device, note) = (String::new(), String::new(), String::new());
        let (idle_ends, ends, ended) = (None, None, None);
        Self { what: Record::Session, id, user, device, note, idle_ends, ends, ended, bytes: 0 }
    }
}

/// Traces and counters of one server.
#[derive(Default)]
pub(crate) struct Records {
    next_request: AtomicU64,
    traces: Mutex<(VecDeque<u64>, HashMap<u64, Trace>)>,
    pub(crate) traffic: Traffic,
}

/// Octets that passed the server's sockets.
#[derive(Default)]
pub(crate) struct Traffic {
    pub(crate) up: AtomicU64,
    pub(crate) down: AtomicU64,
}

impl Records {
    /// The next request's number, for its `X-Request-Id`.
    pub(crate) fn number(&self) -> u64 {
        self.next_request.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn keep(&self, request: u64, trace: Trace) {
        let (order, traces) = &mut *self.traces.lock().unwrap_or_else(PoisonError::into_inner);
        order.push_back(request);
        traces.insert(request, trace);
        if order.len() > MOST_TRACES
            && let Some(oldest) = order.pop_front()
        {
            traces.remove(&oldest);
        }
    }

    pub(crate) fn take(&self, request: u64) -> Option<Trace> {
        let (order, traces) = &mut *self.traces.lock().unwrap_or_else(PoisonError::into_inner);
        // The newest are asked for first, so the search from the back is short.
        if let Some(at) = order.iter().rposition(|known| *known == request) {
            order.remove(at);
        }
        traces.remove(&request)
    }
}
