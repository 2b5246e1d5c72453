//! Signed tokens (RFC 7519), made and checked as RFC 8725 says: one pinned algorithm, explicit types, every claim that
//! should be there.

mod claims;
mod json;
mod jws;
mod verify;

use lockstep_shared::design::Mistakes;
use lockstep_shared::span::Span;
use serde::{Deserialize, Serialize};

use crate::keys::Key;

pub(crate) use claims::moment;
pub(crate) use json::object;
pub(crate) use jws::Jws;
pub(crate) use verify::verify;

/// The claims of every token that the bank signs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// Who signed it: the design's origin.
    pub(crate) iss: String,
    /// Whom it speaks for.
    pub(crate) sub: String,
    /// Whom it is made for.
    pub(crate) aud: String,
    /// When it was signed, in seconds since the epoch.
    pub(crate) iat: u64,
    /// When it ends, in seconds since the epoch: on this instant it has ended (RFC 7519 section 4.1.4).
    pub(crate) exp: u64,
    /// Its own name.
    pub(crate) jti: String,
    /// The role at the time of signing; refresh tokens carry none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<String>,
    /// The login that it was made in, where every request looks that up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sid: Option<String>,
    /// The version of its user's tokens at the time of signing, where every request compares that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ver: Option<u64>,
    /// The key of the client's that it is bound to (RFC 7800 section 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cnf: Option<Confirmation>,
}

/// The key that a token's user must prove to have.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Confirmation {
    /// Its SHA-256 thumbprint (RFC 9449 section 6.1).
    pub(crate) jkt: String,
}

/// Which of the bank's tokens one is; none passes for the other (RFC 8725 section 3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Access,
    Refresh,
}

impl TokenKind {
    /// The `typ` header: RFC 9068 section 2.1 for access tokens.
    fn typ(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Refresh => "rt+jwt",
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Access => "access token",
            Self::Refresh => "refresh token",
        }
    }
}

/// What a token must say to be accepted.
pub(crate) struct Expected<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) leeway: Span,
    /// What the design gets wrong.
    pub(crate) mistakes: &'a Mistakes,
}

/// Signs a token.
pub(crate) fn sign(key: &Key, kind: TokenKind, claims: &Claims) -> String {
    jws::sign(key, kind.typ(), claims)
}
