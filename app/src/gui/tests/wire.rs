//! The Wire over real exchanges: what it copies really runs, and what it looks for is found beside the window.

use std::process::Command;
use std::sync::Arc;

use eframe::egui::accesskit::Role;
use lockstep_shared::clock::Stopwatch;

use super::Window;
use crate::gui::finder::go_on;
use crate::lab::exchange::Purpose;
use crate::state::command::Side;
use crate::state::files::Kind;
use crate::state::traffic::made::probes;
use crate::state::traffic::{Limits, MOST, Traffic};
use crate::state::wire::curl;
use crate::state::wire::find::Found;
use crate::state::wire::query::Parsed;

/// Every request of a log-in, sent again by the command that the Wire copies, is answered as it was.
#[test]
fn a_copied_command_runs_against_the_lab() {
    if Command::new("curl").arg("--version").output().is_err() {
        // There is nothing to run it with; that its arguments survive a shell is tested where they are made.
        return;
    }
    let mut window = Window::open();
    window.press("Log in");
    window.press("Transfer €50");
    let model = &window.0.state().model;
    let mut kinds = std::collections::BTreeSet::new();
    for row in model.traffic.rows() {
        let address = &model.lane(row.side).view.address;
        let command = curl::command(&row.exchange, address);
        let output = Command::new("sh").arg("-c").arg(&command).output().expect("there is a shell");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        let status = format!("HTTP/1.1 {} ", row.exchange.status);
        assert!(text.starts_with(&status), "{command}\n{text}\n{errors}");
        if row.exchange.path == "/api/me" {
            assert!(text.ends_with(&row.exchange.response_body), "{command}\n{text}");
        }
        kinds.insert((row.side.index(), row.exchange.method, row.exchange.path.clone()));
    }
    assert!(kinds.len() >= 6, "both lanes logged in, paid and were asked: {kinds:?}");
}

#[test]
fn what_the_filter_leaves_is_written_into_a_file() {
    let mut window = Window::open();
    window.press("Log in");
    window.unfold("Wire");
    window.type_into(Role::TextInput, "Filter exchanges", "path:/auth");
    window.until(|app| app.model.found.as_ref().is_some_and(|found| found.places.len() == 2));
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("two log-ins.json");
    window.unfold("Export…");
    window.type_into(Role::TextInput, "File of the exchanges", &path.display().to_string());
    window.unfold("Write the exchanges");
    window.until(|app| app.model.files.of(Kind::Exchanges).count == 1);
    let text = std::fs::read_to_string(&path).expect("the file was written");
    let read: serde_json::Value = serde_json::from_str(&text).expect("is JSON");
    assert_eq!(read["schema"], "lockstep.exchanges/1");
    let paths: Vec<_> =
        read["exchanges"].as_array().expect("a list").iter().map(|one| &one["request"]["path"]).collect();
    assert_eq!(paths, ["/auth/login", "/auth/login"]);
    window.unfold("Write the exchanges");
    window.until(|app| app.model.files.of(Kind::Exchanges).count == 2);
    assert!(window.0.state().model.files.of(Kind::Exchanges).exists, "nothing is written over without being asked");
}

#[test]
fn a_filter_is_answered_beside_the_window_and_kept_up_with() {
    let mut window = Window::open();
    window.press("Log in");
    window.unfold("Wire");
    window.type_into(Role::TextInput, "Filter exchanges", "path:/auth lane:left");
    window.until(|app| app.model.found.as_ref().is_some_and(|found| found.places.len() == 1));
    // More of the kind is found as it is recorded, without being asked for again.
    window.press("Log in");
    window.until(|app| app.model.found.as_ref().is_some_and(|found| found.places.len() == 2));
    let model = &window.0.state().model;
    let found = model.found.as_ref().expect("something was found");
    for place in found.places.iter() {
        let row = model.traffic.at_place(*place).expect("is there");
        assert!(
            row.side == Side::Left && row.exchange.path == "/auth/login" && row.exchange.purpose == Purpose::Action
        );
    }
}

/// What a process has in memory, in MiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() / 1024
}

#[test]
#[ignore = "a benchmark: cargo test -p lockstep a_million -- --ignored --nocapture"]
fn a_million_exchanges_are_filtered() {
    let before = resident();
    let mut traffic = Traffic::within(Limits { rows: MOST, bytes: usize::MAX });
    let watch = Stopwatch::start();
    for from in (0..MOST).step_by(1000) {
        let side = if from % 2000 == 0 { Side::Left } else { Side::Right };
        traffic.take_in(side, probes(from + 1..from + 1001));
    }
    println!("{} exchanges made and taken in, in {} ms", traffic.len(), watch.micros() / 1000);
    println!("{} MiB by its own reckoning, {} MiB resident", traffic.bytes() >> 20, resident() - before);
    let snapshot = traffic.snapshot();
    let texts = [
        "status:401",
        "actor:attacker lane:left",
        "path:/api",
        "revoked",
        "k3jf0007a120",
        "alice@bank",
        "nowhere to be found",
        "actor:attacker revoked",
        "\"x-request-id: 77777\"",
        "zzzz",
        "application/json no-store",
        "e",
    ];
    let mut all = Vec::new();
    for text in texts {
        let query = Arc::new(Parsed::of(text).query);
        let mut times: Vec<u64> = (0..9)
            .map(|_| {
                let watch = Stopwatch::start();
                let found = go_on(Found::nothing(query.clone(), &snapshot), &snapshot, &|| false);
                std::hint::black_box(found);
                watch.micros() / 1000
            })
            .collect();
        times.sort_unstable();
        let found = go_on(Found::nothing(query, &snapshot), &snapshot, &|| false).places.len();
        println!("{text:32} {found:8} found, median {:4} ms, most {:4} ms", times[4], times[8]);
        all.extend(times);
    }
    all.sort_unstable();
    println!("p95 of all {} ms", all[all.len() * 95 / 100]);
    let watch = Stopwatch::start();
    traffic.forget(Side::Left);
    println!("a lane forgotten in {} ms", watch.micros() / 1000);
}
