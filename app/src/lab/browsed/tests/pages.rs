//! A key that the bank's page proves with in Chromium, and that does not leave the browser.

use serde_json::json;

use super::super::{page, visits};
use super::*;
use crate::lab::exchange::Exchange;

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
