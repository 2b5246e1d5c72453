//! A scenario that is stepped through by hand in the left lane: its steps, what came of each, and which comes next.

use crate::lab::scenario::Thief;

/// The scenario as it stands beside the lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Walk {
    /// The design's title.
    pub(crate) design: String,
    /// The scenario's title.
    pub(crate) scenario: String,
    pub(crate) question: String,
    pub(crate) thief: Option<Thief>,
    pub(crate) steps: Vec<WalkStep>,
    /// How many steps have been done.
    pub(crate) done: usize,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WalkStep {
    /// As a line of a script: `laptop: log-out`.
    pub(crate) words: String,
    /// Access should end with it.
    pub(crate) mark: bool,
    /// What came of it, once it was done; an error where it could not be done.
    pub(crate) said: Option<Result<String, String>>,
}

impl Walk {
    /// The step that comes next; None at the end.
    pub(crate) fn next(&self) -> Option<&WalkStep> {
        self.steps.get(self.done)
    }
}
