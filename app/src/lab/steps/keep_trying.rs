//! `keep-trying`: each actor uses what it holds, in a rhythm, up to the horizon.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::ensure;
use lockstep_shared::clock::LabTime;
use lockstep_shared::span::{Span, in_words};

use crate::lab::actor::Actor;
use crate::lab::outcome::Answer;
use crate::lab::rhythm::Rhythm;
use crate::lab::runner::Watch;
use crate::lab::stage::Stage;

/// How often all actors together ask at the most: some three times as often as a month of half-hourly sessions takes.
const MOST_TURNS: usize = 40_000;

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
    let horizon = watch.horizon();
    let rhythm = |actor: Actor| Rhythm::new(every.get(&actor).copied(), idle).up_to(horizon);
    let mut rhythms: Vec<_> = asking.map(|actor| (actor, rhythm(actor), None)).collect();
    let mut turns = 0;
    loop {
        for (actor, rhythm, due) in &mut rhythms {
            let expiry =
                stage.agent(*actor).next_telling_expiry(&stage.design, stage.now()).map(|ends| ends.since(mark));
            *due = rhythm.next(expiry.as_slice());
        }
        let Some(next) = rhythms.iter().filter_map(|(.., due)| *due).min() else { return Ok(()) };
        ensure!(
            turns < MOST_TURNS,
            "{MOST_TURNS} questions took the actors only to {} after the mark, of {}: they have to ask too often, for an \
             idle time that is much shorter than the lifetime, or for a short `every` of the scenario's",
            in_words(next),
            in_words(horizon)
        );
        stage.clock.advance_to(mark + next);
        for (actor, rhythm, due) in &mut rhythms {
            if *due == Some(next) {
                turns += 1;
                let answer = ask(stage, watch, *actor, next).await?;
                rhythm.answered(next, answer);
            }
        }
    }
}

/// Asks as each actor who is not quiet, once and without any time passing.
pub(crate) async fn once(stage: &mut Stage, watch: &mut Watch, quiet: &[Actor]) -> anyhow::Result<()> {
    for actor in Actor::MEASURED.into_iter().filter(|actor| !quiet.contains(actor)) {
        ask(stage, watch, actor, Duration::ZERO).await?;
    }
    Ok(())
}

async fn ask(stage: &mut Stage, watch: &mut Watch, actor: Actor, at: Duration) -> anyhow::Result<Answer> {
    let as_admin = watch.asks_as_admin(actor, at);
    let probe = stage.probe(actor, as_admin).await?;
    watch.probed(actor, at, &probe);
    Ok(probe.answer)
}
