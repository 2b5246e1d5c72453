//! Runs comparisons on a thread of their own, so that lanes and window stay free, and keeps and opens their results.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use anyhow::Context as _;
use lockstep_shared::clock::{Clock, Stopwatch};

use super::files::{at_home, write_over};
use super::worker::Reports;
use crate::lab::catalog::Catalog;
use crate::lab::compare::{self, Plan};
use crate::lab::engine::Engine;
use crate::lab::outcome::{self, Cell, Comparison, Floor, Totals};
use crate::lab::scenario::{Scenario, Thief};
use crate::state::command::{Command, Format, Selection};
use crate::state::comparing::{Note, Report};
use crate::state::event::Event;

/// As long as a kept comparison may be: many times that of every design in every scenario.
const LONGEST: u64 = 256 << 20;

/// The comparison behind the window.
pub(super) struct Comparing {
    catalog: Arc<Catalog>,
    reports: Reports,
    stop: Arc<AtomicBool>,
    /// Set by the thread before it says that it has ended.
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    results: Arc<Mutex<Results>>,
}

/// What has been measured or opened, for writing it out.
#[derive(Default)]
struct Results {
    cells: BTreeMap<(String, Option<Thief>, String), Cell>,
    /// Of all the runs that the cells come from.
    times: Totals,
    floor: Floor,
    /// The kept comparison that was opened, until something is measured.
    opened: Option<Arc<Comparison>>,
}

/// Where results are kept unless somebody says otherwise: the user's own folder.
pub(super) fn folder() -> String {
    std::env::home_dir().unwrap_or_default().display().to_string()
}

impl Comparing {
    pub(super) fn new(catalog: Arc<Catalog>, reports: Reports) -> Self {
        let (stop, over) = (Arc::default(), Arc::default());
        Self { catalog, reports, stop, over, thread: None, results: Arc::default() }
    }

    /// Does what a command asks of the comparison, and answers a command that is not about it.
    pub(super) fn carry_out(&mut self, command: Command) -> Option<Command> {
        match command {
            Command::Compare(selection) => self.run(selection),
            Command::StopComparing => {
                self.stop.store(true, Ordering::Relaxed);
                self.tell(Report::Stopping);
            }
            Command::Keep { format, path, replace } => {
                let (results, catalog, reports) = (self.results.clone(), self.catalog.clone(), self.reports.clone());
                tokio::task::spawn_blocking(move || {
                    let comparison = locked(&results).comparison(&catalog);
                    reports.send(Event::Comparison(keep(&comparison, format, &path, replace)));
                });
            }
            Command::OpenKept(path) => {
                let (results, reports) = (self.results.clone(), self.reports.clone());
                tokio::task::spawn_blocking(move || {
                    reports.send(Event::Comparison(match open(&path) {
                        Ok(kept) => {
                            let kept = Arc::new(kept);
                            *locked(&results) = Results { opened: Some(kept.clone()), ..Results::default() };
                            Report::Opened { kept, from: path.display().to_string() }
                        }
                        Err(why) => Report::File(Err(format!("{why:#}"))),
                    }));
                });
            }
            other => return Some(other),
        }
        None
    }

    fn run(&mut self, selection: Selection) {
        if let Some(thread) = self.thread.take() {
            if !self.over.load(Ordering::Acquire) && !thread.is_finished() {
                self.thread = Some(thread);
                return;
            }
            // Whoever has read that the run ended may start the next one, also in the moment before the thread is gone.
            let _ = thread.join();
        }
        (self.stop, self.over) = (Arc::default(), Arc::default());
        let (catalog, reports) = (self.catalog.clone(), self.reports.clone());
        let (stop, over, results) = (self.stop.clone(), self.over.clone(), self.results.clone());
        self.tell(Report::Began(selection.clone()));
        let run = move || {
            let ended = run(&catalog, &selection, &stop, &results, &reports);
            over.store(true, Ordering::Release);
            reports.send(Event::Comparison(ended));
        };
        match std::thread::Builder::new().name("comparison".to_owned()).spawn(run) {
            Ok(thread) => self.thread = Some(thread),
            Err(why) => {
                let words = format!("The comparison could not be started: {why}. Close other programs and try again");
                self.tell(Report::Ended { times: Totals::default(), note: Some(Note { words, is_failure: true }) });
            }
        }
    }

    fn tell(&self, report: Report) {
        self.reports.send(Event::Comparison(report));
    }
}

