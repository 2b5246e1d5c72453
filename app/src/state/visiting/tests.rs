//! What a browser did, beside what the agent would have done, from requests as Chromium and Firefox make them.

use std::sync::Arc;
use std::time::Duration;

use super::made::{Made, made};
use super::*;

const BANK: &str = "d.localhost:8787";
const PAGE: &str = "http://d.localhost:8787/account";
const EVIL: &str = "http://evil.localhost:8787/";

/// A browser that was given these cookies at second 1.
fn given(lines: &[&str]) -> Watch {
    let mut watch = Watch::default();
    let lines: Vec<_> = lines.iter().map(|line| format!("{line}; Path=/")).collect();
    let lines: Vec<_> = lines.iter().map(|line| ("set-cookie", line.as_str())).collect();
    let login = made(1, BANK, "POST", "/auth/login").by("same-origin", "cors", "empty", PAGE);
    let login = login.with(&[("origin", "http://d.localhost:8787")]).answered(200, &lines, "");
    let visited = watch.see(login.seen());
    assert!(!visited.differs() && visited.row.exchange.received.len() == lines.len(), "{visited:?}");
    watch
}

fn fates(visited: &Visited) -> Vec<(String, bool, &'static str)> {
    let fate = |cookie: &Cookie| (cookie.decision.name.clone(), cookie.came(), cookie.decision.rule.id());
    visited.cookies.iter().map(fate).collect()
}

#[test]
fn what_is_held_back_is_told_with_its_rule() {
    let mut watch = given(&["lax=1; SameSite=Lax", "strict=1; SameSite=Strict", "none=1; SameSite=None; Secure"]);
    let link = watch.see(made(10, BANK, "GET", "/account").tab("cross-site", EVIL).cookie("lax=1; none=1").seen());
    let sent = |name: &str, came, rule| (name.to_owned(), came, rule);
    assert_eq!(
        fates(&link),
        [sent("lax", true, "lax-navigation"), sent("strict", false, "strict"), sent("none", true, "none-allowed")]
    );
    assert!(!link.differs() && link.cookies[1].was_held_back());
    assert_eq!((link.from.clone(), link.way), (From::Other(Some("http://evil.localhost:8787".to_owned())), Way::Tab));
}

#[test]
fn a_disagreement_is_marked_on_either_side() {
    let mut watch = given(&["sid=1; SameSite=Lax"]);
    let image = made(10, BANK, "GET", "/a").by("cross-site", "no-cors", "image", EVIL);
    let sends = watch.see(image.clone().cookie("sid=1").seen());
    assert_eq!(sends.cookies[0].agrees, Agrees::No { browser_sends: true });
    assert!(sends.differs() && sends.row.exchange.cookies.is_empty());
    let keeps = watch.see(made(11, BANK, "GET", "/").tab("none", "").seen());
    assert_eq!(keeps.cookies[0].agrees, Agrees::No { browser_sends: false });
    assert!(!watch.see(image.seen()).differs());
}

#[test]
fn a_cookie_that_nobody_saw_set_is_no_disagreement() {
    let mut watch = given(&[]);
    let visited = watch.see(made(10, BANK, "GET", "/").tab("none", "").cookie("older=1; sid=2").seen());
    assert!(!visited.differs());
    assert!(visited.cookies.iter().all(|cookie| cookie.agrees == Agrees::Unknown && cookie.came()));
}

#[test]
fn what_was_sent_before_the_answer_came_is_not_held_against_it() {
    let mut watch = Watch::default();
    let mut slow = made(1, BANK, "POST", "/auth/login").by("same-origin", "cors", "empty", PAGE);
    slow = slow.with(&[("origin", "http://d.localhost:8787")]).answered(200, &[("set-cookie", "sid=1; Path=/")], "");
    slow.visit.micros = 3_000_000;
    watch.see(slow.seen());
    let meanwhile = watch.see(made(2, BANK, "GET", "/").tab("none", "").seen());
    assert!(!meanwhile.differs() && meanwhile.cookies.is_empty(), "{meanwhile:?}");
    assert!(watch.see(made(5, BANK, "GET", "/").tab("none", "").seen()).differs());
}

