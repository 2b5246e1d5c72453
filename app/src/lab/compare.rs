//! Runs many cells at once, each on a thread of its own with a server of its own, and sums them up.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use lockstep_shared::clock::Stopwatch;
use lockstep_shared::design::Design;

use super::engine::Engine;
use super::floor::Factors;
use super::outcome::{Cell, Comparison, Status, Totals};
use super::runner::{self, Run, Tracks};
use super::scenario::{Group, Scenario, Thief};

/// What to compare.
pub(crate) struct Plan<'a> {
    pub(crate) designs: Vec<&'a Design>,
    /// The scenarios whose cells are listed.
    pub(crate) scenarios: Vec<&'a Scenario>,
    /// What the others are held against; it always runs.
    pub(crate) baseline: &'a Scenario,
    /// Cells at a time.
    pub(crate) jobs: usize,
    /// Where designs that need a Redis server find one.
    pub(crate) engine: Engine,
}

/// One cell that is to be run.
#[derive(Clone, Copy)]
struct Order<'a> {
    design: &'a Design,
    scenario: &'a Scenario,
    world: Option<Thief>,
    listed: bool,
}

/// The baseline's tracks, by design and world; where it did not run, why.
type Baselines = BTreeMap<(String, Option<Thief>), Result<Tracks, (Status, String)>>;

/// What is kept of a finished cell.
struct Finished {
    cell: Cell,
    tracks: Tracks,
    hashes: u64,
    logins: u64,
}

/// How far a comparison is, told whenever a cell ends.
pub(crate) struct Progress<'a> {
    /// Cells that have ended, the baseline's included.
    pub(crate) ended: usize,
    pub(crate) all: usize,
    /// The cell that ended; None for one of the baseline's that nobody asked to see.
    #[cfg_attr(
        not(feature = "gui"),
        expect(dead_code, reason = "only a window shows cells before they are all there")
    )]
    pub(crate) cell: Option<&'a Cell>,
}

/// Hears of a cell that ended, on the thread that ran it; answers false to stop.
type Step<'a> = dyn FnMut(&Order<'_>, &Cell) -> bool + Send + 'a;

/// Runs all cells. `progress` hears of each one as it ends; where it answers false, those that are running come to their
/// end and no other begins.
pub(crate) fn compare(
    plan: &Plan<'_>,
    mut progress: impl FnMut(Progress<'_>) -> bool + Send,
) -> anyhow::Result<Comparison> {
    let before = Factors::measure()?;
    let watch = Stopwatch::start();
    let (first, then) = orders(plan);
    let all = first.len() + then.len();
    let mut ended = 0;
    let mut step = |order: &Order<'_>, cell: &Cell| {
        ended += 1;
        progress(Progress { ended, all, cell: order.listed.then_some(cell) })
    };
    let base = run_all(plan, &first, &Baselines::new(), &mut step)?;
    let key = |order: &Order<'_>| (order.design.id.clone(), order.world);
    let tracks = |done: &Finished| match done.cell.status {
        Status::Ran => Ok(done.tracks.clone()),
        Status::NotApplicable | Status::Broken => Err((done.cell.status, done.cell.why.clone())),
    };
    let baselines = first.iter().zip(&base).map(|(order, done)| (key(order), tracks(done))).collect();
    let rest = run_all(plan, &then, &baselines, &mut step)?;
    let wall = watch.elapsed();

    let sum = |count: fn(&Finished) -> u64| base.iter().chain(&rest).map(count).sum::<u64>();
    let floor = before.floor(&Factors::measure()?, sum(|done| done.hashes), sum(|done| done.cell.exchanges));
    let listed = first.iter().zip(base).chain(then.iter().zip(rest)).filter(|(order, _)| order.listed);
    let (mut cells, logins): (Vec<Cell>, Vec<u64>) = listed.map(|(_, done)| (done.cell, done.logins)).unzip();
    let logins = logins.iter().sum();
    sort(plan, &mut cells);
    let millis = |span: std::time::Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let totals = Totals { logins, wall_ms: millis(wall), floor_ms: millis(floor.total()), ..Totals::count(&cells) };
    Ok(Comparison::new(&plan.designs, &plan.scenarios, cells, totals, floor))
}

/// The baseline's cells, and all others, which need the baseline's outcomes.
fn orders<'a>(plan: &Plan<'a>) -> (Vec<Order<'a>>, Vec<Order<'a>>) {
    let listed = plan.scenarios.iter().any(|scenario| scenario.group == Group::Baseline);
    let cells = |scenario: &'a Scenario, listed: bool| {
        let designs = plan.designs.clone();
        scenario.worlds().into_iter().flat_map(move |world| {
            designs.clone().into_iter().map(move |design| Order { design, scenario, world, listed })
        })
    };
    let others = plan.scenarios.iter().filter(|scenario| scenario.group != Group::Baseline);
    (cells(plan.baseline, listed).collect(), others.flat_map(|scenario| cells(scenario, true)).collect())
}

/// What the threads share.
struct Shared<'a> {
    waiting: VecDeque<usize>,
    finished: Vec<Option<Finished>>,
    step: &'a mut Step<'a>,
}

