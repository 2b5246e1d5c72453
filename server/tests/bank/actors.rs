//! A bank to test, and people who use it: each device keeps its credentials as its design says.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lockstep_server::{Config, DemoServer, Journal, Running, SeedUser, ServerError};
use lockstep_shared::api::{LoginReply, Me, Problem};
use lockstep_shared::clock::{Clock, LabTime};
use lockstep_shared::design::{Carrier, Design};
use lockstep_shared::trace::{Act, Trace};
use reqwest::header::{self, HeaderMap};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::designs::parse;
use crate::signed::{Own, Proof};

pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const VICTIM: &str = "victim@bank.test";
pub(crate) const BYSTANDER: &str = "bystander@bank.test";
pub(crate) const ADMIN: &str = "admin@bank.test";

/// A running bank with three users: two of them, the victim and the admin, are admins.
pub(crate) struct Bank {
    pub(crate) running: Running,
    client: reqwest::Client,
    designs: Vec<Design>,
}

pub(crate) fn config(designs: &[(&str, &str)], files: Option<PathBuf>) -> Config {
    let user = |email: &str, admin| SeedUser { email: email.to_owned(), password: PASSWORD.to_owned(), admin };
    Config {
        designs: designs.iter().map(|(id, toml)| parse(id, toml)).collect(),
        default: None,
        listen: ([127, 0, 0, 1], 0).into(),
        clock: Clock::manual(LabTime::START),
        users: vec![user(VICTIM, true), user(BYSTANDER, false), user(ADMIN, true)],
        publisher: None,
        visits: false,
        files,
        redis: None,
        journal: Journal::WriteAhead,
        store_wait: Config::STORE_WAIT,
        nodes: 1,
    }
}

impl Bank {
    /// A bank that serves one design, as `d`.
    pub(crate) async fn of(toml: &str) -> Self {
        Self::open(config(&[("d", toml)], None)).await.expect("starts")
    }

    pub(crate) async fn open(config: Config) -> Result<Self, ServerError> {
        let designs = config.designs.clone();
        let running = DemoServer::start(config).await?;
        let mut client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        for design in &designs {
            client = client.resolve(&format!("{}.localhost", design.id), running.address());
        }
        // Where a design can move to.
        let client = client.resolve("moved.localhost", running.address());
        let client = client.build().expect("a client needs nothing");
        Ok(Self { running, client, designs })
    }

    /// A request to any host, such as one that no client's resolver knows.
    pub(crate) async fn ask(&self, method: Method, host: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.tell(method, host, path, headers, Vec::new()).await
    }

    /// The same with a body.
    pub(crate) async fn tell(
        &self,
        method: Method,
        host: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Reply {
        let request = self.client.request(method, format!("http://{}{path}", self.running.address()));
        let request = request.header(header::HOST, host);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Reply::of(self, if body.is_empty() { request } else { request.body(body) }).await
    }

    pub(crate) fn advance(&self, secs: u64) {
        self.running.clock().advance(Duration::from_secs(secs));
    }

    pub(crate) fn advance_ms(&self, ms: u64) {
        self.running.clock().advance(Duration::from_millis(ms));
    }

    /// A device of somebody's, at the first design.
    pub(crate) fn device(&self, name: &str) -> Device<'_> {
        self.device_at(&self.designs[0].id, name)
    }

    pub(crate) fn device_at(&self, design: &str, name: &str) -> Device<'_> {
        let design = self.designs.iter().find(|known| known.id == design).expect("the design is served");
        let (name, design) = (name.to_owned(), design.clone());
        let (host, port) = (format!("{}.localhost", design.id), self.running.address().port());
        Device {
            bank: self,
            name,
            host,
            port,
            design,
            cookies: BTreeMap::new(),
            access: None,
            refresh: None,
            key: Arc::new(Own::ec()),
            nonce: None,
        }
    }

    /// The same device, which speaks to one node alone.
    pub(crate) fn at_node<'a>(&self, number: usize, device: &Device<'a>) -> Device<'a> {
        Device { port: self.running.nodes()[number - 1].port(), ..device.clone() }
    }

    /// A device on which somebody has just logged in.
    pub(crate) async fn logged_in(&self, email: &str, name: &str) -> Device<'_> {
        let mut device = self.device(name);
        device.log_in(email, PASSWORD).await.is(200);
        device
    }
}

