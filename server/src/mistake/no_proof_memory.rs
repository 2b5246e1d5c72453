//! A proof of possession may be sent twice, because nobody remembers the first time (RFC 9449 section 11.1, CWE-294).

use lockstep_shared::design::Mistakes;

/// Whether the design makes this mistake.
pub(crate) fn applies(mistakes: &Mistakes) -> bool {
    mistakes.no_proof_memory
}
