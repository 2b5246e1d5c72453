//! A comment with a script in it: shown as text it runs nothing, for every design; as HTML it reads what the design leaves to
//! scripts.

use lockstep_shared::design::{Carrier, Design};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{page, script};
use super::sides::{OPENING, books, follow, newest, open_account};
use super::*;
use crate::lab::exchange::Exchange;
use crate::lab::runner::Run;

/// What the script sends home.
#[derive(Debug, Deserialize)]
struct Loot {
    from: String,
    by: String,
    #[serde(default)]
    status: u16,
    #[serde(default)]
    cookie: String,
    #[serde(default)]
    local: serde_json::Map<String, Value>,
    #[serde(default)]
    session: serde_json::Map<String, Value>,
    authorization: Option<String>,
    proof: Option<String>,
}

/// The page that the comment was opened in, and what arrived at the drop box, against what the design leaves to scripts. The
/// tab is still at the comments.
pub(super) async fn as_the_design_says(run: &Run, chromium: &Chromium) -> Option<String> {
    let stage = run.stage.as_ref().expect("it ran");
    let design = &stage.design;
    let open = "
        const scripts = document.querySelectorAll('head script[src*=\"/payload.js\"]').length;
        return [document.querySelector('main').dataset.page, document.getElementById('said').textContent, scripts];
    ";
    let open = chromium.script(open, &[]).await.expect("the page is there");
    if open != json!(["comments", "One comment.", 1]) {
        return Some(format!("the page with the comment is {open}"));
    }
    let origin = stage.agent(super::super::VICTIM).page().origin().ascii_serialization();
    for piece in stage.server.loot() {
        let loot: Loot = serde_json::from_str(&piece.text).expect("is what the payload sends");
        let by = if loot.by == "ride" { rode(stage, &loot) } else { read(design, &loot) };
        if [&loot.from, &piece.from] != [&origin, &origin] || !by {
            return Some(format!("from {} came {}", piece.from, piece.text));
        }
    }
    None
}

/// Whether the page was told what the server answered.
fn rode(stage: &Stage, loot: &Loot) -> bool {
    let paid = |exchange: &&Exchange| exchange.actor == Actor::Attacker && exchange.path == "/api/transfer";
    stage.exchanges().filter(paid).any(|exchange| exchange.status == loot.status)
}

/// Whether each credential was read where the design keeps it, and nowhere else.
fn read(design: &Design, loot: &Loot) -> bool {
    let in_cookie = |name: &str| loot.cookie.split("; ").any(|pair| pair.split('=').next() == Some(name));
    let open = design.cookie.as_ref().is_some_and(|cookie| !cookie.http_only);
    let carriers = [Some(design.carry.access), design.carry.refresh];
    let stored = ["access_token", "refresh_token"].map(|name| loot.local.contains_key(name));
    let cookie = design.carry.access == Carrier::Cookie;
    in_cookie(&design.access_cookie()) == (cookie && open)
        && stored == carriers.map(|carrier| carrier == Some(Carrier::LocalStorage))
        && loot.session.is_empty()
        && loot.authorization.is_some() != cookie
        && loot.proof.is_some() == design.check.dpop
}

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn a_comment_that_is_shown_as_text_runs_nothing() {
    let (chromium, engine) = (chromium().await, Engine::default());
    for design in catalog().designs() {
        let mut design = design.clone();
        design.mistakes.raw_comments = false;
        let mut stage = stage(&design, &chromium, &engine).await;
        script::post(&mut stage, Actor::Attacker, "").await.expect("the comment is posted");
        assert!(does(&mut stage, super::super::VICTIM, Verb::LogIn).await.went_through, "{}", design.id);
        let seen = newest(&stage);
        follow(&chromium, "/comments").await;
        page::ready(&chromium, "comments").await.expect("the page ends");
        let list = "
            const list = document.getElementById('comments');
            const said = document.getElementById('said').textContent;
            return [said, list.querySelectorAll('img, script').length, document.querySelectorAll('script[src*=payload]').length,
                list.querySelector('div').textContent];
        ";
        let list = chromium.script(list, &[]).await.expect("the page is there");
        let shown = list[3].as_str().unwrap_or_default();
        assert!(shown.starts_with("<img src=x onerror=") && shown.contains("/payload.js"), "{}: {list}", design.id);
        assert_eq!([&list[0], &list[1], &list[2]], [&json!("One comment."), &json!(0), &json!(0)], "{}", design.id);
        // Nothing is left that could still start: the page has asked for all that it asks for by itself.
        let account = open_account(&stage, &chromium).await;
        assert!(account.is_of(super::super::VICTIM, OPENING), "{}: {account:?}", design.id);
        let visits = stage.server.visits(seen);
        let of_it = |visit: &&lockstep_server::Visit| visit.host.starts_with("evil.") || visit.path == "/x";
        let of_it: Vec<_> = visits.iter().filter(of_it).collect();
        assert!(of_it.is_empty(), "{}: {of_it:?}", design.id);
        assert!(stage.server.loot().is_empty(), "{}", design.id);
        assert_eq!(books(&mut stage).await.balance_cents, OPENING, "{}", design.id);
    }
}
