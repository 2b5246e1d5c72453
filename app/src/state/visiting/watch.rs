//! The cookies of real browsers, followed from what servers set and what came back, and judged as our own agents would.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use lockstep_server::{Visit, VisitBody};
use lockstep_shared::clock::LabTime;
use lockstep_shared::trace::Trace;
use url::Url;

use super::asked::{self, Asked, From, Way};
use super::{Agrees, Cookie, Difference, Place, Visited};
use crate::browser::{Decision, Jar, Origin, Receipt, Rule, cors, same_site};
use crate::lab::actor::Actor;
use crate::lab::exchange::{Exchange, Purpose};
use crate::lab::headers::Headers;
use crate::state::command::Side;
use crate::state::traffic::Row;

/// More browsers than one person uses at a time; the one that was away for longest is forgotten.
const MOST_BROWSERS: usize = 8;
/// Pages in frames, and answers that set something, which are remembered of each.
const MOST_NOTES: usize = 64;

/// The hosts that are the attacker's.
const EVIL: &str = "evil.localhost";
const SIBLING: &str = "blog.";

/// Every browser that was met.
#[derive(Default)]
pub(crate) struct Watch {
    seen: u64,
    browsers: VecDeque<Browser>,
}

/// One browser, told from others by its `User-Agent`.
#[derive(Default)]
struct Browser {
    agent: String,
    jar: Jar,
    /// Pages that were loaded into a frame: their addresses, and the page around them.
    framed: VecDeque<(String, Option<Url>)>,
    /// When which cookie was last changed by an answer: what was sent before that can't have it.
    changed: VecDeque<(LabTime, String)>,
}

/// A visit, and what the server says that it did for it.
pub(crate) struct Seen {
    pub(crate) side: Side,
    pub(crate) visit: Visit,
    pub(crate) trace: Trace,
    /// How far the lab's clock is ahead of the one that browsers have.
    pub(crate) ahead: Duration,
}

impl Watch {
    /// Takes a visit in, and says what our agent would have done in the browser's place.
    pub(crate) fn see(&mut self, seen: Seen) -> Visited {
        let headers = Headers::from(&*seen.visit.request_headers);
        let agent = headers.get("user-agent").unwrap_or_default().to_owned();
        let known = self.browsers.iter().position(|browser| browser.agent == agent);
        let mut browser = known.and_then(|at| self.browsers.remove(at)).unwrap_or_default();
        browser.agent.clone_from(&agent);
        self.seen += 1;
        let visited = Visited { id: self.seen, ..browser.see(seen, headers) };
        self.browsers.push_back(browser);
        if self.browsers.len() > MOST_BROWSERS {
            self.browsers.pop_front();
        }
        visited
    }
}

impl Browser {
    fn see(&mut self, seen: Seen, request_headers: Headers) -> Visited {
        let Seen { side, visit, trace, ahead } = seen;
        let response_headers = Headers::from(&*visit.response_headers);
        let asked = Asked::of(&visit.host, &visit.method, &visit.path, &request_headers);
        let (at, end) = (visit.at - ahead, visit.at - ahead + Duration::from_micros(visit.micros));
        let mut exchange = Exchange {
            number: usize::try_from(visit.number).unwrap_or(usize::MAX),
            at: visit.at,
            actor: Actor::Browser,
            purpose: Purpose::Action,
            method: method(&visit.method),
            path: visit.path.clone(),
            request_body: (!visit.request_body.octets.is_empty()).then(|| text(&visit.request_body)),
            status: visit.status,
            response_body: text(&visit.response_body),
            cookies: Vec::new(),
            received: Vec::new(),
            trace,
            micros: visit.micros,
            request_headers,
            response_headers,
        };
        let mut visited = Visited {
            id: 0,
            browser: name(&self.agent),
            place: Place::of(&visit.host),
            host: visit.host.clone(),
            from: From::User,
            framed_by: None,
            way: Way::Part,
            cookies: Vec::new(),
            differences: Vec::new(),
            may_read: None,
            in_wire: None,
            row: Row { side, exchange: Arc::new(exchange.clone()) },
        };
        if let Some(asked) = asked {
            let around = self.around(&asked);
            let page = around.as_ref().or(asked.page.as_ref());
            let decisions = self.jar.decide(&asked.request(page), at);
            visited.cookies = self.cookies(&asked, &decisions, exchange.request_headers.get("cookie"), at);
            visited.differences = differences(&asked, &exchange.request_headers);
            visited.may_read = may_read(&asked, &exchange);
            let lines = exchange.response_headers.iter().filter(|(name, _)| *name == "set-cookie");
            let lines: Vec<String> = lines.map(|(_, line)| line.to_owned()).collect();
            for line in lines {
                let receipt = self.jar.receive(line.as_bytes(), &asked.request(page), end);
                note(&mut self.changed, (end, receipt_name(&receipt).to_owned()));
                exchange.received.push(receipt);
            }
            exchange.cookies = visited.cookies.iter().filter_map(Cookie::as_decision).collect();
            visited.framed_by = around.as_ref().and_then(Origin::of).map(|origin| origin.to_string());
            (visited.from, visited.way) = (asked.from, asked.way);
        }
        visited.row.exchange = Arc::new(exchange);
        visited
    }

