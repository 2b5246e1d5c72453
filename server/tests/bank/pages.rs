//! The pages for a real browser: where they are, what may run in them, and that whatever is shown stays text.

use lockstep_server::{Config, SeedUser};
use reqwest::Method;
use serde_json::Value;

use crate::actors::{BYSTANDER, Bank, PASSWORD, Reply, VICTIM, config};
use crate::designs::{ROTATION, SESSION, STATELESS, mistaken};

const PAGES: [&str; 5] = ["/", "/login", "/account", "/comments", "/script"];
const ATTACKS: [&str; 9] =
    ["/form-post", "/link", "/image", "/fetch-post", "/read-account", "/log-in", "/frame", "/plant-id", "/toss-cookie"];
const WANTS_PAGE: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

fn with_attacker(designs: &[(&str, &str)]) -> Config {
    let publisher = SeedUser { email: BYSTANDER.to_owned(), password: PASSWORD.to_owned(), admin: false };
    Config { publisher: Some(publisher), ..config(designs, None) }
}

/// Whatever is a page has a language, a heading, a label for each field, and says what it is.
#[track_caller]
fn is_page(reply: Reply, banner: &str) -> Reply {
    let reply = reply.is(200);
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
    let page = &reply.body;
    assert!(page.contains("<html lang=\"en\">") && page.contains(banner) && !page.contains("{{"), "{page}");
    assert_eq!(page.matches("<h1>").count(), 1, "{page}");
    for field in page.split("<input ").skip(1).chain(page.split("<textarea ").skip(1)) {
        let field = field.split('>').next().unwrap_or_default();
        let id = field.split("id=\"").nth(1).and_then(|id| id.split('"').next());
        let labelled = id.is_some_and(|id| page.contains(&format!("<label for=\"{id}\">")));
        assert!(labelled || field.contains("type=\"hidden\""), "{field}");
    }
    reply
}

const BANK: &str = "Lockstep teaching bank on this machine: no real money, weak on purpose where its design says so.";
const ATTACKER: &str = "The attacker’s page.";

#[tokio::test]
async fn every_design_has_its_pages_and_they_say_what_may_run_in_them() {
    let no_defence = format!("{SESSION}\n[csrf]\ndefence = \"none\"\n");
    let raw = mistaken(SESSION, "raw_comments");
    let designs = [("d", SESSION), ("r", ROTATION), ("j", STATELESS), ("n", &no_defence), ("w", &raw)];
    let bank = Bank::open(with_attacker(&designs)).await.expect("starts");
    for (design, _) in designs {
        for path in PAGES {
            let page = is_page(bank.ask(Method::GET, &format!("{design}.localhost:9"), path, &[]).await, BANK);
            let policy = page.header("content-security-policy").unwrap_or_default();
            assert_eq!(policy.contains("default-src 'self'"), design != "w", "{design}: {policy}");
            assert_eq!(policy.contains("frame-ancestors 'none'"), design != "n", "{design}: {policy}");
            assert_eq!(page.header("x-frame-options"), (design != "n").then_some("DENY"));
            let facts = page.body.split("id=\"design\">").nth(1).and_then(|facts| facts.split("</script>").next());
            let facts: Value = serde_json::from_str(facts.expect("the script is told")).expect("is JSON");
            assert_eq!(facts["id"], design);
        }
    }
    let file = async |design: &str, name: &str| {
        bank.ask(Method::GET, &format!("{design}.localhost"), &format!("/web/{name}"), &[]).await
    };
    for name in ["bank.js", "client.js", "proof.js", "comments.js"] {
        assert_eq!(file("d", name).await.is(200).header("content-type"), Some("text/javascript; charset=utf-8"));
    }
    assert_eq!(file("d", "style.css").await.is(200).header("content-type"), Some("text/css; charset=utf-8"));
    file("d", "time").await.is(204);
    file("d", "payload.js").await.refused(404, "no-such-route");
    let shows = [file("d", "comments.js").await.body, file("w", "comments.js").await.body];
    assert_eq!(shows.each_ref().map(|script| script.contains("innerHTML")), [false, true]);
    let home = bank.ask(Method::GET, "d.localhost:9", "/", &[]).await.body;
    assert!(
        home.contains("http://evil.localhost:9/?design=d") && home.contains("http://blog.d.localhost:9/"),
        "{home}"
    );
}

