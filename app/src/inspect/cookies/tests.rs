//! Questions as they come from outside, and the answers.

use serde_json::json;

use super::*;

fn ask(question: &Value) -> Value {
    answer(question, LabTime::START).expect("the test's question can be understood")
}

/// What is sent to `then` of what lines from `url` leave, each line and address as it stands.
#[track_caller]
fn check(lines: &[&str], url: &str, then: &str, expected: &str) {
    let answer = ask(&json!({ "set_cookie": lines, "url": url, "then": then }));
    assert_eq!(answer["sent"], expected, "{lines:?} from {url} to {then}: {answer:#}");
}

/// What a cross-site request with one more field carries.
#[track_caller]
fn check_with(line: &str, more: Value, expected: &str) {
    let mut question = json!({ "set_cookie": [line], "url": "http://x.localhost/" });
    let fields = question.as_object_mut().expect("it is an object");
    fields.extend(more.as_object().expect("the test gives an object").clone());
    let answer = ask(&question);
    let withheld = answer["withheld"][0]["rule"].as_str().unwrap_or_default();
    let rejected = answer["rejected"][0]["rule"].as_str().unwrap_or_default();
    let outcome = [answer["sent"].as_str().expect("it is a string"), withheld, rejected].concat();
    assert_eq!(outcome, expected, "{question}");
}

#[test]
fn what_is_stored_is_sent() {
    let answer = ask(&json!({
        "set_cookie": ["Set-Cookie: a=b; Path=/; Secure", "c=d; Path=/api", "__Host-e=f", "a=; Max-Age=0; Path=/q"],
        "url": "http://x.localhost/", "then": "http://x.localhost/api/me",
    }));
    assert_eq!(answer["schema"], "lockstep.cookies/1");
    assert_eq!(answer["sent"], "c=d; a=b");
    assert_eq!(
        answer["stored"][0],
        json!({
            "name": "a", "value": "b", "line": 0,
            "attributes": {
                "domain": "x.localhost", "host_only": true, "path": "/", "expires": null,
                "secure": true, "http_only": false, "same_site": "Default",
            },
        })
    );
    assert_eq!(answer["stored"][1]["name"], "c");
    assert_eq!(answer["rejected"][0]["cookie"], "__Host-e=f");
    assert_eq!(answer["rejected"][0]["rule"], "host-prefix");
    assert_eq!(answer["rejected"][0]["section"], "5.7 step 21");
    assert_eq!(answer["rejected"][0]["change"], Value::Null, "it lacks two things");
    assert_eq!(answer["deleted"], json!([{ "name": "a", "line": 3 }]));
    assert_eq!(answer["carried"][0]["rule"], "no-initiator");
    assert_eq!(answer["withheld"], json!([]));
    assert_eq!((answer.get("table"), answer.get("explained")), (None, None), "only where they are asked for");
}

#[test]
fn lines_come_with_and_without_their_name() {
    let (x, none) = ("http://x.localhost/", "");
    check(&["Set-Cookie: a=b"], x, x, "a=b");
    check(&["set-cookie:a=b"], x, x, "a=b");
    check(&["SET-COOKIE:\t a=b\r\n"], x, x, "a=b");
    check(&["a=b\n"], x, x, none);
    check(&["Set-Cookie: a=b\nSet-Cookie: c=d\n"], x, x, none);
    check(&["Set-Cookie"], x, x, "Set-Cookie");
    check(&["Set-Cookie : a=b"], x, x, "Set-Cookie : a=b");
    check(&["Set-Cookie:"], x, x, none);
}

