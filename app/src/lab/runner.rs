//! Runs one scenario against one design, on a fresh server with a fresh clock, and measures what came of it.

mod aim;
mod record;
mod story;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use lockstep_shared::clock::{Clock, LabTime, Stopwatch};
use lockstep_shared::design::Design;
use lockstep_shared::span::{Span, in_words};

use super::actor::Actor;
use super::engine::Engine;
use super::exchange::Exchange;
use super::expectation::Observed;
use super::outcome::{Actors, Answer, Cell, NotApplicable, Status, Track};
use super::scenario::{Doer, Scenario, Step, Thief, Verb};
use super::stage::Stage;
use super::steps::{self, Done, keep_trying};
use crate::chromium::Chromium;

pub(crate) use watch::Watch;

/// What each actor's access came to, to be held against later.
pub(crate) type Tracks = BTreeMap<Actor, Track>;

/// A cell, with all that a story about it needs.
pub(crate) struct Run {
    pub(crate) cell: Cell,
    pub(crate) tracks: Tracks,
    /// Each step as it was told, with the number of the first exchange after it.
    pub(crate) told: Vec<Told>,
    /// None where the server could not even be started.
    pub(crate) stage: Option<Stage>,
    /// What stood in the attacker's way, by the stable names.
    pub(crate) reasons: Vec<String>,
    pub(crate) hashes: u64,
    pub(crate) logins: u64,
}

/// One step of a run.
pub(crate) struct Told {
    pub(crate) step: Step,
    pub(crate) at: LabTime,
    pub(crate) said: String,
    /// The exchange that decided what came of it, where there was one.
    pub(crate) number: Option<usize>,
    /// The exchanges that it made: from, and up to but not including.
    pub(crate) exchanges: (usize, usize),
}

/// The tracks that each actor is held against, put together from the worlds of the baseline; None where there are none.
/// `of` gives a world's tracks, or why there are none.
pub(crate) fn baseline<'a, E>(
    scenario: &Scenario,
    world: Option<Thief>,
    of: impl Fn(Option<Thief>) -> Result<Option<&'a Tracks>, E>,
) -> Result<Option<Tracks>, E> {
    let mut together = Tracks::new();
    for actor in Actor::MEASURED {
        let tracks = of(scenario.baseline_of(actor, world))?;
        together.extend(tracks.and_then(|all| all.get(&actor)).map(|track| (actor, track.clone())));
    }
    Ok((!together.is_empty()).then_some(together))
}

/// How a cell is played.
#[derive(Clone)]
pub(crate) enum Play {
    /// By agents, up to the horizon.
    Whole,
    /// By agents, up to the mark and one question to everybody right after it.
    ToTheMark,
    /// The same with a real browser for the victim's laptop, whose clock nobody moves.
    Browsed(Arc<Chromium>),
}

/// Runs one cell by agents. A broken experiment gives a broken cell, never a verdict.
pub(crate) async fn run(
    design: &Design,
    scenario: &Scenario,
    world: Option<Thief>,
    baseline: Option<&Tracks>,
    engine: &Engine,
) -> Run {
    play(design, scenario, world, baseline, engine, Play::Whole).await
}

/// The same in one of several ways.
pub(crate) async fn play(
    design: &Design,
    scenario: &Scenario,
    world: Option<Thief>,
    baseline: Option<&Tracks>,
    engine: &Engine,
    play: Play,
) -> Run {
    let watch = Stopwatch::start();
    let mut told = Vec::new();
    let breaks = scenario.steps.iter().any(|step| step.verb == Verb::StoreDown);
    let clock = Clock::manual(LabTime::START);
    let whole = matches!(play, Play::Whole);
    let set = match play {
        Play::Browsed(chromium) => Stage::set_for_browser(design.clone(), clock, engine, chromium).await,
        Play::Whole | Play::ToTheMark => Stage::set_to_break(design.clone(), clock, 0, engine, breaks).await,
    };
    let mut reasons = Vec::new();
    let (stage, measured) = match set {
        Ok(mut stage) => {
            let measured = measure(&mut stage, scenario, world, whole, &mut told).await;
            // Also where the experiment broke: what it left behind is nobody's.
            let cleared = stage.clear_up().await;
            (Some(stage), measured.and_then(|watch| cleared.map(|()| watch)))
        }
        Err(broken) => (None, Err(broken)),
    };
    let mut cell = Cell::empty(&design.id, &scenario.id, world);
    cell.ends = aim::ends(scenario, world);
    cell.steps = record::steps(&told);
    let mut tracks = Tracks::new();
    match (&stage, measured) {
        (Some(stage), Ok(watched)) => {
            let usual = |actor: &Actor| {
                let baseline = baseline.filter(|_| aim::takes_part(scenario, world, *actor));
                baseline.and_then(|all| all.get(actor))
            };
            let outcome = |(actor, track): (&Actor, &Track)| (*actor, track.outcome(usual(actor)));
            let actors: Actors = watched.tracks.iter().map(outcome).collect();
            cell.status = Status::Ran;
            cell.detected = stage.sums.detected;
            reasons = watched.reasons(stage);
            if let Some(expected) = scenario.expected(world, &design.id) {
                let observed = Observed { actors: &actors, detected: cell.detected, reasons: &reasons };
                cell.expected = Some(expected.text().to_owned());
                cell.mismatch = expected.mismatch(&observed);
                cell.as_expected = Some(cell.mismatch.is_none());
            }
            cell.actors = actors;
            (cell.why, cell.deciding) = story::why(stage, &watched, &told, &cell);
            tracks = watched.tracks;
        }
        (_, Err(broken)) => {
            if broken.downcast_ref::<NotApplicable>().is_some() {
                cell.status = Status::NotApplicable;
            }
            cell.why = format!("{broken:#}");
        }
        (None, Ok(_)) => cell.why = "nothing was measured".to_owned(),
    }
    if let Some(stage) = &stage {
        cell.evidence = record::evidence(stage, &told, &cell.deciding);
    }
    let sums = stage.as_ref().map(|stage| stage.sums).unwrap_or_default();
    if let Some(stage) = &stage {
        cell.exchanges = stage.count() as u64;
        (cell.bytes_up, cell.bytes_down) = stage.server.traffic();
    }
    cell.store_reads = sums.store_reads;
    cell.store_writes = sums.store_writes;
    cell.wall_ms = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
    Run { cell, tracks, told, stage, reasons, hashes: sums.hashes, logins: sums.logins }
}

