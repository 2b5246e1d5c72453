//! An actor's HTTP client: it keeps credentials as a browser and its page do, and sends what a browser would send.

mod ask;
mod copying;
mod hand;
mod holdings;
mod moving;

use anyhow::Context;
use lockstep_shared::api::{CSRF_HEADER, LoginReply, Me};
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Carrier, Design, Renewal};
use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use super::actor::Actor;
use super::client::Reply;
use super::headers::Headers;
use super::prover::{PROOF, Prover};
use crate::browser::{Decision, Jar, Place, Receipt, Request, Storage, octets};

pub(crate) use ask::{Ask, Sender};
pub(crate) use hand::Seen;
pub(crate) use holdings::Held;

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
    /// Everything that it ever copied, and when first; the latest is last.
    ever_copied: Vec<(String, LabTime)>,
    /// How often it was given fresh credentials for a password.
    pub(crate) logins: usize,
    /// Whether its access credential came out of a renewal that nobody need watch.
    pub(crate) renewed: bool,
    jar: Jar,
    storage: Storage,
    /// The key of its own, where the design demands proofs of one.
    prover: Option<Prover>,
    /// Requests that it saw and sends again.
    repeats: Vec<Seen>,
    /// Whether it is no browser but a program, which keeps no cookies and says nothing of pages.
    is_program: bool,
    /// The bank's page, from which its script sends.
    page: Url,
}

/// An e-mail address and a password.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) email: String,
    pub(crate) password: String,
}

/// A request that is ready to be sent, and what was decided about its cookies.
pub(crate) struct Prepared {
    pub(crate) request: reqwest::Request,
    pub(crate) headers: Headers,
    pub(crate) body: Option<String>,
    pub(crate) cookies: Vec<Decision>,
    pub(crate) url: Url,
    pub(crate) method: &'static str,
    pub(crate) sender: Sender,
}

/// What a client sends that hashes the password itself: SHA-256 in hexadecimal.
pub(crate) fn hashed(password: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, password.as_bytes());
    hash.as_ref().iter().map(|octet| format!("{octet:02x}")).collect()
}

impl Agent {
    pub(crate) fn new(actor: Actor, account: Account, page: Url) -> Self {
        let (jar, storage) = (Jar::new(), Storage::new());
        Self {
            actor,
            account,
            me: None,
            copied: None,
            ever_copied: Vec::new(),
            logins: 0,
            renewed: false,
            jar,
            storage,
            prover: None,
            repeats: Vec::new(),
            is_program: false,
            page,
        }
    }

    /// The same client with a key of its own, where the design demands proofs of one.
    pub(crate) fn proving(self, design: &Design) -> Self {
        Self { prover: Prover::of(design), ..self }
    }

    /// A password as the bank's page sends it.
    pub(crate) fn as_sent(design: &Design, password: &str) -> String {
        match design.mistakes.page_sends_hash() {
            true => hashed(password),
            false => password.to_owned(),
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
            Actor::Browser => "Browser",
        }
    }

    /// Makes the request that the bank's own page would send, deciding about each cookie.
    pub(crate) fn prepare(&mut self, design: &Design, ask: &Ask, now: LabTime) -> anyhow::Result<Prepared> {
        let url = self.page.join(&ask.path).with_context(|| format!("{} is no path", ask.path))?;
        let (page, kind) = ask.sender.initiator(&self.page);
        let sent = Request { url: &url, method: ask.method, initiator: Some(page), kind };
        let cookies = self.jar.decide(&sent, now);
        let is_own = matches!(ask.sender, Sender::Own);
        let method = ask.method.parse().context("is a method")?;
        let mut request = reqwest::Request::new(method, url.clone());
        let mut put = |name: &str, value: &str| -> anyhow::Result<()> {
            // What a jar sends stands for octets, any of which a server may have set; everything else is ASCII.
            let octets = if name == "cookie" { octets::to_bytes(value).ok() } else { None };
            let line = octets.map_or_else(|| HeaderValue::from_str(value), |octets| HeaderValue::from_bytes(&octets));
            let line = line.with_context(|| format!("{name} can't be sent"))?;
            request.headers_mut().insert(HeaderName::from_bytes(name.as_bytes()).context("is a header")?, line);
            Ok(())
        };
        put("user-agent", self.user_agent())?;
        put("accept", "application/json")?;
        if !self.is_program {
            sent.origin_header().map_or(Ok(()), |origin| put("origin", &origin))?;
            sent.referer_header().map_or(Ok(()), |page| put("referer", &page))?;
            sent.sec_fetch().into_iter().try_for_each(|(name, value)| put(name, value))?;
        }
        // A redirect to elsewhere loses these headers; cookies are decided about in any case.
        let own = is_own && url.origin() == self.page.origin();
        let (token, prover) = (self.bearer(design).filter(|_| own), self.prover.as_ref().filter(|_| own));
        let scheme = if prover.is_some() { "DPoP" } else { "Bearer" };
        token.map_or(Ok(()), |token| put("authorization", &format!("{scheme} {token}")))?;
        let proof = prover.map(|prover| prover.prove(ask.method, &url, token, now));
        proof.map_or(Ok(()), |proof| put(PROOF, &proof))?;
        Jar::header(&cookies).map_or(Ok(()), |line| put("cookie", &line))?;
        let secret = self.secret_of_page(design, now).filter(|_| own);
        secret.map_or(Ok(()), |secret| put(CSRF_HEADER, &secret))?;
        ask.sender.headers().iter().try_for_each(|(name, value)| put(name, value))?;
        self.repeated(ask.method, &ask.path).try_for_each(|(name, value)| put(name, value))?;
        let (kind, body) = ask.encoded();
        kind.map_or(Ok(()), |kind| put("content-type", kind))?;
        *request.body_mut() = body.clone().map(Into::into);
        let headers = Headers::from(request.headers());
        Ok(Prepared { request, headers, body, cookies, url, method: ask.method, sender: ask.sender.clone() })
    }

