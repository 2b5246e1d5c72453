//! What a header must be before any key is looked at (RFC 7515 sections 4 and 5.2, RFC 8725).

use serde_json::Value;

use super::alg::Alg;
use super::{Signature, invalid, unchecked};
use crate::inspect::decode::{Jws, Object, Oddity, Part};

/// The algorithm that the token names, where its text and header are as they must be.
pub(super) fn alg(jws: &Jws, exact: bool) -> Result<Alg, Signature> {
    let alg = named(jws)?;
    written(&jws.header, &jws.oddities, exact)?;
    critical(&jws.header, &["b64"])?;
    alg
}

/// What a text and a header have to be in every kind of token.
pub(super) fn written(header: &Object, oddities: &[Oddity], exact: bool) -> Result<(), Signature> {
    for oddity in oddities {
        match oddity {
            Oddity::WhiteSpace | Oddity::Padding(_) | Oddity::Alphabet(_) | Oddity::StrayBits(_) => {
                return Err(invalid(format!("{oddity}: no strict reader takes it for the token that was signed")));
            }
            Oddity::Twice(Part::Header, _) => {
                return Err(invalid(format!("{oddity}: two readers could see two headers (RFC 7515 section 4)")));
            }
            // What stands in the payload twice is signed all the same, and refused among the claims.
            Oddity::Twice(..) => {}
            // Refused further down, with what the header says of it.
            Oddity::Unencoded => {}
            Oddity::Around | Oddity::Bearer | Oddity::Mark if exact => {
                return Err(invalid(format!("{oddity}: this is not the token alone")));
            }
            Oddity::Around | Oddity::Bearer | Oddity::Mark => {}
        }
    }
    for name in ["typ", "cty", "kid"] {
        if header.get(name).is_some_and(|value| !value.is_string()) {
            return Err(invalid(format!("`{name}` is no text, as RFC 7515 section 4.1 has it")));
        }
    }
    Ok(())
}

/// The algorithm of this name. The inner one is not known here, which says nothing of the token.
fn named(jws: &Jws) -> Result<Result<Alg, Signature>, Signature> {
    let name = match jws.header.get("alg") {
        Some(Value::String(name)) => name,
        Some(_) => return Err(invalid("`alg` is no text: nobody can tell how it was signed")),
        None => return Err(invalid("the header has no `alg`: nobody can tell how it was signed")),
    };
    if name.eq_ignore_ascii_case("none") {
        return Err(invalid(format!("alg {name}: nothing is signed")));
    }
    if let Some(alg) = Alg::named(name) {
        return Ok(Ok(alg));
    }
    match name.as_str() {
        "ES256K" => unsupported(jws, name, 64),
        "Ed448" => unsupported(jws, name, 114),
        "dir" | "RSA1_5" | "RSA-OAEP" | "RSA-OAEP-256" | "ECDH-ES" | "A128KW" | "A192KW" | "A256KW" => {
            Err(invalid(format!("the alg {name} encrypts, and signs nothing")))
        }
        _ => Err(invalid(match Alg::named(&name.to_ascii_uppercase()) {
            Some(alg) => format!("the alg {name:?} is none: it is written {}, and case counts", alg.name()),
            None => format!("the alg {name:?} is none that is known"),
        })),
    }
}

/// An algorithm that is known and not checked here, by the octets of its signatures (RFC 8812 section 3.2, RFC 8032
/// section 5.2.6): what can't be one is refused all the same.
fn unsupported(jws: &Jws, name: &str, octets: usize) -> Result<Result<Alg, Signature>, Signature> {
    match jws.signature.len() {
        0 => Err(invalid("there is no signature")),
        found if found != octets => {
            Err(invalid(format!("the signature has {found} octets, and {name} makes {octets}")))
        }
        _ => Ok(Err(unchecked(format!("not checked: the alg {name} is not supported here")))),
    }
}

/// The extensions that a reader must know (RFC 7515 section 4.1.11). The only one known here is RFC 7797's, and of that
/// only the value that changes nothing: a payload that is not encoded is no JWT (RFC 7797 section 7).
pub(super) fn critical(header: &Object, known: &[&str]) -> Result<(), Signature> {
    let names = match header.get("crit") {
        None => Vec::new(),
        Some(crit) => {
            let texts = crit.as_array().and_then(|all| all.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
            match texts {
                Some(names) if !names.is_empty() => names,
                _ => return Err(invalid("`crit` is no list of names with at least one in it: it must be refused")),
            }
        }
    };
    for (at, name) in names.iter().enumerate() {
        let wrong = if names[..at].contains(name) {
            "stands in it twice"
        } else if REGISTERED.contains(name) {
            "is no extension"
        } else if !header.contains_key(*name) {
            "is not in the header"
        } else if !known.contains(name) {
            "is not understood here, and it demands to be"
        } else {
            continue;
        };
        return Err(invalid(format!("`crit` lists {name:?}, which {wrong} (RFC 7515 section 4.1.11)")));
    }
    match header.get("b64").filter(|_| known.contains(&"b64")) {
        None | Some(Value::Bool(true)) => Ok(()),
        Some(Value::Bool(false)) if names.contains(&"b64") => {
            Err(invalid("`b64` is false: a payload that is not encoded is refused here (RFC 7797 section 7)"))
        }
        Some(Value::Bool(false)) => Err(invalid("`b64` is false and `crit` does not say so (RFC 7797 section 6)")),
        Some(_) => Err(invalid("`b64` is neither true nor false (RFC 7797 section 3)")),
    }
}

/// The names of RFC 7515 section 4.1, RFC 7516 section 4.1 and RFC 7518 sections 4 and 5, which `crit` may not list.
const REGISTERED: [&str; 20] = [
    "alg", "apu", "apv", "crit", "cty", "enc", "epk", "iv", "jku", "jwk", "kid", "p2c", "p2s", "tag", "typ", "x5c",
    "x5t", "x5t#S256", "x5u", "zip",
];
