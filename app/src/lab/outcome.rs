//! What a cell measured: for each actor whether it was still let in and how long, and the whole of a comparison as it is
//! written out.

mod changes;
mod kept;
mod story;
mod track;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::scenario::Thief;

pub(crate) use changes::{Change, changes};
pub(crate) use kept::{AboutDesign, AboutScenario, read};
pub(crate) use story::{Evidence, StoryStep};
pub(crate) use track::{Answer, Track};

/// The name and version of the JSON that a comparison is written as.
pub(crate) const SCHEMA: &str = "lockstep.compare/1";

/// The measured actors' outcomes, in the order of every table.
pub(crate) type Actors = BTreeMap<Actor, ActorOutcome>;

/// Every cell of a run, with the totals.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Comparison {
    pub(crate) schema: String,
    pub(crate) cells: Vec<Cell>,
    pub(crate) totals: Totals,
    /// Whether it is a part of a kept result, so that log-ins and times in the totals are those of the whole.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_part: bool,
    /// What `totals.floor_ms` was made from.
    #[serde(default)]
    pub(crate) floor: Floor,
    /// What the ids in the cells stand for, in the order of every list. A kept result may name what is no longer there.
    #[serde(default)]
    pub(crate) designs: Vec<AboutDesign>,
    #[serde(default)]
    pub(crate) scenarios: Vec<AboutScenario>,
    /// How it differs from another one; None where it was not held against any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) changes: Option<Vec<Change>>,
}

/// One run of one scenario against one design, in one of the thief's worlds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cell {
    pub(crate) design: String,
    pub(crate) scenario: String,
    /// What the thief copied; None where the scenario has one world.
    pub(crate) thief: Option<Thief>,
    pub(crate) status: Status,
    /// Empty unless the cell ran.
    pub(crate) actors: Actors,
    /// Whether the server raised an alarm.
    pub(crate) detected: bool,
    /// The expectation as the scenario file writes it.
    pub(crate) expected: Option<String>,
    /// None where nothing was expected or the cell did not run.
    pub(crate) as_expected: Option<bool>,
    pub(crate) exchanges: u64,
    pub(crate) bytes_up: u64,
    pub(crate) bytes_down: u64,
    pub(crate) store_reads: u64,
    pub(crate) store_writes: u64,
    pub(crate) wall_ms: u64,
    /// One sentence on what decided the cell, or why it did not run.
    pub(crate) why: String,
    /// The numbers of the exchanges that decided.
    pub(crate) deciding: Vec<usize>,
    /// Where the cell differs from what was expected, in words.
    #[serde(default)]
    pub(crate) mismatch: Option<String>,
    /// Whose own access the steps were meant to end.
    #[serde(default)]
    pub(crate) ends: Vec<Actor>,
    /// What happened, up to where the cell broke if it did.
    #[serde(default)]
    pub(crate) steps: Vec<StoryStep>,
    /// The deciding exchanges, in the order of `deciding`.
    #[serde(default)]
    pub(crate) evidence: Vec<Evidence>,
}

/// Whether a cell could be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    Ran,
    /// A step has no object at all in this design.
    NotApplicable,
    /// The experiment itself failed, which says nothing about the design.
    Broken,
}

/// A step has no object at all in a design: an error that makes a cell not applicable instead of broken.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotApplicable(pub(crate) String);

/// The sums over all cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Totals {
    pub(crate) cells: u64,
    pub(crate) ran: u64,
    pub(crate) not_applicable: u64,
    pub(crate) broken: u64,
    pub(crate) unexpected: u64,
    pub(crate) logins: u64,
    pub(crate) exchanges: u64,
    pub(crate) wall_ms: u64,
    pub(crate) floor_ms: u64,
}

/// The least time that the same work could have taken on this machine, as the factors that were measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Floor {
    /// Argon2 hashes computed, and how long one takes alone.
    pub(crate) hashes: u64,
    #[serde(rename = "hash_us", with = "kept::micros")]
    pub(crate) hash: Duration,
    /// Exchanges sent, and how long one takes against a route that does nothing.
    pub(crate) exchanges: u64,
    #[serde(rename = "exchange_us", with = "kept::micros")]
    pub(crate) exchange: Duration,
    pub(crate) cores: u32,
}

impl Floor {
    /// (hashes × one hash + exchanges × one exchange) ÷ cores.
    pub(crate) fn total(&self) -> Duration {
        let nanos = |count: u64, each: Duration| u128::from(count) * each.as_nanos();
        let sum = nanos(self.hashes, self.hash) + nanos(self.exchanges, self.exchange);
        Duration::from_nanos(u64::try_from(sum / u128::from(self.cores.max(1))).unwrap_or(u64::MAX))
    }
}

impl Totals {
    /// Counts the cells; `logins` and both times are the run's own and start at 0.
    pub(crate) fn count(cells: &[Cell]) -> Self {
        let with = |wanted: fn(&Cell) -> bool| cells.iter().filter(|cell| wanted(cell)).count() as u64;
        Self {
            cells: cells.len() as u64,
            ran: with(|cell| cell.status == Status::Ran),
            not_applicable: with(|cell| cell.status == Status::NotApplicable),
            broken: with(|cell| cell.status == Status::Broken),
            unexpected: with(|cell| cell.as_expected == Some(false)),
            exchanges: cells.iter().map(|cell| cell.exchanges).sum(),
            ..Self::default()
        }
    }
}

/// What one actor came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ActorOutcome {
    pub(crate) verdict: Verdict,
    /// Seconds from the mark to the first refusal with no acceptance after it.
    pub(crate) after_s: Option<u64>,
    /// None for the baseline itself, and where there was no verdict to compare.
    pub(crate) effect: Option<Effect>,
    /// Whether a transfer that was tried right after the mark went through; None where it was not tried.
    pub(crate) acted: Option<bool>,
    /// Seconds from the mark to the first refused admin probe; None where the role lasted as long as in the baseline.
    pub(crate) role_after_s: Option<u64>,
}

/// Whether an actor kept its access after the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// Never let in: refused just before the mark or, where the server could not tell then, with nothing that it had
    /// accepted earlier; and never accepted after it.
    NeverIn,
    /// Refused from some moment on.
    Out,
    /// Accepted up to the horizon.
    In,
    /// Accepted again after a refusal.
    Flapping,
    /// In the end the server could not tell (503), or for two minutes before it refused; it had refused nothing until then.
    Unavailable,
    /// Was to keep quiet after the mark.
    NotAsked,
}

/// How an actor's access compares with the same actor's where nothing happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Effect {
    /// It lasted as long, or longer.
    None,
    /// It ended earlier.
    Sooner,
    /// It goes on with credentials that a log-in or a password change issued in or after the marked step.
    New,
}

#[cfg(test)]
mod tests;
