//! `restart`: the server's process starts anew from its disk.

use super::Done;
use crate::lab::stage::Stage;

pub(super) fn run(stage: &mut Stage) -> anyhow::Result<Done> {
    stage.restart()?;
    Ok(Done::quietly("the server restarted: its memory is gone, its files are not"))
}
