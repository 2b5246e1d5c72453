//! One exchange in words: what decided it, and its bytes.

use lockstep_shared::clock::LabTime;

use crate::browser::Receipt;
use crate::lab::exchange::{Exchange, Purpose};

/// What decided, in one phrase and without the status: a refusal's own words, what an acceptance rested on, or what was
/// done. Times are written as `time` does.
pub(crate) fn decided(exchange: &Exchange, time: fn(LabTime) -> String) -> String {
    if let Some(acts) = does(exchange) {
        return acts;
    }
    let told = exchange.told(": ", time);
    let told = told.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches([':', ' ']);
    told.to_owned()
}

/// The same after the verdict: `401 revoked — the session was ended by log-out`.
pub(crate) fn whole(exchange: &Exchange, time: fn(LabTime) -> String) -> String {
    match does(exchange) {
        Some(acts) => format!("{} — {acts}", exchange.verdict()),
        None => exchange.told(" — ", time),
    }
}

/// What the server did, where that tells more than what an acceptance rested on.
fn does(exchange: &Exchange) -> Option<String> {
    let acts = &exchange.trace.acts;
    let tells = exchange.purpose != Purpose::Probe && exchange.status < 400 && !acts.is_empty();
    tells.then(|| acts.iter().map(|timed| timed.act.to_string()).collect::<Vec<_>>().join(", "))
}

/// What became of a `Set-Cookie` line: its name, and in words.
pub(crate) fn received(receipt: &Receipt) -> (&str, &str, String) {
    match receipt {
        Receipt::Stored(cookie) => (&cookie.name, "stored", "A new cookie in the jar".to_owned()),
        Receipt::Replaced(cookie) => (&cookie.name, "replaced", "The jar had it, and keeps this instead".to_owned()),
        Receipt::Deleted { name } => (name, "deleted", "The line says that it has ended".to_owned()),
        Receipt::Rejected { name, rule } => (name, "not kept", rule.why().trim_end_matches('.').to_owned()),
    }
}

/// About how many bytes went up and came down: lines, headers and bodies as HTTP/1.1 writes them.
pub(crate) fn bytes(exchange: &Exchange) -> (u64, u64) {
    let up = exchange.method.len() + exchange.path.len() + " HTTP/1.1\r\n \r\n".len();
    let up = up + exchange.request_headers.octets() + exchange.request_body.as_ref().map_or(0, String::len);
    let down = "HTTP/1.1 200 OK\r\n\r\n".len() + exchange.response_headers.octets() + exchange.response_body.len();
    (up as u64, down as u64)
}
