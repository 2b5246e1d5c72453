//! The result for programs: `lockstep.inspect/1`.

use lockstep_shared::clock::LabTime;
use serde_json::{Map, Value, json};

use crate::inspect::examine::Examined;
use crate::inspect::recognise::Recognised;
use crate::inspect::verify::{Expect, Times};
use crate::report::escape;

const SCHEMA: &str = "lockstep.inspect/1";

/// What came out for a text.
pub(super) fn told(examined: &Examined, expect: &Expect) -> Value {
    let mut told = json!({
        "schema": SCHEMA,
        "kind": examined.found.what.kind(),
        "header": null,
        "payload": null,
        "signature": { "valid": examined.signature.valid, "why": examined.signature.why },
        "times": null,
        "refused": [],
        "findings": examined.findings,
        "exit": examined.outcome().exit(),
    });
    if let (Some(jws), Some(verdict)) = (examined.token(), &examined.verdict) {
        told["header"] = jws.header.clone().into();
        told["payload"] = jws.claims().map_or_else(|_| String::from_utf8_lossy(&jws.payload).into(), Value::Object);
        told["times"] = times(&verdict.times, expect);
        let refused = verdict.refused.iter().map(|refused| json!({ "claim": refused.claim, "why": refused.why }));
        told["refused"] = refused.collect();
        told["odd"] = jws.oddities.iter().map(|oddity| Value::from(oddity.to_string())).collect();
    }
    match &examined.found.what {
        Recognised::Jwe(jwe) => told["header"] = jwe.header.clone().into(),
        Recognised::Malformed(_) | Recognised::Key(_) => told["error"] = examined.signature.why.clone().into(),
        _ => {}
    }
    if let Some(place) = &examined.found.place {
        told["place"] = place.clone().into();
    }
    if !examined.others.is_empty() {
        let others = examined.others.iter().map(|other| json!({ "kind": other.what.kind(), "place": other.place }));
        told["others"] = others.collect();
    }
    told
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
