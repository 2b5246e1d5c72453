//! The order in which designs that let a token choose its own key follow its choices (CWE-345); each is a mistake of its own.

use lockstep_shared::trace::Act;

use super::{accept_alg_none, trust_header_alg, trust_header_jku, trust_header_jwk, trust_kid_path};
use crate::call::Call;
use crate::keys::{KeyRing, Verifier};
use crate::mechanism::token::{Expected, Jws};

/// What a token made a design check it with.
pub(crate) enum Chosen {
    /// Nothing at all.
    Nothing,
    Key(Verifier),
}

/// What the token chose; None where nobody asked it, or where it chose nothing that can be used.
pub(crate) async fn of(call: &Call, expected: &Expected<'_>, keys: &KeyRing, jws: &Jws<'_>) -> Option<Chosen> {
    let mistakes = expected.mistakes;
    if accept_alg_none::applies(mistakes, jws) {
        return Some(Chosen::Nothing);
    }
    let taken = |from: &'static str, key: Option<Verifier>| {
        let key = key?;
        call.did(Act::KeyTaken { from: from.into() });
        Some(Chosen::Key(key))
    };
    if let Some(chosen) = taken("the token itself (jwk)", trust_header_jwk::key(mistakes, jws)) {
        return Some(chosen);
    }
    if let Some(address) = trust_header_jku::address(mistakes, jws) {
        let key = trust_header_jku::key(address, jws).await;
        if let Some(chosen) = taken("the address that the token names (jku)", key) {
            return Some(chosen);
        }
    }
    // A name of one of the bank's own keys is no path, so the two below never want the same token.
    let key = trust_header_alg::key(mistakes, keys, call.now, jws);
    if let Some(chosen) = taken("the public key, used as a secret (alg)", key) {
        return Some(chosen);
    }
    let own = call.door.disk.file.parent()?;
    taken("the file that the token names (kid)", trust_kid_path::key(mistakes, own, jws))
}