/// Runs cells on as many threads as there are jobs, and answers them in the order in which they were asked for.
fn run_all<'a>(
    plan: &Plan<'_>,
    orders: &[Order<'_>],
    baselines: &Baselines,
    step: &'a mut Step<'a>,
) -> anyhow::Result<Vec<Finished>> {
    let finished = orders.iter().map(|_| None).collect();
    let shared = Mutex::new(Shared { waiting: (0..orders.len()).collect(), finished, step });
    let locked = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let next = || locked().waiting.pop_front();
    std::thread::scope(|scope| {
        for _ in 0..plan.jobs.clamp(1, orders.len().max(1)) {
            scope.spawn(|| {
                while let Some(at) = next() {
                    let done = run_one(&orders[at], baselines, &plan.engine);
                    let mut shared = locked();
                    if !(shared.step)(&orders[at], &done.cell) {
                        shared.waiting.clear();
                    }
                    shared.finished[at] = Some(done);
                }
            });
        }
    });
    let finished = shared.into_inner().unwrap_or_else(PoisonError::into_inner).finished;
    finished.into_iter().collect::<Option<_>>().ok_or_else(|| anyhow::anyhow!("the comparison was stopped"))
}

fn run_one(order: &Order<'_>, baselines: &Baselines, engine: &Engine) -> Finished {
    let Order { design, scenario, world, .. } = *order;
    let without = |status: Status, why: String| {
        let cell = Cell { status, why, ..Cell::empty(&design.id, &scenario.id, world) };
        Finished { cell, tracks: Tracks::new(), hashes: 0, logins: 0 }
    };
    let broken = |why: String| without(Status::Broken, why);
    // The baseline need not be listed, so that nobody would see that it broke; and without it `=` would say nothing.
    let of = |world| baselines.get(&(design.id.clone(), world)).map(Result::as_ref).transpose();
    let baseline = match runner::baseline(scenario, world, of) {
        Ok(baseline) => baseline,
        Err((Status::NotApplicable, why)) => return without(Status::NotApplicable, why.clone()),
        Err((_, why)) => return broken(format!("there is nothing to hold it against, for the baseline broke: {why}")),
    };
    // A bug in one cell must not take the others with it: it shows as a broken cell.
    let run = catch_unwind(AssertUnwindSafe(|| run_alone(design, scenario, world, baseline.as_ref(), engine)));
    match run {
        Ok(Ok(Run { cell, tracks, hashes, logins, .. })) => Finished { cell, tracks, hashes, logins },
        Ok(Err(why)) => broken(format!("{why:#}")),
        Err(_) => broken("the lab itself failed in this cell: this is a bug in Lockstep".to_owned()),
    }
}

/// Runs one cell on a runtime of its own, so that no cell waits for another.
pub(crate) fn run_alone(
    design: &Design,
    scenario: &Scenario,
    world: Option<Thief>,
    baseline: Option<&Tracks>,
    engine: &Engine,
) -> anyhow::Result<Run> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(runner::run(design, scenario, world, baseline, engine)))
}

/// By scenario, then world, then design, each in the order in which they were asked for.
fn sort(plan: &Plan<'_>, cells: &mut [Cell]) {
    let place = |id: &str, ids: Vec<&str>| ids.iter().position(|known| *known == id);
    cells.sort_by_key(|cell| {
        let scenario = place(&cell.scenario, plan.scenarios.iter().map(|scenario| scenario.id.as_str()).collect());
        let design = place(&cell.design, plan.designs.iter().map(|design| design.id.as_str()).collect());
        (scenario, cell.thief, design)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::catalog::Catalog;

    #[test]
    fn after_a_stop_no_other_cell_begins() {
        let catalog = Catalog::load(None).expect("the built-in files are well-formed");
        let plan = Plan {
            designs: catalog.designs().iter().collect(),
            scenarios: catalog.scenarios().iter().collect(),
            baseline: catalog.baseline(),
            jobs: 2,
            engine: Engine::default(),
        };
        let mut cells = Vec::new();
        let stopped = compare(&plan, |progress| {
            cells.extend(progress.cell.map(|cell| cell.status));
            assert!(progress.ended <= progress.all);
            false
        });
        assert!(stopped.is_err_and(|why| why.to_string().contains("stopped")));
        assert!((1..=2).contains(&cells.len()), "those that ran came to their end: {cells:?}");
    }

    #[test]
    fn a_cell_whose_baseline_did_not_run_does_not_either() {
        let catalog = Catalog::load(None).expect("the built-in files are well-formed");
        let scenario = catalog.scenarios().iter().find(|scenario| scenario.group == Group::Ending);
        let (design, scenario) = (&catalog.designs()[0], scenario.expect("there are some"));
        let world = scenario.worlds()[0];
        let order = Order { design, scenario, world, listed: true };
        for (status, said) in
            [(Status::Broken, "the baseline broke: no free port"), (Status::NotApplicable, "no free port")]
        {
            let why = Err((status, "no free port".to_owned()));
            let baselines = Baselines::from([((design.id.clone(), world), why)]);
            let cell = run_one(&order, &baselines, &Engine::default()).cell;
            assert_eq!(cell.status, status);
            assert!(cell.why.ends_with(said), "{}", cell.why);
        }
    }
}
