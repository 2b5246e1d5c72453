//! Logging in keeps the session id that the client came with: session fixation (CWE-384).

use lockstep_shared::design::Mistakes;

use crate::mechanism::cookies::Presented;

/// The id to go on with, where the design makes this mistake and the client came with one.
pub(crate) fn id(mistakes: &Mistakes, presented: &Presented) -> Option<String> {
    presented.access.clone().filter(|_| mistakes.keep_id_on_login)
}