/// One device with what it holds.
#[derive(Clone)]
pub(crate) struct Device<'a> {
    bank: &'a Bank,
    name: String,
    /// Where it finds the bank.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) design: Design,
    /// Name to path and value.
    pub(crate) cookies: BTreeMap<String, (String, String)>,
    pub(crate) access: Option<String>,
    pub(crate) refresh: Option<String>,
    /// The key that its tokens are bound to, in a design that demands proofs.
    pub(crate) key: Arc<Own>,
    /// The nonce that the server gave last.
    pub(crate) nonce: Option<String>,
}

impl Device<'_> {
    /// A request to the design's host, with what this device attaches.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = self.address(path);
        let mut request = self.bank.client.request(method.clone(), &url).header(header::USER_AGENT, &self.name);
        let cookies = self.cookies.iter().filter(|(_, (at, _))| path.starts_with(at.as_str()));
        let cookies: Vec<_> = cookies.map(|(name, (_, value))| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if self.design.check.dpop {
            let now = self.bank.running.clock().now().secs();
            let mut proof = Proof::of(method.as_str(), &url, now, self.access.as_deref());
            proof.nonce(self.nonce.as_deref());
            request = request.header("dpop", proof.signed(&self.key));
        }
        match &self.access {
            Some(access) if self.design.check.dpop => request.header(header::AUTHORIZATION, format!("DPoP {access}")),
            Some(access) => request.bearer_auth(access),
            None => request,
        }
    }

    /// The whole address of a path of this design's.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://{}:{}{path}", self.host, self.port)
    }

    /// Sends a request and keeps the cookies and tokens that come back.
    pub(crate) async fn send(&mut self, request: RequestBuilder) -> Reply {
        let reply = Reply::of(self.bank, request).await;
        for line in &reply.set_cookies {
            let (pair, attributes) = line.split_once("; ").expect("has attributes");
            let (name, value) = pair.split_once('=').expect("is a pair");
            let path =
                attributes.split("; ").find_map(|attribute| attribute.strip_prefix("Path=")).expect("has a path");
            match attributes.contains("Max-Age=0") {
                true => drop(self.cookies.remove(name)),
                false => drop(self.cookies.insert(name.to_owned(), (path.to_owned(), value.to_owned()))),
            }
        }
        if let Ok(login) = serde_json::from_str::<LoginReply>(&reply.body) {
            self.access = login.access_token.or(self.access.take());
            self.refresh = login.refresh_token.or(self.refresh.take());
        }
        reply
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn delete(&mut self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn register(&mut self, email: &str, password: &str) -> Reply {
        self.post("/auth/register", &json!({ "email": email, "password": password })).await
    }

    pub(crate) async fn log_in(&mut self, email: &str, password: &str) -> Reply {
        self.post("/auth/login", &json!({ "email": email, "password": password })).await
    }

    pub(crate) async fn me(&mut self) -> Reply {
        self.get("/api/me").await
    }

    pub(crate) async fn admin_page(&mut self) -> Reply {
        self.get("/api/admin/users").await
    }

    /// Refreshes with what this device holds.
    pub(crate) async fn refresh(&mut self) -> Reply {
        let body = self.refresh_body();
        self.post("/auth/refresh", &body).await
    }

    /// Logs out and, as every client does, forgets.
    pub(crate) async fn log_out(&mut self) -> Reply {
        let body = self.refresh_body();
        let reply = self.post("/auth/logout", &body).await;
        self.forget();
        reply
    }

    pub(crate) fn forget(&mut self) {
        self.cookies.clear();
        self.access = None;
        self.refresh = None;
    }

    pub(crate) fn refresh_body(&self) -> Value {
        match &self.refresh {
            Some(token) => json!({ "refresh_token": token }),
            None => json!({}),
        }
    }

    /// The access credential, wherever it is kept.
    pub(crate) fn credential(&self) -> String {
        let cookie = || self.cookies.get(&self.design.access_cookie()).map(|(_, value)| value.clone());
        self.access.clone().or_else(cookie).expect("holds an access credential")
    }

    /// Another device that holds the same access credential and nothing else.
    pub(crate) fn thief(&self) -> Self {
        self.with_credential(&self.credential())
    }

    /// Another device that holds the same, but for the key.
    pub(crate) fn with_key(&self, key: Own) -> Self {
        let mut thief = self.clone();
        thief.key = Arc::new(key);
        thief
    }

    /// Another device that holds this as its access credential and nothing else.
    pub(crate) fn with_credential(&self, credential: &str) -> Self {
        let mut thief = self.clone();
        thief.name = "thief".to_owned();
        thief.forget();
        match self.design.carry.access {
            Carrier::Cookie => {
                thief.cookies.insert(self.design.access_cookie(), ("/".to_owned(), credential.to_owned()));
            }
            _ => thief.access = Some(credential.to_owned()),
        }
        thief
    }
}

fn is_challenge(challenge: &str) -> bool {
    ["Bearer", "DPoP"]
        .iter()
        .any(|scheme| challenge.strip_prefix(scheme).is_some_and(|rest| rest.starts_with(" realm=\"bank\"")))
}

/// What came back, and what the server says that it did.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) set_cookies: Vec<String>,
    pub(crate) body: String,
    pub(crate) trace: Option<Trace>,
}

