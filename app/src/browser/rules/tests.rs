//! The rules as people meet them: through a jar, one table for storing and one for sending.

use std::collections::BTreeSet;
use std::time::Duration;

use cookie_store::{CookieDomain, CookiePath};
use lockstep_shared::clock::LabTime;
use url::Url;

use super::Rule;
use super::storing::{domain_matches, path_matches};
use crate::browser::{Jar, Policy, Receipt, Request, RequestKind};

const X: &str = "http://x.localhost:8787/auth/login";
const EVIL: &str = "http://evil.localhost:8787/";
const INSECURE: &str = "http://x.example.com/";

fn url(text: &str) -> Url {
    Url::parse(text).expect("the test's address is valid")
}

/// How a request is written in the tables: its kind and method.
fn kind(how: &str) -> (RequestKind, &str) {
    let (kind, method) = how.split_once(' ').expect("the test names a kind and a method");
    let kind = match kind {
        "nav" => RequestKind::Navigate,
        "img" => RequestKind::Subresource,
        "frame" => RequestKind::Frame,
        "fetch" => RequestKind::Fetch { credentials: false },
        "fetch-include" => RequestKind::Fetch { credentials: true },
        other => panic!("no kind of request: {other}"),
    };
    (kind, method)
}

/// Gives an empty jar the lines that a page sets on itself, each over https, then one that `how`, `from` and `to`
/// describe; answers with the rule that refuses the last, or `None`.
fn stored(before: &[&str], line: &str, how: &str, from: &str, to: &str) -> Option<Rule> {
    let mut jar = Jar::new();
    let to = url(to);
    for line in before {
        let mut secure = to.clone();
        secure.set_scheme("https").expect("the address is http, which https can take the place of");
        let request = Request { url: &secure, method: "GET", initiator: None, kind: RequestKind::Navigate };
        let receipt = jar.receive(line.as_bytes(), &request, LabTime::START);
        assert!(!matches!(receipt, Receipt::Rejected { .. }), "{line:?}: {receipt:?}");
    }
    let (kind, method) = kind(how);
    let initiator = (!from.is_empty()).then(|| url(from));
    let request = Request { url: &to, method, initiator: initiator.as_ref(), kind };
    match jar.receive(line.as_bytes(), &request, LabTime::START) {
        Receipt::Rejected { rule, .. } => Some(rule),
        Receipt::Stored(_) | Receipt::Replaced(_) | Receipt::Deleted { .. } => None,
    }
}

