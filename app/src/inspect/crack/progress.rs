//! How far a search is, how fast it goes, and how long it will take.

use std::time::Duration;

use super::{Place, Plan, Source};

/// Octets of a line, before any has been read: those of rockyou.txt have so many.
const USUAL_LINE: f64 = 9.8;

/// How much of the rate is that of the last moment.
const FRESH: f64 = 0.2;

/// What is known of a search that is under way.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    /// Where it is; earlier runs of the same search count.
    pub(crate) place: Place,
    /// Candidates that were hashed in this run.
    pub(crate) tried: u64,
    /// Candidates a second, on all threads together; 0 before it is known.
    pub(crate) per_second: f64,
    /// Candidates of the whole plan, estimated where a list has yet to be read; None where nobody can say.
    pub(crate) all: Option<f64>,
    /// The time that is left at this rate, until everything has been tried.
    pub(crate) left: Option<Duration>,
    pub(crate) jobs: usize,
    /// The last update: candidates, and when.
    last: (u64, Duration),
    /// Octets of a list's line, and where in it counting began.
    line: f64,
    began: Place,
}

impl Progress {
    pub(super) fn new(plan: &Plan, from: Place, jobs: usize) -> Self {
        let mut progress = Self {
            place: from,
            tried: 0,
            per_second: 0.0,
            all: None,
            left: None,
            jobs,
            last: (0, Duration::ZERO),
            line: USUAL_LINE,
            began: from,
        };
        progress.all = progress.rest(plan).map(|rest| from.tried as f64 + rest);
        progress
    }

    pub(super) fn update(&mut self, plan: &Plan, place: Place, tried: u64, elapsed: Duration) {
        let (before, then) = std::mem::replace(&mut self.last, (tried, elapsed));
        let passed = elapsed.saturating_sub(then).as_secs_f64();
        if passed > 0.0 {
            let now = (tried - before) as f64 / passed;
            self.per_second = match self.per_second {
                0.0 => now,
                earlier => earlier + FRESH * (now - earlier),
            };
        }
        if place.source != self.began.source {
            (self.began, self.line) = (place, USUAL_LINE);
        }
        if let Some(Source::Words(words)) = plan.sources.get(place.source) {
            let read = (place.tried - self.began.tried) / words.rules.len() as u64;
            if read > 0 && place.at > self.began.at {
                self.line = (place.at - self.began.at) as f64 / read as f64;
            }
        }
        (self.place, self.tried) = (place, tried);
        let rest = self.rest(plan);
        self.all = rest.map(|rest| place.tried as f64 + rest);
        let secs = rest.filter(|_| self.per_second > 0.0).map(|rest| rest / self.per_second);
        self.left = secs.and_then(|secs| Duration::try_from_secs_f64(secs).ok());
    }

    /// Candidates that are still to be tried.
    fn rest(&self, plan: &Plan) -> Option<f64> {
        let sources = plan.sources.iter().enumerate().skip(self.place.source);
        sources.map(|(at, source)| self.of(source, if at == self.place.source { self.place.at } else { 0 })).sum()
    }

    fn of(&self, source: &Source, at: u64) -> Option<f64> {
        match source {
            Source::Mask(mask) => mask.candidates().map(|all| all.saturating_sub(at) as f64),
            Source::Words(words) => {
                let octets = words.list.octets()?.saturating_sub(at);
                Some(octets as f64 / self.line * words.rules.len() as f64)
            }
        }
    }
}
