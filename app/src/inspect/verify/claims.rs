//! The claims that decide whether a token counts: when, for whom, by whom, and what it is at all (RFC 7519 section 4.1,
//! RFC 8725 section 3).

use lockstep_shared::clock::LabTime;
use serde_json::Value;

use super::Expect;
use crate::inspect::decode::{Jws, Malformed, Object, Oddity, Part, type_of};

/// Why the token is to be refused, whatever its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Where it stands: a claim's name, or `typ`, or `payload`.
    pub(crate) claim: String,
    /// A sentence without its full stop.
    pub(crate) why: String,
}

/// The token's own times, held against a moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Times {
    pub(crate) state: State,
    /// Seconds since the Unix epoch (RFC 7519 section 2).
    pub(crate) expires: Option<f64>,
    pub(crate) not_before: Option<f64>,
    pub(crate) issued: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Valid,
    Expired,
    NotYet,
    NoExpiry,
    /// A time is no time, so nobody can tell.
    Unreadable,
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Expired => "expired",
            Self::NotYet => "not-yet",
            Self::NoExpiry => "no-expiry",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Every reason to refuse the token beside its signature.
pub(super) fn check(jws: &Jws, expect: &Expect) -> (Times, Vec<Refusal>) {
    let mut refused = Vec::new();
    if let Some(expected) = &expect.typ {
        refused.extend(typ(jws, expected));
    }
    let mut times = Times { state: State::NoExpiry, expires: None, not_before: None, issued: None };
    match jws.claims() {
        Ok(claims) => {
            for oddity in &jws.oddities {
                if let Oddity::Twice(Part::Payload, name) = oddity {
                    refused.push(refusal(name, "stands in the payload twice: two readers could see two values"));
                }
            }
            times = self::times(&claims, expect, &mut refused);
            refused.extend(audience(&claims, expect));
            refused.extend(issuer(&claims, expect));
            refused.extend(["sub", "jti"].iter().filter_map(|name| no_text(&claims, name)));
        }
        // Anything may be signed, so that is wrong only where claims were promised or asked for.
        Err(why) if promised(jws, expect) || half_read(jws, &why) => {
            refused.push(refusal("payload", format!("there are no claims: {why}")))
        }
        Err(_) => {}
    }
    (times, refused)
}

fn refusal(claim: &str, why: impl Into<String>) -> Refusal {
    Refusal { claim: claim.to_owned(), why: why.into() }
}

fn promised(jws: &Jws, expect: &Expect) -> bool {
    // A token within a token: its claims are those of the inner one (RFC 7519 section 5.2).
    if jws.says("cty").is_some_and(is_nested) {
        return false;
    }
    let typ = jws.says("typ").map(media_type).unwrap_or_default();
    let asked = !expect.audience.is_empty() || expect.issuer.is_some();
    asked || typ == "jwt" || typ.ends_with("+jwt")
}

/// Whether another reader could see claims where this one sees none: some take numbers of any size, `NaN`, any depth, or
/// what follows behind the object. What begins with a brace and is JSON to nobody is a text like any other.
fn half_read(jws: &Jws, why: &Malformed) -> bool {
    const FORGIVEN: [&str; 6] = [
        "number out of range",
        "lone leading surrogate",
        "invalid unicode",
        "trailing ",
        "control character",
        "unexpected end of hex",
    ];
    let payload = jws.payload.trim_ascii_start();
    let has = |word: &[u8]| payload.windows(word.len()).any(|part| part == word);
    payload.starts_with(b"{")
        && match why {
            Malformed::TooDeep(_) => true,
            Malformed::NotJson(_, why) => {
                FORGIVEN.iter().any(|start| why.starts_with(start)) || has(b"NaN") || has(b"Infinity")
            }
            _ => false,
        }
}

/// Whether a `cty` says that the content is a token (RFC 7519 section 5.2).
pub(crate) fn is_nested(cty: &str) -> bool {
    media_type(cty) == "jwt"
}

/// RFC 8725 section 3.11.
fn typ(jws: &Jws, expected: &str) -> Option<Refusal> {
    match jws.says("typ") {
        None => Some(refusal("typ", format!("the header has none, and {expected:?} is expected"))),
        Some(typ) if media_type(typ) == media_type(expected) => None,
        Some(typ) => Some(refusal("typ", format!("is {typ:?}, and {expected:?} is expected"))),
    }
}

