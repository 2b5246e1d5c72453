//! Whose own access a scenario means to end: what is lost beyond that is collateral.

use crate::lab::actor::Actor;
use crate::lab::scenario::{Doer, Scenario, Thief, Verb};

/// Everybody but the attacker whose access a step of this world is there to end.
pub(super) fn ends(scenario: &Scenario, world: Option<Thief>) -> Vec<Actor> {
    let steps = scenario.steps_in(world).map(|(_, step)| step);
    let aimed: Vec<Actor> = steps.flat_map(|step| aims_at(step.by, &step.verb)).collect();
    Actor::MEASURED.into_iter().filter(|actor| aimed.contains(actor)).collect()
}

fn aims_at(by: Doer, verb: &Verb) -> Vec<Actor> {
    let devices = [Actor::Laptop, Actor::Phone];
    match (verb, by) {
        (Verb::Hold { doing, .. }, by) => aims_at(by, doing),
        (Verb::LogOut | Verb::ClientOnlyLogOut, Doer::Actor(own)) => vec![own],
        (Verb::LogOutEverywhere, Doer::Actor(own)) if own.is_victim() => devices.to_vec(),
        (Verb::LogOutEverywhere, Doer::Actor(own)) => vec![own],
        // Whoever changes the password stays in, with fresh credentials.
        (Verb::ChangePassword, Doer::Actor(own)) if own.is_victim() => {
            devices.into_iter().filter(|device| *device != own).collect()
        }
        (Verb::RevokeOne, _) => vec![Actor::Laptop],
        (Verb::Ban | Verb::Demote, _) => devices.to_vec(),
        _ => Vec::new(),
    }
}
