//! What comes from elsewhere than this machine: strange hosts reach no page of the lab, and strange origins no answer.

use reqwest::Method;

use crate::actors::{Bank, config};
use crate::designs::{SESSION, STATELESS, mistaken};

const HOSTS: [&str; 30] = [
    "bank.example",
    "evil.com",
    "localhost.evil.com",
    "d.localhost.evil.com",
    "evil.localhost.evil.com",
    "blog.d.localhost.evil.com",
    "xlocalhost",
    "evillocalhost",
    "localhost.",
    "d.localhost.",
    "evil.localhost.",
    "a.localhost",
    "a.d.localhost",
    "blog.localhost",
    "blog.a.localhost",
    "blog.evil.localhost",
    "blog.blog.d.localhost",
    "evil.d.localhost",
    "drop.evil.localhost",
    "blog.127.0.0.1",
    "127.0.0.1.evil.com",
    "127.0.0.2",
    "0.0.0.0",
    "192.0.2.1",
    "[::2]",
    "[::ffff:127.0.0.1]",
    "2130706433",
    "localhost:80:80",
    "d.localhost@evil.com",
    "measure.localhost",
];

const ORIGINS: [&str; 20] = [
    "https://evil.com",
    "http://evil.com",
    "http://localhost.evil.com",
    "http://d.localhost.evil.com",
    "http://evillocalhost",
    "http://192.0.2.1",
    "http://127.0.0.2:8787",
    "http://0.0.0.0:8787",
    "http://[::2]",
    "https://bank.example:8787",
    "http://localhost@evil.com",
    "http://d.localhost:8787@evil.com",
    "http://d.localhost:8787.evil.com",
    "http://evil.com#.localhost:1x",
    "file://",
    "chrome-extension://abcdefghijklmnop",
    "app://localhost",
    "localhost",
    "",
    "NULL",
];

const PATHS: [&str; 14] = [
    "/",
    "/login",
    "/account",
    "/comments",
    "/script",
    "/web/client.js",
    "/api/me",
    "/api/account",
    "/drop",
    "/drops",
    "/drops.json",
    "/payload.js",
    "/form-post?to=d",
    "/here",
];

async fn careless() -> Bank {
    let open = format!("{SESSION}\n[csrf]\ndefence = \"none\"\n");
    let open = format!("{}raw_comments = true\n", mistaken(&open, "reflect_any_origin"));
    Bank::open(config(&[("d", &open), ("j", STATELESS)], None)).await.expect("starts")
}

#[tokio::test]
async fn thirty_strange_hosts_reach_nothing() {
    let bank = careless().await;
    for host in HOSTS {
        for path in PATHS {
            for method in [Method::GET, Method::POST] {
                let answer = bank.ask(method, host, path, &[("accept", "text/html")]).await;
                let answer = answer.refused(421, "unknown-host");
                assert!(answer.set_cookies.is_empty() && !answer.body.contains("<html"), "{host}{path}");
            }
        }
    }
    assert!(bank.running.loot().is_empty());
}

#[tokio::test]
async fn twenty_strange_origins_are_granted_nothing_whatever_a_design_allows() {
    let bank = careless().await;
    for origin in ORIGINS {
        for host in ["d.localhost", "j.localhost", "evil.localhost", "blog.d.localhost", "localhost"] {
            for path in PATHS {
                for method in [Method::GET, Method::OPTIONS, Method::POST] {
                    let asks = [("origin", origin), ("access-control-request-method", "POST")];
                    let answer = bank.ask(method.clone(), host, path, &asks).await.is(403);
                    let granted = answer.headers.keys().any(|name| name.as_str().starts_with("access-control"));
                    assert!(!granted && !answer.body.contains("<html"), "{method} {host}{path} from {origin}");
                }
            }
        }
    }
    assert!(bank.running.loot().is_empty());
    // An origin of this machine's is a design's to judge.
    let evil = [("origin", "http://evil.localhost:1")];
    let read = bank.ask(Method::GET, "d.localhost", "/api/me", &evil).await.refused(401, "no-credential");
    assert_eq!(read.header("access-control-allow-origin"), Some("http://evil.localhost:1"));
}

#[tokio::test]
async fn a_strange_page_that_names_no_origin_moves_nothing() {
    let bank = careless().await;
    let asked = async |path: &str, headers: &[(&str, &str)]| {
        let all = [&[("sec-fetch-site", "cross-site"), ("accept", "text/html")], headers].concat();
        bank.ask(Method::GET, "d.localhost", path, &all).await
    };
    let (tab, document) = (("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document"));
    for path in ["/api/transfer?to=mallory@bank.example&cents=1", "/api/me", "/auth/sessions"] {
        for strange in
            ["http://evil.com/", "http://localhost.evil.com/", "http://localhost@evil.com/", "about:blank", ""]
        {
            let referer = ("referer", strange);
            asked(path, &[tab, document, referer]).await.is(403);
            asked(path, &[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image"), referer]).await.is(403);
        }
        asked(path, &[tab, document]).await.is(403);
        // One of this machine's comes as far as the bank, which knows nobody by that, or moves nothing for a GET.
        let own = asked(path, &[tab, document, ("referer", "http://evil.localhost:1/form?x")]).await;
        own.is(if path.starts_with("/api/transfer") { 405 } else { 401 });
    }
    // A link to a page that only shows something may stand anywhere; a frame or a picture of it may not.
    asked("/login", &[tab, document, ("referer", "https://course.example/")]).await.is(200);
    asked("/login", &[tab, ("sec-fetch-dest", "iframe")]).await.is(403);
}