/// Cases of our own in the manner of the public suites, which ask what comes back after what was set.
#[test]
fn conformance() {
    let (home, result) = ("http://www.site.example:8888/set?1", "http://www.site.example:8888/set-result?1");
    for (line, expected) in [
        ("n=v", "n=v"),
        ("n=v; version=1; custom=\"a; b\"", "n=v"),
        ("n=v;;; ; Secure", ""),
        ("n=v; secure=no", ""),
        ("n=v; \"Secure\"", "n=v"),
        ("n=v; Secure x", "n=v"),
        ("n=v; Path=/other", ""),
        ("n=v; Path=/other; Path=/", "n=v"),
        ("n=v; Path=/set-result", "n=v"),
        ("n=v; Path=/set", ""),
        ("n=v; path = /set-result ", "n=v"),
        ("n=v; Path=\"/\"", "n=v"),
        ("n=v; Path=/set-result/", ""),
        ("n=\"a b\"  \"c\"  ;", "n=\"a b\"  \"c\""),
        ("  n == v ", "n== v"),
        ("n", "n"),
        ("=n", "n"),
        ("=n=v", "n=v"),
        ("\tn\t=\tv\t", "n=v"),
        ("n\tm=v\tw", "n\tm=v\tw"),
        ("n=v, m=w", "n=v, m=w"),
        ("n=v; Max-Age=50,399", "n=v"),
        ("n=v; Max-Age=-20", ""),
        ("n=v; Max-Age=60; Max-Age=0", ""),
        ("n=v; Max-Age=0; Max-Age=", ""),
        ("n=v; Expires=Thu, 10 Apr 1980 16:33:12 GMT", ""),
        ("n=v; Expires=Thu, 10 Apr 1980 16:33:12 GMT; Max-Age=60", "n=v"),
        ("n=v; Expires=10 Apr 2027 16:33:12, m=w", "n=v"),
        ("n=v; Domain=www.site.example", "n=v"),
        ("n=v; Domain=..www.site.example", ""),
        ("n=v; Domain=site.example; Domain=other.example", ""),
        ("n=v; Domain=other.example; Domain=", "n=v"),
        ("n=v; Domain=.", "n=v"),
        ("n=v; Domain=.example", ""),
        ("n=v; Domain=www.site.example.", ""),
        ("n=v; Domain=www.site.example:8888", ""),
        ("n=v; Domain=\"www.site.example\"", ""),
        ("__Secure-n=v", ""),
        ("__Host-n=v; Path=/", ""),
        ("__Http-n=v", "__Http-n=v"),
        ("=__Secure-n", ""),
        ("__HOST-", ""),
        ("__Hos=t-", "__Hos=t-"),
        ("\u{e6}\u{98}\u{a5}=\u{ff}", "\u{e6}\u{98}\u{a5}=\u{ff}"),
        ("n=\u{0}", ""),
        ("n=v; x=\u{7f}", ""),
        ("n=\u{80}\u{9f}\u{a0}", "n=\u{80}\u{9f}\u{a0}"),
    ] {
        check(&[line], home, result, expected);
    }
    let sibling = "http://api.site.example:8888/set-result";
    check(&["n=v; Domain=SITE.example", "m=w"], home, sibling, "n=v");
    check(&["n=1; Domain=.site.example", "n=2; Domain=site.example", "n=3"], home, result, "n=2; n=3");
    check(&["n=1; Domain=www.site.example"], home, "http://WWW.Site.Example/", "n=1");
    check(&["n=1; Domain=co.uk"], "http://a.co.uk/", "http://b.co.uk/", "");
    check(&["b=1", "a=2", "b=3", "c=4; Path=/set-result"], home, result, "c=4; b=3; a=2");
    check(&["n=v", "="], home, result, "n=v");
    check(&["n", "m"], home, result, "m");
    check(&["n=v"], "http://127.0.0.1/", "http://127.0.0.1:1/", "n=v");
    check(&["n=v; Domain=[::1]"], "http://[::1]/", "http://[::1]/", "n=v");
    check(&["n=v; Path=/a b"], home, "http://www.site.example/a b", "");
    check(&["n=v; Path=/a%20b"], home, "http://www.site.example/a b", "n=v");
}