/// Line, address, the rule against it or `stored`; set by a page that was typed into the address bar.
const STORING: &[(&str, &str, &str)] = &[
    ("a=b", X, "stored"),
    ("a=\x01", X, "control-character"),
    ("a", X, "stored"),
    ("=a", X, "stored"),
    ("=", X, "empty"),
    ("", X, "empty"),
    ("; Secure", X, "empty"),
    ("a=b", "data:text/html,a", "not-http"),
    ("a=b", "ftp://x.localhost/", "not-http"),
    // Domains.
    ("a=b; Domain=x.localhost", X, "stored"),
    ("a=b; Domain=.X.LOCALHOST", X, "stored"),
    ("a=b; Domain=x.localhost", "http://blog.x.localhost/", "stored"),
    ("a=b; Domain=", X, "stored"),
    ("a=b; Domain=evil.localhost; Domain=", X, "stored"),
    ("a=b; Domain=localhost", X, "public-suffix"),
    ("a=b; Domain=.localhost", X, "public-suffix"),
    ("a=b; Domain=com", X, "public-suffix"),
    ("a=b; Domain=localhost", "http://localhost/", "stored"),
    ("a=b; Domain=com", INSECURE, "public-suffix"),
    ("a=b; Domain=example.com", INSECURE, "stored"),
    ("a=b; Domain=evil.localhost", X, "domain-mismatch"),
    ("a=b; Domain=blog.x.localhost", X, "domain-mismatch"),
    ("a=b; Domain=x.localhost", "http://yx.localhost/", "domain-mismatch"),
    ("a=b; Domain=..x.localhost", "http://blog.x.localhost/", "domain-mismatch"),
    ("a=b; Domain=x.localhost.", X, "domain-mismatch"),
    ("a=b; Domain=localhost.", "http://x.localhost./", "public-suffix"),
    ("a=b; Domain=x.localhost:8787", X, "domain-mismatch"),
    ("a=b; Domain=127.0.0.1", "http://127.0.0.1/", "stored"),
    ("a=b; Domain=0.0.1", "http://127.0.0.1/", "domain-mismatch"),
    ("a=b; Domain=[::1]", "http://[::1]/", "stored"),
    ("a=b; Domain=ä.localhost", X, "domain-not-ascii"),
    ("a=b; Domain=xn--4ca.localhost", "http://ä.localhost/", "stored"),
    // Secure, over http: this machine is trustworthy, others are not.
    ("a=b; Secure", X, "stored"),
    ("a=b; Secure", "http://localhost/", "stored"),
    ("a=b; Secure", "http://127.9.9.9/", "stored"),
    ("a=b; Secure", "http://[::1]:1/", "stored"),
    ("a=b; Secure", "https://example.com/", "stored"),
    ("a=b; Secure", INSECURE, "secure-from-insecure"),
    ("a=b; Secure", "http://localhost.example.com/", "secure-from-insecure"),
    ("a=b; Secure", "http://192.168.0.1/", "secure-from-insecure"),
    ("__Secure-a=b; Secure", INSECURE, "secure-from-insecure"),
    ("__Host-a=b; Secure; Path=/", INSECURE, "secure-from-insecure"),
    // SameSite.
    ("a=b; SameSite=None", X, "none-without-secure"),
    ("a=b; SameSite=None; Secure", X, "stored"),
    ("a=b; SameSite=None; SameSite=Lax", X, "stored"),
    ("a=b; SameSite=Sometimes", X, "stored"),
    // Prefixes, in any case.
    ("__Secure-a=b; Secure", X, "stored"),
    ("__Secure-a=b", X, "secure-prefix"),
    ("__sEcUrE-a=b", X, "secure-prefix"),
    ("__Secure-=b", X, "secure-prefix"),
    ("__Secure=b", X, "stored"),
    ("x__Secure-a=b", X, "stored"),
    ("__Secure-a=b; Secure; Domain=x.localhost; Path=/auth", X, "stored"),
    ("__Host-a=b; Secure; Path=/", X, "stored"),
    ("__host-a=b; Secure; Path=/", X, "stored"),
    ("__Host-a=b; Path=/", X, "host-prefix"),
    ("__HOST-a=b; Path=/", X, "host-prefix"),
    ("__Host-a=b; Secure", X, "host-prefix"),
    ("__Host-a=b; Secure", "http://x.localhost/", "host-prefix"),
    ("__Host-a=b; Secure; Path=", "http://x.localhost/", "stored"),
    ("__Host-a=b; Secure; Path=/auth", X, "host-prefix"),
    ("__Host-a=b; Secure; Path=/; Path=/auth", X, "host-prefix"),
    ("__Host-a=b; Secure; Path=/; Domain=x.localhost", X, "host-prefix"),
    ("__Host-a=b; Secure; Path=/; Domain=", X, "stored"),
    ("__Host-a=b; Secure; Path=/; Domain=localhost", "http://localhost/", "stored"),
    ("__Host-a=b; Secure; Path=/; Max-Age=0", X, "stored"),
    ("=__Host-a=b; Secure; Path=/", X, "nameless-prefix"),
    ("__Secure-a; Secure", X, "nameless-prefix"),
    ("=__hOsT-; Secure; Path=/", X, "nameless-prefix"),
    ("=_Host-a", X, "stored"),
    ("__Hostä=b", X, "stored"),
    // The first rule in the standard's order is named.
    ("__Host-a=b; SameSite=None; Domain=localhost", X, "public-suffix"),
    ("__Host-a=b; SameSite=None; Secure", INSECURE, "secure-from-insecure"),
    ("__Host-a=b; SameSite=None", X, "none-without-secure"),
];

