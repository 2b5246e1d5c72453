//! What other origins' pages are told that they may read and send: nothing, everything without cookies, or, by mistake,
//! everything.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::actors::{Bank, Device, Reply, VICTIM};
use crate::designs::{SESSION, STATELESS, mistaken};

const EVIL: &str = "http://evil.localhost:8787";

/// What an answer grants: who may read it, whether with cookies, and what may be sent.
#[derive(Debug, PartialEq)]
struct Granted<'a> {
    origin: Option<&'a str>,
    credentials: Option<&'a str>,
    methods: Option<&'a str>,
    headers: Option<&'a str>,
}

const NOTHING: Granted<'_> = Granted { origin: None, credentials: None, methods: None, headers: None };

fn granted(reply: &Reply) -> Granted<'_> {
    let said = |name: &str| reply.header(&format!("access-control-allow-{name}"));
    Granted {
        origin: said("origin"),
        credentials: said("credentials"),
        methods: said("methods"),
        headers: said("headers"),
    }
}

/// An answer is not kept for another origin than the one that it was made for.
fn varies(reply: &Reply) -> bool {
    reply.header("vary").is_some_and(|vary| vary.split(", ").any(|name| name.eq_ignore_ascii_case("origin")))
}

fn any_origin(toml: &str) -> String {
    format!("{toml}\n[cors]\nallow = \"any\"\n")
}

fn preflight(device: &Device<'_>, path: &str, method: &str) -> RequestBuilder {
    device.request(Method::OPTIONS, path).header("access-control-request-method", method)
}

/// Every kind of origin that a browser names.
fn origins(bank: &Bank) -> [String; 5] {
    let port = bank.running.address().port();
    [
        format!("http://d.localhost:{port}"),
        format!("http://blog.d.localhost:{port}"),
        EVIL.to_owned(),
        "https://d.localhost".to_owned(),
        "null".to_owned(),
    ]
}

#[tokio::test]
async fn by_default_no_origin_is_granted_anything() {
    for toml in [SESSION, STATELESS] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        for origin in origins(&bank) {
            let read = laptop.send(laptop.request(Method::GET, "/api/account").header("origin", &origin)).await.is(200);
            assert_eq!(granted(&read), NOTHING, "{origin}");
            let asked =
                preflight(&laptop, "/api/account", "GET").header("access-control-request-headers", "authorization");
            let asked = laptop.clone().send(asked.header("origin", &origin)).await.refused(405, "wrong-method");
            assert_eq!(granted(&asked), NOTHING, "{origin}");
        }
    }
}

#[tokio::test]
async fn any_origin_is_an_asterisk_and_never_with_cookies() {
    let bank = Bank::of(&any_origin(SESSION)).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let all = Granted { origin: Some("*"), ..NOTHING };
    for origin in origins(&bank) {
        let read = laptop.send(laptop.request(Method::GET, "/api/me").header("origin", &origin)).await.is(200);
        assert_eq!(granted(&read), all, "{origin}");
        assert!(varies(&read));
        let nobody = bank.device("nobody");
        let refused = nobody.request(Method::GET, "/api/me").header("origin", &origin);
        let refused = nobody.clone().send(refused).await.refused(401, "no-credential");
        assert_eq!(granted(&refused), all, "a refusal is read as well");
        let asked = preflight(&laptop, "/api/me", "GET").header("access-control-request-headers", "authorization");
        let asked = laptop.clone().send(asked.header("origin", &origin)).await.is(204);
        let sent = Granted { methods: Some("GET"), headers: Some("authorization"), ..all };
        assert_eq!(granted(&asked), sent, "{origin}");
    }
    let plain = laptop.me().await.is(200);
    assert_eq!(granted(&plain), NOTHING, "who names no origin is told nothing");
    // It is about reading: a page elsewhere starts nothing the more for it.
    let forged = laptop.request(Method::POST, "/api/comments").json(&json!({ "text": "hello" }));
    laptop.clone().send(forged.header("origin", EVIL)).await.refused(403, "cross-site");
}

#[tokio::test]
async fn by_mistake_each_origin_is_named_as_one_that_reads_with_cookies() {
    let bank = Bank::of(&mistaken(SESSION, "reflect_any_origin")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    for origin in origins(&bank) {
        let named = Granted { origin: Some(&origin), credentials: Some("true"), ..NOTHING };
        let read = laptop.send(laptop.request(Method::GET, "/api/account").header("origin", &origin)).await.is(200);
        assert_eq!(granted(&read), named, "{origin}");
        assert!(varies(&read));
        let asked = preflight(&laptop, "/api/account", "PUT").header("access-control-request-headers", "x-a, x-b");
        let asked = laptop.clone().send(asked.header("origin", &origin)).await.is(204);
        assert_eq!(granted(&asked), Granted { methods: Some("PUT"), headers: Some("x-a, x-b"), ..named }, "{origin}");
    }
    let plain = laptop.me().await.is(200);
    assert_eq!(granted(&plain), NOTHING);
}

#[tokio::test]
async fn a_preflight_only_asks() {
    let bank = Bank::of(&mistaken(SESSION, "reflect_any_origin")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let sessions: serde_json::Value = laptop.get("/auth/sessions").await.is(200).json();
    let id = sessions[0]["id"].as_str().expect("is listed").to_owned();
    let path = format!("/auth/sessions/{id}");
    let asked = laptop.clone().send(preflight(&laptop, &path, "DELETE").header("origin", EVIL)).await.is(204);
    assert_eq!((granted(&asked).methods, granted(&asked).headers), (Some("DELETE"), None));
    assert!(asked.body.is_empty() && asked.set_cookies.is_empty());
    laptop.me().await.is(200);
    // What it asks for is decided when it comes: the defence against forged requests is not put off by a grant.
    let forged = laptop.request(Method::DELETE, &path).header("origin", EVIL);
    laptop.clone().send(forged).await.refused(403, "cross-site");
    laptop.me().await.is(200);
    // Without the method that is asked for it is no preflight, and without an origin nobody asks.
    let plain = laptop.request(Method::OPTIONS, "/api/me").header("origin", EVIL);
    let plain = laptop.clone().send(plain).await.refused(405, "wrong-method");
    assert_eq!(granted(&plain).origin, Some(EVIL));
    laptop.clone().send(preflight(&laptop, "/api/me", "GET")).await.refused(405, "wrong-method");
}
