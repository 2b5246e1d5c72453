//! The result for programs: `lockstep.inspect/1`.

use lockstep_shared::clock::LabTime;
use serde_json::{Map, Value, json};

use crate::inspect::decode::Jws;
use crate::inspect::verify::{Expect, Times, Verdict};
use crate::report::escape;

const SCHEMA: &str = "lockstep.inspect/1";

/// What came out for a token.
pub(super) fn token(jws: &Jws, verdict: &Verdict, expect: &Expect) -> Value {
    let claims = jws.claims().ok();
    let kind = if claims.is_some() { "jwt" } else { "jws" };
    let text = String::from_utf8_lossy(&jws.payload);
    let refused: Vec<Value> =
        verdict.refused.iter().map(|refused| json!({ "claim": refused.claim, "why": refused.why })).collect();
    json!({
        "schema": SCHEMA,
        "kind": kind,
        "header": jws.header,
        "payload": claims.map_or_else(|| text.into(), Value::Object),
        "signature": { "valid": verdict.signature.valid, "why": verdict.signature.why },
        "times": times(&verdict.times, expect),
        "refused": refused,
        "findings": [],
        "exit": if verdict.stands() { 0 } else { 1 },
    })
}

/// What came out for a text that is no token: it can't be valid, and there is nothing else to tell.
pub(super) fn malformed(why: &str) -> Value {
    json!({
        "schema": SCHEMA,
        "kind": "malformed",
        "header": null,
        "payload": null,
        "signature": { "valid": false, "why": why },
        "times": null,
        "refused": [],
        "findings": [],
        "error": why,
        "exit": 2,
    })
}

/// What comes out for a line that asks for nothing.
pub(super) fn error(why: &str) -> Value {
    json!({ "schema": SCHEMA, "error": why, "exit": 2 })
}

/// One line, in which nothing is what a terminal would obey.
pub(super) fn line(json: &Value) -> String {
    escape::json(&json.to_string())
}

fn times(times: &Times, expect: &Expect) -> Value {
    let mut told = Map::new();
    told.insert("state".to_owned(), times.state.name().into());
    told.insert("at".to_owned(), expect.at.to_string().into());
    let moments = [("issued", times.issued), ("not_before", times.not_before), ("expires", times.expires)];
    for (name, secs) in moments {
        if let Some(moment) = secs.and_then(LabTime::from_epoch_secs) {
            told.insert(name.to_owned(), moment.to_string().into());
        }
    }
    if let Some(expires) = times.expires.and_then(LabTime::from_epoch_secs) {
        told.insert("left_s".to_owned(), expires.since(expect.at).as_secs().into());
    }
    Value::Object(told)
}
