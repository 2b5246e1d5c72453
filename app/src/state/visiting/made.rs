//! Visits as a real browser makes them, made by hand for tests and pictures.

use std::time::Duration;

use lockstep_server::{Visit, VisitBody};
use lockstep_shared::clock::LabTime;
use lockstep_shared::trace::Trace;

use super::Seen;
use crate::state::command::Side;

/// What Chromium calls itself.
pub(crate) const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

/// One request that is made by hand.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) side: Side,
    pub(crate) visit: Visit,
    pub(crate) trace: Trace,
}

/// A request without a body, which is answered with nothing, so many seconds after the lab's start.
pub(crate) fn made(secs: u64, host: &str, method: &str, path: &str) -> Made {
    let visit = Visit {
        place: secs,
        number: secs,
        at: LabTime::START + Duration::from_secs(secs),
        host: host.to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        request_headers: Vec::new(),
        request_body: VisitBody::default(),
        status: 200,
        response_headers: Vec::new(),
        response_body: VisitBody::default(),
        micros: 1_400,
    };
    Made { side: Side::Left, visit, trace: Trace::default() }.with(&[("host", host), ("user-agent", CHROME)])
}

impl Made {
    /// Sent with these headers too.
    pub(crate) fn with(mut self, headers: &[(&str, &str)]) -> Self {
        self.visit
            .request_headers
            .extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self
    }

    /// How a tab goes there; `site` and the page as the browser tells them.
    pub(crate) fn tab(self, site: &str, from: &str) -> Self {
        self.by(site, "navigate", "document", from)
    }

    pub(crate) fn by(self, site: &str, mode: &str, dest: &str, from: &str) -> Self {
        let made = self.with(&[("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)]);
        if from.is_empty() { made } else { made.with(&[("referer", from)]) }
    }

    pub(crate) fn cookie(self, line: &str) -> Self {
        self.with(&[("cookie", line)])
    }

    pub(crate) fn body(mut self, body: &str) -> Self {
        self.visit.request_body.octets = body.as_bytes().to_vec();
        self
    }

    pub(crate) fn answered(mut self, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        self.visit.status = status;
        let lines = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.visit.response_headers.extend(lines);
        self.visit.response_body.octets = body.as_bytes().to_vec();
        self
    }

    pub(crate) fn seen(self) -> Seen {
        Seen { side: self.side, visit: self.visit, trace: self.trace, ahead: Duration::ZERO }
    }
}
