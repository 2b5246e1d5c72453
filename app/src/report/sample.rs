//! Made-up cells that the renderers are tried on.

use std::io::{self, Write};
use std::time::Duration;

use lockstep_shared::design::Kind;

use crate::lab::actor::Actor;
use crate::lab::outcome::{
    AboutDesign, AboutScenario, ActorOutcome, Actors, Cell, Comparison, Effect, Evidence, Floor, Status, StoryStep,
    Totals, Verdict,
};
use crate::lab::scenario::{Group, Thief};

pub(super) fn out(after_s: u64, effect: Effect) -> ActorOutcome {
    let (acted, role_after_s) = match effect {
        Effect::Sooner => (false, Some(after_s)),
        _ => (true, None),
    };
    ActorOutcome {
        verdict: Verdict::Out,
        after_s: Some(after_s),
        effect: Some(effect),
        acted: Some(acted),
        role_after_s,
    }
}

pub(super) fn is(verdict: Verdict) -> ActorOutcome {
    ActorOutcome { verdict, after_s: None, effect: Some(Effect::None), acted: None, role_after_s: None }
}

/// A cell that ran, with the laptop, the phone, the attacker and the bystander.
pub(super) fn cell(design: &str, scenario: &str, thief: Option<Thief>, actors: [ActorOutcome; 4]) -> Cell {
    Cell {
        design: design.to_owned(),
        scenario: scenario.to_owned(),
        thief,
        status: Status::Ran,
        actors: Actor::MEASURED.into_iter().zip(actors).collect(),
        detected: false,
        expected: Some("0s = = =".to_owned()),
        as_expected: Some(true),
        exchanges: 160,
        bytes_up: 61_234,
        bytes_down: 40_210,
        store_reads: 0,
        store_writes: 1,
        wall_ms: 41,
        why: "The token's signature holds until it expires.".to_owned(),
        deciding: vec![12, 47],
        mismatch: None,
        ends: vec![Actor::Laptop],
        steps: Vec::new(),
        evidence: Vec::new(),
    }
}

/// A log-out that a token takes no notice of.
pub(super) fn log_out() -> Cell {
    let usual = out(86_340, Effect::None);
    cell("jwt-stateless", "log-out", Some(Thief::Access), [out(0, Effect::Sooner), usual, usual, usual])
}

pub(super) fn broken(design: &str, scenario: &str) -> Cell {
    let nobody = [is(Verdict::NotAsked); 4];
    Cell {
        status: Status::Broken,
        actors: Actors::new(),
        expected: None,
        as_expected: None,
        exchanges: 0,
        why: "the server did not start: no free port".to_owned(),
        ..cell(design, scenario, None, nobody)
    }
}

pub(super) fn comparison(cells: Vec<Cell>) -> Comparison {
    let counted = Totals::count(&cells);
    let floor = Floor {
        hashes: 2,
        hash: Duration::from_micros(14_200),
        exchanges: counted.exchanges,
        exchange: Duration::from_micros(22),
        cores: 2,
    };
    let floor_ms = u64::try_from(floor.total().as_millis()).expect("is short");
    Comparison::new(&[], &[], cells, Totals { logins: 2, wall_ms: 55, floor_ms, ..counted }, floor)
}

/// A comparison that describes its designs and scenarios, with something of everything in it.
pub(super) fn titled() -> Comparison {
    let (usual, gone) = (out(86_340, Effect::None), out(0, Effect::Sooner));
    let (access, everything) = (Some(Thief::Access), Some(Thief::Everything));
    let thief_in = ActorOutcome { acted: Some(true), ..is(Verdict::In) };
    let late = out(240, Effect::Sooner);
    let mut story = cell("jwt-rotation", "log-out", everything, [is(Verdict::NotAsked), usual, late, usual]);
    story.steps = vec![
        step("laptop", "laptop: log-in", false, "POST /auth/login 200: refresh family created in sqlite"),
        step("attacker", "attacker: steal from laptop by device", false, "the attacker copied 2 credentials"),
        step("laptop", "laptop: log-out", true, "POST /auth/logout 204: refresh family ended in sqlite"),
    ];
    story.evidence = vec![Evidence {
        number: 47,
        after_mark_s: Some(240),
        actor: Actor::Attacker,
        method: "POST".to_owned(),
        path: "/auth/refresh".to_owned(),
        status: 401,
        reason: Some("revoked".to_owned()),
        detail: Some("the refresh family was ended by log-out".to_owned()),
        acts: vec!["no live refresh family in sqlite".to_owned()],
    }];
    let cells = vec![
        cell("session-memory", "log-out", access, [gone, usual, gone, usual]),
        log_out(),
        cell("jwt-rotation", "log-out", access, [gone, usual, out(240, Effect::None), usual]),
        cell("session-memory", "log-out", everything, [is(Verdict::NotAsked), usual, gone, usual]),
        Cell {
            as_expected: Some(false),
            mismatch: Some("attacker: expected `0s`, got in to the end".to_owned()),
            ..cell("jwt-stateless", "log-out", everything, [is(Verdict::NotAsked), usual, thief_in, usual])
        },
        story,
        cell("session-memory", "restart", None, [gone; 4]),
        Cell { detected: true, ..cell("jwt-stateless", "restart", None, [usual; 4]) },
        broken("jwt-rotation", "restart"),
    ];
    let design = |id: &str, title: &str, kind| AboutDesign {
        id: id.to_owned(),
        title: title.to_owned(),
        summary: format!("What {title} is."),
        kind,
    };
    let scenario = |id: &str, title: &str, question: &str, group| AboutScenario {
        id: id.to_owned(),
        title: title.to_owned(),
        question: question.to_owned(),
        group,
    };
    let mut comparison = comparison(cells);
    comparison.designs = vec![
        design("session-memory", "Session, in memory", Kind::Session),
        design("jwt-stateless", "JWT alone", Kind::Jwt),
        design("jwt-rotation", "Short JWT + rotating refresh", Kind::Jwt),
    ];
    comparison.scenarios = vec![
        scenario("log-out", "Stolen, then logged out", "Does logging out lock the thief out?", Group::Ending),
        scenario("restart", "The server restarts", "Who is logged out?", Group::Operations),
    ];
    comparison
}

fn step(by: &str, text: &str, mark: bool, said: &str) -> StoryStep {
    StoryStep {
        number: 1,
        by: by.to_owned(),
        step: text.to_owned(),
        mark,
        at_s: 60,
        after_mark_s: None,
        said: said.to_owned(),
        exchanges: Some((1, 3)),
    }
}

/// The reader has gone.
pub(super) struct ClosedPipe;

impl Write for ClosedPipe {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
