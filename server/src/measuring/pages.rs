//! The pages of a measurement, and the requests that they make.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use super::{Arrived, How, Inner, Plan, Probe};

const PAGE: &str = include_str!("../../../assets/measuring/page.html");
const SCRIPT: &str = include_str!("../../../assets/measuring/page.js");

/// The longest that a page may say: all cookies of a domain at their greatest length.
const MOST_SAID: usize = 1 << 20;

/// The longest name that a browser may give itself.
const MOST_NAME: usize = 80;

const HEADERS: [&str; 3] = ["sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"];

/// A picture of one pixel.
const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

impl Inner {
    /// Answers a request to `host`, if it is one of this measurement's.
    pub(crate) async fn answer(&self, request: &mut Request, host: &str) -> Option<Response> {
        let path = request.uri().path().strip_prefix(&*self.root())?.to_owned();
        let index = request.uri().query().and_then(|query| query.parse::<usize>().ok());
        let own = format!("measuring.localhost:{}", self.first.port());
        match (&*path, index) {
            ("page.js", _) if self.knows(host) => Some(script()),
            ("", None) if host == own => {
                Some(page(&self.root(), "Measuring this browser", json!({ "start": self.first_page() })))
            }
            ("done", None) if host == own => Some(self.done()),
            ("who", None) if host == own => Some(self.introduced(&said(request).await?)),
            ("at/page", Some(index)) => self.from(index, host),
            ("said", Some(index)) => {
                let text = said(request).await?;
                self.said(index, host, text)
            }
            (at, Some(index)) => self.at(at.strip_prefix("at/")?, index, host, request),
            _ => None,
        }
    }

    /// Whether a host, with its port, is one of the plan's.
    fn knows(&self, host: &str) -> bool {
        let is = |place| self.origin(place).strip_prefix("http://") == Some(host);
        let own = host == format!("measuring.localhost:{}", self.first.port());
        own || self.plan().probes.iter().any(|probe| is(&probe.from) || is(&probe.to))
    }

    fn first_page(&self) -> String {
        self.next(&self.plan(), 0)
    }

    /// The page that makes the probe at `index`, and those after it that can be made without leaving it.
    fn from(&self, index: usize, host: &str) -> Option<Response> {
        let plan = self.plan();
        let first = plan.probes.get(index)?;
        if self.origin(&first.from).strip_prefix("http://") != Some(host) {
            return None;
        }
        let mut end = index;
        for probe in &plan.probes[index..] {
            // A new wait is reckoned on a new page, when what it waits for has happened.
            let stays = probe.from == first.from && (end == index || probe.after.is_none());
            end += usize::from(stays);
            if !stays || probe.how.leaves() {
                break;
            }
        }
        let deeds: Vec<_> = (index..end).map(|at| self.deed(&plan, at)).collect();
        let next = self.next(&plan, end);
        let told = json!({ "deeds": deeds, "next": next, "at": index, "of": plan.probes.len(), "root": self.root() });
        Some(page(&self.root(), "Measuring this browser", told))
    }

    fn deed(&self, plan: &Plan, at: usize) -> Value {
        let probe = &plan.probes[at];
        let wait = probe.after.map_or(Duration::ZERO, |(other, wait)| {
            let since = plan.seen.get(other).and_then(|seen| seen.at).unwrap_or_default();
            (since + wait).saturating_sub(self.started.elapsed())
        });
        let lines: Vec<String> = match probe.how {
            // A script writes characters, each of which stands for one octet of the line where it is ASCII.
            How::Write => probe.lines.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect(),
            _ => Vec::new(),
        };
        json!({
            "index": at,
            "how": probe.how.name(),
            "to": self.address(probe, at),
            "lines": lines,
            "wait": wait.as_millis() as u64,
        })
    }