/// What was there before over https, line, the rule against it or `stored`; all at [`INSECURE`].
const OVERLAYING: &[(&str, &str, &str)] = &[
    ("a=1; Secure", "a=2", "overlays-secure"),
    ("a=1", "a=2", "stored"),
    ("a=1; Secure", "b=2", "stored"),
    ("a=1; Secure", "A=2", "stored"),
    ("a=1; Secure; Path=/login", "a=2; Path=/", "stored"),
    ("a=1; Secure; Path=/login", "a=2; Path=/foo", "stored"),
    ("a=1; Secure; Path=/login", "a=2; Path=/login", "overlays-secure"),
    ("a=1; Secure; Path=/login", "a=2; Path=/login/en", "overlays-secure"),
    ("a=1; Secure; Path=/login", "a=2; Path=/loginen", "stored"),
    ("a=1; Secure; Domain=example.com", "a=2", "overlays-secure"),
    ("a=1; Secure", "a=2; Domain=example.com", "overlays-secure"),
    ("a=1; Secure", "a=2; Max-Age=0", "overlays-secure"),
    ("a=1; Secure; Max-Age=0", "a=2", "stored"),
];

/// Line, request, page, the rule against it or `stored`; in a response from [`X`].
const ACROSS_SITES: &[(&str, &str, &str, &str)] = &[
    ("a=b", "img GET", X, "stored"),
    ("a=b", "img GET", "http://blog.x.localhost/", "stored"),
    ("a=b", "img GET", EVIL, "cross-site-response"),
    ("a=b; SameSite=Lax", "fetch-include GET", EVIL, "cross-site-response"),
    ("a=b; SameSite=Strict", "img GET", EVIL, "cross-site-response"),
    ("a=b; SameSite=None; Secure", "img GET", EVIL, "stored"),
    ("a=b; SameSite=None", "img GET", EVIL, "none-without-secure"),
    ("a=b; SameSite=None; Secure", "fetch-include POST", EVIL, "stored"),
    ("a=b; SameSite=None; Secure", "fetch GET", EVIL, "no-credentials"),
    ("a=b", "fetch GET", "http://x.localhost:9/", "no-credentials"),
    ("a=b", "fetch GET", "http://x.localhost:8787/", "stored"),
    ("a=b", "fetch GET", "", "stored"),
    ("a=b; SameSite=Strict", "nav GET", EVIL, "stored"),
    ("a=b", "nav POST", EVIL, "stored"),
    ("a=b", "nav GET", "data:text/html,a", "stored"),
    ("a=b", "img GET", "data:text/html,a", "cross-site-response"),
];