impl Reply {
    async fn of(bank: &Bank, request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = |name| headers.get(name).map(|value: &header::HeaderValue| value.to_str().expect("is ASCII"));
        let id = text(header::HeaderName::from_static("x-request-id"));
        let trace = id.and_then(|id| bank.running.trace(id.parse().expect("is a number")));
        let lines = headers.get_all(header::SET_COOKIE).iter();
        let set_cookies = lines.map(|line| line.to_str().expect("is ASCII").to_owned()).collect();
        let body = response.text().await.expect("the body is text");
        Self { status, headers, set_cookies, body, trace }
    }

    /// It has this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// It is a problem (RFC 9457) with this status and this reason.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, reason: &str) -> Self {
        let reply = self.is(status);
        let problem = reply.problem();
        assert_eq!(problem.reason, reason, "{}", problem.detail);
        reply
    }

    /// The problem that it is, checked for its form.
    #[track_caller]
    pub(crate) fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.body);
        let problem: Problem = serde_json::from_str(&self.body).expect("is a problem");
        assert_eq!((problem.kind.as_str(), problem.status), ("about:blank", self.status));
        assert!(!problem.title.is_empty() && !problem.detail.is_empty() && !problem.reason.is_empty());
        assert!(problem.reason.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", problem.reason);
        let challenge = self.header("www-authenticate");
        if self.status == 401 {
            assert!(challenge.is_some_and(is_challenge), "{challenge:?}");
        }
        if self.status == 403 {
            let scope = challenge == Some("Bearer realm=\"bank\", error=\"insufficient_scope\"");
            assert_eq!((scope, challenge.is_some()), (problem.reason == "not-admin", scope), "{challenge:?}");
        }
        problem
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("is ASCII"))
    }

    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn me(&self) -> Me {
        self.json()
    }

    pub(crate) fn acts(&self) -> Vec<Act> {
        let trace = self.trace.as_ref().expect("the request was traced");
        trace.acts.iter().map(|timed| timed.act.clone()).collect()
    }
}
