//! What the worker reports: the only input that changes the model.

use std::sync::Arc;

use lockstep_shared::clock::Clock;
use lockstep_shared::design::Design;

use super::command::Side;
use super::comparing::Report;
use super::designing;
use super::files;
use super::inspecting;
use super::measuring;
use super::visiting::Visited;
use super::walk::Walk;
use super::wire::find::Found;
use crate::lab::exchange::Exchange;
use crate::lab::view::LaneView;

/// Something that happened in the worker.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A lane's design is running; `original` is the id of the one that it was changed from, if it was.
    LaneStarted { side: Side, design: Box<Design>, original: Option<String>, view: Box<LaneView> },
    /// A lane looks like this now.
    LaneChanged { side: Side, view: Box<LaneView> },
    /// A lane has recorded these, in this order.
    Exchanged { side: Side, exchanges: Vec<Arc<Exchange>> },
    /// The lab clock was moved: so many seconds it is ahead of the machine's now.
    ClockMoved { ahead_secs: u64 },
    /// A lane could not have this port, as another program has it, and listens elsewhere.
    PortTaken { side: Side, port: u16 },
    /// The lab's thread is gone, though nobody ended it.
    Stopped,
    /// The lab has a new clock, which is not ahead.
    ClockReplaced { clock: Clock },
    /// A command began; `label` says what is under way.
    Began { label: String },
    /// A command ended, with one line on what came of it.
    Ended { said: String },
    /// A command failed: what happened, why, and what to do.
    Failed { side: Option<Side>, what: String },
    /// Something about the comparison, which runs beside the lanes.
    Comparison(Report),
    /// Something about a design that was changed.
    Designed(designing::Report),
    /// A file was written, or could not be; `exists` where there is one of that name already.
    FileWritten { kind: files::Kind, result: Result<String, String>, exists: bool },
    /// The scenario that is stepped through looks like this now; None: it was put away.
    Walked(Option<Box<Walk>>),
    /// These exchanges are what was last looked for.
    Found(Found),
    /// Real browsers have sent these.
    Visited(Vec<Arc<Visited>>),
    /// Something about measuring a browser.
    Measured(measuring::Report),
    /// What they have sent so far was put away.
    VisitsForgotten,
    /// Something about what the Inspector looks at.
    Inspected(inspecting::Report),
}