/// Line, seconds since it was set, request, page, target, the rule that decides; set by [`X`].
const SENDING: &[(&str, u64, &str, &str, &str, &str)] = &[
    // Domains: without the attribute to the very host, with it to the hosts under it too. Ports do not matter.
    ("a=b; Path=/", 0, "nav GET", "", "http://x.localhost:9/", "no-initiator"),
    ("a=b; Path=/", 0, "nav GET", "", "https://x.localhost/", "no-initiator"),
    ("a=b; Path=/", 0, "nav GET", "", "http://blog.x.localhost/", "other-host"),
    ("a=b; Path=/", 0, "nav GET", "", "http://localhost/", "other-host"),
    ("a=b; Path=/", 0, "nav GET", "", "http://yx.localhost/", "other-host"),
    ("a=b; Path=/; Domain=x.localhost", 0, "nav GET", "", "http://x.localhost/", "no-initiator"),
    ("a=b; Path=/; Domain=x.localhost", 0, "nav GET", "", "http://a.b.x.localhost/", "no-initiator"),
    ("a=b; Path=/; Domain=x.localhost", 0, "nav GET", "", "http://yx.localhost/", "other-domain"),
    ("a=b; Path=/; Domain=x.localhost", 0, "nav GET", "", EVIL, "other-domain"),
    // Paths: the default is the directory of the page that set it.
    ("a=b", 0, "nav GET", "", "http://x.localhost/auth", "no-initiator"),
    ("a=b", 0, "nav GET", "", "http://x.localhost/auth/", "no-initiator"),
    ("a=b", 0, "nav GET", "", "http://x.localhost/auth/refresh?a=b", "no-initiator"),
    ("a=b", 0, "nav GET", "", "http://x.localhost/authentic", "other-path"),
    ("a=b", 0, "nav GET", "", "http://x.localhost/", "other-path"),
    ("a=b", 0, "nav GET", "", "http://x.localhost/Auth", "other-path"),
    ("a=b; Path=auth/login", 0, "nav GET", "", "http://x.localhost/auth", "no-initiator"),
    ("a=b; Path=/api/", 0, "nav GET", "", "http://x.localhost/api/me", "no-initiator"),
    ("a=b; Path=/api/", 0, "nav GET", "", "http://x.localhost/api", "other-path"),
    ("a=b; Path=/ä", 0, "nav GET", "", "http://x.localhost/ä/b", "other-path"),
    // Secure.
    ("a=b; Secure", 0, "nav GET", "", X, "no-initiator"),
    ("a=b; Secure", 0, "nav GET", "", "ftp://x.localhost/auth/", "not-http"),
    ("a=b", 0, "nav GET", "", "data:text/html,a", "not-http"),
    // Within a site every cookie goes with every request.
    ("a=b; SameSite=Strict", 0, "nav POST", X, X, "within-site"),
    ("a=b; SameSite=Strict", 0, "img GET", "http://blog.x.localhost/", X, "within-site"),
    ("a=b; SameSite=Lax", 0, "fetch-include DELETE", "http://x.localhost:9/", X, "within-site"),
    ("a=b", 9999, "fetch POST", "http://x.localhost:8787/", X, "within-site"),
    ("a=b", 0, "fetch POST", "", X, "no-initiator"),
    // Credentials left out.
    ("a=b", 0, "fetch GET", "http://x.localhost:9/", X, "no-credentials"),
    ("a=b; SameSite=None; Secure", 0, "fetch GET", EVIL, X, "no-credentials"),
    ("a=b; Path=/other", 0, "fetch GET", EVIL, X, "other-path"),
    // Across sites.
    ("a=b; SameSite=Strict", 0, "nav GET", EVIL, X, "strict"),
    ("a=b; SameSite=Strict", 0, "nav POST", EVIL, X, "strict"),
    ("a=b; SameSite=Strict", 0, "img GET", EVIL, X, "strict"),
    ("a=b; SameSite=Lax", 9999, "nav GET", EVIL, X, "lax-navigation"),
    ("a=b; SameSite=Lax", 0, "nav HEAD", EVIL, X, "lax-navigation"),
    ("a=b; SameSite=Lax", 0, "nav POST", EVIL, X, "lax-unsafe-method"),
    ("a=b; SameSite=Lax", 0, "img GET", EVIL, X, "lax-not-navigation"),
    ("a=b; SameSite=Lax", 0, "fetch-include POST", EVIL, X, "lax-not-navigation"),
    ("a=b", 9999, "nav GET", EVIL, X, "lax-navigation"),
    ("a=b", 0, "nav POST", EVIL, X, "lax-allowing-unsafe"),
    ("a=b", 120, "nav POST", EVIL, X, "lax-allowing-unsafe"),
    ("a=b", 121, "nav POST", EVIL, X, "default-too-old"),
    ("a=b", 0, "img GET", EVIL, X, "lax-not-navigation"),
    ("a=b", 0, "fetch-include POST", EVIL, X, "lax-not-navigation"),
    ("a=b; SameSite=Sometimes", 0, "nav POST", EVIL, X, "lax-allowing-unsafe"),
    ("a=b; SameSite=None; Secure", 9999, "nav POST", EVIL, X, "none-allowed"),
    ("a=b; SameSite=None; Secure", 0, "img GET", EVIL, X, "none-allowed"),
    ("a=b; SameSite=None; Secure", 0, "fetch-include PUT", EVIL, X, "none-allowed"),
    ("a=b; SameSite=Lax", 0, "nav POST", "http://127.0.0.1:8787/", X, "lax-unsafe-method"),
    ("a=b; SameSite=Lax", 0, "img GET", "https://x.localhost/", X, "lax-not-navigation"),
    ("a=b; SameSite=Strict", 0, "nav GET", "data:text/html,a", X, "strict"),
    // An end, on its instant, outranks everything.
    ("a=b; Max-Age=60", 59, "nav GET", "", X, "no-initiator"),
    ("a=b; Max-Age=60", 60, "nav GET", "", X, "expired"),
    ("a=b; Max-Age=60", 61, "nav GET", "", "http://evil.localhost/", "expired"),
];

