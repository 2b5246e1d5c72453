//! Every exchange of both lanes, in the order in which they were recorded; the oldest make room.

mod chunk;
#[cfg(test)]
pub(crate) mod made;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use chunk::{Chunk, Head};

use super::command::Side;
use crate::lab::exchange::Exchange;

/// The most exchanges that are remembered.
pub(crate) const MOST: usize = 1_000_000;

/// What they may take in memory, in bytes, by their own reckoning: whichever limit is met first.
pub(crate) const MOST_BYTES: usize = 3 << 29;

/// What went over the wire.
///
/// A place is where an exchange stands in all that was recorded since the traffic's generation began: it stays the same
/// when older ones are dropped, and means something else once a lane is forgotten, which begins another generation.
pub(crate) struct Traffic {
    chunks: VecDeque<Slot>,
    /// The lines of the last chunk by their hashes, as long as it takes more in.
    known: HashMap<u64, u16>,
    is_open: bool,
    limits: Limits,
    bytes: usize,
    generation: u64,
    /// How many were forgotten, for want of room.
    pub(crate) dropped: u64,
}

/// What may be remembered.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) rows: usize,
    pub(crate) bytes: usize,
}

/// A chunk and the place of its first exchange.
#[derive(Clone)]
pub(crate) struct Slot {
    pub(crate) first: usize,
    /// The number of each lane's last exchange up to this chunk's end.
    last: [usize; 2],
    pub(crate) chunk: Arc<Chunk>,
}

/// All that was remembered at a moment; making one copies no exchange.
#[derive(Clone, Default)]
pub(crate) struct Snapshot {
    pub(crate) generation: u64,
    pub(crate) slots: Vec<Slot>,
}

impl Snapshot {
    /// All of them and their places, the oldest first.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, &Row)> {
        self.slots.iter().flat_map(|slot| (slot.first..).zip(slot.chunk.rows()))
    }
}

/// One exchange, and the lane that it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) side: Side,
    pub(crate) exchange: Arc<Exchange>,
}

/// One that no other traffic has or had: a lab that is started again must not be taken for the one before it.
fn next_generation() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Default for Traffic {
    fn default() -> Self {
        Self::within(Limits { rows: MOST, bytes: MOST_BYTES })
    }
}

impl Traffic {
    pub(crate) fn within(limits: Limits) -> Self {
        Self {
            chunks: VecDeque::new(),
            known: HashMap::new(),
            is_open: false,
            limits,
            bytes: 0,
            generation: next_generation(),
            dropped: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.end() - self.first()
    }

    /// What all of it takes in memory, in bytes, by its own reckoning.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Which generation the places are of.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// The place of the oldest that is remembered.
    pub(crate) fn first(&self) -> usize {
        self.chunks.front().map_or(0, |slot| slot.first)
    }

    /// The place that the next one will have.
    pub(crate) fn end(&self) -> usize {
        self.chunks.back().map_or(0, |slot| slot.first + slot.chunk.rows().len())
    }

    /// The exchange at a place.
    pub(crate) fn at_place(&self, place: usize) -> Option<&Row> {
        let after = self.chunks.partition_point(|slot| slot.first <= place);
        let slot = self.chunks.get(after.checked_sub(1)?)?;
        slot.chunk.rows().get(place - slot.first)
    }

    /// The place of the exchange that a lane numbers so; None where it was forgotten.
    pub(crate) fn place_of(&self, side: Side, number: usize) -> Option<usize> {
        // A lane numbers its own in their order.
        let before = self.chunks.partition_point(|slot| slot.last[side.index()] < number);
        let slot = self.chunks.get(before)?;
        let is_it = |head: &Head| head.side == side && head.number == number;
        Some(slot.first + slot.chunk.heads().iter().position(is_it)?)
    }

    /// The exchange at an index, from 0, the oldest first.
    #[cfg(test)]
    pub(crate) fn row(&self, at: usize) -> Option<&Row> {
        self.at_place(self.first() + at)
    }

    /// All of them, the oldest first.
    #[cfg(test)]
    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = &Row> {
        self.chunks.iter().flat_map(|slot| slot.chunk.rows())
    }

    /// One lane's, the oldest first.
    #[cfg(test)]
    pub(crate) fn of(&self, side: Side) -> impl DoubleEndedIterator<Item = &Exchange> {
        self.rows().filter(move |row| row.side == side).map(|row| row.exchange.as_ref())
    }

    /// The exchange that a lane numbers so; None where it was forgotten.
    pub(crate) fn exchange(&self, side: Side, number: usize) -> Option<&Exchange> {
        self.at_place(self.place_of(side, number)?).map(|row| row.exchange.as_ref())
    }

    /// What there is now, to be searched elsewhere.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot { generation: self.generation, slots: self.chunks.iter().cloned().collect() }
    }

    /// Takes in what a lane has recorded.
    pub(crate) fn take_in(&mut self, side: Side, exchanges: Vec<Arc<Exchange>>) {
        for exchange in exchanges {
            let end = self.end();
            let has_room = self.chunks.back().is_some_and(|slot| self.is_open && slot.chunk.has_room());
            if !has_room {
                self.known.clear();
                self.is_open = true;
                let last = self.chunks.back().map_or([0; 2], |slot| slot.last);
                self.chunks.push_back(Slot { first: end, last, chunk: Arc::default() });
            }
            let Some(last) = self.chunks.back_mut() else { return };
            last.last[side.index()] = exchange.number;
            // A search under way keeps the chunk as it was.
            self.bytes += Arc::make_mut(&mut last.chunk).push(Row { side, exchange }, &mut self.known);
        }
        // The newest chunk stays, however large its exchanges are: each of them is bounded.
        while (self.len() > self.limits.rows || self.bytes > self.limits.bytes) && self.chunks.len() > 1 {
            let Some(oldest) = self.chunks.pop_front() else { return };
            self.bytes -= oldest.chunk.bytes();
            self.dropped += oldest.chunk.rows().len() as u64;
        }
    }

    /// Forgets a lane, which starts afresh and numbers its exchanges from 1 again.
    pub(crate) fn forget(&mut self, side: Side) {
        let mut first = 0;
        self.chunks.retain_mut(|slot| {
            if slot.chunk.has(side) {
                Arc::make_mut(&mut slot.chunk).forget(side);
            }
            slot.last[side.index()] = 0;
            slot.first = first;
            first += slot.chunk.rows().len();
            !slot.chunk.rows().is_empty()
        });
        self.is_open = false;
        self.generation = next_generation();
        self.bytes = self.chunks.iter().map(|slot| slot.chunk.bytes()).sum();
        if self.chunks.is_empty() {
            self.dropped = 0;
        }
    }
}

#[cfg(test)]
mod tests;
