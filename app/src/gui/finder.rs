//! The thread that looks for exchanges: the last thing asked for wins, and the window never waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::worker::Wake;
use crate::state::command::Command;
use crate::state::event::Event;
use crate::state::traffic::{Slot, Snapshot, Traffic};
use crate::state::wire::find::{Found, in_slots};
use crate::state::wire::query::Query;

/// The window's end of the thread.
pub(super) struct Finder {
    orders: Option<Sender<Order>>,
    events: Receiver<Event>,
    thread: Option<JoinHandle<()>>,
    /// What is wanted, and how much of the traffic was given to the thread for it.
    wanted: Option<(Arc<Query>, (u64, usize))>,
    /// The number of the last query: searches for older ones give up.
    newest: Arc<AtomicU64>,
    /// How far the last answer that was taken in had searched.
    answered: (u64, usize),
}

struct Order {
    number: u64,
    query: Arc<Query>,
    snapshot: Snapshot,
}

impl Finder {
    /// Starts the thread; `wake` is called whenever it has found something.
    pub(super) fn start(wake: Wake) -> Self {
        let (sender, orders) = channel();
        let (found, events) = channel();
        let newest = Arc::new(AtomicU64::new(0));
        let current = newest.clone();
        let work = move || run(&orders, &current, &found, &wake);
        let thread = std::thread::Builder::new().name("finder".to_owned()).spawn(work);
        let orders = thread.is_ok().then_some(sender);
        Self { orders, events, thread: thread.ok(), wanted: None, newest, answered: (u64::MAX, 0) }
    }

    /// What was found, if anything was since the last time.
    pub(super) fn next_event(&mut self) -> Option<Event> {
        let event = self.events.try_recv().ok()?;
        self.note(&event);
        Some(event)
    }

    /// Whether an answer is still to come.
    #[cfg(test)]
    pub(super) fn is_searching(&self) -> bool {
        self.wanted.as_ref().is_some_and(|(_, given)| *given != self.answered)
    }

    #[cfg(test)]
    pub(super) fn wait_for_event(&mut self) -> Option<Event> {
        let event = self.events.recv_timeout(std::time::Duration::from_secs(60)).ok()?;
        self.note(&event);
        Some(event)
    }

    fn note(&mut self, event: &Event) {
        if let Event::Found(found) = event {
            self.answered = (found.generation, found.end);
        }
    }

    /// Takes a query on, and answers any other command.
    pub(super) fn carry_out(&mut self, command: Command, traffic: &Traffic) -> Option<Command> {
        let Command::Find(query) = command else { return Some(command) };
        self.newest.fetch_add(1, Ordering::Relaxed);
        self.wanted = (!query.is_all()).then_some((query, (u64::MAX, 0)));
        self.answered = (u64::MAX, 0);
        self.keep_up(traffic);
        None
    }

    /// Searches what has been recorded meanwhile.
    pub(super) fn keep_up(&mut self, traffic: &Traffic) {
        let Some((query, given)) = &mut self.wanted else { return };
        let now = (traffic.generation(), traffic.end());
        if *given == now {
            return;
        }
        *given = now;
        let number = self.newest.load(Ordering::Relaxed);
        if let Some(orders) = &self.orders {
            // Without the thread, which is gone only where the window is going too, nothing is found.
            let _ = orders.send(Order { number, query: query.clone(), snapshot: traffic.snapshot() });
        }
    }
}

impl Drop for Finder {
    fn drop(&mut self) {
        self.newest.fetch_add(1, Ordering::Relaxed);
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(orders: &Receiver<Order>, newest: &AtomicU64, events: &Sender<Event>, wake: &Wake) {
    let mut last: Option<Found> = None;
    while let Ok(first) = orders.recv() {
        let order = orders.try_iter().last().unwrap_or(first);
        let known =
            last.take().filter(|found| found.generation == order.snapshot.generation && *found.query == *order.query);
        let known = known.unwrap_or_else(|| Found::nothing(order.query.clone(), &order.snapshot));
        let stop = || newest.load(Ordering::Relaxed) != order.number;
        let found = go_on(known, &order.snapshot, &stop);
        if !stop() {
            last = Some(found.clone());
            // The event first, and then the window is woken.
            if events.send(Event::Found(found)).is_ok() {
                wake();
            }
        }
    }
}

/// Searches what a search has not seen yet, on every core.
pub(super) fn go_on(mut found: Found, snapshot: &Snapshot, stop: &(dyn Fn() -> bool + Sync)) -> Found {
    let begin = snapshot.slots.partition_point(|slot| slot.first + slot.chunk.rows().len() <= found.end);
    let slots = &snapshot.slots[begin..];
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = slots.len().div_ceil(cores).max(1);
    let (query, from) = (found.query.clone(), found.end);
    let search = |slots: &[Slot]| in_slots(slots, &query, from, stop);
    let mut parts = slots.chunks(share);
    let own = parts.next().unwrap_or_default();
    let all: Vec<Vec<usize>> = std::thread::scope(|scope| {
        let others: Vec<_> = parts.map(|part| scope.spawn(move || search(part))).collect();
        let own = search(own);
        // A search that panicked has found nothing.
        std::iter::once(own).chain(others.into_iter().map(|other| other.join().unwrap_or_default())).collect()
    });
    let oldest = snapshot.slots.first().map_or(0, |slot| slot.first);
    let places = Arc::make_mut(&mut found.places);
    let dropped = places.partition_point(|place| *place < oldest);
    places.drain(..dropped);
    all.into_iter().for_each(|part| places.extend(part));
    found.end = snapshot.slots.last().map_or(found.end, |slot| slot.first + slot.chunk.rows().len());
    found
}
