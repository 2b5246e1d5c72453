//! What a page elsewhere can do to the lab from inside a browser: nothing.

use serde_json::{Value, json};

use super::*;

/// Asks for each address with cookies, and answers what the page could read of each: a status, or that it could not.
const PROBE: &str = "
    const out = {};
    for (const [method, url] of arguments[0]) {
        out[method + ' ' + url] = await fetch(url, { method, credentials: 'include' }).then(
            async answer => [answer.status, (await answer.text()).length], () => 'not readable');
    }
    return out;
";

/// What a lab might steer itself by, if it had anything of the kind on the wire.
const STEERING: [&str; 9] =
    ["/xray", "/clock", "/control", "/lab", "/visits", "/trace/1", "/api/clock", "/api/xray", "/measure"];

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn a_page_elsewhere_reads_nothing_and_steers_nothing() {
    let (chromium, engine) = (chromium().await, Engine::default());
    let catalog = catalog();
    for design in catalog.designs().iter().filter(|design| !design.mistakes.reflect_any_origin) {
        let mut stage = stage(design, &chromium, &engine).await;
        assert!(does(&mut stage, super::super::VICTIM, Verb::LogIn).await.went_through, "{}", design.id);
        let (before, users) = (stage.now(), stage.server.users().len());
        let api = ["/api/me", "/api/account", "/api/admin/users", "/api/comments", "/account", "/"];
        let mut asked = Vec::new();
        for path in api.iter().chain(&STEERING) {
            asked.extend(["GET", "POST"].map(|method| json!([method, at(&stage, "{bank}", path)])));
        }
        asked.extend(STEERING.map(|path| json!(["POST", at(&stage, "localhost", path)])));
        for host in ["evil.localhost", "blog.{bank}"] {
            chromium.go(&at(&stage, host, "/here")).await.expect("the page is there");
            let read = chromium.script(PROBE, &[json!(asked)]).await.expect("the script runs");
            let read = read.as_object().expect("is a table");
            assert_eq!(read.len(), asked.len());
            let readable: Vec<_> = read.iter().filter(|(_, got)| *got != "not readable").collect();
            assert!(readable.is_empty(), "{} from {host}: {readable:?}", design.id);
        }
        assert_eq!((stage.now(), stage.server.users().len()), (before, users), "{}", design.id);
    }
}

/// Even the lab's own pages find nothing to steer it by; and a name that somebody points at this machine reaches no bank.
#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn nothing_on_the_wire_steers_the_lab() {
    let (chromium, engine) = (chromium().await, Engine::default());
    let catalog = catalog();
    let mut stage = stage(&catalog.designs()[0], &chromium, &engine).await;
    assert!(does(&mut stage, super::super::VICTIM, Verb::LogIn).await.went_through);
    for host in ["{bank}", "localhost", "evil.localhost", "blog.{bank}"] {
        chromium.go(&at(&stage, host, "/")).await.expect("the page is there");
        let asked: Vec<Value> = STEERING.iter().map(|path| json!(["GET", at(&stage, host, path)])).collect();
        let read = chromium.script(PROBE, &[json!(asked)]).await.expect("the script runs");
        for (url, got) in read.as_object().expect("is a table") {
            assert_eq!(got[0], 404, "{url}");
        }
    }
    let rebound =
        ["rebound.localhost", "a.{bank}", "xlocalhost.localhost", "blog.evil.localhost", "drop.evil.localhost"];
    for host in rebound {
        chromium.go(&at(&stage, host, "/api/me")).await.expect("the server answers");
        let script =
            "const answer = await fetch('/api/account'); return [answer.status, (await answer.json()).reason];";
        let read = chromium.script(script, &[]).await.expect("the script runs");
        assert_eq!(read, json!([421, "unknown-host"]), "{host}");
    }
}
