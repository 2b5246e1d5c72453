//! `wipe-store`: somebody deletes everything that the store has.

use super::Done;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage) -> anyhow::Result<Done> {
    stage.server.wipe_store(&stage.design.id).await?;
    Ok(Done::quietly("the store lost everything that was in it"))
}
