//! `cookie_store`, and what keeps it to what it knows: matching and storage, without dates.

use cookie_store::{Cookie, CookieDomain, CookiePath, CookieStore, RawCookie};
use url::Url;

use crate::browser::cookie::StoredCookie;

/// The cookies of a jar. `cookie_store` drops what has ended by the machine's clock, so it is never told of an end, and
/// nothing in here expires.
#[derive(Clone, Default)]
pub(super) struct Shelves {
    /// Two stores, since `cookie_store` takes a host's own cookie and the domain's cookie of one name for the same one.
    host_only: CookieStore,
    shared: CookieStore,
}

impl Shelves {
    /// Stores `cookie`; false where its domain is no host or its path no path.
    pub(super) fn put(&mut self, cookie: &StoredCookie) -> bool {
        // The store asks where a cookie comes from. Whether it may come from there has been decided by the rules.
        let Ok(source) = Url::parse(&format!("https://{}/", cookie.domain)) else { return false };
        let Some(path) = CookiePath::parse(&cookie.path) else { return false };
        let raw = RawCookie::new(cookie.name.clone(), cookie.value.clone());
        let Ok(mut entry) = Cookie::try_from_raw_cookie(&raw, &source) else { return false };
        entry.path = path;
        if !cookie.host_only {
            entry.domain = CookieDomain::Suffix(cookie.domain.clone());
        }
        // A domain that is written differently as a host (in capitals, say) would be found under neither spelling.
        let is_canonical = source.host_str() == Some(&cookie.domain);
        is_canonical && self.store_mut(cookie).insert(entry.into_owned(), &source).is_ok()
    }

    /// Removes `cookie`, if it is there.
    pub(super) fn remove(&mut self, cookie: &StoredCookie) {
        self.store_mut(cookie).remove(&cookie.domain, &cookie.path, &cookie.name);
    }

    /// Whether `cookie`, which has been put, domain-matches and path-matches `url` (RFC 6265bis sections 5.1.3, 5.1.4).
    pub(super) fn matches(&self, cookie: &StoredCookie, url: &Url) -> (bool, bool) {
        let store = if cookie.host_only { &self.host_only } else { &self.shared };
        // `CookieStore::matches` would take `http://a.localhost` for insecure, and would not say why a cookie stays.
        let entry = store.get_any(&cookie.domain, &cookie.path, &cookie.name);
        let entry = entry.expect("every cookie of the jar's records has been put here");
        (entry.domain.matches(url), entry.path.matches(url))
    }

    /// How many cookies lie here, and whether `cookie_store` knows of an end of any.
    #[cfg(test)]
    pub(super) fn contents(&self) -> (usize, bool) {
        let all = || self.host_only.iter_any().chain(self.shared.iter_any());
        (all().count(), all().any(|entry| entry.is_persistent()))
    }

    fn store_mut(&mut self, cookie: &StoredCookie) -> &mut CookieStore {
        if cookie.host_only { &mut self.host_only } else { &mut self.shared }
    }
}