/// The rule that decides about the one cookie that `set_by` sets with `line`.
fn decided(line: &str, set_by: &str, after_secs: u64, how: &str, from: &str, to: &str) -> Rule {
    let mut jar = Jar::new();
    let (set_by, to) = (url(set_by), url(to));
    let request = Request { url: &set_by, method: "GET", initiator: None, kind: RequestKind::Navigate };
    let receipt = jar.receive(line.as_bytes(), &request, LabTime::START);
    assert!(matches!(receipt, Receipt::Stored(_)), "{line:?}: {receipt:?}");
    let (kind, method) = kind(how);
    let initiator = (!from.is_empty()).then(|| url(from));
    let request = Request { url: &to, method, initiator: initiator.as_ref(), kind };
    let decisions = jar.decide(&request, LabTime::START + Duration::from_secs(after_secs));
    assert_eq!(decisions.len(), 1, "every cookie is decided about");
    assert_eq!(decisions[0].sent, decisions[0].rule.sends());
    assert_eq!(Jar::header(&decisions).as_deref(), decisions[0].sent.then_some("a=b"), "{line:?} from {from} to {to}");
    decisions[0].rule
}

#[test]
fn storing() {
    for (line, to, expected) in STORING {
        let rule = stored(&[], line, "nav GET", "", to);
        assert_eq!(rule.map_or("stored", Rule::id), *expected, "{line:?} at {to}");
    }
    for (before, line, expected) in OVERLAYING {
        let rule = stored(&[before], line, "nav GET", "", INSECURE);
        assert_eq!(rule.map_or("stored", Rule::id), *expected, "{line:?} over {before:?}");
    }
    for (line, how, from, expected) in ACROSS_SITES {
        let rule = stored(&[], line, how, from, X);
        assert_eq!(rule.map_or("stored", Rule::id), *expected, "{line:?} by {how} from {from}");
    }
}

#[test]
fn sending() {
    for (line, after_secs, how, from, to, expected) in SENDING {
        let rule = decided(line, X, *after_secs, how, from, to);
        assert_eq!(rule.id(), *expected, "{line:?} after {after_secs} s by {how} from {from} to {to}");
    }
    let secure = "a=b; Secure; Domain=example.com";
    let rule = decided(secure, "https://example.com/", 0, "nav GET", "", INSECURE);
    assert_eq!(rule, Rule::SecureOnly);
}

