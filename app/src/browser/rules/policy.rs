//! What RFC 6265bis leaves to each browser, and where browsers have gone on from it: every choice under a name of its own.

use url::Url;

use crate::browser::site;

/// The choices of one browser. The default is what Chromium does where nobody has set it up differently.
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
    /// What a page has within it may use the cookies of another site (section 7.1 leaves it to the browser). Some systems
    /// deliver Chromium without.
    pub(crate) third_party: bool,
    /// A cookie with `Partitioned` is kept for one site in the address bar alone, and asks for Secure
    /// (draft-cutler-httpbis-partitioned-cookies).
    pub(crate) partitioned: bool,
    /// `__Http-` and `__Host-Http-` promise that no script has written the cookie (the successor of RFC 6265bis).
    pub(crate) http_prefixes: bool,
    /// A tab within a name or a value, an attribute's too, is a control character like any other; section 5.6 step 1 leaves it out.
    pub(crate) refuse_tabs: bool,
    /// A `Domain` of nothing but a dot is refused; by section 5.6.3 it is as if it were not there.
    pub(crate) refuse_dot_domain: bool,
    /// `Max-Age=+0` is a number; by section 5.6.2 it is none.
    pub(crate) plus_in_max_age: bool,
    /// A cookie whose value changes is as young as a new one; by section 5.7 step 23.3 it keeps its age.
    pub(crate) renew_changed: bool,
}

impl Policy {
    /// Every choice: its name in files, and what it says.
    pub(crate) const NAMES: [(&str, &str); 10] = [
        ("trustworthy-loopback", "plain http to this machine counts as secure"),
        ("lax-allowing-unsafe", "a cookie without SameSite goes with cross-site POST navigations for two minutes"),
        ("reject-public-suffixes", "no cookie is for a whole registry"),
        ("third-party-cookies", "what a page has within it may use the cookies of another site"),
        ("partitioned-cookies", "a cookie with Partitioned is kept for one site in the address bar alone"),
        ("http-prefixes", "__Http- and __Host-Http- promise that no script has written the cookie"),
        ("refuse-tabs", "a tab within a name or a value is a control character like any other"),
        ("refuse-dot-domain", "a Domain of nothing but a dot is refused"),
        ("plus-in-max-age", "Max-Age may have a plus sign"),
        ("renew-changed", "a cookie whose value changes is as young as a new one"),
    ];

    /// The draft as it is written: of what it leaves open as Chromium does it, and nothing that goes on from it.
    pub(crate) fn draft() -> Self {
        Self {
            partitioned: false,
            http_prefixes: false,
            refuse_tabs: false,
            refuse_dot_domain: false,
            plus_in_max_age: false,
            renew_changed: false,
            ..Self::default()
        }
    }

    /// Each choice by its name, in the order of [`Self::NAMES`].
    pub(crate) fn choices(mut self) -> [(&'static str, bool); 10] {
        let choices = self.fields().map(|choice| *choice);
        std::array::from_fn(|at| (Self::NAMES[at].0, choices[at]))
    }

    /// Makes the choice of that name; false where there is none.
    pub(crate) fn choose(&mut self, name: &str, choice: bool) -> bool {
        let Some(at) = Self::NAMES.iter().position(|(known, _)| *known == name) else { return false };
        *self.fields()[at] = choice;
        true
    }

    /// Whether a connection to that address is a "secure" one.
    pub(in crate::browser) fn is_secure(self, url: &Url) -> bool {
        url.scheme() == "https" || (self.trustworthy_loopback && site::is_trustworthy(url))
    }

    /// In the order of [`Self::NAMES`].
    fn fields(&mut self) -> [&mut bool; 10] {
        [
            &mut self.trustworthy_loopback,
            &mut self.lax_allowing_unsafe,
            &mut self.reject_public_suffixes,
            &mut self.third_party,
            &mut self.partitioned,
            &mut self.http_prefixes,
            &mut self.refuse_tabs,
            &mut self.refuse_dot_domain,
            &mut self.plus_in_max_age,
            &mut self.renew_changed,
        ]
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            trustworthy_loopback: true,
            lax_allowing_unsafe: true,
            reject_public_suffixes: true,
            third_party: true,
            partitioned: true,
            http_prefixes: true,
            refuse_tabs: true,
            refuse_dot_domain: true,
            plus_in_max_age: true,
            renew_changed: true,
        }
    }
}