    /// Takes in the cookies of a response to what was sent.
    pub(crate) fn receive(
        &mut self,
        url: &Url,
        method: &'static str,
        sender: &Sender,
        reply: &Reply,
        now: LabTime,
    ) -> Vec<Receipt> {
        if let Some(prover) = &mut self.prover {
            prover.learn(reply);
        }
        if self.is_program {
            return Vec::new();
        }
        let (page, kind) = sender.initiator(&self.page);
        let sent = Request { url, method, initiator: Some(page), kind };
        let lines = reply.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        lines.map(|(_, line)| self.jar.receive(line.as_bytes(), &sent, now)).collect()
    }

    /// Takes a cookie that a page's script sets (`document.cookie`).
    pub(crate) fn set_from(&mut self, page: &Url, line: &str, now: LabTime) -> Receipt {
        self.jar.write(line.as_bytes(), page, None, now)
    }

    /// The bank's page.
    pub(crate) fn page(&self) -> &Url {
        &self.page
    }

    /// Becomes a program that keeps no cookies.
    pub(crate) fn become_program(&mut self) {
        self.is_program = true;
        self.jar.clear();
    }

    /// What the bank's page repeats in a header, where the design asks for that.
    fn secret_of_page(&self, design: &Design, now: LabTime) -> Option<String> {
        let name = design.csrf_cookie()?;
        let seen = self.jar.visible_to_script(&self.page, now);
        seen.into_iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value.clone())
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

    /// Whether its requests carry proofs that are made with a key of its own.
    pub(crate) fn proves(&self) -> bool {
        self.prover.is_some()
    }

    /// Whether it holds anything that could let it in.
    pub(crate) fn holds_any(&self, now: LabTime) -> bool {
        self.jar.cookies(now).next().is_some() || self.storage.items(&self.page).next().is_some()
    }

    fn cookie(&self, name: &str, now: LabTime) -> bool {
        self.jar.cookies(now).any(|cookie| cookie.name == name)
    }
}

fn access_place(design: &Design) -> Place {
    match design.carry.access {
        Carrier::LocalStorage => Place::LocalStorage,
        _ => Place::Memory,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::RequestKind;
    use crate::lab::exchange::Purpose;

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
            prepared.headers.get("authorization").is_some()
        };
        assert!(sends("/api/me"));
        assert!(!sends("http://evil.localhost/"));
    }

    #[test]
    fn a_cookie_goes_back_octet_by_octet() {
        let toml = "title = \"t\"\nsummary = \"s\"\nkind = \"session\"\nstore = \"memory\"\n[carry]\naccess = \"cookie\"\n[cookie]\nhost_prefix = false\n[session]\nidle = \"30m\"\nabsolute = \"12h\"\n";
        let design = Design::parse("d", "d.toml", toml).expect("is a design");
        let page = Url::parse("http://d.localhost/").expect("is an address");
        let account = Account { email: String::new(), password: String::new() };
        let mut agent = Agent::new(Actor::Laptop, account, page.clone());
        agent.set_from(&page, "a=ä; Path=/", LabTime::START);
        let ask = Ask::get("/api/me", Purpose::Action);
        let prepared = agent.prepare(&design, &ask, LabTime::START).expect("can be sent");
        let sent = prepared.request.headers().get("cookie").map(|line| line.as_bytes().to_vec());
        assert_eq!(sent.as_deref(), Some("a=ä".as_bytes()));
    }

    #[test]
    fn the_secret_of_the_page_stays_with_its_origin() {
        let toml = "title = \"t\"\nsummary = \"s\"\nkind = \"session\"\nstore = \"memory\"\n[carry]\naccess = \"cookie\"\n[cookie]\nhost_prefix = false\n[session]\nidle = \"30m\"\nabsolute = \"12h\"\n[csrf]\ndefence = \"token\"\n";
        let design = Design::parse("d", "d.toml", toml).expect("is a design");
        let page = Url::parse("http://d.localhost/").expect("is an address");
        let account = Account { email: String::new(), password: String::new() };
        let mut agent = Agent::new(Actor::Laptop, account, page.clone());
        agent.set_from(&page, "csrf=secret; Path=/", LabTime::START);
        let mut sends = |ask: Ask| {
            let prepared = agent.prepare(&design, &ask, LabTime::START).expect("can be sent");
            prepared.headers.get(CSRF_HEADER).map(str::to_owned)
        };
        let kind = RequestKind::Fetch { credentials: true };
        let sender = Sender::Other { page: page.clone(), kind, form: false, headers: Vec::new() };
        assert_eq!(sends(Ask::get("/api/me", Purpose::Action)).as_deref(), Some("secret"));
        assert_eq!(sends(Ask::get("http://evil.localhost/", Purpose::Action)), None);
        assert_eq!(sends(Ask { sender, ..Ask::get("/api/me", Purpose::Action) }), None, "another page's script");
    }
}
