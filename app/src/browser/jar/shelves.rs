//! `cookie_store`, and what keeps it to what it knows: matching and storage, without dates.

use std::collections::BTreeMap;

use cookie_store::{Cookie, CookieDomain, CookiePath, CookieStore, RawCookie};
use url::Url;

use crate::browser::cookie::StoredCookie;

/// The cookies of a jar. `cookie_store` drops what has ended by the machine's clock, so it is never told of an end, and
/// nothing in here expires.
#[derive(Clone, Default)]
pub(super) struct Shelves {
    /// A store for each partition, and of each two, by whether cookies are host-only: `cookie_store` takes a host's own
    /// cookie and the domain's cookie of one name for the same one.
    stores: BTreeMap<(Option<String>, bool), CookieStore>,
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
        let store = self.stores.get(&(cookie.partition.clone(), cookie.host_only));
        // `CookieStore::matches` would take `http://a.localhost` for insecure, and would not say why a cookie stays.
        let entry = store.and_then(|store| store.get_any(&cookie.domain, &cookie.path, &cookie.name));
        let entry = entry.expect("every cookie of the jar's records has been put here");
        (entry.domain.matches(url), entry.path.matches(url))
    }

    /// How many cookies lie here, and whether `cookie_store` knows of an end of any.
    #[cfg(test)]
    pub(super) fn contents(&self) -> (usize, bool) {
        let all = || self.stores.values().flat_map(CookieStore::iter_any);
        (all().count(), all().any(|entry| entry.is_persistent()))
    }

    fn store_mut(&mut self, cookie: &StoredCookie) -> &mut CookieStore {
        self.stores.entry((cookie.partition.clone(), cookie.host_only)).or_default()
    }
}
