//! What RFC 6265bis leaves to each browser, every choice under a name of its own.

use url::Url;

use crate::browser::site;

/// The choices of one browser. The default is what Chromium does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Plain http to a host that can't be but this machine denotes a "secure" connection (section 5.7 step 13 leaves the
    /// term to the browser; W3C Secure Contexts section 3.1 says which hosts).
    pub(crate) trustworthy_loopback: bool,
    /// A cookie without SameSite goes along when a whole tab goes across sites, whatever the method, for two minutes
    /// after it was set (section 5.6.7.2, "Lax-allowing-unsafe").
    pub(crate) lax_allowing_unsafe: bool,
    /// No cookie is for a whole registry, such as `com` (section 5.7 step 9).
    pub(crate) reject_public_suffixes: bool,
}

impl Policy {
    /// Every choice: its name in files, and what it says.
    pub(crate) const NAMES: [(&str, &str); 3] = [
        ("trustworthy-loopback", "plain http to this machine counts as secure"),
        ("lax-allowing-unsafe", "a cookie without SameSite goes with cross-site POST navigations for two minutes"),
        ("reject-public-suffixes", "no cookie is for a whole registry"),
    ];

    /// Each choice by its name, in the order of [`Self::NAMES`].
    pub(crate) fn choices(self) -> [(&'static str, bool); 3] {
        let [loopback, unsafe_methods, suffixes] = Self::NAMES.map(|(name, _)| name);
        [
            (loopback, self.trustworthy_loopback),
            (unsafe_methods, self.lax_allowing_unsafe),
            (suffixes, self.reject_public_suffixes),
        ]
    }

    /// Makes the choice of that name; false where there is none.
    pub(crate) fn choose(&mut self, name: &str, choice: bool) -> bool {
        let [loopback, unsafe_methods, suffixes] = Self::NAMES.map(|(name, _)| name);
        let chosen = match name {
            _ if name == loopback => &mut self.trustworthy_loopback,
            _ if name == unsafe_methods => &mut self.lax_allowing_unsafe,
            _ if name == suffixes => &mut self.reject_public_suffixes,
            _ => return false,
        };
        *chosen = choice;
        true
    }

    /// Whether a connection to that address is a "secure" one.
    pub(in crate::browser) fn is_secure(self, url: &Url) -> bool {
        url.scheme() == "https" || (self.trustworthy_loopback && site::is_trustworthy(url))
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self { trustworthy_loopback: true, lax_allowing_unsafe: true, reject_public_suffixes: true }
    }
}
