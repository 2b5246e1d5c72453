//! `replay`: the thief sends its copy again.

use super::{Done, open_account};
use crate::lab::actor::Actor;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage, thief: Actor) -> anyhow::Result<Done> {
    let number = stage.send(thief, &open_account::ask()).await?;
    Ok(Done::exchanged(stage, number))
}