/// A media type without regard to case, and without the `application/` that may be left out (RFC 7515 section 4.1.9).
fn media_type(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    match text.strip_prefix("application/") {
        Some(rest) if !rest.contains('/') => rest.to_owned(),
        _ => text,
    }
}

fn times(claims: &Object, expect: &Expect, refused: &mut Vec<Refusal>) -> Times {
    let mut unreadable = false;
    let mut read = |name| match date(claims.get(name)) {
        Ok(date) => date,
        Err(why) => {
            unreadable = true;
            refused.push(refusal(name, why));
            None
        }
    };
    let (expires, not_before, issued) = (read("exp"), read("nbf"), read("iat"));
    let (at, leeway) = (seconds(expect.at), expect.leeway_secs as f64);
    // RFC 7519 section 4.1.4: a token ends on its instant, and not after it.
    let expired = expires.is_some_and(|expires| expires + leeway <= at);
    let not_yet = not_before.is_some_and(|from| from - leeway > at);
    if expired {
        refused.push(refusal("exp", "the token has expired"));
    }
    if not_yet {
        refused.push(refusal("nbf", "the token is not valid yet"));
    }
    let state = if unreadable {
        State::Unreadable
    } else if expired {
        State::Expired
    } else if not_yet {
        State::NotYet
    } else if expires.is_some() {
        State::Valid
    } else {
        State::NoExpiry
    };
    Times { state, expires, not_before, issued }
}

/// A NumericDate (RFC 7519 section 2). A reader who takes anything else for one, or for none, can be talked out of the
/// token's end (CVE-2026-25537).
fn date(value: Option<&Value>) -> Result<Option<f64>, String> {
    let number = match value {
        None => return Ok(None),
        Some(Value::Number(number)) => number,
        Some(other) => return Err(format!("is {}, and a time is a number of seconds", type_of(other))),
    };
    // Any number is one (RFC 7519 section 2): also those before 1970, and those of no year that has a name.
    match number.as_f64().filter(|secs| secs.is_finite()) {
        Some(secs) => Ok(Some(secs)),
        None => Err("is no number that could be a time".to_owned()),
    }
}

fn seconds(at: LabTime) -> f64 {
    at.millis() as f64 / 1000.0
}

/// RFC 7519 section 4.1.3, compared octet by octet.
fn audience(claims: &Object, expect: &Expect) -> Option<Refusal> {
    let named: Vec<&str> = match claims.get("aud") {
        None if expect.audience.is_empty() => return None,
        None => return Some(refusal("aud", format!("there is none, and {} is expected", list(&expect.audience)))),
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => match all.iter().map(Value::as_str).collect() {
            Some(texts) => texts,
            None => return Some(refusal("aud", "has something in its list that is no text")),
        },
        Some(other) => return Some(refusal("aud", format!("is {}, and not a text or a list of them", type_of(other)))),
    };
    let meant = expect.audience.is_empty() || expect.audience.iter().any(|own| named.contains(&own.as_str()));
    let why = || format!("is {}, and {} is expected", list(&named), list(&expect.audience));
    (!meant).then(|| refusal("aud", why()))
}

/// RFC 7519 section 4.1.1, compared octet by octet.
fn issuer(claims: &Object, expect: &Expect) -> Option<Refusal> {
    let issuer = match claims.get("iss") {
        None => None,
        Some(Value::String(issuer)) => Some(issuer),
        Some(other) => return Some(refusal("iss", format!("is {}, and not a text", type_of(other)))),
    };
    let expected = expect.issuer.as_ref()?;
    match issuer {
        None => Some(refusal("iss", format!("there is none, and {expected:?} is expected"))),
        Some(issuer) if issuer == expected => None,
        Some(issuer) => Some(refusal("iss", format!("is {issuer:?}, and {expected:?} is expected"))),
    }
}

/// RFC 7519 sections 4.1.2 and 4.1.7: two readers could take anything else for two different users.
fn no_text(claims: &Object, name: &str) -> Option<Refusal> {
    let value = claims.get(name).filter(|value| !value.is_string())?;
    Some(refusal(name, format!("is {}, and not a text", type_of(value))))
}

fn list<T: AsRef<str>>(names: &[T]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{:?}", name.as_ref())).collect();
    if quoted.is_empty() { "an empty list".to_owned() } else { quoted.join(" or ") }
}