    /// The page around the one that asks, where that stands in a frame of another site; and notes what is loaded into one.
    fn around(&mut self, asked: &Asked) -> Option<Url> {
        let of = |framed: &VecDeque<(String, Option<Url>)>, address: &str| {
            framed.iter().rev().find(|(page, _)| page == address).and_then(|(_, around)| around.clone())
        };
        let around = asked.referer.as_deref().and_then(|page| of(&self.framed, page));
        let around = around.filter(|page| !same_site(page, &asked.url));
        let address = asked::without_fragment(&asked.url);
        match asked.way {
            Way::Frame => note(&mut self.framed, (address, around.clone().or_else(|| asked.page.clone()))),
            Way::Tab => self.framed.retain(|(page, _)| *page != address),
            _ => {}
        }
        around
    }

    /// Every cookie that has to do with the request: what came of it, and what the agent would have done.
    fn cookies(&self, asked: &Asked, decisions: &[Decision], line: Option<&str>, at: LabTime) -> Vec<Cookie> {
        let pairs = line.unwrap_or_default().split("; ").filter(|pair| !pair.is_empty());
        let mut arrived: Vec<(&str, &str)> = pairs.map(|pair| pair.split_once('=').unwrap_or(("", pair))).collect();
        let host = asked.url.host_str().unwrap_or_default();
        let mut cookies = Vec::new();
        for decision in decisions.iter().filter(|one| is_near(host, &one.domain)) {
            let place = arrived.iter().position(|pair| *pair == (&*decision.name, &*decision.value));
            let came = place.map(|at| arrived.remove(at)).is_some();
            let was_changed = self.changed.iter().any(|(when, name)| *when > at && *name == decision.name);
            let agrees = match (came, decision.sent) {
                _ if came == decision.sent => Agrees::Yes,
                // It was set, or set anew, by an answer that the browser did not have when it asked.
                _ if was_changed => continue,
                (came, _) => Agrees::No { browser_sends: came },
            };
            cookies.push(Cookie { decision: decision.clone(), agrees });
        }
        for (name, value) in arrived {
            let was_changed = self.changed.iter().any(|(when, changed)| *when > at && changed == name);
            let (name, value) = (name.to_owned(), value.to_owned());
            let decision = Decision {
                name,
                value,
                domain: host.to_owned(),
                path: "/".to_owned(),
                sent: true,
                rule: Rule::WithinSite,
            };
            cookies.push(Cookie { decision, agrees: if was_changed { Agrees::Yes } else { Agrees::Unknown } });
        }
        cookies
    }
}

fn note<T>(notes: &mut VecDeque<T>, one: T) {
    notes.push_back(one);
    if notes.len() > MOST_NOTES {
        notes.pop_front();
    }
}

