//! Every expectation can fail: each deliberate mistake, switched on alone, turns the cell that it should turn.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use lockstep_shared::design::Mistakes;
use support::{Comparison, Lab, WORLDS, built_in, command, lockstep};

/// The files in which mistakes are switched on, one at a time.
const TESTS: [&str; 2] = [include_str!("mistakes.rs"), include_str!("forging.rs")];

/// A new mistake needs a test of its own: nothing else says that any cell depends on it.
#[test]
fn no_mistake_is_without_its_test() {
    let all = toml::Table::try_from(Mistakes::default()).expect("switches have names");
    assert!(all.len() >= 20 && all.values().all(|switch| switch.as_bool() == Some(false)), "{all}");
    let ways = |mistake: &str| {
        [
            format!("with_and_without(\"{mistake}\", "),
            format!("check(\"{mistake}\", "),
            format!("(\"mistakes.{mistake}\", true.into())"),
        ]
    };
    let tested = |mistake: &String| TESTS.iter().any(|text| ways(mistake).iter().any(|way| text.contains(way)));
    let without: Vec<_> = all.keys().filter(|mistake| !tested(mistake)).collect();
    assert!(without.is_empty(), "no test switches these on and sees a cell turn: {without:?}");
}

/// Compares a copy of a design with the same copy that makes one mistake; the scenario expects of both what it expects
/// of the original.
fn with_and_without(mistake: &str, original: &str, scenario: &str) -> Comparison {
    let lab = Lab::new();
    lab.copy(original, "careful", &[]);
    lab.copy(original, "careless", &[(&format!("mistakes.{mistake}"), true.into())]);
    let file = built_in("scenarios", scenario);
    let worlds: Vec<&str> = match file.get("thief").and_then(|thief| thief.as_array()) {
        Some(worlds) => worlds.iter().filter_map(|world| world.as_str()).collect(),
        None => vec![""],
    };
    let of = |world: &str| {
        let designs = if world.is_empty() { &file["expect"] } else { &file["expect"][world] };
        designs[original].as_str().expect("an expectation is a text")
    };
    let more: Vec<_> =
        worlds.iter().flat_map(|world| ["careful", "careless"].map(|design| (*world, design, of(world)))).collect();
    lab.expect(scenario, &more);
    let comparison = lab.compare(&["careful", "careless"], scenario);
    turned(&comparison);
    comparison
}

/// The careful design does as expected in every world, and the careless one in none.
fn turned(comparison: &Comparison) {
    for cell in comparison.cells() {
        assert_eq!(cell["status"], "ran", "{cell}");
        assert_eq!(cell["as_expected"], cell["design"] == "careful", "{cell}");
    }
    let careless = comparison.cells().iter().filter(|cell| cell["design"] == "careless").count();
    assert!(careless > 0, "{}", comparison.json);
    assert_eq!(comparison.json["totals"]["unexpected"], careless, "{}", comparison.json["totals"]);
    assert_eq!(comparison.code, 1, "an unexpected cell is a finding");
}

#[test]
fn a_session_id_kept_at_a_password_change_keeps_the_thief_in() {
    let comparison = with_and_without("keep_id_on_login", "session-memory", "password-change");
    for world in WORLDS.map(Some) {
        assert_eq!(comparison.actor("careful", world, "attacker")["after_s"], 0);
        let stays = comparison.actor("careless", world, "attacker");
        assert_eq!((&stays["effect"], &stays["acted"]), (&"none".into(), &true.into()), "{stays}");
        let thrown_out = comparison.actor("careless", world, "phone");
        assert_eq!(thrown_out["after_s"], 0, "every other session still ends: {thrown_out}");
    }
}

#[test]
fn tokens_that_are_only_decoded_outlive_their_key() {
    let comparison = with_and_without("decode_only", "jwt-stateless", "key-rotation");
    for actor in ["phone", "attacker", "bystander"] {
        for world in WORLDS.map(Some) {
            assert_eq!(comparison.actor("careful", world, actor)["after_s"], 0);
            assert_eq!(comparison.actor("careless", world, actor)["effect"], "none");
        }
    }
    let why = comparison.why("careless", Some("access"));
    assert!(why.contains("nobody checked the signature"), "{why}");
}

