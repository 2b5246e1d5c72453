//! Where each rule stands.

use super::Rule;

impl Rule {
    /// The section, and the step where the section is an algorithm. Without another name it is RFC 6265bis, draft 22.
    pub(crate) fn section(self) -> &'static str {
        match self {
            Self::ControlCharacter => "5.6 step 1",
            Self::TooLarge => "5.6 step 5",
            Self::NotHttp => "Fetch standard, 2.2.1 (only HTTP(S) schemes have cookies)",
            Self::Empty => "5.7 step 2",
            Self::DomainNotAscii => "5.7 step 8",
            Self::PublicSuffix => "5.7 step 9",
            Self::DomainMismatch => "5.7 step 10",
            Self::SecureFromInsecure => "5.7 step 13",
            Self::HttpOnlyFromScript => "5.7 step 15",
            Self::OverlaysSecure => "5.7 step 16",
            Self::CrossSiteResponse => "5.7 step 18",
            Self::NoneWithoutSecure => "5.7 step 19",
            Self::SecurePrefix => "5.7 step 20",
            Self::HostPrefix => "5.7 step 21",
            Self::NamelessPrefix => "5.7 step 22",
            Self::HttpPrefix => "draft-ietf-httpbis-layered-cookies (the successor of RFC 6265bis)",
            Self::PartitionedWithoutSecure | Self::OtherPartition => "draft-cutler-httpbis-partitioned-cookies (CHIPS)",
            Self::TabWithin => "5.6 step 1, which browsers hold more strictly",
            Self::DotDomain => "5.6.3, which browsers hold more strictly",
            Self::ThirdParty => "7.1 (third-party cookies), left to the browser",
            Self::OverlaysHttpOnly => "5.7 step 23.2",
            Self::NoRoom => "5.7, excess cookies",
            Self::NoCredentials => "Fetch standard, 4.6 (includeCredentials)",
            Self::Expired => "5.7, expired cookies",
            Self::OtherHost | Self::OtherDomain => "5.8.3 step 3 (5.1.3, domain-match)",
            Self::OtherPath => "5.8.3 step 3 (5.1.4, path-match)",
            Self::SecureOnly => "5.8.3 step 3 (secure-only-flag)",
            Self::Strict | Self::LaxNotNavigation | Self::LaxUnsafeMethod | Self::LaxNavigation => {
                "5.8.3 step 3 (same-site-flag, 5.6.7.1)"
            }
            Self::NoneAllowed => "5.8.3 step 3 (same-site-flag)",
            Self::LaxAllowingUnsafe | Self::DefaultTooOld => "5.6.7.2 (Lax-allowing-unsafe)",
            Self::NoInitiator | Self::WithinSite => "5.2",
        }
    }
}
