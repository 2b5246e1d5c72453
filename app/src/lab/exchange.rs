//! One HTTP request and its response, as they went over the wire, with what both sides did about it.

use lockstep_shared::api::Problem;
use lockstep_shared::clock::LabTime;
use lockstep_shared::trace::{Act, Record, SignatureResult, Trace};

use super::actor::Actor;
use super::browsed::landed;
use super::headers::Headers;
use super::outcome::Answer;
use crate::browser::{Decision, Receipt};

/// A recorded exchange.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// Its number in this run, from 1.
    pub(crate) number: usize,
    /// The lab's time when it was sent.
    pub(crate) at: LabTime,
    pub(crate) actor: Actor,
    pub(crate) purpose: Purpose,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) request_headers: Headers,
    pub(crate) request_body: Option<String>,
    pub(crate) status: u16,
    pub(crate) response_headers: Headers,
    pub(crate) response_body: String,
    /// Every cookie of the jar: sent or withheld, and by which rule.
    pub(crate) cookies: Vec<Decision>,
    /// What became of each `Set-Cookie` line of the response.
    pub(crate) received: Vec<Receipt>,
    /// What the server did.
    pub(crate) trace: Trace,
    /// Real microseconds from sending to the last octet.
    pub(crate) micros: u64,
}

/// Why an exchange was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Somebody did something.
    Action,
    /// The lab asked whether somebody is still let in.
    Probe,
    /// A client renewed its credentials after a 401.
    Renewal,
}

impl Exchange {
    /// About what it takes in memory, in bytes, with what an allocator adds to each piece of text.
    pub(crate) fn size(&self) -> usize {
        const COOKIE: usize = 280;
        const ACT: usize = 128;
        let headers = self.request_headers.size() + self.response_headers.size();
        let parts = (self.cookies.len() + self.received.len()) * COOKIE + self.trace.acts.len() * ACT;
        let bodies = self.request_body.as_ref().map_or(0, String::len) + self.response_body.len() + 64;
        size_of::<Self>() + headers + bodies + parts
    }

    /// The problem details of a refusal, which a tab is told as a page.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let body = &self.response_body;
        (self.status >= 400).then(|| serde_json::from_str(body).ok().or_else(|| landed::problem(self.status, body)))?
    }

    /// What the answer means for access; None where it says nothing of that, as a fault of the server's does.
    pub(crate) fn answer(&self) -> Option<Answer> {
        match self.status {
            503 => Some(Answer::Unavailable),
            200..=399 => Some(Answer::Accepted),
            401 | 403 => Some(Answer::Refused),
            _ => None,
        }
    }

    /// The instant that a refusal names as the end of what was presented.
    pub(crate) fn ended_at(&self) -> Option<LabTime> {
        self.trace.acts.iter().rev().find_map(|timed| match timed.act {
            Act::ExpiryChecked { ends, expired: true, .. } => Some(ends),
            _ => None,
        })
    }

    /// Whether a client was given fresh credentials without being asked for a password.
    pub(crate) fn renews(&self) -> bool {
        let issues = || self.trace.acts.iter().any(|timed| matches!(timed.act, Act::Issued { .. }));
        match self.purpose {
            Purpose::Renewal => self.status == 200,
            Purpose::Probe => issues(),
            Purpose::Action => false,
        }
    }

    /// What the browser decided about a cookie of this name; None where it had none.
    pub(crate) fn cookie(&self, name: &str) -> Option<&Decision> {
        self.cookies.iter().find(|decision| decision.name == name)
    }

    /// `401 revoked`, `200`.
    pub(crate) fn verdict(&self) -> String {
        match self.problem() {
            Some(problem) => format!("{} {}", self.status, problem.reason),
            None => self.status.to_string(),
        }
    }

    /// The verdict and why it was that: `401 revoked`, the given sign, and the refusal's own words or what an acceptance
    /// rested on. Times are written as `time` does.
    pub(crate) fn told(&self, sign: &str, time: fn(LabTime) -> String) -> String {
        let why = match self.problem() {
            Some(problem) => problem.detail,
            None => self.accepted_because(time),
        };
        let sign = if why.is_empty() { "" } else { sign };
        format!("{}{sign}{why}", self.verdict())
    }

    /// What an acceptance rested on; empty where nothing was checked.
    fn accepted_because(&self, time: fn(LabTime) -> String) -> String {
        let mut reasons = Vec::new();
        let mut asked_store = false;
        for timed in &self.trace.acts {
            match &timed.act {
                Act::SignatureChecked { result: SignatureResult::Valid, alg, .. } => {
                    reasons.push(format!("the {alg} signature holds"));
                }
                Act::SignatureChecked { result: SignatureResult::NotChecked, .. } => {
                    reasons.push("nobody checked the signature".to_owned());
                }
                Act::ExpiryChecked { what, ends, expired: false } => {
                    reasons.push(format!("the {what} ends only at {}", time(*ends)))
                }
                Act::KeyTaken { from } => reasons.push(format!("the key came from {from}")),
                Act::ProofChecked { holds: true } => {
                    reasons.push("a fresh proof shows the key that it is bound to".to_owned());
                }
                Act::SealOpened { holds: true } => reasons.push("the seal holds".to_owned()),
                Act::StoreRead { what: Record::Version, .. } => asked_store = true,
                Act::VersionCompared { token, .. } => {
                    reasons.push(format!("its version, {token}, is its user's"));
                }
                Act::StoreRead { what: Record::Revocation | Record::RefreshRevocation, engine, found: false } => {
                    asked_store = true;
                    reasons.push(format!("{engine} does not list it as revoked"));
                }
                Act::Introspected { cached: true, active: true } => {
                    asked_store = true;
                    reasons.push("the authorization server said so a moment ago".to_owned());
                }
                Act::StoreRead { what, engine, found: true } => {
                    asked_store = true;
                    reasons.push(format!("{engine} has the {}", what.words()));
                }
                Act::RoleBelieved { .. } if !asked_store => {
                    reasons.push("nobody asked whether it was revoked".to_owned())
                }
                _ => {}
            }
        }
        reasons.dedup();
        match reasons.split_last() {
            None => String::new(),
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        }
    }
}
