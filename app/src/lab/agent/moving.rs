//! What becomes of a client's credentials where the bank moves to another host name.

use lockstep_shared::clock::LabTime;
use url::Url;

use super::Agent;
use crate::browser::Place;
use crate::lab::actor::Actor;

impl Agent {
    /// The bank's page is opened at another address from now on. What a browser keeps belongs to the old one: its cookies
    /// to the host, its localStorage to the origin, and variables to the page, which is closed. A thief has its copies as
    /// text, and sends them wherever it likes.
    pub(crate) fn moved(&mut self, page: Url) {
        let old = std::mem::replace(&mut self.page, page);
        if self.actor != Actor::Attacker {
            self.storage.close_pages();
            return;
        }
        let host = self.page.host_str().unwrap_or_default().to_owned();
        let cookies: Vec<_> = self.jar.cookies(LabTime::default()).cloned().collect();
        self.jar.clear();
        for mut cookie in cookies {
            cookie.domain.clone_from(&host);
            self.jar.put(cookie);
        }
        let owned = |(place, key, value): (Place, &str, &str)| (place, key.to_owned(), value.to_owned());
        let tokens: Vec<_> = self.storage.items(&old).map(owned).collect();
        self.storage.clear();
        for (place, key, value) in tokens {
            // What fitted into one origin's storage fits into the other's.
            let _ = self.storage.set(place, &self.page, &key, &value);
        }
    }
}
