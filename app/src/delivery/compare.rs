//! The browser's side against the agents': every difference, and which choice of a browser explains it.

use lockstep_server::{How, Place, Seen};
use serde::{Deserialize, Serialize};

use super::agent::{self, Answer, Decided, Timing};
use super::cases::{Cookie, Plan, Step};
use crate::browser::Policy;

/// The file format's name.
pub(crate) const SCHEMA: &str = "lockstep.browser/1";
/// The version whose agents are on the other side.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What came of measuring a browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) schema: String,
    /// The version of Lockstep whose agents are on the other side.
    #[serde(default)]
    pub(crate) lockstep: String,
    pub(crate) browser: String,
    pub(crate) version: String,
    /// Comparisons that were made: a cookie at a request, or the headers of one.
    pub(crate) measured: usize,
    /// For how many seconds this browser was asked to send cookies without SameSite with a POST across sites.
    pub(crate) window_secs: u64,
    pub(crate) rows: Vec<Row>,
    pub(crate) disagreements: Vec<Difference>,
    pub(crate) policies: Vec<Explained>,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    /// `delivery`, `storing`, `generated` or `headers`.
    pub(crate) kind: String,
    /// What it is about, with where it is asked.
    pub(crate) case: String,
    /// What is special about the cookie; empty where the row is about no cookie.
    pub(crate) cookie: String,
    /// The page's host.
    pub(crate) initiator: String,
    /// How the page asks.
    pub(crate) request: String,
    /// The host that is asked.
    pub(crate) target: String,
    /// What the browser did.
    pub(crate) browser: String,
    /// What the agents do.
    pub(crate) agent: String,
    /// The agents' rule, by its stable name.
    pub(crate) rule: String,
    /// The rule in words.
    pub(crate) why: String,
}

impl Row {
    /// Whether both sides do the same.
    pub(crate) fn agrees(&self) -> bool {
        self.browser == self.agent
    }
}

/// A row in which the two differ, and nothing that can be chosen explains it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Difference {
    pub(crate) case: String,
    pub(crate) browser: String,
    pub(crate) agent: String,
    pub(crate) why: String,
}

/// A choice that this browser makes differently from the agents' default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Explained {
    /// Its name in the agents' policy.
    pub(crate) policy: String,
    /// What it says where it is on.
    pub(crate) what: String,
    /// Whether it is on in this browser.
    pub(crate) browser: bool,
    /// Whether it is on in the agents, if nobody chooses.
    pub(crate) agent: bool,
    /// The cases that differ for it.
    pub(crate) cases: Vec<String>,
}

/// Everything that the two sides can be made of.
pub(super) struct Sides<'a> {
    pub(super) plan: &'a Plan,
    pub(super) places: &'a [agent::Place],
    pub(super) seen: &'a [Seen],
    pub(super) timing: Timing,
}

impl Sides<'_> {
    /// Holds the browser against the agents as they are, and looks for the choices that explain what differs.
    pub(super) fn report(&self, (browser, version): (String, String), window_secs: u64) -> Report {
        let default = Policy::default();
        let rows = self.rows(default);
        let (chosen, last) = self.explain(default, &rows);
        let differs = |row: &&Row| !row.agrees();
        let disagreements = last.iter().filter(differs).map(|row| Difference {
            case: row.case.clone(),
            browser: row.browser.clone(),
            agent: row.agent.clone(),
            why: row.why.clone(),
        });
        Report {
            schema: SCHEMA.to_owned(),
            lockstep: VERSION.to_owned(),
            browser,
            version,
            measured: rows.len(),
            window_secs,
            disagreements: disagreements.collect(),
            policies: chosen,
            rows,
        }
    }

    /// The choices that, made as the browser makes them, leave fewer differences and make no new one; and the rows then.
    fn explain(&self, mut policy: Policy, rows: &[Row]) -> (Vec<Explained>, Vec<Row>) {
        let mut rows = rows.to_vec();
        let mut chosen = Vec::new();
        while rows.iter().any(|row| !row.agrees()) {
            let better = policy.choices().into_iter().filter_map(|(name, choice)| {
                let mut other = policy;
                other.choose(name, !choice);
                let with = self.rows(other);
                let worse = rows.iter().zip(&with).any(|(before, after)| before.agrees() && !after.agrees());
                let is_mended = |(before, after): &(&Row, &Row)| !before.agrees() && after.agrees();
                let cases: Vec<_> =
                    rows.iter().zip(&with).filter(is_mended).map(|(before, _)| before.case.clone()).collect();
                let helps = !worse && !cases.is_empty();
                helps.then_some((name, choice, other, with, cases))
            });
            let Some((name, choice, other, with, cases)) = better.max_by_key(|better| better.4.len()) else { break };
            let what = Policy::NAMES.iter().find(|(known, _)| *known == name).map_or("", |(_, what)| *what);
            chosen.push(Explained {
                policy: name.to_owned(),
                what: what.to_owned(),
                browser: !choice,
                agent: choice,
                cases,
            });
            (policy, rows) = (other, with);
        }
        (chosen, rows)
    }

    /// Every comparison, with agents of that policy.
    fn rows(&self, policy: Policy) -> Vec<Row> {
        let answers = agent::decide(self.plan, self.places, self.seen, self.timing, policy);
        let mut rows = Vec::new();
        for ((index, step), answer) in self.plan.steps.iter().enumerate().zip(answers) {
            if let Some(answer) = answer {
                self.compare(index, step, &answer, &mut rows);
            }
        }
        rows
    }

    fn compare(&self, index: usize, step: &Step, answer: &Answer, rows: &mut Vec<Row>) {
        let group = &self.plan.groups[step.group];
        let sent = sent(&self.seen[index]);
        let cookies: Vec<&Cookie> = self.plan.steps[..index]
            .iter()
            .filter(|other| other.group == step.group)
            .flat_map(|other| &other.cookies)
            .collect();
        let marks = || cookies.iter().map(|cookie| &*cookie.mark);
        let found: Vec<(&str, &[u8])> =
            sent.iter().filter_map(|pair| Some((agent::last_mark(pair, marks())?, *pair))).collect();
        for cookie in &cookies {
            // A cookie whose step the browser never came to is one of neither.
            let Some((mark, decided)) = answer.cookies.iter().find(|(mark, _)| *mark == cookie.mark) else { continue };
            let of_browser = found.iter().find(|(own, _)| own == mark).map(|(_, pair)| *pair);
            let (browser, agent) = told(of_browser, decided);
            rows.push(row(group.kind, &cookie.what, step, browser, agent, decided.rule, decided.why));
        }
        let browser: Vec<&str> = found.iter().map(|(mark, _)| *mark).collect();
        // What only one of them sends is told above.
        let order = |own: &[&str], other: &[&str]| {
            let both = own.iter().filter(|mark| other.contains(mark));
            both.map(|mark| what(&cookies, mark)).collect::<Vec<_>>().join(", ")
        };
        let agent: Vec<&str> = answer.order.iter().map(|mark| &**mark).collect();
        if browser.len() > 1 {
            let why = "Longer paths go first, then older cookies.";
            let (browser, agent) = (order(&browser, &agent), order(&agent, &browser));
            rows.push(row(group.kind, "the order of the cookies", step, browser, agent, "order", why));
        }
        if let Some(arrived) = &self.seen[index].arrived {
            let fetch = arrived.sec_fetch.iter().map(|(name, value)| (*name, value.clone()));
            let origin = arrived.origin.iter().map(|origin| ("Origin", origin.clone()));
            let (browser, agent) = (headers(fetch.chain(origin)), headers(answer.headers.iter().cloned()));
            let why = "The browser says where a request comes from (Fetch Metadata, Fetch standard 3.2).";
            rows.push(row("headers", "where the request comes from", step, browser, agent, "headers", why));
        }
    }
}

