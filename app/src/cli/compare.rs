//! `lockstep compare`: scenarios × designs, each cell measured, as a table or as JSON.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::anyhow;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::Found;
use crate::lab::catalog::Catalog;
use crate::lab::compare::{self, Plan};
use crate::lab::engine::Engine;
use crate::lab::outcome::Comparison;
use crate::report;
use crate::report::text::Look;

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
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Table,
    Json,
}

impl Compare {
    pub(super) fn run(self, catalog: &Catalog) -> anyhow::Result<Found> {
        let plan = Plan {
            designs: catalog.select_designs(&self.designs)?,
            scenarios: catalog.select_scenarios(&self.scenarios)?,
            baseline: catalog.baseline(),
            jobs: self.jobs.map_or_else(cores, usize::from),
            engine: Engine::at(self.redis.as_deref())?,
        };
        // An unwritable file is found before the work, not after it.
        let out = self.out.as_deref().map(create).transpose()?;
        let comparison = with_progress(&plan)?;
        match out {
            Some(file) => self.write(&comparison, &mut BufWriter::new(file))?,
            None => self.write(&comparison, &mut std::io::stdout().lock())?,
        }
        let totals = comparison.totals;
        Ok(if totals.broken + totals.unexpected == 0 { Found::AsExpected } else { Found::Unexpected })
    }

    fn write(&self, comparison: &Comparison, out: &mut dyn Write) -> std::io::Result<()> {
        match self.format {
            Format::Table => report::text::write(comparison, look(self.out.is_some()), out)?,
            Format::Json => report::json::write(comparison, out)?,
        }
        out.flush()
    }
}

/// What the output can show: a file is as wide as a wide terminal, and has no colours.
fn look(to_file: bool) -> Look {
    let terminal = console::Term::stdout();
    let plain = to_file || !terminal.is_term();
    let width = if plain { WIDE } else { usize::from(terminal.size().1) };
    Look { width, colour: !plain && console::colors_enabled() }
}

fn create(path: &Path) -> anyhow::Result<File> {
    File::create(path).map_err(|error| {
        let why = match error.kind() {
            ErrorKind::NotFound => "there is no such directory: make the directory first".to_owned(),
            ErrorKind::IsADirectory => "this is a directory: name a file in it".to_owned(),
            _ => format!("{error}: name a file that may be written"),
        };
        anyhow!("can't write {}: {why}", path.display())
    })
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
    let stopped = stop_at_ctrl_c();
    let done = compare::compare(plan, |ended, all| {
        bar.set_length(all as u64);
        bar.set_position(ended as u64);
        !stopped.load(Ordering::Relaxed)
    });
    bar.finish_and_clear();
    done
}

/// Becomes true at Ctrl-C: the cells that are running come to their end then, and clear up behind themselves.
fn stop_at_ctrl_c() -> Arc<AtomicBool> {
    let stopped = Arc::new(AtomicBool::new(false));
    let heard = stopped.clone();
    // Where no thread can be started or no signal can be heard, Ctrl-C ends the process at once, as it does by default.
    let _ = std::thread::Builder::new().name("ctrl-c".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let heard_one = runtime.is_ok_and(|runtime| runtime.block_on(tokio::signal::ctrl_c()).is_ok());
        heard.store(heard_one, Ordering::Relaxed);
    });
    stopped
}
