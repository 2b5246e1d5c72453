//! What a token is for, as far as it says so itself.

use std::fmt;

use crate::inspect::decode::{Jws, Object};

/// The use that a token was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `typ` is `at+jwt` (RFC 9068).
    TypedAccess,
    /// Nothing but its claims say that it is an access token.
    Access,
    Refresh,
    /// OpenID Connect Core section 2.
    Id,
    /// A proof of possession (RFC 9449).
    Proof,
    /// Another type that is registered or that the token names.
    Other,
    /// It does not say.
    Unknown,
}

impl Kind {
    /// What the type says, and where there is none, the claims.
    pub(crate) fn of(jws: &Jws, claims: &Object) -> Self {
        let typ = jws.says("typ").unwrap_or_default().to_ascii_lowercase();
        match typ.strip_prefix("application/").unwrap_or(&typ) {
            "at+jwt" => Self::TypedAccess,
            "dpop+jwt" => Self::Proof,
            "rt+jwt" | "refresh+jwt" => Self::Refresh,
            "" | "jwt" | "jws" | "jose" => Self::by_claims(claims),
            _ => Self::Other,
        }
    }

    fn by_claims(claims: &Object) -> Self {
        let has = |names: &[&str]| super::has_any(claims, names);
        // Servers that give all their tokens one type tell them apart in a claim of their own.
        let named = ["token_use", "token_type", "typ", "type", "use", "kind"];
        let said = named.iter().find_map(|name| claims.get(*name)?.as_str()).unwrap_or_default().to_ascii_lowercase();
        match said.as_str() {
            "refresh" | "refresh_token" => Self::Refresh,
            "access" | "access_token" | "bearer" => Self::Access,
            "id" | "id_token" => Self::Id,
            _ if has(&["nonce", "at_hash", "c_hash", "auth_time"]) && !has(&["scope", "scp"]) => Self::Id,
            _ if has(&["scope", "scp", "client_id", "role", "roles", "permissions"]) => Self::Access,
            _ => Self::Unknown,
        }
    }

    /// How long such a token may live before that is worth a word, in seconds.
    pub(super) fn long_secs(self) -> u64 {
        match self {
            Self::TypedAccess | Self::Access | Self::Id | Self::Other => 3600,
            Self::Refresh => 30 * 86_400,
            Self::Proof => 300,
            Self::Unknown => 86_400,
        }
    }
}

/// With its article, for a sentence.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TypedAccess | Self::Access => "an access token",
            Self::Refresh => "a refresh token",
            Self::Id => "an ID token",
            Self::Proof => "a proof of possession",
            Self::Other => "a token of another type",
            Self::Unknown => "a token",
        })
    }
}
