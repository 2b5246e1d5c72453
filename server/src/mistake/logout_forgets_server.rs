//! Log-out clears the client and leaves the server's record alone (CWE-613).

use lockstep_shared::design::Mistakes;

/// Whether the design makes this mistake.
pub(crate) fn applies(mistakes: &Mistakes) -> bool {
    mistakes.logout_forgets_server
}
