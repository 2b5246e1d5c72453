//! The thread on which the lab runs: it takes commands one after the other and reports what happened.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use lockstep_shared::clock::Clock;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::bench::Bench;
use super::comparing::Comparing;
use super::measuring::Measuring;
use crate::lab::catalog::Catalog;
use crate::state::command::Command;
use crate::state::event::Event;

/// Wakes the window, so that it looks for events.
pub(crate) type Wake = Arc<dyn Fn() + Send + Sync>;

/// How long the end of the window waits for what can't be given up.
const PATIENCE: Duration = Duration::from_secs(1);

/// The window's end of the thread.
pub(crate) struct Worker {
    commands: Option<UnboundedSender<Command>>,
    events: Receiver<Event>,
    thread: Option<JoinHandle<()>>,
    /// Dropped when the window closes, so that the thread gives up what it does.
    open: Option<oneshot::Sender<Infallible>>,
    /// Ends what would take long, before its turn comes: orders are carried out one after the other.
    stop_trying: Arc<AtomicBool>,
}

/// The lab's thread is gone.
#[derive(Debug, thiserror::Error)]
#[error("the lab behind this window has stopped, which is a bug in Lockstep: close the window and start it again")]
pub(crate) struct Gone;

/// The thread's end: the event is sent first, then the window is woken.
#[derive(Clone)]
pub(super) struct Reports {
    events: Sender<Event>,
    wake: Wake,
}

impl Reports {
    pub(super) fn send(&self, event: Event) {
        // A window that is gone needs no reports; the commands will end as well.
        if self.events.send(event).is_ok() {
            (self.wake)();
        }
    }
}

/// With which designs the lanes begin, by their ids; None is the usual one.
pub(crate) type First = [Option<String>; 2];

impl Worker {
    /// Starts the thread; its lanes start at once.
    pub(crate) fn start(catalog: Arc<Catalog>, clock: Clock, first: First, wake: Wake) -> Self {
        let (commands, orders) = unbounded_channel();
        let (sender, events) = channel();
        let (open, closed) = oneshot::channel();
        let reports = Reports { events: sender, wake };
        let stop_trying = Arc::<AtomicBool>::default();
        let lab = Lab { catalog, clock, first, reports, stop_trying: stop_trying.clone() };
        let thread = std::thread::Builder::new().name("lab".to_owned()).spawn(move || {
            let _farewell = Farewell(lab.reports.clone());
            lab.run(orders, closed);
        });
        // Without a thread there is no sender either, and the first command says so.
        Self {
            commands: thread.is_ok().then_some(commands),
            events,
            thread: thread.ok(),
            open: Some(open),
            stop_trying,
        }
    }

    /// Hands on a command.
    pub(crate) fn send(&self, command: Command) -> Result<(), Gone> {
        if matches!(command, Command::StopTrying) {
            self.stop_trying.store(true, Ordering::Release);
        }
        let sent = self.commands.as_ref().map(|commands| commands.send(command));
        sent.and_then(Result::ok).ok_or(Gone)
    }

    /// The next report, if there is one.
    pub(crate) fn next_event(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    #[cfg(test)]
    pub(crate) fn wait_for_event(&self) -> Option<Event> {
        self.events.recv_timeout(std::time::Duration::from_secs(60)).ok()
    }
}

impl Drop for Worker {
    /// Whatever it is doing is given up where it is: its servers end with it.
    fn drop(&mut self) {
        drop(self.commands.take());
        drop(self.open.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Tells the window that the thread is gone, however it went.
struct Farewell(Reports);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.send(Event::Stopped);
    }
}

/// What the thread begins with.
struct Lab {
    catalog: Arc<Catalog>,
    clock: Clock,
    first: First,
    reports: Reports,
    stop_trying: Arc<AtomicBool>,
}

impl Lab {
    /// Carries out orders until they end or the window is closed.
    fn run(self, orders: UnboundedReceiver<Command>, closed: oneshot::Receiver<Infallible>) {
        let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
            Ok(runtime) => runtime,
            Err(why) => {
                let what = format!("can't start the lab's threads: {why}");
                return self.reports.send(Event::Failed { side: None, what });
            }
        };
        runtime.block_on(async {
            tokio::select! {
                biased;
                _ = closed => {}
                () = self.work(orders) => {}
            }
        });
        // A password that is being hashed, or a file that is being written, is not waited for longer than this.
        runtime.shutdown_timeout(PATIENCE);
    }

    async fn work(self, mut orders: UnboundedReceiver<Command>) {
        let mut comparing = Comparing::new(self.catalog.clone(), self.reports.clone());
        let mut measuring = Measuring::new(self.reports.clone());
        let mut bench = Bench::new(self.catalog, self.clock, self.reports, self.stop_trying);
        bench.open(self.first).await;
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(command) => {
                        let others = comparing.carry_out(command).and_then(|other| measuring.carry_out(other));
                        if let Some(for_the_lanes) = others {
                            bench.carry_out(for_the_lanes).await;
                        }
                    }
                    None => return,
                },
                () = bench.next_expiry() => bench.look().await,
                side = bench.next_visit() => bench.take_in_visits(side).await,
            }
        }
    }
}
