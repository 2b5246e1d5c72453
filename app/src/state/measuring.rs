//! The delivery table as a browser was measured: the cases in groups, and how far a measurement is that is under way.

use std::sync::Arc;

use crate::delivery::{Report as Result, Row};

/// What the window knows of measured browsers.
#[derive(Default)]
pub(crate) struct Measuring {
    /// One for each browser and version; what was measured last stands first.
    pub(crate) tables: Vec<Arc<Table>>,
    pub(crate) under_way: Option<UnderWay>,
    pub(crate) failure: Option<String>,
    /// Kept files that can't be used, and why.
    pub(crate) troubles: Vec<String>,
    /// Why no browser can be measured without a window of its own; None where one can.
    pub(crate) no_headless: Option<String>,
}

/// With which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The user's own, which has to be led to an address.
    Hand,
    /// A Chromium of this machine's, without a window.
    Headless,
}

/// A measurement that has not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnderWay {
    pub(crate) by: By,
    /// Where the browser has to go, once that is known.
    pub(crate) address: Option<String>,
    pub(crate) probes: usize,
    pub(crate) of: usize,
}

/// What is reported of it.
#[derive(Clone, Debug)]
pub(crate) enum Report {
    Kept { tables: Vec<Arc<Table>>, troubles: Vec<String>, no_headless: Option<String> },
    Began(By),
    Address(String),
    Progress { probes: usize, of: usize },
    Done { table: Arc<Table>, not_kept: Option<String> },
    Failed(String),
    Stopped,
}

/// One browser's result, laid out.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) result: Result,
    /// The kinds of request, in their order.
    pub(crate) requests: Vec<String>,
    /// From where to where.
    pub(crate) places: Vec<(String, String)>,
    /// For each place, for each request: which cookies went.
    pub(crate) cells: Vec<Vec<Cell>>,
    /// How many comparisons there are of each kind, in the order of [`GROUPS`].
    pub(crate) counts: [usize; 4],
}

/// The groups of comparisons: each kind's name in files, and for people.
pub(crate) const GROUPS: [(&str, &str); 4] =
    [("delivery", "Delivery"), ("storing", "Storing"), ("generated", "Generated"), ("headers", "Headers")];

/// The kinds of cookie: the letter of each, and what it is called in results.
pub(crate) const COOKIES: [(char, &str); 4] =
    [('d', "no SameSite"), ('L', "SameSite=Lax"), ('S', "SameSite=Strict"), ('N', "SameSite=None with Secure")];

/// Which kinds of cookie went with one kind of request from one place to another: the browser's and the agents'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) browser: [bool; 4],
    pub(crate) agent: [bool; 4],
    /// Whether it was measured at all.
    pub(crate) measured: bool,
    /// Whether the two differ in something that no choice of the browser's explains.
    pub(crate) unexplained: bool,
}

impl Cell {
    /// `d L`, or a point.
    pub(crate) fn letters(went: [bool; 4]) -> String {
        let letters: Vec<String> =
            COOKIES.iter().zip(went).filter(|(_, went)| *went).map(|((letter, _), _)| letter.to_string()).collect();
        if letters.is_empty() { "·".to_owned() } else { letters.join(" ") }
    }
}