#[test]
fn who_asks_and_how_decides() {
    let (evil, own) = ("http://evil.localhost/", "http://x.localhost:9/");
    check_with("a=b", json!({ "initiator": null, "method": "POST" }), "a=b");
    check_with("a=b; SameSite=Strict", json!({ "initiator": "null" }), "strict");
    check_with("a=b; SameSite=Lax", json!({ "initiator": "null", "kind": "subresource" }), "lax-not-navigation");
    check_with("a=b; SameSite=Lax", json!({ "initiator": "null" }), "a=b");
    check_with("a=b; SameSite=Strict", json!({ "initiator": own, "kind": "subresource" }), "a=b");
    check_with("a=b; SameSite=Strict", json!({ "initiator": evil }), "strict");
    check_with("a=b; SameSite=Lax", json!({ "initiator": evil }), "a=b");
    check_with("a=b; SameSite=Lax", json!({ "initiator": evil, "method": "post" }), "lax-unsafe-method");
    check_with("a=b; SameSite=Lax", json!({ "initiator": evil, "kind": "subresource" }), "lax-not-navigation");
    check_with("a=b; SameSite=None; Secure", json!({ "initiator": evil, "kind": "fetch-include" }), "a=b");
    check_with("a=b; SameSite=None; Secure", json!({ "initiator": evil, "kind": "fetch" }), "no-credentials");
    check_with("a=b", json!({ "initiator": evil, "method": "POST", "after": 120 }), "a=b");
    check_with("a=b", json!({ "initiator": evil, "method": "POST", "after": 121 }), "default-too-old");
    let strictly = json!({ "lax-allowing-unsafe": false });
    check_with("a=b", json!({ "initiator": evil, "method": "POST", "policies": strictly }), "lax-unsafe-method");
    check_with("a=b; Secure", json!({ "policies": { "trustworthy-loopback": false } }), "secure-from-insecure");
    check_with("a=b\tc; Partitioned", json!({}), "a=b\tc");
    check_with("a=b\tc", json!({ "policies": { "refuse-tabs": true } }), "tab-within");
    check_with("a=b; Domain=localhost", json!({ "policies": { "reject-public-suffixes": false } }), "a=b");
    check_with("a=b; Max-Age=60", json!({ "after": 60 }), "expired");
    check_with("a=b; Expires=5 Jan 2026 09:00:01", json!({ "at": "2026-01-05T09:00:00Z" }), "a=b");
    check_with("a=b; Expires=5 Jan 2026 09:00:01", json!({ "at": 1_767_603_602 }), "");
    check_with("a=b; HttpOnly", json!({ "set_kind": "script" }), "http-only-from-script");
    check_with("a=b", json!({ "set_kind": "script", "set_initiator": evil }), "cross-site-response");
    check_with("a=b", json!({ "set_kind": "subresource", "set_initiator": evil }), "cross-site-response");
    check_with("a=b", json!({ "set_kind": "navigate", "set_initiator": evil }), "a=b");
    check_with("a=b", json!({ "url": "ftp://x.localhost/" }), "not-http");
    check_with("a=b", json!({ "then": "data:text/html,a" }), "not-http");
}

#[test]
fn what_can_not_be_understood_is_one_sentence() {
    for (question, part) in [
        (json!([]), "no JSON object"),
        (json!({ "url": "http://x.localhost/" }), "set_cookie is missing"),
        (json!({ "set_cookie": [] }), "url is missing"),
        (json!({ "set_cookie": {}, "url": "http://x.localhost/" }), "set_cookie is an object"),
        (json!({ "set_cookie": ["a=b", 3], "url": "http://x.localhost/" }), "set_cookie[1] is a number"),
        (json!({ "set_cookie": ["a=\u{20ac}"], "url": "http://x.localhost/" }), "set_cookie[0] has U+20AC"),
        (json!({ "set_cookie": "\u{1f36a}", "url": "http://x.localhost/" }), "U+1F36A as its character 1"),
        (json!({ "set_cookie": vec!["="; 10_001], "url": "http://x.localhost/" }), "10001 lines: at most 10000"),
        (json!({ "set_cookie": vec!["=".repeat(70_000); 15], "url": "http://x.localhost/" }), "1050000 octets in all"),
        (json!({ "set_cookie": [], "url": "x.localhost" }), "url is no address"),
        (json!({ "set_cookie": [], "url": 3 }), "url is a number"),
        (json!({ "set_cookie": [], "url": "http://x.localhost/", "then": "/a" }), "then is no address"),
        (json!({ "set_cookie": [], "url": "http://x.localhost/", "initiator": "" }), "initiator is no address"),
        (
            json!({ "set_cookie": [], "url": "http://x.localhost/", "kind": "iframe" }),
            "there are navigate, subresource",
        ),
        (json!({ "set_cookie": [], "url": "http://x.localhost/", "kind": "script" }), "a script only sets cookies"),
        (json!({ "set_cookie": [], "url": "http://x.localhost/", "method": "GE T" }), "no HTTP method"),
        (json!({ "set_cookie": [], "url": "http://x.localhost/", "after": -1 }), "whole number of seconds"),
        (json!({ "set_cookie": [], "url": "http://x.localhost/", "at": "soon" }), "soon"),
        (json!({ "set_cookie": [], "url": "http://x.localhost/", "at": 1e300 }), "at is no moment"),
        (json!({ "set_cookie": [], "url": "http://x.localhost/", "explain": 1 }), "explain is a number"),
        (json!({ "set_cookie": [], "url": "http://x.localhost/", "policies": { "x": true } }), "lax-allowing-unsafe"),
    ] {
        let why = answer(&question, LabTime::START).expect_err("the question makes no sense");
        assert!(why.contains(part) && !why.contains('\n'), "{part}: {why}");
    }
}

