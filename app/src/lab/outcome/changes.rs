//! What differs between two comparisons, cell by cell and in words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ActorOutcome, Cell, Status};
use crate::lab::actor::Actor;
use crate::lab::digest::told;
use crate::lab::scenario::Thief;

/// A cell that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) design: String,
    pub(crate) scenario: String,
    pub(crate) thief: Option<Thief>,
    pub(crate) what: What,
    /// Each difference in words.
    pub(crate) changes: Vec<String>,
}

/// How a cell is not as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum What {
    /// There was no such cell.
    New,
    /// There is no such cell any more.
    Gone,
    Changed,
}

type Key<'a> = (&'a str, &'a str, Option<Thief>);

/// Everything that is not as it was: the cells there are in their order, then those that are gone in theirs. Figures
/// that say nothing of access, such as times and octets, may differ.
pub(crate) fn changes(before: &[Cell], now: &[Cell]) -> Vec<Change> {
    let by_key = |cells| -> BTreeMap<Key<'_>, &Cell> { Iterator::map(cells, |cell| (key(cell), cell)).collect() };
    let (was, is) = (by_key(before.iter()), by_key(now.iter()));
    let there = now.iter().filter_map(|cell| match was.get(&key(cell)) {
        None => Some(change(cell, What::New, vec![format!("is new: {}", summary(cell))])),
        Some(before) => {
            let differences = differences(before, cell);
            (!differences.is_empty()).then(|| change(cell, What::Changed, differences))
        }
    });
    let gone = before.iter().filter(|cell| !is.contains_key(&key(cell)));
    let gone = gone.map(|cell| change(cell, What::Gone, vec![format!("is gone: {}", summary(cell))]));
    there.chain(gone).collect()
}

fn key(cell: &Cell) -> Key<'_> {
    (&cell.scenario, &cell.design, cell.thief)
}

fn change(cell: &Cell, what: What, changes: Vec<String>) -> Change {
    Change { design: cell.design.clone(), scenario: cell.scenario.clone(), thief: cell.thief, what, changes }
}

fn summary(cell: &Cell) -> String {
    let attacker = cell.actors.get(&Actor::Attacker).filter(|_| cell.status == Status::Ran);
    attacker.map_or_else(|| status(cell), |outcome| format!("attacker {}", told(outcome)))
}

fn status(cell: &Cell) -> String {
    match cell.status {
        Status::Ran => "ran".to_owned(),
        Status::NotApplicable => format!("not applicable ({})", cell.why),
        Status::Broken => format!("broken ({})", cell.why),
    }
}

fn differences(before: &Cell, now: &Cell) -> Vec<String> {
    if before.status != now.status {
        return vec![format!("was {}, is {}", status(before), status(now))];
    }
    let mut differences: Vec<String> = Actor::ALL
        .into_iter()
        .flat_map(|actor| match (before.actors.get(&actor), now.actors.get(&actor)) {
            (Some(was), Some(is)) => actor_differences(actor, was, is),
            (None, Some(is)) => vec![format!("{actor}: was not measured, is {}", told(is))],
            (Some(was), None) => vec![format!("{actor}: was {}, is not measured", told(was))],
            (None, None) => Vec::new(),
        })
        .collect();
    match (before.detected, now.detected) {
        (false, true) => differences.push("the server raises an alarm, and did not".to_owned()),
        (true, false) => differences.push("the server raises no alarm any more".to_owned()),
        _ => {}
    }
    differences.extend(refusal_differences(before, now));
    differences
}

/// Where the same comes out for another reason: the defence that had decided is gone, or another one came before it. A
/// result that was kept without evidence has nothing to say of that.
fn refusal_differences(before: &Cell, now: &Cell) -> Vec<String> {
    if before.evidence.is_empty() || now.evidence.is_empty() {
        return Vec::new();
    }
    let last = |cell: &Cell, actor: Actor| {
        let mut refusals = cell.evidence.iter().filter(|evidence| evidence.actor == actor && evidence.status >= 400);
        let last = refusals.next_back()?;
        Some(format!("{} {}", last.status, last.reason.as_deref().unwrap_or("without a reason")))
    };
    let one = |actor: Actor| match (last(before, actor), last(now, actor)) {
        (was, is) if was == is => None,
        (Some(was), Some(is)) => Some(format!("{actor}: was refused with {was}, now with {is}")),
        (Some(was), None) => Some(format!("{actor}: was refused with {was}, and is not any more")),
        (None, Some(is)) => Some(format!("{actor}: is refused with {is}, and was not")),
        (None, None) => None,
    };
    Actor::ALL.into_iter().filter_map(one).collect()
}

