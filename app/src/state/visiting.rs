//! What real browsers sent to the lanes, and what our own agents would have sent in their place.

mod asked;
#[cfg(test)]
pub(crate) mod made;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::VecDeque;
use std::sync::Arc;

use super::command::Side;
use super::traffic::Row;
use crate::browser::{Decision, Rule};

pub(crate) use asked::{From, Way};
pub(crate) use watch::{Seen, Watch};

/// The most visits that are shown; the oldest make room.
pub(crate) const MOST: usize = 1_000;

/// The visits of both lanes, in the order in which they ended.
#[derive(Default)]
pub(crate) struct Visiting {
    /// Their numbers rise.
    rows: VecDeque<Arc<Visited>>,
}

/// One request of a real browser.
#[derive(Clone, Debug)]
pub(crate) struct Visited {
    /// Its place among all that were watched, of both lanes.
    pub(crate) id: u64,
    /// What the browser calls itself.
    pub(crate) browser: String,
    pub(crate) place: Place,
    pub(crate) host: String,
    pub(crate) from: From,
    /// The origin of the page around the one that asked, where that stands in a frame of another site.
    pub(crate) framed_by: Option<String>,
    pub(crate) way: Way,
    pub(crate) cookies: Vec<Cookie>,
    pub(crate) differences: Vec<Difference>,
    /// Whether the script that asked may read the answer, where CORS decides that; and else why not.
    pub(crate) may_read: Option<Result<(), &'static str>>,
    /// The number that it has in its lane's record, where it is in it.
    pub(crate) in_wire: Option<usize>,
    /// Its lane, and what went over the wire.
    pub(crate) row: Row,
}

/// Whose host was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Bank,
    Evil,
    Sibling,
}

/// A cookie at a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cookie {
    /// What the agent would do, and by which rule.
    pub(crate) decision: Decision,
    pub(crate) agrees: Agrees,
}

/// Whether browser and agent do the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agrees {
    Yes,
    No {
        browser_sends: bool,
    },
    /// It came, and no answer has set it while anybody watched: it is older, or a script has written it.
    Unknown,
}

/// A header that the agent would write otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) header: &'static str,
    pub(crate) browser: Option<String>,
    pub(crate) agent: Option<String>,
}

impl Cookie {
    /// Whether it came with the request.
    pub(crate) fn came(&self) -> bool {
        match self.agrees {
            Agrees::Yes => self.decision.sent,
            Agrees::No { browser_sends } => browser_sends,
            Agrees::Unknown => true,
        }
    }

    /// Whether the browser has kept it back from a request that it would else have gone with: one for this host and path.
    pub(crate) fn was_held_back(&self) -> bool {
        let is_elsewhere = matches!(self.decision.rule, Rule::OtherHost | Rule::OtherDomain | Rule::OtherPath);
        !self.came() && !is_elsewhere
    }

    /// As the lab's own exchanges have it, where the rules tell why it went or not.
    fn as_decision(&self) -> Option<Decision> {
        (self.agrees == Agrees::Yes).then(|| self.decision.clone())
    }
}

impl Visited {
    /// Whether it is a part of a page that nobody looks for: scripts, styles and icons of the pages themselves.
    pub(crate) fn is_furniture(&self) -> bool {
        let path = self.row.exchange.path.as_str();
        self.way == Way::Part || path.starts_with("/web/") || path == "/favicon.ico"
    }

    /// Whether the agent would have done anything else.
    pub(crate) fn differs(&self) -> bool {
        !self.differences.is_empty() || self.cookies.iter().any(|cookie| matches!(cookie.agrees, Agrees::No { .. }))
    }

    /// Whether another site's page, or a sibling's, started it.
    pub(crate) fn is_from_elsewhere(&self) -> bool {
        self.framed_by.is_some() || matches!(self.from, From::Sibling(_) | From::Other(_))
    }
}

impl Visiting {
    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = &Arc<Visited>> + ExactSizeIterator {
        self.rows.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The visit of that number; None where it was forgotten.
    pub(crate) fn get(&self, id: u64) -> Option<&Arc<Visited>> {
        let at = self.rows.partition_point(|visited| visited.id < id);
        self.rows.get(at).filter(|visited| visited.id == id)
    }

    pub(crate) fn take_in(&mut self, visits: Vec<Arc<Visited>>) {
        self.rows.extend(visits);
        let over = self.rows.len().saturating_sub(MOST);
        self.rows.drain(..over);
    }

    /// Forgets a lane, whose server is another one from now on.
    pub(crate) fn forget(&mut self, side: Side) {
        self.rows.retain(|visited| visited.row.side != side);
    }

    /// Forgets what was seen; the browsers' cookies stay with them.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }
}
