//! What makes a script one that can be run and measured.

use anyhow::{bail, ensure};

use super::step::{Doer, Step};
use super::{Copying, Scenario, Thief, Verb};
use crate::lab::actor::Actor;
use crate::lab::expectation::Token;

/// More steps than any script needs that a person can follow.
const MOST_STEPS: usize = 200;

pub(super) fn check(scenario: &Scenario) -> anyhow::Result<()> {
    for (key, text, most) in [("title", &scenario.title, 60), ("question", &scenario.question, 160)] {
        ensure!(!text.trim().is_empty(), "`{key}`: write a few words in quotes");
        ensure!(text.chars().count() <= most, "`{key}`: at most {most} characters");
        ensure!(!text.contains(char::is_control), "`{key}`: one line of plain text");
    }
    ensure!(scenario.claims.iter().all(|claim| *claim > 0), "`claims`: claims are counted from 1");
    let twice = |at: usize| scenario.thief[..at].contains(&scenario.thief[at]);
    ensure!(!(0..scenario.thief.len()).any(twice), "`thief`: each world once");
    ensure!(
        scenario.baseline.is_none() || scenario.thief.is_empty(),
        "`baseline`: each world of `thief` is held against the same world of the baseline: take it away"
    );
    ensure!(!scenario.steps.is_empty(), "`steps`: a scenario needs at least the step that is marked");
    ensure!(scenario.steps.len() <= MOST_STEPS, "`steps`: at most {MOST_STEPS}");
    check_mark(&scenario.steps)?;
    check_only(scenario)?;
    for world in scenario.worlds() {
        check_world(scenario, world)?;
        check_expectations(scenario, world)?;
    }
    Ok(())
}

fn numbered(steps: &[Step]) -> impl Iterator<Item = (usize, &Step)> {
    steps.iter().enumerate().map(|(at, step)| (at + 1, step))
}

fn check_mark(steps: &[Step]) -> anyhow::Result<()> {
    let marks: Vec<usize> = numbered(steps).filter(|(_, step)| step.mark).map(|(number, _)| number).collect();
    let mark = match marks.as_slice() {
        [one] => *one,
        [] => bail!("`steps`: no step has mark = true: set it where access should end"),
        [one, two, ..] => bail!("step {two}: the mark is on step {one} already: a scenario has one"),
    };
    ensure!(steps[mark - 1].only.is_none(), "step {mark}: the mark is in every world: take its `only` away");
    for (number, step) in numbered(steps) {
        if let Verb::KeepTrying { .. } = step.verb {
            ensure!(!step.mark, "step {number}: `keep-trying` can't be the mark: it comes after it");
            ensure!(number == steps.len(), "step {number}: `keep-trying` goes on to the end: it comes last, and once");
            ensure!(step.only.is_none(), "step {number}: `keep-trying` is in every world: take its `only` away");
        }
    }
    Ok(())
}

fn check_only(scenario: &Scenario) -> anyhow::Result<()> {
    for (number, step) in numbered(&scenario.steps) {
        if let Some(only) = step.only {
            ensure!(
                scenario.thief.contains(&only),
                "step {number}: `only`: there is no world \"{only}\": add it to `thief`"
            );
        }
    }
    Ok(())
}

