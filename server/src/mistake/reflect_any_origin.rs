//! Whatever origin asks is named as one that may read answers, those to requests with cookies included (CWE-942).

use lockstep_shared::design::Mistakes;

/// Whether the design makes this mistake.
pub(crate) fn applies(mistakes: &Mistakes) -> bool {
    mistakes.reflect_any_origin
}
