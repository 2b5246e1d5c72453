//! What an agent holds: for screens, for the rhythm of asking, and for a thief who copies it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::Design;

use super::{ACCESS_KEY, Agent};
use crate::browser::Place;

/// One credential in an agent's hands.
pub(crate) struct Held {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) attributes: Vec<String>,
    pub(crate) since: Option<LabTime>,
    pub(crate) expires: Option<LabTime>,
}

impl Agent {
    /// Copies credentials from another client: the access credential alone, or everything. Answers how many there were.
    pub(crate) fn steal(&mut self, from: &Self, design: &Design, everything: bool, now: LabTime) -> usize {
        self.forget();
        let host = self.page.host_str().unwrap_or_default().to_owned();
        let mut names = vec![design.access_cookie()];
        if everything {
            names.push(design.refresh_cookie().0);
        }
        let cookies = names
            .iter()
            .filter_map(|name| from.jar.copy_of(name, &host))
            .filter(|c| c.expires.is_none_or(|ends| ends > now));
        let cookies: Vec<_> = cookies.collect();
        let tokens: Vec<_> = from
            .storage
            .items(&from.page)
            .map(|(place, key, value)| (place, key.to_owned(), value.to_owned()))
            .collect();
        let mut copied = cookies.len();
        for cookie in cookies {
            self.jar.put(cookie);
        }
        for (place, key, value) in tokens {
            if (key == ACCESS_KEY || everything) && self.storage.set(place, &self.page, &key, &value).is_ok() {
                copied += 1;
            }
        }
        if copied > 0 {
            self.copied = Some((from.actor, now));
            self.me = from.me.clone();
        }
        copied
    }

    /// Everything it holds, for screens.
    pub(crate) fn holdings(&self, now: LabTime) -> Vec<Held> {
        let cookies = self.jar.cookies(now).map(|cookie| {
            let mut attributes = Vec::new();
            attributes.extend(cookie.http_only.then(|| "HttpOnly".to_owned()));
            attributes.extend(cookie.secure.then(|| "Secure".to_owned()));
            attributes.extend(cookie.same_site.map(|same_site| same_site.attribute().to_owned()));
            attributes.push(format!("Path={}", cookie.path));
            Held {
                name: cookie.name.clone(),
                value: cookie.value.clone(),
                attributes,
                since: Some(cookie.created),
                expires: [cookie.expires, readable_end(&cookie.value)].into_iter().flatten().min(),
            }
        });
        let tokens = self.storage.items(&self.page).map(|(place, key, value)| Held {
            name: key.trim_end_matches("_token").to_owned(),
            value: value.to_owned(),
            attributes: vec![match place {
                Place::LocalStorage => "localStorage".to_owned(),
                Place::Memory => "page memory".to_owned(),
            }],
            since: None,
            expires: readable_end(value),
        });
        cookies.chain(tokens).collect()
    }

    /// The next instant after `now` on which something that it holds ends, as far as the client can read that.
    pub(crate) fn next_expiry(&self, now: LabTime) -> Option<LabTime> {
        self.ends(now, |_| true)
    }

    /// The same, for one who wants to learn when its access ends: the end of a renewed access credential only says when
    /// to renew again, so it is passed over as long as there is a refresh token beside it.
    pub(crate) fn next_telling_expiry(&self, design: &Design, now: LabTime) -> Option<LabTime> {
        let cookie = design.access_cookie();
        self.ends(now, |name| !self.renewed || (name != cookie && name != "access"))
    }

    fn ends(&self, now: LabTime, counts: impl Fn(&str) -> bool) -> Option<LabTime> {
        let cookies = self.jar.cookies(now).map(|cookie| (cookie.name.as_str(), cookie.value.as_str(), cookie.expires));
        let tokens =
            self.storage.items(&self.page).map(|(_, key, value)| (key.trim_end_matches("_token"), value, None));
        let counted = cookies.chain(tokens).filter(|(name, ..)| counts(name));
        counted.flat_map(|(_, value, end)| [end, readable_end(value)]).flatten().filter(|ends| *ends > now).min()
    }
}

/// The `exp` claim of a value that looks like a token. Anybody may read it; nobody needs a key for that.
fn readable_end(value: &str) -> Option<LabTime> {
    let payload = value.split('.').nth(1)?;
    let claims: serde_json::Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    claims.get("exp")?.as_u64().map(LabTime::from_secs)
}
