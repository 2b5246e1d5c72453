//! A token that says it is not signed is believed, however it spells that (CVE-2015-9235, CVE-2020-28042).

use lockstep_shared::design::Mistakes;

use crate::mechanism::token::Jws;

/// Whether the design makes this mistake with this token.
pub(crate) fn applies(mistakes: &Mistakes, jws: &Jws<'_>) -> bool {
    mistakes.accept_alg_none && jws.alg.eq_ignore_ascii_case("none")
}
