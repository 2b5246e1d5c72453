//! `release`: the request that was held goes on.

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage, actor: Actor) -> anyhow::Result<Done> {
    let number = stage.release(actor).await?;
    Ok(Done::exchanged(stage, number))
}
