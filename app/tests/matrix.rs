//! Everything against everything: each cell is there once, as expected, in the form that other programs rely on, and a
//! second run gives the same.

mod support;

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use support::{Comparison, built_in, built_in_ids, lockstep};
use toml::{Table, Value};

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
    each_falls_to_its_own_mistakes(&all);

    the_same_again(&all, &args);
}

fn check_cell(cell: &Json) {
    assert_eq!(keys(cell), CELL, "{cell}");
    let why = cell["why"].as_str().expect("why is a text");
    assert!(!why.trim().is_empty() && !why.contains('\n'), "{cell}");
    let scenario = built_in("scenarios", cell["scenario"].as_str().expect("is a name"));
    if cell["status"] == "not-applicable" {
        // What has no object in a design is no surprise: its file expects nothing there.
        assert!(!expects(&scenario, cell), "{cell}");
        assert!(cell["expected"].is_null() && cell["as_expected"].is_null() && object(&cell["actors"]).is_empty());
        return;
    }
    assert_eq!(cell["status"], "ran", "{cell}");
    assert_eq!(cell["as_expected"], true, "{cell}");
    assert!(cell["expected"].as_str().is_some_and(|tokens| tokens.split_whitespace().count() >= 4), "{cell}");
    assert!(cell["detected"].is_boolean(), "{cell}");
    for count in ["exchanges", "bytes_up", "bytes_down", "wall_ms"] {
        assert!(cell[count].as_u64() > Some(0), "{count} of {cell}");
    }
    assert!(cell["store_reads"].is_u64() && cell["store_writes"].is_u64(), "{cell}");

    let deciding = cell["deciding"].as_array().expect("deciding is a list");
    let exchanges = cell["exchanges"].as_u64().expect("is a count");
    assert!(!deciding.is_empty(), "{cell}");
    assert!(deciding.iter().all(|number| number.as_u64().is_some_and(|number| (1..=exchanges).contains(&number))));

    assert!(deciding.len() == cell["evidence"].as_array().map_or(0, Vec::len), "{cell}");
    check_story(cell);

    assert_eq!(keys(&cell["actors"]), MEASURED, "{cell}");
    let is_held = !cell["thief"].is_null() || scenario.contains_key("baseline");
    let compared = cell["scenario"] != "nothing-happens" && is_held;
    for (actor, outcome) in object(&cell["actors"]) {
        check_actor(outcome, compared && takes_part(actor, cell), &format!("{actor} of {cell}"));
    }
}

/// Whether a scenario's file expects anything of a cell's design in its world.
fn expects(scenario: &Table, cell: &Json) -> bool {
    let worlds = scenario.get("expect").and_then(Value::as_table);
    let designs = match cell["thief"].as_str() {
        None => worlds,
        Some(world) => worlds.and_then(|worlds| worlds.get(world)).and_then(Value::as_table),
    };
    designs.is_some_and(|designs| designs.contains_key(cell["design"].as_str().expect("is a name")))
}

/// The story is whole, short, and has no id, token or key in it.
fn check_story(cell: &Json) {
    let steps = cell["steps"].as_array().expect("a story has steps");
    assert_eq!(steps.iter().filter(|step| step["mark"] == true).count(), 1, "{cell}");
    assert!(steps.iter().all(|step| step["said"].as_str().is_some_and(|said| !said.is_empty())), "{cell}");
    let story = Json::from([cell["steps"].clone(), cell["evidence"].clone()]).to_string();
    assert!(story.len() < 8192, "{} octets: {story}", story.len());
    for word in story.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '+' | '=')) {
        let random = word.len() >= 16 && word.bytes().any(|byte| byte.is_ascii_digit());
        assert!(!random, "{word} in {story}");
    }
}

/// Whether any step is the actor's own; what becomes of one who does nothing is held against nothing.
fn takes_part(actor: &str, cell: &Json) -> bool {
    cell["steps"].as_array().is_some_and(|steps| steps.iter().any(|step| step["by"] == actor))
}

fn check_actor(outcome: &Json, compared: bool, place: &str) {
    assert_eq!(keys(outcome), ACTOR, "{place}");
    let verdict = outcome["verdict"].as_str().expect("a verdict is a word");
    assert!(["never-in", "out", "in", "flapping", "unavailable", "not-asked"].contains(&verdict), "{place}");
    let number = |key: &str| outcome[key].is_null() || outcome[key].is_u64();
    assert!(number("after_s") && number("role_after_s"), "{place}");
    if verdict == "out" {
        assert!(outcome["after_s"].is_u64(), "{place}");
    }
    // Where nobody is asked afterwards, what was done right after the mark may be all that there is to know.
    assert!(outcome["acted"].is_boolean() || (outcome["acted"].is_null() && verdict == "not-asked"), "{place}");
    let decided = !["not-asked", "unavailable"].contains(&verdict);
    match outcome["effect"].as_str() {
        None => assert!(outcome["effect"].is_null() && (!compared || !decided), "{place}"),
        Some(effect) => assert!(["none", "sooner", "new"].contains(&effect) && compared && decided, "{place}"),
    }
}