/// Every change that is named is tried here from outside: with it in the line or the request, the outcome is another.
#[test]
fn a_change_that_is_named_turns_the_outcome_around() {
    let by = |line: &str, row: &str| {
        let question = json!({ "set_cookie": [line], "url": "http://x.localhost/", "explain": true });
        let answer = ask(&question);
        let rows = answer["table"].as_array().expect("it was asked for").clone();
        let row = rows.into_iter().find(|one| one["id"] == row).expect("the row is there");
        (row["cookies"][0]["sent"] == true, row["cookies"][0]["change"].as_str().unwrap_or("nothing").to_owned())
    };
    for (line, row, sent, change) in [
        ("a=b", "address-bar", true, "a Path that the address is not under"),
        ("a=b", "same-page", true, "a Path that the address is not under"),
        ("a=b; SameSite=Strict", "cross-site-link", false, "SameSite=Lax"),
        ("a=b; SameSite=Lax", "cross-site-link", true, "SameSite=Strict"),
        ("a=b", "cross-site-form", true, "SameSite=Lax"),
        ("a=b; SameSite=Lax", "cross-site-form", false, "SameSite=None and Secure"),
        ("a=b; SameSite=None; Secure", "cross-site-form", true, "SameSite=Lax"),
        ("a=b; SameSite=Lax", "cross-site-image", false, "SameSite=None and Secure"),
        ("a=b; SameSite=None; Secure", "cross-site-fetch", true, "SameSite=Lax"),
        ("a=b; Path=/auth", "cross-site-link", false, "Path=/"),
        ("a=b; Path=/auth; SameSite=Strict", "cross-site-link", false, "nothing"),
    ] {
        assert_eq!(by(line, row), (sent, change.to_owned()), "{line} by {row}");
    }
    let to_store = |line: &str, url: &str| {
        let answer = ask(&json!({ "set_cookie": [line], "url": url }));
        assert_eq!(answer["stored"], json!([]), "{line}");
        answer["rejected"][0]["change"].as_str().unwrap_or("nothing").to_owned()
    };
    let (x, other) = ("http://x.localhost/", "http://x.example/");
    assert_eq!(to_store("a=b; Domain=other.localhost", x), "no Domain");
    assert_eq!(to_store("__Host-a=b; Path=/", x), "Secure");
    assert_eq!(to_store("__Host-a=b; Secure", "http://x.localhost/auth/login"), "Path=/");
    assert_eq!(to_store("a=b; SameSite=None", x), "Secure");
    assert_eq!(to_store("a=b; Secure", other), "a response over https");
    assert_eq!(to_store("a=b; SameSite=None; Domain=other.example", other), "nothing");
    assert_eq!(to_store("a=b\u{1}", x), "no control characters");
    assert_eq!(to_store("", x), "a name or a value");
    assert_eq!(to_store("a=b", "ftp://x.localhost/"), "a response over https");
    assert_eq!(to_store("a=b", "data:text/html,a"), "an http or https address");
}

#[test]
fn the_table_has_every_initiator_and_its_own_other_site() {
    for url in
        ["http://x.localhost/", "https://other.example/a", "http://127.0.0.1:8443/", "https://[::1]/", "http://co.uk/"]
    {
        let answer = ask(&json!({ "set_cookie": ["a=b; SameSite=Strict"], "url": url, "explain": true }));
        let rows = answer["table"].as_array().expect("it was asked for");
        let sent: Vec<&str> = rows
            .iter()
            .filter(|row| row["cookies"][0]["sent"] == true)
            .map(|row| row["id"].as_str().expect("an id"))
            .collect();
        assert_eq!(rows.len(), 8);
        assert_eq!(sent, ["address-bar", "same-page", "same-site-sibling"], "{url}: {rows:#?}");
        assert_ne!(rows[1]["initiator"], rows[2]["initiator"], "{url}");
    }
}

