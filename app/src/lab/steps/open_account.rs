//! `open-account`: the actor looks at the account.

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;

pub(super) fn ask() -> Ask {
    Ask::get("/api/account", Purpose::Action)
}

pub(super) async fn run(stage: &mut Stage, actor: Actor) -> anyhow::Result<Done> {
    let number = stage.ask(actor, ask()).await?;
    Ok(Done::exchanged(stage, number))
}
