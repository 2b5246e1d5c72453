//! Every rule by which a browser stores, sends or withholds a cookie, and the decisions made from them.

mod policy;
mod sections;
mod sending;
mod storing;

pub(crate) use policy::Policy;
pub(super) use sending::Delivery;
pub(super) use storing::{Source, admit, domain_matches};

/// A rule that can decide about a cookie. Of several that apply, the first in the order of RFC 6265bis is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Rule {
    /// Not stored: a control character anywhere in the line (section 5.6 step 1).
    ControlCharacter,
    /// Not stored: over 4096 octets (section 5.6 step 5).
    TooLarge,
    /// Not stored and not sent: the address is not http or https.
    NotHttp,
    /// Not stored: neither name nor value (section 5.7 step 2).
    Empty,
    /// Not stored: a `Domain` that is not ASCII (section 5.7 step 8).
    DomainNotAscii,
    /// Not stored: a `Domain` under which anybody can have a host (section 5.7 step 9).
    PublicSuffix,
    /// Not stored: a `Domain` that the host is not under (section 5.7 step 10).
    DomainMismatch,
    /// Not stored: `Secure` from a connection that is not (section 5.7 step 13).
    SecureFromInsecure,
    /// Not stored: `HttpOnly`, from a script (section 5.7 step 15).
    HttpOnlyFromScript,
    /// Not stored: it would lie over a `Secure` cookie (section 5.7 step 16).
    OverlaysSecure,
    /// Not stored: a cookie that is not for cross-site requests, from one (section 5.7 step 18).
    CrossSiteResponse,
    /// Not stored: `SameSite=None` without `Secure` (section 5.7 step 19).
    NoneWithoutSecure,
    /// Not stored: `__Secure-` without `Secure` (section 5.7 step 20).
    SecurePrefix,
    /// Not stored: `__Host-` without what it promises (section 5.7 step 21).
    HostPrefix,
    /// Not stored: no name, and a value that a server would read as a prefixed name (section 5.7 step 22).
    NamelessPrefix,
    /// Not stored: `__Http-` or `__Host-Http-` without what it promises ([`Policy::http_prefixes`]).
    HttpPrefix,
    /// Not stored: `Partitioned` without `Secure` ([`Policy::partitioned`]).
    PartitionedWithoutSecure,
    /// Not stored: a tab within a name or a value ([`Policy::refuse_tabs`]).
    TabWithin,
    /// Not stored: a `Domain` that is a dot ([`Policy::refuse_dot_domain`]).
    DotDomain,
    /// Not stored and not sent: of another site than the one in the address bar ([`Policy::third_party`]).
    ThirdParty,
    /// Not stored: a script's, in the place of an `HttpOnly` cookie (section 5.7 step 23.2).
    OverlaysHttpOnly,
    /// Not stored: older cookies outrank it in a jar that is full.
    NoRoom,
    /// Not stored and not sent: a fetch that leaves credentials out (`includeCredentials` of the Fetch standard).
    NoCredentials,

    /// Withheld: its end has come.
    Expired,
    /// Withheld: it belongs to one other host.
    OtherHost,
    /// Withheld: it belongs to another domain.
    OtherDomain,
    /// Withheld: it belongs to another path.
    OtherPath,
    /// Withheld: `Partitioned`, and set under another site in the address bar ([`Policy::partitioned`]).
    OtherPartition,
    /// Withheld: `Secure`, and the connection is not.
    SecureOnly,
    /// Withheld: `SameSite=Strict` across sites.
    Strict,
    /// Withheld: Lax across sites, and no top-level navigation.
    LaxNotNavigation,
    /// Withheld: Lax across sites, and a method that is not safe.
    LaxUnsafeMethod,
    /// Withheld: Lax by default, a method that is not safe, and set more than two minutes ago.
    DefaultTooOld,

    /// Sent: no page asked, so no other site did.
    NoInitiator,
    /// Sent: the request stays within its site.
    WithinSite,
    /// Sent across sites: Lax, and a top-level navigation with a safe method.
    LaxNavigation,
    /// Sent across sites: Lax by default, and set at most two minutes ago ("Lax-allowing-unsafe").
    LaxAllowingUnsafe,
    /// Sent across sites: `SameSite=None`.
    NoneAllowed,
}

impl Rule {
    /// Every rule: those against storing, those against sending, those for sending.
    pub(crate) const ALL: [Self; 38] = [
        Self::ControlCharacter,
        Self::TooLarge,
        Self::NotHttp,
        Self::Empty,
        Self::DomainNotAscii,
        Self::PublicSuffix,
        Self::DomainMismatch,
        Self::SecureFromInsecure,
        Self::HttpOnlyFromScript,
        Self::OverlaysSecure,
        Self::CrossSiteResponse,
        Self::NoneWithoutSecure,
        Self::SecurePrefix,
        Self::HostPrefix,
        Self::NamelessPrefix,
        Self::HttpPrefix,
        Self::PartitionedWithoutSecure,
        Self::TabWithin,
        Self::DotDomain,
        Self::ThirdParty,
        Self::OverlaysHttpOnly,
        Self::NoRoom,
        Self::NoCredentials,
        Self::Expired,
        Self::OtherHost,
        Self::OtherDomain,
        Self::OtherPath,
        Self::OtherPartition,
        Self::SecureOnly,
        Self::Strict,
        Self::LaxNotNavigation,
        Self::LaxUnsafeMethod,
        Self::DefaultTooOld,
        Self::NoInitiator,
        Self::WithinSite,
        Self::LaxNavigation,
        Self::LaxAllowingUnsafe,
        Self::NoneAllowed,
    ];

