//! A browser goes through the plan: one that is driven, or the user's own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use lockstep_server::{Config, DemoServer, Journal, Measuring, Progress, Running, Seen};
use lockstep_shared::clock::{Clock, LabTime};

use super::agent::{self, Timing};
use super::cases::{Extent, Plan};
use super::compare::{Report, Sides};
use crate::chromium::{Chromium, Wanted};

/// The two minutes of the standard's "Lax-allowing-unsafe".
const WINDOW: Duration = Duration::from_secs(120);
/// How long they are with [`SHORT`].
const SHORT_WINDOW: Duration = Duration::from_secs(10);
/// Chromium's own switch for tests.
const SHORT: &str = "ShortLaxAllowUnsafeThreshold";

/// What the generator begins with and how many sites it makes: more than 1,000 combinations, always the same.
const SEED: u64 = 0x10c_57e9;
const SITES: usize = 12;

/// How long nothing may happen before a browser that we drive is given up. It waits for the window meanwhile.
const SILENCE: Duration = Duration::from_secs(30);

/// Measures a Chromium without a screen.
pub(crate) async fn measure(chromium: Option<PathBuf>) -> anyhow::Result<Report> {
    measure_and_tell(chromium, |_| {}).await
}

/// The same, and tells how far it is each time that it is further.
pub(crate) async fn measure_and_tell(chromium: Option<PathBuf>, tell: impl Fn(&Progress)) -> anyhow::Result<Report> {
    let wanted = Wanted { chromium, features: vec![SHORT.to_owned()], ..Wanted::default() };
    let browser = Chromium::start(&wanted).await?;
    let hand = by_hand_for(SHORT_WINDOW).await?;
    browser.go(hand.address()).await?;
    hand.done_and_tell(Some(SILENCE), tell).await?;
    let named = (browser.name().to_owned(), browser.version().to_owned());
    browser.close().await;
    Ok(hand.report(Some(named)))
}

/// A measurement that waits for a browser to come.
pub(crate) struct ByHand {
    address: String,
    measuring: Measuring,
    plan: Plan,
    start: LabTime,
    window: Duration,
    _server: Running,
}

/// Opens a measurement for the user's own browser.
pub(crate) async fn by_hand() -> anyhow::Result<ByHand> {
    by_hand_for(WINDOW).await
}

async fn by_hand_for(window: Duration) -> anyhow::Result<ByHand> {
    let clock = Clock::wall();
    let config = Config {
        designs: Vec::new(),
        default: None,
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        clock: clock.clone(),
        users: Vec::new(),
        nodes: 1,
        files: None,
        redis: None,
        journal: Journal::WriteAhead,
        store_wait: Config::STORE_WAIT,
        publisher: None,
        visits: false,
    };
    let server = DemoServer::start(config).await?;
    let start = clock.now();
    let measuring = server.measure().await?;
    let plan = Plan::whole(&measuring.path(), Extent { window, seed: SEED, sites: SITES });
    measuring.plan(plan.steps.iter().map(|step| step.probe.clone()).collect());
    Ok(ByHand { address: measuring.start_page(), measuring, plan, start, window, _server: server })
}

impl ByHand {
    /// Where the browser has to go.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// How far it is.
    pub(crate) fn progress(&self) -> Progress {
        self.measuring.progress().borrow().clone()
    }

    /// Waits until the browser has come to the end; with a limit, not longer than that for anything new.
    pub(crate) async fn done(&self, silence: Option<Duration>) -> anyhow::Result<()> {
        self.done_and_tell(silence, |_| {}).await
    }

    /// The same, and tells how far it is each time that it is further.
    pub(crate) async fn done_and_tell(
        &self,
        silence: Option<Duration>,
        tell: impl Fn(&Progress),
    ) -> anyhow::Result<()> {
        let mut progress = self.measuring.progress();
        loop {
            let at = progress.borrow_and_update().clone();
            tell(&at);
            if at.done {
                return Ok(());
            }
            let changed = progress.changed();
            match silence {
                Some(silence) => match tokio::time::timeout(silence, changed).await {
                    Ok(changed) => changed.context("the measurement was closed")?,
                    Err(_) => {
                        let step = self.plan.steps.get(at.probes);
                        bail!("the browser stopped after {} of {} requests, before {step:?}", at.probes, at.of)
                    }
                },
                None => changed.await.context("the measurement was closed")?,
            }
        }
    }

    /// What came of it so far. The browser's own name is taken where none is given.
    pub(crate) fn report(&self, named: Option<(String, String)>) -> Report {
        let named = named.or_else(|| self.progress().browser);
        let named = named.unwrap_or_else(|| ("a browser".to_owned(), "unknown".to_owned()));
        self.report_of(&self.measuring.seen(), named)
    }

    pub(super) fn report_of(&self, seen: &[Seen], named: (String, String)) -> Report {
        let (plan, places, timing) = self.sides();
        Sides { plan, places: &places, seen, timing }.report(named, self.window.as_secs())
    }

    /// What the agents need to know to do the same.
    pub(super) fn sides(&self) -> (&Plan, Vec<agent::Place>, Timing) {
        let steps = self.plan.steps.iter().enumerate();
        let places = steps.map(|(index, step)| agent::Place::of(&self.measuring, step, index)).collect();
        let stretch = WINDOW.as_secs_f64() / self.window.as_secs_f64();
        (&self.plan, places, Timing { start: self.start, stretch })
    }
}
