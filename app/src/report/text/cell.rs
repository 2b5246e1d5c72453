//! One cell in a few characters: the thief's verdict, then a sign for each thing that is worth a second look.

use std::time::Duration;

use lockstep_shared::span::in_words;

use crate::lab::actor::Actor;
use crate::lab::outcome::{ActorOutcome, Cell, Effect, Status, Verdict};

/// How a cell is to be taken: what decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    /// Good in the end.
    Late,
    Bad,
    Plain,
}

/// A sign after the verdict, and what it means.
struct Sign {
    sign: char,
    means: &'static str,
    holds: fn(&Cell) -> bool,
}

const SIGNS: [Sign; 5] = [
    Sign { sign: '=', means: "as if nothing had happened", holds: |cell| as_usual(cell, Actor::Attacker) },
    Sign { sign: 'p', means: "the victim's phone is out sooner too", holds: |cell| lost(cell, Actor::Phone) },
    Sign { sign: 'b', means: "an unrelated user is out sooner too", holds: |cell| lost(cell, Actor::Bystander) },
    Sign { sign: 'a', means: "the server raised an alarm", holds: |cell| cell.detected },
    Sign { sign: '!', means: "not as expected", holds: |cell| cell.as_expected == Some(false) },
];

/// `<scenario> × <design> (everything)`
pub(super) fn name(cell: &Cell) -> String {
    let thief = cell.thief.map(|thief| format!(" ({thief})")).unwrap_or_default();
    format!("{} × {}{thief}", cell.scenario, cell.design)
}

/// `out 4 min =`
pub(super) fn short(cell: &Cell) -> String {
    let verdict = match (cell.status, cell.actors.get(&Actor::Attacker)) {
        (Status::Broken, _) => return "broken".to_owned(),
        (Status::NotApplicable, _) => return "n/a".to_owned(),
        (Status::Ran, Some(attacker)) => verdict(attacker),
        (Status::Ran, None) => "-".to_owned(),
    };
    let signs: String = SIGNS.iter().filter(|sign| (sign.holds)(cell)).map(|sign| sign.sign).collect();
    match signs.is_empty() {
        true => verdict,
        false => format!("{verdict} {signs}"),
    }
}

fn verdict(attacker: &ActorOutcome) -> String {
    let after = |secs| in_words(Duration::from_secs(secs));
    match (attacker.verdict, attacker.after_s) {
        _ if let Some(secs) = role_alone(attacker) => format!("▼ {}", after(secs)),
        (Verdict::Out, Some(secs)) => format!("out {}", after(secs)),
        (Verdict::Out, None) => "out".to_owned(),
        (Verdict::In, _) => "in".to_owned(),
        (Verdict::NeverIn, _) => "○ never".to_owned(),
        (Verdict::Flapping, _) => "flapping".to_owned(),
        (Verdict::Unavailable, _) => "no answer".to_owned(),
        (Verdict::NotAsked, _) => "-".to_owned(),
    }
}

/// When the admin role was lost, where access was not.
fn role_alone(outcome: &ActorOutcome) -> Option<u64> {
    outcome.role_after_s.filter(|_| outcome.effect == Some(Effect::None))
}

fn as_usual(cell: &Cell, actor: Actor) -> bool {
    cell.actors.get(&actor).is_some_and(|outcome| {
        outcome.effect == Some(Effect::None)
            && outcome.role_after_s.is_none()
            && matches!(outcome.verdict, Verdict::In | Verdict::Out)
    })
}

fn lost(cell: &Cell, actor: Actor) -> bool {
    cell.actors.get(&actor).is_some_and(|outcome| outcome.effect == Some(Effect::Sooner))
}

/// The thief out at once is good, out later is good in the end, in is bad.
pub(super) fn tone(cell: &Cell) -> Tone {
    let Some(attacker) = cell.actors.get(&Actor::Attacker).filter(|_| cell.status == Status::Ran) else {
        return if cell.status == Status::Broken { Tone::Bad } else { Tone::Plain };
    };
    match (attacker.verdict, role_alone(attacker).or(attacker.after_s)) {
        (Verdict::Out | Verdict::In, Some(0)) | (Verdict::NeverIn, _) => Tone::Good,
        (Verdict::Out | Verdict::In, Some(_)) => Tone::Late,
        (Verdict::In | Verdict::Flapping, _) => Tone::Bad,
        _ => Tone::Plain,
    }
}

/// What the signs in these cells mean: only those that are there.
pub(super) fn legend(cells: &[Cell]) -> Vec<String> {
    let ran = || cells.iter().filter(|cell| cell.status == Status::Ran);
    let attackers = || ran().filter_map(|cell| cell.actors.get(&Actor::Attacker));
    let words = [
        (
            ran().next().is_some(),
            "Each cell: is the thief still in, or out, and how long after the moment at which access should have ended?",
        ),
        (
            attackers().any(|attacker| role_alone(attacker).is_some()),
            "▼  not out, but no admin any more, that long after",
        ),
        (attackers().any(|attacker| attacker.verdict == Verdict::Unavailable), "no answer  503 to the end"),
    ];
    let words = words.into_iter().filter(|(there, _)| *there).map(|(_, words)| words.to_owned());
    let signs = SIGNS.iter().filter(|sign| ran().any(sign.holds));
    words.chain(signs.map(|sign| format!("{}  {}", sign.sign, sign.means))).collect()
}