#[test]
fn a_log_out_that_forgets_the_server_keeps_the_thief_in() {
    let comparison = with_and_without("logout_forgets_server", "session-sqlite", "log-out");
    for world in WORLDS.map(Some) {
        assert_eq!(comparison.actor("careful", world, "attacker")["after_s"], 0);
        assert_eq!(comparison.actor("careless", world, "attacker")["effect"], "none");
    }
    let why = comparison.why("careless", Some("access"));
    assert!(why.contains("the session's record is left alone"), "{why}");
}

#[test]
fn secrets_that_are_kept_as_they_are_open_what_they_belong_to() {
    for original in ["session-memory", "session-sqlite", "jwt-refresh"] {
        let comparison = with_and_without("plain_at_rest", original, "store-leak");
        assert_eq!(comparison.actor("careful", None, "attacker")["verdict"], "never-in");
        let inside = comparison.actor("careless", None, "attacker");
        assert!(inside["after_s"].as_u64() > Some(11 * 3600), "{inside}");
    }
}

#[test]
fn a_hash_that_the_client_makes_is_the_password() {
    for original in ["session-sqlite", "jwt-stateless"] {
        let comparison = with_and_without("client_hashes_password", original, "client-hashes-password");
        assert_eq!(comparison.actor("careful", None, "attacker")["verdict"], "never-in");
        let inside = comparison.actor("careless", None, "attacker");
        assert_eq!(inside["acted"], true, "{inside}");
        // The users' own clients send hashes, and are let in as ever.
        assert_eq!(comparison.actor("careless", None, "phone")["effect"], "none");
    }
}

#[test]
fn a_save_that_inserts_brings_a_logged_out_session_back() {
    let lab = Lab::new();
    lab.copy("session-sqlite", "careful", &[]);
    lab.copy("session-sqlite", "careless", &[("mistakes.save_reinserts", true.into())]);
    lab.scenario(
        "zombie",
        r#"
        title = "A slow request ends after the log-out"
        question = "Can a request that was under way bring the session back?"
        group = "races"
        thief = ["access"]
        steps = [
          { laptop = "log-in" }, { phone = "log-in" }, { bystander = "log-in" },
          { attacker = "steal", from = "laptop", by = "device" },
          { advance = "1m" },
          { laptop = "hold", at = "before-save", doing = "open-account" },
          { laptop = "log-out", mark = true },
          { laptop = "release" },
          { everyone = "keep-trying" },
        ]
        [expect.access]
        careful = "0s = 0s ="
        careless = "0s = 0s ="
        "#,
    );
    let comparison = lab.compare(&["careful", "careless"], "zombie");
    turned(&comparison);
    assert_eq!(comparison.actor("careful", Some("access"), "attacker")["after_s"], 0);
    let risen = comparison.actor("careless", Some("access"), "attacker");
    assert_eq!(risen["effect"], "none", "the thief goes on as if nobody had logged out: {risen}");
    assert_eq!(risen["acted"], false, "the record was gone until the slow request ended: {risen}");
}

