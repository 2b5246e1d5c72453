//! The thread that looks into credentials: whatever takes time is done here, and the window never waits for it.

mod cracking;
mod desk;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use lockstep_shared::clock::LabTime;

use super::worker::Wake;
use crate::state::command::Command;
use crate::state::event::Event;
use crate::state::inspecting::{Ask, Report};
use cracking::Search;
use desk::Desk;

/// The window's end of the thread.
pub(super) struct Inspector {
    orders: Option<Sender<Order>>,
    events: Receiver<(Event, Answers)>,
    thread: Option<JoinHandle<()>>,
    /// Orders that are not answered yet.
    open: usize,
    /// A search for a secret is under way.
    cracking: bool,
}

struct Order {
    ask: Ask,
    now: LabTime,
}

/// Whether a report answers an order, or comes by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answers {
    Order,
    Nothing,
}

impl Inspector {
    /// Starts the thread; `wake` is called whenever it has something to say.
    pub(super) fn start(wake: Wake) -> Self {
        let (sender, orders) = channel();
        let (reports, events) = channel();
        let work = move || run(&orders, &Reports { reports, wake });
        let thread = std::thread::Builder::new().name("inspector".to_owned()).spawn(work);
        let orders = thread.is_ok().then_some(sender);
        Self { orders, events, thread: thread.ok(), open: 0, cracking: false }
    }

    /// Takes what is asked of it, and answers any other command.
    pub(super) fn carry_out(&mut self, command: Command, now: LabTime) -> Option<Command> {
        let Command::Inspect(ask) = command else { return Some(command) };
        self.ask(ask, now);
        None
    }

    pub(super) fn ask(&mut self, ask: Ask, now: LabTime) {
        if let Some(orders) = &self.orders {
            // Without the thread, which is gone only where the window is going too, nothing is looked at.
            self.open += usize::from(orders.send(Order { ask, now }).is_ok());
        }
    }

    pub(super) fn next_event(&mut self) -> Option<Event> {
        let event = self.events.try_recv().ok()?;
        Some(self.note(event))
    }

    fn note(&mut self, (event, answers): (Event, Answers)) -> Event {
        self.open = self.open.saturating_sub(usize::from(answers == Answers::Order));
        if let Event::Inspected(Report::Cracking(cracking)) = &event {
            self.cracking = cracking.running;
        }
        event
    }

    /// Whether something is still to come.
    #[cfg(test)]
    pub(super) fn is_working(&self) -> bool {
        self.open > 0 || self.cracking
    }

    #[cfg(test)]
    pub(super) fn wait_for_event(&mut self) -> Option<Event> {
        let event = self.events.recv_timeout(std::time::Duration::from_secs(60)).ok()?;
        Some(self.note(event))
    }
}

impl Drop for Inspector {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The thread's end: the event is sent first, then the window is woken.
#[derive(Clone)]
struct Reports {
    reports: Sender<(Event, Answers)>,
    wake: Wake,
}

impl Reports {
    fn send(&self, report: Report, answers: Answers) {
        if self.reports.send((Event::Inspected(report), answers)).is_ok() {
            (self.wake)();
        }
    }
}

fn run(orders: &Receiver<Order>, reports: &Reports) {
    let (mut desk, mut search) = (Desk::default(), Search::default());
    while let Ok(Order { ask, now }) = orders.recv() {
        let report = match ask {
            Ask::Crack(asked) => search.start(&asked, desk.target(), reports),
            Ask::StopCracking => search.stop(),
            other => desk.answer(other, now),
        };
        reports.send(report, Answers::Order);
    }
}