fn receipt_name(receipt: &Receipt) -> &str {
    match receipt {
        Receipt::Stored(cookie) | Receipt::Replaced(cookie) => &cookie.name,
        Receipt::Deleted { name } | Receipt::Rejected { name, .. } => name,
    }
}

/// Whether a cookie of that domain has to do with a host: it is its own, or of one above or below.
fn is_near(host: &str, domain: &str) -> bool {
    let below = |one: &str, other: &str| one.strip_suffix(other).is_some_and(|rest| rest.ends_with('.'));
    host == domain || below(host, domain) || below(domain, host)
}

/// Headers by which a server tells where a request comes from, where the agent would write them otherwise.
fn differences(asked: &Asked, headers: &Headers) -> Vec<Difference> {
    if !asked.is_told {
        return Vec::new();
    }
    let request = asked.request(asked.page.as_ref());
    let mut found = Vec::new();
    let mut compare = |header: &'static str, agent: Option<String>| {
        let browser = headers.get(header).map(str::to_owned);
        if browser != agent {
            found.push(Difference { header, browser, agent });
        }
    };
    // No agent has scripts and styles to load; those that come as modules name their origin, even at home.
    if asked.way != Way::Part {
        compare("origin", request.origin_header());
    }
    // What is no browser, and a browser that is older, says nothing of this kind.
    if headers.get("sec-fetch-site").is_some() {
        let site = request.sec_fetch().into_iter().find(|(name, _)| *name == "Sec-Fetch-Site");
        compare("sec-fetch-site", site.map(|(_, value)| value.to_owned()));
    }
    found
}

/// Whether the script that asked may read the answer, or make the request that it asks about. No request says whether it was
/// to have cookies; those of the lab's pages are.
fn may_read(asked: &Asked, exchange: &Exchange) -> Option<Result<(), &'static str>> {
    let is_across = matches!(asked.from, From::Sibling(_) | From::Other(_));
    let page = asked.page.as_ref().filter(|_| is_across && asked.is_told)?;
    let from = Origin::of(page)?;
    let header = |name: &str| exchange.response_headers.get(name);
    let answer = match asked.way {
        Way::Preflight => {
            let wanted = exchange.request_headers.get("access-control-request-method")?;
            let may_send = |name: &str| cors::may_send(&from, exchange.status, header, wanted, name, true);
            match exchange.request_headers.get("access-control-request-headers") {
                Some(names) => names.split(',').try_for_each(|name| may_send(name.trim())),
                None => cors::may_read(&from, header, true),
            }
        }
        Way::Script if exchange.request_headers.get("sec-fetch-mode") == Some("cors") => {
            cors::may_read(&from, header, true)
        }
        _ => return None,
    };
    Some(answer.map_err(cors::Blocked::why))
}

impl Place {
    fn of(host: &str) -> Self {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        match name {
            EVIL => Self::Evil,
            _ if name.starts_with(SIBLING) => Self::Sibling,
            _ => Self::Bank,
        }
    }
}

/// An exchange knows the registered methods; any other is written as what it is.
fn method(method: &str) -> &'static str {
    const KNOWN: [&str; 8] = ["GET", "POST", "OPTIONS", "HEAD", "PUT", "PATCH", "DELETE", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("OTHER")
}

fn text(body: &VisitBody) -> String {
    let text = String::from_utf8_lossy(&body.octets).into_owned();
    if body.cut { format!("{text}\n… cut here") } else { text }
}

/// `Chromium 156`: what a browser calls itself, as people call it.
fn name(agent: &str) -> String {
    const NAMES: [(&str, &str); 7] = [
        ("HeadlessChrome/", "Headless Chrome"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Version/", "Safari"),
        ("curl/", "curl"),
    ];
    let found = NAMES.into_iter().find_map(|(mark, name)| {
        let version = agent.split_once(mark)?.1;
        let major: String = version.chars().take_while(char::is_ascii_digit).take(6).collect();
        Some(format!("{name} {major}"))
    });
    found.unwrap_or_else(|| "a program".to_owned())
}
