//! Nobody looks whom a token is made for, so one for another service opens the bank too (RFC 8725 section 2.7, CWE-1270).

use lockstep_shared::design::Mistakes;

/// Whether the design makes this mistake.
pub(crate) fn applies(mistakes: &Mistakes) -> bool {
    mistakes.no_audience
}
