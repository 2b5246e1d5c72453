//! What the bank's pages do in Chromium: in a frame of the attacker's, and with a key that does not leave the browser.

use lockstep_shared::design::CsrfDefence;
use serde_json::json;

use super::super::{page, visits};
use super::*;
use crate::lab::exchange::Exchange;

/// A design without a defence against forged requests lets its pages be framed; and in the frame nobody is logged in, for
/// the browser sends no cookie there that is not SameSite=None, and gives the frame a storage of its own.
#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn a_frame_shows_nobodys_account() {
    let (chromium, engine) = (chromium().await, Engine::default());
    for design in catalog().designs() {
        let mut stage = stage(design, &chromium, &engine).await;
        let login = does(&mut stage, super::super::VICTIM, Verb::LogIn).await;
        assert!(login.went_through, "{}: {}", design.id, login.said);
        let host = stage.agent(super::super::VICTIM).page().host_str().expect("it has one").to_owned();
        let frame = at(&stage, "evil.localhost", &format!("/frame?to={}", host.trim_end_matches(".localhost")));
        let seen = *stage.server.visited().expect("visits are kept").borrow();
        let beside = chromium.open_beside(&frame).await.expect("the page is there");
        page::ready(&chromium, "frame").await.expect("the frame loads");
        let framed = design.csrf.defence == CsrfDefence::None;
        if framed {
            // The page in the frame is told that nobody is logged in, or asks nobody because it knows of no token.
            let ended = at_rest(&stage, seen).await;
            assert!(ended, "{}: the framed page does not load", design.id);
        }
        chromium.close_beside(beside).await.expect("the tab closes");
        let visits = stage.server.visits(seen);
        let inside = |path: &str| visits.iter().filter(|visit| visit.path.split('?').next() == Some(path)).count();
        assert_eq!(inside("/account"), 1, "{}: the frame is asked for", design.id);
        assert_eq!(inside("/web/bank.js") > 0, framed, "{}: a page that may not be framed runs nothing", design.id);
        let shown = visits.iter().any(|visit| visit.path.starts_with("/api/") && visit.status < 400);
        assert!(!shown, "{}: the framed page is answered as nobody", design.id);
    }
}

/// Whether the framed page has loaded its script.
async fn at_rest(stage: &Stage, seen: u64) -> bool {
    let mut visited = stage.server.visited().expect("visits are kept");
    let loaded = async {
        while !stage.server.visits(seen).iter().any(|visit| visit.path == "/web/client.js") {
            visited.changed().await.expect("the server runs");
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), loaded).await.is_ok()
}

/// The page proves with a key of WebCrypto's, which can be used and not carried away.
#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn a_key_signs_and_stays_where_it_is() {
    let (chromium, engine) = (chromium().await, Engine::default());
    let catalog = catalog();
    let bound: Vec<_> = catalog.designs().iter().filter(|design| design.check.dpop).collect();
    assert!(!bound.is_empty(), "some design binds its tokens");
    for design in bound {
        let mut stage = stage(design, &chromium, &engine).await;
        for verb in [Verb::LogIn, Verb::OpenAccount, Verb::Transfer, Verb::Probe] {
            let done = does(&mut stage, super::super::VICTIM, verb).await;
            assert!(done.went_through, "{}: {}", design.id, done.said);
        }
        let proved =
            |exchange: &&Exchange| exchange.path.starts_with("/api/") && exchange.request_headers.get("dpop").is_some();
        assert!(stage.exchanges().filter(proved).count() >= 3, "each request proves the key");
        let carried = "
            const opened = await new Promise((done, no) => {
                const opening = indexedDB.open('bank', 1);
                opening.onsuccess = () => done(opening.result);
                opening.onerror = no;
            });
            const pairs = await new Promise(done => {
                const asked = opened.transaction('keys').objectStore('keys').getAll();
                asked.onsuccess = () => done(asked.result);
            });
            const [{ privateKey }] = pairs;
            const out = [];
            for (const format of ['jwk', 'pkcs8', 'raw']) {
                out.push(await crypto.subtle.exportKey(format, privateKey).then(() => 'carried away', why => why.name));
            }
            return { pairs: pairs.length, extractable: privateKey.extractable, out };
        ";
        let key = chromium.script(carried, &[]).await.expect("the page's script runs");
        assert_eq!((&key["pairs"], &key["extractable"]), (&json!(1), &json!(false)));
        let refused = key["out"].as_array().expect("is a list").iter().all(|one| one != "carried away");
        assert!(refused, "{key}");
        let account = at(&stage, "{bank}", "/account");
        visits::begin(&mut stage).expect("there is a browser");
        chromium.go(&account).await.expect("the page is there");
        page::ready(&chromium, "account").await.expect("the page comes back to what it had");
        assert_eq!(chromium.text("said").await.expect("it says something"), "Logged in.");
    }
}