/// Line before, written by a script in which page of which tab, the rule against it or `stored`.
const WRITING: &[(&str, &str, &str, &str, &str)] = &[
    ("", "a=b", X, "", "stored"),
    ("", "a=b; Secure; SameSite=Strict", X, X, "stored"),
    ("", "a=b; HttpOnly", X, "", "http-only-from-script"),
    ("", "__Host-a=b; HttpOnly", X, "", "http-only-from-script"),
    ("", "a=b; Secure; HttpOnly", INSECURE, "", "secure-from-insecure"),
    ("a=1; HttpOnly", "a=b", X, "", "overlays-http-only"),
    ("a=1; HttpOnly", "a=; Max-Age=0", X, "", "overlays-http-only"),
    ("a=1; HttpOnly", "a=b; Path=/", X, "", "stored"),
    ("a=1", "a=b", X, "", "stored"),
    ("", "a=b", X, "http://blog.x.localhost/", "stored"),
    ("", "a=b", X, EVIL, "cross-site-response"),
    ("", "a=b; SameSite=None; Secure", X, EVIL, "stored"),
];

#[test]
fn writing_from_a_script() {
    for (before, line, page, tab, expected) in WRITING {
        let (page, mut jar) = (url(page), Jar::new());
        let request = Request { url: &page, method: "GET", initiator: None, kind: RequestKind::Navigate };
        jar.receive(before.as_bytes(), &request, LabTime::START);
        let tab = (!tab.is_empty()).then(|| url(tab));
        let rule = match jar.write(line.as_bytes(), &page, tab.as_ref(), LabTime::START) {
            Receipt::Rejected { rule, .. } => Some(rule),
            _ => None,
        };
        assert_eq!(rule.map_or("stored", Rule::id), *expected, "{line:?} over {before:?} in {page} of {tab:?}");
    }
}

/// What changes where a browser makes a choice of its own.
#[test]
fn policies() {
    let choose = |name: &str, choice| {
        let mut policy = Policy::default();
        assert!(policy.choose(name, choice), "{name} is a choice");
        policy
    };
    assert!(!Policy::default().choose("no-such-choice", true));
    assert_eq!(Policy::default().choices().map(|(name, _)| name), Policy::NAMES.map(|(name, _)| name));
    let at_x = |line: &str, policy| {
        let (page, mut jar) = (url("http://x.localhost/"), Jar::with(policy));
        let request = Request { url: &page, method: "GET", initiator: None, kind: RequestKind::Navigate };
        let receipt = jar.receive(line.as_bytes(), &request, LabTime::START);
        (receipt, jar)
    };
    let rejected = |receipt: &Receipt| match receipt {
        Receipt::Rejected { rule, .. } => rule.id(),
        _ => "stored",
    };
    for (name, line, on, off) in [
        ("trustworthy-loopback", "a=b; Secure", "stored", "secure-from-insecure"),
        ("reject-public-suffixes", "a=b; Domain=localhost", "public-suffix", "stored"),
        ("partitioned-cookies", "a=b; Partitioned", "partitioned-without-secure", "stored"),
        ("http-prefixes", "__Http-a=b; Secure", "http-prefix", "stored"),
        ("http-prefixes", "__Http-a=b; HttpOnly", "http-prefix", "stored"),
        ("http-prefixes", "__Http-a=b; Secure; HttpOnly", "stored", "stored"),
        ("http-prefixes", "__host-http-a=b; Secure; Path=/", "http-prefix", "stored"),
        ("http-prefixes", "__Host-Http-a=b; Secure; HttpOnly", "host-prefix", "host-prefix"),
        ("http-prefixes", "__Host-Http-a=b; Secure; Path=/; HttpOnly", "stored", "stored"),
        ("http-prefixes", "=__Http-a=b", "nameless-prefix", "stored"),
        ("refuse-tabs", "a\tb=c", "tab-within", "stored"),
        ("refuse-tabs", "a=b\tc", "tab-within", "stored"),
        ("refuse-tabs", "a=b; Note=c\td", "tab-within", "stored"),
        ("refuse-tabs", "\ta\t=\tb\t; Path=/\t", "stored", "stored"),
        ("refuse-dot-domain", "a=b; Domain=.", "dot-domain", "stored"),
        ("refuse-dot-domain", "a=b; Domain=.; Domain=", "stored", "stored"),
    ] {
        assert_eq!(rejected(&at_x(line, choose(name, true)).0), on, "{name}");
        assert_eq!(rejected(&at_x(line, choose(name, false)).0), off, "{name}");
    }
    let (page, evil) = (url("http://x.localhost/"), url(EVIL));
    let post = Request { url: &page, method: "POST", initiator: Some(&evil), kind: RequestKind::Navigate };
    for (choice, expected) in [(true, Rule::LaxAllowingUnsafe), (false, Rule::LaxUnsafeMethod)] {
        let mut jar = at_x("a=b", choose("lax-allowing-unsafe", choice)).1;
        assert_eq!(jar.decide(&post, LabTime::START)[0].rule, expected);
        jar.clear();
        jar.receive(b"a=b", &Request { initiator: None, ..post }, LabTime::START);
        assert_eq!(jar.decide(&post, LabTime::START)[0].rule, expected, "an emptied jar is the same browser's");
    }
}

