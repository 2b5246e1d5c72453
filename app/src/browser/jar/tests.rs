//! A jar over time: order, replacement, ends, limits, copies.

use std::time::Duration;

use lockstep_shared::design::SameSite;

use super::*;
use crate::browser::RequestKind;

const X: &str = "http://x.localhost:8787/";

fn url(text: &str) -> Url {
    Url::parse(text).expect("the test's address is valid")
}

fn at(secs: u64) -> LabTime {
    LabTime::START + Duration::from_secs(secs)
}

fn receive(jar: &mut Jar, line: &str, from: &str, secs: u64) -> Receipt {
    let url = url(from);
    let request = Request { url: &url, method: "GET", initiator: None, kind: RequestKind::Navigate };
    jar.receive(line.as_bytes(), &request, at(secs))
}

/// A jar with the lines in it, one set each second.
fn jar(lines: &[&str]) -> Jar {
    let mut jar = Jar::new();
    for (secs, line) in (0..).zip(lines) {
        let receipt = receive(&mut jar, line, X, secs);
        assert!(!matches!(receipt, Receipt::Rejected { .. }), "{line:?}: {receipt:?}");
    }
    jar
}

fn decide(jar: &mut Jar, to: &str, secs: u64) -> Vec<Decision> {
    let url = url(to);
    let request = Request { url: &url, method: "GET", initiator: None, kind: RequestKind::Navigate };
    jar.decide(&request, at(secs))
}

fn header(jar: &mut Jar, to: &str, secs: u64) -> String {
    Jar::header(&decide(jar, to, secs)).unwrap_or_else(|| "none".to_owned())
}

