//! Whether a cookie goes with a request (RFC 6265bis section 5.8.3).

use std::time::Duration;

use lockstep_shared::clock::LabTime;
use lockstep_shared::design::SameSite;

use crate::browser::cookie::StoredCookie;
use crate::browser::request::{Request, RequestKind};
use crate::browser::rules::{Policy, Rule};
use crate::browser::site;

/// How long a cookie without SameSite goes with cross-site requests of any method, if the whole tab goes along
/// (RFC 6265bis section 5.6.7.2, "Lax-allowing-unsafe"; two minutes is what browsers chose).
const ALLOWING_UNSAFE: Duration = Duration::from_secs(120);

/// What is the same for every cookie of one request, worked out once.
pub(in crate::browser) struct Delivery {
    now: LabTime,
    is_http: bool,
    is_secure: bool,
    allows_unsafe: bool,
    has_credentials: bool,
    has_initiator: bool,
    is_same_site: bool,
    is_navigation: bool,
    is_safe: bool,
    third_party: bool,
    partition: String,
}

impl Delivery {
    pub(in crate::browser) fn of(request: &Request<'_>, policy: Policy, now: LabTime) -> Self {
        Self {
            now,
            is_http: site::is_http(request.url),
            is_secure: policy.is_secure(request.url),
            allows_unsafe: policy.lax_allowing_unsafe,
            has_credentials: request.has_credentials(),
            has_initiator: request.initiator.is_some(),
            is_same_site: request.is_same_site(),
            is_navigation: request.kind == RequestKind::Navigate,
            is_safe: request.is_safe(),
            third_party: policy.third_party,
            partition: request.partition(),
        }
    }

    /// The rule that decides about `cookie`, whose domain and path match the request's as the two flags say.
    pub(in crate::browser) fn rule(&self, cookie: &StoredCookie, is_in_domain: bool, is_in_path: bool) -> Rule {
        if cookie.is_expired(self.now) {
            Rule::Expired
        } else if !self.is_http {
            Rule::NotHttp
        } else if !is_in_domain {
            if cookie.host_only { Rule::OtherHost } else { Rule::OtherDomain }
        } else if !is_in_path {
            Rule::OtherPath
        } else if cookie.partition.as_ref().is_some_and(|partition| *partition != self.partition) {
            Rule::OtherPartition
        } else if cookie.secure && !self.is_secure {
            Rule::SecureOnly
        } else if !self.has_credentials {
            Rule::NoCredentials
        } else if !self.has_initiator {
            Rule::NoInitiator
        } else if self.is_same_site {
            Rule::WithinSite
        } else {
            self.cross_site_rule(cookie)
        }
    }

    fn cross_site_rule(&self, cookie: &StoredCookie) -> Rule {
        match cookie.same_site {
            Some(SameSite::None) if self.third_party || self.is_navigation || cookie.partition.is_some() => {
                Rule::NoneAllowed
            }
            Some(SameSite::None) => Rule::ThirdParty,
            Some(SameSite::Strict) => Rule::Strict,
            Some(SameSite::Lax) | None if !self.is_navigation => Rule::LaxNotNavigation,
            Some(SameSite::Lax) | None if self.is_safe => Rule::LaxNavigation,
            Some(SameSite::Lax) => Rule::LaxUnsafeMethod,
            None if !self.allows_unsafe => Rule::LaxUnsafeMethod,
            None if self.now.since(cookie.created) <= ALLOWING_UNSAFE => Rule::LaxAllowingUnsafe,
            None => Rule::DefaultTooOld,
        }
    }
}
