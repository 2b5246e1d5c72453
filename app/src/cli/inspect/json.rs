//! The result for programs: `lockstep.inspect/1`.

use lockstep_shared::clock::LabTime;
use serde_json::{Map, Value, json};

use crate::inspect::decode::{Jws, Malformed};
use crate::inspect::examine::Examined;
use crate::inspect::nested::Inner;
use crate::inspect::recognise::Recognised;
use crate::inspect::verify::{Expect, Times};
use crate::report::escape;

const SCHEMA: &str = "lockstep.inspect/1";

/// The parts of an encrypted token behind its header.
const PARTS: [&str; 4] = ["encrypted_key", "iv", "ciphertext", "tag"];

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
        told["payload"] = payload(jws);
        told["times"] = times(&verdict.times, expect);
        let refused = verdict.refused.iter().map(|refused| json!({ "claim": refused.claim, "why": refused.why }));
        told["refused"] = refused.collect();
        told["odd"] = jws.oddities.iter().map(|oddity| Value::from(oddity.to_string())).collect();
    }
    match &examined.found.what {
        Recognised::Jwe(jwe) => {
            told["header"] = jwe.header.clone().into();
            told["odd"] = jwe.oddities.iter().map(|oddity| Value::from(oddity.to_string())).collect();
            told["octets"] = PARTS.iter().zip(jwe.lengths).map(|(name, octets)| (*name, octets)).collect();
        }
        Recognised::Malformed(_) | Recognised::Key(_) => told["error"] = examined.signature.why.clone().into(),
        _ => {}
    }
    if let Some(inner) = &examined.inner {
        told["inner"] = self::inner(inner);
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

/// The token within: what it says, of which nothing is checked.
fn inner(inner: &Result<Inner, Malformed>) -> Value {
    let inner = match inner {
        Ok(inner) => inner,
        Err(why) => return json!({ "error": why.to_string() }),
    };
    let mut told = json!({ "kind": inner.what.kind(), "token": inner.text, "deeper": inner.deeper });
    match &inner.what {
        Recognised::Jws(jws) => {
            told["header"] = jws.header.clone().into();
            told["payload"] = payload(jws);
        }
        Recognised::Jwe(jwe) => told["header"] = jwe.header.clone().into(),
        _ => {}
    }
    told
}

/// The claims, or the text that stands there instead.
fn payload(jws: &Jws) -> Value {
    jws.claims().map_or_else(|_| String::from_utf8_lossy(&jws.payload).into(), Value::Object)
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
    let now = expect.at.millis() as f64 / 1000.0;
    let moments = [("issued", times.issued), ("not_before", times.not_before), ("expires", times.expires)];
    for (name, secs) in moments {
        if let Some(moment) = secs.and_then(LabTime::from_epoch_secs) {
            told.insert(name.to_owned(), moment.to_string().into());
        } else if let Some(secs) = secs {
            // Before 1970, or of no year that has a name.
            told.insert(format!("{name}_s"), secs.into());
        }
    }
    if let Some(expires) = times.expires {
        // What is more than the largest number is told as that.
        told.insert("left_s".to_owned(), ((expires - now).max(0.0) as u64).into());
    }
    Value::Object(told)
}
