//! A token of any type passes for an access token, a refresh token among them (RFC 8725 section 2.8, CWE-1270).

use crate::mechanism::token::{Expected, TokenKind};

/// Whether the design makes this mistake with this kind of token.
pub(crate) fn applies(expected: &Expected<'_>) -> bool {
    expected.mistakes.any_token_type && expected.kind == TokenKind::Access
}

/// Whether an audience is that of another of the bank's own tokens, which here makes no difference either.
pub(crate) fn covers(expected: &Expected<'_>, audience: &str) -> bool {
    applies(expected) && audience.strip_suffix("/auth") == Some(expected.audience)
}
