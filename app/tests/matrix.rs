//! Everything against everything: each cell is there once, as expected, in the form that other programs rely on, and a
//! second run gives the same.

mod support;

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use support::{Comparison, WORLDS, built_in, built_in_ids, lockstep};

/// Every key of a cell and of the totals, in the order in which they are written.
const CELL: [&str; 20] = [
    "design",
    "scenario",
    "thief",
    "status",
    "actors",
    "detected",
    "expected",
    "as_expected",
    "exchanges",
    "bytes_up",
    "bytes_down",
    "store_reads",
    "store_writes",
    "wall_ms",
    "why",
    "deciding",
    "mismatch",
    "ends",
    "steps",
    "evidence",
];
const ACTOR: [&str; 5] = ["verdict", "after_s", "effect", "acted", "role_after_s"];
const TOTALS: [&str; 9] =
    ["cells", "ran", "not_applicable", "broken", "unexpected", "logins", "exchanges", "wall_ms", "floor_ms"];
const MEASURED: [&str; 4] = ["laptop", "phone", "attacker", "bystander"];

/// One test, because the whole takes long enough.
#[test]
fn everything_against_everything() {
    let scenarios = built_in_ids("scenarios");
    let mut args = vec!["compare", "--format", "json"];
    args.extend(scenarios.iter().flat_map(|id| ["--scenario", id]));
    let ran = lockstep(&args);
    assert_eq!(ran.err, "", "progress is for terminals");
    assert_eq!(ran.out.matches('\n').count(), 1, "the comparison is one line");
    let all = Comparison::of(&ran);

    assert_eq!(keys(&all.json), ["schema", "cells", "totals", "floor", "designs", "scenarios"]);
    assert_eq!(all.json["schema"], "lockstep.compare/1");
    all.cells().iter().for_each(check_cell);
    check_totals(&all);
    every_cell_is_there_once(&all);
    assert_eq!(all.code, 0);

    the_same_again(&all, &args);
}

fn check_cell(cell: &Json) {
    assert_eq!(keys(cell), CELL, "{cell}");
    assert_eq!(cell["status"], "ran", "{cell}");
    assert_eq!(cell["as_expected"], true, "{cell}");
    assert!(cell["expected"].as_str().is_some_and(|tokens| tokens.split_whitespace().count() >= 4), "{cell}");
    assert!(cell["detected"].is_boolean(), "{cell}");
    for count in ["exchanges", "bytes_up", "bytes_down", "wall_ms"] {
        assert!(cell[count].as_u64() > Some(0), "{count} of {cell}");
    }
    assert!(cell["store_reads"].is_u64() && cell["store_writes"].is_u64(), "{cell}");

    let why = cell["why"].as_str().expect("why is a text");
    assert!(!why.trim().is_empty() && !why.contains('\n'), "{cell}");
    let deciding = cell["deciding"].as_array().expect("deciding is a list");
    let exchanges = cell["exchanges"].as_u64().expect("is a count");
    assert!(!deciding.is_empty(), "{cell}");
    assert!(deciding.iter().all(|number| number.as_u64().is_some_and(|number| (1..=exchanges).contains(&number))));

    assert_eq!(keys(&cell["actors"]), MEASURED, "{cell}");
    let baseline = cell["scenario"] == "nothing-happens";
    for (actor, outcome) in object(&cell["actors"]) {
        check_actor(outcome, baseline, &format!("{actor} of {cell}"));
    }
}

fn check_actor(outcome: &Json, baseline: bool, place: &str) {
    assert_eq!(keys(outcome), ACTOR, "{place}");
    let verdict = outcome["verdict"].as_str().expect("a verdict is a word");
    assert!(["never-in", "out", "in", "flapping", "unavailable", "not-asked"].contains(&verdict), "{place}");
    let number = |key: &str| outcome[key].is_null() || outcome[key].is_u64();
    assert!(number("after_s") && number("role_after_s"), "{place}");
    if verdict == "out" {
        assert!(outcome["after_s"].is_u64(), "{place}");
    }
    let asked = verdict != "not-asked";
    assert_eq!(outcome["acted"].is_boolean(), asked, "{place}");
    match outcome["effect"].as_str() {
        None => assert!(outcome["effect"].is_null() && (baseline || !asked), "{place}"),
        Some(effect) => assert!(["none", "sooner", "new"].contains(&effect) && !baseline && asked, "{place}"),
    }
}

fn check_totals(all: &Comparison) {
    let totals = &all.json["totals"];
    assert_eq!(keys(totals), TOTALS);
    assert!(TOTALS.iter().all(|key| totals[key].is_u64()), "{totals}");
    assert_eq!((&totals["cells"], &totals["ran"]), (&all.cells().len().into(), &all.cells().len().into()));
    for none in ["not_applicable", "broken", "unexpected"] {
        assert_eq!(totals[none], 0, "{totals}");
    }
    let exchanges: u64 = all.cells().iter().map(|cell| cell["exchanges"].as_u64().expect("is a count")).sum();
    assert_eq!(totals["exchanges"], exchanges);
    assert!(["logins", "wall_ms", "floor_ms"].iter().all(|key| totals[key].as_u64() > Some(0)), "{totals}");
}

/// By scenario, then world, then design, each in its list's order.
fn every_cell_is_there_once(all: &Comparison) {
    let designs = built_in_ids("designs");
    let mut wanted = Vec::new();
    for scenario in built_in_ids("scenarios") {
        let thief = built_in("scenarios", &scenario).get("thief").cloned();
        assert_eq!(thief, Some(WORLDS.to_vec().into()), "{scenario} has both worlds");
        for world in WORLDS {
            wanted.extend(designs.iter().map(|design| (scenario.clone(), world.to_owned(), design.clone())));
        }
    }
    let text = |cell: &Json, key: &str| cell[key].as_str().expect("is a name").to_owned();
    let name = |cell: &Json| (text(cell, "scenario"), text(cell, "thief"), text(cell, "design"));
    assert_eq!(all.cells().iter().map(name).collect::<Vec<_>>(), wanted);
    assert_eq!(wanted.iter().collect::<BTreeSet<_>>().len(), wanted.len());
}

/// One at a time instead of side by side, and in other company: the same figures but for times.
fn the_same_again(all: &Comparison, args: &[&str]) {
    let again = Comparison::of(&lockstep(&[args, &["--jobs", "3"]].concat()));
    let timeless = |cell: &Json| {
        let mut cell = object(cell).clone();
        cell.remove("wall_ms");
        cell
    };
    for (cell, before) in again.cells().iter().zip(all.cells()) {
        assert_eq!(timeless(cell), timeless(before));
    }
    assert_eq!(again.cells().len(), all.cells().len());
}

fn object(value: &Json) -> &Map<String, Json> {
    value.as_object().unwrap_or_else(|| panic!("is no object: {value}"))
}

fn keys(value: &Json) -> Vec<&str> {
    object(value).keys().map(String::as_str).collect()
}
