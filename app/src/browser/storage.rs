//! What pages keep in a browser themselves: localStorage, and the variables of an open page.

use std::collections::BTreeMap;
use std::fmt;

use url::Url;

use super::site::Origin;

/// The most octets of keys and values in one place of one origin, as browsers have it for localStorage.
const QUOTA_OCTETS: usize = 5 * 1024 * 1024;

/// Where a page keeps something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    /// On disk, until somebody removes it.
    LocalStorage,
    /// A variable, until the page closes.
    Memory,
}

/// Why something was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotKept {
    /// The page has an opaque origin (HTML section 12.2.3).
    NoOrigin,
    /// It would be too much.
    QuotaExceeded,
}

impl std::error::Error for NotKept {}

impl fmt::Display for NotKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoOrigin => "a page without an origin has no storage",
            Self::QuotaExceeded => "the origin's storage is full: it has 5 MiB",
        })
    }
}

/// Everything that the pages of one browser keep, by origin: no page reads another origin's.
#[derive(Clone, Default)]
pub(crate) struct Storage {
    /// A browser meets a handful of origins, so a list is searched faster than an origin is hashed.
    areas: Vec<Area>,
}

#[derive(Clone)]
struct Area {
    origin: Origin,
    place: Place,
    items: BTreeMap<String, String>,
}

impl Storage {
    /// Storage with nothing in it.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Keeps `value` under `key` for the origin of `page`, in place of what is there.
    pub(crate) fn set(&mut self, place: Place, page: &Url, key: &str, value: &str) -> Result<(), NotKept> {
        let origin = Origin::of(page).ok_or(NotKept::NoOrigin)?;
        let at = self.areas.iter().position(|area| area.place == place && area.origin == origin);
        let used: usize = at.map_or(0, |at| {
            let others = self.areas[at].items.iter().filter(|(name, _)| *name != key);
            others.map(|(name, value)| name.len() + value.len()).sum()
        });
        if used + key.len() + value.len() > QUOTA_OCTETS {
            return Err(NotKept::QuotaExceeded);
        }
        let at = at.unwrap_or_else(|| {
            self.areas.push(Area { origin, place, items: BTreeMap::new() });
            self.areas.len() - 1
        });
        self.areas[at].items.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    /// What the origin of `page` keeps under `key`.
    pub(crate) fn item(&self, place: Place, page: &Url, key: &str) -> Option<&str> {
        self.area(place, page)?.items.get(key).map(String::as_str)
    }

    /// Removes what the origin of `page` keeps under `key`, and gives it back.
    pub(crate) fn remove(&mut self, place: Place, page: &Url, key: &str) -> Option<String> {
        self.areas.iter_mut().find(|area| area.place == place && area.origin.contains(page))?.items.remove(key)
    }

    /// Everything that a script in `page` can read, by place and key.
    pub(crate) fn items(&self, page: &Url) -> impl Iterator<Item = (Place, &str, &str)> {
        [Place::LocalStorage, Place::Memory]
            .into_iter()
            .filter_map(|place| self.area(place, page))
            .flat_map(|area| area.items.iter().map(|(key, value)| (area.place, key.as_str(), value.as_str())))
    }

    /// Closes every page: variables are gone, localStorage stays.
    pub(crate) fn close_pages(&mut self) {
        self.areas.retain(|area| area.place != Place::Memory);
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.areas.clear();
    }

    fn area(&self, place: Place, page: &Url) -> Option<&Area> {
        self.areas.iter().find(|area| area.place == place && area.origin.contains(page))
    }
}

/// Values are credentials, so only the keys are shown.
impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.areas.iter().map(|area| {
            let keys: Vec<_> = area.items.keys().collect();
            (format!("{:?} of {}", area.place, area.origin), keys)
        });
        f.debug_map().entries(entries).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("the test's address is valid")
    }

    #[test]
    fn each_origin_has_its_own() {
        let mut storage = Storage::new();
        let page = url("http://x.localhost:8787/account");
        storage.set(Place::LocalStorage, &page, "access", "a1").expect("there is room");
        storage.set(Place::LocalStorage, &page, "access", "a2").expect("there is room");
        for (place, from, expected) in [
            (Place::LocalStorage, "http://x.localhost:8787/login", Some("a2")),
            (Place::Memory, "http://x.localhost:8787/login", None),
            (Place::LocalStorage, "http://x.localhost:9/", None),
            (Place::LocalStorage, "https://x.localhost:8787/", None),
            (Place::LocalStorage, "http://blog.x.localhost:8787/", None),
            (Place::LocalStorage, "data:text/html,a", None),
        ] {
            assert_eq!(storage.item(place, &url(from), "access"), expected, "{place:?} of {from}");
        }
        assert_eq!(storage.item(Place::LocalStorage, &page, "refresh"), None);
        assert_eq!(storage.remove(Place::LocalStorage, &page, "access").as_deref(), Some("a2"));
        assert_eq!(storage.remove(Place::LocalStorage, &page, "access"), None);
    }

    #[test]
    fn memory_ends_with_the_page() {
        let mut storage = Storage::new();
        let (page, other) = (url("http://x.localhost/"), url("http://y.localhost/"));
        storage.set(Place::Memory, &page, "access", "a").expect("there is room");
        storage.set(Place::LocalStorage, &page, "refresh", "r").expect("there is room");
        storage.set(Place::Memory, &other, "access", "o").expect("there is room");
        let all = [(Place::LocalStorage, "refresh", "r"), (Place::Memory, "access", "a")];
        assert_eq!(storage.items(&page).collect::<Vec<_>>(), all);
        storage.close_pages();
        assert_eq!(storage.items(&page).collect::<Vec<_>>(), all[..1]);
        assert_eq!(storage.items(&other).count(), 0);
        storage.clear();
        assert_eq!(storage.items(&page).count(), 0);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut storage = Storage::new();
        let page = url("http://x.localhost/");
        let (full, over) = ("v".repeat(QUOTA_OCTETS - 1), "v".repeat(QUOTA_OCTETS));
        assert_eq!(storage.set(Place::LocalStorage, &page, "k", &over), Err(NotKept::QuotaExceeded));
        assert_eq!(storage.item(Place::LocalStorage, &page, "k"), None);
        assert_eq!(storage.set(Place::LocalStorage, &page, "k", &full), Ok(()));
        assert_eq!(storage.set(Place::LocalStorage, &page, "k", &full), Ok(()), "a new value takes the old one's room");
        assert_eq!(storage.set(Place::LocalStorage, &page, "l", ""), Err(NotKept::QuotaExceeded));
        assert_eq!(storage.set(Place::Memory, &page, "l", ""), Ok(()), "each place has a quota of its own");
        assert_eq!(storage.set(Place::Memory, &url("about:blank"), "k", "v"), Err(NotKept::NoOrigin));
    }

    #[test]
    fn values_stay_out_of_debug_output() {
        let mut storage = Storage::new();
        storage.set(Place::Memory, &url("http://x.localhost/"), "access", "s3cret").expect("there is room");
        assert_eq!(format!("{storage:?}"), r#"{"Memory of http://x.localhost": ["access"]}"#);
    }
}
