//! `store-down`: the store stops answering.

use super::Done;
use crate::lab::stage::Stage;

pub(super) fn run(stage: &mut Stage) -> anyhow::Result<Done> {
    stage.store_down().map(Done::quietly)
}
