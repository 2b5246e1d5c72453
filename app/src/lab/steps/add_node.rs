//! `add-node`: another node joins the server, with the same disk and nothing in its memory.

use lockstep_shared::clock::Skew;

use super::Done;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage, skew: Skew) -> anyhow::Result<Done> {
    stage.server.add_node(skew).await?;
    let number = stage.server.nodes().len();
    Ok(Done::quietly(match skew == Skew::NONE {
        true => format!("node {number} joined, with nothing in its memory"),
        false => format!("node {number} joined, and its clock is off by {skew}"),
    }))
}
