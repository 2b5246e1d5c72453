//! What comes out of a `Set-Cookie` line, and when a cookie ends.

use super::*;

/// A parsed line in one fixed spelling, or the rule that refuses it.
fn spelled(line: &[u8]) -> String {
    let cookie = match SetCookie::parse(line) {
        Ok(cookie) => cookie,
        Err(rule) => return rule.id().to_owned(),
    };
    let mut text = format!("[{}]=[{}]", cookie.name, cookie.value);
    let attributes = [
        cookie.max_age_secs.map(|secs| format!("max-age {secs}")),
        cookie.expires.map(|end| format!("expires {end}")),
        cookie.domain.map(|domain| format!("domain [{domain}]")),
        cookie.path.map(|path| format!("path [{path}]")),
        cookie.secure.then(|| "secure".to_owned()),
        cookie.http_only.then(|| "http-only".to_owned()),
        cookie.same_site.map(|same_site| format!("same-site {}", same_site.attribute())),
    ];
    for attribute in attributes.into_iter().flatten() {
        text.push_str("; ");
        text.push_str(&attribute);
    }
    octets::shown(&text)
}

#[track_caller]
fn check(line: &str, expected: &str) {
    assert_eq!(spelled(line.as_bytes()), expected, "{line:?}");
}

#[test]
fn name_and_value() {
    check("a=b", "[a]=[b]");
    check(" \ta \t=\t b ", "[a]=[b]");
    check("a=", "[a]=[]");
    check("=a", "[]=[a]");
    check("a", "[]=[a]");
    check("", "[]=[]");
    check("=", "[]=[]");
    check("; Secure", "[]=[]; secure");
    check("a=b=c", "[a]=[b=c]");
    check("==b", "[]=[=b]");
    check("a b=c d", "[a b]=[c d]");
    check("a=\"b\"", "[a]=[\"b\"]");
    check("a=\"b;c\"", "[a]=[\"b]");
    check("a=b,c=d", "[a]=[b,c=d]");
    check("ä=€", "[ä]=[€]");
    check("a\tb=c\td", "[a\tb]=[c\td]");
    check("a=\u{a0}b", "[a]=[\u{a0}b]");
}

#[test]
fn control_characters_refuse_the_line() {
    for code in (0..=0x1F).chain([0x7F]).filter(|code| *code != b'\t') {
        for line in [&[b'a', b'=', code], &[code, b'=', b'b'], &[b'a', b';', code]] {
            assert_eq!(spelled(line), "control-character", "{line:?}");
        }
    }
    check("a=b; Path=/\t; Secure", "[a]=[b]; path [/]; secure");
}

#[test]
fn octets_are_kept_whatever_they_are_as_text() {
    assert_eq!(spelled(b"a=\xFF"), "[a]=[\u{FF}]");
    assert_eq!(spelled(b"\xC3=b"), "[\u{C3}]=[b]");
    assert_eq!(spelled(b"\xA0a\x85=\xA0b\x85"), "[\u{A0}a\u{85}]=[\u{A0}b\u{85}]", "no white space in octets");
    assert_eq!(spelled(b"a=b; \xFF=\xFF; Path=/\xFF; Secure"), "[a]=[b]; path [/\u{FF}]; secure");
    assert_eq!(spelled(b"a=b; Domain=\xC4.LOCALHOST"), "[a]=[b]; domain [\u{C4}.localhost]");
    let cookie = SetCookie::parse("ä=€".as_bytes()).expect("any octets but controls are a cookie");
    assert_eq!((&*cookie.name, &*cookie.value), ("\u{C3}\u{A4}", "\u{E2}\u{82}\u{AC}"));
    assert_eq!(SetCookie::name_in(b" a\xFF = b; c=d"), "a\u{FF}");
    assert_eq!(SetCookie::name_in(b"a; c=d"), "");
}