#[test]
fn a_refresh_in_two_steps_lets_both_users_of_one_token_pass() {
    let lab = Lab::new();
    lab.copy("jwt-rotation", "careful", &[]);
    lab.copy("jwt-rotation", "careless", &[("mistakes.refresh_reads_then_writes", true.into())]);
    lab.scenario(
        "refresh-race",
        r#"
        title = "Two refreshes at once"
        question = "Does the server notice that two clients use one token in the same moment?"
        group = "races"
        thief = ["everything"]
        steps = [
          { laptop = "log-in" }, { phone = "log-in" }, { bystander = "log-in" },
          { attacker = "steal", from = "laptop", by = "device" },
          { advance = "1m" },
          { attacker = "hold", at = "before-rotate", doing = "refresh" },
          { laptop = "refresh" },
          { attacker = "release", mark = true },
          { everyone = "keep-trying" },
        ]
        [expect.everything]
        careful = "- = <=5m = alarm"
        careless = "- = <=5m = alarm"
        "#,
    );
    let comparison = lab.compare(&["careful", "careless"], "refresh-race");
    turned(&comparison);
    let world = Some("everything");
    assert_eq!(comparison.cell("careful", world)["detected"], true);
    assert_eq!(comparison.cell("careless", world)["detected"], false);
    assert_eq!(comparison.actor("careless", world, "attacker")["effect"], "none");

    // The laptop's refresh is the one that the steps tell of as an exchange of their own.
    for (design, attacker) in [("careful", "401 reuse-detected"), ("careless", "200")] {
        let told = lockstep(&["run", "refresh-race", "--design", design, "--lab", lab.arg()]).out;
        let of = |actor: &str| {
            let line = told.lines().find(|line| line.contains(actor) && line.contains("POST /auth/refresh"));
            line.unwrap_or_else(|| panic!("{actor} never refreshed: {told}")).to_owned()
        };
        assert!(of(" laptop ").contains("POST /auth/refresh 200"), "{told}");
        assert!(of(" attacker ").contains(&format!("POST /auth/refresh {attacker}")), "{told}");
    }
}

#[test]
fn a_get_that_moves_money_is_a_link_that_does() {
    // The defence and the cookie are as good as they get: neither is meant for what a GET does.
    for defence in ["fetch-metadata", "token"] {
        let lab = Lab::new();
        let defence = ("csrf.defence", toml::Value::from(defence));
        lab.copy("session-sqlite", "careful", std::slice::from_ref(&defence));
        lab.copy("session-sqlite", "careless", &[defence, ("mistakes.get_changes_state", true.into())]);
        let stands = "- - - - reason:wrong-method";
        lab.expect("csrf-get", &[("", "careful", stands), ("", "careless", stands)]);
        let comparison = lab.compare(&["careful", "careless"], "csrf-get");
        turned(&comparison);
        assert_eq!(comparison.actor("careful", None, "attacker")["acted"], false);
        assert_eq!(comparison.actor("careless", None, "attacker")["acted"], true);
        // A form is refused as ever; the cookie stays at home as well, so that there is no secret to be asked for.
        let refused = "- - - - reason:cross-site";
        lab.expect("csrf-post", &[("", "careful", refused), ("", "careless", refused)]);
        assert_eq!(lab.compare(&["careful", "careless"], "csrf-post").code, 0);
    }
}

#[test]
fn an_origin_that_is_reflected_reads_the_account() {
    let comparison = with_and_without("reflect_any_origin", "session-sqlite", "cross-origin-read");
    assert_eq!(comparison.actor("careful", None, "attacker")["acted"], false);
    assert_eq!(comparison.actor("careless", None, "attacker")["acted"], true);
}

/// The agents' pages always have a script of the attacker's in them where a scenario says so; of the real pages, those alone
/// let one in that make this mistake.
#[test]
fn a_comment_that_is_shown_as_html_is_a_script() {
    let lab = Lab::new();
    lab.copy("session-sqlite", "careful", &[]);
    lab.copy("session-sqlite", "careless", &[("mistakes.raw_comments", true.into())]);
    let mut served = command(&["--lab", lab.arg(), "serve", "--port", "0"]).spawn().expect("the program was built");
    let mut first = String::new();
    let out = BufReader::new(served.stdout.as_mut().expect("is piped")).read_line(&mut first);
    let port: Option<u16> = first.split_whitespace().next().and_then(|url| url.rsplit_once(':')?.1.parse().ok());
    let page = |design: &str, path: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", port?)).ok()?;
        let head = format!("GET {path} HTTP/1.1\r\nHost: {design}.localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok().map(|_| answer)
    };
    let pages = ["careful", "careless"].map(|design| [page(design, "/comments"), page(design, "/web/comments.js")]);
    served.kill().and_then(|()| served.wait()).expect("it runs, and ends");
    out.expect("the output is UTF-8");
    let lets_in = pages.map(|pages| {
        let [page, script] = pages.map(|page| page.expect("the server answers"));
        (!page.contains("content-security-policy: default-src 'self'"), script.contains("innerHTML"))
    });
    assert_eq!(lets_in, [(false, false), (true, true)]);
}
