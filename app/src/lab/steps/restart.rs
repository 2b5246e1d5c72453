//! `restart`: the server's process starts anew from its disk.

use super::Done;
use crate::lab::stage::Stage;

pub(super) fn run(stage: &mut Stage, new_keys: bool) -> anyhow::Result<Done> {
    stage.restart(new_keys)?;
    Ok(Done::quietly(match new_keys {
        false => "the server restarted: its memory is gone, its files are not",
        true => "the server restarted and made its keys anew: what the old ones signed is refused",
    }))
}
