//! Every exchange of both lanes, in the order in which they were recorded; the oldest make room.

use std::collections::VecDeque;
use std::sync::Arc;

use super::command::Side;
use crate::lab::exchange::Exchange;

/// The most exchanges that are remembered.
const MOST: usize = 1_000_000;

/// What they may take in memory, in bytes, by their own reckoning: whichever limit is met first.
const MOST_BYTES: usize = 1 << 30;

/// What went over the wire.
///
/// A place is where an exchange stands in all that was recorded since the traffic's generation began: it stays the same
/// when older ones are dropped, and means something else once a lane is forgotten, which begins another generation.
#[derive(Default)]
pub(crate) struct Traffic {
    rows: VecDeque<Row>,
    bytes: usize,
    generation: u64,
    /// The place of the oldest that is remembered.
    first: usize,
    /// How many were forgotten, for want of room.
    pub(crate) dropped: u64,
}

/// One exchange, and the lane that it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) side: Side,
    pub(crate) exchange: Arc<Exchange>,
}

impl Traffic {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The exchange at a place, from 0, the oldest first.
    pub(crate) fn row(&self, at: usize) -> Option<&Row> {
        self.rows.get(at)
    }

    /// Which generation the places are of.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// The place of the oldest that is remembered.
    pub(crate) fn first(&self) -> usize {
        self.first
    }

    /// The place that the next one will have.
    pub(crate) fn end(&self) -> usize {
        self.first + self.rows.len()
    }

    /// The exchange at a place.
    pub(crate) fn at_place(&self, place: usize) -> Option<&Row> {
        self.rows.get(place.checked_sub(self.first)?)
    }

    /// All of them, the oldest first.
    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = &Row> + ExactSizeIterator {
        self.rows.iter()
    }

    /// One lane's, the oldest first.
    pub(crate) fn of(&self, side: Side) -> impl DoubleEndedIterator<Item = &Exchange> {
        self.rows.iter().filter(move |row| row.side == side).map(|row| row.exchange.as_ref())
    }

    /// The exchange that a lane numbers so; None where it was forgotten.
    pub(crate) fn exchange(&self, side: Side, number: usize) -> Option<&Exchange> {
        self.of(side).find(|exchange| exchange.number == number)
    }

    /// Takes in what a lane has recorded.
    pub(crate) fn take_in(&mut self, side: Side, exchanges: Vec<Arc<Exchange>>) {
        for exchange in exchanges {
            self.bytes += exchange.size();
            self.rows.push_back(Row { side, exchange });
        }
        while self.rows.len() > MOST || self.bytes > MOST_BYTES {
            let Some(oldest) = self.rows.pop_front() else { return };
            self.bytes -= oldest.exchange.size();
            self.dropped += 1;
            self.first += 1;
        }
    }

    /// Forgets a lane, which starts afresh and numbers its exchanges from 1 again.
    pub(crate) fn forget(&mut self, side: Side) {
        self.rows.retain(|row| row.side != side);
        self.first = 0;
        self.generation += 1;
        self.bytes = self.rows.iter().map(|row| row.exchange.size()).sum();
        if self.rows.is_empty() {
            self.dropped = 0;
        }
    }
}
