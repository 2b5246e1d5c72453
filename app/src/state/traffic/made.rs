//! Exchanges as the lab records them, made by hand for tests, pictures and benchmarks.

use std::sync::Arc;
use std::time::Duration;

use lockstep_shared::clock::LabTime;
use lockstep_shared::trace::{Act, Record, Timed, Trace};

use crate::browser::{Decision, Rule};
use crate::lab::actor::Actor;
use crate::lab::exchange::{Exchange, Purpose};
use crate::lab::headers::Headers;

/// What tells one made exchange from another.
#[derive(Clone, Copy)]
pub(crate) struct Made {
    pub(crate) number: usize,
    pub(crate) actor: Actor,
    pub(crate) purpose: Purpose,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) status: u16,
}

/// A probe of the laptop's, which is let in.
pub(crate) const PROBE: Made =
    Made { number: 1, actor: Actor::Laptop, purpose: Purpose::Probe, method: "GET", path: "/api/me", status: 200 };

/// Whole, with the headers that a browser and the bank send.
pub(crate) fn exchange(made: Made) -> Exchange {
    let Made { number, actor, purpose, method, path, status } = made;
    let value = format!("k3Jf{number:08x}pQzV0nTb6yHcWm4RsLd8XeUa1GiOo");
    let body = match status {
        401 => format!(
            r#"{{"type":"about:blank","title":"Unauthorized","status":401,"detail":"the record is gone from the store","reason":"revoked","request_id":"{number:x}"}}"#
        ),
        _ => r#"{"id":"u-1","email":"alice@bank.example","role":"user"}"#.to_owned(),
    };
    Exchange {
        number,
        at: LabTime::START + Duration::from_millis(number as u64 * 250),
        actor,
        purpose,
        method,
        path: path.to_owned(),
        request_headers: Headers::from_iter([
            ("user-agent", actor.title()),
            ("accept", "application/json"),
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-dest", "empty"),
            ("cookie", format!("__Host-sid={value}").as_str()),
        ]),
        request_body: (method == "POST").then(|| r#"{"iban":"DE02","amount":50}"#.to_owned()),
        status,
        response_headers: Headers::from_iter([
            ("content-type", "application/json"),
            ("cache-control", "no-store"),
            ("x-request-id", number.to_string().as_str()),
            ("date", "Mon, 05 Jan 2026 09:00:00 GMT"),
            ("content-length", body.len().to_string().as_str()),
        ]),
        response_body: body,
        cookies: vec![Decision {
            name: "__Host-sid".to_owned(),
            value,
            domain: "bank.localhost".to_owned(),
            path: "/".to_owned(),
            sent: true,
            rule: Rule::WithinSite,
        }],
        received: Vec::new(),
        trace: Trace {
            acts: vec![Timed {
                act: Act::StoreRead { what: Record::Session, engine: "memory".into(), found: status < 400 },
                micros: 12,
            }],
        },
        micros: 900 + number as u64 % 700,
    }
}

/// So many probes, by everybody in turn; every tenth is refused.
pub(crate) fn probes(numbers: std::ops::Range<usize>) -> Vec<Arc<Exchange>> {
    let one = |number: usize| {
        let actor = Actor::MEASURED[number % 4];
        let status = if number.is_multiple_of(10) { 401 } else { 200 };
        Arc::new(exchange(Made { number, actor, status, ..PROBE }))
    };
    numbers.map(one).collect()
}
