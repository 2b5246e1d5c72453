//! A design: one complete way to keep a user logged in, as data that is checked when it is loaded.

mod check;
mod draft;
mod impossible;
mod keys;
mod mistakes;
mod token;
mod validate;
mod words;

use serde::{Deserialize, Serialize};

use crate::span::Span;

pub use check::{Check, Cors, CorsAllow, Csrf, CsrfDefence, Denylist, Dpop, DpopAlg};
pub use draft::{Draft, Problem};
pub use keys::{Key, LeftOut, Takes, keys};
pub use mistakes::Mistakes;
pub use token::{Alg, GraceGives, Introspection, Jwt, Refresh, RefreshMode, Renewal};
pub use validate::{DesignError, is_host_label};
pub use words::{about, about_value};

/// One way to issue, carry, check, renew and revoke a credential. Read from `designs/<id>.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Design {
    /// The file's name without its ending; also the virtual host `<id>.localhost`.
    #[serde(skip)]
    pub id: String,
    /// A short name for a heading.
    pub title: String,
    /// One sentence: what it is and where one meets it.
    pub summary: String,
    /// What the access credential is.
    pub kind: Kind,
    /// Where sessions and refresh families are kept.
    #[serde(default)]
    pub store: Store,
    /// Where the client keeps its credentials and how they travel.
    pub carry: Carry,
    /// The attributes of every cookie that carries a credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cookie: Option<Cookie>,
    /// The rules for how long a session lives; in every design of kind `session` and `sealed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// The rules for access tokens; in every design of kind `jwt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt: Option<Jwt>,
    /// The rules for opaque access tokens; in every design of kind `introspection`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introspection: Option<Introspection>,
    /// The rules for refresh tokens, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<Refresh>,
    /// What else is asked about the credential on every request.
    #[serde(default, skip_serializing_if = "Check::nothing")]
    pub check: Check,
    /// The rules for proofs of possession, where `check.dpop` demands them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpop: Option<Dpop>,
    /// How forged cross-site requests are told apart.
    #[serde(default)]
    pub csrf: Csrf,
    /// Which other origins' pages may read answers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cors: Cors,
    /// Deliberate weaknesses; every one is off unless it is named.
    #[serde(default, skip_serializing_if = "Mistakes::none")]
    pub mistakes: Mistakes,
}

/// What the access credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An opaque id of a record that the server keeps.
    Session,
    /// A record of the same content, encrypted and given to the client: the server keeps nothing.
    Sealed,
    /// A signed token (RFC 7519) that speaks for itself.
    Jwt,
    /// An opaque token that a resource server has the authorization server look up (RFC 7662).
    Introspection,
}

/// Where sessions and refresh families are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Store {
    /// In the server's own memory: a restart forgets it.
    #[default]
    Memory,
    /// In an SQLite file: a restart finds it again.
    Sqlite,
    /// In a Redis server beside the bank's: every node sees the same.
    Redis,
}

impl Store {
    /// The name as it stands in a design file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Redis => "redis",
        }
    }
}

/// Where the client keeps its credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Carry {
    /// The access credential.
    pub access: Carrier,
    /// The refresh token, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<Carrier>,
}

/// A place at the client for a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carrier {
    /// A cookie, which the browser attaches by itself.
    Cookie,
    /// A variable of the page: gone with the tab. Travels as `Authorization: Bearer`.
    Memory,
    /// The origin's localStorage, readable by any script of the page. Travels as `Authorization: Bearer`.
    LocalStorage,
}

/// The attributes of the cookies that carry credentials (RFC 6265bis section 4.1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cookie {
    /// Hidden from the page's script.
    #[serde(default)]
    pub http_only: bool,
    /// Which cross-site requests carry it; left out, the browser's own default decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_site: Option<SameSite>,
    /// Only over a trustworthy connection; loopback counts as one.
    #[serde(default)]
    pub secure: bool,
    /// The `__Host-` prefix: no `Domain`, `Path=/`, `Secure`. A refresh cookie has `Path=/auth` and so takes `__Secure-`.
    #[serde(default)]
    pub host_prefix: bool,
}

/// The `SameSite` attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SameSite {
    /// Never on a cross-site request.
    Strict,
    /// Cross-site only on a top-level navigation with a safe method.
    Lax,
    /// On every request; asks for `Secure`.
    None,
}

