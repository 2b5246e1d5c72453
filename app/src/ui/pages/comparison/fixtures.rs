//! Models of the comparison, as large as it is when everything is compared, and at each moment of a run.

use std::sync::Arc;

use lockstep_shared::clock::{Clock, LabTime};
use lockstep_shared::design::{Design, Kind};

use crate::lab::actor::Actor;
use crate::lab::catalog::Catalog;
use crate::lab::outcome::{ActorOutcome, Cell, Effect, Evidence, Status, StoryStep, Totals, Verdict};
use crate::lab::scenario::{Scenario, Thief};
use crate::state::command::Selection;
use crate::state::comparing::{Note, Report, Row};
use crate::state::event::Event;
use crate::state::model::Model;
use crate::state::walk::{Walk, WalkStep};
use crate::ui::fixtures;

const SESSIONS: [&str; 6] = ["memory", "sqlite", "redis", "cached-role", "sealed", "broken"];
const TOKENS: [&str; 16] = [
    "stateless",
    "cookie",
    "refresh",
    "rotation",
    "rotation-no-detection",
    "rotation-grace-same",
    "rotation-grace-fork",
    "denylist",
    "denylist-memory",
    "epoch",
    "session-id",
    "dpop",
    "introspection",
    "weak-secret",
    "broken",
    "two-services",
];

/// Groups with their scenarios, by their titles.
const SCENARIOS: [(&str, bool, &[&str]); 6] = [
    (
        "ending",
        true,
        &[
            "Stolen, then logged out",
            "Logged out in the browser alone",
            "Logged out everywhere",
            "Password changed",
            "Demoted from admin",
            "Banned",
            "One login revoked by an admin",
        ],
    ),
    ("operations", true, &["The server restarts", "Log out, then the server restarts", "The signing key is replaced"]),
    (
        "theft",
        false,
        &[
            "A script reads it",
            "A script rides along",
            "On the wire",
            "The whole device",
            "The store leaks",
            "The key leaks",
        ],
    ),
    (
        "refresh",
        false,
        &[
            "The thief refreshes first",
            "The victim refreshes first",
            "The victim never returns",
            "Two honest tabs",
            "A lost answer",
        ],
    ),
    (
        "forging",
        false,
        &["Edited claims", "No algorithm", "The wrong key's kind", "A key in the header", "A secret from a word list"],
    ),
    ("web", false, &["A forged POST", "A forged GET", "Fixation", "A neighbour's cookie"]),
];

/// Nothing has been measured.
pub(in crate::ui) fn empty() -> Model {
    let designs = designs();
    let mut model = Model::new(Clock::manual(LabTime::START), designs, &scenarios(), "/home/alice".to_owned());
    model.lanes = fixtures::empty().lanes;
    model
}

/// A third of the cells are there, and more come.
pub(in crate::ui) fn running() -> Model {
    let mut model = empty();
    let all = model.comparing.rows.len() * model.comparing.columns.len();
    let rows = model.comparing.rows.iter().map(|row| row.scenario.clone());
    let designs = model.comparing.columns.iter().map(|column| column.id.clone());
    let selection = Selection { designs: designs.collect(), scenarios: rows.collect() };
    model.apply(Event::Comparison(Report::Began(selection)));
    fill(&mut model, all / 3, all);
    model
}

/// Everything has been measured.
pub(in crate::ui) fn full() -> Model {
    let mut model = empty();
    let all = model.comparing.rows.len() * model.comparing.columns.len();
    fill(&mut model, all, all);
    let times = Totals { wall_ms: 31_000, ..Totals::default() };
    model.apply(Event::Comparison(Report::Ended { times, note: None }));
    model
}

/// A run was stopped, and a file opened before it.
pub(in crate::ui) fn stopped() -> Model {
    let mut model = running();
    let note = Note { words: "Stopped after 230 of 836 cells".to_owned(), is_failure: false };
    model.apply(Event::Comparison(Report::Ended { times: Totals::default(), note: Some(note) }));
    model
}

