//! What the real browser sent, as exchanges: from the server's own log of what reached it.

use anyhow::Context;
use lockstep_server::Visit;

use crate::lab::actor::Actor;
use crate::lab::exchange::{Exchange, Purpose};
use crate::lab::headers::Headers;
use crate::lab::stage::Stage;

const METHODS: [&str; 6] = ["GET", "POST", "OPTIONS", "PUT", "DELETE", "HEAD"];

/// From now on, whatever reaches the server is the browser's.
pub(super) fn begin(stage: &mut Stage) -> anyhow::Result<()> {
    let newest = *stage.server.visited().context("the server keeps no visits")?.borrow();
    stage.browsed.as_mut().context("there is no browser")?.seen = newest;
    Ok(())
}

/// Records what has reached the server since, but for the bank's pages and what they load: only what they ask is told.
/// `whose` says who stands behind a request to the bank. Answers the numbers, in the order in which the requests came.
pub(super) fn end(stage: &mut Stage, whose: impl Fn(&Visit) -> Option<(Actor, Purpose)>) -> anyhow::Result<Vec<usize>> {
    let seen = stage.browsed.as_ref().context("there is no browser")?.seen;
    let mut visits = stage.server.visits(seen);
    visits.sort_by_key(|visit| visit.number);
    let bank = bank(stage);
    let mut numbers = Vec::new();
    for visit in visits {
        let is_own = visit.host == bank;
        let asks = visit.path.starts_with("/api/") || visit.path.starts_with("/auth/");
        let loads = visit.path.starts_with("/web/") || visit.path.starts_with("/favicon");
        if is_own && !asks || loads {
            continue;
        }
        let (actor, purpose) = whose(&visit).filter(|_| is_own).unwrap_or((super::VICTIM, Purpose::Action));
        let Some(method) = METHODS.into_iter().find(|method| *method == visit.method) else { continue };
        let trace = stage.server.trace(visit.number).unwrap_or_default();
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        let path = if is_own { visit.path } else { format!("http://{}{}", visit.host, visit.path) };
        let sent = &visit.request_body.octets;
        numbers.push(stage.keep(Exchange {
            number: 0,
            at: visit.at,
            actor,
            purpose,
            method,
            path,
            request_headers: Headers::from_iter(&visit.request_headers),
            request_body: (!sent.is_empty()).then(|| text(sent)),
            status: visit.status,
            response_headers: Headers::from_iter(&visit.response_headers),
            response_body: text(&visit.response_body.octets),
            // Of what a browser held back, or kept, no server learns.
            cookies: Vec::new(),
            received: Vec::new(),
            trace,
            micros: visit.micros,
        }));
    }
    Ok(numbers)
}

/// The last of these exchanges that was about a path.
pub(super) fn last_of(stage: &Stage, numbers: &[usize], method: &str, path: &str) -> Option<usize> {
    let is = |exchange: &Exchange| exchange.method == method && exchange.path.split('?').next() == Some(path);
    numbers.iter().rev().copied().find(|number| stage.exchange(*number).is_some_and(is))
}

/// The bank's host with its port, as a browser writes it.
fn bank(stage: &Stage) -> String {
    let page = stage.agent(super::VICTIM).page();
    let port = page.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}{port}", page.host_str().unwrap_or_default())
}
