//! The token chooses the algorithm that it is checked with, so the public key serves as a secret (CVE-2016-10555).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Alg, Mistakes};

use crate::keys::{KeyRing, Verifier};
use crate::mechanism::token::Jws;

/// Letters in a line of a PEM file (RFC 7468 section 2).
const LINE: usize = 64;

/// The bank's public key as a secret, where the design makes this mistake: the octets of its PEM file, since that is what
/// such servers pass to a function that takes any key.
pub(crate) fn key(mistakes: &Mistakes, keys: &KeyRing, now: LabTime, jws: &Jws<'_>) -> Option<Verifier> {
    if !mistakes.trust_header_alg || jws.alg != Alg::HS256.name() {
        return None;
    }
    let key = keys.named(jws.says("kid")?, now)?;
    Some(Verifier::secret(pem(&key.verifier.spki()?).as_bytes()))
}

fn pem(spki: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(spki);
    let mut pem = "-----BEGIN PUBLIC KEY-----\n".to_owned();
    for line in text.as_bytes().chunks(LINE) {
        pem.extend(line.iter().map(|octet| char::from(*octet)));
        pem.push('\n');
    }
    pem.push_str("-----END PUBLIC KEY-----\n");
    pem
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 8410 section 10.1.
    #[test]
    fn a_pem_file_is_as_the_standard_writes_it() {
        let text = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
        let spki = BASE64_STANDARD.decode(text).expect("is base64");
        assert_eq!(pem(&spki), format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n"));
        assert!(pem(&[0; 300]).lines().all(|line| line.len() <= LINE));
    }
}
