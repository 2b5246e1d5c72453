//! Input that no client of good will sends: one clear answer each, and the server goes on.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use crate::actors::{Bank, Device, PASSWORD, VICTIM, config};
use crate::designs::{SESSION, STATELESS};

/// How long an answer may take before the test gives up; none should come near it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends octets on a connection of their own and answers what comes back until the server closes it.
async fn raw(address: SocketAddr, octets: &[u8]) -> String {
    on_the_wire(address, octets, false).await
}

/// As `raw`; a half-closed connection tells the server that nothing more will come.
async fn on_the_wire(address: SocketAddr, octets: &[u8], half_close: bool) -> String {
    let octets = octets.to_owned();
    let talk = move || {
        let mut stream = connected(address);
        // The server may answer and close before it has read everything: then the rest can't be written.
        let _ = stream.write_all(&octets);
        if half_close {
            let _ = stream.shutdown(Shutdown::Write);
        }
        let (mut answer, mut part) = (Vec::new(), [0; 4096]);
        loop {
            match stream.read(&mut part) {
                Ok(0) => break,
                Ok(count) => answer.extend_from_slice(&part[..count]),
                // A reset after the answer is as good as a close; silence is not.
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
                Err(error) => panic!("the server neither answers nor closes: {error}"),
            }
        }
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::task::spawn_blocking(talk).await.expect("answers or closes")
}

fn connected(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("connects");
    stream.set_read_timeout(Some(PATIENCE)).expect("has timeouts");
    stream.set_write_timeout(Some(PATIENCE)).expect("has timeouts");
    stream
}

/// The status and the body's reason, where it has one, of a raw answer.
fn verdict(answer: &str) -> (u16, String) {
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let reason = serde_json::from_str::<Value>(body).ok().and_then(|body| body["reason"].as_str().map(str::to_owned));
    (status, reason.unwrap_or_default())
}

fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: d.localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
        .into_bytes()
}

fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: d.localhost\r\nConnection: close\r\n{headers}\r\n").into_bytes()
}

/// Sends each and compares status and reason; then the bank still works.
async fn check(toml: &str, cases: &[(&str, Vec<u8>, u16, &str)]) {
    let bank = Bank::of(toml).await;
    for (name, octets, status, reason) in cases {
        let answer = raw(bank.running.address(), octets).await;
        assert_eq!(verdict(&answer), (*status, (*reason).to_owned()), "{name}: {answer}");
    }
    goes_on(&bank).await;
}

async fn goes_on(bank: &Bank) {
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    laptop.me().await.is(200);
    assert_eq!(panics().load(Ordering::SeqCst), 0, "something panicked in the server");
}

/// Counts panics in the server's own code from the first call on.
fn panics() -> &'static AtomicUsize {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let in_a_test = panic.location().is_some_and(|at| at.file().contains("tests/bank"));
            if !in_a_test {
                COUNT.fetch_add(1, Ordering::SeqCst);
            }
            before(panic);
        }));
    });
    &COUNT
}

const JSON: &str = "Content-Type: application/json\r\n";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

