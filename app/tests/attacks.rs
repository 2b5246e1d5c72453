//! The attacker's tools on the command line: secrets are found, tokens forged, designs tried; what can't be done is said.

mod support;

use serde_json::Value;
use support::{Lab, Ran, command, lockstep};

/// HS256, with the secret `Changeme7`.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1MyIsInJvbGUiOiJ1c2VyIiwiZXhwIjoxNzY3NjAzNjAwfQ.JH6DTCX8aulAoJo6yIrt3j0Ze-vtd8_Bm5ZdUiDwmDY";

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|bad| panic!("{bad}: {ran:?}"))
}

#[track_caller]
fn refused(args: &[&str], part: &str) {
    let ran = lockstep(args);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (2, "", 1), "{ran:?}");
    assert!(ran.err.contains(part) && !ran.err.contains("os error"), "{ran:?}");
}

#[test]
fn a_secret_is_found_in_every_way_to_look_for_it() {
    let lab = Lab::new();
    lab.write("words.txt", "secret\nChangeme\n");
    let list = lab.path().join("words.txt");
    let list = list.to_str().expect("temporary folders have plain names");
    for (more, number) in [
        (&["--mask", "Changeme?d"][..], 8),
        (&["--mask", "Changeme?d", "--increment"], 16),
        (&["--wordlist", list, "--rules", "builtin", "--jobs", "1"], 0),
    ] {
        let found = lockstep(&[&["crack", TOKEN, "--format", "json"], more].concat());
        let told = json(&found);
        assert_eq!((found.code, &told["outcome"], &told["secret"]), (0, &"found".into(), &"Changeme7".into()));
        assert!(number == 0 || told["number"] == number, "{told}");
        assert_eq!(told["schema"], "lockstep.crack/1");
    }
    let text = lockstep(&["crack", TOKEN, "--mask", "Changeme?d"]);
    assert!(text.out.starts_with("Found: Changeme7\n") && text.err.is_empty(), "{text:?}");
    let none = lockstep(&["crack", TOKEN]);
    assert!(none.code == 1 && none.out.starts_with("Not found: "), "{none:?}");
    let session = lab.path().join("session.json");
    let session = session.to_str().expect("temporary folders have plain names");
    let none = lockstep(&["crack", TOKEN, "--wordlist", list, "--resume", session]);
    assert_eq!((none.code, std::fs::exists(session).ok()), (1, Some(false)), "{none:?}");
}

/// What ends it by a signal is no answer: neither that the secret is none of the candidates, nor that it is one.
#[cfg(unix)]
#[test]
fn a_search_that_is_ended_says_so_and_can_go_on() {
    let lab = Lab::new();
    let session = lab.path().join("session.json");
    let name = session.to_str().expect("temporary folders have plain names");
    for signal in ["-TERM", "-INT"] {
        let _ = std::fs::remove_file(&session);
        let args = ["crack", TOKEN, "--mask", "?a?a?a?a?a?a?a?a", "--resume", name, "--format", "json"];
        let mut running = command(&args).spawn().expect("was built");
        while !session.exists() && running.try_wait().expect("is ours").is_none() {
            std::thread::yield_now();
        }
        let id = running.id().to_string();
        assert!(std::process::Command::new("kill").args([signal, &id]).status().is_ok_and(|status| status.success()));
        let ran: Ran = running.wait_with_output().expect("ends").into();
        assert_eq!((ran.code, &json(&ran)["outcome"]), (130, &"stopped".into()), "{signal} {ran:?}");
        let kept: Value = serde_json::from_str(&std::fs::read_to_string(&session).expect("is kept")).expect("is JSON");
        assert_eq!(kept["place"]["source"], 0, "{kept}");
    }
}

