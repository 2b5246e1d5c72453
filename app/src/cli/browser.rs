//! `lockstep browser`: what a real browser does with cookies, measured, beside what the agents do.

mod table;

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use super::compare::out::Out;
use super::ctrl_c::Signals;
use super::{Found, eprintln_quietly};
use crate::delivery::{self, Report};
use crate::report::Inert;

#[derive(Args)]
pub(super) struct Browser {
    /// Fill the delivery table with this machine's Chromium, without a window of it
    #[arg(long, required = true)]
    measure: bool,
    /// Print an address instead, and wait until a browser of yours has gone through everything there
    #[arg(long, requires = "measure", conflicts_with = "chromium")]
    by_hand: bool,
    /// The browser, where it is not the Chromium of the PATH
    #[arg(long, value_name = "PATH", requires = "measure")]
    chromium: Option<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write it to a file instead
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

impl Browser {
    pub(super) fn run(self) -> anyhow::Result<Found> {
        let out = self.out.as_deref().map(Out::prepare).transpose()?;
        let runtime = tokio::runtime::Runtime::new().context("can't start the server's threads")?;
        // Whatever has been started is dropped where a signal comes first, and so ended.
        let report = runtime.block_on(async {
            let mut signals = Signals::listen().context("can't listen for Ctrl-C")?;
            tokio::select! {
                report = self.measured() => report,
                () = signals.next() => bail!("stopped before the browser was measured"),
            }
        })?;
        if let Err(why) = delivery::keep(&report) {
            eprintln_quietly(&format!("lockstep: {why:#}"));
        }
        match out {
            Some(out) => out.fill(|out| print(out, self.format, &report))?,
            None => print(&mut std::io::stdout().lock(), self.format, &report)?,
        }
        Ok(if report.disagreements.is_empty() { Found::AsExpected } else { Found::Unexpected })
    }

    async fn measured(&self) -> anyhow::Result<Report> {
        if !self.by_hand {
            return delivery::measure(self.chromium.clone()).await;
        }
        let hand = delivery::by_hand().await?;
        eprintln_quietly(&format!(
            "Open this in the browser to be measured, and leave its tab open for about three minutes:\n  {}\nCtrl-C stops it.",
            hand.address()
        ));
        hand.done(None).await?;
        Ok(hand.report(None))
    }
}

fn print(out: &mut dyn Write, format: Format, report: &Report) -> std::io::Result<()> {
    match format {
        Format::Table => table::print(&mut Inert(out), report),
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(report)?),
    }
}
