//! `wait-for-expiry`: the clock moves to the next end that the actor can read in what it holds.

use lockstep_shared::span::in_words;

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::outcome::NotApplicable;
use crate::lab::stage::Stage;

pub(super) fn run(stage: &mut Stage, actor: Actor) -> anyhow::Result<Done> {
    let now = stage.now();
    let Some(ends) = stage.agent(actor).next_expiry(now) else {
        let why = format!("nothing that the {actor} holds says when it ends: that is known to the server alone");
        return Err(NotApplicable(why).into());
    };
    stage.clock.advance_to(ends);
    Ok(Done::quietly(format!("{} passed: what the {actor} holds says that it ends now", in_words(ends.since(now)))))
}
