//! `serve` as a person at a terminal uses it: the printed addresses, curl with a cookie jar and with a token, Ctrl-C.
#![cfg(unix)]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use lockstep_server::PrivateRedis;
use serde_json::{Value as Json, json};
use support::{Ran, built_in, built_in_ids, command};
use tempfile::TempDir;

/// A running `lockstep serve`.
struct Served {
    child: Child,
    out: BufReader<ChildStdout>,
    /// The lines up to the empty one: an address and what it stands for.
    addresses: Vec<String>,
    port: u16,
}

impl Served {
    fn start(args: &[&str]) -> Self {
        Self::spawn(command(&[&["serve", "--port", "0"], args].concat()))
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the program was built");
        let mut out = BufReader::new(child.stdout.take().expect("is piped"));
        let mut addresses = Vec::new();
        loop {
            let mut line = String::new();
            out.read_line(&mut line).expect("the output is UTF-8");
            match line.trim_end() {
                "" => break,
                line => addresses.push(line.to_owned()),
            }
        }
        let port = addresses.first().and_then(|line| line.split_whitespace().next()?.rsplit_once(':')?.1.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no address is printed: {addresses:?}"));
        Self { child, out, addresses, port }
    }

    /// The address that is printed for a host name.
    fn url(&self, host: &str) -> String {
        let url = format!("http://{host}:{}", self.port);
        let printed = |line: &String| line.split_whitespace().next() == Some(&url);
        assert!(self.addresses.iter().any(printed), "{url} is not printed: {:?}", self.addresses);
        url
    }

    /// Presses Ctrl-C and waits for the end.
    fn interrupt(self) -> Ran {
        self.signal("INT")
    }

    /// Sends a signal and waits for the end.
    fn signal(mut self, name: &str) -> Ran {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().expect("there is a kill");
        assert!(sent.success());
        let mut ran = Ran { code: -1, out: String::new(), err: String::new() };
        self.out.read_to_string(&mut ran.out).expect("the output is UTF-8");
        let mut err = self.child.stderr.take().expect("is piped");
        err.read_to_string(&mut ran.err).expect("the output is UTF-8");
        ran.code = self.child.wait().expect("a child can be waited for").code().unwrap_or(-1);
        ran
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // A test that failed leaves no server behind; one that has ended already can't be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `curl` and answers the status and the body.
fn curl(args: &[&str]) -> (u16, Json) {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--max-time", "20", "--noproxy", "*", "--write-out", "\n%{http_code}"]);
    let ran = Ran::from(curl.args(args).stdin(Stdio::null()).output().expect("there is a curl"));
    let (body, status) = ran.out.rsplit_once('\n').unwrap_or_else(|| panic!("{ran:?}"));
    let body = if body.is_empty() { Json::Null } else { serde_json::from_str(body).unwrap_or_else(|_| body.into()) };
    (status.parse().unwrap_or_else(|_| panic!("{ran:?}")), body)
}

#[allow(clippy::print_stderr, reason = "whoever runs the tests should know what was left out")]
fn there_is_curl() -> bool {
    let found = Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !found {
        eprintln!("there is no curl, so its commands are not tried");
    }
    found
}

const CARLA: &str = r#"{"email":"carla@bank.example","password":"a long enough one"}"#;

#[test]
fn curl_logs_in_and_out_with_a_cookie_jar_on_plain_localhost() {
    if !there_is_curl() {
        return;
    }
    let served = Served::start(&["--design", "session-memory"]);
    let url = served.url("localhost");
    let folder = TempDir::new().expect("a temporary folder can be made");
    let jar = folder.path().join("jar").to_str().expect("temporary folders have plain names").to_owned();
    let at = |path: &str| format!("{url}{path}");

    assert_eq!(curl(&["--json", CARLA, &at("/auth/register")]).0, 201);
    let (status, me) = curl(&["-c", &jar, "--json", CARLA, &at("/auth/login")]);
    assert_eq!((status, &me["user"]["role"]), (200, &json!("user")), "{me}");
    let kept = std::fs::read_to_string(&jar).expect("curl writes its jar");
    assert!(kept.contains("#HttpOnly_localhost") && kept.contains("__Host-sid"), "{kept}");

    let (status, me) = curl(&["-b", &jar, &at("/api/me")]);
    assert_eq!((status, &me["role"]), (200, &json!("user")), "{me}");
    // The copy of the jar is what a thief would hold: curl forgets the cookie at log-out, the copy does not.
    let copy = format!("{jar}-copy");
    std::fs::copy(&jar, &copy).expect("the folder can be written");
    assert_eq!(curl(&["-b", &jar, "-c", &jar, "-X", "POST", &at("/auth/logout")]).0, 204);
    let (status, refused) = curl(&["-b", &jar, &at("/api/me")]);
    assert_eq!((status, &refused["reason"]), (401, &json!("no-credential")), "{refused}");
    let (status, refused) = curl(&["-b", &copy, &at("/api/me")]);
    assert_eq!((status, &refused["reason"]), (401, &json!("revoked")), "{refused}");

    let ran = served.interrupt();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert!(ran.out.contains("alice@bank.example") && ran.out.contains("Ctrl-C"), "{}", ran.out);
}

#[test]
fn curl_carries_a_token_as_bearer() {
    if !there_is_curl() {
        return;
    }
    let served = Served::start(&[]);
    let url = served.url("jwt-stateless.localhost");
    // Some resolvers know no *.localhost.
    let resolve = format!("jwt-stateless.localhost:{}:127.0.0.1", served.port);
    let ask = |args: &[&str], path: &str| curl(&[args, &["--resolve", &resolve, &format!("{url}{path}")]].concat());

    let alice = r#"{"email":"alice@bank.example","password":"correct horse battery"}"#;
    let (status, reply) = ask(&["--json", alice], "/auth/login");
    assert_eq!((status, &reply["token_type"]), (200, &json!("Bearer")), "{reply}");
    let bearer = format!("Authorization: Bearer {}", reply["access_token"].as_str().expect("is a text"));
    let (status, me) = ask(&["-H", &bearer], "/api/me");
    assert_eq!((status, &me["role"]), (200, &json!("admin")), "{me}");
    assert_eq!(ask(&[], "/api/me").0, 401);
    // Nothing is kept, so there is no log-out to ask for, and the token goes on.
    let (status, refused) = ask(&["-H", &bearer, "-X", "POST"], "/auth/logout");
    assert_eq!((status, &refused["reason"]), (404, &json!("not-in-this-design")), "{refused}");
    assert_eq!(ask(&["-H", &bearer], "/api/me").0, 200);
    assert_eq!(served.interrupt().code, 0);
}

#[test]
fn with_two_nodes_a_session_in_memory_is_there_and_not_there() {
    if !there_is_curl() {
        return;
    }
    for (design, wanted) in [("session-memory", [200, 401].as_slice()), ("session-sqlite", &[200])] {
        let served = Served::start(&["--design", design, "--nodes", "2"]);
        let url = served.url("localhost");
        let folder = TempDir::new().expect("a temporary folder can be made");
        let jar = folder.path().join("jar").to_str().expect("temporary folders have plain names").to_owned();
        let alice = r#"{"email":"alice@bank.example","password":"correct horse battery"}"#;
        assert_eq!(curl(&["-c", &jar, "--json", alice, &format!("{url}/auth/login")]).0, 200);
        let mut met: Vec<u16> = (0..12).map(|_| curl(&["-b", &jar, &format!("{url}/api/me")]).0).collect();
        met.sort_unstable();
        met.dedup();
        assert_eq!(met, wanted, "{design}");
        let ran = served.interrupt();
        assert_eq!((ran.code, ran.out.matches("by itself, under the same names at port ").count()), (0, 2), "{ran:?}");
    }
}

#[test]
fn the_stores_files_go_with_the_server_however_it_is_ended() {
    for signal in ["INT", "TERM"] {
        let temporary = tempfile::tempdir().expect("there is a temporary folder");
        let kept = || std::fs::read_dir(temporary.path()).expect("it is there").count();
        let mut command = command(&["serve", "--port", "0"]);
        command.env("TMPDIR", temporary.path());
        let served = Served::spawn(command);
        assert_eq!(kept(), 1, "the files have a folder");
        assert_eq!(served.signal(signal).code, 0, "{signal}");
        assert_eq!(kept(), 0, "after {signal}");
    }
}

#[test]
fn every_design_has_an_address_and_a_strange_host_is_turned_away() {
    let served = Served::start(&[]);
    let is_in_redis = |id: &String| built_in("designs", id).get("store").and_then(|it| it.as_str()) == Some("redis");
    let (in_redis, others): (Vec<_>, Vec<_>) = built_in_ids("designs").into_iter().partition(is_in_redis);
    for design in others {
        served.url(&format!("{design}.localhost"));
    }
    served.url("localhost");
    if there_is_curl() {
        let url = format!("http://127.0.0.1:{}/api/me", served.port);
        assert_eq!(curl(&["-H", "Host: bank.example", &url]).0, 421);
    }
    let ran = served.interrupt();
    assert_eq!(ran.code, 0);
    assert!(!in_redis.is_empty());
    for design in in_redis {
        assert!(ran.out.contains(&format!("\n{design} is left out")), "{ran:?}");
    }
}

#[test]
fn a_redis_server_may_come_and_go_while_it_is_served() {
    let mut redis = PrivateRedis::start(None).unwrap_or_else(|why| panic!("this test needs a Redis server: {why}"));
    let url = redis.url();
    redis.kill();
    let served = Served::start(&["--redis", &url, "--design", "session-redis"]);
    let bank = served.url("localhost");
    if there_is_curl() {
        let (login, me) = (format!("{bank}/auth/login"), format!("{bank}/api/me"));
        let folder = TempDir::new().expect("a temporary folder can be made");
        let jar = folder.path().join("jar").to_str().expect("temporary folders have plain names").to_owned();
        assert_eq!(curl(&["--json", CARLA, &format!("{bank}/auth/register")]).0, 201);
        assert_eq!(curl(&["--json", CARLA, "-c", &jar, &login]).0, 503, "it is not there yet");
        redis.revive().expect("starts");
        assert_eq!(curl(&["--json", CARLA, "-c", &jar, &login]).0, 200);
        assert_eq!(curl(&["-b", &jar, &me]).0, 200);
        redis.kill();
        assert_eq!(curl(&["-b", &jar, &me]).0, 503, "never a pass");
    }
    let ran = served.interrupt();
    assert_eq!(ran.code, 0);
    assert_eq!(ran.out.matches("Redis does not answer yet (").count(), 1, "{ran:?}");
}
