//! The claims that a token of its kind should have, of the right types, and whether it can be taken for another kind.

use serde_json::Value;

use super::{Findings, Kind, has_any};
use crate::inspect::decode::{Jws, Object, type_of};

/// Claims that are one text each (RFC 7519 section 4.1, RFC 8693, OpenID Connect Core section 2).
const TEXTS: [&str; 9] = ["iss", "sub", "jti", "azp", "nonce", "client_id", "sid", "acr", "scope"];
/// Claims that are a NumericDate (RFC 7519 section 2).
pub(super) const DATES: [&str; 4] = ["exp", "nbf", "iat", "auth_time"];

pub(super) fn look(jws: &Jws, claims: &Object, kind: Kind, out: &mut Findings) {
    types(claims, out);
    match kind {
        Kind::Proof => missing(claims, &["jti", "htm", "htu", "iat"], "proof-claims", "RFC 9449 section 4.2", out),
        _ => {
            expected(claims, kind, out);
            kinds(jws, claims, kind, out);
        }
    }
    if let Some(role) =
        ["role", "roles", "permissions", "groups", "admin", "is_admin"].iter().find(|n| claims.contains_key(**n))
    {
        let what = format!("The token says what its owner may do (`{role}`)");
        let why =
            "A reader that believes it goes on until the token ends, even when the right was taken away long before.";
        out.low("role-inside", "RFC 9068 section 2.2.3", what, why);
    }
}

/// CVE-2026-25537 took a date that is no number for one that was not given.
fn types(claims: &Object, out: &mut Findings) {
    let mut wrong = |name: &str, wanted: &str, value: &Value| {
        let what = format!("`{name}` is {}, and has to be {wanted}", type_of(value));
        let why = "A reader that skips what it can't read does not check it at all.";
        out.high("claim-type", "RFC 7519 section 4.1, CVE-2026-25537", what, why);
    };
    for (name, value) in claims {
        match name.as_str() {
            name if DATES.contains(&name) && !value.is_number() => wrong(name, "a number of seconds", value),
            name if TEXTS.contains(&name) && !value.is_string() => wrong(name, "a text", value),
            "aud" if !is_audience(value) => wrong("aud", "a text or a list of texts", value),
            "cnf" | "act" | "may_act" if !value.is_object() => wrong(name, "an object", value),
            _ => {}
        }
    }
}

fn is_audience(value: &Value) -> bool {
    value.is_string() || value.as_array().is_some_and(|all| all.iter().all(Value::is_string))
}

/// What RFC 9068 demands of an access token, and what every token should have.
fn expected(claims: &Object, kind: Kind, out: &mut Findings) {
    if kind == Kind::TypedAccess {
        missing(
            claims,
            &["iss", "exp", "aud", "sub", "client_id", "iat", "jti"],
            "at-jwt-claims",
            "RFC 9068 section 2.2",
            out,
        );
    }
    let mut absent = |name: &str, medium: bool, id, source, why: &str| {
        if kind != Kind::TypedAccess && !claims.contains_key(name) {
            let what = format!("`{name}` is missing");
            if medium { out.medium(id, source, what, why) } else { out.low(id, source, what, why) }
        }
    };
    absent(
        "exp",
        true,
        "exp-missing",
        "ASVS 5.0 9.2.1, RFC 9068 section 2.2",
        "It never ends: a stolen copy works for as long as the key does.",
    );
    absent("aud", true, "aud-missing", "RFC 8725 section 3.9", "It opens every service that trusts the same key.");
    absent(
        "iss",
        true,
        "iss-missing",
        "RFC 8725 section 3.8",
        "A reader can't tell which key is the right one to check it with.",
    );
    absent(
        "sub",
        false,
        "sub-missing",
        "RFC 8725 section 3.8",
        "It does not say whom it is about by the name that readers look for.",
    );
    absent(
        "iat",
        false,
        "iat-missing",
        "RFC 7519 section 4.1.6",
        "Nobody can tell how old it is, nor end all those from before a moment.",
    );
    absent(
        "jti",
        false,
        "jti-missing",
        "RFC 7519 section 4.1.7",
        "It has no name by which this one alone could be revoked.",
    );
    let everybody = |aud: &str| ["", "*"].contains(&aud.trim());
    let aud =
        claims.get("aud").into_iter().flat_map(|aud| aud.as_array().map_or(std::slice::from_ref(aud), Vec::as_slice));
    if aud.filter_map(Value::as_str).any(everybody)
        || claims.get("aud").is_some_and(|aud| aud.as_array().is_some_and(Vec::is_empty))
    {
        let why = "An audience that is everybody or nobody keeps no service from taking it.";
        out.medium("aud-anyone", "RFC 8725 section 3.9", "`aud` names no service", why);
    }
}

fn missing(claims: &Object, names: &[&str], id: &'static str, source: &'static str, out: &mut Findings) {
    let absent: Vec<String> = names.iter().filter(|n| !claims.contains_key(**n)).map(|n| format!("`{n}`")).collect();
    if !absent.is_empty() {
        let what = format!("Its type demands what it does not have: {}", absent.join(", "));
        out.medium(
            id,
            source,
            what,
            "A reader that keeps to the standard refuses it; one that does not checks less than it should.",
        );
    }
}

/// Whether it can pass for another kind than it is (RFC 8725 sections 2.8, 3.11 and 3.12).
fn kinds(jws: &Jws, claims: &Object, kind: Kind, out: &mut Findings) {
    const SOURCE: &str = "RFC 8725 section 3.11, ASVS 5.0 9.2.2";
    if has_any(claims, &["at_hash", "c_hash", "nonce"]) && has_any(claims, &["scope", "scp"]) {
        let what = "It has claims of an ID token and of an access token at once";
        let why = "A token for the client that logged somebody in can be sent to a service, and the other way round.";
        out.medium("kinds-mixed", "RFC 8725 section 3.12", what, why);
    }
    match jws.header.get("typ") {
        Some(Value::String(typ))
            if kind != Kind::Other && matches!(typ.to_ascii_lowercase().as_str(), "jwt" | "application/jwt") =>
        {
            // With the type of every JWT, only the claims can tell it from the others of the same issuer.
            if matches!(kind, Kind::Refresh | Kind::Access) {
                let what = format!("It is {kind} by its claims, and `typ` says only JWT");
                let why = "A reader that looks at nothing else takes the one kind for the other.";
                out.low("typ-generic", SOURCE, what, why);
            }
        }
        Some(Value::String(_)) => {}
        Some(other) => {
            let what = format!("`typ` is {}, and has to be a text", type_of(other));
            out.medium("header-type", "RFC 7515 section 4.1.9", what, "A reader that compares it may skip it instead.");
        }
        None => {
            let why = "A reader can't tell it from other kinds of tokens that the same key signs.";
            out.low("typ-missing", SOURCE, "The header has no `typ`", why);
        }
    }
}
