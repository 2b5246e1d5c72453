//! The rules for tokens: access tokens, and the refresh tokens behind them.

use serde::{Deserialize, Serialize};

use super::is_default;
use crate::span::Span;

/// The rules for access tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jwt {
    /// The one algorithm that the server signs with and accepts (RFC 8725 section 3.1).
    pub alg: Alg,
    /// The access token's life, from `iat` to `exp`.
    pub access_ttl: Span,
    /// The `aud` claim, and the only one accepted (RFC 8725 section 3.9).
    pub audience: String,
    /// How long after `exp` a token is still accepted.
    #[serde(default)]
    pub leeway: Span,
}

/// A signature algorithm (RFC 7518 section 3.1, RFC 8037).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alg {
    /// HMAC with SHA-256: one secret signs and verifies.
    HS256,
    /// ECDSA on P-256 with SHA-256: a private key signs, its public key verifies.
    ES256,
    /// RSASSA-PKCS1-v1_5 with SHA-256, 2048 bits: a private key signs, its public key verifies.
    RS256,
    /// Ed25519: a private key signs, its public key verifies.
    EdDSA,
}

impl Alg {
    /// Whether one secret both signs and verifies, so that nobody else may hold it.
    pub fn is_symmetric(self) -> bool {
        self == Self::HS256
    }

    /// The registered name.
    pub fn name(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::ES256 => "ES256",
            Self::RS256 => "RS256",
            Self::EdDSA => "EdDSA",
        }
    }
}

/// The rules for opaque access tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Introspection {
    /// The access token's life.
    pub access_ttl: Span,
    /// How long the resource server believes an answer of the authorization server's (RFC 7662 section 4).
    #[serde(default)]
    pub cache: Span,
}

/// The rules for refresh tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The family's absolute life, counted from the login; no renewal extends it.
    pub ttl: Span,
    /// What a refresh token is and what happens to it on use.
    pub mode: RefreshMode,
    /// Whether a used token that comes back ends the whole family (RFC 9700 section 4.14.2).
    #[serde(default)]
    pub reuse_detection: bool,
    /// How long a used token is still taken for a repetition instead of a theft.
    #[serde(default, skip_serializing_if = "is_default")]
    pub grace: Span,
    /// What a repetition within the grace is given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub grace_gives: GraceGives,
    /// Who starts a renewal.
    #[serde(default)]
    pub renewal: Renewal,
}

/// What a repetition within the grace is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GraceGives {
    /// The same successor again.
    #[default]
    Same,
    /// A successor of its own, so that the family goes on in two chains.
    Fork,
}

impl Refresh {
    /// Whether the server keeps a record of each refresh token, so that it can end one.
    pub fn is_kept(&self) -> bool {
        self.mode != RefreshMode::Signed
    }
}

/// What a refresh token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefreshMode {
    /// One opaque token for the family's whole life, kept on the server as a hash.
    Static,
    /// An opaque token that is replaced at every use.
    Rotating,
    /// A signed token that the server does not keep at all.
    Signed,
}

/// Who starts a renewal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renewal {
    /// The client asks `/auth/refresh` after a 401.
    #[default]
    Explicit,
    /// The server renews within any request whose access cookie is missing or has expired.
    Silent,
}
