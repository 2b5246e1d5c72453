//! The bank's account page in a frame of the attacker's, for every design: what it shows there, and what a click does.

use lockstep_shared::design::CsrfDefence;

use super::super::page;
use super::sides::{AMOUNT, OPENING, Shown, asked, books, newest};
use super::*;
use crate::lab::cast;

/// A design with a defence against forged requests is in no frame. Without one, nobody is logged in inside of another site's
/// page, for the browser sends no cookie there that is not SameSite=None, and gives the frame a storage of its own; but a
/// page beside the bank's is of the same site, so in its frame the victim is logged in, and one click away from paying.
#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn a_frame_is_blocked_or_of_nobody_s_account_or_of_the_victim_s_on_the_same_site() {
    let (chromium, engine) = (chromium().await, Engine::default());
    let mut framed_in_all = 0;
    for design in catalog().designs() {
        let mut stage = stage(design, &chromium, &engine).await;
        let login = does(&mut stage, super::super::VICTIM, Verb::LogIn).await;
        assert!(login.went_through, "{}: {}", design.id, login.said);
        let framed = design.csrf.defence == CsrfDefence::None;
        framed_in_all += usize::from(framed);
        let mut balance = OPENING;
        for host in ["evil.localhost", "blog.{bank}"] {
            let name = format!("{} in {host}", design.id);
            let seen = newest(&stage);
            let beside = chromium.open_beside(&around(&stage, host)).await.expect("the page is there");
            page::ready(&chromium, "frame").await.expect("the frame loads");
            chromium.enter_frame().await.expect("the page has one");
            if framed {
                page::ready(&chromium, "account").await.unwrap_or_else(|why| panic!("{name}: {why:#}"));
                let shown = Shown::now(&chromium).await;
                let same_site = host != "evil.localhost";
                let as_told = match same_site {
                    true => shown.is_of(super::super::VICTIM, balance),
                    false => shown.is_nobody_s(),
                };
                assert!(as_told, "{name}: {shown:?}");
                // The frame alone has moved nothing. The transfer is filled in, so that one click is all that is missing.
                assert_eq!(books(&mut stage).await.balance_cents, balance, "{name}");
                chromium.press("transfer").await.expect("the button is there");
                let over = "/went to|^4\\d\\d /.test(document.getElementById('said').textContent)";
                chromium.wait_for(over, "an answer in the frame").await.unwrap_or_else(|why| panic!("{name}: {why:#}"));
                let shown = Shown::now(&chromium).await;
                if same_site {
                    balance -= AMOUNT;
                    let attacker = cast::account(Actor::Attacker).email;
                    assert_eq!(shown.said, format!("€50.00 went to {attacker}."), "{name}");
                    assert_eq!(shown.cents, Some(balance), "{name}");
                } else {
                    assert!(shown.is_nobody_s() && shown.said.starts_with("401 "), "{name}: {shown:?}");
                }
            } else {
                let blocked = "location.protocol === 'chrome-error:'";
                chromium
                    .wait_for(blocked, "the browser's refusal")
                    .await
                    .unwrap_or_else(|why| panic!("{name}: {why:#}"));
                assert_eq!(
                    asked(&stage, seen),
                    Vec::<String>::new(),
                    "{name}: a page that may not be framed asks nothing"
                );
            }
            let visits = stage.server.visits(seen);
            let count = |path: &str| visits.iter().filter(|visit| visit.path.split('?').next() == Some(path)).count();
            assert_eq!(count("/account"), 1, "{name}: the frame is asked for");
            assert_eq!(count("/web/bank.js") > 0, framed, "{name}: a page that may not be framed runs nothing");
            chromium.leave_frame().await.expect("the page around it is there");
            let said = chromium.text("said").await.expect("it says something");
            assert!(said.contains("Script here can’t tell which"), "the page around it knows nothing: {said}");
            chromium.close_beside(beside).await.expect("the tab closes");
            assert_eq!(books(&mut stage).await.balance_cents, balance, "{name}: what the click did");
        }
    }
    assert!(framed_in_all >= 2, "some designs let themselves be framed");
}

/// The address of the page that frames the bank's.
fn around(stage: &Stage, host: &str) -> String {
    let bank = stage.agent(super::super::VICTIM).page().host_str().expect("it has one").to_owned();
    at(stage, host, &format!("/frame?to={}", bank.trim_end_matches(".localhost")))
}
