//! `hold`: the actor sends a request that the server lets wait at a named point.

use anyhow::Context;

use super::{Done, request};
use crate::lab::actor::Actor;
use crate::lab::scenario::Verb;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage, actor: Actor, point: &str, doing: &Verb) -> anyhow::Result<Done> {
    let ask = request(stage, actor, doing).with_context(|| format!("{} is not one request", doing.name()))?;
    let what = format!("the {actor}'s {} {}", ask.method, ask.path);
    Ok(match stage.hold(actor, point, ask).await? {
        true => Done::quietly(format!("{what} waits {point}")),
        false => Done { went_through: false, ..Done::quietly(format!("{what} was refused before it came to {point}")) },
    })
}
