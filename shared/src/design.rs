//! A design: one complete way to keep a user logged in, as data that is checked when it is loaded.

mod token;
mod validate;

use serde::{Deserialize, Serialize};

use crate::span::Span;

pub use token::{Alg, GraceGives, Jwt, Refresh, RefreshMode, Renewal};
pub use validate::DesignError;

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
    /// The rules for server-side sessions; in every design of kind `session`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// The rules for access tokens; in every design of kind `jwt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt: Option<Jwt>,
    /// The rules for refresh tokens, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<Refresh>,
    /// What else is asked about the credential on every request.
    #[serde(default, skip_serializing_if = "Check::nothing")]
    pub check: Check,
    /// How forged cross-site requests are told apart.
    #[serde(default)]
    pub csrf: Csrf,
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
    /// A signed token (RFC 7519) that speaks for itself.
    Jwt,
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
}

impl Store {
    /// The name as it stands in a design file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
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
}

/// Deliberate weaknesses. They exist nowhere but behind these switches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mistakes {
    /// Logging in or changing the password keeps the session id that the client came with.
    pub keep_id_on_login: bool,
    /// Tokens are decoded and their signature is never checked.
    pub decode_only: bool,
    /// Saving a session inserts it again where it had been ended.
    pub save_reinserts: bool,
    /// A refresh first reads, then writes, in two steps.
    pub refresh_reads_then_writes: bool,
    /// Log-out clears the client and leaves the server's record alone.
    pub logout_forgets_server: bool,
}

impl Mistakes {
    /// Whether every mistake is off.
    pub fn none(&self) -> bool {
        *self == Self::default()
    }
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

    /// The name of the cookie that carries the access credential.
    pub fn access_cookie(&self) -> String {
        let base = match self.kind {
            Kind::Session => "sid",
            Kind::Jwt => "access",
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

    fn prefixed(&self, prefix: &str, base: &str) -> String {
        match self.cookie.as_ref().is_some_and(|cookie| cookie.host_prefix) {
            true => format!("{prefix}{base}"),
            false => base.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