fn check_totals(all: &Comparison) {
    let totals = &all.json["totals"];
    assert_eq!(keys(totals), TOTALS);
    assert!(TOTALS.iter().all(|key| totals[key].is_u64()), "{totals}");
    assert_eq!(totals["cells"], all.cells().len());
    for (key, status) in [("ran", "ran"), ("not_applicable", "not-applicable")] {
        assert_eq!(totals[key], all.cells().iter().filter(|cell| cell["status"] == status).count(), "{totals}");
    }
    for none in ["broken", "unexpected"] {
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
        let named = |world: &Value| Some(world.as_str().expect("a world is a word").to_owned());
        let worlds = thief.map_or(vec![None], |thief| {
            thief.as_array().expect("the worlds are a list").iter().map(named).collect::<Vec<_>>()
        });
        for world in worlds {
            wanted.extend(designs.iter().map(|design| (scenario.clone(), world.clone(), design.clone())));
        }
    }
    let text = |cell: &Json, key: &str| cell[key].as_str().map(str::to_owned);
    let name = |cell: &Json| {
        let [scenario, design] = ["scenario", "design"].map(|key| text(cell, key).expect("is a name"));
        (scenario, text(cell, "thief"), design)
    };
    assert_eq!(all.cells().iter().map(name).collect::<Vec<_>>(), wanted);
    assert_eq!(wanted.iter().collect::<BTreeSet<_>>().len(), wanted.len());
}

/// What each mistake opens, of the scenarios in which an attacker forges or plants a credential.
const OPENED: [(&str, &[&str]); 13] = [
    ("keep_id_on_login", &["fixation"]),
    ("guessable_id", &["guess-the-id"]),
    (
        "decode_only",
        &[
            "edited-claims",
            "alg-none",
            "key-confusion",
            "embedded-jwk",
            "jku-elsewhere",
            "kid-as-path",
            "weak-secret",
            "other-audience",
        ],
    ),
    ("accept_alg_none", &["alg-none"]),
    ("trust_header_alg", &["key-confusion"]),
    ("trust_header_jwk", &["embedded-jwk"]),
    ("trust_header_jku", &["jku-elsewhere"]),
    ("trust_kid_path", &["kid-as-path"]),
    ("weak_secret", &["weak-secret"]),
    ("any_token_type", &["refresh-as-access"]),
    ("no_audience", &["other-audience"]),
    ("denylist_by_bytes", &["denylist-twin"]),
    ("no_proof_memory", &["proof-replay"]),
];

/// A design falls to a forged or planted credential where one of its own mistakes opens that, and nowhere else: as its
/// scenario's file expects it, and as it was measured.
fn each_falls_to_its_own_mistakes(all: &Comparison) {
    let forging = |id: &String| built_in("scenarios", id)["group"].as_str() == Some("forging") || *id == "fixation";
    let scenarios: Vec<String> = built_in_ids("scenarios").into_iter().filter(forging).collect();
    let opened: BTreeSet<&str> = OPENED.iter().flat_map(|(_, opened)| opened.iter().copied()).collect();
    assert_eq!(opened, scenarios.iter().map(String::as_str).collect(), "each is opened by some mistake");
    let mut fallen = BTreeSet::new();
    for design in built_in_ids("designs") {
        let file = built_in("designs", &design);
        let made = |mistake: &str| file.get("mistakes").and_then(|made| made.get(mistake)).is_some();
        for scenario in &scenarios {
            let falls = OPENED.iter().any(|(mistake, opened)| made(mistake) && opened.contains(&scenario.as_str()));
            let expected = built_in("scenarios", scenario)["expect"].get(&design).map(Value::to_string);
            let place = format!("{design} in {scenario}: {expected:?}");
            assert_eq!(expected.is_some_and(|tokens| tokens.contains("acted:attacker")), falls, "{place}");
            let cell = all.cells().iter().find(|cell| cell["design"] == *design && cell["scenario"] == **scenario);
            let attacker = &cell.expect("every cell is there")["actors"]["attacker"];
            let inside = !["never-in", "not-asked", ""].contains(&attacker["verdict"].as_str().unwrap_or_default());
            assert_eq!(attacker["acted"] == true || inside, falls, "{place}: {attacker}");
            if falls {
                fallen.insert(design.clone());
            }
        }
    }
    assert!(fallen.len() >= 3, "there are broken designs to hold the others against: {fallen:?}");
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
