//! Whether a browser takes a cookie that a response brings (RFC 6265bis section 5.7).

use cookie_store::CookiePath;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::SameSite;

use crate::browser::cookie::{SetCookie, StoredCookie};
use crate::browser::request::{Request, RequestKind};
use crate::browser::rules::{Policy, Rule};
use crate::browser::site;

/// Where a cookie comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::browser) enum Source {
    /// The response to a request.
    Response,
    /// A script in the page at the request's address (`document.cookie`); the initiator is the page in the tab.
    Script,
}

/// The cookie that `set`, from `source` of `request`, asks a jar to keep beside the cookies of `kept`.
///
/// It can be one that has expired already, which deletes. Fails with the first rule against it.
pub(in crate::browser) fn admit<'a>(
    set: SetCookie,
    source: Source,
    request: &Request<'_>,
    policy: Policy,
    now: LabTime,
    mut kept: impl Iterator<Item = &'a StoredCookie>,
) -> Result<StoredCookie, Rule> {
    let host = request.url.host_str().filter(|_| site::is_http(request.url)).ok_or(Rule::NotHttp)?;
    if !request.has_credentials() {
        return Err(Rule::NoCredentials);
    }
    if set.name.is_empty() && set.value.is_empty() {
        return Err(Rule::Empty);
    }
    if let Some(rule) = refused_as_written(&set, policy) {
        return Err(rule);
    }
    let domain = admit_domain(set.domain.as_deref().unwrap_or_default(), host, policy)?;
    let expires = set.end(now);
    let has_path = set.path.is_some();
    let partition = (set.partitioned && policy.partitioned).then(|| request.partition());
    let path = set.path.filter(|path| path.starts_with('/'));
    let cookie = StoredCookie {
        host_only: domain.is_none(),
        domain: domain.unwrap_or_else(|| host.to_owned()),
        path: path.unwrap_or_else(|| CookiePath::default_path(request.url).to_string()),
        name: set.name,
        value: set.value,
        expires,
        created: now,
        last_access: now,
        secure: set.secure,
        http_only: set.http_only,
        same_site: set.same_site,
        partition,
    };

    let is_secure = policy.is_secure(request.url);
    if cookie.secure && !is_secure {
        return Err(Rule::SecureFromInsecure);
    }
    if cookie.http_only && source == Source::Script {
        return Err(Rule::HttpOnlyFromScript);
    }
    if !is_secure && kept.any(|old| overlays(&cookie, old)) {
        return Err(Rule::OverlaysSecure);
    }
    let is_none = cookie.same_site == Some(SameSite::None);
    let is_whole_tab = source == Source::Response && request.kind == RequestKind::Navigate;
    if !is_none && !request.is_same_site() && !is_whole_tab {
        return Err(Rule::CrossSiteResponse);
    }
    if is_none && !cookie.secure {
        return Err(Rule::NoneWithoutSecure);
    }
    if has_prefix(&cookie.name, "__Secure-") && !cookie.secure {
        return Err(Rule::SecurePrefix);
    }
    let keeps_to_host = cookie.secure && cookie.host_only && has_path && cookie.path == "/";
    if has_prefix(&cookie.name, "__Host-") && !keeps_to_host {
        return Err(Rule::HostPrefix);
    }
    let is_http_only = cookie.http_only && source == Source::Response;
    let (of_http, of_host) = (has_prefix(&cookie.name, "__Http-"), has_prefix(&cookie.name, "__Host-Http-"));
    let keeps = is_http_only && (cookie.secure || !of_http) && (keeps_to_host || !of_host);
    if policy.http_prefixes && (of_http || of_host) && !keeps {
        return Err(Rule::HttpPrefix);
    }
    let prefixes = ["__Secure-", "__Host-"].into_iter().chain(policy.http_prefixes.then_some("__Http-"));
    if cookie.name.is_empty() && prefixes.into_iter().any(|prefix| has_prefix(&cookie.value, prefix)) {
        return Err(Rule::NamelessPrefix);
    }
    if cookie.partition.is_some() && !cookie.secure {
        return Err(Rule::PartitionedWithoutSecure);
    }
    let is_third_party = !request.is_same_site() && request.kind != RequestKind::Navigate;
    if is_third_party && !policy.third_party && cookie.partition.is_none() {
        return Err(Rule::ThirdParty);
    }
    Ok(cookie)
}

/// What browsers refuse that the standard lets pass.
fn refused_as_written(set: &SetCookie, policy: Policy) -> Option<Rule> {
    if policy.refuse_tabs && set.has_tab {
        return Some(Rule::TabWithin);
    }
    (policy.refuse_dot_domain && set.dot_domain).then_some(Rule::DotDomain)
}

/// The domain of a cookie for more than its own host; `None` is host-only.
fn admit_domain(attribute: &str, host: &str, policy: Policy) -> Result<Option<String>, Rule> {
    if !attribute.is_ascii() {
        return Err(Rule::DomainNotAscii);
    }
    if policy.reject_public_suffixes && site::is_public_suffix(attribute) {
        return if attribute == host { Ok(None) } else { Err(Rule::PublicSuffix) };
    }
    if attribute.is_empty() {
        return Ok(None);
    }
    match domain_matches(host, attribute) {
        true => Ok(Some(attribute.to_owned())),
        false => Err(Rule::DomainMismatch),
    }
}

/// Whether a server that is sent both could take the new cookie for the old, `Secure` one.
///
/// `cookie_store` can't be asked: it matches a cookie with an address, and here are two cookies.
fn overlays(new: &StoredCookie, old: &StoredCookie) -> bool {
    old.secure
        && old.name == new.name
        && (domain_matches(&old.domain, &new.domain) || domain_matches(&new.domain, &old.domain))
        && path_matches(&new.path, &old.path)
}

/// RFC 6265bis section 5.1.3, for names that stand in cookies.
pub(in crate::browser) fn domain_matches(host: &str, domain: &str) -> bool {
    let is_under = |host: &str| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    let is_name = |host: &str| !host.starts_with('[') && host.parse::<std::net::Ipv4Addr>().is_err();
    host == domain || (is_under(host) && is_name(host))
}

/// RFC 6265bis section 5.1.4.
pub(super) fn path_matches(path: &str, cookie_path: &str) -> bool {
    path.strip_prefix(cookie_path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie_path.ends_with('/'))
}

/// Prefixes are matched in any case, because servers look names up in any case too.
fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