/// What a page of another site has within it, where the browser lets it have cookies, and where it does not.
#[test]
fn third_parties_and_partitions() {
    let (x, evil) = (url("http://x.localhost/"), url(EVIL));
    let all = ["n=1; Secure; SameSite=None", "p=1; Secure; SameSite=None; Partitioned", "q=1; Secure; Partitioned"];
    // Where they are set, then where they are asked for, and what goes: with third-party cookies, and without.
    let (home, image, frame) = ("nav GET", "img GET", "frame GET");
    for (set_by, set_how, by, how, with, without) in [
        (&x, home, &x, image, "n p q", "n p q"),
        (&x, home, &evil, home, "n p q", "n p q"),
        (&x, home, &evil, image, "n", ""),
        (&x, home, &evil, frame, "n", ""),
        (&evil, image, &evil, image, "n p", "p"),
        (&evil, image, &evil, frame, "n p", "p"),
        (&evil, frame, &evil, frame, "n p", "p"),
        (&evil, frame, &evil, image, "n p", "p"),
        (&evil, image, &x, image, "n", ""),
        (&evil, home, &x, image, "n p q", "n p q"),
    ] {
        for (third_party, expected) in [(true, with), (false, without)] {
            let mut jar = Jar::with(Policy { third_party, ..Policy::default() });
            let request = |initiator, how| {
                let (kind, method) = kind(how);
                Request { url: &x, method, initiator: Some(initiator), kind }
            };
            for line in all {
                jar.receive(line.as_bytes(), &request(set_by, set_how), LabTime::START);
            }
            let decisions = jar.decide(&request(by, how), LabTime::START);
            let sent: Vec<_> = decisions.iter().filter(|one| one.sent).map(|one| &*one.name).collect();
            assert_eq!(sent.join(" "), expected, "set {set_how} by {set_by}, asked {how} by {by}, {third_party}");
            let rules: BTreeSet<_> = decisions.iter().filter(|one| !one.sent).map(|one| one.rule).collect();
            let known = BTreeSet::from([Rule::ThirdParty, Rule::OtherPartition]);
            assert!(rules.is_subset(&known), "{rules:?}");
        }
    }
}

/// A redirect back home is judged by the page that started it and by where it goes now, not by what lies between: draft 22
/// looks at no chain of redirects.
#[test]
fn a_redirect_is_judged_by_its_start() {
    let strict = "a=b; SameSite=Strict";
    assert_eq!(decided(strict, X, 0, "nav GET", X, X), Rule::WithinSite, "from X over another site back to X");
    assert_eq!(decided(strict, X, 0, "nav GET", "", X), Rule::NoInitiator, "typed, and redirected to X");
    assert_eq!(decided(strict, X, 0, "nav GET", EVIL, X), Rule::Strict, "from another site over X to X");
}

