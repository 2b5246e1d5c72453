//! `lose-answer`: the actor sends a request, the server does its part, and the answer never comes back.

use anyhow::Context;

use super::{Done, request};
use crate::lab::actor::Actor;
use crate::lab::scenario::Verb;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage, actor: Actor, doing: &Verb) -> anyhow::Result<Done> {
    let ask = request(stage, actor, doing).with_context(|| format!("{} is not one request", doing.name()))?;
    let number = stage.send_in_vain(actor, &ask).await?;
    let done = Done::exchanged(stage, number);
    Ok(Done { said: format!("{}; the answer never reached the {actor}", done.said), ..done })
}
