//! The page writes comments as HTML, and no policy says which scripts may run in it, so that a comment can be a script
//! (CWE-79). Either alone would do less.

use lockstep_shared::design::Mistakes;

const SCRIPT: &str = include_str!("../../../assets/web/mistakes/raw_comments.js");

/// The script that shows the comments, in place of the one that shows texts; None where the design does not make this
/// mistake.
pub(crate) fn script(mistakes: &Mistakes) -> Option<&'static str> {
    mistakes.raw_comments.then_some(SCRIPT)
}

/// Whether the design's pages come without a policy for scripts. With one, a script that came by a comment would not run,
/// and there would be nothing to see.
pub(crate) fn no_script_policy(mistakes: &Mistakes) -> bool {
    mistakes.raw_comments
}
