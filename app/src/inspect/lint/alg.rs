//! The algorithm that a token names, and whether its signature can be one of that algorithm's.

use serde_json::Value;

use super::{Findings, quoted};
use crate::inspect::decode::{Jws, type_of};

/// Every `alg` for signatures that is registered and not withdrawn (RFC 7518 section 3.1, RFC 8037, RFC 8812, RFC 9864).
const KNOWN: [&str; 16] = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
    "ES256K", "EdDSA", "Ed25519", "Ed448",
];

pub(super) fn look(jws: &Jws, out: &mut Findings) {
    let alg = match jws.header.get("alg") {
        Some(Value::String(alg)) => alg.as_str(),
        Some(other) => {
            let what = format!("`alg` is {}, and has to be a text", type_of(other));
            return out.high(
                "alg-type",
                "RFC 7515 section 4.1.1",
                what,
                "A reader may take it for anything, none included.",
            );
        }
        None => {
            let why = "A reader that goes on all the same chooses by itself how to check it, or does not.";
            return out.high("alg-missing", "RFC 7515 section 4.1.1", "The header has no `alg`", why);
        }
    };
    if alg.trim().eq_ignore_ascii_case("none") {
        return none(jws, alg, out);
    }
    if !KNOWN.contains(&alg) {
        unknown(alg, out);
    }
    length(alg, &jws.signature, out);
}

fn none(jws: &Jws, alg: &str, out: &mut Findings) {
    let spelled = if alg == "none" { "" } else { ", in a spelling that a comparison with `none` misses" };
    let what = format!("`alg` is {}{spelled}: the token says that it is not signed", quoted(alg));
    let why = "Anybody can write such a token; a server must not take it for a signed one.";
    out.high("alg-none", "RFC 8725 section 3.1, CVE-2015-9235", what, why);
    if !jws.signature.is_empty() {
        let what = format!("A signature of {} octets stands there all the same", jws.signature.len());
        out.low("alg-none-signed", "RFC 7518 section 3.6", what, "An unsigned token has to end in a dot.");
    }
}

fn unknown(alg: &str, out: &mut Findings) {
    let other_case = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(alg.trim()));
    match other_case {
        Some(known) => {
            let what = format!("`alg` is {}, and the name is `{known}`", quoted(alg));
            let why = "Capital letters count here; of two readers, one can take it for the algorithm and one not.";
            out.medium("alg-case", "RFC 7515 section 4.1.1", what, why);
        }
        None => {
            let what = format!("`alg` is {}, which is no registered algorithm for signatures", quoted(alg));
            let why = "A reader can only refuse it; one that does not may not check it at all.";
            out.medium("alg-unknown", "RFC 8725 section 3.1", what, why);
        }
    }
}

/// What each algorithm's signature looks like, whatever the key.
fn length(alg: &str, signature: &[u8], out: &mut Findings) {
    if signature.is_empty() {
        let what = format!("`alg` is {}, and there is no signature", quoted(alg));
        return out.high(
            "signature-missing",
            "RFC 7515 section 5.2",
            what,
            "It was cut off, or the token never had one.",
        );
    }
    let fixed = match alg {
        "HS256" => 32,
        "HS384" => 48,
        "HS512" => 64,
        "ES256" | "ES256K" | "Ed25519" => 64,
        "ES384" => 96,
        "ES512" => 132,
        "Ed448" => 114,
        _ => 0,
    };
    if fixed != 0 && signature.len() != fixed {
        let der = alg.starts_with("ES") && signature[0] == 0x30;
        let form = if der { "; it is in DER, the form of certificates, and not r and s side by side" } else { "" };
        let what = format!("The signature has {} octets, and one of {alg} has {fixed}{form}", signature.len());
        let why = "It can't hold, whatever the key.";
        return out.high("signature-length", "RFC 7518 sections 3.2 and 3.4", what, why);
    }
    if !alg.starts_with("ES") {
        return;
    }
    let (r, s) = signature.split_at(signature.len() / 2);
    if [r, s].iter().any(|half| half.iter().all(|octet| *octet == 0)) {
        let why = "A reader that does not refuse zero takes it for anybody's signature of anything.";
        out.high("signature-zero", "CVE-2022-21449", "r or s of the signature is zero", why);
    }
}