#[test]
fn what_can_not_be_searched_is_one_line() {
    refused(&["crack", "abc"], "no signed token");
    refused(&["crack", "eyJhbGciOiJub25lIn0.e30."], "alg none");
    refused(&["crack", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"], "3 octets, and 32");
    refused(&["crack", TOKEN, "--mask", "?l?y"], "?y at character 3");
    refused(&["crack", TOKEN, "--wordlist", "/nowhere/at/all"], "--wordlist /nowhere/at/all: there is no such file");
    refused(&["crack", TOKEN, "--wordlist", "/nowhere/at/all"], "give a file with a candidate a line");
    refused(&["crack", TOKEN, "--wordlist", "/"], "--wordlist /: this is a folder");
    refused(&["crack", TOKEN, "--mask", "?d", "--resume", "/nowhere/at/all"], "--resume /nowhere/at/all");
    refused(&["crack", TOKEN, "--mask", "?d", "--resume", "/"], "--resume /: this is a folder");
    refused(&["crack", TOKEN, "--mask", "?d", "--resume", "/"], "such as /session.json");
    refused(&["crack", TOKEN, "--mask", "?d", "--rules", "builtin"], "--wordlist");
    refused(&["crack", TOKEN, "--increment"], "--mask");
    refused(&["crack", TOKEN, "--jobs", "0"], "--jobs");
}

#[test]
fn a_token_is_edited_and_signed_anew_only_on_demand() {
    let signed =
        lockstep(&["forge", TOKEN, "--set", "role=\"admin\"", "--preset", "longer", "--sign-with-secret", "Changeme7"]);
    let token = signed.out.trim();
    let read = json(&lockstep(&[
        "inspect",
        token,
        "--secret",
        "Changeme7",
        "--at",
        "2026-01-05T09:00:00Z",
        "--format",
        "json",
    ]));
    assert_eq!((&read["signature"]["valid"], &read["payload"]["role"]), (&true.into(), &"admin".into()), "{read}");
    assert_eq!(read["payload"]["exp"], 1_767_603_600 + 315_360_000_u64);
    refused(&["forge", TOKEN, "--alg", "HS512"], "--sign-with");
    refused(&["forge", TOKEN, "--sign-with-secret", "x", "--attack", "alg-none"], "choose one");
    refused(&["forge", TOKEN, "--sign-with-secret", "x", "--alg", "ES256"], "alg ES256");
    refused(&["forge", TOKEN, "--sign-with", "/nowhere/at/all"], "/nowhere/at/all");
    refused(&["forge", TOKEN, "--set", "role"], "no name and value");
    refused(&["forge", TOKEN, "--preset", "king"], "no preset");
    refused(&["forge", TOKEN, "--attack", "magic"], "alg-none");
    refused(&["forge"], "TOKEN");
    refused(&["forge", "--all"], "--design");
}

#[test]
fn every_attack_on_a_token_is_another_token() {
    let forged = lockstep(&["forge", TOKEN, "--url", "http://127.0.0.1:9/keys", "--format", "json"]);
    let told = json(&forged);
    let tokens: Vec<&str> =
        told["forged"].as_array().into_iter().flatten().filter_map(|one| one["token"].as_str()).collect();
    let different: std::collections::BTreeSet<&&str> = tokens.iter().collect();
    assert!(forged.code == 0 && tokens.len() > 40 && different.len() == tokens.len(), "{told}");
    assert!(!tokens.contains(&TOKEN));
    let lines = lockstep(&["forge", TOKEN, "--attack", "alg-none", "--format", "tokens"]);
    assert_eq!(lines.out.lines().count(), 32);
    let none = lockstep(&["forge", TOKEN, "--attack", "key-confusion"]);
    assert!(none.code == 1 && none.out.contains("not made"), "{none:?}");
    let names = json(&lockstep(&["forge", "--list", "--format", "json"]));
    assert!(names["attacks"].as_array().is_some_and(|all| all.len() >= 15));
}

#[test]
fn a_design_is_tried_with_everything_there_is() {
    let good = lockstep(&["forge", "--all", "--design", "jwt-stateless", "--format", "json"]);
    let bad = lockstep(&["forge", "--all", "--design", "jwt-broken"]);
    let told = json(&good);
    let status = |name: &str| {
        let attacks = told["attacks"].as_array().into_iter().flatten();
        attacks.filter(|one| one["attack"] == name).map(|one| one["status"].clone()).next()
    };
    for (attack, expected) in [("alg-none", "refused"), ("leaked-key", "accepted"), ("guess-the-id", "not-applicable")]
    {
        assert_eq!(status(attack), Some(expected.into()), "{told}");
    }
    assert!(bad.code == 1 && bad.out.contains("nobody checked the signature"), "{bad:?}");
}
