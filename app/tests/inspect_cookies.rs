//! `lockstep inspect --cookie` and the lines about cookies of `--batch`, from outside.

mod support;

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};
use support::{command, lockstep};

const X: &str = "http://x.localhost/";

/// Runs the command and reads its one line of JSON.
#[track_caller]
fn asked(args: &[&str]) -> Value {
    let ran = lockstep(&[&["inspect", "--format", "json"], args].concat());
    assert_eq!((ran.code, &*ran.err), (0, ""), "{args:?}: {ran:?}");
    assert_eq!(ran.out.lines().count(), 1, "{args:?}");
    serde_json::from_str(&ran.out).expect("it is JSON")
}

/// The lines of a batch and the exit code.
fn batch(lines: &str) -> (Vec<Value>, Option<i32>) {
    let mut child = command(&["inspect", "--batch", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("it was asked for");
    let lines = lines.to_owned();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let ended = child.wait_with_output().expect("the program ends");
    writer.join().expect("it does not panic").expect("the program reads all of it");
    let out = String::from_utf8(ended.stdout).expect("it is text");
    (out.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect(), ended.status.code())
}

#[test]
fn the_contract() {
    let answer = asked(&[
        "--cookie",
        "Set-Cookie: a=b; Path=/; SameSite=Lax",
        "--cookie",
        "c=d; Path=/path",
        "--cookie",
        "__Secure-e=f",
        "--url",
        X,
        "--then",
        "http://x.localhost/path",
        "--initiator",
        "http://evil.localhost/",
        "--method",
        "POST",
        "--kind",
        "navigate",
    ]);
    assert_eq!(answer["schema"], "lockstep.cookies/1");
    assert_eq!(answer["stored"][0]["name"], "a");
    assert_eq!(answer["stored"][0]["value"], "b");
    assert_eq!(answer["stored"][0]["attributes"]["same_site"], "Lax");
    assert_eq!(answer["rejected"][0]["cookie"], "__Secure-e=f");
    assert_eq!(answer["rejected"][0]["rule"], "secure-prefix");
    assert_eq!(answer["rejected"][0]["why"], "The prefix __Secure- asks for Secure.");
    assert_eq!(answer["sent"], "c=d", "no SameSite, and just set");
    assert_eq!(answer["withheld"][0]["name"], "a");
    assert_eq!(answer["withheld"][0]["rule"], "lax-unsafe-method");
    assert_eq!(answer["table"].as_array().map(Vec::len), Some(8));
    assert_eq!(answer["explained"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_moment_and_a_browser_of_ones_own() {
    let with = |more: &[&str]| {
        let line = "a=b; Expires=Mon, 05 Jan 2026 10:00:00 GMT";
        asked(&[&["--cookie", line, "--url", X, "--at", "2026-01-05T09:00:00Z"], more].concat())["sent"].clone()
    };
    assert_eq!(with(&[]), "a=b");
    assert_eq!(with(&["--after", "3599"]), "a=b");
    assert_eq!(with(&["--after", "3600"]), "");
    let forged = ["--initiator", "http://evil.localhost/", "--method", "post"];
    assert_eq!(with(&forged), "a=b");
    assert_eq!(with(&[&forged[..], &["--without", "lax-allowing-unsafe"]].concat()), "");
    let again = ["--cookie", "c=d", "--cookie", "a=e"];
    assert_eq!(with(&again), "a=e; c=d");
    assert_eq!(with(&[&again[..], &["--with", "renew-changed"]].concat()), "c=d; a=e");
    assert_eq!(with(&["--set-kind", "script"]), "a=b");
    assert_eq!(with(&["--set-kind", "fetch-include", "--set-initiator", "http://evil.localhost/"]), "");
}

#[test]
fn arguments_are_octets() {
    let answer = asked(&["--cookie", "a=\u{e4}", "--url", X]);
    assert_eq!(answer["sent"], "a=\u{c3}\u{a4}", "two octets");
    assert_eq!(answer["stored"][0]["text"], "\u{e4}");
    let line = format!("a={}", "\u{e4}".repeat(2048));
    assert_eq!(asked(&["--cookie", &line, "--url", X])["rejected"][0]["rule"], "too-large");
}

#[test]
fn people_get_text_that_their_terminal_does_not_obey() {
    let ran = lockstep(&["inspect", "--cookie", "a=\u{9b}31m\u{202e}; Path=/\u{202e}; \u{202e}=1", "--url", X]);
    assert_eq!((ran.code, &*ran.err), (0, ""), "{ran:?}");
    for part in
        ["stored  a", "no Secure:", "GET http://x.localhost/ from the address bar", "Who can make a browser send it"]
    {
        assert!(ran.out.contains(part), "{part:?} is not in {}", ran.out);
    }
    assert!(!ran.out.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{:?}", ran.out);
    let ran = lockstep(&["inspect", "--cookie", "a=\u{1b}[31m", "--url", X]);
    assert!(ran.out.contains("rejected  a") && ran.out.contains("section 5.6 step 1"), "{ran:?}");
    let ran = lockstep(&["inspect", "--format", "json", "--cookie", "a=\u{1b}\u{9b}", "--url", X]);
    assert!(!ran.out.chars().any(|c| c.is_control() && c != '\n'), "{:?}", ran.out);
}

#[test]
fn a_cookie_line_alone_is_taken_apart() {
    let answer = asked(&["--cookie", "Cookie: a=b; __Host-c=d"]);
    assert_eq!(answer["schema"], "lockstep.cookies/1");
    assert_eq!(answer["cookie"]["cookies"][1]["name"], "__Host-c");
    let ran = lockstep(&["inspect", "--cookie", "Cookie: a=b; c"]);
    assert!(ran.code == 0 && ran.out.starts_with("Cookie: 2 cookies, 6 octets\n  a = b\n  (no name) = c\n"), "{ran:?}");
}

#[test]
fn bad_input_is_one_line() {
    for (args, part) in [
        (&["--cookie", "a=b"][..], "--url is missing"),
        (&["--cookie", "a=b", "--url", "x"], "--url is no address"),
        (&["--cookie", "a=b", "--url", X, "--set-initiator", "x"], "--set-initiator is no address"),
        (&["--cookie", "a=b", "--url", X, "--method", "G T"], "--method is no HTTP method"),
        (&["--cookie", "a=b", "--url", X, "--kind", "iframe"], "subresource"),
        (&["--cookie", "a=b", "--url", X, "--after", "99999999999999"], "--after"),
        (&["--cookie", "a=b", "--url", X, "--without", "x"], "trustworthy-loopback"),
        (&["--cookie", "Cookie: a=b", "--cookie", "c=d", "--url", X], "by itself"),
        (&["--cookie", "a=b", "--url", X, "eyJ.e.y"], "cannot be used with"),
        (&["--url", X], "--cookie"),
    ] {
        let ran = lockstep(&[&["inspect"], args].concat());
        assert_eq!((ran.code, &*ran.out, ran.err.lines().count()), (2, "", 1), "{args:?}: {ran:?}");
        assert!(ran.err.starts_with("lockstep: ") && ran.err.contains(part), "{args:?}: {}", ran.err);
    }
}

#[test]
fn a_batch_answers_line_by_line() {
    let lines = [
        json!({ "set_cookie": ["a=b; Secure", "c=\u{ff}"], "url": X, "then": "http://x.localhost/p" }).to_string(),
        json!({ "set_cookie": ["a=\u{100}"], "url": X }).to_string(),
        "{".to_owned(),
        json!({ "set_cookie": ["a=b"], "url": X, "initiator": "http://evil.localhost/", "kind": "subresource" })
            .to_string(),
        json!({ "set_cookie": ["a=\0"], "url": X }).to_string(),
    ];
    let (answers, code) = batch(&lines.join("\n"));
    assert_eq!((answers.len(), code), (5, Some(2)));
    assert_eq!(answers[0]["sent"], "a=b; c=\u{ff}");
    assert!(answers[1]["error"].as_str().is_some_and(|why| why.contains("U+0100")), "{}", answers[1]);
    assert!(answers[2]["error"].is_string());
    assert_eq!(answers[3]["withheld"][0]["rule"], "lax-not-navigation");
    assert_eq!(answers[4]["rejected"][0]["rule"], "control-character");
    assert_eq!(answers[4]["rejected"][0]["cookie"], "a=\0");
    assert_eq!(batch(&lines[0]).1, Some(0));
}

#[test]
fn a_batch_of_monsters_ends() {
    let lines = [
        json!({ "set_cookie": [format!("a={}", "v".repeat(65_536))], "url": X }).to_string(),
        json!({ "set_cookie": [format!("a=b{}", ";x=y".repeat(100_000))], "url": X }).to_string(),
        json!({ "set_cookie": vec!["=".to_owned(); 10_000], "url": X }).to_string(),
        json!({ "set_cookie": (0..5000).map(|n| format!("n{n}=v")).collect::<Vec<_>>(), "url": X }).to_string(),
        json!({ "set_cookie": ["a=b; SameSite=".to_owned() + &"x".repeat(70_000)], "url": X, "explain": true })
            .to_string(),
    ];
    let (answers, code) = batch(&lines.join("\n"));
    assert_eq!((answers.len(), code), (5, Some(0)));
    assert_eq!(answers[0]["rejected"][0]["rule"], "too-large");
    assert_eq!(answers[1]["sent"], "a=b");
    assert_eq!(answers[2]["rejected"].as_array().map(Vec::len), Some(10_000));
    assert_eq!(answers[3]["stored"].as_array().map(Vec::len), Some(180));
    assert_eq!(answers[4]["stored"][0]["attributes"]["same_site"], "Default");
}