fn names(jar: &Jar, secs: u64) -> String {
    jar.cookies(at(secs)).map(|cookie| cookie.name.as_str()).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check_header(lines: &[&str], to: &str, expected: &str) {
    assert_eq!(header(&mut jar(lines), to, 60), expected, "{lines:?} to {to}");
}

#[test]
fn cookies_go_longest_path_first_then_oldest_first() {
    let page = "http://x.localhost/a/bb/c";
    check_header(&[], page, "none");
    check_header(&["a=1; Path=/q"], page, "none");
    check_header(&["a=1; Path=/"], page, "a=1");
    check_header(&["a=1; Path=/", "b=2; Path=/a", "c=3; Path=/a/bb"], page, "c=3; b=2; a=1");
    check_header(&["b=1; Path=/", "a=2; Path=/", "c=3; Path=/"], page, "b=1; a=2; c=3");
    check_header(&["a=1; Path=/", "a=2; Path=/a", "a=3; Path=/q"], page, "a=2; a=1");
    check_header(&["b=1; Path=/", "a=2; Path=/", "b=3; Path=/"], page, "a=2; b=3");
    check_header(&["b=1; Path=/", "a=2; Path=/", "b=1; Path=/; HttpOnly"], page, "b=1; a=2");
    check_header(&["a=; Path=/", "=b; Path=/", "c; Path=/", "d==; Path=/"], page, "a=; c; d==");
    check_header(&["=b=c; Path=/"], page, "b=c");
    check_header(&["a=ä; Path=/"], page, "a=\u{C3}\u{A4}");
    // Eight octets are longer than seven, whatever characters they make.
    check_header(&["a=1; Path=/a/bb/c/", "b=2; Path=/a/bb/c/d"], "http://x.localhost/a/bb/c/d", "b=2; a=1");
}

#[test]
fn what_is_created_at_one_instant_goes_in_the_order_of_its_coming() {
    for (policy, expected) in [(Policy::default(), "a=2; b=3; c=4"), (Policy::draft(), "c=4; a=2; b=3")] {
        let mut jar = Jar::with(policy);
        for line in ["c=1", "a=2", "b=3", "c=4"] {
            receive(&mut jar, line, X, 0);
        }
        assert_eq!(header(&mut jar, X, 0), expected, "{policy:?}");
        jar.forget("c");
        receive(&mut jar, "c=5", X, 0);
        assert_eq!(header(&mut jar, X, 0), "a=2; b=3; c=5");
    }
}

#[test]
fn a_cookie_is_replaced_where_name_domain_reach_and_path_are_the_same() {
    for (line, from, expected) in [
        ("a=2", X, "replaced"),
        ("a=2; Path=/; Secure; HttpOnly; SameSite=Strict", X, "replaced"),
        ("a=2", "https://x.localhost:1/", "replaced"),
        ("A=2", X, "stored"),
        ("a=2; Path=/b", X, "stored"),
        ("a=2; Domain=x.localhost", X, "stored"),
        ("a=2", "http://blog.x.localhost/", "stored"),
        ("a=2; Max-Age=0", X, "deleted"),
        ("a; Max-Age=0", X, "deleted"),
        ("a=2; Expires=Thu, 01 Jan 1970 00:00:00 GMT", X, "deleted"),
        ("a=2; Expires=Mon, 05 Jan 2026 09:01:00 GMT", X, "deleted"),
        ("a=2; Expires=Mon, 05 Jan 2026 09:01:01 GMT", X, "replaced"),
        ("__Host-a=2", X, "rejected"),
    ] {
        let mut jar = jar(&["a=1; Path=/"]);
        let receipt = receive(&mut jar, line, from, 60);
        let outcome = match &receipt {
            Receipt::Stored(_) => "stored",
            Receipt::Replaced(_) => "replaced",
            Receipt::Deleted { .. } => "deleted",
            Receipt::Rejected { .. } => "rejected",
        };
        assert_eq!(outcome, expected, "{line:?}: {receipt:?}");
        if let Receipt::Stored(cookie) | Receipt::Replaced(cookie) = &receipt {
            assert_eq!(
                (cookie.created, cookie.last_access),
                (at(60), at(60)),
                "another value is as good as new: {line:?}"
            );
            assert!(jar.cookies(at(60)).any(|kept| kept == cookie), "{line:?}");
        }
    }
}

#[test]
fn a_host_and_its_domain_can_each_have_a_cookie_of_one_name() {
    let mut jar = jar(&["a=host", "a=domain; Domain=x.localhost"]);
    assert_eq!(header(&mut jar, X, 9), "a=host; a=domain");
    assert_eq!(header(&mut jar, "http://blog.x.localhost/", 9), "a=domain");
    assert_eq!(receive(&mut jar, "a=; Max-Age=0", X, 9), Receipt::Deleted { name: "a".to_owned() });
    assert_eq!(header(&mut jar, X, 9), "a=domain");
}

#[test]
fn deleting_takes_the_one_cookie_that_is_meant() {
    for (line, expected) in [
        ("a=; Max-Age=0; Path=/", "a=2"),
        ("a=; Max-Age=0; Path=/auth", "a=1"),
        ("a=; Max-Age=0; Path=/other", "a=2; a=1"),
        ("a=; Max-Age=0; Path=/; Domain=x.localhost", "a=2; a=1"),
        ("b=; Max-Age=-1; Path=/", "a=2; a=1"),
    ] {
        let mut jar = jar(&["a=1; Path=/", "a=2; Path=/auth"]);
        receive(&mut jar, line, X, 9);
        assert_eq!(header(&mut jar, "http://x.localhost/auth/login", 9), expected, "{line:?}");
    }
}

#[test]
fn cookies_end_on_their_instant_by_the_lab_clock() {
    let lines = ["a=1; Max-Age=60", "b=2; Expires=Mon, 05 Jan 2026 09:02:00 GMT", "c=3"];
    let kept = jar(&lines);
    for (secs, expected) in [(0, "a b c"), (59, "a b c"), (60, "b c"), (119, "b c"), (120, "c"), (999_999_999, "c")] {
        assert_eq!(names(&kept, secs), expected, "after {secs} s");
        assert_eq!(kept.visible_to_script(&url(X), at(secs)).len(), expected.split(' ').count(), "after {secs} s");
    }
    for (secs, expected) in [(0, Some(60)), (59, Some(60)), (60, Some(120)), (119, Some(120)), (120, None)] {
        assert_eq!(kept.next_expiry(at(secs)), expected.map(at), "after {secs} s");
    }
    // The lab's year may be long past or to come; the machine's clock must not matter.
    let mut jar = Jar::new();
    let page = url(X);
    let request = Request { url: &page, method: "GET", initiator: None, kind: RequestKind::Navigate };
    let past = LabTime::from_secs(1000);
    jar.receive(b"a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:20:00 GMT", &request, past);
    assert_eq!(Jar::header(&jar.decide(&request, past + Duration::from_secs(59))).as_deref(), Some("a=1"));
    assert_eq!(Jar::header(&jar.decide(&request, past + Duration::from_secs(60))), None);
}

#[test]
fn an_expired_cookie_is_named_once_more() {
    let mut jar = jar(&["a=1; Max-Age=60", "b=2"]);
    let decided = |decisions: Vec<Decision>| -> Vec<(String, Rule)> {
        decisions.into_iter().map(|decision| (decision.name, decision.rule)).collect()
    };
    let (a, b) = (("a".to_owned(), Rule::Expired), ("b".to_owned(), Rule::NoInitiator));
    assert_eq!(decided(decide(&mut jar, X, 60)), [a, b.clone()]);
    assert_eq!(decided(decide(&mut jar, X, 60)), [b]);
    // It is no longer there to be replaced, nor to pass its age on.
    let receipt = receive(&mut jar, "a=3", X, 61);
    assert!(matches!(&receipt, Receipt::Stored(cookie) if cookie.created == at(61)), "{receipt:?}");
}

#[test]
fn only_another_value_opens_the_two_minutes_again_and_only_where_the_browser_has_it_so() {
    for (renew_changed, line, end) in [(true, "a=2", 220), (true, "a=1; HttpOnly", 120), (false, "a=2", 120)] {
        let mut jar = Jar::with(Policy { renew_changed, ..Policy::default() });
        receive(&mut jar, "a=1", X, 0);
        receive(&mut jar, "b=1", X, 0);
        receive(&mut jar, line, X, 100);
        let (page, evil) = (url(X), url("http://evil.localhost/"));
        let request = Request { url: &page, method: "POST", initiator: Some(&evil), kind: RequestKind::Navigate };
        let decided = |jar: &mut Jar, secs| {
            let decisions = jar.decide(&request, at(secs));
            let at = decisions.iter().position(|decision| decision.name == "a").expect("it is there");
            (at, decisions[at].rule)
        };
        let place = usize::from(end > 120);
        assert_eq!(decided(&mut jar, end), (place, Rule::LaxAllowingUnsafe), "{line} with {renew_changed}");
        assert_eq!(decided(&mut jar, end + 1), (place, Rule::DefaultTooOld), "{line} with {renew_changed}");
    }
}

#[test]
fn scripts_see_what_is_not_http_only() {
    let mut jar = jar(&[
        "a=1",
        "b=2; HttpOnly",
        "c=3; Secure",
        "d=4; Path=/auth",
        "e=5; SameSite=Strict",
        "f=6; Domain=x.localhost",
    ]);
    receive(&mut jar, "g=7; Secure; Domain=example.com", "https://example.com/", 9);
    receive(&mut jar, "h=8; Domain=example.com", "https://example.com/", 9);
    for (page, expected) in [
        (X, "a c e f"),
        ("http://x.localhost/auth/a", "d a c e f"),
        ("http://blog.x.localhost/", "f"),
        ("http://evil.localhost/", ""),
        ("http://example.com/", "h"),
        ("https://a.example.com/", "g h"),
        ("data:text/html,a", ""),
    ] {
        let visible = jar.visible_to_script(&url(page), at(9));
        let visible: Vec<_> = visible.iter().map(|cookie| cookie.name.as_str()).collect();
        assert_eq!(visible.join(" "), expected, "{page}");
    }
}

#[test]
fn a_thief_puts_a_copy_into_a_jar_of_his_own() {
    let line = "__Host-sid=s3cret; Secure; HttpOnly; SameSite=Strict; Path=/; Max-Age=60";
    let victim = jar(&[line, "pref=p; Domain=x.localhost; Path=/auth"]);
    assert_eq!(victim.copy_of("__Host-sid", "evil.localhost"), None);
    assert_eq!(victim.copy_of("__Host-sid", "blog.x.localhost"), None);
    assert_eq!(victim.copy_of("sid", "x.localhost"), None);
    assert_eq!(victim.copy_of("pref", "blog.x.localhost").map(|copy| copy.value).as_deref(), Some("p"));
    let copy = victim.copy_of("__Host-sid", "x.localhost").expect("the victim has it");
    assert_eq!((copy.http_only, copy.same_site, copy.expires), (true, Some(SameSite::Strict), Some(at(60))));

    let mut thief = jar(&["__Host-sid=own; Secure; Path=/"]);
    thief.put(copy.clone());
    thief.put(copy);
    assert_eq!(header(&mut thief, X, 59), "__Host-sid=s3cret");
    assert_eq!(header(&mut thief, X, 60), "none");
    assert_eq!(names(&victim, 59), "pref __Host-sid", "the victim's is still there");
}

#[test]
fn what_could_go_nowhere_is_not_put() {
    let cookie = jar(&["a=1"]).copy_of("a", "x.localhost").expect("it was just set");
    for (domain, path) in [("", "/"), ("a b", "/"), ("X.localhost", "/"), ("x.localhost:1", "/"), ("x.localhost", "a")]
    {
        let mut jar = Jar::new();
        jar.put(StoredCookie { domain: domain.to_owned(), path: path.to_owned(), ..cookie.clone() });
        assert_eq!(names(&jar, 0), "", "{domain:?} {path:?}");
        assert_eq!(header(&mut jar, X, 0), "none");
    }
}

#[test]
fn cookies_can_be_forgotten() {
    let mut jar = jar(&["a=1", "a=2; Path=/auth", "b=3", "a=4; Domain=x.localhost"]);
    jar.forget("a");
    assert_eq!(names(&jar, 9), "b");
    assert_eq!(header(&mut jar, "http://x.localhost/auth/", 9), "b=3");
    jar.clear();
    assert_eq!(names(&jar, 9), "");
    receive(&mut jar, "a=5", X, 9);
    assert_eq!(header(&mut jar, X, 9), "a=5");
}

#[test]
fn a_domain_keeps_its_most_recently_used() {
    let mut jar = Jar::new();
    for number in 0..180 {
        receive(&mut jar, &format!("n{number}=v; Path=/p{number}"), X, number);
    }
    receive(&mut jar, "other=v", "http://y.localhost/", 180);
    assert_eq!(jar.cookies(at(180)).count(), 181, "180 of one domain are not too many");
    assert_eq!(header(&mut jar, "http://x.localhost/p0", 181), "n0=v");
    receive(&mut jar, "late=v", X, 182);
    let kept = names(&jar, 182);
    let is_kept = |name: &str| kept.split(' ').any(|kept| kept == name);
    let expected = [("n0", true), ("n1", false), ("n2", true), ("n179", true), ("other", true), ("late", true)];
    for (name, expected) in expected {
        assert_eq!(is_kept(name), expected, "{name} of {kept}");
    }
}

#[test]
fn in_a_full_domain_secure_cookies_outrank_the_others() {
    let mut jar = Jar::new();
    for number in 0..180 {
        let secure = if number == 179 { "" } else { "; Secure" };
        receive(&mut jar, &format!("n{number}=v{secure}"), X, number);
    }
    receive(&mut jar, "late=v; Secure", X, 180);
    assert!(!names(&jar, 180).contains("n179"), "the only one that was not Secure goes first");
    let receipt = receive(&mut jar, "plain=v", X, 181);
    assert_eq!(receipt, Receipt::Rejected { name: "plain".to_owned(), rule: Rule::NoRoom });
    assert!(names(&jar, 181).starts_with("n0 n1 "), "nothing went for its sake");
    assert!(matches!(receive(&mut jar, "n5=w; Secure", X, 182), Receipt::Replaced(_)), "a new value needs no room");
    assert_eq!(jar.cookies(at(182)).count(), 180);
}

#[test]
fn expired_cookies_make_room_first() {
    let mut jar = Jar::new();
    receive(&mut jar, "old=v", X, 0);
    for number in 1..180 {
        receive(&mut jar, &format!("n{number}=v; Max-Age=60"), X, number / 100);
    }
    receive(&mut jar, "late=v", X, 61);
    assert_eq!(names(&jar, 61), "old late");
}

#[test]
fn ten_thousand_cookies_leave_three_thousand() {
    let mut jar = Jar::new();
    for number in 0..10_000_u64 {
        let receipt =
            receive(&mut jar, &format!("n{number}=v"), &format!("http://h{}.localhost/", number % 100), number);
        assert!(matches!(receipt, Receipt::Stored(_)), "{receipt:?}");
    }
    let kept: Vec<_> = jar.cookies(at(10_000)).collect();
    assert_eq!(kept.len(), 3000);
    assert!(kept.iter().all(|cookie| cookie.created >= at(7000)), "the oldest are gone");
    let decisions = decide(&mut jar, "http://h7.localhost/", 10_000);
    assert_eq!((decisions.len(), decisions.iter().filter(|decision| decision.sent).count()), (3000, 30));
    let clone = jar.clone();
    for number in 0..10_000_u64 {
        receive(&mut jar, &format!("n{number}=v"), X, 10_001 + number);
    }
    let of_x = jar.cookies(at(20_001)).filter(|cookie| cookie.domain == "x.localhost").count();
    assert_eq!((of_x, jar.cookies(at(20_001)).count()), (180, 3000));
    assert_eq!(jar.shelves.contents(), (3000, false), "what is gone is gone below too");
    assert_eq!(clone.cookies(at(20_001)).count(), 3000, "a clone is a jar of its own");
}

/// A small generator of our own, so that the same garbage comes every time.
struct Garbage(u64);

impl Garbage {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits fit") % below
    }
}