#[tokio::test]
async fn the_names_of_a_design_are_text_wherever_they_stand() {
    let toml = SESSION.replacen("title = \"", "title = \"</title><script>alert(1)</script>", 1);
    let toml = toml.replacen("summary = \"", "summary = \"</script><img src=x onerror=alert(2)>\\\"'", 1);
    let bank = Bank::open(with_attacker(&[("d", &toml)])).await.expect("starts");
    for (host, path) in PAGES
        .map(|path| ("d.localhost", path))
        .into_iter()
        .chain(ATTACKS.map(|path| ("blog.d.localhost", path)))
        .chain([
            ("blog.d.localhost", "/"),
            ("evil.localhost", "/"),
            ("evil.localhost", "/?design=d"),
            ("localhost", "/"),
        ])
        .chain([("d.localhost", "/api/me")])
    {
        let page = bank.ask(Method::GET, host, path, &[WANTS_PAGE]).await.body;
        assert!(page.contains("<html"), "{host}{path}: {page}");
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{host}{path}: {page}");
    }
}

#[tokio::test]
async fn a_tab_that_is_led_to_the_api_is_told_in_words() {
    let bank = Bank::open(config(&[("d", SESSION), ("j", STATELESS)], None)).await.expect("starts");
    let form = ("content-type", "application/x-www-form-urlencoded");
    let log_in = async |design: &str, password: &str, accept: &[(&str, &str)]| {
        let body = format!("email={VICTIM}&password={password}").into_bytes();
        let headers = [&[form], accept].concat();
        bank.tell(Method::POST, &format!("{design}.localhost"), "/auth/login", &headers, body).await
    };
    let inside = log_in("d", "correct+horse", &[WANTS_PAGE]).await.is(303);
    assert_eq!((inside.header("location"), inside.set_cookies.len()), (Some("/account"), 1));
    let json = log_in("d", "correct+horse", &[]).await.is(200);
    assert_eq!((json.header("content-type"), json.set_cookies.len()), (Some("application/json"), 1));
    let refused = log_in("d", "wrong+horse", &[WANTS_PAGE]).await.is(401);
    assert!(refused.body.contains("data-status=\"401\" data-reason=\"wrong-credentials\""), "{}", refused.body);
    assert!(refused.header("www-authenticate").is_some() && refused.header("content-security-policy").is_some());
    log_in("d", "wrong+horse", &[]).await.refused(401, "wrong-credentials");
    let token = log_in("j", "correct+horse", &[WANTS_PAGE]).await.is(200);
    assert!(token.body.contains("<pre id=\"answer\">{&quot;user&quot;"), "{}", token.body);
    // What another site started is refused in words as well, and a page that is none is no page of the bank's.
    let forged = [WANTS_PAGE, ("sec-fetch-site", "cross-site")];
    let forged = bank.ask(Method::POST, "d.localhost", "/api/transfer", &forged).await.is(403);
    assert!(forged.body.contains("data-reason=\"cross-site\""), "{}", forged.body);
    let nowhere = bank.ask(Method::GET, "d.localhost", "/nowhere", &[WANTS_PAGE]).await.is(404);
    assert!(nowhere.body.contains("data-reason=\"no-such-route\""), "{}", nowhere.body);
}

