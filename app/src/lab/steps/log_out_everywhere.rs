//! `log-out-everywhere`: the actor asks the server to end all of its user's logins, and forgets its own credentials.

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;

pub(super) fn ask() -> Ask {
    Ask::post("/auth/logout-everywhere", None, Purpose::Action)
}

pub(super) async fn run(stage: &mut Stage, actor: Actor) -> anyhow::Result<Done> {
    let number = stage.ask(actor, ask()).await?;
    stage.agent_mut(actor).forget();
    stage.left(actor);
    Ok(Done::exchanged(stage, number))
}
