//! Cookies at the server: what a request carries, and the `Set-Cookie` lines that make and clear it (RFC 6265bis).

use axum::http::{HeaderMap, header};
use lockstep_shared::design::{Carrier, Design};
use lockstep_shared::span::Span;

use super::dpop::PROOF;

/// The credentials that a request came with, read from where the design carries them.
#[derive(Default)]
pub(crate) struct Presented {
    pub(crate) access: Option<String>,
    pub(crate) refresh: Option<String>,
    /// Whether the access credential came as Bearer where it should be proven.
    pub(crate) as_bearer: bool,
    /// The proofs of possession that came along; more than one is wrong (RFC 9449 section 4.3).
    pub(crate) proofs: Vec<String>,
}

/// It holds secrets, so it shows only which of them are there.
impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Presented {{ access: {}, refresh: {} }}", self.access.is_some(), self.refresh.is_some())
    }
}

impl Presented {
    pub(crate) fn read(design: &Design, headers: &HeaderMap) -> Self {
        let scheme = if design.check.dpop { "dpop" } else { "bearer" };
        let (access, as_bearer) = match design.carry.access {
            Carrier::Cookie => (cookie(headers, &design.access_cookie()), false),
            Carrier::Memory | Carrier::LocalStorage => match authorization(headers, scheme) {
                None if design.check.dpop => {
                    let bare = authorization(headers, "bearer");
                    (bare.clone(), bare.is_some())
                }
                token => (token, false),
            },
        };
        let refresh = match design.carry.refresh {
            Some(Carrier::Cookie) => cookie(headers, &design.refresh_cookie().0),
            // Elsewhere the body of the refresh request carries it.
            _ => None,
        };
        let proofs = headers.get_all(PROOF).iter().filter(|_| design.check.dpop);
        let proofs = proofs.map(|proof| String::from_utf8_lossy(proof.as_bytes()).into_owned()).collect();
        Self { access, refresh, as_bearer, proofs }
    }
}

/// The first cookie of that name: user agents put the one with the longest path first.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The token of an `Authorization` header of this scheme (RFC 6750 section 2.1, RFC 9449 section 7.1).
fn authorization(headers: &HeaderMap, scheme: &str) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (said, token) = value.split_once(' ')?;
    said.eq_ignore_ascii_case(scheme).then(|| token.trim().to_owned())
}

/// The line that sets the access cookie; without a lifetime it lasts until the browser closes.
pub(crate) fn set_access(design: &Design, value: &str, lifetime: Option<Span>) -> String {
    line(design, &design.access_cookie(), "/", value, lifetime)
}

/// The line that sets the refresh cookie.
pub(crate) fn set_refresh(design: &Design, value: &str, lifetime: Span) -> String {
    let (name, path) = design.refresh_cookie();
    line(design, &name, path, value, Some(lifetime))
}

/// The lines that clear every credential cookie of a design.
pub(crate) fn clear(design: &Design) -> Vec<String> {
    let mut lines = Vec::new();
    if design.carry.access == Carrier::Cookie {
        lines.push(set_access(design, "", Some(Span::ZERO)));
    }
    if design.carry.refresh == Some(Carrier::Cookie) {
        lines.push(set_refresh(design, "", Span::ZERO));
    }
    lines
}

fn line(design: &Design, name: &str, path: &str, value: &str, lifetime: Option<Span>) -> String {
    let mut line = format!("{name}={value}; Path={path}");
    if let Some(lifetime) = lifetime {
        line.push_str(&format!("; Max-Age={}", lifetime.secs()));
    }
    let Some(cookie) = &design.cookie else { return line };
    if cookie.secure {
        line.push_str("; Secure");
    }
    if cookie.http_only {
        line.push_str("; HttpOnly");
    }
    if let Some(same_site) = cookie.same_site {
        line.push_str("; SameSite=");
        line.push_str(same_site.attribute());
    }
    line
}
