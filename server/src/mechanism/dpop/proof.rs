//! A proof as it came: a signed token that brings the key it is checked with, and says what it was made for.

use lockstep_shared::clock::LabTime;
use lockstep_shared::design::Alg;
use serde_json::{Map, Value};

use crate::error::{Answer, Problem};
use crate::keys::PublicKey;
use crate::mechanism::token::{Jws, moment};

/// The `typ` header of proofs (RFC 9449 section 4.2).
const TYPE: &str = "dpop+jwt";
/// Octets of the longest name, nonce or hash that is looked at.
const MOST: usize = 256;

/// What a proof says; its signature holds.
pub(super) struct Proof {
    /// The thumbprint of the key that signed it.
    pub(super) key: String,
    /// `jti`: its own name.
    pub(super) name: String,
    /// `htm`
    pub(super) method: String,
    /// `htu`
    pub(super) address: String,
    /// `iat`
    pub(super) made: LabTime,
    /// `ath`
    pub(super) token_hash: Option<String>,
    pub(super) nonce: Option<String>,
}

impl Proof {
    /// Reads a proof: checks 2 to 7 of RFC 9449 section 4.3.
    pub(super) fn read(text: &str) -> Answer<Self> {
        let jws = Jws::read(text).map_err(invalid)?;
        if !jws.is_of_type(TYPE) {
            return Err(invalid("its type is not dpop+jwt"));
        }
        if jws.is_extended() {
            return Err(invalid("it says that it must be read by rules that are not known here"));
        }
        if ![Alg::ES256, Alg::EdDSA].iter().any(|alg| alg.name() == jws.alg) {
            return Err(invalid("its algorithm is neither ES256 nor EdDSA"));
        }
        let jwk = jws.header.get("jwk").ok_or_else(|| invalid("it brings no key (jwk)"))?;
        let key = PublicKey::read(jwk).map_err(invalid)?;
        if key.verifier.alg().name() != jws.alg {
            return Err(invalid("its key is for another algorithm"));
        }
        if !jws.holds(&key.verifier) {
            return Err(invalid("its signature does not match its content"));
        }
        let claims = jws.claims().map_err(invalid)?;
        Ok(Self {
            key: key.thumbprint,
            name: needed(&claims, "jti")?,
            method: needed(&claims, "htm")?,
            address: needed(&claims, "htu")?,
            made: claims.get("iat").and_then(moment).ok_or_else(|| invalid("it has no date (iat)"))?,
            token_hash: text_of(&claims, "ath")?,
            nonce: text_of(&claims, "nonce")?,
        })
    }
}

fn needed(claims: &Map<String, Value>, name: &str) -> Answer<String> {
    text_of(claims, name)?.ok_or_else(|| invalid(&format!("it has no {name}")))
}

/// A claim that is text, where it is there.
fn text_of(claims: &Map<String, Value>, name: &str) -> Answer<Option<String>> {
    // An address is as long as a request line may be; the token's own bound holds for it.
    let most = if name == "htu" { usize::MAX } else { MOST };
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.len() <= most => Ok(Some(text.clone())),
        Some(_) => Err(invalid(&format!("its {name} is no text, or too long"))),
    }
}

fn invalid(why: &str) -> Problem {
    Problem::unproved("invalid-proof", format!("this is no proof: {why}"))
}
