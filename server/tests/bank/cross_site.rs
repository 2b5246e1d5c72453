//! Requests that another site starts: what tells them apart, which of them pass, and what the page's secret is good for.

use lockstep_shared::api::{Account, CSRF_HEADER};
use lockstep_shared::trace::Act;
use reqwest::Method;
use serde_json::json;

use crate::actors::{ADMIN, BYSTANDER, Bank, Device, PASSWORD, Reply, VICTIM};
use crate::designs::{SEALED, SESSION, SILENT, mistaken};

/// The cookie in which the page's secret lies.
const SECRET: &str = "__Host-csrf";

fn with_token(toml: &str) -> String {
    format!("{toml}\n[csrf]\ndefence = \"token\"\n")
}

fn secret(device: &Device<'_>) -> String {
    device.cookies.get(SECRET).map(|(_, value)| value.clone()).expect("the log-in gave the page its secret")
}

/// A comment with this in the header, or with no such header, as a page of the bank's own sends it.
async fn says(device: &Device<'_>, repeated: Option<&str>) -> Reply {
    let mut request = device.request(Method::POST, "/api/comments").json(&json!({ "text": "hello" }));
    request = request.header("sec-fetch-site", "same-origin");
    if let Some(repeated) = repeated {
        request = request.header(CSRF_HEADER, repeated);
    }
    device.clone().send(request).await
}

/// The same device, whose cookie for the secret has this value.
fn holding<'a>(device: &Device<'a>, kept: &str) -> Device<'a> {
    let mut other = device.clone();
    other.cookies.insert(SECRET.to_owned(), ("/".to_owned(), kept.to_owned()));
    other
}

async fn balance(device: &Device<'_>) -> i64 {
    device.clone().get("/api/account").await.is(200).json::<Account>().balance_cents
}

#[tokio::test]
async fn unsafe_requests_of_other_sites_are_refused_before_their_body() {
    let bank = Bank::of(SESSION).await;
    let port = bank.running.address().port();
    let own = format!("http://d.localhost:{port}");
    let sibling = format!("http://e.localhost:{port}");
    let attempts: [(&[(&str, &str)], bool); 16] = [
        (&[], true),
        (&[("origin", &own)], true),
        (&[("origin", "http://evil.com")], false),
        (&[("origin", &sibling)], false),
        (&[("origin", "http://d.localhost:1")], false),
        (&[("origin", "https://d.localhost")], false),
        (&[("origin", "null")], false),
        (&[("origin", "")], false),
        (&[("sec-fetch-site", "same-origin")], true),
        (&[("sec-fetch-site", "none")], true),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("sec-fetch-site", "whatever")], false),
        (&[("sec-fetch-site", "cross-site"), ("origin", &own)], false),
        (&[("sec-fetch-site", "same-origin"), ("origin", &own)], true),
        (&[("origin", "http://evil.com"), ("content-type", "text/plain")], false),
    ];
    for (headers, passes) in attempts {
        let laptop = bank.device("laptop");
        let with = |mut request: reqwest::RequestBuilder| {
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            request
        };
        // The body is nonsense, so what passes the guard is refused for that.
        let post =
            with(laptop.request(Method::POST, "/auth/login").header("content-type", "application/json")).body("{");
        let answer = laptop.clone().send(post).await;
        match passes {
            true => drop(answer.refused(400, "malformed-body")),
            false => {
                let acts = answer.refused(403, "cross-site").trace.expect("every request leaves a trace").acts;
                let [turned_away] = acts.as_slice() else { panic!("{acts:?}") };
                assert_eq!(turned_away.act, Act::TurnedAway { reason: "cross-site".into() });
            }
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            let request = with(laptop.request(method, "/api/me"));
            let answer = laptop.clone().send(request).await;
            match passes {
                true => drop(answer.refused(405, "wrong-method")),
                false => drop(answer.refused(403, "cross-site")),
            }
        }
        let get = with(laptop.request(Method::GET, "/api/me"));
        let get = laptop.clone().send(get).await;
        // Another machine's page gets no answer of any kind, nor one that names nothing but that it is of another site.
        let is_strange = |name: &str, value: &str| name == "origin" && !value.contains("localhost") && value != "null";
        match headers == [("sec-fetch-site", "cross-site")]
            || headers.iter().any(|(name, value)| is_strange(name, value))
        {
            true => drop(get.refused(403, "foreign-origin")),
            false => drop(get.refused(401, "no-credential")),
        }
    }
    let bank = Bank::of(&format!("{SESSION}\n[csrf]\ndefence = \"none\"")).await;
    let laptop = bank.device("laptop");
    let login = |origin: &str| {
        let post = laptop.request(Method::POST, "/auth/login").header("origin", origin);
        post.json(&json!({ "email": VICTIM, "password": PASSWORD }))
    };
    laptop.clone().send(login("http://evil.localhost:1")).await.is(200);
    laptop.clone().send(login("http://evil.com")).await.refused(403, "foreign-origin");
}

