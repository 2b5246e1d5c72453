//! The lab held against a second opinion: the rules of who is locked out when, stated on their own, predict what the
//! lab measures of designs that nobody chose.

#[path = "../support/mod.rs"]
mod support;

mod policy;
mod space;

use std::fmt::Write as _;

use policy::{Ending, Event, Who, World};
use serde_json::Value as Json;
use space::{Dice, Facts};
use support::{Comparison, Lab, lockstep};

/// Random designs for each event.
const DESIGNS_AN_EVENT: usize = 24;

/// One random design: its id in the lab, what it is, and its file.
struct Made {
    id: String,
    facts: Facts,
    file: String,
}

/// Designs that nobody chose. `LOCKSTEP_SEED` gives others.
fn designs(event: Event, count: usize) -> Vec<Made> {
    let seed = std::env::var("LOCKSTEP_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut dice = Dice(seed * 1000 + event as u64);
    let made = |number| {
        let (facts, file) = space::design(&mut dice);
        Made { id: format!("random-{number}"), facts, file }
    };
    (0..count).map(made).collect()
}

fn measure(event: Event, designs: &[Made], mistake: Option<&str>) -> Comparison {
    let lab = Lab::new();
    for Made { id, file, .. } in designs {
        let mistakes = mistake.map(|mistake| format!("[mistakes]\n{mistake} = true\n")).unwrap_or_default();
        lab.design(id, &format!("{file}{mistakes}"));
    }
    let mut args = vec!["compare", "--lab", lab.arg(), "--format", "json", "--scenario", scenario(event)];
    args.extend(designs.iter().flat_map(|made| ["--design", &made.id]));
    Comparison::of(&lockstep(&args))
}

/// Every actor whose measured ending is another than the predicted one, told with its design.
fn disagreements(event: Event, designs: &[Made], measured: &Comparison) -> Vec<String> {
    let mut found = Vec::new();
    for Made { id, facts, file } in designs {
        for (world, name) in [(World::Access, "access"), (World::Everything, "everything")] {
            let cell = measured.cell(id, Some(name));
            assert_eq!(cell["status"], "ran", "{cell}\n{file}");
            for who in Who::ALL {
                let predicted = policy::predict(facts, event, who, world);
                let outcome = &cell["actors"][actor(who)];
                if !agrees(predicted, outcome) {
                    let why = &cell["why"];
                    let mut told =
                        format!("{event:?}, {name}, {who:?}: predicted {predicted:?}, got {outcome} ({why})\n");
                    write!(told, "{file}").expect("a text takes more text");
                    found.push(told);
                }
            }
        }
    }
    found
}

fn agrees(predicted: Ending, outcome: &Json) -> bool {
    let (verdict, effect) = (outcome["verdict"].as_str(), outcome["effect"].as_str());
    let after = outcome["after_s"].as_u64();
    let role_after = outcome["role_after_s"].as_u64();
    let inside_as_usual = effect == Some("none") && matches!(verdict, Some("in" | "out"));
    match predicted {
        Ending::NotAsked => verdict == Some("not-asked"),
        Ending::NeverIn => verdict == Some("never-in"),
        Ending::Within(secs) => {
            verdict == Some("out") && effect == Some("sooner") && after.is_some_and(|after| after <= secs)
        }
        Ending::Same => inside_as_usual && role_after.is_none(),
        Ending::New => effect == Some("new"),
        Ending::RoleWithin(secs) => inside_as_usual && role_after.is_some_and(|after| after <= secs),
    }
}

/// The name of the scenario in which an event is the mark.
fn scenario(event: Event) -> &'static str {
    match event {
        Event::LogOut => "log-out",
        Event::ClientOnlyLogOut => "client-only-log-out",
        Event::LogOutEverywhere => "log-out-everywhere",
        Event::PasswordChange => "password-change",
        Event::RoleDowngrade => "role-downgrade",
        Event::Ban => "ban",
        Event::AdminRevokesOne => "admin-revokes-one",
        Event::Restart => "restart",
        Event::LogOutThenRestart => "log-out-then-restart",
        Event::KeyRotation => "key-rotation",
    }
}

fn actor(who: Who) -> &'static str {
    match who {
        Who::Laptop => "laptop",
        Who::Phone => "phone",
        Who::Thief => "attacker",
        Who::Bystander => "bystander",
    }
}

#[test]
fn random_designs_end_as_the_rules_say() {
    let mut found = Vec::new();
    for event in Event::ALL {
        let designs = designs(event, DESIGNS_AN_EVENT);
        found.extend(disagreements(event, &designs, &measure(event, &designs, None)));
    }
    assert!(found.is_empty(), "{} disagreements, the first:\n{}", found.len(), found[0]);
}

#[test]
fn a_server_that_makes_a_mistake_is_found_out() {
    let mistakes = [
        (Event::LogOut, "logout_forgets_server", (|facts| facts.keeps_logins()) as fn(&Facts) -> bool),
        (Event::KeyRotation, "decode_only", |facts| facts.kind == space::Kind::Jwt && facts.refresh.is_none()),
        (Event::PasswordChange, "keep_id_on_login", |facts| facts.kind == space::Kind::Session),
    ];
    for (event, mistake, can_make_it) in mistakes {
        let mut designs = designs(event, 200);
        designs.retain(|made| can_make_it(&made.facts));
        designs.truncate(3);
        assert!(!designs.is_empty(), "dice gave no design that can make the mistake {mistake}");
        let found = disagreements(event, &designs, &measure(event, &designs, Some(mistake)));
        assert!(!found.is_empty(), "{mistake} goes unnoticed");
    }
}