#[test]
fn attributes_are_told_as_they_count() {
    let line =
        "a=b; Path=x; Max-Age=60; max-age=60s; SameSite=Strict; samesite=Sometimes; Max-Age=34560001; Foo; Secure=no";
    let answer = ask(&json!({ "set_cookie": [line], "url": "http://x.localhost/", "explain": true }));
    let told: Vec<String> = answer["explained"][0]["attributes"]
        .as_array()
        .expect("it is a list")
        .iter()
        .map(|told| format!("{} {} {}", told["attribute"], told["counts"], told["effect"]))
        .collect();
    for (at, parts) in [
        (0, ["\"Path\" true", "the directory of the address", "5.6.4"]),
        (1, ["\"Max-Age\" false", "comes again later", ""]),
        (2, ["\"max-age\" false", "no whole number of seconds", ""]),
        (3, ["\"SameSite\" false", "comes again later", ""]),
        (4, ["\"samesite\" true", "No browser knows this value", "Lax by default"]),
        (5, ["\"Max-Age\" true", "400 days", "2027-02-09T09:00:00Z"]),
        (6, ["\"Foo\" false", "no such attribute", ""]),
        (7, ["\"Secure\" true", "says nothing", ""]),
    ] {
        for part in parts {
            assert!(told[at].contains(part), "{part:?} is not in {:?}", told[at]);
        }
    }
    let absent = answer["explained"][0]["absent"].as_array().expect("it is a list");
    let absent: Vec<&str> = absent.iter().map(|absent| absent["attribute"].as_str().expect("a name")).collect();
    assert_eq!(absent, ["HttpOnly", "SameSite", "Domain"]);
}

#[test]
fn a_cookie_line_is_taken_apart() {
    let told = take_apart(b"Cookie: a=b;c ;; a=eyJhbGciOiJub25lIn0.e30.; __Host-d==\xFF").expect("it has the name");
    let told: Vec<(&str, &str, usize)> =
        told.cookies.iter().map(|pair| (&*pair.name, &*pair.value, pair.notes.len())).collect();
    assert_eq!(told, [("a", "b", 0), ("", "c", 1), ("a", "eyJhbGciOiJub25lIn0.e30.", 2), ("__Host-d", "=\u{ff}", 1)]);
    assert!(take_apart(b"a=b").is_none());
    assert!(take_apart(b"Set-Cookie: a=b").is_none());
    assert_eq!(take_apart(b"cookie:").expect("it has the name").cookies.len(), 0);
    let many = [b"Cookie: ".as_slice(), &b"a=b;".repeat(20_000)].concat();
    let told = take_apart(&many).expect("it has the name");
    assert_eq!((told.cookies.len(), told.left_out), (1000, 19_000));
}

#[test]
fn monsters_are_answered() {
    let x = "http://x.localhost/";
    let ask_about = |lines: Vec<String>| ask(&json!({ "set_cookie": lines, "url": x, "explain": true }));
    let answer = ask_about(vec![format!("a={}", "v".repeat(65_536)), format!("b={}", "v".repeat(4095))]);
    assert_eq!(answer["rejected"][0]["rule"], "too-large");
    assert_eq!(answer["stored"][0]["name"], "b");
    let answer = ask_about(vec![format!("a=b{}", "; Path=/; Max-Age=6x; =; SameSite".repeat(10_000))]);
    assert_eq!(answer["sent"], "a=b");
    assert_eq!(answer["explained"][0]["left_out"], 40_000 - 32);
    let answer = ask_about(vec![format!("a=b{}", ";Max-Age=6x".repeat(90_000))]);
    assert_eq!(answer["explained"][0]["attributes"][0]["counts"], false);
    let answer = ask_about((0..1000).map(|number| format!("n{number}=v")).collect());
    assert_eq!(answer["stored"].as_array().map(Vec::len), Some(180), "a domain has no more");
    assert_eq!(answer["table"][0]["cookies"].as_array().map(Vec::len), Some(20));
    let answer = ask_about(vec!["=".to_owned(), ";;;;".to_owned(), "==".to_owned(), "\0".to_owned()]);
    assert_eq!(answer["sent"], "=");
    let long = format!("a=b; {}=c; Path=/{}", "n".repeat(65_536), "p".repeat(65_536));
    assert_eq!(ask_about(vec![long])["sent"], "a=b");
}