#[tokio::test]
async fn the_attacker_has_a_site_and_a_host_beside_each_design() {
    let bank = Bank::open(with_attacker(&[("d", SESSION), ("j", STATELESS)])).await.expect("starts");
    let index = is_page(bank.ask(Method::GET, "evil.localhost:9", "/", &[]).await, ATTACKER).body;
    assert!(index.contains("/?design=d") && index.contains("/?design=j"), "{index}");
    for path in ATTACKS {
        for (host, query) in
            [("evil.localhost:9", "?to=d&auto=0"), ("evil.localhost:9", "?to=j"), ("blog.d.localhost:9", "")]
        {
            let page = is_page(bank.ask(Method::GET, host, &format!("{path}{query}"), &[]).await, ATTACKER).body;
            let aim = page.split("id=\"aim\">").nth(1).and_then(|aim| aim.split("</script>").next());
            let aim: Value = serde_json::from_str(aim.expect("the script is told")).expect("is JSON");
            let at = if query.contains('j') { "http://j.localhost:9/" } else { "http://d.localhost:9/" };
            assert!(aim["url"].as_str().is_some_and(|url| url.starts_with(at)), "{host}{path}{query}: {aim}");
            assert_eq!(aim["auto"], !query.contains("auto=0"));
        }
        bank.ask(Method::GET, "evil.localhost", &format!("{path}?to=nobody"), &[]).await.refused(404, "no-such-design");
        bank.ask(Method::POST, "evil.localhost", &format!("{path}?to=d"), &[]).await.refused(405, "wrong-method");
    }
    let form = bank.ask(Method::GET, "evil.localhost:9", "/form-post?to=d", &[]).await.body;
    for part in ["method=\"post\" action=\"http://d.localhost:9/api/transfer\"", BYSTANDER, "value=\"5000\""] {
        assert!(form.contains(part), "{part}: {form}");
    }
    assert!(bank.ask(Method::GET, "evil.localhost", "/payload.js", &[]).await.is(200).body.contains("/drop"));
    // The bank is not there.
    for host in ["evil.localhost", "blog.d.localhost"] {
        for path in ["/api/me", "/auth/login", "/.well-known/jwks.json", "/account", "/web/client.js"] {
            bank.ask(Method::GET, host, path, &[]).await.refused(404, "no-such-page");
        }
    }
    for path in ["/payload.js", "/drop", "/drops", "/drops.json"] {
        bank.ask(Method::GET, "blog.d.localhost", path, &[]).await.refused(404, "no-such-page");
    }
    // The host beside a design moves with it.
    bank.running.move_host("d", "moved").expect("moves");
    bank.ask(Method::GET, "blog.moved.localhost", "/", &[]).await.is(200);
    bank.ask(Method::GET, "blog.d.localhost", "/", &[]).await.refused(421, "unknown-host");
    // A bank without an attacker has pages that attack nobody.
    let bank = Bank::of(SESSION).await;
    bank.ask(Method::GET, "evil.localhost", "/form-post?to=d", &[]).await.refused(404, "no-publisher");
}

#[tokio::test]
async fn the_drop_box_is_bounded_and_shows_text() {
    let bank = Bank::of(SESSION).await;
    let from = [("origin", "http://d.localhost:9"), ("content-type", "text/plain;charset=UTF-8")];
    let put = async |body: Vec<u8>| bank.tell(Method::POST, "evil.localhost", "/drop", &from, body).await;
    let quiet = put(b"<script>alert(1)</script>".to_vec()).await.is(204);
    assert!(quiet.headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{:?}", quiet.headers);
    bank.ask(Method::GET, "evil.localhost", "/drop?c=sid%3D1", &[("referer", "http://d.localhost:9/")]).await.is(204);
    put(vec![b'x'; 20_000]).await.is(204);
    put(vec![b'x'; 70_000]).await.refused(413, "body-too-large");
    bank.ask(Method::PUT, "evil.localhost", "/drop", &[]).await.refused(405, "wrong-method");
    let loot = bank.running.loot();
    let told: Vec<_> = loot.iter().map(|loot| (loot.number, loot.from.as_str(), loot.text.len(), loot.cut)).collect();
    assert_eq!(
        told,
        [
            (1, "http://d.localhost:9", 25, false),
            (2, "http://d.localhost:9/", 9, false),
            (3, "http://d.localhost:9", 16 * 1024, true)
        ]
    );
    let page = is_page(bank.ask(Method::GET, "evil.localhost", "/drops", &[]).await, ATTACKER).body;
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script>alert"), "{page}");
    let json: Value = bank.ask(Method::GET, "evil.localhost", "/drops.json", &[]).await.is(200).json();
    assert_eq!((&json["schema"], json["drops"].as_array().map(Vec::len)), (&"lockstep.drops/1".into(), Some(3)));
    for _ in 0..210 {
        put(b"x".to_vec()).await.is(204);
    }
    let loot = bank.running.loot();
    assert_eq!((loot.len(), loot[199].number), (200, 213));
}