async fn measure(
    stage: &mut Stage,
    scenario: &Scenario,
    world: Option<Thief>,
    whole: bool,
    told: &mut Vec<Told>,
) -> anyhow::Result<Watch> {
    let quiet = scenario.quiet_in(world);
    let mut watch = Watch::default();
    for (number, step) in scenario.steps_in(world) {
        let broke = |why: anyhow::Error| why.context(format!("step {number} ({step})"));
        let first = stage.count() + 1;
        let at = stage.now();
        let (said, number) = match &step.verb {
            Verb::KeepTrying { .. } if !whole => {
                watch.up_to(Some(Duration::ZERO));
                keep_trying::once(stage, &mut watch, &quiet).await.map_err(broke)?;
                ("everybody is asked once, right after the mark".to_owned(), None)
            }
            Verb::KeepTrying { length, every, .. } => {
                let mark = watch.mark()?;
                watch.up_to(length.map(Span::duration));
                keep_trying::run(stage, &mut watch, mark, &quiet, every).await.map_err(broke)?;
                (format!("everybody goes on for {}", in_words(watch.horizon())), None)
            }
            _ => {
                let done = perform(stage, &mut watch, step, world, &quiet).await.map_err(broke)?;
                (done.said, done.number)
            }
        };
        told.push(Told { step: step.clone(), at, said, number, exchanges: (first, stage.count() + 1) });
    }
    Ok(watch)
}

/// Does a step; around the marked one, asks who is in before it and what each can do right after it.
async fn perform(
    stage: &mut Stage,
    watch: &mut Watch,
    step: &Step,
    world: Option<Thief>,
    quiet: &[Actor],
) -> anyhow::Result<Done> {
    if let Some(why) = steps::no_object(&stage.design, &step.verb) {
        return Err(NotApplicable(why).into());
    }
    if step.mark {
        for actor in Actor::MEASURED {
            let probe = stage.probe_every_node(actor).await?;
            let accepted = |one: &Exchange| one.actor == actor && one.answer() == Some(Answer::Accepted);
            watch.before(actor, &probe, stage.exchanges().any(accepted));
        }
        watch.logins_before(stage);
    }
    stage.server.only_node(step.node);
    let done = steps::perform(stage, step.by, &step.verb, world).await?;
    stage.server.only_node(None);
    let must_go_through = matches!(step.verb, Verb::LogIn);
    anyhow::ensure!(done.went_through || !must_go_through, "{}", done.said);
    if step.mark {
        watch.marked(stage.now(), step.by, &done);
        stage.mark(step.verb.name(), true);
        for actor in Actor::MEASURED.into_iter().filter(|actor| !quiet.contains(actor)) {
            if step.verb.is_a_deed() && step.by == Doer::Actor(actor) {
                watch.acted(actor, done.went_through);
                continue;
            }
            let tried = steps::perform(stage, Doer::Actor(actor), &Verb::Transfer, world).await?;
            watch.acted(actor, tried.went_through);
            watch.tried(actor, tried.number);
        }
    }
    watch.fresh(stage);
    Ok(done)
}

impl Cell {
    /// A cell that has not run, which counts as broken until it has.
    pub(crate) fn empty(design: &str, scenario: &str, thief: Option<Thief>) -> Self {
        Self {
            design: design.to_owned(),
            scenario: scenario.to_owned(),
            thief,
            status: Status::Broken,
            actors: Actors::new(),
            detected: false,
            expected: None,
            as_expected: None,
            exchanges: 0,
            bytes_up: 0,
            bytes_down: 0,
            store_reads: 0,
            store_writes: 0,
            wall_ms: 0,
            why: String::new(),
            deciding: Vec::new(),
            mismatch: None,
            ends: Vec::new(),
            steps: Vec::new(),
            evidence: Vec::new(),
        }
    }
}

impl Watch {
    /// The instant right after the marked step.
    fn mark(&self) -> anyhow::Result<LabTime> {
        self.mark.as_ref().map(|mark| mark.at).ok_or_else(|| anyhow::anyhow!("keep-trying comes before the mark"))
    }
}
