//! Which exchanges are drawn, and how high each stands: kept up as the traffic grows, so that a frame looks at none but
//! those in sight.

use std::collections::VecDeque;

use lockstep_shared::clock::LabTime;

use super::layout;
use super::story;
use crate::lab::actor::Actor;
use crate::lab::exchange::{Exchange, Purpose};
use crate::lab::view::Mark;
use crate::state::command::Side;
use crate::state::model::Model;
use lockstep_shared::design::Kind;
use lockstep_shared::trace::Act;

/// What is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) struct Shown {
    /// The lab's own questions, also where the answer is what it was.
    pub(super) probes: bool,
    /// What the server did inside.
    pub(super) steps: bool,
}

impl Default for Shown {
    fn default() -> Self {
        Self { probes: false, steps: true }
    }
}

/// Both lanes' exchanges.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// The traffic's generation and what is to be drawn: with another of either it is made anew.
    made_for: Option<(u64, Shown)>,
    /// The place of the next exchange to take in.
    next: usize,
    pub(super) lanes: [LaneIndex; 2],
}

/// One lane's.
#[derive(Clone, Debug, Default)]
pub(super) struct LaneIndex {
    pub(super) entries: VecDeque<Entry>,
    /// Where the next entry begins, in points below where the first of all began.
    pub(super) bottom: f64,
    /// How many are left out.
    pub(super) hidden: usize,
    /// Whether anything was read from a store, or written into it.
    pub(super) has_store: bool,
    took_part: [bool; Actor::SENDERS.len()],
    /// The status that each actor was last answered.
    answered: [Option<u16>; Actor::SENDERS.len()],
    last_number: usize,
    last_at: Option<LabTime>,
    /// How many marks lie before the last exchange.
    passed: usize,
}

/// One exchange that is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Entry {
    /// Its place in the traffic.
    pub(super) place: usize,
    pub(super) number: usize,
    /// In points below where the first of all began.
    pub(super) top: f64,
    /// When the one before it was, where it is so long ago that it is worth saying.
    pub(super) before: Option<LabTime>,
}

impl Index {
    /// Takes in what is new.
    pub(super) fn follow(&mut self, model: &Model, shown: Shown) {
        let traffic = &model.traffic;
        let wanted = Some((traffic.generation(), shown));
        let is_late = Side::BOTH.iter().any(|side| {
            let marks = &model.lane(*side).view.timeline.marks;
            self.lanes[side.index()].missed(marks)
        });
        if self.made_for != wanted || is_late {
            *self = Self { made_for: wanted, ..Self::default() };
        }
        for lane in &mut self.lanes {
            lane.forget_before(traffic.first());
        }
        for place in self.next.max(traffic.first())..traffic.end() {
            let Some(row) = traffic.at_place(place) else { break };
            let lane = model.lane(row.side);
            let has_resource = has_resource(model, row.side);
            let marks = &lane.view.timeline.marks;
            self.lanes[row.side.index()].push(place, &row.exchange, marks, has_resource, shown);
        }
        self.next = traffic.end();
    }
}

impl LaneIndex {
    /// Whether an event has become known that lies before what was taken in already.
    fn missed(&self, marks: &[Mark]) -> bool {
        marks.len() < self.passed || marks.get(self.passed).is_some_and(|mark| mark.after < self.last_number)
    }

    fn forget_before(&mut self, first: usize) {
        while self.entries.front().is_some_and(|entry| entry.place < first) {
            self.entries.pop_front();
        }
    }

    fn push(&mut self, place: usize, exchange: &Exchange, marks: &[Mark], has_resource: bool, shown: Shown) {
        while let Some(mark) = marks.get(self.passed).filter(|mark| mark.after < exchange.number) {
            self.passed += 1;
            // An event says its own time.
            self.last_at = self.last_at.max(Some(mark.at));
            // Whether the thief is still let in is news now, whatever the answer was before.
            if mark.ending || mark.from.is_some() {
                self.answered[Actor::Attacker as usize] = None;
            }
        }
        self.last_number = exchange.number;
        let actor = exchange.actor as usize;
        self.took_part[actor] = true;
        let uses_store = |act: &Act| matches!(act, Act::StoreRead { .. } | Act::StoreWritten { .. });
        self.has_store |= exchange.trace.acts.iter().any(|timed| uses_store(&timed.act));
        let is_news = exchange.answer().is_some() && self.answered[actor] != Some(exchange.status);
        if exchange.answer().is_some() {
            // Whoever got something done is let in, by whichever status.
            self.answered[actor] = Some(if exchange.status < 400 { 200 } else { exchange.status });
        }
        if exchange.purpose == Purpose::Probe && !is_news && !shown.probes {
            self.hidden += 1;
            return;
        }
        let before = story::later(self.last_at, exchange.at).and(self.last_at);
        self.last_at = Some(exchange.at);
        let entry = Entry { place, number: exchange.number, top: self.bottom, before };
        self.bottom += f64::from(layout::height(exchange, has_resource, before.is_some(), shown.steps));
        self.entries.push_back(entry);
    }

    /// Where an entry begins; for the one after the last, where that ends.
    pub(super) fn top(&self, at: usize) -> f64 {
        self.entries.get(at).map_or(self.bottom, |entry| entry.top)
    }

    /// The first entry that comes after a mark.
    pub(super) fn first_after(&self, mark: &Mark) -> usize {
        self.entries.partition_point(|entry| entry.number <= mark.after)
    }

    /// The entry of the exchange with a number, where it is drawn.
    pub(super) fn find(&self, number: usize) -> Option<usize> {
        self.entries.binary_search_by_key(&number, |entry| entry.number).ok()
    }

    /// Who took part, in the order of every table.
    pub(super) fn actors(&self, marks: &[Mark]) -> Vec<Actor> {
        let copied = |actor: Actor| marks.iter().any(|mark| mark.from.is_some() && mark.by == Some(actor));
        Actor::SENDERS.into_iter().filter(|actor| self.took_part[*actor as usize] || copied(*actor)).collect()
    }
}

/// Whether a lane's protected part is a server of its own.
pub(super) fn has_resource(model: &Model, side: Side) -> bool {
    model.lane(side).design.as_ref().is_some_and(|design| design.kind == Kind::Introspection)
}
