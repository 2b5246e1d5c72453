//! `steal`: the thief copies what a device holds; nothing goes over the wire, and nobody notices.

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::scenario::Thief;
use crate::lab::stage::Stage;

pub(super) fn run(stage: &mut Stage, thief: Actor, from: Actor, world: Option<Thief>) -> anyhow::Result<Done> {
    let everything = world != Some(Thief::Access);
    let (design, now) = (stage.design.clone(), stage.now());
    let copied = stage.with_two(thief, from, |thief, from| thief.steal(from, &design, everything, now));
    anyhow::ensure!(copied > 0, "there is nothing to copy from the {from}: it holds no credentials");
    let what = match (copied, everything) {
        (1, _) => "the access credential".to_owned(),
        (count, _) => format!("{count} credentials"),
    };
    Ok(Done::quietly(format!("the {thief} copied {what} from the {from}")))
}
