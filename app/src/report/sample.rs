//! Made-up cells that the renderers are tried on.

use std::io::{self, Write};
use std::time::Duration;

use crate::lab::actor::Actor;
use crate::lab::outcome::{ActorOutcome, Actors, Cell, Comparison, Effect, Floor, Status, Totals, Verdict};
use crate::lab::scenario::Thief;

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
