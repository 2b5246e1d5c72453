//! Credentials taken out of a client and put into it by hand, as developer tools and scripts let anybody do.

use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Carrier, Design};

use super::{ACCESS_KEY, Agent, REFRESH_KEY, access_place};
use crate::browser::{Place, StoredCookie};

/// A request with a proof of possession, as somebody saw it on the wire.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// The headers that carry the credential and its proof.
    pub(crate) headers: Vec<(String, String)>,
}

impl Agent {
    /// The access credential in its hands.
    pub(crate) fn access_credential(&self, design: &Design) -> Option<String> {
        match design.carry.access {
            Carrier::Cookie => self.cookie_value(&design.access_cookie()),
            _ => self.storage.item(access_place(design), &self.page, ACCESS_KEY).map(str::to_owned),
        }
    }

    /// The refresh token in its hands.
    pub(crate) fn refresh_credential(&self, design: &Design) -> Option<String> {
        match design.carry.refresh? {
            Carrier::Cookie => self.cookie_value(&design.refresh_cookie().0),
            _ => self.storage.item(Place::LocalStorage, &self.page, REFRESH_KEY).map(str::to_owned),
        }
    }

    /// Forgets what it holds, and takes up one access credential in its place.
    pub(crate) fn take_up(&mut self, design: &Design, credential: &str, now: LabTime) -> anyhow::Result<()> {
        self.forget();
        if design.carry.access != Carrier::Cookie {
            return self.store(access_place(design), ACCESS_KEY, credential);
        }
        let blank = self.blank_cookie(&design.access_cookie(), now);
        self.jar.put(StoredCookie { value: credential.to_owned(), ..blank });
        Ok(())
    }

    /// From now on, sends what was seen again wherever it asks for the same.
    pub(crate) fn repeat(&mut self, seen: Vec<Seen>) {
        self.repeats = seen;
    }

    /// The headers that it repeats in the place of its own.
    pub(super) fn repeated(&self, method: &str, path: &str) -> impl Iterator<Item = (&str, &str)> {
        let seen = self.repeats.iter().find(|seen| seen.method == method && seen.path == path);
        seen.into_iter().flat_map(|seen| &seen.headers).map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn cookie_value(&self, name: &str) -> Option<String> {
        let host = self.page.host_str().unwrap_or_default();
        self.jar.copy_of(name, host).map(|cookie| cookie.value)
    }
}
