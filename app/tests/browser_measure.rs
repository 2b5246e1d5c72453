//! The delivery table, measured in the real Chromium of this machine, beside what the agents do.

mod support;

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use lockstep_shared::clock::Stopwatch;
use serde_json::Value as Json;
use support::{command, lockstep};

/// What is to be found in the measured table: from where, to where, and then which cookies go with a POST form, a GET link,
/// an image, a frame, a fetch POST with credentials and a plain fetch GET.
const TABLE: [(&str, &str, [&str; 6]); 9] = [
    ("x.localhost", "x.localhost", ["dLSN", "dLSN", "dLSN", "dLSN", "dLSN", "dLSN"]),
    ("x.localhost (other port)", "x.localhost", ["dLSN", "dLSN", "dLSN", "dLSN", "dLSN", ""]),
    ("blog.x.localhost", "x.localhost", ["dLSN", "dLSN", "dLSN", "dLSN", "dLSN", ""]),
    ("evil.localhost", "x.localhost", ["dN", "dLN", "3", "3", "3", ""]),
    ("127.0.0.1", "localhost", ["dN", "dLN", "3", "3", "3", ""]),
    ("localhost (other port)", "localhost", ["dLSN", "dLSN", "dLSN", "dLSN", "dLSN", ""]),
    ("localhost", "127.0.0.1", ["dN", "dLN", "3", "3", "3", ""]),
    ("127.0.0.1 (other port)", "127.0.0.1", ["dLSN", "dLSN", "dLSN", "dLSN", "dLSN", ""]),
    ("evil.localhost", "old.localhost", ["N", "dLN", "3", "3", "3", ""]),
];

const REQUESTS: [&str; 6] = ["POST form", "GET link", "image", "frame", "fetch POST with credentials", "fetch GET"];

const COOKIES: [(&str, &str); 4] =
    [("d", "no SameSite"), ("L", "SameSite=Lax"), ("S", "SameSite=Strict"), ("N", "SameSite=None with Secure")];

/// The name of the choice by which some systems deliver Chromium without third-party cookies.
const THIRD_PARTY: &str = "third-party-cookies";

fn rows(report: &Json) -> &[Json] {
    report["rows"].as_array().expect("a report has rows")
}

#[test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
fn the_agents_do_what_chromium_does() {
    let state = tempfile::tempdir().expect("a temporary folder can be made");
    let mut measure = command(&["browser", "--measure", "--format", "json"]);
    measure.env("LOCKSTEP_STATE", state.path().join("window.json"));
    let ran = support::Ran::from(measure.output().expect("the program was built"));
    assert_eq!((ran.code, &*ran.err), (0, ""), "{}", ran.err);
    let report: Json = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!((&report["schema"], &report["browser"]), (&"lockstep.browser/1".into(), &"Chromium".into()));
    assert_eq!(report["disagreements"], Json::Array(Vec::new()));

    // What a system may have set differently is that one choice, if any.
    let policies = report["policies"].as_array().expect("a report has policies");
    assert!(policies.iter().all(|policy| policy["policy"] == THIRD_PARTY), "{policies:?}");
    let third = if policies.is_empty() { "N" } else { "" };
    let differs = |row: &&Json| row["browser"] != row["agent"];
    let explained: Vec<&Json> = policies.iter().flat_map(|policy| policy["cases"].as_array()).flatten().collect();
    assert_eq!(rows(&report).iter().filter(differs).count(), explained.len());
    assert_eq!(report["measured"], rows(&report).len());

    for (from, to, columns) in TABLE {
        for (request, expected) in REQUESTS.into_iter().zip(columns) {
            let here = |row: &&Json| {
                let place = row["initiator"] == from && row["target"] == to && row["request"] == request;
                place && row["kind"] == "delivery" && row["browser"] == "sent"
            };
            let went: Vec<&Json> = rows(&report).iter().filter(here).collect();
            let letters = COOKIES.iter().filter(|(_, what)| went.iter().any(|row| row["cookie"] == *what));
            let letters: String = letters.map(|(letter, _)| *letter).collect();
            assert_eq!(letters, expected.replace('3', third), "{request} from {from} to {to}");
        }
    }

    let generated = || rows(&report).iter().filter(|row| row["kind"] == "generated");
    let distinct: std::collections::BTreeSet<_> = generated().map(|row| row["case"].to_string()).collect();
    assert!(distinct.len() >= 500, "{}", distinct.len());
    assert!(generated().filter(|row| row["browser"] == "sent").count() >= 50, "most of them come to nothing");

    let version = report["version"].as_str().and_then(|version| version.split('.').next()).expect("it has a version");
    let kept = state.path().join(format!("delivery-chromium-{version}-10s.json"));
    let kept: Json = serde_json::from_slice(&std::fs::read(&kept).expect("the result is kept")).expect("as JSON");
    assert_eq!(kept, report);
}

#[test]
fn without_a_browser_one_line_says_what_to_install() {
    let nowhere = tempfile::tempdir().expect("a temporary folder can be made");
    let mut measure = command(&["browser", "--measure"]);
    measure.env("PATH", nowhere.path());
    let ran = support::Ran::from(measure.output().expect("the program was built"));
    let told = "lockstep: no Chromium and no chromedriver on the PATH: get both with `apt-get install chromium chromium-driver`\n";
    assert_eq!((ran.code, &*ran.err, &*ran.out), (2, told, ""));
    let ran = lockstep(&["browser", "--measure", "--chromium", "/nowhere/chromium"]);
    let told = "lockstep: /nowhere/chromium is no program: name the browser itself with --chromium\n";
    assert_eq!((ran.code, &*ran.err), (2, told));
    let ran = lockstep(&["browser"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--measure"), "{}", ran.err);
}

#[test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
fn no_browser_outlives_a_program_that_is_killed() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut measure = command(&["browser", "--measure"]);
    measure.env("TMPDIR", folder.path()).env("LOCKSTEP_STATE", "").stdout(Stdio::null()).stderr(Stdio::null());
    let mut measure = measure.spawn().expect("the program was built");
    let profiles = || {
        let all = std::fs::read_dir(folder.path()).expect("the folder can be listed").flatten();
        let names = ["lockstep-chromium-", "org.chromium."];
        let is_one = |name: &str| names.iter().any(|start| name.starts_with(start));
        let of_browser = all.filter(|entry| is_one(&entry.file_name().to_string_lossy()));
        of_browser.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    until("the browser has its profile", || profiles().iter().any(|profile| profile.join("Default").is_dir()));
    measure.kill().expect("it runs");
    measure.wait().expect("it ends");
    until("the profile is gone", || profiles().is_empty());
    until("no process is left", || processes(folder.path()).is_empty());
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let watch = Stopwatch::start();
    while !holds() {
        assert!(watch.elapsed() < Duration::from_secs(60), "waited too long until {what}");
        std::thread::yield_now();
    }
}

/// The command lines of this machine that name a folder.
fn processes(folder: &Path) -> Vec<String> {
    let folder = folder.to_str().expect("temporary folders have plain names");
    let all = std::fs::read_dir("/proc").expect("this is Linux").flatten();
    let lines = all.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(folder)).collect()
}
