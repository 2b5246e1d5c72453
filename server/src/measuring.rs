//! A measurement of somebody's browser: which cookies it takes and sends, as this server sees it.
//!
//! While one is open, hosts of its own are served under a path that only its owner knows. Its pages make the requests of
//! its plan one after the other, each from the page that it should come from, and what arrived is kept. What ought to have
//! arrived is not known here.

mod pages;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use lockstep_shared::clock::Stopwatch;
use tokio::sync::watch;

use crate::listen::{self, Phase};
use crate::node::Entrance;
use crate::{Running, ServerError, listener};

/// One request that the browser is to make, or one look at what a page sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The page that makes it.
    pub from: Place,
    /// How the page makes it.
    pub how: How,
    /// Where it goes. A script that writes or reads goes nowhere.
    pub to: Place,
    /// The rest of its path, behind [`Measuring::path`]; without a slash in front.
    pub rest: String,
    /// The `Set-Cookie` lines of its response, or what the script writes. Octets that no header can have are left out of
    /// headers; the line is then never sent.
    pub lines: Vec<Vec<u8>>,
    /// It waits until so long after the probe of that index was answered.
    pub after: Option<(usize, Duration)>,
}

/// A host name at one of the two ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Such as `a.localhost`.
    pub host: String,
    /// Whether it is at the other port, which is the same for cookies and another origin for pages.
    pub other_port: bool,
}

/// How a page makes a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum How {
    /// The whole tab goes there by a form that posts.
    Form,
    /// The whole tab goes there by a link.
    Link,
    /// An image in the page.
    Image,
    /// A frame in the page.
    Frame,
    /// `fetch`, POST, with `credentials: "include"`.
    FetchPost,
    /// `fetch`, GET, with the credentials that are the default.
    FetchGet,
    /// A script in the page writes `document.cookie`.
    Write,
    /// A script in the page reads `document.cookie`.
    Read,
}

impl How {
    fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Link => "link",
            Self::Image => "image",
            Self::Frame => "frame",
            Self::FetchPost => "fetch-post",
            Self::FetchGet => "fetch-get",
            Self::Write => "write",
            Self::Read => "read",
        }
    }

    /// Whether the page that makes the request is gone after it.
    fn leaves(self) -> bool {
        matches!(self, Self::Form | Self::Link)
    }
}

/// What came of a probe. Its `Debug` shows no cookie.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The request, if it arrived.
    pub arrived: Option<Arrived>,
    /// What the page's script read.
    pub said: Option<String>,
    /// When it was answered, or the script had written or read, since the measurement began.
    pub at: Option<Duration>,
}

/// A request as it arrived.
#[derive(Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Its method.
    pub method: String,
    /// Its whole `Cookie` header.
    pub cookie: Option<Vec<u8>>,
    /// Its `Origin` header.
    pub origin: Option<String>,
    /// Its `Sec-Fetch-*` headers by name, in the order Site, Mode, Dest; those that it has.
    pub sec_fetch: Vec<(&'static str, String)>,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seen").field("arrived", &self.arrived.is_some()).field("at", &self.at).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Arrived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrived").field("method", &self.method).field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// How far a measurement is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Probes that are over.
    pub probes: usize,
    /// Of how many.
    pub of: usize,
    /// Whether the browser has come to the end.
    pub done: bool,
    /// What the browser calls itself, once it has come: its name and whole version.
    pub browser: Option<(String, String)>,
}

/// An open measurement; it is closed when this is dropped, and its pages are gone then.
pub struct Measuring {
    inner: Arc<Inner>,
    phase: watch::Sender<Phase>,
}

/// What the pages and the owner share.
pub(crate) struct Inner {
    /// Nobody else can name a path of this measurement.
    token: String,
    first: SocketAddr,
    second: SocketAddr,
    started: Stopwatch,
    plan: Mutex<Plan>,
    progress: watch::Sender<Progress>,
}

#[derive(Default)]
struct Plan {
    probes: Vec<Probe>,
    seen: Vec<Seen>,
}

/// Where the server finds the measurement that is open, if there is one.
#[derive(Default)]
pub(crate) struct Open(Mutex<Weak<Inner>>);

impl Open {
    pub(crate) fn now(&self) -> Option<Arc<Inner>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).upgrade()
    }
}

impl Running {
    /// Opens a measurement in place of any before it, and a second port beside the server's own. It has no probes yet.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn measure(&self) -> Result<Measuring, ServerError> {
        let (listener, second) = listener(SocketAddr::new(self.address.ip(), 0)).await?;
        let mut token = [0; 16];
        getrandom::fill(&mut token).expect("the system has random numbers");
        let token = token.iter().map(|octet| format!("{octet:02x}")).collect();
        let (progress, _) = watch::channel(Progress::default());
        let started = Stopwatch::start();
        let inner = Inner { token, first: self.address, second, started, plan: Mutex::default(), progress };
        let inner = Arc::new(inner);
        *self.site.measuring.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(&inner);
        let (phase, watcher) = watch::channel(Phase::Serving(0));
        tokio::spawn(listen::serve(listener, Entrance::Balancer, self.router.clone(), self.site.clone(), watcher));
        Ok(Measuring { inner, phase })
    }
}

impl Measuring {
    /// The path under which the probes lie, with a slash at its end: each at this path and its rest.
    pub fn path(&self) -> String {
        format!("{}at/", self.inner.root())
    }

    /// Sets the probes, and forgets what was seen before.
    pub fn plan(&self, probes: Vec<Probe>) {
        let seen = vec![Seen::default(); probes.len()];
        self.inner.progress.send_replace(Progress { of: probes.len(), ..Progress::default() });
        *self.inner.plan() = Plan { probes, seen };
    }

    /// The address that a probe goes to.
    pub fn address(&self, probe: &Probe, index: usize) -> String {
        self.inner.address(probe, index)
    }

    /// The address of the page that makes a probe.
    pub fn page(&self, probe: &Probe, index: usize) -> String {
        self.inner.page(probe, index)
    }

    /// Where a browser begins.
    pub fn start_page(&self) -> String {
        format!("http://measuring.localhost:{}{}", self.inner.first.port(), self.inner.root())
    }

    /// How far the browser is; the receiver is told of every change.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.inner.progress.subscribe()
    }

    /// What was seen of each probe.
    pub fn seen(&self) -> Vec<Seen> {
        self.inner.plan().seen.clone()
    }
}

impl Drop for Measuring {
    fn drop(&mut self) {
        self.phase.send_replace(Phase::Stopped);
    }
}

impl Inner {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The path under which everything of this measurement lies.
    fn root(&self) -> String {
        format!("/measuring/{}/", self.token)
    }

    fn origin(&self, place: &Place) -> String {
        let at = if place.other_port { self.second } else { self.first };
        format!("http://{}:{}", place.host, at.port())
    }

    fn address(&self, probe: &Probe, index: usize) -> String {
        format!("{}{}at/{}?{index}", self.origin(&probe.to), self.root(), probe.rest)
    }

    fn page(&self, probe: &Probe, index: usize) -> String {
        format!("{}{}at/page?{index}", self.origin(&probe.from), self.root())
    }

    /// The page of the probe at `index`; past the last, the page that says so.
    fn next(&self, plan: &Plan, index: usize) -> String {
        match plan.probes.get(index) {
            Some(probe) => self.page(probe, index),
            None => format!("http://measuring.localhost:{}{}done", self.first.port(), self.root()),
        }
    }
}