#[test]
fn limits_count_octets() {
    let kept = |line: &str| {
        SetCookie::parse(line.as_bytes()).map(|cookie| octets::count(&cookie.name) + octets::count(&cookie.value))
    };
    assert_eq!(kept(&format!("a={}", "v".repeat(4095))), Ok(4096));
    assert_eq!(kept(&format!("a={}", "v".repeat(4096))), Err(Rule::TooLarge));
    assert_eq!(kept(&format!("{}=", "n".repeat(4096))), Ok(4096));
    assert_eq!(kept(&format!("{}=", "n".repeat(4097))), Err(Rule::TooLarge));
    assert_eq!(kept(&"v".repeat(4096)), Ok(4096));
    assert_eq!(kept(&"v".repeat(4097)), Err(Rule::TooLarge));
    assert_eq!(kept(&format!("aa={}", "é".repeat(2047))), Ok(4096));
    assert_eq!(kept(&format!("aaa={}", "é".repeat(2047))), Err(Rule::TooLarge));
    assert_eq!(kept(&format!("  a  =  {}  ", "v".repeat(4095))), Ok(4096), "white space around does not count");
    assert_eq!(kept(&format!("a=b; Comment={}", "c".repeat(9000))), Ok(2), "attributes do not count");
    let path = "p".repeat(1023);
    check(&format!("a=b; Path=/{path}"), &format!("[a]=[b]; path [/{path}]"));
    check(&format!("a=b; Path=/{path}p"), "[a]=[b]");
    check(&format!("a=b; Path=/x; Path=/{path}p; Secure"), "[a]=[b]; path [/x]; secure");
    check(&format!("a=b; HttpOnly={}", "x".repeat(1025)), "[a]=[b]");
}

#[test]
fn flags() {
    check("a=b; Secure; HttpOnly", "[a]=[b]; secure; http-only");
    check("a=b;secure;HTTPONLY", "[a]=[b]; secure; http-only");
    check("a=b; Secure=false; HttpOnly=0", "[a]=[b]; secure; http-only");
    check("a=b; \t Secure \t ;;; HttpOnly = ", "[a]=[b]; secure; http-only");
    check("a=b; Secured; Http-Only; =Secure", "[a]=[b]");
}

#[test]
fn same_site_attributes() {
    check("a=b; SameSite=Strict", "[a]=[b]; same-site Strict");
    check("a=b; samesite=LAX", "[a]=[b]; same-site Lax");
    check("a=b; SameSite=none", "[a]=[b]; same-site None");
    check("a=b; SameSite", "[a]=[b]");
    check("a=b; SameSite=Sometimes", "[a]=[b]");
    check("a=b; SameSite=Strict; SameSite=Lax", "[a]=[b]; same-site Lax");
    check("a=b; SameSite=Strict; SameSite=Sometimes", "[a]=[b]");
}

#[test]
fn domains_and_paths() {
    check("a=b; Domain=X.Localhost", "[a]=[b]; domain [x.localhost]");
    check("a=b; Domain=.x.localhost", "[a]=[b]; domain [x.localhost]");
    check("a=b; Domain=..x.localhost", "[a]=[b]; domain [.x.localhost]");
    check("a=b; Domain=", "[a]=[b]; domain []");
    check("a=b; Domain=.", "[a]=[b]; domain []");
    check("a=b; Domain=x.localhost; Domain", "[a]=[b]; domain []");
    check("a=b; Path=/x", "[a]=[b]; path [/x]");
    check("a=b; Path=x", "[a]=[b]; path [x]");
    check("a=b; Path=/x; Path=", "[a]=[b]; path []");
    check("a=b; Path=\"/x\"", "[a]=[b]; path [\"/x\"]");
}

