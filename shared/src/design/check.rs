//! What is asked beside the credential itself: lists of what was revoked, proofs, and who started the request.

use serde::{Deserialize, Serialize};

use super::is_default;
use crate::span::Span;

/// What is asked about the credential on every request, beside what it says itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Check {
    /// Whether a list of revoked tokens is asked.
    pub denylist: Denylist,
    /// Whether the token's version is compared with the user's.
    pub epoch: bool,
    /// Whether the session that the token names is looked up.
    pub session_id: bool,
    /// Whether a proof of possession is demanded (RFC 9449).
    pub dpop: bool,
}

impl Check {
    /// Whether nothing else is asked.
    pub fn nothing(&self) -> bool {
        is_default(self)
    }
}

/// Where a list of revoked tokens is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Denylist {
    /// There is none.
    #[default]
    Off,
    /// In the process's own memory, as many do: a restart forgets it, and no other node knows it.
    Memory,
    /// In the design's store.
    Store,
}

/// The rules for proofs of possession (RFC 9449).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dpop {
    /// What the client's key signs its proofs with; the server accepts every algorithm of the list.
    #[serde(default)]
    pub alg: DpopAlg,
    /// How old a proof may be, and as long its `jti` is remembered (section 11.1).
    pub window: Span,
    /// Whether every proof must carry a nonce that the server gave (section 8).
    #[serde(default)]
    pub nonce: bool,
}

/// What a client's key signs its proofs with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DpopAlg {
    /// ECDSA on P-256 with SHA-256.
    #[default]
    ES256,
    /// Ed25519.
    EdDSA,
}

/// The defence against cross-site request forgery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Csrf {
    /// What an unsafe request is checked for.
    #[serde(default)]
    pub defence: CsrfDefence,
}

/// What an unsafe request is checked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CsrfDefence {
    /// Nothing: the cookie's SameSite attribute stands alone.
    None,
    /// `Sec-Fetch-Site`, and `Origin` where that is missing.
    #[default]
    FetchMetadata,
    /// A secret of the client's own that the page sends in a header, and that another site can't read.
    Token,
}

/// Which other origins' pages may read answers (Fetch standard, "CORS protocol").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cors {
    /// Who may.
    #[serde(default)]
    pub allow: CorsAllow,
}

/// Which other origins' pages may read answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CorsAllow {
    /// None.
    #[default]
    None,
    /// That of `blog.` before the bank's own host, by its name and with cookies.
    Sibling,
    /// All, by `*`: browsers then hand out no answer to a request with cookies.
    Any,
}
