//! What our own agents do in the place of the browser: the same rules that every scenario is played with.

use std::time::Duration;

use lockstep_server::{How, Measuring, Seen};
use lockstep_shared::clock::LabTime;
use url::Url;

use super::cases::{Plan, Step};
use crate::browser::{Decision, Jar, Policy, Receipt, Request, RequestKind, StoredCookie, octets};

/// What the agents do about one cookie at one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decided {
    /// The cookie as it goes along, or None.
    pub(super) sent: Option<Vec<u8>>,
    /// The rule's stable name.
    pub(super) rule: &'static str,
    /// The rule in words.
    pub(super) why: &'static str,
}

/// What the agents do at one step that is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// For each cookie of the group so far, by its mark.
    pub(super) cookies: Vec<(String, Decided)>,
    /// The marks of what goes along, in order.
    pub(super) order: Vec<String>,
    /// The headers that say where the request comes from.
    pub(super) headers: Vec<(&'static str, String)>,
}

/// A step as addresses, which the server knows.
pub(super) struct Place {
    page: Url,
    target: Url,
}

impl Place {
    pub(super) fn of(measuring: &Measuring, step: &Step, index: usize) -> Self {
        let url = |text: &str| Url::parse(text).expect("the server's addresses are addresses");
        Self { page: url(&measuring.page(&step.probe, index)), target: url(&measuring.address(&step.probe, index)) }
    }
}

/// How the browser's time is seen by the agents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    pub(super) start: LabTime,
    /// A browser whose two minutes are shorter has all of its time stretched.
    pub(super) stretch: f64,
}

impl Timing {
    fn at(self, since: Duration) -> LabTime {
        self.start + since.mul_f64(self.stretch)
    }
}

/// What the agents do at every step that is asked and that the browser came to; None for all others.
pub(super) fn decide(
    plan: &Plan,
    places: &[Place],
    seen: &[Seen],
    timing: Timing,
    policy: Policy,
) -> Vec<Option<Answer>> {
    let mut groups: Vec<Side> = plan.groups.iter().map(|_| Side::new(policy)).collect();
    let mut answers = Vec::new();
    for ((step, place), seen) in plan.steps.iter().zip(places).zip(seen) {
        // What the browser did not do, the agents do not either.
        answers.push(seen.at.and_then(|at| groups[step.group].take(step, place, timing.at(at))));
    }
    answers
}

/// The agents' side of one group.
struct Side {
    jar: Jar,
    /// Every cookie that has been set, and what became of its line.
    set: Vec<(String, Receipt)>,
}

impl Side {
    fn new(policy: Policy) -> Self {
        Self { jar: Jar::with(policy), set: Vec::new() }
    }

    fn take(&mut self, step: &Step, place: &Place, now: LabTime) -> Option<Answer> {
        let (method, kind) = request(step.probe.how);
        let request = Request { url: &place.target, method, initiator: Some(&place.page), kind };
        let (decisions, headers) = match step.probe.how {
            How::Read => (self.visible(&place.page, now), Vec::new()),
            How::Write => (Vec::new(), Vec::new()),
            _ => (self.jar.decide(&request, now), headers(&request)),
        };
        for cookie in &step.cookies {
            let receipt = match step.probe.how {
                How::Write => self.jar.write(&cookie.line, &place.page, None, now),
                _ => self.jar.receive(&cookie.line, &request, now),
            };
            self.set.push((cookie.mark.clone(), receipt));
        }
        step.is_asked.then(|| self.answer(&decisions, headers))
    }

    /// What a script sees, as if it were sent.
    fn visible(&mut self, page: &Url, now: LabTime) -> Vec<Decision> {
        let seen: Vec<StoredCookie> = self.jar.visible_to_script(page, now).into_iter().cloned().collect();
        // For the reason, a script's look at its own page is like a request for it.
        let own = Request { url: page, method: "GET", initiator: Some(page), kind: RequestKind::Subresource };
        let mut decisions = self.jar.decide(&own, now);
        for decision in &mut decisions {
            let is_it = |cookie: &StoredCookie| cookie.name == decision.name && cookie.value == decision.value;
            decision.sent = decision.sent && seen.iter().any(is_it);
        }
        decisions
    }

    fn answer(&self, decisions: &[Decision], headers: Vec<(&'static str, String)>) -> Answer {
        let mut order = Vec::new();
        for decision in decisions.iter().filter(|decision| decision.sent) {
            order.extend(self.mark_of(decision).map(str::to_owned));
        }
        let decided = |(mark, receipt): &(String, Receipt)| {
            let found = decisions.iter().find(|decision| self.mark_of(decision) == Some(mark));
            (mark.clone(), Self::decided(found, receipt))
        };
        Answer { cookies: self.set.iter().map(decided).collect(), order, headers }
    }

    fn decided(found: Option<&Decision>, receipt: &Receipt) -> Decided {
        match (found, receipt) {
            (Some(decision), _) if decision.sent || !decision.rule.sends() => Decided {
                sent: decision.sent.then(|| pair(decision)),
                rule: decision.rule.id(),
                why: decision.rule.why(),
            },
            (Some(_), _) => {
                Decided { sent: None, rule: "http-only", why: "A script does not see a cookie that is HttpOnly." }
            }
            (None, Receipt::Rejected { rule, .. }) => Decided { sent: None, rule: rule.id(), why: rule.why() },
            (None, Receipt::Deleted { .. }) => {
                Decided { sent: None, rule: "deleted", why: "The line says that the cookie has ended." }
            }
            (None, _) => Decided { sent: None, rule: "gone", why: "The cookie was stored, and is gone again." },
        }
    }

    /// The mark of a cookie: the last one that stands in it, since one that replaces another has its name too.
    fn mark_of(&self, decision: &Decision) -> Option<&str> {
        last_mark(&pair(decision), self.set.iter().map(|(mark, _)| &**mark))
    }
}

/// The last of the marks that stands in a cookie.
pub(super) fn last_mark<'a>(pair: &[u8], marks: impl DoubleEndedIterator<Item = &'a str>) -> Option<&'a str> {
    marks.rev().find(|mark| pair.windows(mark.len()).any(|part| part == mark.as_bytes()))
}

/// A cookie as it stands in the header.
fn pair(decision: &Decision) -> Vec<u8> {
    let header = Jar::header(std::slice::from_ref(&Decision { sent: true, ..decision.clone() }));
    octets::to_bytes(&header.unwrap_or_default()).unwrap_or_default()
}

fn request(how: How) -> (&'static str, RequestKind) {
    match how {
        How::Form => ("POST", RequestKind::Navigate),
        How::Link => ("GET", RequestKind::Navigate),
        How::Image | How::Write | How::Read => ("GET", RequestKind::Subresource),
        How::Frame => ("GET", RequestKind::Frame),
        How::FetchPost => ("POST", RequestKind::Fetch { credentials: true }),
        How::FetchGet => ("GET", RequestKind::Fetch { credentials: false }),
    }
}

fn headers(request: &Request<'_>) -> Vec<(&'static str, String)> {
    let origin = request.origin_header().map(|origin| ("Origin", origin));
    request.sec_fetch().map(|(name, value)| (name, value.to_owned())).chain(origin).collect()
}
