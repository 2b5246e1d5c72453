//! `log-out`: the actor tells the server, and forgets its credentials whatever the server says.

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;

pub(super) fn ask(stage: &Stage, actor: Actor) -> Ask {
    Ask::post("/auth/logout", stage.agent(actor).refresh_in_body(), Purpose::Action)
}

pub(super) async fn run(stage: &mut Stage, actor: Actor) -> anyhow::Result<Done> {
    let ask = ask(stage, actor);
    let number = stage.send(actor, &ask).await?;
    stage.agent_mut(actor).forget();
    stage.left(actor);
    Ok(Done::exchanged(stage, number))
}