#[tokio::test]
async fn bodies_that_make_no_sense() {
    panics();
    let login = |headers: &str, body: &str| post("/auth/login", headers, body);
    let deep = "[".repeat(60_000);
    let text = "Content-Type: text/plain\r\n";
    let odd = "Content-Type: application/json; charset=\u{e9}\r\n";
    check(
        STATELESS,
        &[
            ("nothing", login(JSON, ""), 400, "malformed-body"),
            ("half an object", login(JSON, "{\"email\":"), 400, "malformed-body"),
            ("an array", login(JSON, "[]"), 400, "malformed-body"),
            ("null", login(JSON, "null"), 400, "malformed-body"),
            ("a number for a text", login(JSON, "{\"email\":1,\"password\":2}"), 400, "malformed-body"),
            ("twice the same", login(JSON, "{\"email\":\"a\",\"email\":\"b\",\"password\":\"c\"}"), 400, "malformed-body"),
            ("one missing", login(JSON, "{\"email\":\"a\"}"), 400, "malformed-body"),
            ("deep", login(JSON, &deep), 400, "malformed-body"),
            ("NUL", login(JSON, "{\"email\":\"a\0\",\"password\":\"c\"}"), 400, "malformed-body"),
            ("escaped NUL", login(JSON, "{\"email\":\"a\\u0000\",\"password\":\"\\u0000\"}"), 401, "wrong-credentials"),
            ("half a surrogate", login(JSON, "{\"email\":\"\\ud800\",\"password\":\"c\"}"), 400, "malformed-body"),
            ("JSON, said to be a form", login(FORM, "{\"email\":\"a\",\"password\":\"b\"}"), 400, "malformed-body"),
            ("a form, said to be JSON", login(JSON, "email=a&password=b"), 400, "malformed-body"),
            ("a form with bad escapes", login(FORM, "email=%zz&password=%ff"), 401, "wrong-credentials"),
            ("a form with one missing", login(FORM, "email=a"), 400, "malformed-body"),
            ("text", login(text, "{}"), 415, "wrong-content-type"),
            ("no type", login("", "{}"), 415, "wrong-content-type"),
            ("a type that is no text", login(odd, "{}"), 415, "wrong-content-type"),
            ("64 KiB of password", login(JSON, &format!("{{\"email\":\"a\",\"password\":\"{}\"}}", "x".repeat(65_000))), 401, "wrong-credentials"),
            ("64 KiB and more", login(JSON, &"x".repeat(65_537)), 413, "body-too-large"),
            ("bad chunks", b"POST /auth/login HTTP/1.1\r\nHost: d.localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nZZ\r\n{}\r\n".to_vec(), 400, "malformed-body"),
            ("a length that is none", b"POST /auth/login HTTP/1.1\r\nHost: d.localhost\r\nContent-Length: -1\r\n\r\n".to_vec(), 400, ""),
            ("two lengths", b"POST /auth/login HTTP/1.1\r\nHost: d.localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab".to_vec(), 400, ""),
            ("a length and chunks", b"POST /auth/login HTTP/1.1\r\nHost: d.localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_vec(), 400, "malformed-body"),
            ("a short password", post("/auth/register", JSON, "{\"email\":\"a@b\",\"password\":\"1234567\"}"), 422, "bad-password"),
            ("a long password", post("/auth/register", JSON, &format!("{{\"email\":\"a@b\",\"password\":\"{}\"}}", "x".repeat(257))), 422, "bad-password"),
            ("no address", post("/auth/register", JSON, "{\"email\":\"nobody\",\"password\":\"12345678\"}"), 422, "bad-email"),
            ("an address with a line break", post("/auth/register", JSON, "{\"email\":\"a@b\\nc\",\"password\":\"12345678\"}"), 422, "bad-email"),
            ("a long address", post("/auth/register", JSON, &format!("{{\"email\":\"a@{}\",\"password\":\"12345678\"}}", "b".repeat(300))), 422, "bad-email"),
            ("a refresh of nonsense", post("/auth/logout-everywhere", JSON, "{"), 401, "no-credential"),
        ],
    )
    .await;
}

#[tokio::test]
async fn numbers_that_make_no_sense() {
    panics();
    let bank = Bank::of(STATELESS).await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let bearer = format!("Authorization: Bearer {}\r\n{JSON}", laptop.credential());
    for amount in
        ["1e400", "1e3", "1.5", "99999999999999999999", "-99999999999999999999", "\"1\"", "null", "0x10", "NaN"]
    {
        let order = format!("{{\"to\":\"{VICTIM}\",\"amount_cents\":{amount}}}");
        let answer = raw(bank.running.address(), &post("/api/transfer", &bearer, &order)).await;
        assert_eq!(verdict(&answer), (400, "malformed-body".to_owned()), "{amount}: {answer}");
    }
    let form = format!("Authorization: Bearer {}\r\n{FORM}", laptop.credential());
    let answer = raw(bank.running.address(), &post("/api/transfer", &form, "to=a&amount_cents=-")).await;
    assert_eq!(verdict(&answer), (400, "malformed-body".to_owned()), "{answer}");
    let comment = format!("{{\"text\":\"{}\"}}", "ü".repeat(1001));
    let answer = raw(bank.running.address(), &post("/api/comments", &bearer, &comment)).await;
    assert_eq!(verdict(&answer), (422, "bad-comment".to_owned()), "{answer}");
    goes_on(&bank).await;
}

#[tokio::test]
async fn a_hundred_megabytes_are_refused_unread() {
    panics();
    let bank = Bank::of(SESSION).await;
    let address = bank.running.address();
    let before = bank.running.traffic().0;
    let head = "POST /auth/login HTTP/1.1\r\nHost: d.localhost\r\nContent-Type: application/json\r\n";
    // Announced: refused before any of it has come.
    let answer = raw(address, format!("{head}Content-Length: 104857600\r\n\r\n").as_bytes()).await;
    assert_eq!(verdict(&answer), (413, "body-too-large".to_owned()), "{answer}");
    let answer = raw(address, format!("{head}Content-Length: 99999999999999999999999\r\n\r\n").as_bytes()).await;
    assert_eq!(verdict(&answer).0, 400, "{answer}");
    // In chunks, without a word of how many.
    let chunk = format!("{:x}\r\n{}\r\n", 32 * 1024, "x".repeat(32 * 1024));
    let answer = raw(address, format!("{head}Transfer-Encoding: chunked\r\n\r\n{}", chunk.repeat(3)).as_bytes()).await;
    assert_eq!(verdict(&answer), (413, "body-too-large".to_owned()), "{answer}");
    // The client sends all of it whatever happens: it is told or cut off, and the server does not read it.
    let laptop = bank.device("laptop");
    let body = "x".repeat(100 * 1024 * 1024);
    let sent = laptop.request(Method::POST, "/auth/login").header("content-type", "application/json").body(body);
    if let Ok(answer) = sent.send().await {
        assert_eq!(answer.status(), 413);
    }
    let read = bank.running.traffic().0 - before;
    assert!(read < 4 * 1024 * 1024, "{read} octets were read");
    goes_on(&bank).await;
}

#[tokio::test]
async fn heads_that_are_too_much() {
    panics();
    let cookies = |count: usize, name: &str| {
        let pairs: Vec<_> = (0..count).map(|at| format!("{name}{at}=1")).collect();
        format!("Cookie: {}\r\n", pairs.join("; "))
    };
    let tiny = format!("Cookie: {}\r\n", vec!["a=1"; 10_000].join(";"));
    let lines = |count| (0..count).map(|at| format!("X-{at}: 1\r\n")).collect::<String>();
    check(
        SESSION,
        &[
            ("a long header", get("/api/me", &format!("X-Long: {}\r\n", "x".repeat(70_000))), 431, ""),
            ("a long path", get(&format!("/{}", "x".repeat(70_000)), ""), 431, ""),
            ("300 headers", get("/api/me", &lines(300)), 431, ""),
            ("150 headers", get("/api/me", &lines(150)), 401, "no-credential"),
            ("10,000 cookies", get("/api/me", &cookies(10_000, "cookie")), 431, ""),
            ("10,000 tiny cookies", get("/api/me", &tiny), 401, "no-credential"),
            (
                "cookies without sense",
                get("/api/me", "Cookie: ;;=;a;=b; __Host-sid; __Host-sid=\r\n"),
                401,
                "unknown-session",
            ),
            ("a cookie that is no text", get("/api/me", "Cookie: __Host-sid=\u{e9}\r\n"), 401, "no-credential"),
            ("a header that is no text", get("/api/me", "X-Odd: \u{e9}\u{fc}\r\n"), 401, "no-credential"),
            (
                "a user agent that is no text",
                post(
                    "/auth/login",
                    &format!("User-Agent: \u{e9}\r\n{JSON}"),
                    &format!("{{\"email\":\"{VICTIM}\",\"password\":\"{PASSWORD}\"}}"),
                ),
                200,
                "",
            ),
            ("a header without a name", get("/api/me", ": x\r\n"), 400, ""),
            ("no HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), 400, ""),
            ("another version", b"GET / HTTP/3.9\r\nHost: d.localhost\r\n\r\n".to_vec(), 400, ""),
        ],
    )
    .await;
}

#[tokio::test]
async fn addresses_that_are_none() {
    panics();
    let method = |method: &str, path: &str| {
        format!("{method} {path} HTTP/1.1\r\nHost: d.localhost\r\nConnection: close\r\n\r\n").into_bytes()
    };
    check(
        SESSION,
        &[
            ("an unknown page", get("/nowhere", ""), 404, "no-such-route"),
            ("above the root", get("/../../etc/passwd", ""), 404, "no-such-route"),
            ("above the root, encoded", get("/%2e%2e/%2e%2e/etc/passwd", ""), 404, "no-such-route"),
            ("two slashes", get("//api/me", ""), 404, "no-such-route"),
            ("the wrong method", get("/auth/login", ""), 405, "wrong-method"),
            ("a method of one's own", method("BREW", "/api/me"), 405, "wrong-method"),
            ("a method in lower case", method("get", "/api/me"), 405, "wrong-method"),
            ("OPTIONS", method("OPTIONS", "/api/me"), 405, "wrong-method"),
            ("TRACE", method("TRACE", "/api/me"), 405, "wrong-method"),
            (
                "CONNECT",
                b"CONNECT evil.com:443 HTTP/1.1\r\nHost: evil.com:443\r\nConnection: close\r\n\r\n".to_vec(),
                421,
                "unknown-host",
            ),
            ("an asterisk", method("OPTIONS", "*"), 404, "no-such-route"),
            ("a path that is no text", b"GET /\xff\xfe HTTP/1.1\r\nHost: d.localhost\r\n\r\n".to_vec(), 400, ""),
            ("a space in the path", b"GET /a b HTTP/1.1\r\nHost: d.localhost\r\n\r\n".to_vec(), 400, ""),
        ],
    )
    .await;
    let bank = Bank::of(SESSION).await;
    let allow = |answer: &str| {
        answer.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("allow: ").map(str::to_owned))
    };
    let answer = raw(bank.running.address(), &get("/auth/login", "")).await;
    assert_eq!(allow(&answer).as_deref(), Some("post"), "{answer}");
    // A logged-in device is needed to get as far as the id.
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    for path in ["/auth/sessions/%ff", "/api/admin/users/%ff%fe/sessions/a"] {
        laptop.delete(path).await.refused(400, "bad-path");
    }
    for path in ["/auth/sessions/%00", "/auth/sessions/%2e%2e%2f", "/auth/sessions/' OR 1=1 --"] {
        laptop.delete(path).await.refused(404, "no-such-session");
    }
    laptop.delete("/api/admin/users/%00/sessions/a").await.refused(404, "unknown-user");
}

#[tokio::test]
async fn a_host_is_named_once_and_is_this_machine() {
    panics();
    let to = |hosts: &str| format!("GET /api/me HTTP/1.1\r\nConnection: close\r\n{hosts}\r\n").into_bytes();
    let host = |host: &str| to(&format!("Host: {host}\r\n"));
    let absolute = |target: &str, host: &str| {
        format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").into_bytes()
    };
    check(
        SESSION,
        &[
            ("none", to(""), 400, "bad-host"),
            ("two", to("Host: d.localhost\r\nHost: d.localhost\r\n"), 400, "bad-host"),
            ("two that differ", to("Host: d.localhost\r\nHost: evil.com\r\n"), 400, "bad-host"),
            ("no text", host("\u{e9}.localhost"), 400, "bad-host"),
            ("empty", host(""), 421, "unknown-host"),
            ("elsewhere", host("evil.com"), 421, "unknown-host"),
            ("elsewhere, with our name in it", host("d.localhost.evil.com"), 421, "unknown-host"),
            ("elsewhere, with our name as user", host("d.localhost@evil.com"), 421, "unknown-host"),
            ("another design", host("no-such-design.localhost"), 421, "unknown-host"),
            ("the attacker's site, which has no API", host("evil.localhost"), 404, "no-such-page"),
            ("the attacker's host beside a design", host("blog.d.localhost"), 404, "no-such-page"),
            ("beside the attacker's", host("blog.evil.localhost"), 421, "unknown-host"),
            ("below the host beside", host("blog.blog.d.localhost"), 421, "unknown-host"),
            ("beside nobody", host("blog.localhost"), 421, "unknown-host"),
            ("below a design", host("a.d.localhost"), 421, "unknown-host"),
            ("a dot at the end", host("d.localhost."), 421, "unknown-host"),
            ("a port that is none", host("d.localhost:x"), 421, "unknown-host"),
            ("in capitals, with a port", host("D.LocalHost:1234"), 401, "no-credential"),
            ("an address elsewhere", host("192.0.2.1"), 421, "unknown-host"),
            ("the target overrules the header", absolute("http://evil.com/api/me", "d.localhost"), 421, "unknown-host"),
            (
                "the target overrules the header, for good",
                absolute("http://d.localhost/api/me", "evil.com"),
                401,
                "no-credential",
            ),
            ("the lobby has no accounts", host("localhost"), 404, "no-design-here"),
            ("the lobby by address", host("127.0.0.1:80"), 404, "no-design-here"),
            ("the lobby by the other address", host("[::1]"), 404, "no-design-here"),
            (
                "a wrong host is told before a foreign origin",
                b"POST /auth/login HTTP/1.1\r\nHost: evil.com\r\nOrigin: http://evil.com\r\nConnection: close\r\n\r\n"
                    .to_vec(),
                421,
                "unknown-host",
            ),
        ],
    )
    .await;
    let mut with_default = config(&[("d", SESSION), ("e", STATELESS)], None);
    with_default.default = Some("e".to_owned());
    let bank = Bank::open(with_default).await.expect("starts");
    let answer = raw(bank.running.address(), &host("localhost")).await;
    assert_eq!(verdict(&answer), (401, "no-credential".to_owned()), "{answer}");
    let bank = Bank::of(SESSION).await;
    let answer = raw(bank.running.address(), b"GET / HTTP/1.1\r\nHost: localhost:9\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("http://d.localhost:9<"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_clients_at_once() {
    panics();
    let bank = Bank::of(SESSION).await;
    let address = bank.running.address();
    let clients: Vec<_> =
        (0..300).map(|_| tokio::spawn(async move { raw(address, &get("/api/me", "")).await })).collect();
    for client in clients {
        assert_eq!(verdict(&client.await.expect("does not panic")).0, 401);
    }
    goes_on(&bank).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_passwords_than_can_be_checked_are_told_to_come_back() {
    panics();
    let bank = Bank::of(SESSION).await;
    let address = bank.running.address();
    let body = "{\"email\":\"nobody\",\"password\":\"wrong horse\"}";
    let clients: Vec<_> =
        (0..60).map(|_| tokio::spawn(async move { raw(address, &post("/auth/login", JSON, body)).await })).collect();
    for client in clients {
        let told = verdict(&client.await.expect("does not panic"));
        assert!([(401, "wrong-credentials".to_owned()), (503, "busy".to_owned())].contains(&told), "{told:?}");
    }
    goes_on(&bank).await;
}

#[tokio::test]
async fn clients_that_begin_and_do_not_end() {
    panics();
    let bank = Bank::of(SESSION).await;
    let address = bank.running.address();
    let mut hanging = Vec::new();
    for begun in [
        "",
        "GET /api/me HT",
        "GET /api/me HTTP/1.1\r\nHost: d.local",
        "POST /auth/login HTTP/1.1\r\nHost: d.localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
    ] {
        for _ in 0..20 {
            let mut stream = connected(address);
            stream.write_all(begun.as_bytes()).expect("writes");
            hanging.push(stream);
        }
    }
    goes_on(&bank).await;
    // Half of them go away in the middle of their request.
    hanging.truncate(40);
    goes_on(&bank).await;
    // A restart does not wait for them.
    bank.running.restart().expect("starts again");
    goes_on(&bank).await;
}

/// A request is changed at random places, always the same way, and the server answers or closes.
#[tokio::test]
async fn noise() {
    panics();
    let bank = Bank::of(SESSION).await;
    let laptop: Device<'_> = bank.logged_in(VICTIM, "laptop").await;
    let cookie = format!("Cookie: __Host-sid={}\r\n{JSON}", laptop.credential());
    let good = post("/api/comments", &cookie, "{\"text\":\"hello\"}");
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).expect("is small")
    };
    for _ in 0..400 {
        let mut octets = good.clone();
        for _ in 0..=next(4) {
            let at = next(octets.len());
            match next(3) {
                0 => octets[at] = u8::try_from(next(256)).expect("is an octet"),
                1 => drop(octets.remove(at)),
                _ => octets.insert(at, u8::try_from(next(256)).expect("is an octet")),
            }
        }
        let answer = on_the_wire(bank.running.address(), &octets, true).await;
        assert!(!answer.starts_with("HTTP/1.1 5"), "{answer}\nto {}", String::from_utf8_lossy(&octets));
    }
    goes_on(&bank).await;
}