    /// Whether a cookie goes by this rule.
    pub(crate) fn sends(self) -> bool {
        matches!(
            self,
            Self::NoInitiator | Self::WithinSite | Self::LaxNavigation | Self::LaxAllowingUnsafe | Self::NoneAllowed
        )
    }

    /// A stable name, for files and tests.
    pub(crate) fn id(self) -> &'static str {
        self.parts().0
    }

    /// One sentence for people.
    pub(crate) fn why(self) -> &'static str {
        self.parts().1
    }

    /// The same within a sentence.
    pub(crate) fn clause(self) -> String {
        let why = self.why().trim_end_matches('.');
        let (first, rest) = why.split_once(' ').unwrap_or((why, ""));
        // `SameSite=Lax` is written like that anywhere.
        match first.chars().skip(1).all(char::is_lowercase) {
            true => format!("{} {rest}", first.to_lowercase()),
            false => why.to_owned(),
        }
    }

    fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::ControlCharacter => ("control-character", "The line contains a control character."),
            Self::TooLarge => ("too-large", "Name and value are over 4096 octets together."),
            Self::NotHttp => ("not-http", "Only http and https have cookies."),
            Self::Empty => ("empty", "The cookie has neither a name nor a value."),
            Self::DomainNotAscii => ("domain-not-ascii", "The Domain attribute is not in ASCII."),
            Self::PublicSuffix => ("public-suffix", "The Domain attribute is a public suffix, which nobody owns."),
            Self::DomainMismatch => ("domain-mismatch", "The host does not lie in the domain of the Domain attribute."),
            Self::SecureFromInsecure => {
                ("secure-from-insecure", "A Secure cookie can't be set over a connection that is not secure.")
            }
            Self::HttpOnlyFromScript => {
                ("http-only-from-script", "A script can't set a cookie that scripts can't see.")
            }
            Self::OverlaysSecure => {
                ("overlays-secure", "A connection that is not secure can't lay a cookie over a Secure one.")
            }
            Self::CrossSiteResponse => {
                ("cross-site-response", "The response to a cross-site request can set SameSite=None cookies only.")
            }
            Self::NoneWithoutSecure => ("none-without-secure", "SameSite=None asks for Secure."),
            Self::SecurePrefix => ("secure-prefix", "The prefix __Secure- asks for Secure."),
            Self::HostPrefix => ("host-prefix", "The prefix __Host- asks for Secure, Path=/ and no Domain."),
            Self::NamelessPrefix => {
                ("nameless-prefix", "A cookie without a name must not have a value that looks like a prefixed name.")
            }
            Self::HttpPrefix => (
                "http-prefix",
                "The prefix __Http- asks for Secure and HttpOnly, and __Host-Http- for those of __Host- too.",
            ),
            Self::PartitionedWithoutSecure => ("partitioned-without-secure", "Partitioned asks for Secure."),
            Self::TabWithin => ("tab-within", "The line has a tab within a name or a value."),
            Self::DotDomain => ("dot-domain", "The Domain attribute is nothing but a dot."),
            Self::ThirdParty => (
                "third-party",
                "This browser keeps cookies from what belongs to another site than the one in the address bar.",
            ),
            Self::OverlaysHttpOnly => {
                ("overlays-http-only", "A script can't lay a cookie over one that scripts can't see.")
            }
            Self::NoRoom => ("no-room", "The jar is full of cookies that outrank this one."),
            Self::NoCredentials => {
                ("no-credentials", "A fetch takes cookies across origins only where it says credentials: include.")
            }
            Self::Expired => ("expired", "The cookie has expired."),
            Self::OtherHost => ("other-host", "The cookie belongs to another host alone."),
            Self::OtherDomain => ("other-domain", "The cookie belongs to another domain."),
            Self::OtherPath => ("other-path", "The cookie belongs to another path."),
            Self::OtherPartition => (
                "other-partition",
                "A Partitioned cookie goes only under the site in the address bar under which it was set.",
            ),
            Self::SecureOnly => ("secure-only", "A Secure cookie does not go over a connection that is not secure."),
            Self::Strict => ("strict", "SameSite=Strict never goes with a cross-site request."),
            Self::LaxNotNavigation => {
                ("lax-not-navigation", "A Lax cookie goes across sites only where the whole tab goes there.")
            }
            Self::LaxUnsafeMethod => {
                ("lax-unsafe-method", "A Lax cookie goes across sites only with a safe method such as GET.")
            }
            Self::DefaultTooOld => (
                "default-too-old",
                "Without SameSite a cookie goes with a cross-site POST for two minutes after it was set, not longer.",
            ),
            Self::NoInitiator => ("no-initiator", "No page started the request, so no other site did."),
            Self::WithinSite => ("within-site", "The request stays within its site."),
            Self::LaxNavigation => {
                ("lax-navigation", "A Lax cookie goes where the whole tab goes, if the method is safe.")
            }
            Self::LaxAllowingUnsafe => (
                "lax-allowing-unsafe",
                "Without SameSite a cookie goes with a cross-site POST for two minutes after it was set.",
            ),
            Self::NoneAllowed => ("none-allowed", "SameSite=None lets it go across sites."),
        }
    }
}

#[cfg(test)]
mod tests;
