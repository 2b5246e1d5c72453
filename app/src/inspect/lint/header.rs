//! What else the header says: keys that a token brings along or names, and what a reader has to understand.

use serde_json::Value;

use super::{Findings, has_any, listed, quoted};
use crate::inspect::decode::{Jws, Object, type_of};
use crate::inspect::plain::is_unseen;

/// What RFC 7515 section 4.1 defines itself, which `crit` must not name.
const DEFINED: [&str; 11] = ["alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"];
/// The members of a JWK that only its owner may have (RFC 7518 section 6).
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];
/// A key's name is a fingerprint or a date; longer ones carry something else.
const LONGEST_KID: usize = 256;

pub(super) fn look(jws: &Jws, out: &mut Findings) {
    common(&jws.header, out);
    jwk(jws, out);
    if jws.header.contains_key("x5c") {
        let why = "A reader that takes the key from it, and does not check the chain up to a root of its own, takes anybody's.";
        out.medium("x5c-inside", "RFC 7515 section 4.1.6", "The token brings its own certificates (`x5c`)", why);
    }
    if let Some(crit) = jws.header.get("crit") {
        critical(crit, &jws.header, &["b64"], out);
    }
    if let Some(b64) = jws.header.get("b64") {
        unencoded(b64, jws, out);
    }
    if has_any(&jws.header, &["zip", "enc"]) {
        let why =
            "It means something in encrypted tokens alone; a reader that unpacks it here unpacks what nobody checked.";
        out.low("zip-in-jws", "RFC 7516 section 4.1.3", "The header has `zip` or `enc`, and this token is signed", why);
    }
}

/// What every header can have, of whatever kind of token: addresses, names of keys, and private keys.
pub(super) fn common(header: &Object, out: &mut Findings) {
    for name in ["jku", "x5u"] {
        if let Some(url) = header.get(name) {
            address(name, url, out);
        }
    }
    if let Some(kid) = header.get("kid") {
        name_of_the_key(kid, out);
    }
    for name in ["jwk", "epk"] {
        private(name, header, out);
    }
}

fn address(name: &str, url: &Value, out: &mut Findings) {
    let Some(url) = url.as_str() else {
        let what = format!("`{name}` is {}, and has to be a text", type_of(url));
        return out.medium("header-type", "RFC 7515 section 4.1", what, "A reader may take it for anything.");
    };
    let open = if url.starts_with("https://") { "" } else { ", and not even over TLS" };
    let what = format!("The token says where its key is to be fetched: `{name}` is {}{open}", quoted(url));
    let why = "A reader that follows it takes the attacker's key, and sends requests where the attacker wants.";
    out.high(if name == "jku" { "jku" } else { "x5u" }, "RFC 8725 section 3.10", what, why);
}

fn private(name: &str, header: &Object, out: &mut Findings) {
    if let Some(key) = header.get(name).and_then(Value::as_object)
        && let Some(private) = PRIVATE.iter().find(|name| key.contains_key(**name))
    {
        let what =
            format!("The key in the header (`{name}`) has `{private}`: it is the private one, or the secret itself");
        out.high("jwk-private", "RFC 7517 section 9.2", what, "Whoever sees the token has the key as well.");
    }
}

fn jwk(jws: &Jws, out: &mut Findings) {
    if !jws.header.contains_key("jwk") {
        return;
    }
    // A proof of possession has to bring its key: the token that it goes with says which one is right.
    if jws.says("typ").is_some_and(|typ| typ.eq_ignore_ascii_case("dpop+jwt")) {
        return;
    }
    let why = "A reader that checks the signature with it accepts whatever anybody has signed.";
    out.high("jwk-inside", "RFC 8725 section 3.10, CVE-2018-0114", "The token brings its own key (`jwk`)", why);
}