/// A scenario is stepped through in the left lane.
pub(in crate::ui) fn walking() -> Model {
    let mut model = fixtures::stolen();
    let said = [
        "POST /auth/login 200: session saved in memory",
        "POST /auth/login 200: session saved in memory",
        "POST /auth/login 200: session saved in memory",
        "the attacker has a copy of what the laptop holds: the session cookie",
    ];
    let words = [
        "laptop: log-in",
        "phone: log-in",
        "bystander: log-in",
        "attacker: steal from laptop by device",
        "advance 1m",
        "laptop: log-out",
        "everyone: keep-trying",
    ];
    let step = |(at, words): (usize, &&str)| WalkStep {
        words: (*words).to_owned(),
        mark: at == 5,
        said: said.get(at).map(|said| Ok((*said).to_owned())),
    };
    let walk = Walk {
        design: "Session, in memory".to_owned(),
        scenario: "Stolen, then logged out".to_owned(),
        question: "Does logging out lock the thief out?".to_owned(),
        thief: Some(Thief::Access),
        steps: words.iter().enumerate().map(step).collect(),
        done: said.len(),
    };
    model.apply(Event::Walked(Some(Box::new(walk))));
    model
}

fn fill(model: &mut Model, count: usize, all: usize) {
    let (rows, columns) = (model.comparing.rows.clone(), model.comparing.columns.clone());
    let places = rows
        .iter()
        .enumerate()
        .flat_map(|(at, row)| columns.iter().enumerate().map(move |(c, column)| (at, row, c, column)));
    for (ended, (at, row, place, column)) in places.take(count).enumerate() {
        let cell = Some(Arc::new(cell(at, row, place, &column.id)));
        model.apply(Event::Comparison(Report::Cell { cell, ended: ended + 1, all }));
    }
}

/// Designs under made-up names; what they are is copied from the built-in ones.
fn designs() -> Vec<Design> {
    let catalog = Catalog::load(None).expect("the built-in files are well-formed");
    let of = |kind: Kind| catalog.designs().iter().find(|design| design.kind == kind).expect("there is one").clone();
    let (session, token) = (of(Kind::Session), of(Kind::Jwt));
    let named = |family: &str, name: &str, design: &Design| Design {
        id: format!("{family}-{name}"),
        title: format!("{}: {}", if family == "jwt" { "JWT" } else { "Session" }, name.replace('-', " ")),
        ..design.clone()
    };
    let sessions = SESSIONS.iter().map(|name| named("session", name, &session));
    sessions.chain(TOKENS.iter().map(|name| named("jwt", name, &token))).collect()
}

fn scenarios() -> Vec<Scenario> {
    let of = |(group, worlds, titles): (&str, bool, &[&str])| -> Vec<Scenario> {
        let parse = |title: &&str| {
            let id = title.to_lowercase().replace([' ', '\''], "-").replace(',', "");
            let thief = if worlds { "thief = [\"access\", \"everything\"]\n" } else { "" };
            let steal = if worlds { "{ attacker = \"steal\", from = \"laptop\", by = \"device\" }, " } else { "" };
            let text = format!(
                "title = \"{title}\"\nquestion = \"Does logging out lock the thief out?\"\ngroup = \"{group}\"\n{thief}\
                 steps = [ {{ laptop = \"log-in\" }}, {steal}\
                 {{ laptop = \"log-out\", mark = true }}, {{ everyone = \"keep-trying\" }} ]\n"
            );
            Scenario::parse(&id, "fixture", &text).expect("a fixture is a valid scenario")
        };
        titles.iter().map(parse).collect()
    };
    SCENARIOS.into_iter().flat_map(of).collect()
}

