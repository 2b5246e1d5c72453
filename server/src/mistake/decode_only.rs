//! Tokens are decoded and their signature is never checked (CWE-347).

use lockstep_shared::design::Mistakes;
use serde_json::{Map, Value};

use crate::mechanism::token::Jws;

/// The claims as anybody may have written them, or why they can't be read; None where the design does not make this
/// mistake.
pub(crate) fn claims(mistakes: &Mistakes, token: &str) -> Option<Result<Map<String, Value>, &'static str>> {
    mistakes.decode_only.then(|| Jws::read(token).and_then(|jws| jws.claims()))
}
