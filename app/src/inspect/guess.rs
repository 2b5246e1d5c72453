//! Guessing the secret of an HMAC from a list of those that people take (RFC 8725 section 2.2).

use aws_lc_rs::hmac;

use super::decode::Jws;

/// Secrets from tutorials, templates and lists of passwords, one a line.
const COMMON: &str = include_str!("../../../assets/words/common-secrets.txt");

/// The built-in secrets, the likelier ones first.
pub(crate) fn common_secrets() -> impl Iterator<Item = &'static str> {
    COMMON.lines()
}

/// The HMAC that an `alg` header names (RFC 7518 section 3.2).
pub(crate) fn mac(alg: &str) -> Option<hmac::Algorithm> {
    match alg {
        "HS256" => Some(hmac::HMAC_SHA256),
        "HS384" => Some(hmac::HMAC_SHA384),
        "HS512" => Some(hmac::HMAC_SHA512),
        _ => None,
    }
}

/// The built-in secret that a token was signed with, or the empty one; None where it is none of them, or where it is no
/// HMAC.
pub(crate) fn secret_of(jws: &Jws) -> Option<&'static str> {
    let algorithm = mac(jws.says("alg")?)?;
    let fits = |secret: &&str| {
        let key = hmac::Key::new(algorithm, secret.as_bytes());
        hmac::verify(&key, jws.signing_input.as_bytes(), &jws.signature).is_ok()
    };
    std::iter::once("").chain(common_secrets()).find(fits)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::inspect::decode::{compact, decode, signing_input};

    fn signed(alg: &str, key: &[u8]) -> Jws {
        let header = serde_json::json!({ "alg": alg });
        let input = signing_input(header.as_object().expect("is an object"), b"{}");
        let tag = hmac::sign(&hmac::Key::new(mac(alg).expect("is an HMAC"), key), input.as_bytes());
        decode(&compact(&input, tag.as_ref())).expect("is a token")
    }

    #[test]
    fn a_secret_from_the_list_is_found() {
        for alg in ["HS256", "HS384", "HS512"] {
            for secret in ["secret", "changeme", "your-256-bit-secret"] {
                assert_eq!(secret_of(&signed(alg, secret.as_bytes())), Some(secret), "{alg}");
            }
            assert_eq!(secret_of(&signed(alg, b"")), Some(""), "a blank secret is the first to try");
            assert_eq!(secret_of(&signed(alg, b"0e1b8c9d")), None);
        }
        let mut other = signed("HS256", b"secret");
        other.header.insert("alg".to_owned(), "EdDSA".into());
        assert_eq!(secret_of(&other), None, "there is no secret to guess");
    }

    #[test]
    fn the_list_names_each_secret_once() {
        let all: Vec<&str> = common_secrets().collect();
        assert!(all.len() >= 200 && all.iter().all(|secret| !secret.is_empty() && secret.trim() == *secret));
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }
}