#[test]
fn garbage_is_stored_or_refused_and_never_panics() {
    const WORDS: [&[u8]; 24] = [
        b"=",
        b";",
        b" ",
        b"\t",
        b"a",
        b"__Host-",
        b"__secure-",
        b"; Secure",
        b"; HttpOnly",
        b"; Path=",
        b"/",
        b"//a",
        b"; Domain=",
        b".",
        b"x.localhost",
        b"localhost",
        b"; SameSite=",
        b"None",
        b"; Max-Age=",
        b"-99999999999999999999",
        b"; Expires=",
        b"31 Feb 99999 1:2:3",
        b"\xC3",
        b"\xFF",
    ];
    let urls =
        [X, "http://a..x.localhost./%FF/ü", "http://x.example.com/", "https://[::1]/a", "http://127.0.0.1", "data:,a"]
            .map(url);
    let kinds = [RequestKind::Navigate, RequestKind::Subresource, RequestKind::Fetch { credentials: true }];
    let mut garbage = Garbage(0x9E37_79B9_7F4A_7C15);
    let mut jar = Jar::new();
    let (mut stored, mut rejected) = (0, 0);
    for round in 0..20_000 {
        let mut line = Vec::new();
        for _ in 0..garbage.next(12) {
            match garbage.next(8) {
                0 => line.push(u8::try_from(garbage.next(256)).expect("below 256")),
                _ => line.extend(WORDS[garbage.next(WORDS.len())]),
            }
        }
        let initiator = (garbage.next(2) == 0).then(|| &urls[garbage.next(urls.len())]);
        let (url, kind) = (&urls[garbage.next(urls.len())], kinds[garbage.next(kinds.len())]);
        let request = Request { url, method: "POST", initiator, kind };
        match jar.receive(&line, &request, at(round)) {
            Receipt::Stored(_) | Receipt::Replaced(_) => stored += 1,
            Receipt::Deleted { .. } => {}
            Receipt::Rejected { rule, .. } => {
                rejected += 1;
                assert!(rule != Rule::NoRoom || jar.cookies(at(round)).count() >= 180, "{line:?} at {url}");
            }
        }
        let decisions = jar.decide(&request, at(round));
        assert_eq!(Jar::header(&decisions).is_some(), decisions.iter().any(|decision| decision.sent));
        assert_eq!(jar.shelves.contents(), (jar.records.len(), false), "what is gone is gone below too");
    }
    assert!(stored > 1000 && rejected > 1000, "{stored} stored, {rejected} rejected: the garbage reaches both ends");
}

#[test]
fn values_stay_out_of_debug_output() {
    let mut jar = jar(&["sid=s3cret"]);
    let receipt = receive(&mut jar, "sid=s3cret2", X, 1);
    for shown in [format!("{jar:?}"), format!("{receipt:?}"), format!("{:?}", decide(&mut jar, X, 2))] {
        assert!(shown.contains("sid") && !shown.contains("s3cret"), "{shown}");
    }
}
