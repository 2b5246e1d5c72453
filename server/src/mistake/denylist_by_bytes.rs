//! The denylist names tokens by their octets, of which a signature has more than one form: a twin is on no list (CWE-289).

use lockstep_shared::design::Mistakes;

use crate::store::{handle, sha256};

/// The name of exactly these octets; None where the design does not make this mistake.
pub(crate) fn name(mistakes: &Mistakes, token: &str) -> Option<String> {
    mistakes.denylist_by_bytes.then(|| handle(&sha256(token)))
}
