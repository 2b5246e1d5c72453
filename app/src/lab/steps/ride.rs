//! `ride`: a script that was injected into an open page moves money from within it, reading no credential.

use super::{Done, transfer};
use crate::lab::actor::Actor;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage, attacker: Actor, on: Actor) -> anyhow::Result<Done> {
    let ask = transfer::ask(stage, attacker);
    let number = stage.send_within(on, attacker, &ask).await?;
    let done = Done::exchanged(stage, number);
    Ok(Done { said: format!("a script in the {on}'s page sent {}", done.said), ..done })
}
