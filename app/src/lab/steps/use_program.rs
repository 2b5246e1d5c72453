//! `use-program`: the actor changes to a program that keeps no cookies, such as a script or a small device.

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::stage::Stage;

pub(super) fn run(stage: &mut Stage, actor: Actor) -> Done {
    stage.agent_mut(actor).become_program();
    Done::quietly(format!("the {actor} uses a program that keeps no cookies"))
}
