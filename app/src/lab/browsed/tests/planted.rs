//! A planted id and a tossed cookie where the table has no cell for them: they change nothing, for each of those designs.

use super::sides::{OPENING, asked, books, newest, open_account};
use super::*;
use crate::lab::lure::{Lure, Site};

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn where_a_cookie_has_no_object_the_victim_logs_in_as_itself() {
    let (chromium, engine) = (chromium().await, Engine::default());
    let mut cases = [0; 2];
    for design in catalog().designs() {
        for (at, lure) in [Lure::PlantId, Lure::TossCookie].into_iter().enumerate() {
            let come_by = Verb::Lure { on: super::super::VICTIM, site: Site::Sibling, lure };
            if steps::no_object(design, &come_by).is_none() {
                continue;
            }
            cases[at] += 1;
            let name = format!("{} × {}", design.id, lure.name());
            let mut stage = stage(design, &chromium, &engine).await;
            let first = does(&mut stage, Actor::Attacker, come_by).await;
            // What the attacker's page says of its cookie is what the name decides: a host next door sets no `__Host-` cookie.
            let kept = !design.access_cookie().starts_with("__Host-");
            let says = if kept { "The browser keeps a cookie" } else { "The browser did not keep the cookie" };
            assert!(first.said.contains(&format!("the page says: “{says}")), "{name}: {}", first.said);
            let seen = newest(&stage);
            let login = does(&mut stage, super::super::VICTIM, Verb::LogIn).await;
            assert!(login.went_through, "{name}: {}", login.said);
            let shown = open_account(&stage, &chromium).await;
            assert!(shown.is_of(super::super::VICTIM, OPENING), "{name}: {shown:?}");
            let paid = asked(&stage, seen).into_iter().find(|line| line.contains("/api/transfer"));
            assert_eq!(paid, None, "{name}");
            if lure == Lure::PlantId {
                // The attacker holds what it has planted, and it opens nothing.
                let probe = does(&mut stage, Actor::Attacker, Verb::Probe).await;
                assert!(!probe.went_through, "{name}: {}", probe.said);
            }
            let account = books(&mut stage).await;
            assert_eq!((account.balance_cents, account.transfers.len()), (OPENING, 0), "{name}");
        }
    }
    assert!(cases.iter().all(|count| *count >= 10), "{cases:?}");
}
