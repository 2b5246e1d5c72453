//! The pages on a telephone: nothing of them is wider than the screen.

use serde_json::json;

use super::super::{page, script};
use super::sides::follow;
use super::*;
use crate::lab::lure::Lure;

const WIDTH: i64 = 360;

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn no_page_is_wider_than_a_telephone() {
    let (chromium, engine) = (chromium().await, Engine::default());
    let catalog = catalog();
    let mut wide = Vec::new();
    // The one with the longest titles and facts, by their length, and the one whose mistakes let the most happen.
    let longest = catalog.designs().iter().max_by_key(|design| design.title.len() + design.summary.len());
    let worst = catalog.designs().iter().find(|design| design.mistakes.get_changes_state);
    for design in [longest, worst].into_iter().flatten() {
        let mut stage = stage(design, &chromium, &engine).await;
        let screen = json!({ "width": WIDTH, "height": 740, "deviceScaleFactor": 2, "mobile": false });
        chromium.devtools("Emulation.setDeviceMetricsOverride", screen).await.expect("it has a screen");
        script::post(&mut stage, Actor::Attacker, "").await.expect("the comment is posted");
        for path in ["/", "/login"] {
            chromium.go(&at(&stage, "{bank}", path)).await.expect("the page is there");
            wide.extend(too_wide(&chromium, &design.id, path).await);
        }
        assert!(does(&mut stage, super::super::VICTIM, Verb::LogIn).await.went_through, "{}", design.id);
        assert!(does(&mut stage, super::super::VICTIM, Verb::Transfer).await.went_through, "{}", design.id);
        for (path, name) in [("/account", "account"), ("/comments", "comments"), ("/script", "script")] {
            follow(&chromium, path).await;
            page::ready(&chromium, name).await.expect("the page ends");
            wide.extend(too_wide(&chromium, &design.id, path).await);
        }
        let label = stage.agent(super::super::VICTIM).page().host_str().expect("it has one").to_owned();
        let label = label.trim_end_matches(".localhost");
        let attacks = Lure::ALL.iter().map(|lure| lure.name()).chain(["frame"]);
        let ways = |name| [format!("/{name}?to={label}&auto=0"), format!("/{name}?to={label}#a-credential-of-its-own")];
        let attacks: Vec<_> = attacks.flat_map(ways).collect();
        let index = format!("/?design={label}");
        let elsewhere = ["/", &index, "/drops"].into_iter().chain(attacks.iter().map(String::as_str));
        for path in elsewhere {
            for host in ["evil.localhost", "blog.{bank}"] {
                // The sibling has no drop box.
                if path == "/drops" && host != "evil.localhost" {
                    continue;
                }
                // Two addresses that differ in the fragment alone are one page.
                chromium.go("about:blank").await.expect("a page with nothing in it");
                chromium.go(&at(&stage, host, path)).await.expect("the page is there");
                if path.contains("to=") {
                    chromium.wait_for("document.body.dataset.ready", "what the page does").await.expect("it ends");
                }
                wide.extend(too_wide(&chromium, &design.id, &format!("{host}{path}")).await);
            }
        }
        chromium.go(&at(&stage, "localhost", "/")).await.expect("the page is there");
        wide.extend(too_wide(&chromium, &design.id, "the list of designs").await);
    }
    assert_eq!(wide, Vec::<String>::new());
}

/// Says by how much the page in the tab is wider than the screen, and what sticks out.
async fn too_wide(chromium: &Chromium, design: &str, path: &str) -> Option<String> {
    let measure = "
        const root = document.documentElement;
        const out = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 0.5);
        return [innerWidth, root.scrollWidth, out.slice(0, 3).map(one => one.outerHTML.slice(0, 80))];
    ";
    let measured = chromium.script(measure, &[]).await.expect("the page is there");
    assert_eq!(measured[0], WIDTH, "{path}: the screen is a telephone's");
    let wide = measured[1].as_i64().is_none_or(|width| width > WIDTH);
    wide.then(|| format!("{design} {path}: {measured}"))
}
