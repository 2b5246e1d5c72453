//! `probe`: the actor asks who the server takes it for.

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage, actor: Actor) -> anyhow::Result<Done> {
    let probe = stage.probe(actor, false).await?;
    Ok(Done::exchanged(stage, probe.number))
}
