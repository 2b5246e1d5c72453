//! What is wrong with an encrypted token, as far as its header and the lengths of its parts tell.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::{Findings, header, quoted, writing};
use crate::inspect::encrypted::{Way, faults};
use crate::inspect::recognise::Jwe;
use crate::inspect::verify::claims::is_nested;

/// RFC 7518 section 4.8.1.2.
const LEAST_ROUNDS: u64 = 1000;
/// More than any product asks for, and seconds of work.
const MOST_ROUNDS: u64 = 2_000_000;
/// RFC 7518 section 4.8.1.1.
const LEAST_SALT: usize = 8;
/// RFC 7518 sections 4.2 and 4.3, in octets.
const LEAST_RSA: usize = 2048 / 8;

pub(super) fn look(jwe: &Jwe, out: &mut Findings) {
    for fault in faults(jwe) {
        out.high(fault.id, fault.source, fault.what, fault.why);
    }
    header::common(&jwe.header, out);
    if let Some(crit) = jwe.header.get("crit") {
        header::critical(crit, &jwe.header, &[], out);
    }
    writing::size(jwe.octets, out);
    writing::spelling(&jwe.oddities, out);
    if let Some(zip) = jwe.header.get("zip") {
        let what =
            format!("It is packed before it is encrypted: `zip` is {}", quoted(zip.as_str().unwrap_or("no text")));
        let why = "Its length tells of what is in it, and a small token can unpack to what fills a reader's memory.";
        out.medium("zip", "RFC 8725 section 3.6, RFC 7516 section 4.1.3", what, why);
    }
    let Some(way) = jwe.says("alg").and_then(Way::of) else { return };
    if jwe.says("alg") == Some("RSA1_5") {
        let why = "A reader that answers differently to bad padding decrypts it for whoever asks often enough.";
        out.medium("rsa1-5", "RFC 8725 section 3.2", "`alg` is `RSA1_5`, an encryption with a known attack", why);
    }
    if way == Way::Rsa && (1..LEAST_RSA).contains(&jwe.lengths[0]) {
        let what = format!("The RSA key that it is encrypted to has {} bits, of at least 2048", jwe.lengths[0] * 8);
        out.medium("rsa-short", "RFC 7518 sections 4.2 and 4.3", what, "Such keys can be taken apart.");
    }
    if way == Way::Password {
        password(jwe, out);
    }
    if way.is_public() && !jwe.says("cty").is_some_and(is_nested) {
        let what = "It is encrypted to a public key, and nothing says that a signed token is inside";
        let why = "Everybody who has that key can make one: encryption says nothing of who wrote it.";
        out.low("encrypted-not-signed", "RFC 7519 section 11.2", what, why);
    }
}

/// A key out of a password, which can be guessed.
fn password(jwe: &Jwe, out: &mut Findings) {
    const SOURCE: &str = "RFC 7518 section 4.8.1";
    match jwe.header.get("p2c").and_then(serde_json::Value::as_u64) {
        Some(rounds @ 1..LEAST_ROUNDS) => {
            let what = format!("The password is hashed {rounds} times (`p2c`), of at least {LEAST_ROUNDS}");
            out.medium("p2c-small", SOURCE, what, "Whoever has the token tries passwords against it all the faster.");
        }
        Some(rounds) if rounds > MOST_ROUNDS => {
            let what = format!("The password is to be hashed {rounds} times (`p2c`)");
            let why = "The sender chooses how long the reader works for it: one small token keeps a server busy.";
            out.high("p2c-huge", "RFC 7518 section 8.1, CVE-2023-52428", what, why);
        }
        _ => {}
    }
    let salt = jwe.says("p2s").and_then(|salt| BASE64_URL_SAFE_NO_PAD.decode(salt).ok());
    if salt.is_some_and(|salt| salt.len() < LEAST_SALT) {
        let what = format!("The salt of the password (`p2s`) has fewer than {LEAST_SALT} octets");
        out.medium("p2s-short", SOURCE, what, "Passwords that were hashed before can be looked up.");
    }
}
