//! `keep-trying`: each actor uses what it holds, in a rhythm, up to the horizon.

use std::collections::BTreeMap;
use std::time::Duration;

use lockstep_shared::clock::LabTime;
use lockstep_shared::span::Span;

use crate::lab::actor::Actor;
use crate::lab::outcome::Answer;
use crate::lab::rhythm::Rhythm;
use crate::lab::runner::Watch;
use crate::lab::stage::Stage;

/// Asks as each actor who is not quiet until it has stopped.
pub(crate) async fn run(
    stage: &mut Stage,
    watch: &mut Watch,
    mark: LabTime,
    quiet: &[Actor],
    every: &BTreeMap<Actor, Span>,
) -> anyhow::Result<()> {
    // Whatever somebody holds when the mark comes may be what the marked step has cut short.
    for actor in Actor::MEASURED {
        stage.agent_mut(actor).renewed = false;
    }
    let idle = stage.design.session.as_ref().map(|session| session.idle);
    let asking = Actor::MEASURED.into_iter().filter(|actor| !quiet.contains(actor));
    let mut rhythms: Vec<_> =
        asking.map(|actor| (actor, Rhythm::new(every.get(&actor).copied(), idle), None)).collect();
    loop {
        for (actor, rhythm, due) in &mut rhythms {
            let expiry =
                stage.agent(*actor).next_telling_expiry(&stage.design, stage.now()).map(|ends| ends.since(mark));
            *due = rhythm.next(expiry.as_slice());
        }
        let Some(next) = rhythms.iter().filter_map(|(.., due)| *due).min() else { return Ok(()) };
        stage.clock.advance_to(mark + next);
        for (actor, rhythm, due) in &mut rhythms {
            if *due == Some(next) {
                let answer = ask(stage, watch, *actor, next).await?;
                rhythm.answered(next, answer);
            }
        }
    }
}

async fn ask(stage: &mut Stage, watch: &mut Watch, actor: Actor, at: Duration) -> anyhow::Result<Answer> {
    let as_admin = watch.asks_as_admin(actor, at);
    let probe = stage.probe(actor, as_admin).await?;
    watch.probed(actor, at, &probe);
    Ok(probe.answer)
}