impl SameSite {
    /// The spelling in a `Set-Cookie` line.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

/// The rules for server-side sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// A session that nobody uses for this long has ended (OWASP ASVS 5.0 V7.3.1).
    pub idle: Span,
    /// A session this old has ended, used or not (OWASP ASVS 5.0 V7.3.2).
    pub absolute: Span,
    /// Whether logging in gives a new id (OWASP ASVS 5.0 V7.2.4). False only together with the mistake of keeping it.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub renew_id_on_login: bool,
    /// How the store keeps the id.
    #[serde(default, skip_serializing_if = "is_default")]
    pub at_rest: AtRest,
    /// Whether the role is read on every request or copied into the session at login.
    #[serde(default)]
    pub role: RoleSource,
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// How a store keeps a session's id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AtRest {
    /// As its SHA-256, so that a leaked store opens nothing.
    #[default]
    Sha256,
}

/// Where a session's role and ban state come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoleSource {
    /// Read from the user directory on every request.
    #[default]
    Live,
    /// Copied into the session at login and believed from then on.
    Cached,
}

impl Design {
    /// Reads a design and checks it.
    ///
    /// `file` names the source in errors. Fails on broken TOML, an unknown or missing key, a bad value, and a mix of
    /// settings that can't work.
    pub fn parse(id: &str, file: &str, toml: &str) -> Result<Self, DesignError> {
        validate::parse(id, file, toml)
    }

    /// The design as its file would be written.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a design is plain tables of plain values")
    }

    /// How long an access token lives; None where the credential is a session.
    pub fn access_ttl(&self) -> Option<Span> {
        let jwt = self.jwt.as_ref().map(|jwt| jwt.access_ttl);
        jwt.or(self.introspection.as_ref().map(|opaque| opaque.access_ttl))
    }

    /// How long any token that is signed now can still be accepted: the longest life of all, and the leeway.
    pub fn longest_signed_life(&self) -> Span {
        let Some(jwt) = &self.jwt else { return Span::ZERO };
        let refresh = self.refresh.as_ref().filter(|refresh| !refresh.is_kept()).map(|refresh| refresh.ttl);
        Span::from_secs(jwt.access_ttl.max(refresh.unwrap_or(Span::ZERO)).secs().saturating_add(jwt.leeway.secs()))
    }

    /// How long anything that is sealed now can still be accepted: each use seals it anew.
    pub fn longest_sealed_life(&self) -> Span {
        let session = self.session.as_ref().filter(|_| self.kind == Kind::Sealed);
        session.map_or(Span::ZERO, |session| session.idle)
    }

    /// Whether the server has a key of its own, to sign or to seal with.
    pub fn has_key(&self) -> bool {
        matches!(self.kind, Kind::Jwt | Kind::Sealed)
    }

    /// Whether the server keeps a family of refresh tokens for each login.
    pub fn keeps_families(&self) -> bool {
        self.refresh.as_ref().is_some_and(Refresh::is_kept)
    }

    /// The name of the cookie that carries the access credential.
    pub fn access_cookie(&self) -> String {
        let base = match self.kind {
            Kind::Session | Kind::Sealed => "sid",
            Kind::Jwt | Kind::Introspection => "access",
        };
        self.prefixed("__Host-", base)
    }

    /// The name of the cookie that carries the refresh token, and its path. A silent renewal needs it on every request;
    /// otherwise only the authorization endpoints ever see it.
    pub fn refresh_cookie(&self) -> (String, &'static str) {
        match self.refresh.as_ref().map(|refresh| refresh.renewal) {
            Some(Renewal::Silent) => (self.prefixed("__Host-", "refresh"), "/"),
            _ => (self.prefixed("__Secure-", "refresh"), "/auth"),
        }
    }

    /// The name of the cookie whose value the page repeats in a header, where the design defends itself so.
    pub fn csrf_cookie(&self) -> Option<String> {
        (self.csrf.defence == CsrfDefence::Token).then(|| self.prefixed("__Host-", "csrf"))
    }

    fn prefixed(&self, prefix: &str, base: &str) -> String {
        match self.cookie.as_ref().is_some_and(|cookie| cookie.host_prefix) {
            true => format!("{prefix}{base}"),
            false => base.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
