//! Session ids, refresh tokens and opaque access tokens lie in the store as they are, so that whoever reads the store has
//! them all (CWE-256).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_shared::design::Mistakes;

use crate::store::Hash;

/// What a store keeps of a secret: its own octets; None where the design does not make this mistake, or where the secret is
/// none of the server's and has no place.
pub(crate) fn key(mistakes: &Mistakes, secret: &str) -> Option<Hash> {
    let octets = || BASE64_URL_SAFE_NO_PAD.decode(secret).ok().and_then(|octets| Hash::try_from(octets).ok());
    mistakes.plain_at_rest.then(|| octets().or_else(|| padded(secret))).flatten()
}

/// A short secret with zeros after it.
fn padded(secret: &str) -> Option<Hash> {
    let mut key = Hash::default();
    key.get_mut(..secret.len())?.copy_from_slice(secret.as_bytes());
    Some(key)
}
