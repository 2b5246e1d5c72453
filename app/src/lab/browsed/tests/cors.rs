//! What a script on the host next door reads in Chromium, by what the bank allows other origins.

use lockstep_shared::design::CorsAllow;

use super::*;
use crate::lab::lure::{Lure, Site};

/// In a cookie or in a header, and what other origins are allowed.
fn design(cookie: bool, allow: CorsAllow, reflects: bool) -> Design {
    let start = "title = \"t\"\nsummary = \"s\"\n";
    let toml = match cookie {
        true => format!(
            "{start}kind = \"session\"\nstore = \"memory\"\n[carry]\naccess = \"cookie\"\n[cookie]\nhttp_only = true\n\
             [session]\nidle = \"30m\"\nabsolute = \"12h\"\n"
        ),
        false => format!(
            "{start}kind = \"jwt\"\n[carry]\naccess = \"local-storage\"\n[jwt]\nalg = \"HS256\"\naccess_ttl = \"24h\"\n\
             audience = \"bank\"\n"
        ),
    };
    let mut design = Design::parse("d", "d.toml", &toml).expect("is a design");
    (design.cors.allow, design.mistakes.reflect_any_origin) = (allow, reflects);
    design
}

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn what_may_be_read_is_what_the_answer_says() {
    let (chromium, engine) = (chromium().await, Engine::default());
    let cases = [
        (true, CorsAllow::None, false, "cors-no-origin"),
        (true, CorsAllow::Any, false, "cors-wildcard"),
        (true, CorsAllow::Sibling, false, ""),
        (true, CorsAllow::None, true, ""),
        (false, CorsAllow::None, false, "cors-preflight"),
        (false, CorsAllow::Any, false, "cors-preflight"),
        (false, CorsAllow::Sibling, false, ""),
        (false, CorsAllow::None, true, ""),
    ];
    for (cookie, allow, reflects, foiled) in cases {
        let mut stage = stage(&design(cookie, allow, reflects), &chromium, &engine).await;
        assert!(does(&mut stage, super::super::VICTIM, Verb::LogIn).await.went_through);
        let read = Verb::Lure { on: super::super::VICTIM, site: Site::Sibling, lure: Lure::ReadAccount };
        let done = does(&mut stage, Actor::Attacker, read).await;
        let case = format!("in a cookie: {cookie}, {allow:?}, reflects: {reflects}: {}", done.said);
        assert_eq!(stage.foils().collect::<Vec<_>>(), foiled.split_terminator(' ').collect::<Vec<_>>(), "{case}");
        assert_eq!(done.went_through, cookie && foiled.is_empty(), "{case}");
        let of = |method: &'static str| {
            stage.exchanges().filter(move |one| one.method == method && one.path == "/api/account")
        };
        let from_elsewhere = of("GET").filter(|one| one.actor == Actor::Attacker).count();
        // What a script alone can send is asked for first, in an exchange of its own.
        assert_eq!(of("OPTIONS").count(), usize::from(!cookie), "{case}");
        assert_eq!(from_elsewhere, usize::from(foiled != "cors-preflight"), "{case}");
        let arrived = stage.server.loot().len();
        assert_eq!(arrived, usize::from(done.went_through), "what was read went home: {case}");
    }
}
