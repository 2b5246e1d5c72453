//! `stay-busy`: every actor uses what it holds, again and again, while the time passes.

use std::time::Duration;

use lockstep_shared::span::in_words;

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::stage::Stage;

pub(super) async fn run(
    stage: &mut Stage,
    actors: &[Actor],
    length: Duration,
    every: Duration,
) -> anyhow::Result<Done> {
    let end = stage.now() + length;
    while stage.now() < end {
        let next = (stage.now() + every).min(end);
        stage.clock.advance_to(next);
        for actor in actors {
            let holds = stage.agent(*actor).holds_any(stage.now());
            if holds {
                stage.probe(*actor, false).await?;
            }
        }
    }
    Ok(Done::quietly(format!("everybody came back every {} for {}", in_words(every), in_words(length))))
}
