//! An actor's HTTP client: it keeps credentials as a browser and its page do, and sends what a browser would send.

mod hand;

use anyhow::Context;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_shared::api::{LoginReply, Me};
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Carrier, Design, Renewal};
use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use super::actor::Actor;
use super::client::Reply;
use super::exchange::Purpose;
use crate::browser::{Decision, Jar, Place, Receipt, Request, RequestKind, Storage};

pub(crate) use hand::Seen;

/// The keys under which the bank's page keeps its tokens.
const ACCESS_KEY: &str = "access_token";
const REFRESH_KEY: &str = "refresh_token";

/// One actor's client.
pub(crate) struct Agent {
    pub(crate) actor: Actor,
    /// Whom it logs in as.
    pub(crate) account: Account,
    /// Who the server said it is, at the last login.
    pub(crate) me: Option<Me>,
    /// Whose credentials these are copies of, and since when.
    pub(crate) copied: Option<(Actor, LabTime)>,
    /// How often it was given fresh credentials for a password.
    pub(crate) logins: usize,
    /// Whether its access credential came out of a renewal that nobody need watch.
    pub(crate) renewed: bool,
    jar: Jar,
    storage: Storage,
    /// Requests that it saw and sends again.
    repeats: Vec<Seen>,
    /// The bank's page, from which its script sends.
    page: Url,
}

/// An e-mail address and a password.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) email: String,
    pub(crate) password: String,
}

/// What to send.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) method: &'static str,
    /// A path of the bank's; after a redirect, a whole address.
    pub(crate) path: String,
    /// A JSON body.
    pub(crate) body: Option<serde_json::Value>,
    pub(crate) purpose: Purpose,
}

impl Ask {
    pub(crate) fn get(path: &str, purpose: Purpose) -> Self {
        Self { method: "GET", path: path.to_owned(), body: None, purpose }
    }

    pub(crate) fn post(path: &str, body: Option<serde_json::Value>, purpose: Purpose) -> Self {
        Self { method: "POST", path: path.to_owned(), body, purpose }
    }

    /// What a redirect asks for next (Fetch standard, "HTTP-redirect fetch"); None where the reply is no redirect. `from`
    /// is the address that answered.
    pub(crate) fn redirected(&self, from: &Url, reply: &Reply) -> Option<Self> {
        let becomes_get = match reply.status {
            301 | 302 => self.method == "POST",
            303 => self.method != "GET",
            307 | 308 => false,
            _ => return None,
        };
        let to = from.join(reply.header("location")?).ok()?;
        Some(match becomes_get {
            true => Self { method: "GET", path: to.into(), body: None, purpose: self.purpose },
            false => Self { path: to.into(), ..self.clone() },
        })
    }
}

/// A request that is ready to be sent, and what was decided about its cookies.
pub(crate) struct Prepared {
    pub(crate) request: reqwest::Request,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
    pub(crate) cookies: Vec<Decision>,
    pub(crate) url: Url,
    pub(crate) method: &'static str,
}

/// One credential in an agent's hands.
pub(crate) struct Held {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) attributes: Vec<String>,
    pub(crate) since: Option<LabTime>,
    pub(crate) expires: Option<LabTime>,
}

impl Agent {
    pub(crate) fn new(actor: Actor, account: Account, page: Url) -> Self {
        let (jar, storage) = (Jar::new(), Storage::new());
        Self {
            actor,
            account,
            me: None,
            copied: None,
            logins: 0,
            renewed: false,
            jar,
            storage,
            repeats: Vec::new(),
            page,
        }
    }

