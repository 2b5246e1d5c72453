//! What a token tells of the key that signed it, and what is known of that key.

use super::{Findings, KeyFacts, quoted};
use crate::inspect::decode::Jws;
use crate::inspect::guess;

/// Past this a token fits into no request, and guessing over it would take seconds.
const LONGEST_GUESSED: usize = 256 * 1024;
/// RFC 7518 sections 3.3 and 3.5.
const LEAST_RSA_BITS: usize = 2048;

/// The finding that says which secret it is.
pub(crate) const WEAK_SECRET: &str = "weak-secret";

pub(super) fn look(jws: &Jws, key: KeyFacts<'_>, out: &mut Findings) {
    let Some(alg) = jws.says("alg") else { return };
    if guess::mac(alg).is_some() {
        return secret(alg, jws, key.secret, out);
    }
    if alg.starts_with("RS") || alg.starts_with("PS") {
        // The signature is as long as the modulus, so it tells the length of a key that nobody has seen.
        let bits = key.rsa_bits.unwrap_or(jws.signature.len() * 8);
        if bits < LEAST_RSA_BITS && bits > 0 {
            let what = format!("The RSA key has {bits} bits, and {LEAST_RSA_BITS} are the least");
            let why = "Shorter keys can be factored, and whoever does it signs like the server.";
            out.high("rsa-short", "RFC 7518 section 3.3", what, why);
        }
    }
}

fn secret(alg: &str, jws: &Jws, known: Option<&[u8]>, out: &mut Findings) {
    if jws.signing_input.len() <= LONGEST_GUESSED
        && let Some(guessed) = guess::secret_of(jws)
    {
        let called = if guessed.is_empty() { "nothing at all".to_owned() } else { quoted(guessed) };
        let what = format!("The secret is {called}: it is in every list of common secrets");
        let why = "Whoever has one token finds it within a second, and writes any token from then on.";
        return out.high(WEAK_SECRET, "RFC 8725 section 3.5", what, why);
    }
    let least = match alg {
        "HS256" => 32,
        "HS384" => 48,
        _ => 64,
    };
    if let Some(known) = known.filter(|known| known.len() < least) {
        let what = format!("The secret has {} octets, and {least} are the least for {alg}", known.len());
        let why = "Guessing it takes less than breaking the hash does, and can be done far from the server.";
        out.medium("short-secret", "RFC 7518 section 3.2", what, why);
    }
}
