//! `store-up`: the store answers again.

use super::Done;
use crate::lab::stage::Stage;

pub(super) fn run(stage: &mut Stage) -> anyhow::Result<Done> {
    stage.store_up().map(Done::quietly)
}
