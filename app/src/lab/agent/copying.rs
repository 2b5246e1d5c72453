//! What a thief copies where it does not have the whole device: what a script can read, and what one request shows.

use anyhow::Context;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Carrier, Design};

use super::{ACCESS_KEY, Agent, REFRESH_KEY, access_place};
use crate::browser::{Place, StoredCookie};
use crate::lab::exchange::Exchange;

impl Agent {
    /// Copies what a script in the other's open page can read: the page's own storage, and the cookies that are not
    /// HttpOnly. Answers what that was, in words.
    pub(crate) fn read_by_script(&mut self, from: &Self, now: LabTime) -> Vec<String> {
        self.forget();
        let mut read = Vec::new();
        // A frame of the same origin shows the page the cookies of other paths too.
        let paths = ["/", "/auth/"].map(|path| from.page.join(path).unwrap_or_else(|_| from.page.clone()));
        for cookie in paths.iter().flat_map(|page| from.jar.visible_to_script(page, now)) {
            let words = format!("the cookie {}", cookie.name);
            if !read.contains(&words) {
                self.jar.put(cookie.clone());
                read.push(words);
            }
        }
        for (place, key, value) in from.storage.items(&from.page) {
            if self.storage.set(place, &self.page, key, value).is_ok() {
                let place = if place == Place::LocalStorage { "localStorage" } else { "the page's memory" };
                read.push(format!("{key} in {place}"));
            }
        }
        self.note_copy(from, !read.is_empty(), now);
        read
    }

    /// Takes up what a script in somebody's page has sent home, in place of what it holds: cookies as `document.cookie` has
    /// them, what lay in localStorage, and the token that the page attached to a request. Answers what that was, in words.
    pub(crate) fn take_home(
        &mut self,
        from: &Self,
        cookies: &str,
        local: &[(String, String)],
        token: Option<&str>,
        now: LabTime,
    ) -> Vec<String> {
        self.forget();
        let mut read = Vec::new();
        for (name, value) in cookies.split("; ").filter_map(|pair| pair.split_once('=')) {
            self.jar.put(StoredCookie { value: value.to_owned(), ..self.blank_cookie(name, now) });
            read.push(format!("the cookie {name}"));
        }
        for (key, value) in local {
            if self.storage.set(Place::LocalStorage, &self.page, key, value).is_ok() {
                read.push(format!("{key} in localStorage"));
            }
        }
        // What lies in localStorage has a name; what is in the page's memory is heard when it is sent.
        let heard = token.filter(|token| !local.iter().any(|(_, value)| value == token));
        if let Some(token) = heard
            && self.storage.set(Place::Memory, &self.page, ACCESS_KEY, token).is_ok()
        {
            read.push(format!("{ACCESS_KEY} in the page's memory"));
        }
        self.note_copy(from, !read.is_empty(), now);
        read
    }

    /// The cookies that no script can read.
    pub(crate) fn hidden_from_script(&self, now: LabTime) -> Vec<String> {
        self.jar.cookies(now).filter(|cookie| cookie.http_only).map(|cookie| cookie.name.clone()).collect()
    }

    /// Copies the credentials that one request of the other's carried. Answers which, in words.
    pub(crate) fn read_on_the_wire(
        &mut self,
        from: &Self,
        sent: &Exchange,
        design: &Design,
        now: LabTime,
    ) -> anyhow::Result<Vec<String>> {
        self.forget();
        let mut read = Vec::new();
        for (name, value) in sent.request_headers.iter() {
            match name {
                "authorization" => {
                    let (_, token) = value.split_once(' ').context("the scheme comes before the token")?;
                    self.store(access_place(design), ACCESS_KEY, token)?;
                    read.push("the access token".to_owned());
                }
                "cookie" => {
                    for (name, value) in value.split("; ").filter_map(|pair| pair.split_once('=')) {
                        self.put_cookie(from, name, value, now);
                        read.push(format!("the cookie {name}"));
                    }
                }
                _ => {}
            }
        }
        let body: Option<serde_json::Value> = sent.request_body.as_deref().and_then(|b| serde_json::from_str(b).ok());
        if let Some(token) = body.as_ref().and_then(|body| body["refresh_token"].as_str()) {
            self.store(Place::LocalStorage, REFRESH_KEY, token)?;
            read.push("the refresh token".to_owned());
        }
        self.note_copy(from, !read.is_empty(), now);
        Ok(read)
    }

    /// Takes what a store knows a secret by for the secret itself, which it is where nobody hashed it.
    pub(crate) fn take_for_a_credential(
        &mut self,
        design: &Design,
        key: &[u8],
        is_refresh: bool,
        now: LabTime,
    ) -> anyhow::Result<()> {
        let value = as_sent(key);
        let (carrier, name, place, item) = match is_refresh {
            true => (design.carry.refresh, design.refresh_cookie().0, Place::LocalStorage, REFRESH_KEY),
            false => (Some(design.carry.access), design.access_cookie(), access_place(design), ACCESS_KEY),
        };
        match carrier {
            Some(Carrier::Cookie) => self.jar.put(StoredCookie { value, ..self.blank_cookie(&name, now) }),
            _ => self.store(place, item, &value)?,
        }
        Ok(())
    }

    /// A cookie that goes to the bank alone, with everything.
    pub(super) fn blank_cookie(&self, name: &str, now: LabTime) -> StoredCookie {
        StoredCookie {
            name: name.to_owned(),
            value: String::new(),
            domain: self.page.host_str().unwrap_or_default().to_owned(),
            host_only: true,
            path: "/".to_owned(),
            expires: None,
            created: now,
            last_access: now,
            secure: true,
            http_only: true,
            same_site: None,
            partition: None,
        }
    }

    /// Puts in a cookie of which only name and value were seen; where it goes is as with whose it was. When it ends, nobody
    /// said.
    fn put_cookie(&mut self, from: &Self, name: &str, value: &str, now: LabTime) {
        let host = self.page.host_str().unwrap_or_default();
        let seen = from.jar.copy_of(name, host).unwrap_or_else(|| self.blank_cookie(name, now));
        self.jar.put(StoredCookie { value: value.to_owned(), expires: None, ..seen });
    }

    fn note_copy(&mut self, from: &Self, anything: bool, now: LabTime) {
        if anything {
            self.note_copy_of(from.actor, now);
            self.me = from.me.clone();
        }
    }
}

/// The text that a secret is sent as: a random one fills its place, a short one is text followed by zeros.
fn as_sent(key: &[u8]) -> String {
    let short = key.iter().rposition(|octet| *octet != 0).map_or(key, |last| &key[..=last]);
    // A random octet may be zero too, and then the others still make no text.
    let is_text = short.len() < key.len() && short.iter().all(u8::is_ascii_graphic);
    match str::from_utf8(short) {
        Ok(text) if is_text => text.to_owned(),
        _ => BASE64_URL_SAFE_NO_PAD.encode(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_secret_that_ends_in_zero_is_still_sent_as_base64url() {
        let mut random = [0xe9; 32];
        random[31] = 0;
        assert_eq!(as_sent(&random), BASE64_URL_SAFE_NO_PAD.encode(random));
    }

    #[test]
    fn a_short_secret_is_sent_as_its_text() {
        let mut short = [0; 32];
        short[..4].copy_from_slice(b"1042");
        assert_eq!(as_sent(&short), "1042");
    }
}
