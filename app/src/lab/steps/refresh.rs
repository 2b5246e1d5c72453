//! `refresh`: the actor asks for fresh credentials before it needs them.

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;

pub(super) fn ask(stage: &Stage, actor: Actor) -> Ask {
    Ask::post("/auth/refresh", stage.agent(actor).refresh_in_body(), Purpose::Action)
}

pub(super) async fn run(stage: &mut Stage, actor: Actor) -> anyhow::Result<Done> {
    let number = stage.renew(actor, Purpose::Action).await?;
    Ok(Done::exchanged(stage, number))
}