/// What one world's steps need of those before them.
fn check_world(scenario: &Scenario, world: Option<Thief>) -> anyhow::Result<()> {
    let mut logged_in: Vec<Actor> = Vec::new();
    let mut held: Vec<(usize, Actor)> = Vec::new();
    let mut sent: Vec<(Actor, Verb)> = Vec::new();
    let mut stolen = false;
    let mut down = false;
    let mut nodes = 1;
    let mut overheard = false;
    for (number, step) in scenario.steps_in(world) {
        let before = |actor: Actor| logged_in.contains(&actor);
        if let Some(node) = step.node {
            ensure!(
                node <= nodes,
                "step {number}: there is no node {node}: add it first with {{ server = \"add-node\" }}"
            );
        }
        match (&step.verb, step.by) {
            (Verb::LogIn, Doer::Actor(actor)) => logged_in.push(actor),
            (Verb::Steal { from, by }, _) => {
                ensure!(before(*from), "step {number}: {from} has nothing to steal: let it `log-in` first");
                if let Copying::Wire(seen) = by {
                    let name = seen.name();
                    let went = sent.iter().any(|(actor, verb)| actor == from && verb.name() == name);
                    ensure!(went, "step {number}: {from} sent no `{name}` that could be seen: let it do that first");
                }
                stolen = true;
            }
            (Verb::Ride { on }, _) => {
                ensure!(before(*on), "step {number}: {on} has no page open: let it `log-in` first");
            }
            (verb @ (Verb::OpenAccount | Verb::Refresh), Doer::Actor(actor)) => sent.push((actor, verb.clone())),
            (Verb::Replay, _) => ensure!(stolen, "step {number}: nothing to replay: let the attacker `steal` first"),
            (Verb::Overhear { from }, _) => {
                ensure!(before(*from), "step {number}: {from} has nothing to overhear: let it `log-in` first");
                overheard = true;
            }
            (Verb::VisitOtherService, Doer::Actor(actor)) => {
                ensure!(before(actor), "step {number}: {actor} has no token yet: let it `log-in` first");
            }
            (Verb::Forge { .. }, _) if !before(Actor::Laptop) && !before(Actor::Phone) => {
                bail!("step {number}: there is nobody to become: let the laptop `log-in` first")
            }
            (Verb::Forge { how }, _) => ensure!(
                overheard || !how.needs_to_overhear(),
                "step {number}: `{how}` begins with what somebody sent: let the attacker `overhear` first"
            ),
            (Verb::AddNode { .. }, _) => nodes += 1,
            (Verb::RevokeOne | Verb::Ban | Verb::Demote | Verb::GrantGroups { .. }, _) => {
                ensure!(before(Actor::Admin), "step {number}: let the admin `log-in` first");
            }
            (Verb::Hold { .. }, Doer::Actor(actor)) => match held.iter().find(|(_, holder)| *holder == actor) {
                Some((other, _)) => {
                    bail!("step {number}: the request of step {other} is still held: `release` it first")
                }
                None => held.push((number, actor)),
            },
            (Verb::Release, Doer::Actor(actor)) => match held.iter().position(|(_, holder)| *holder == actor) {
                Some(at) => drop(held.remove(at)),
                None => bail!("step {number}: {actor} has no request held: `hold` one first"),
            },
            (Verb::StoreDown, _) => {
                ensure!(!down, "step {number}: the store is down already: bring it back with `store-up` first");
                down = true;
            }
            (Verb::StoreUp, _) => {
                ensure!(down, "step {number}: the store is not down: take it down with `store-down` first");
                down = false;
            }
            (Verb::KeepTrying { .. }, _) if !held.is_empty() => break,
            _ => {}
        }
    }
    if let Some((number, actor)) = held.first() {
        bail!("step {number}: this request is never let go: add {{ {actor} = \"release\" }}");
    }
    if let Some(thief) = world {
        ensure!(stolen, "`thief`: nothing is stolen in the world \"{thief}\": add a `steal`, or take `thief` away");
    }
    Ok(())
}

/// Who keeps quiet can't be expected to be in or out.
fn check_expectations(scenario: &Scenario, world: Option<Thief>) -> anyhow::Result<()> {
    let quiet = scenario.quiet_in(world);
    for ((thief, design), expected) in &scenario.expect {
        for actor in quiet.iter().filter(|_| *thief == world) {
            let path = thief.map_or("expect".to_owned(), |thief| format!("expect.{thief}"));
            ensure!(
                expected.token(*actor) == Some(Token::NotAsked),
                "`{path}.{design}`: {actor} is not asked in this world: write - for it"
            );
        }
        // Held against nothing, a `=` would be met by any end at all.
        let alone = world.is_none() && scenario.baseline.is_none();
        let same = Actor::MEASURED.iter().any(|actor| expected.token(*actor) == Some(Token::Same));
        ensure!(
            !(alone && same),
            "`expect.{design}`: `=` means as in the baseline, and this scenario has none: write how long, as >=23h"
        );
    }
    Ok(())
}
