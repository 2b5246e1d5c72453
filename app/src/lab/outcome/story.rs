//! A cell's story as data: each step as it was told, and the exchanges that decided. It holds no secrets and outlives
//! the server that it is about.

use serde::{Deserialize, Serialize};

use crate::lab::actor::Actor;

/// One step of a run, as it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoryStep {
    /// Its place among the steps of its world, from 1.
    pub(crate) number: usize,
    /// Who did it, by the key in scenario files: an actor, `everyone`, `server` or `advance`.
    pub(crate) by: String,
    /// As a line of a script: `attacker: steal from laptop by device`.
    pub(crate) step: String,
    /// Whether access should end with it.
    pub(crate) mark: bool,
    /// Seconds of lab time from the start of the run.
    pub(crate) at_s: u64,
    /// Seconds of lab time from the mark; None up to the mark itself.
    pub(crate) after_mark_s: Option<u64>,
    /// What came of it, in words.
    pub(crate) said: String,
    /// The numbers of its first and last exchange; None where it made none.
    pub(crate) exchanges: Option<(usize, usize)>,
}

/// An exchange that decided, without what was secret in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Evidence {
    pub(crate) number: usize,
    /// Seconds of lab time from the mark; None where it came before, or where there was no mark.
    pub(crate) after_mark_s: Option<u64>,
    pub(crate) actor: Actor,
    pub(crate) method: String,
    /// With the ids in it left out.
    pub(crate) path: String,
    pub(crate) status: u16,
    /// A refusal's stable reason.
    pub(crate) reason: Option<String>,
    /// A refusal's own words.
    pub(crate) detail: Option<String>,
    /// What the server did, act by act, in words.
    pub(crate) acts: Vec<String>,
}
