//! Tokens are decoded and their signature is never checked (CWE-347).

use lockstep_shared::design::Mistakes;

use crate::mechanism::token::Claims;

/// The claims as anybody may have written them. The outer None: the design does not make this mistake; the inner one: the
/// token can't even be decoded.
pub(crate) fn claims(mistakes: &Mistakes, token: &str) -> Option<Option<Claims>> {
    mistakes.decode_only.then(|| jsonwebtoken::dangerous::insecure_decode_claims::<Claims>(token).ok())
}
