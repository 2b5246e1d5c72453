//! One request on its way through the server: which design it is for, when it is, and the trace of what was done.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use lockstep_shared::clock::{LabTime, Stopwatch};
use lockstep_shared::trace::{Act, Change, Record, Timed, Trace};

use crate::door::Door;
use crate::parking::Parking;
use crate::store::SessionRecord;

/// One request. Handlers, mechanisms and credentials write into its trace.
pub(crate) struct Call {
    pub(crate) door: Arc<Door>,
    /// The lab's time when the request arrived: one instant decides everything in it.
    pub(crate) now: LabTime,
    parking: Arc<Parking>,
    open: Mutex<Open>,
}

/// What is still to be done when the handler has answered.
#[derive(Default)]
struct Open {
    trace: Trace,
    /// The session to save: it was used now.
    used: Option<SessionRecord>,
    /// Cookies of a silent renewal.
    cookies: Vec<String>,
}

impl Call {
    pub(crate) fn new(door: Arc<Door>, now: LabTime, parking: Arc<Parking>) -> Self {
        Self { door, now, parking, open: Mutex::default() }
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
        let engine = self.door.engine().to_owned();
        self.did_in(Act::StoreRead { what, engine, found }, watch.micros());
    }

    /// Notes that the store was changed.
    pub(crate) fn wrote(&self, what: Record, change: Change, records: u64, watch: Stopwatch) {
        let engine = self.door.engine().to_owned();
        self.did_in(Act::StoreWritten { what, engine, change, records }, watch.micros());
    }

    /// Lets the request wait here where the lab asked for that.
    pub(crate) async fn park(&self, point: &'static str) {
        if self.parking.wait(point).await {
            self.did(Act::Parked { point: point.to_owned() });
        }
    }

    /// Remembers to save this session when the handler has answered.
    pub(crate) fn used(&self, session: SessionRecord) {
        self.open(|open| open.used = Some(session));
    }

    /// Forgets to save the session where the handler has ended this user's sessions itself.
    pub(crate) fn ended(&self, user: &str) {
        self.open(|open| open.used.take_if(|used| used.user == user));
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
