//! Whose own access a scenario means to end: what is lost beyond that is collateral.

use crate::lab::actor::Actor;
use crate::lab::scenario::{Doer, Scenario, Thief, Verb};

/// Everybody but the attacker whose access a step of this world is there to end. Who logs in after that means to be in.
pub(super) fn ends(scenario: &Scenario, world: Option<Thief>) -> Vec<Actor> {
    let mut aimed = Vec::new();
    for (_, step) in scenario.steps_in(world) {
        match (&step.verb, step.by) {
            (Verb::LogIn, Doer::Actor(own)) => aimed.retain(|actor| *actor != own),
            (Verb::LogIn, Doer::Everyone) => aimed.clear(),
            (verb, by) => aimed.extend(aims_at(by, verb)),
        }
    }
    Actor::MEASURED.into_iter().filter(|actor| aimed.contains(actor)).collect()
}

/// Whether an actor does anything of its own in this world. What becomes of one who does not says nothing.
pub(super) fn takes_part(scenario: &Scenario, world: Option<Thief>, actor: Actor) -> bool {
    scenario.steps_in(world).any(|(_, step)| match step.by {
        Doer::Actor(own) => own == actor,
        Doer::Everyone => step.verb == Verb::LogIn,
        Doer::Server | Doer::Clock => false,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(steps: &str) -> Scenario {
        let keys = "title = \"t\"\nquestion = \"q\"\ngroup = \"ending\"";
        Scenario::parse("s", "s.toml", &format!("{keys}\nsteps = [{steps}]")).expect("is a scenario")
    }

    #[test]
    fn who_logs_in_again_means_to_stay() {
        let (log_in, leave) = ("{ laptop = \"log-in\" }", "{ laptop = \"log-out\" }");
        let marked = |step: &str| step.replace(" }", ", mark = true }");
        let out = scenario(&format!("{log_in}, {}", marked(leave)));
        assert_eq!(ends(&out, None), [Actor::Laptop]);
        let back = scenario(&format!("{log_in}, {leave}, {}", marked(log_in)));
        assert_eq!(ends(&back, None), []);
    }

    #[test]
    fn to_be_asked_is_not_to_take_part() {
        let scenario = scenario("{ laptop = \"log-in\", mark = true }, { everyone = \"keep-trying\" }");
        assert!(takes_part(&scenario, None, Actor::Laptop));
        assert!(!takes_part(&scenario, None, Actor::Attacker));
    }
}
