//! Claims, judged one by one (RFC 7519 section 4.1, RFC 8725 section 3): each is there, of its type, and says what it must.

use lockstep_shared::clock::LabTime;
use lockstep_shared::trace::Act;
use serde_json::{Map, Value};

use super::{Claims, Expected};
use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::mistake;

/// The last second of the year 9999, after which dates have no common spelling: a number beyond it is no date.
const LAST_SECOND: u64 = 253_402_300_799;

/// Claims of the right form, whose dates are still to be compared with the clock.
pub(crate) struct Dated {
    claims: Claims,
    signed: LabTime,
    begins: Option<LabTime>,
    ends: LabTime,
}

/// Judges issuer and audience, and reads everything.
pub(super) fn read(expected: &Expected<'_>, claims: Map<String, Value>) -> Answer<Dated> {
    let what = expected.kind.words();
    if text(what, &claims, "iss")? != expected.issuer {
        return Err(Problem::refused("wrong-issuer", format!("the {what} was signed for another host")));
    }
    if !mistake::no_audience::applies(expected.mistakes) && !is_for_us(expected, &claims)? {
        return Err(Problem::refused("wrong-audience", format!("the {what} is made for somebody else")));
    }
    dated(expected, claims)
}

/// Reads everything that the bank works with and judges only its form.
pub(crate) fn dated(expected: &Expected<'_>, mut claims: Map<String, Value>) -> Answer<Dated> {
    let what = expected.kind.words();
    for name in ["sub", "jti"] {
        text(what, &claims, name)?;
    }
    let signed = date(what, &claims, "iat")?.ok_or_else(|| missing(what, "iat"))?;
    let begins = date(what, &claims, "nbf")?;
    let ends = date(what, &claims, "exp")?.ok_or_else(|| missing(what, "exp"))?;
    // A part of a second is allowed (RFC 7519 section 2). Whoever goes by whole ones must not be done with it too soon.
    claims.insert("iat".to_owned(), signed.secs().into());
    claims.insert("exp".to_owned(), ends.millis().div_ceil(1000).into());
    // Whether one name stood there or a list of them was judged above.
    claims.insert("aud".to_owned(), expected.audience.into());
    let claims = serde_json::from_value(Value::Object(claims));
    let claims = claims.map_err(|_| bad(what, "one of the claims is of another type than it should be"))?;
    Ok(Dated { claims, signed, begins, ends })
}

/// Compares the dates with the lab clock. Leeway counts in both directions.
pub(super) fn in_time(call: &Call, expected: &Expected<'_>, dated: Dated) -> Answer<Claims> {
    let what = expected.kind.words();
    let leeway = expected.leeway.duration();
    for (at, does) in [(dated.begins, "is valid"), (Some(dated.signed), "was signed")] {
        if let Some(at) = at.filter(|at| *at > call.now + leeway) {
            return Err(Problem::refused("not-yet-valid", format!("the {what} {does} only at {at}")));
        }
    }
    let ends = dated.ends + leeway;
    let expired = call.now >= ends;
    call.did(Act::ExpiryChecked { what: what.into(), ends, expired });
    match expired {
        true => Err(Problem::refused("expired", format!("the {what} ended at {ends}"))),
        false => Ok(dated.claims),
    }
}

/// Whether the bank is among those whom the token is made for (RFC 7519 section 4.1.3).
fn is_for_us(expected: &Expected<'_>, claims: &Map<String, Value>) -> Answer<bool> {
    let what = expected.kind.words();
    let ours = |name: &str| name == expected.audience || mistake::any_token_type::covers(expected, name);
    match claims.get("aud").ok_or_else(|| missing(what, "aud"))? {
        Value::String(name) => Ok(ours(name)),
        Value::Array(names) if names.iter().all(Value::is_string) => {
            Ok(names.iter().filter_map(Value::as_str).any(ours))
        }
        _ => Err(bad(what, "its aud claim names nobody")),
    }
}

/// A claim that must be there and be text.
fn text<'a>(what: &str, claims: &'a Map<String, Value>, name: &str) -> Answer<&'a str> {
    match claims.get(name).ok_or_else(|| missing(what, name))? {
        Value::String(text) if !text.is_empty() => Ok(text),
        _ => Err(bad(what, &format!("its {name} claim is no text"))),
    }
}

/// A claim that must be a date, where it is there.
fn date(what: &str, claims: &Map<String, Value>, name: &str) -> Answer<Option<LabTime>> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let at = moment(value);
    at.map(Some).ok_or_else(|| bad(what, &format!("its {name} claim is no date")))
}

/// The moment that a number of seconds since the epoch names.
pub(crate) fn moment(value: &Value) -> Option<LabTime> {
    let whole = value.as_u64().filter(|secs| *secs <= LAST_SECOND).map(LabTime::from_secs);
    whole.or_else(|| {
        let secs = value.as_f64().filter(|secs| value.is_f64() && (0.0..=LAST_SECOND as f64).contains(secs))?;
        Some(LabTime::from_millis((secs * 1000.0).round() as u64))
    })
}

fn missing(what: &str, name: &str) -> Problem {
    Problem::refused("missing-claim", format!("the {what} has no {name} claim"))
}

fn bad(what: &str, why: &str) -> Problem {
    Problem::refused("bad-claim", format!("the {what} is not as it should be: {why}"))
}
