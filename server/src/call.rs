//! One request on its way through the server: which design it is for, when it is, and the trace of what was done.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use lockstep_shared::clock::{LabTime, Stopwatch};
use lockstep_shared::trace::{Act, Change, Record, Timed, Trace};

use crate::door::Door;
use crate::mechanism::dpop::Unused;
use crate::mistake;
use crate::parking::Parking;
use crate::site::Site;
use crate::store::{Hash, SessionRecord, sha256};
use crate::xray::Records;

/// One request. Handlers, mechanisms and credentials write into its trace.
pub(crate) struct Call {
    pub(crate) door: Arc<Door>,
    /// The lab's time when the request arrived: one instant decides everything in it.
    pub(crate) now: LabTime,
    /// What was asked for.
    pub(crate) asked: Asked,
    parking: Arc<Parking>,
    /// Where the request came in, and the site behind that; None where it did not come over the wire.
    arrival: Option<(SocketAddr, Arc<Site>)>,
    open: Mutex<Open>,
}

/// What a request asks for.
#[derive(Default)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// The whole address with the host as it was named, and without a query.
    pub(crate) address: String,
}

/// What comes up on the way.
#[derive(Default)]
struct Open {
    trace: Trace,
    /// The session to save: it was used now.
    used: Option<SessionRecord>,
    /// Cookies of a silent renewal.
    cookies: Vec<String>,
    /// The thumbprint of the key that the request has proven to have: a proof is checked once, as it is good for once.
    proven: Option<String>,
    /// That proof, until it is used up.
    unused: Option<Unused>,
    held: Hold,
}

/// Whether the lab lets the request wait.
#[derive(Default)]
enum Hold {
    #[default]
    No,
    Now,
    Lately,
}

impl Call {
    pub(crate) fn new(door: Arc<Door>, now: LabTime, asked: Asked, parking: Arc<Parking>) -> Self {
        Self { door, now, asked, parking, arrival: None, open: Mutex::default() }
    }

    /// The same, with the address at which the request came in.
    pub(crate) fn arrived(self, at: SocketAddr, site: Arc<Site>) -> Self {
        Self { arrival: Some((at, site)), ..self }
    }

    /// Where this server can be reached, and what it notes of its requests.
    pub(crate) fn arrival(&self) -> Option<(SocketAddr, &Records)> {
        self.arrival.as_ref().map(|(at, site)| (*at, &site.records))
    }

    /// The host as the request named it, with its port.
    pub(crate) fn host(&self) -> &str {
        let address = self.asked.address.strip_prefix("http://").unwrap_or(&self.asked.address);
        address.split('/').next().unwrap_or_default()
    }

    /// Notes what another server did for this request.
    pub(crate) fn others_did(&self, trace: Trace) {
        self.open(|open| open.trace.acts.extend(trace.acts));
    }

    /// What the store keeps of a secret: its hash, so that a leaked store opens nothing.
    pub(crate) fn at_rest(&self, secret: &str) -> Hash {
        mistake::plain_at_rest::key(&self.door.design.mistakes, secret).unwrap_or_else(|| sha256(secret))
    }

    /// Notes an act that nobody timed.
    pub(crate) fn did(&self, act: Act) {
        self.did_in(act, 0);
    }

    /// Notes an act and the microseconds that it took.
    pub(crate) fn did_in(&self, act: Act, micros: u64) {
        self.open(|open| open.trace.acts.push(Timed { act, micros }));
    }

    /// Notes that the store was read.
    pub(crate) fn read(&self, what: Record, found: bool, watch: Stopwatch) {
        self.read_in(self.door.engine(), what, found, watch);
    }

    /// Notes that something was read from another engine than the design's.
    pub(crate) fn read_in(&self, engine: &'static str, what: Record, found: bool, watch: Stopwatch) {
        self.did_in(Act::StoreRead { what, engine: engine.into(), found }, watch.micros());
    }

    /// Notes that the store was changed.
    pub(crate) fn wrote(&self, what: Record, change: Change, records: u64, watch: Stopwatch) {
        self.wrote_in(self.door.engine(), what, change, records, watch);
    }

    /// Notes that something was changed in another engine than the design's.
    pub(crate) fn wrote_in(&self, engine: &'static str, what: Record, change: Change, records: u64, watch: Stopwatch) {
        self.did_in(Act::StoreWritten { what, engine: engine.into(), change, records }, watch.micros());
    }

    /// Lets the request wait here where the lab asked for that.
    pub(crate) async fn park(&self, point: &'static str) {
        let Some(wait) = self.parking.wait(point) else { return };
        self.open(|open| open.held = Hold::Now);
        if wait.await {
            self.did(Act::Parked { point: point.into() });
        }
        self.open(|open| open.held = Hold::Lately);
    }

    /// Whether the lab holds the request, or has held it since this was last asked.
    pub(crate) fn was_held(&self) -> bool {
        self.open(|open| match open.held {
            Hold::Now => true,
            Hold::Lately => {
                open.held = Hold::No;
                true
            }
            Hold::No => false,
        })
    }

    /// Remembers to save this session: when the handler has answered, or before it changes anything.
    pub(crate) fn used(&self, session: SessionRecord) {
        self.open(|open| open.used = Some(session));
    }

    pub(crate) fn take_used(&self) -> Option<SessionRecord> {
        self.open(|open| open.used.take())
    }

    /// Adds `Set-Cookie` lines to whatever the handler answers.
    pub(crate) fn set_cookies(&self, lines: Vec<String>) {
        self.open(|open| open.cookies.extend(lines));
    }

    pub(crate) fn take_cookies(&self) -> Vec<String> {
        self.open(|open| std::mem::take(&mut open.cookies))
    }

    /// Remembers which key the request has proven to have, and the proof to use up.
    pub(crate) fn prove(&self, key: String, unused: Option<Unused>) {
        self.open(|open| (open.proven, open.unused) = (Some(key), unused));
    }

    pub(crate) fn take_unused(&self) -> Option<Unused> {
        self.open(|open| open.unused.take())
    }

    /// The key that the request has proven to have; None where nobody asked yet.
    pub(crate) fn proven(&self) -> Option<String> {
        self.open(|open| open.proven.clone())
    }

    pub(crate) fn take_trace(&self) -> Trace {
        self.open(|open| std::mem::take(&mut open.trace))
    }

    fn open<T>(&self, change: impl FnOnce(&mut Open) -> T) -> T {
        change(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Handlers ask for the call as an argument; the host guard put it into the request.
#[derive(Clone)]
pub(crate) struct TheCall(pub(crate) Arc<Call>);

impl std::ops::Deref for TheCall {
    type Target = Call;

    fn deref(&self) -> &Call {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for TheCall {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().expect("the host guard comes before every handler").clone())
    }
}
