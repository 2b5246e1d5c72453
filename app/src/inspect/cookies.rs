//! Cookies taken apart and put to the test: what a browser makes of `Set-Cookie` lines, where it sends what it keeps, and
//! which single change would make it do otherwise.

mod asked;
mod change;
mod pairs;
mod reading;
mod report;
mod table;

use std::time::Duration;

use lockstep_shared::clock::LabTime;
use serde_json::Value;
use url::Url;

use crate::browser::{Jar, Policy, Receipt, Request, RequestKind};

pub(crate) use self::{
    asked::{KINDS, read as ask},
    pairs::{Pairs, take_apart},
    reading::{Meaning, Reading},
    report::{Report, report},
    table::{Cell, Row},
};

/// The form of the answers as JSON.
pub(crate) const SCHEMA: &str = "lockstep.cookies/1";

/// What a browser is asked about: lines that it gets, and a request that it makes later.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The values of `Set-Cookie` header fields, in the order of their coming.
    pub(crate) set_cookie: Vec<Vec<u8>>,
    /// The address whose response brings them.
    pub(crate) url: Url,
    /// What started that response; a page that the user opened where it is not said.
    pub(crate) set_by: Setter,
    /// The address that is asked for later.
    pub(crate) then: Url,
    /// The page that asks for it; none is the address bar.
    pub(crate) initiator: Option<Url>,
    pub(crate) method: String,
    pub(crate) kind: RequestKind,
    /// When the lines come.
    pub(crate) at: LabTime,
    /// How much later the request is made.
    pub(crate) after: Duration,
    pub(crate) policy: Policy,
}

/// What brought the `Set-Cookie` lines.
#[derive(Clone, Debug)]
pub(crate) enum Setter {
    /// The response to a GET request of this kind that this page made; none is the address bar.
    Response(Option<Url>, RequestKind),
    /// A script in the page, in a tab with that page.
    Script(Option<Url>),
}

impl Question {
    /// What becomes of a line in that jar.
    fn receive(&self, jar: &mut Jar, line: &[u8]) -> Receipt {
        match &self.set_by {
            Setter::Script(tab) => jar.write(line, &self.url, tab.as_ref(), self.at),
            Setter::Response(page, kind) => {
                let request = Request { url: &self.url, method: "GET", initiator: page.as_ref(), kind: *kind };
                jar.receive(line, &request, self.at)
            }
        }
    }

    /// The same question about one line.
    fn about(&self, line: &[u8]) -> Self {
        Self {
            set_cookie: vec![line.to_vec()],
            url: self.url.clone(),
            set_by: self.set_by.clone(),
            then: self.then.clone(),
            initiator: self.initiator.clone(),
            method: self.method.clone(),
            ..*self
        }
    }

    /// The later request.
    fn request(&self) -> Request<'_> {
        Request { url: &self.then, method: &self.method, initiator: self.initiator.as_ref(), kind: self.kind }
    }
}

/// Answers a question that stands in a JSON object, with `now` for the time where it has none. The answer has the tables
/// only where the object says `"explain": true`. Fails with one sentence on what can't be understood.
pub(crate) fn answer(asked: &Value, now: LabTime) -> Result<Value, String> {
    let (question, explain) = ask(asked, now)?;
    let report = report(&question, explain);
    serde_json::to_value(report).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
