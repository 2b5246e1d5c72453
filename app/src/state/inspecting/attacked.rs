//! What came of attacks: what could be forged, what a lane accepted of it, and how far the search for a secret is.

use std::fmt;
use std::time::Duration;

/// One attack, and what it makes of the token that is looked at.
#[derive(Clone, Debug)]
pub(crate) struct Forgery {
    pub(crate) name: &'static str,
    /// What is done, as a sentence without its full stop.
    pub(crate) told: &'static str,
    /// The names of its variants; why it has no object, where it has none.
    pub(crate) variants: Result<Vec<String>, String>,
}

/// All attacks, tried against a lane.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trying {
    pub(crate) done: Vec<Tried>,
    pub(crate) all: usize,
    pub(crate) running: bool,
}

/// What came of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tried {
    pub(crate) name: &'static str,
    /// How many variants were sent; None where there was nothing to send.
    pub(crate) sent: Option<usize>,
    /// With how many of them the attacker was taken for somebody else.
    pub(crate) accepted: usize,
    pub(crate) told: String,
    /// The exchange that decided.
    pub(crate) number: Option<usize>,
}

/// The search for a secret, as far as it has come.
#[derive(Clone)]
pub(crate) struct Cracking {
    pub(crate) running: bool,
    /// Candidates so far, those of earlier parts of the same search among them.
    pub(crate) tried: u64,
    pub(crate) per_second: f64,
    /// How much of everything that is, where that is known: 0 to 1.
    pub(crate) share: Option<f64>,
    pub(crate) left: Option<Duration>,
    pub(crate) threads: usize,
    pub(crate) ended: Option<Cracked>,
}

/// How it ended.
#[derive(Clone)]
pub(crate) enum Cracked {
    Found {
        secret: Vec<u8>,
    },
    NotFound,
    Stopped,
    /// It proved nothing, and why.
    Broken(String),
}

/// A secret is not printed.
impl fmt::Debug for Cracking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cracking").field("running", &self.running).field("tried", &self.tried).finish_non_exhaustive()
    }
}