    /// The `User-Agent`, by which an admin tells devices apart.
    pub(crate) fn user_agent(&self) -> &'static str {
        match self.actor {
            Actor::Laptop => "Laptop",
            Actor::Phone => "Phone",
            Actor::Attacker => "Attacker",
            Actor::Bystander => "Bystander",
            Actor::Admin => "Admin",
        }
    }

    /// Makes the request that the bank's own page would send, deciding about each cookie.
    pub(crate) fn prepare(&mut self, design: &Design, ask: &Ask, now: LabTime) -> anyhow::Result<Prepared> {
        let url = self.page.join(&ask.path).with_context(|| format!("{} is no path", ask.path))?;
        let kind = RequestKind::Fetch { credentials: false };
        let sent = Request { url: &url, method: ask.method, initiator: Some(&self.page), kind };
        let cookies = self.jar.decide(&sent, now);
        let mut headers = vec![("user-agent".to_owned(), self.user_agent().to_owned())];
        headers.push(("accept".to_owned(), "application/json".to_owned()));
        headers.extend(sent.origin_header().map(|origin| ("origin".to_owned(), origin)));
        headers.extend(sent.sec_fetch().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())));
        // A redirect to elsewhere loses the header; cookies are decided about in any case.
        let bearer = self.bearer(design).filter(|_| url.origin() == self.page.origin());
        headers.extend(bearer.map(|token| ("authorization".to_owned(), format!("Bearer {token}"))));
        headers.extend(Jar::header(&cookies).map(|line| ("cookie".to_owned(), line)));
        self.repeated(ask.method, &ask.path, &mut headers);
        let body = ask.body.as_ref().map(serde_json::Value::to_string);
        if body.is_some() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let method = ask.method.parse().context("is a method")?;
        let mut request = reqwest::Request::new(method, url.clone());
        for (name, value) in &headers {
            let value = HeaderValue::from_str(value).with_context(|| format!("{name} can't be sent"))?;
            request.headers_mut().insert(HeaderName::from_bytes(name.as_bytes()).context("is a header")?, value);
        }
        *request.body_mut() = body.clone().map(Into::into);
        Ok(Prepared { request, headers, body, cookies, url, method: ask.method })
    }

    /// Takes in the cookies of a response.
    pub(crate) fn receive(&mut self, url: &Url, method: &'static str, reply: &Reply, now: LabTime) -> Vec<Receipt> {
        let kind = RequestKind::Fetch { credentials: false };
        let sent = Request { url, method, initiator: Some(&self.page), kind };
        let lines = reply.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        lines.map(|(_, line)| self.jar.receive(line.as_bytes(), &sent, now)).collect()
    }

    /// Keeps the tokens of a login or refresh reply where the design says that the page keeps them.
    pub(crate) fn keep(&mut self, design: &Design, reply: &LoginReply) -> anyhow::Result<()> {
        if let Some(token) = &reply.access_token {
            self.store(access_place(design), ACCESS_KEY, token)?;
        }
        if let Some(token) = &reply.refresh_token {
            self.store(Place::LocalStorage, REFRESH_KEY, token)?;
        }
        Ok(())
    }

    fn store(&mut self, place: Place, key: &str, token: &str) -> anyhow::Result<()> {
        self.storage
            .set(place, &self.page, key, token)
            .map_err(|why| anyhow::anyhow!("the page can't keep {key}: {why:?}"))
    }

    /// Forgets everything that a log-out makes a client forget.
    pub(crate) fn forget(&mut self) {
        self.jar.clear();
        self.storage.clear();
        self.repeats.clear();
        self.copied = None;
    }

    /// The access token that the page's script attaches.
    fn bearer(&self, design: &Design) -> Option<&str> {
        match design.carry.access {
            Carrier::Cookie => None,
            _ => self.storage.item(access_place(design), &self.page, ACCESS_KEY),
        }
    }

    /// The refresh token, where the page keeps it and must send it in the body.
    pub(crate) fn refresh_in_body(&self) -> Option<serde_json::Value> {
        let token = self.storage.item(Place::LocalStorage, &self.page, REFRESH_KEY)?;
        Some(serde_json::json!({ "refresh_token": token }))
    }

    /// Whether it can renew after a 401: it has a refresh token and the design leaves renewing to the client.
    pub(crate) fn can_renew(&self, design: &Design, now: LabTime) -> bool {
        let explicit = design.refresh.as_ref().is_some_and(|refresh| refresh.renewal == Renewal::Explicit);
        explicit && (self.refresh_in_body().is_some() || self.cookie(&design.refresh_cookie().0, now))
    }

    /// Whether it holds anything that could let it in.
    pub(crate) fn holds_any(&self, now: LabTime) -> bool {
        self.jar.cookies(now).next().is_some() || self.storage.items(&self.page).next().is_some()
    }

    fn cookie(&self, name: &str, now: LabTime) -> bool {
        self.jar.cookies(now).any(|cookie| cookie.name == name)
    }

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

fn access_place(design: &Design) -> Place {
    match design.carry.access {
        Carrier::LocalStorage => Place::LocalStorage,
        _ => Place::Memory,
    }
}

/// The `exp` claim of a value that looks like a token. Anybody may read it; nobody needs a key for that.
fn readable_end(value: &str) -> Option<LabTime> {
    let payload = value.split('.').nth(1)?;
    let claims: serde_json::Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    claims.get("exp")?.as_u64().map(LabTime::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &'static str, status: u16, to: &str, expected: Option<(&str, &str, bool)>) {
        let from = Url::parse("http://bank.localhost/a/b").expect("is an address");
        let ask = Ask { method, path: "/a/b".to_owned(), body: Some(serde_json::json!(1)), purpose: Purpose::Action };
        let headers = vec![("location".to_owned(), to.to_owned())];
        let next = ask.redirected(&from, &Reply { status, headers, body: String::new(), micros: 0 });
        let next = next.as_ref().map(|next| (next.method, next.path.as_str(), next.body.is_some()));
        assert_eq!(next, expected, "{method} {status} {to}");
    }

    #[test]
    fn each_redirect_is_a_request_of_its_own() {
        check("POST", 302, "/login", Some(("GET", "http://bank.localhost/login", false)));
        check("DELETE", 302, "c", Some(("DELETE", "http://bank.localhost/a/c", true)));
        check("DELETE", 303, "c", Some(("GET", "http://bank.localhost/a/c", false)));
        check("POST", 307, "//evil.localhost/", Some(("POST", "http://evil.localhost/", true)));
        check("GET", 301, "http://[", None);
        check("GET", 200, "/login", None);
    }

    #[test]
    fn a_token_stays_with_its_origin() {
        let toml = "title = \"t\"\nsummary = \"s\"\nkind = \"jwt\"\n[carry]\naccess = \"memory\"\n[jwt]\nalg = \"HS256\"\naccess_ttl = \"5m\"\naudience = \"bank\"\n";
        let design = Design::parse("d", "d.toml", toml).expect("is a design");
        let page = Url::parse("http://d.localhost/").expect("is an address");
        let account = Account { email: String::new(), password: String::new() };
        let mut agent = Agent::new(Actor::Laptop, account, page);
        agent.store(Place::Memory, ACCESS_KEY, "secret").expect("fits");
        let mut sends = |path: &str| {
            let ask = Ask::get(path, Purpose::Action);
            let prepared = agent.prepare(&design, &ask, LabTime::START).expect("can be sent");
            prepared.headers.iter().any(|(name, _)| name == "authorization")
        };
        assert!(sends("/api/me"));
        assert!(!sends("http://evil.localhost/"));
    }
}
