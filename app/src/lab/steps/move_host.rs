//! `move`: the bank moves to another host name, and everybody's page is opened there from now on.

use super::Done;
use crate::lab::stage::Stage;

pub(super) fn run(stage: &mut Stage, to: &str) -> anyhow::Result<Done> {
    stage.move_host(to)?;
    Ok(Done::quietly(format!("the bank moved to {to}.localhost, and its old address sends everybody there")))
}
