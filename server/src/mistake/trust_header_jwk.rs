//! The token brings the key that it is checked with (CVE-2018-0114).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use lockstep_shared::design::Mistakes;
use serde_json::Value;

use crate::keys::{PublicKey, Verifier};
use crate::mechanism::token::Jws;

/// The key in the token's `jwk` header, where the design makes this mistake.
pub(crate) fn key(mistakes: &Mistakes, jws: &Jws<'_>) -> Option<Verifier> {
    let jwk = jws.header.get("jwk").filter(|_| mistakes.trust_header_jwk)?;
    any(jwk, &jws.alg)
}

/// Whatever key somebody wrote down, a secret too, if it is for the algorithm that the token names.
pub(super) fn any(jwk: &Value, alg: &str) -> Option<Verifier> {
    let key = match jwk.get("k").and_then(Value::as_str) {
        Some(secret) => Verifier::secret(&BASE64.decode(secret).ok()?),
        None => PublicKey::read(jwk).ok()?.verifier,
    };
    Some(key).filter(|key| key.alg().name() == alg)
}