impl Table {
    pub(crate) fn of(result: Result) -> Self {
        let (mut requests, mut places): (Vec<String>, Vec<(String, String)>) = Default::default();
        for row in result.rows.iter().filter(|row| row.kind == GROUPS[0].0) {
            if !requests.contains(&row.request) {
                requests.push(row.request.clone());
            }
            let place = (row.initiator.clone(), row.target.clone());
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let mut cells = vec![vec![Cell::default(); requests.len()]; places.len()];
        for row in result.rows.iter().filter(|row| row.kind == GROUPS[0].0) {
            let place = places.iter().position(|(from, to)| *from == row.initiator && *to == row.target);
            let request = requests.iter().position(|request| *request == row.request);
            let cookie = COOKIES.iter().position(|(_, name)| *name == row.cookie);
            if let (Some(place), Some(request), Some(cookie)) = (place, request, cookie) {
                let cell = &mut cells[place][request];
                cell.measured = true;
                cell.browser[cookie] = row.browser == "sent";
                cell.agent[cookie] = row.agent == "sent";
                cell.unexplained |= !row.agrees() && !is_explained(&result, row);
            }
        }
        let counts = GROUPS.map(|(kind, _)| result.rows.iter().filter(|row| row.kind == kind).count());
        Self { result, requests, places, cells, counts }
    }

    /// `Chromium 150`; where its two minutes for cookies without SameSite were others, `Chromium 150 (10 s)`.
    pub(crate) fn name(&self) -> String {
        let Result { browser, version, window_secs, .. } = &self.result;
        let major = version.split('.').next().unwrap_or_default();
        match window_secs {
            120 => format!("{browser} {major}"),
            secs => format!("{browser} {major} ({secs} s)"),
        }
    }

    /// Whether a choice of the browser's explains why the two differ there.
    pub(crate) fn is_explained(&self, row: &Row) -> bool {
        is_explained(&self.result, row)
    }

    /// The comparisons of a kind, those first in which the two differ.
    pub(crate) fn rows(&self, kind: &str, differing: bool) -> Vec<&Row> {
        let of_kind = || self.result.rows.iter().filter(|row| row.kind == kind);
        let mut rows: Vec<&Row> = of_kind().filter(|row| !row.agrees()).collect();
        if !differing {
            rows.extend(of_kind().filter(|row| row.agrees()));
        }
        rows
    }
}

fn is_explained(result: &Result, row: &Row) -> bool {
    result.policies.iter().any(|policy| policy.cases.contains(&row.case))
}

impl Measuring {
    /// The table of that name; else the first.
    pub(crate) fn table(&self, name: Option<&str>) -> Option<&Arc<Table>> {
        let named = name.and_then(|name| self.tables.iter().find(|table| table.name() == name));
        named.or(self.tables.first())
    }

    pub(crate) fn apply(&mut self, report: Report) {
        match report {
            Report::Kept { tables, troubles, no_headless } => {
                (self.tables, self.troubles, self.no_headless) = (tables, troubles, no_headless);
            }
            Report::Began(by) => {
                self.failure = None;
                self.under_way = Some(UnderWay { by, address: None, probes: 0, of: 0 });
            }
            Report::Address(address) => {
                if let Some(under_way) = &mut self.under_way {
                    under_way.address = Some(address);
                }
            }
            Report::Progress { probes, of } => {
                if let Some(under_way) = &mut self.under_way {
                    (under_way.probes, under_way.of) = (probes, of);
                }
            }
            Report::Done { table, not_kept } => {
                self.under_way = None;
                self.failure = not_kept;
                self.tables.retain(|other| other.name() != table.name());
                self.tables.insert(0, table);
            }
            Report::Failed(why) => {
                self.under_way = None;
                self.failure = Some(why);
            }
            Report::Stopped => self.under_way = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cookie: usize, browser: &str, agent: &str) -> Row {
        Row {
            kind: "delivery".to_owned(),
            case: "a case".to_owned(),
            cookie: COOKIES[cookie].1.to_owned(),
            initiator: "evil.localhost".to_owned(),
            request: "image".to_owned(),
            target: "a.localhost".to_owned(),
            browser: browser.to_owned(),
            agent: agent.to_owned(),
            rule: "a-rule".to_owned(),
            why: "A rule.".to_owned(),
        }
    }

    #[test]
    fn comparisons_become_cells() {
        let result = Result {
            schema: String::new(),
            lockstep: String::new(),
            browser: "Chromium".to_owned(),
            version: "150.0.1".to_owned(),
            measured: 2,
            window_secs: 120,
            rows: vec![row(0, "withheld", "withheld"), row(3, "sent", "withheld")],
            disagreements: Vec::new(),
            policies: Vec::new(),
        };
        let table = Table::of(result);
        assert_eq!((table.requests.len(), table.places.len(), table.counts), (1, 1, [2, 0, 0, 0]));
        let cell = table.cells[0][0];
        assert_eq!((Cell::letters(cell.browser), Cell::letters(cell.agent)), ("N".to_owned(), "·".to_owned()));
        assert_eq!(table.rows("delivery", true).len(), 1);
        assert!(!table.rows("delivery", false)[0].agrees(), "what differs comes first");
        assert_eq!(table.name(), "Chromium 150");
    }
}