/// What Chromium delivers, as it was once measured: d = no SameSite, L = Lax, S = Strict, N = None.
#[test]
fn the_delivery_table() {
    let lines = [
        ('d', "a=b; Path=/"),
        ('L', "a=b; Path=/; SameSite=Lax"),
        ('S', "a=b; Path=/; SameSite=Strict"),
        ('N', "a=b; Path=/; SameSite=None; Secure"),
    ];
    let requests = ["nav POST", "nav GET", "img GET", "fetch-include POST"];
    let (x, later) = ("http://x.localhost:8787/", 121);
    for (from, to, after_secs, expected) in [
        ("http://x.localhost:9999/", x, later, ["dLSN", "dLSN", "dLSN", "dLSN"]),
        ("http://blog.x.localhost:8787/", x, later, ["dLSN", "dLSN", "dLSN", "dLSN"]),
        ("http://evil.localhost:8787/", x, 0, ["dN", "dLN", "N", "N"]),
        ("http://evil.localhost:8787/", x, later, ["N", "dLN", "N", "N"]),
        ("http://127.0.0.1:8787/", "http://localhost:8787/", 0, ["dN", "dLN", "N", "N"]),
        ("http://localhost:8787/", "http://127.0.0.1:8787/", later, ["N", "dLN", "N", "N"]),
    ] {
        for (how, expected) in requests.iter().zip(expected) {
            let goes = |line| decided(line, to, after_secs, how, from, to).sends();
            let sent: String = lines.iter().filter(|(_, line)| goes(line)).map(|(letter, _)| letter).collect();
            assert_eq!(sent, expected, "{how} from {from} to {to} after {after_secs} s");
        }
    }
}

#[test]
fn every_rule_has_a_case_and_a_sentence() {
    let mut cases: BTreeSet<&str> = STORING.iter().map(|case| case.2).collect();
    cases.extend(OVERLAYING.iter().map(|case| case.2));
    cases.extend(ACROSS_SITES.iter().map(|case| case.3));
    cases.extend(SENDING.iter().map(|case| case.5));
    // These are decided in tests of their own: what browsers choose, sizes, a full jar, a connection that is not secure, scripts.
    cases.extend([
        "partitioned-without-secure",
        "http-prefix",
        "tab-within",
        "dot-domain",
        "third-party",
        "other-partition",
    ]);
    cases.extend(["too-large", "no-room", "secure-only", "http-only-from-script", "overlays-http-only"]);
    cases.remove("stored");
    let ids: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(cases, ids);
    assert_eq!(ids.len(), Rule::ALL.len(), "no two rules share a name");
    for rule in Rule::ALL {
        assert!(rule.id().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{rule:?}");
        let sources = ["5.", "7.", "draft-", "Fetch standard"];
        assert!(sources.iter().any(|source| rule.section().starts_with(source)), "{rule:?}");
        assert!(rule.why().ends_with('.') && rule.why().matches(". ").count() == 0, "one sentence: {}", rule.why());
    }
}

#[test]
fn names_and_paths_match_as_cookie_store_has_it() {
    let names = ["localhost", "x.localhost", "yx.localhost", "blog.x.localhost", "127.0.0.1", "0.0.1", "[::1]", "x.y"];
    for (host, domain) in names.iter().flat_map(|host| names.map(|domain| (host, domain))) {
        let Ok(address) = Url::parse(&format!("http://{host}/")) else { continue };
        // The parser reads `0.0.1` as another address, so that name can only stand in a cookie.
        if address.host_str() == Some(host) {
            let expected = CookieDomain::Suffix(domain.to_owned()).matches(&address);
            assert_eq!(domain_matches(host, domain), expected, "{host} in {domain}");
        }
    }
    let paths = ["/", "/a", "/a/", "/a/b", "/ab", "/A", "//"];
    for (path, cookie_path) in paths.iter().flat_map(|path| paths.map(|cookie_path| (path, cookie_path))) {
        let address = url(&format!("http://x.localhost{path}"));
        let expected = CookiePath::parse(cookie_path).expect("each begins with a slash").matches(&address);
        assert_eq!(path_matches(path, cookie_path), expected, "{path} in {cookie_path}");
    }
}