#[test]
fn max_ages() {
    check("a=b; Max-Age=60", "[a]=[b]; max-age 60");
    check("a=b; max-age=0", "[a]=[b]; max-age 0");
    check("a=b; Max-Age=-1", "[a]=[b]; max-age -1");
    check("a=b; Max-Age=007", "[a]=[b]; max-age 7");
    check("a=b; Max-Age=99999999999999999999", &format!("[a]=[b]; max-age {}", i64::MAX));
    check("a=b; Max-Age=-99999999999999999999", &format!("[a]=[b]; max-age {}", -i64::MAX));
    for nonsense in ["", "-", "+60", "60s", "6 0", "1.5", "1e3", "--1", "٣", "\"60\""] {
        check(&format!("a=b; Max-Age={nonsense}"), "[a]=[b]");
        check(&format!("a=b; Max-Age=60; Max-Age={nonsense}"), "[a]=[b]; max-age 60");
    }
    check("a=b; Max-Age=60; Max-Age=70", "[a]=[b]; max-age 70");
}

#[test]
fn expiries() {
    check("a=b; Expires=Mon, 05 Jan 2026 09:00:00 GMT", "[a]=[b]; expires 2026-01-05T09:00:00Z");
    check("a=b; Expires=tomorrow", "[a]=[b]");
    check("a=b; Expires=5 Jan 26 09:00:00; Expires=tomorrow", "[a]=[b]; expires 2026-01-05T09:00:00Z");
    check("a=b; Expires=5 Jan 26 09:00:00; Expires=6 Jan 26 09:00:00", "[a]=[b]; expires 2026-01-06T09:00:00Z");
}

#[track_caller]
fn check_end(attributes: &str, expected: &str) {
    let line = format!("a=b; {attributes}");
    let cookie = SetCookie::parse(line.as_bytes()).expect("the test's cookie is valid");
    let end = cookie.end(LabTime::START).map_or("browser".to_owned(), |end| end.to_string());
    assert_eq!(end, expected, "{attributes:?} at {}", LabTime::START);
}

#[test]
fn the_end_of_a_cookie() {
    check_end("Secure", "browser");
    check_end("Max-Age=60", "2026-01-05T09:01:00Z");
    check_end("Max-Age=1", "2026-01-05T09:00:01Z");
    check_end("Max-Age=0", "1970-01-01T00:00:00Z");
    check_end("Max-Age=-60", "1970-01-01T00:00:00Z");
    check_end("Expires=Mon, 05 Jan 2026 10:00:00 GMT", "2026-01-05T10:00:00Z");
    check_end("Expires=Mon, 05 Jan 2025 10:00:00 GMT", "2025-01-05T10:00:00Z");
    check_end("Max-Age=60; Expires=Mon, 05 Jan 2025 10:00:00 GMT", "2026-01-05T09:01:00Z");
    check_end("Expires=Mon, 05 Jan 2027 10:00:00 GMT; Max-Age=0", "1970-01-01T00:00:00Z");
    check_end("Max-Age=soon; Expires=Mon, 05 Jan 2026 10:00:00 GMT", "2026-01-05T10:00:00Z");
    check_end("Max-Age=34560000", "2027-02-09T09:00:00Z");
    check_end("Max-Age=34560001", "2027-02-09T09:00:00Z");
    check_end("Max-Age=9999999999999999999999", "2027-02-09T09:00:00Z");
    check_end("Expires=Tue, 09 Feb 2027 08:59:59 GMT", "2027-02-09T08:59:59Z");
    check_end("Expires=Tue, 09 Feb 2027 09:00:01 GMT", "2027-02-09T09:00:00Z");
    check_end("Expires=Fri, 31 Dec 9999 23:59:59 GMT", "2027-02-09T09:00:00Z");
}

#[test]
fn values_stay_out_of_debug_output() {
    let cookie = SetCookie::parse(b"sid=s3cret; Path=/").expect("the test's cookie is valid");
    let shown = format!("{cookie:?}");
    assert!(shown.contains("sid") && !shown.contains("s3cret"), "{shown}");
}
