//! `lockstep compare`: scenarios × designs, each cell measured or taken from a kept result, and written as a table, as
//! Markdown, HTML or JSON.

mod kept;
pub(super) mod out;

use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Found, ctrl_c};
use crate::lab::catalog::Catalog;
use crate::lab::compare::{self, Plan};
use crate::lab::engine::Engine;
use crate::lab::outcome::{Comparison, changes};
use crate::report;
use crate::report::text::Look;
use out::Out;

/// Columns where nobody says how many there are.
const WIDE: usize = 160;

#[derive(Args, Default)]
pub(super) struct Compare {
    /// A design to run; repeat for more (default: all)
    #[arg(long = "design", value_name = "ID")]
    designs: Vec<String>,
    /// A scenario or a group of scenarios to run; repeat for more (default: all)
    #[arg(long = "scenario", value_name = "ID")]
    scenarios: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write to a file instead of the terminal
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Cells to run at a time (default: one for each core)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// The Redis server for designs that need one, such as redis://127.0.0.1:6379 (default: a private one, where redis-server
    /// is installed)
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// Run nothing, and print a result that --format json kept
    #[arg(long, value_name = "FILE", conflicts_with = "jobs")]
    open: Option<PathBuf>,
    /// List what has changed since a result that --format json kept; the exit code is 1 where anything has, too
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// A date to print in a Markdown or HTML report, which has none by itself, so that equal results are equal files
    #[arg(long, value_name = "TEXT")]
    date: Option<String>,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Table,
    Markdown,
    Html,
    Json,
}

impl Compare {
    pub(super) fn run(self, catalog: &Catalog) -> anyhow::Result<Found> {
        // What can't be read or written is found before the work, not after it.
        let before = self.against.as_deref().map(kept::read).transpose()?;
        let source = match &self.open {
            Some(file) => Source::Kept(kept::read(file)?.only(&self.designs, &self.scenarios)?),
            None => Source::Run(self.plan(catalog)?),
        };
        let out = self.out.as_deref().map(Out::prepare).transpose()?;
        let mut comparison = match source {
            Source::Kept(kept) => kept.comparison,
            Source::Run(plan) => with_progress(&plan)?,
        };
        if let Some(before) = before {
            let before = before.among(&self.designs, &self.scenarios, &comparison);
            comparison.changes = Some(changes(&before, &comparison.cells));
        }
        match out {
            Some(file) => file.fill(|out| self.write(&comparison, out))?,
            None => self.write(&comparison, &mut BufWriter::new(std::io::stdout().lock()))?,
        }
        let totals = comparison.totals;
        let changed = comparison.changes.as_ref().is_some_and(|changes| !changes.is_empty());
        let as_it_should_be = !changed && totals.broken + totals.unexpected == 0;
        Ok(if as_it_should_be { Found::AsExpected } else { Found::Unexpected })
    }

    fn plan<'a>(&self, catalog: &'a Catalog) -> anyhow::Result<Plan<'a>> {
        Ok(Plan {
            designs: catalog.select_designs(&self.designs)?,
            scenarios: catalog.select_scenarios(&self.scenarios)?,
            baseline: catalog.baseline(),
            jobs: self.jobs.map_or_else(cores, usize::from),
            engine: Engine::at(self.redis.as_deref())?,
        })
    }

    fn write(&self, comparison: &Comparison, out: &mut dyn Write) -> std::io::Result<()> {
        let date = self.date.as_deref();
        match self.format {
            Format::Table => report::text::write(comparison, look(self.out.is_some()), out)?,
            Format::Markdown => report::markdown::write(comparison, date, out)?,
            Format::Html => report::html::write(comparison, date, out)?,
            Format::Json => report::json::write(comparison, out)?,
        }
        out.flush()
    }
}

/// Where the cells come from.
enum Source<'a> {
    Run(Plan<'a>),
    Kept(kept::Kept),
}

/// What the output can show: a file is as wide as a wide terminal, and has no colours.
fn look(to_file: bool) -> Look {
    let terminal = console::Term::stdout();
    let plain = to_file || !terminal.is_term();
    let width = if plain { WIDE } else { usize::from(terminal.size().1) };
    Look { width, colour: !plain && console::colors_enabled() }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn with_progress(plan: &Plan<'_>) -> anyhow::Result<Comparison> {
    let bar = match std::io::stderr().is_terminal() {
        true => ProgressBar::new(0),
        false => ProgressBar::hidden(),
    };
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} cells, {elapsed} gone, {eta} to go");
    bar.set_style(style.expect("the template is well-formed"));
    // The cells that are running come to their end then, and clear up behind themselves.
    let stopped = Arc::new(AtomicBool::new(false));
    let heard = stopped.clone();
    ctrl_c::then(move || heard.store(true, Ordering::Relaxed));
    let done = compare::compare(plan, |progress| {
        bar.set_length(progress.all as u64);
        bar.set_position(progress.ended as u64);
        !stopped.load(Ordering::Relaxed)
    });
    bar.finish_and_clear();
    done
}
