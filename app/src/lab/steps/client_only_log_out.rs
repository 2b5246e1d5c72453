//! `client-only-log-out`: the actor forgets its credentials and tells the server nothing.

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::stage::Stage;

pub(super) fn run(stage: &mut Stage, actor: Actor) -> Done {
    stage.agent_mut(actor).forget();
    stage.left(actor);
    Done::quietly(format!("the {actor} forgot its credentials, and the server was not told"))
}