#[tokio::test]
async fn the_page_repeats_the_secret_of_its_own_log_in() {
    for toml in [SESSION, SEALED, SILENT] {
        let bank = Bank::of(&with_token(toml)).await;
        let before = bank.logged_in(VICTIM, "laptop").await;
        let mut laptop = before.clone();
        let login = json!({ "email": VICTIM, "password": PASSWORD });
        let again = laptop.request(Method::POST, "/auth/login").header(CSRF_HEADER, secret(&before)).json(&login);
        let answer = laptop.send(again).await.is(200);
        let line = answer.set_cookies.iter().find(|line| line.starts_with(SECRET)).expect("gives a new one");
        assert!(line.contains("; Secure; SameSite=Lax") && !line.contains("HttpOnly"), "a script reads it: {line}");
        let (own, stale) = (secret(&laptop), secret(&before));
        let foreign = secret(&bank.logged_in(BYSTANDER, "other").await);
        assert!(own.len() >= 22 && own != stale && own != foreign, "each log-in draws 128 bits or more");

        let changed = format!("{}{}", &own[..own.len() - 1], if own.ends_with('A') { 'B' } else { 'A' });
        let (short, long) = (own[..own.len() - 1].to_owned(), format!("{own}A"));
        for (name, repeated) in [
            ("absent", None),
            ("empty", Some("")),
            ("made up", Some("made-up")),
            ("one letter changed", Some(&*changed)),
            ("cut short", Some(&*short)),
            ("with more after it", Some(&*long)),
            ("in quotes", Some(&*format!("\"{own}\""))),
            ("of the log-in before", Some(&*stale)),
            ("of another session", Some(&*foreign)),
        ] {
            let answer = says(&laptop, repeated).await;
            assert_eq!((answer.status, &*answer.problem().reason), (403, "csrf-token"), "{name}: {}", answer.body);
            let acts = answer.acts();
            assert_eq!(acts, [Act::TurnedAway { reason: "csrf-token".into() }], "{name}");
        }
        for kept in [&stale, &foreign, ""] {
            says(&holding(&laptop, kept), Some(&own)).await.refused(403, "csrf-token");
        }
        let mut bare = laptop.clone();
        bare.cookies.remove(SECRET);
        says(&bare, Some(&own)).await.refused(403, "csrf-token");
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            laptop.clone().send(laptop.request(method, "/api/me")).await.refused(403, "csrf-token");
        }
        let comments = laptop.clone().get("/api/comments").await.is(200);
        assert_eq!(comments.json::<Vec<serde_json::Value>>().len(), 0, "nothing of it was done: {}", comments.body);
        says(&laptop, Some(&own)).await.is(201);
    }
}

#[tokio::test]
async fn before_there_is_a_secret_the_browsers_word_has_to_do() {
    let bank = Bank::of(&with_token(SESSION)).await;
    let laptop = bank.device("laptop");
    let login = |site: &str| {
        let login = json!({ "email": VICTIM, "password": PASSWORD });
        laptop.request(Method::POST, "/auth/login").header("sec-fetch-site", site).json(&login)
    };
    for site in ["cross-site", "same-site"] {
        laptop.clone().send(login(site)).await.refused(403, "cross-site");
    }
    let mut inside = laptop.clone();
    inside.send(login("same-origin")).await.is(200);
    // Who is inside is not logged in as somebody else: the form on another site has no secret to repeat.
    let other = json!({ "email": BYSTANDER, "password": PASSWORD });
    let forged = inside.request(Method::POST, "/auth/login").header("sec-fetch-site", "cross-site").json(&other);
    inside.clone().send(forged).await.refused(403, "csrf-token");
    inside.clone().send(inside.request(Method::POST, "/auth/logout")).await.refused(403, "csrf-token");
    inside.me().await.is(200);
}

/// No defence looks at a GET, so a GET must not change anything: where it does, none of them helps.
#[tokio::test]
async fn a_get_that_moves_money_passes_every_defence() {
    let order = format!("/api/transfer?to={ADMIN}&amount_cents=100");
    for defence in ["fetch-metadata", "token", "none"] {
        let careful = format!("{SESSION}\n[csrf]\ndefence = \"{defence}\"\n");
        let linked = |device: &Device<'_>| {
            device.request(Method::GET, &order).header("sec-fetch-site", "cross-site").header("origin", "null")
        };
        let bank = Bank::of(&careful).await;
        let laptop = bank.logged_in(VICTIM, "laptop").await;
        let before = balance(&laptop).await;
        laptop.clone().send(linked(&laptop)).await.refused(405, "wrong-method");
        assert_eq!(balance(&laptop).await, before, "{defence}");

        let bank = Bank::of(&mistaken(&careful, "get_changes_state")).await;
        let laptop = bank.logged_in(VICTIM, "laptop").await;
        laptop.clone().send(linked(&laptop)).await.is(200);
        assert_eq!(balance(&laptop).await, before - 100, "{defence}");
        // It is the transfer of always: it takes a credential, and an order that makes sense.
        let nobody = bank.device("nobody");
        nobody.clone().send(linked(&nobody)).await.refused(401, "no-credential");
        for (query, status, reason) in [
            ("", 400, "malformed-query"),
            ("?to=a", 400, "malformed-query"),
            ("?amount_cents=1&amount_cents=2&to=a", 400, "malformed-query"),
            ("?to=admin@bank.test&amount_cents=one", 400, "malformed-query"),
            ("?to=admin@bank.test&amount_cents=-100", 422, "bad-amount"),
        ] {
            let answer = laptop.clone().get(&format!("/api/transfer{query}")).await;
            assert_eq!((answer.status, &*answer.problem().reason), (status, reason), "{query}: {}", answer.body);
        }
        assert_eq!(balance(&laptop).await, before - 100, "{defence}");
        // What goes by POST is looked at as ever.
        let order = json!({ "to": ADMIN, "amount_cents": 100 });
        let form = laptop.request(Method::POST, "/api/transfer").header("sec-fetch-site", "cross-site");
        let form = form.header("referer", "http://evil.localhost/").json(&order);
        let answer = laptop.clone().send(form).await;
        assert_eq!(answer.status, if defence == "none" { 200 } else { 403 }, "{defence}: {}", answer.body);
    }
}