fn name_of_the_key(kid: &Value, out: &mut Findings) {
    let Some(kid) = kid.as_str() else {
        let what = format!("`kid` is {}, and has to be a text", type_of(kid));
        let why = "A look-up with anything else can find what it should not.";
        return out.medium("header-type", "RFC 7515 section 4.1.4", what, why);
    };
    let lower = kid.to_ascii_lowercase();
    let has = |signs: &[&str]| signs.iter().any(|sign| lower.contains(sign));
    let windows = kid.as_bytes().get(1) == Some(&b':') && kid.as_bytes()[0].is_ascii_alphabetic();
    let (looks, leads) = if has(&["://"]) {
        ("an address", "A reader that fetches it takes the attacker's key.")
    } else if kid.starts_with(['/', '~']) || windows || has(&["..", "%2e%2e", "%2f", "\\"]) {
        (
            "a path",
            "A reader that opens it checks the signature with a file whose content is known, such as an empty one.",
        )
    } else if has(&["'", "\"", ";", "--", "/*", " or ", " and ", "union", "select "]) {
        ("part of a query", "A reader that asks its database with it gets the key that the attacker wrote there.")
    } else if has(&["|", "$(", "`", "&", "\n", "${", "{{", "<"]) {
        ("a command or a template", "A reader that hands it to a shell or a template runs it.")
    } else if kid.contains(is_unseen) {
        (
            "something with characters that are not seen",
            "It can pass for another name, or end early where a zero ends a text.",
        )
    } else if kid.len() > LONGEST_KID {
        ("something else than a name", "A key's name needs no more than a few dozen characters.")
    } else if kid.is_empty() {
        ("nothing at all", "A look-up without a name can find any key.")
    } else {
        return;
    };
    let what = format!("The name of the key (`kid`) looks like {looks}: {}", quoted(kid));
    out.high("kid-injection", "RFC 8725 section 3.10", what, why_of(leads));
}

/// A `kid` is read before anything is checked, so all of them share that.
fn why_of(leads: &str) -> String {
    format!("{leads} It is read before the signature is checked.")
}

/// What has to be understood, where `known` is.
pub(super) fn critical(crit: &Value, header: &Object, known: &[&str], out: &mut Findings) {
    const SOURCE: &str = "RFC 7515 section 4.1.11";
    let malformed = |what: &str, out: &mut Findings| out.high("crit-malformed", SOURCE, what, "It has to be refused.");
    let Some(names) = crit.as_array() else {
        return malformed(&format!("`crit` is {}, and has to be a list of names", type_of(crit)), out);
    };
    if names.is_empty() {
        return malformed("`crit` is an empty list", out);
    }
    let Some(names) = names.iter().map(Value::as_str).collect::<Option<Vec<_>>>() else {
        return malformed("`crit` lists something that is no name", out);
    };
    let quote = |names: Vec<&&str>| listed(&names.into_iter().map(|name| quoted(name)).collect::<Vec<_>>());
    let absent: Vec<&&str> = names.iter().filter(|name| !header.contains_key(**name)).collect();
    if !absent.is_empty() {
        malformed(&format!("`crit` names what the header does not have: {}", quote(absent)), out);
    }
    if let Some(defined) = names.iter().find(|name| DEFINED.contains(name)) {
        malformed(&format!("`crit` names `{defined}`, which every reader knows and which it must not name"), out);
    }
    let foreign: Vec<&&str> = names.iter().filter(|name| !known.contains(*name) && !DEFINED.contains(name)).collect();
    if !foreign.is_empty() {
        let what = format!("`crit` says that a reader has to understand {}", quote(foreign));
        let why = "One that does not has to refuse the token; many ignore `crit` and accept it.";
        out.high("crit-unknown", SOURCE, what, why);
    }
}

fn unencoded(b64: &Value, jws: &Jws, out: &mut Findings) {
    const SOURCE: &str = "RFC 7797 sections 6 and 7";
    let Some(b64) = b64.as_bool() else {
        let what = format!("`b64` is {}, and has to be true or false", type_of(b64));
        return out.medium("header-type", SOURCE, what, "A reader may take it for anything.");
    };
    if b64 {
        return;
    }
    let critical = jws.header.get("crit").and_then(Value::as_array).is_some_and(|crit| crit.contains(&"b64".into()));
    let (what, why) = match critical {
        true => (
            "The payload is signed as it stands and not in base64url (`b64` is false)",
            "JWTs must not be written so, and a reader that does not know it sees another payload.",
        ),
        false => (
            "`b64` is false, and `crit` does not name it",
            "A reader that does not know `b64` sees another payload than one that does; it has to be refused.",
        ),
    };
    out.high("b64-false", SOURCE, what, why);
}