impl Drop for Comparing {
    /// The running cells come to their end, so that they clear up behind themselves.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Measures what is selected, and answers how that ended.
fn run(
    catalog: &Catalog,
    selection: &Selection,
    stop: &AtomicBool,
    results: &Mutex<Results>,
    reports: &Reports,
) -> Report {
    let watch = Stopwatch::start();
    let plan = Plan {
        designs: catalog.designs().iter().filter(|design| selection.designs.contains(&design.id)).collect(),
        scenarios: catalog.scenarios().iter().filter(|one| selection.scenarios.contains(&one.id)).collect(),
        baseline: catalog.baseline(),
        jobs: std::thread::available_parallelism().map_or(1, usize::from),
        // A private one, where a cell needs it and there is one.
        engine: Engine::default(),
    };
    locked(results).begin(&plan, selection);
    let mut so_far = (0, 0);
    let done = compare::compare(&plan, |progress| {
        so_far = (progress.ended, progress.all);
        if let Some(cell) = progress.cell {
            locked(results).put(cell.clone());
        }
        let (cell, ended, all) = (progress.cell.cloned().map(Arc::new), progress.ended, progress.all);
        reports.send(Event::Comparison(Report::Cell { cell, ended, all }));
        !stop.load(Ordering::Relaxed)
    });
    let stopped = |words| Some(Note { words, is_failure: false });
    let (times, floor, note) = match done {
        Ok(comparison) => (comparison.totals, Some(comparison.floor), None),
        Err(_) if stop.load(Ordering::Relaxed) => {
            let words = format!("Stopped after {} of {} cells", so_far.0, so_far.1);
            (Totals { wall_ms: millis(&watch), ..Totals::default() }, None, stopped(words))
        }
        Err(why) => {
            let words = format!("The comparison failed: {why:#}. Run it again");
            (Totals::default(), None, Some(Note { words, is_failure: true }))
        }
    };
    Report::Ended { times: locked(results).end(times, floor), note }
}

impl Results {
    /// Forgets what is measured anew; where that is everything, the earlier runs' times too.
    fn begin(&mut self, plan: &Plan<'_>, selection: &Selection) {
        self.cells.retain(|(scenario, _, design), _| {
            !selection.scenarios.contains(scenario) || !selection.designs.contains(design)
        });
        if self.opened.take().is_some() || self.cells.is_empty() || plan.designs.is_empty() {
            *self = Self::default();
        }
    }

    fn put(&mut self, cell: Cell) {
        self.cells.insert((cell.scenario.clone(), cell.thief, cell.design.clone()), cell);
    }

    /// Adds a run's times to those of the others that the cells come from.
    fn end(&mut self, times: Totals, floor: Option<Floor>) -> Totals {
        self.times.logins += times.logins;
        self.times.wall_ms += times.wall_ms;
        self.times.floor_ms += times.floor_ms;
        if let Some(floor) = floor {
            self.floor = Floor {
                hashes: self.floor.hashes + floor.hashes,
                exchanges: self.floor.exchanges + floor.exchanges,
                ..floor
            };
        }
        self.times
    }

    /// Everything that is there, in the catalogue's order.
    fn comparison(&self, catalog: &Catalog) -> Comparison {
        if let Some(opened) = &self.opened {
            return Comparison::clone(opened);
        }
        let has = |wanted: &dyn Fn(&Cell) -> bool| self.cells.values().any(wanted);
        let designs = catalog.designs().iter().filter(|design| has(&|cell| cell.design == design.id));
        let scenarios = catalog.scenarios().iter().filter(|scenario| has(&|cell| cell.scenario == scenario.id));
        let (designs, scenarios): (Vec<_>, Vec<&Scenario>) = (designs.collect(), scenarios.collect());
        let mut cells = Vec::with_capacity(self.cells.len());
        for scenario in &scenarios {
            for world in scenario.worlds() {
                let key = |design: &String| (scenario.id.clone(), world, design.clone());
                cells.extend(designs.iter().filter_map(|design| self.cells.get(&key(&design.id))).cloned());
            }
        }
        let Totals { logins, wall_ms, floor_ms, .. } = self.times;
        let totals = Totals { logins, wall_ms, floor_ms, ..Totals::count(&cells) };
        Comparison::new(&designs, &scenarios, cells, totals, self.floor)
    }
}

/// Writes a comparison, over one that is there only where `replace`.
fn keep(comparison: &Comparison, format: Format, path: &Path, replace: bool) -> Report {
    let path = at_home(path);
    if !replace && path.exists() {
        return Report::Exists(path.display().to_string());
    }
    Report::File(match write(comparison, format, &path) {
        Ok(()) => Ok(format!("Written to {}", path.display())),
        Err(why) => {
            Err(format!("Can't write {}: {why}. Name a file in a folder that you may write to", path.display()))
        }
    })
}

fn write(comparison: &Comparison, format: Format, path: &Path) -> std::io::Result<()> {
    use crate::report::{html, json, markdown};

    let date = Clock::wall().now().local_long();
    let mut text = Vec::new();
    match format {
        Format::Html => html::write(comparison, Some(&date), &mut text)?,
        Format::Markdown => markdown::write(comparison, Some(&date), &mut text)?,
        Format::Json => json::write(comparison, &mut text)?,
    }
    write_over(path, |file| file.write_all(&text))
}

fn open(path: &Path) -> anyhow::Result<Comparison> {
    let path = at_home(path);
    let cant = || format!("Can't open {}", path.display());
    let about = std::fs::metadata(&path).with_context(cant)?;
    // A pipe would be waited for as long as nobody writes into it.
    anyhow::ensure!(about.is_file(), "{}: it is no file. Name one that was written as JSON", cant());
    anyhow::ensure!(about.len() <= LONGEST, "{}: it is longer than any kept comparison", cant());
    let text = std::fs::read(&path).with_context(cant)?;
    outcome::read(&text).with_context(cant)
}

fn millis(watch: &Stopwatch) -> u64 {
    u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn locked(results: &Mutex<Results>) -> MutexGuard<'_, Results> {
    results.lock().unwrap_or_else(PoisonError::into_inner)
}
