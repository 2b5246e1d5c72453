//! `lockstep run --browser`: a cell with a real Chromium for the victim, told and held against the agents' own.

mod support;

use support::{Lab, Ran, lockstep};

/// What the program said, and its exit code.
fn told(args: &[&str]) -> (i32, String, String) {
    let Ran { code, out, err } = lockstep(args);
    (code, out, err)
}

#[test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
fn a_cell_is_played_in_chromium_and_is_the_agents_own() {
    let (code, out, error) = told(&["run", "csrf-post", "--design", "session-broken", "--browser"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    for line in [
        "Chromium ",
        "is the victim's laptop, everybody else is an agent.",
        "laptop    GET http://evil.localhost:",
        "attacker  POST /api/transfer 200",
        "the browser sent along cookie sid",
        "As expected, as far as one sees at the mark: - - - - acted:attacker",
        "The agents' cell is the same.",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    let (code, out, error) = told(&["run", "script-reads", "--design", "session-memory", "--browser", "-v"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    for line in [
        "comments are shown as HTML, unlike in the design's own file",
        "script in the laptop's page found no credential that it could read",
        "> user-agent: Mozilla/5.0",
        "The agents' cell is the same.",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
}

/// What differs with no word about it in the scenario's file is a failure, and with one it is not.
#[test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
fn a_difference_is_a_failure_unless_the_file_explains_it() {
    let lab = Lab::new();
    // What is expected here is wrong on purpose.
    lab.expect("csrf-get", &[("", "session-broken", "- - - - alarm")]);
    let asked = ["run", "csrf-get", "--design", "session-broken", "--browser", "--lab", lab.arg()];
    let (code, out, _) = told(&asked);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("NOT AS EXPECTED") && out.contains("The agents' cell is the same."), "{out}");
}

#[test]
fn what_can_t_be_done_is_one_line() {
    let refused = |args: &[&str], why: &str| {
        let (code, out, error) = told(args);
        assert_eq!((code, out.as_str()), (2, ""), "{error}");
        assert!(error.starts_with("lockstep: ") && error.contains(why) && error.lines().count() == 1, "{error}");
    };
    let run = |scenario: &'static str| ["run", scenario, "--design", "session-memory", "--browser"];
    refused(
        &run("portable-client"),
        "portable-client can't be played with a real browser: step 1 (laptop: use-program)",
    );
    refused(&run("leeway"), "leeway can't be played with a real browser");
    let mut nowhere = run("csrf-post").to_vec();
    nowhere.extend(["--chromium", "/nowhere/chromium"]);
    refused(&nowhere, "/nowhere/chromium is no program");
    refused(&["run", "csrf-post", "--design", "session-memory", "--chromium", "x"], "--browser");
}