#[test]
fn a_page_in_a_frame_of_another_site_asks_across_sites() {
    let mut watch = given(&["sid=1; SameSite=Lax"]);
    let frame = watch.see(made(10, BANK, "GET", "/account").by("cross-site", "navigate", "iframe", EVIL).seen());
    assert!(!frame.differs() && frame.cookies[0].was_held_back());
    let inside = |secs| made(secs, BANK, "GET", "/api/me").by("same-origin", "cors", "empty", PAGE);
    let asked = watch.see(inside(11).seen());
    assert!(!asked.differs(), "{asked:?}");
    assert_eq!(asked.framed_by.as_deref(), Some("http://evil.localhost:8787"));
    // The same page in a tab of its own is no longer in a frame.
    watch.see(made(12, BANK, "GET", "/account").tab("none", "").cookie("sid=1").seen());
    let asked = watch.see(inside(13).cookie("sid=1").seen());
    assert!(!asked.differs() && asked.framed_by.is_none(), "{asked:?}");
}

#[test]
fn browsers_are_told_apart_and_clocks_too() {
    let mut watch = given(&["sid=1; Max-Age=600"]);
    let other = made(10, BANK, "GET", "/").tab("none", "");
    let mut other =
        Made { visit: lockstep_server::Visit { request_headers: Vec::new(), ..other.visit.clone() }, ..other };
    other = other.with(&[("user-agent", "Mozilla/5.0 Gecko/20100101 Firefox/140.0")]).tab("none", "");
    let visited = watch.see(other.seen());
    assert_eq!((visited.browser.as_str(), visited.cookies.len()), ("Firefox 140", 0));
    // The lab is an hour ahead; the browser is not, and still has its cookie.
    let later = made(3610, BANK, "GET", "/").tab("none", "").cookie("sid=1");
    let seen = Seen { ahead: Duration::from_secs(3600), ..later.seen() };
    let visited = watch.see(seen);
    assert_eq!((visited.browser.as_str(), visited.differs()), ("Chrome 150", false), "{visited:?}");
}

#[test]
fn a_module_that_names_its_own_origin_is_as_it_should_be() {
    let mut watch = given(&["sid=1"]);
    let module = made(10, BANK, "GET", "/web/bank.js").by("same-origin", "cors", "script", PAGE);
    let module = watch.see(module.with(&[("origin", "http://d.localhost:8787")]).cookie("sid=1").seen());
    assert_eq!((module.way, module.differs()), (Way::Part, false), "{module:?}");
}

#[test]
fn a_preflight_has_no_cookie_and_says_what_may_follow() {
    let mut watch = given(&["sid=1; SameSite=None; Secure"]);
    let ask = made(10, BANK, "OPTIONS", "/api/account").by("cross-site", "cors", "empty", EVIL).with(&[
        ("origin", "http://evil.localhost:8787"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization"),
    ]);
    let refused = watch.see(ask.clone().answered(403, &[], "").seen());
    assert_eq!((refused.way, refused.differs()), (Way::Preflight, false), "{refused:?}");
    assert!(refused.cookies[0].was_held_back() && matches!(refused.may_read, Some(Err(_))));
    for (origin, may_read) in [("http://evil.localhost:8787", true), ("*", false)] {
        let headers = [
            ("access-control-allow-origin", origin),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-headers", "authorization"),
        ];
        let asked = watch.see(ask.clone().answered(204, &headers, "").seen());
        assert_eq!(asked.may_read.map(|answer| answer.is_ok()), Some(may_read), "{origin}");
    }
}

#[test]
fn odd_requests_do_no_harm() {
    let mut watch = Watch::default();
    for (host, method, path) in
        [("", "GET", "/"), ("d.localhost:99999", "BREW", "*"), ("[::1", "OPTIONS", "/%"), ("a b", "GET", "")]
    {
        let odd = made(1, host, method, path).with(&[
            ("origin", "null"),
            ("referer", "::::"),
            ("sec-fetch-site", "elsewhere"),
            ("cookie", "; ;=;a"),
            ("cookie", "\u{fffd}"),
        ]);
        let odd = odd.answered(999, &[("set-cookie", ""), ("set-cookie", "=;;;")], "");
        watch.see(odd.seen());
    }
}

#[test]
fn only_so_many_are_kept() {
    let mut watch = Watch::default();
    let mut visiting = Visiting::default();
    for _ in 0..3 {
        let some = (0..500).map(|_| Arc::new(watch.see(made(1, BANK, "GET", "/").seen())));
        visiting.take_in(some.collect());
    }
    assert_eq!((visiting.rows().len(), visiting.rows().next().map(|visited| visited.id)), (MOST, Some(501)));
    assert!(visiting.get(500).is_none() && visiting.get(501).is_some() && visiting.get(1_501).is_none());
    visiting.forget(Side::Right);
    assert_eq!(visiting.rows().len(), MOST);
    visiting.forget(Side::Left);
    assert!(visiting.is_empty());
}