/// The cookies that the browser sent or its script saw.
fn sent(seen: &Seen) -> Vec<&[u8]> {
    let cookies = match (&seen.arrived, &seen.said) {
        (Some(arrived), _) => arrived.cookie.as_deref().unwrap_or_default(),
        (None, Some(said)) => said.as_bytes(),
        (None, None) => b"",
    };
    let mut rest = cookies;
    let mut pairs = Vec::new();
    while !rest.is_empty() {
        let end = rest.windows(2).position(|two| two == b"; ");
        let (pair, after) = end.map_or((rest, &b""[..]), |end| (&rest[..end], &rest[end + 2..]));
        pairs.push(pair);
        rest = after;
    }
    pairs
}

fn told(browser: Option<&[u8]>, agent: &Decided) -> (String, String) {
    let as_it_is = |pair: &[u8]| format!("sent as {}", crate::inspect::plain::visible(&String::from_utf8_lossy(pair)));
    let withheld = || "withheld".to_owned();
    match (browser, agent.sent.as_deref()) {
        (Some(browser), Some(agent)) if browser != agent => (as_it_is(browser), as_it_is(agent)),
        (browser, agent) => {
            let told = |pair: Option<&[u8]>| pair.map_or_else(withheld, |_| "sent".to_owned());
            (told(browser), told(agent))
        }
    }
}

fn what(cookies: &[&Cookie], mark: &str) -> String {
    cookies.iter().find(|cookie| cookie.mark == mark).map_or_else(String::new, |cookie| cookie.what.clone())
}

fn headers(headers: impl Iterator<Item = (&'static str, String)>) -> String {
    // Ports are chosen anew for each run.
    let told = |(name, value): (&str, String)| format!("{}: {}", name.to_ascii_lowercase(), without_port(&value));
    let told: Vec<_> = headers.map(told).collect();
    if told.is_empty() { "none".to_owned() } else { told.join(", ") }
}

fn without_port(value: &str) -> &str {
    match value.rsplit_once(':') {
        Some((origin, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => origin,
        _ => value,
    }
}

fn row(kind: &str, cookie: &str, step: &Step, browser: String, agent: String, rule: &str, why: &str) -> Row {
    let (initiator, target) = (named(&step.probe.from), named(&step.probe.to));
    let request = request(step.probe.how).to_owned();
    let path = if step.probe.rest.is_empty() { String::new() } else { format!(" /{}", step.probe.rest) };
    let case = match step.probe.how {
        How::Read => format!("{cookie}: {request} at {initiator}"),
        _ => format!("{cookie}: {request} from {initiator} to {target}{path}"),
    };
    Row {
        kind: kind.to_owned(),
        case,
        cookie: cookie.to_owned(),
        initiator,
        request,
        target,
        browser,
        agent,
        rule: rule.to_owned(),
        why: why.to_owned(),
    }
}

fn named(place: &Place) -> String {
    let port = if place.other_port { " (other port)" } else { "" };
    format!("{}{port}", place.host)
}

fn request(how: How) -> &'static str {
    match how {
        How::Form => "POST form",
        How::Link => "GET link",
        How::Image => "image",
        How::Frame => "frame",
        How::FetchPost => "fetch POST with credentials",
        How::FetchGet => "fetch GET",
        How::Write => "a script writes",
        How::Read => "a script reads",
    }
}
