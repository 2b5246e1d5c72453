//! Measures a browser beside the lanes, and finds the results of earlier times.

use std::sync::Arc;

use lockstep_server::Progress;
use tokio::task::AbortHandle;

use super::worker::Reports;
use crate::chromium;
use crate::delivery::{self, Report as Result};
use crate::state::command::Command;
use crate::state::event::Event;
use crate::state::measuring::{By, Report, Table};

/// The measurement behind the window.
pub(super) struct Measuring {
    reports: Reports,
    task: Option<AbortHandle>,
}

impl Measuring {
    /// Looks up what was measured before.
    pub(super) fn new(reports: Reports) -> Self {
        let tell = reports.clone();
        tokio::task::spawn_blocking(move || {
            let (results, troubles) = delivery::kept();
            let tables = results.into_iter().map(|result| Arc::new(Table::of(result))).collect();
            let no_headless = chromium::missing();
            tell.send(Event::Measured(Report::Kept { tables, troubles, no_headless }));
        });
        Self { reports, task: None }
    }

    /// Does what a command asks of the measurement, and answers a command that is not about it.
    pub(super) fn carry_out(&mut self, command: Command) -> Option<Command> {
        match command {
            Command::Measure(by) => self.begin(by),
            Command::StopMeasuring => {
                if let Some(task) = self.task.take() {
                    // Whatever it has started is dropped with it, and so ended.
                    task.abort();
                }
                self.reports.send(Event::Measured(Report::Stopped));
            }
            other => return Some(other),
        }
        None
    }

    fn begin(&mut self, by: By) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
        let reports = self.reports.clone();
        reports.send(Event::Measured(Report::Began(by)));
        let task = tokio::spawn(async move {
            let tell = |report: Report| reports.send(Event::Measured(report));
            tell(match run(by, &tell).await {
                Ok(result) => {
                    let not_kept = delivery::keep(&result).err().map(|why| format!("{why:#}"));
                    Report::Done { table: Arc::new(Table::of(result)), not_kept }
                }
                Err(why) => Report::Failed(format!("{why:#}")),
            });
        });
        self.task = Some(task.abort_handle());
    }
}

async fn run(by: By, tell: &(impl Fn(Report) + Sync)) -> anyhow::Result<Result> {
    // A window that is told of each request would do nothing but draw.
    let last = std::sync::atomic::AtomicUsize::new(usize::MAX);
    let progress = |at: &Progress| {
        let hundredth = at.probes * 100 / at.of.max(1);
        if last.swap(hundredth, std::sync::atomic::Ordering::Relaxed) != hundredth {
            tell(Report::Progress { probes: at.probes, of: at.of });
        }
    };
    match by {
        By::Headless => delivery::measure_and_tell(None, progress).await,
        By::Hand => {
            let hand = delivery::by_hand().await?;
            tell(Report::Address(hand.address().to_owned()));
            hand.done_and_tell(None, progress).await?;
            Ok(hand.report(None))
        }
    }
}