fn actor_differences(actor: Actor, was: &ActorOutcome, is: &ActorOutcome) -> Vec<String> {
    let mut differences = Vec::new();
    let access = |outcome: &ActorOutcome| (outcome.verdict, outcome.after_s, outcome.effect, outcome.role_after_s);
    if access(was) != access(is) {
        differences.push(format!("{actor}: was {}, is {}", told_with_role(was), told_with_role(is)));
    }
    let acted = |outcome: &ActorOutcome| match outcome.acted {
        None => "was not tried",
        Some(true) => "went through",
        Some(false) => "was refused",
    };
    if was.acted != is.acted {
        differences.push(format!("{actor}: a transfer right after the mark {}; now it {}", acted(was), acted(is)));
    }
    differences
}

/// The role's end is told where it differs from that of access; a difference has to be told in any case.
fn told_with_role(outcome: &ActorOutcome) -> String {
    match outcome.role_after_s {
        Some(_) if outcome.role_after_s == outcome.after_s => format!("{} and the admin role with it", told(outcome)),
        _ => told(outcome),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::outcome::{Effect, Evidence, Verdict};

    fn outcome(after_s: u64) -> ActorOutcome {
        let effect = Some(Effect::None);
        ActorOutcome { verdict: Verdict::Out, after_s: Some(after_s), effect, acted: Some(true), role_after_s: None }
    }

    fn cell(design: &str, attacker: ActorOutcome) -> Cell {
        Cell {
            status: Status::Ran,
            actors: [(Actor::Attacker, attacker)].into(),
            ..Cell::empty(design, "log-out", Some(Thief::Access))
        }
    }

    fn one(was: Cell, is: Cell) -> String {
        changes(&[was], &[is]).into_iter().flat_map(|change| change.changes).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn equal_cells_have_not_changed_whatever_they_took() {
        let was = Cell { wall_ms: 7, bytes_up: 3, why: "because".to_owned(), ..cell("a", outcome(0)) };
        assert_eq!(changes(&[was], &[cell("a", outcome(0))]), []);
    }

    #[test]
    fn every_difference_that_matters_is_told() {
        let was = || cell("a", outcome(0));
        let is = |outcome| one(was(), cell("a", outcome));
        let same = outcome(0);
        assert_eq!(
            is(outcome(240)),
            "attacker: was out after 0 s, as in the baseline, is out after 4 min, as in the baseline"
        );
        assert_eq!(
            is(ActorOutcome { role_after_s: Some(0), ..same }),
            "attacker: was out after 0 s, as in the baseline, is out after 0 s, as in the baseline and the admin role \
             with it"
        );
        assert_eq!(
            is(ActorOutcome { acted: Some(false), ..same }),
            "attacker: a transfer right after the mark went through; now it was refused"
        );
        assert!(is(ActorOutcome { effect: Some(Effect::Sooner), ..same }).ends_with("sooner than in the baseline"));
        assert!(is(ActorOutcome { verdict: Verdict::In, after_s: None, ..same }).contains("is in to the end"));
        assert_eq!(one(was(), Cell { detected: true, ..was() }), "the server raises an alarm, and did not");
        assert_eq!(one(Cell { detected: true, ..was() }, was()), "the server raises no alarm any more");
        let broken = Cell { status: Status::Broken, why: "no port".to_owned(), ..was() };
        assert_eq!(one(was(), broken), "was ran, is broken (no port)");
        let nobody = Cell { actors: BTreeMap::new(), ..was() };
        assert_eq!(one(was(), nobody), "attacker: was out after 0 s, as in the baseline, is not measured");
    }

    #[test]
    fn the_same_end_for_another_reason_has_changed() {
        let refused = |status, reason: &str| Evidence {
            number: 7,
            after_mark_s: Some(0),
            actor: Actor::Attacker,
            method: "POST".to_owned(),
            path: "/api/transfer".to_owned(),
            status,
            reason: Some(reason.to_owned()),
            detail: None,
            acts: Vec::new(),
        };
        let with = |evidence| Cell { evidence, ..cell("a", outcome(0)) };
        let was = || with(vec![refused(403, "cross-site")]);
        assert_eq!(changes(&[was()], &[was()]), []);
        assert_eq!(
            one(was(), with(vec![refused(401, "no-credential")])),
            "attacker: was refused with 403 cross-site, now with 401 no-credential"
        );
        let let_in = with(vec![Evidence { status: 200, reason: None, ..refused(200, "") }]);
        assert_eq!(one(was(), let_in), "attacker: was refused with 403 cross-site, and is not any more");
        assert_eq!(changes(&[with(Vec::new())], &[was()]), [], "kept by a Lockstep that kept no evidence");
    }

    #[test]
    fn cells_come_and_go() {
        let changes =
            changes(&[cell("a", outcome(0)), cell("b", outcome(0))], &[cell("b", outcome(0)), cell("c", outcome(0))]);
        let kinds: Vec<_> = changes.iter().map(|change| (change.design.as_str(), change.what)).collect();
        assert_eq!(kinds, [("c", What::New), ("a", What::Gone)]);
        assert_eq!(changes[1].changes, ["is gone: attacker out after 0 s, as in the baseline"]);
    }
}
