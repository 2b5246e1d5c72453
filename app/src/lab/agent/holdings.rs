//! What an agent holds: for screens, for the rhythm of asking, and for a thief who copies it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::Design;

use super::{ACCESS_KEY, Agent};
use crate::browser::Place;
use crate::lab::actor::Actor;

/// More copies than a thief is asked about; the oldest make room.
const MOST_COPIES: usize = 256;

/// One credential in an agent's hands.
pub(crate) struct Held {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) attributes: Vec<String>,
    /// What else decides where a cookie goes, and goes without saying.
    pub(crate) unsaid: Vec<String>,
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
            self.note_copy_of(from.actor, now);
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
            attributes.extend((!cookie.host_only).then(|| format!("Domain={}", cookie.domain)));
            // What a well-made cookie has is missed where it is not there.
            attributes.extend((!cookie.http_only).then(|| "no HttpOnly".to_owned()));
            attributes.extend((!cookie.secure).then(|| "no Secure".to_owned()));
            attributes.extend(cookie.same_site.is_none().then(|| "no SameSite".to_owned()));
            let prefix = ["__Host-", "__Secure-"].into_iter().find(|prefix| cookie.name.starts_with(prefix));
            let mut unsaid: Vec<String> = prefix.map(str::to_owned).into_iter().collect();
            unsaid.extend(cookie.host_only.then(|| "no Domain".to_owned()));
            unsaid.push(if cookie.expires.is_some() { "Expires" } else { "no Expires" }.to_owned());
            Held {
                name: cookie.name.clone(),
                value: cookie.value.clone(),
                attributes,
                unsaid,
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
            unsaid: Vec::new(),
            since: None,
            expires: readable_end(value),
        });
        cookies.chain(tokens).collect()
    }

    /// Notes that what it holds now was copied from somebody.
    pub(crate) fn note_copy_of(&mut self, from: Actor, now: LabTime) {
        self.copied = Some((from, now));
        for held in self.holdings(now) {
            if self.copied_at(&held.value).is_none() {
                self.ever_copied.push((held.value, now));
            }
        }
        let surplus = self.ever_copied.len().saturating_sub(MOST_COPIES);
        self.ever_copied.drain(..surplus);
    }

    /// When it copied a value first; None where it never did.
    pub(crate) fn copied_at(&self, value: &str) -> Option<LabTime> {
        self.ever_copied.iter().find(|(copied, _)| copied == value).map(|(_, at)| *at)
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