    /// The request of a probe itself.
    fn at(&self, rest: &str, index: usize, host: &str, request: &Request) -> Option<Response> {
        let mut plan = self.plan();
        let probe = plan.probes.get(index)?.clone();
        let there = self.origin(&probe.to).strip_prefix("http://") == Some(host) && probe.rest == rest;
        if !there {
            return None;
        }
        let arrived = arrived(request);
        let seen = &mut plan.seen[index];
        if seen.arrived.is_none() {
            seen.arrived = Some(arrived);
            seen.at = Some(self.started.elapsed());
        }
        let next = self.next(&plan, index + 1);
        self.passed(&plan);
        let mut response = self.response(&probe, index, next, &plan);
        for line in &probe.lines {
            if let Ok(line) = HeaderValue::from_bytes(line) {
                response.headers_mut().append(header::SET_COOKIE, line);
            }
        }
        Some(response)
    }

    fn response(&self, probe: &Probe, index: usize, next: String, plan: &Plan) -> Response {
        match probe.how {
            How::Form | How::Link => {
                let told = json!({ "next": next, "at": index, "of": plan.probes.len(), "root": self.root() });
                page(&self.root(), "Measuring this browser", told)
            }
            How::Image => ([(header::CONTENT_TYPE, "image/gif")], PIXEL).into_response(),
            _ => ([(header::CONTENT_TYPE, "text/plain")], "seen").into_response(),
        }
    }

    /// What a page says that its script has read or written.
    fn said(&self, index: usize, host: &str, text: String) -> Option<Response> {
        let mut plan = self.plan();
        let place = &plan.probes.get(index)?.from;
        if self.origin(place).strip_prefix("http://") != Some(host) {
            return None;
        }
        let seen = &mut plan.seen[index];
        seen.said = Some(text);
        seen.at = Some(self.started.elapsed());
        self.passed(&plan);
        Some(StatusCode::NO_CONTENT.into_response())
    }

    /// The browser says what it is called.
    fn introduced(&self, text: &str) -> Response {
        let told: Value = serde_json::from_str(text).unwrap_or_default();
        let field = |name: &str| {
            let text = told[name].as_str().unwrap_or("unknown");
            text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(MOST_NAME).collect::<String>()
        };
        let browser = (field("name"), field("version"));
        self.progress.send_modify(|progress| progress.browser = Some(browser));
        StatusCode::NO_CONTENT.into_response()
    }

    fn done(&self) -> Response {
        self.progress.send_modify(|progress| progress.done = true);
        page(&self.root(), "This browser has been measured", json!({ "done": true }))
    }

    fn passed(&self, plan: &Plan) {
        let probes = plan.seen.iter().filter(|seen| seen.at.is_some()).count();
        self.progress.send_modify(|progress| progress.probes = probes);
    }
}

fn arrived(request: &Request) -> Arrived {
    let text = |headers: &HeaderMap, name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let headers = request.headers();
    // A browser may send several, which are one (RFC 6265bis section 5.8.4).
    let cookies: Vec<&[u8]> = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes).collect();
    Arrived {
        method: request.method().to_string(),
        cookie: (!cookies.is_empty()).then(|| cookies.join(&b"; "[..])),
        origin: text(headers, "origin"),
        sec_fetch: HEADERS.into_iter().filter_map(|name| Some((name, text(headers, name)?))).collect(),
    }
}

/// The text that a page sends, if it is not too long.
async fn said(request: &mut Request) -> Option<String> {
    let body = std::mem::replace(request.body_mut(), Body::empty());
    let octets = to_bytes(body, MOST_SAID).await.ok()?;
    Some(String::from_utf8_lossy(&octets).into_owned())
}

fn script() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "max-age=600")];
    (headers, SCRIPT).into_response()
}

fn page(root: &str, title: &str, told: Value) -> Response {
    // Inside of a script element only the start of a tag could end it.
    let told = told.to_string().replace('<', "\\u003c");
    let policy = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src http:; frame-src http:; \
                  connect-src http:; form-action http:";
    let page = PAGE.replace("{title}", title).replace("{root}", root).replace("{told}", &told);
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response()
}
