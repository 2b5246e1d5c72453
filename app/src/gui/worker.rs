//! The thread on which the lab runs: it takes commands one after the other and reports what happened.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use lockstep_shared::clock::Clock;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::bench::Bench;
use super::comparing::Comparing;
use crate::lab::catalog::Catalog;
use crate::state::command::Command;
use crate::state::event::Event;

/// Wakes the window, so that it looks for events.
type Wake = Arc<dyn Fn() + Send + Sync>;

/// The window's end of the thread.
pub(crate) struct Worker {
    commands: Option<UnboundedSender<Command>>,
    events: Receiver<Event>,
    thread: Option<JoinHandle<()>>,
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

impl Worker {
    /// Starts the thread; its lanes start at once.
    pub(crate) fn start(catalog: Arc<Catalog>, clock: Clock, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (commands, orders) = unbounded_channel();
        let (sender, events) = channel();
        let reports = Reports { events: sender, wake: Arc::new(wake) };
        let thread =
            std::thread::Builder::new().name("lab".to_owned()).spawn(move || run(catalog, clock, orders, reports));
        // Without a thread there is no sender either, and the first command says so.
        Self { commands: thread.is_ok().then_some(commands), events, thread: thread.ok() }
    }

    /// Hands on a command.
    pub(crate) fn send(&self, command: Command) -> Result<(), Gone> {
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
    fn drop(&mut self) {
        drop(self.commands.take());
        // It ends with its channel; what it was doing is done first.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(catalog: Arc<Catalog>, clock: Clock, mut orders: UnboundedReceiver<Command>, reports: Reports) {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => {
            return reports.send(Event::Failed { side: None, what: format!("can't start the lab's threads: {why}") });
        }
    };
    runtime.block_on(async {
        // When the orders end, so does what it runs.
        let mut comparing = Comparing::new(catalog.clone(), reports.clone());
        let mut bench = Bench::new(catalog, clock, reports);
        bench.open().await;
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(command) => {
                        if let Some(for_the_lanes) = comparing.carry_out(command) {
                            bench.carry_out(for_the_lanes).await;
                        }
                    }
                    None => return,
                },
                () = bench.next_expiry() => bench.look().await,
            }
        }
    });
}