/// A cell by a rule that has something of everything in it. What it says is made up.
fn cell(at: usize, row: &Row, place: usize, design: &str) -> Cell {
    let is_session = design.starts_with("session") && !design.ends_with("sealed");
    let of = |verdict, after_s| ActorOutcome { verdict, after_s, effect: None, acted: Some(true), role_after_s: None };
    let stays = |verdict, after_s| ActorOutcome { effect: Some(Effect::None), ..of(verdict, after_s) };
    let lost = |secs| ActorOutcome { effect: Some(Effect::Sooner), ..of(Verdict::Out, Some(secs)) };
    let usual = stays(Verdict::Out, Some(86_340));
    let thief = match (at % 11, is_session) {
        (1, _) => stays(Verdict::In, None),
        (5, true) => ActorOutcome { effect: Some(Effect::None), ..of(Verdict::NeverIn, None) },
        (8, false) => ActorOutcome { role_after_s: Some(240), ..stays(Verdict::Out, Some(86_340)) },
        (9, _) => lost(0),
        (_, true) => lost(0),
        (_, false) => match place % 5 {
            0 => stays(Verdict::Out, Some(86_340)),
            1 => stays(Verdict::Out, Some(1_209_540)),
            2 => lost(0),
            3 => stays(Verdict::In, None),
            _ => lost(290),
        },
    };
    let phone = if at.is_multiple_of(7) && place.is_multiple_of(4) { lost(290) } else { usual };
    let unexpected = at == 3 && place == 9;
    let cell = Cell {
        status: Status::Ran,
        actors: [(Actor::Laptop, lost(0)), (Actor::Phone, phone), (Actor::Attacker, thief), (Actor::Bystander, usual)].into(),
        detected: at % 6 == 4 && !is_session && place.is_multiple_of(3),
        expected: Some("0s = <=5m =".to_owned()),
        as_expected: Some(!unexpected),
        mismatch: unexpected.then(|| "phone: expected `=`, got out after 4 min 50 s".to_owned()),
        exchanges: 160,
        bytes_up: 61_234,
        bytes_down: 40_210,
        store_writes: 1,
        wall_ms: 41,
        why: "POST /auth/logout 204: the refresh family was revoked in sqlite; the attacker was out after 4 min 50 s: GET \
              /api/me 401 expired: its exp claim has passed, and POST /auth/refresh 401 revoked"
            .to_owned(),
        deciding: vec![31, 32, 64],
        ends: vec![Actor::Laptop],
        steps: steps(),
        evidence: evidence(),
        ..Cell::empty(design, &row.scenario, row.thief)
    };
    match (at, place) {
        (2, 5) => Cell {
            why: "the server did not start: no free port".to_owned(),
            ..Cell::empty(design, &row.scenario, row.thief)
        },
        _ if row.scenario.contains("algorithm") && is_session => Cell {
            status: Status::NotApplicable,
            why: "an opaque id has no header that could name an algorithm".to_owned(),
            ..Cell::empty(design, &row.scenario, row.thief)
        },
        _ => cell,
    }
}

fn steps() -> Vec<StoryStep> {
    let lines = [
        ("laptop", "laptop: log-in", "POST /auth/login 200: refresh family saved in sqlite"),
        ("phone", "phone: log-in", "POST /auth/login 200: refresh family saved in sqlite"),
        ("attacker", "attacker: steal from laptop by device", "the attacker has a copy of the access token"),
        ("laptop", "laptop: log-out", "POST /auth/logout 204: refresh family revoked in sqlite"),
        ("everyone", "everyone: keep-trying", "everybody goes on, up to 30 days"),
    ];
    let step = |(at, (by, step, said)): (usize, (&str, &str, &str))| StoryStep {
        number: at + 1,
        by: by.to_owned(),
        step: step.to_owned(),
        mark: at == 3,
        at_s: 5 * at as u64,
        after_mark_s: (at > 3).then_some(0),
        said: said.to_owned(),
        exchanges: Some((at * 3 + 1, at * 3 + 3)),
    };
    lines.into_iter().enumerate().map(step).collect()
}

fn evidence() -> Vec<Evidence> {
    let one =
        |number, after: Option<u64>, actor, method: &str, path: &str, status, reason: Option<&str>, acts: &[&str]| {
            Evidence {
                number,
                after_mark_s: after,
                actor,
                method: method.to_owned(),
                path: path.to_owned(),
                status,
                reason: reason.map(str::to_owned),
                detail: reason.map(|_| "its exp claim has passed".to_owned()),
                acts: acts.iter().map(|act| (*act).to_owned()).collect(),
            }
        };
    vec![
        one(31, None, Actor::Laptop, "POST", "/auth/logout", 204, None, &["refresh family revoked in sqlite"]),
        one(32, Some(0), Actor::Attacker, "GET", "/api/me", 200, None, &["the EdDSA signature holds", "no lookup"]),
        one(64, Some(290), Actor::Attacker, "GET", "/api/me", 401, Some("expired"), &[]),
    ]
}
