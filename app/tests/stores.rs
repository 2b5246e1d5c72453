//! Designs whose store is a Redis server: one that was named, a private one, and none at all.
#![cfg(unix)]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;

use lockstep_server::PrivateRedis;
use support::{Comparison, Lab, Ran, command, lockstep};

fn redis() -> PrivateRedis {
    PrivateRedis::start(None).unwrap_or_else(|why| panic!("this test needs a Redis server: {why}"))
}

/// What a Redis server answers to a command of one line.
fn ask(server: &PrivateRedis, line: &str) -> String {
    let url = server.url();
    let mut stream = TcpStream::connect(url.trim_start_matches("redis://")).expect("listens");
    write!(stream, "{line}\r\nQUIT\r\n").expect("is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("is text");
    answer.lines().next().unwrap_or_default().to_owned()
}

fn compare(scenario: &str, rest: &[&str]) -> Ran {
    let args = ["compare", "--format", "json", "--design", "session-redis", "--scenario", scenario];
    lockstep(&[&args, rest].concat())
}

#[test]
fn a_server_that_was_named_is_used_and_left_as_it_was() {
    let server = redis();
    assert_eq!(ask(&server, "SET session:theirs kept"), "+OK");
    let comparison = Comparison::of(&compare("log-out", &["--redis", &server.url()]));
    assert_eq!(comparison.code, 0, "{}", comparison.json);
    assert!(comparison.why("session-redis", Some("access")).contains("session ended in redis"));
    assert_eq!(ask(&server, "DBSIZE"), ":1", "what the cells kept is deleted, and nothing else");
    assert_ne!(ask(&server, "INFO commandstats"), "$0", "it was asked");
}

#[test]
fn a_private_server_is_started_where_none_is_named_and_ends_with_the_comparison() {
    let comparison = Comparison::of(&compare("restart", &[]));
    assert_eq!(comparison.code, 0, "{}", comparison.json);
    assert_eq!(comparison.cell("session-redis", Some("access"))["status"], "ran");
}

#[test]
fn without_a_redis_server_its_cells_are_not_applicable_and_the_others_run() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for scenario in ["log-out", "store-down"] {
        let args = ["compare", "--format", "json", "--scenario", scenario];
        let designs = ["--design", "session-redis", "--design", "session-sqlite"];
        let mut program = command(&[&args[..], &designs].concat());
        let ran = program.env("PATH", folder.path()).output().expect("the program was built");
        let comparison = Comparison::of(&ran.into());
        assert_eq!(comparison.code, 0, "{}", comparison.json);
        for world in support::WORLDS {
            let cell = comparison.cell("session-redis", Some(world));
            assert_eq!(cell["status"], "not-applicable", "{cell}");
            assert!(comparison.why("session-redis", Some(world)).contains("apt install redis-server"), "{cell}");
            assert_eq!(comparison.cell("session-sqlite", Some(world))["as_expected"], true);
        }
    }
}

#[test]
fn a_named_server_that_does_not_answer_breaks_its_cells_and_gives_no_verdict() {
    let mut server = redis();
    server.kill();
    let comparison = Comparison::of(&compare("log-out", &["--redis", &server.url()]));
    assert_eq!(comparison.code, 1);
    for cell in comparison.cells() {
        assert_eq!((&cell["status"], &cell["as_expected"]), (&"broken".into(), &serde_json::Value::Null), "{cell}");
        assert!(cell["why"].as_str().is_some_and(|why| why.contains("503")), "{cell}");
    }
}

#[test]
fn a_store_that_is_down_is_as_far_away_in_each_engine() {
    let lab = Lab::new();
    let designs = [
        "session-sqlite",
        "session-cached-role",
        "jwt-refresh",
        "jwt-rotation",
        "jwt-denylist",
        "jwt-epoch",
        "jwt-session-id",
        "jwt-dpop",
        "opaque-introspection",
    ];
    let twin = |id: &str| format!("{id}-in-redis");
    let mut args = vec!["compare".to_owned(), "--format".to_owned(), "json".to_owned()];
    for id in designs {
        lab.copy(id, &twin(id), &[("store", "redis".into())]);
        args.extend(["--design".to_owned(), id.to_owned(), "--design".to_owned(), twin(id)]);
    }
    args.extend(
        ["--scenario", "store-down", "--scenario", "store-down-and-back", "--lab", lab.arg()].map(str::to_owned),
    );
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let comparison = Comparison::of(&lockstep(&args));
    assert_eq!(comparison.code, 0, "{}", comparison.json);
    let mut compared = 0;
    for cell in comparison.cells() {
        let design = cell["design"].as_str().expect("is a name");
        let same = |other: &&serde_json::Value| {
            other["design"] == twin(design).as_str()
                && other["scenario"] == cell["scenario"]
                && other["thief"] == cell["thief"]
        };
        if let Some(other) = comparison.cells().iter().find(same) {
            assert_eq!(cell["actors"], other["actors"], "{design}: {}", cell["scenario"]);
            compared += 1;
        }
    }
    assert_eq!(compared, designs.len() * 2 * support::WORLDS.len());
}

#[test]
fn what_is_no_address_is_refused_in_one_line() {
    for url in ["127.0.0.1:6379", "http://127.0.0.1:6379", "redis://:sesame@[", "rediss://:sesame@127.0.0.1"] {
        let serve = ["serve", "--port", "0", "--redis", url];
        for ran in [compare("log-out", &["--redis", url]), lockstep(&serve)] {
            assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (2, "", 1), "{ran:?}");
            assert!(ran.err.contains("redis://127.0.0.1:6379") && !ran.err.contains("sesame"), "{ran:?}");
        }
    }
    let ran = lockstep(&["serve", "--port", "0", "--design", "session-redis"]);
    assert_eq!((ran.code, ran.err.lines().count()), (2, 1), "{ran:?}");
    assert!(ran.err.contains("--redis"), "{ran:?}");
}
