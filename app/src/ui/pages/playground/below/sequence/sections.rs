//! The lanes beside each other: cut at every event, so that what followed the same event begins at the same height.

use std::ops::Range;

use super::index::{Index, LaneIndex};
use super::layout;
use crate::lab::view::Mark;
use crate::state::command::Side;
use crate::state::model::Model;

/// Everything that is drawn, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sections {
    pub(super) all: Vec<Section>,
    pub(super) height: f64,
}

/// One event, in one lane or in both, and what followed it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Section {
    pub(super) top: f64,
    /// The event's own height.
    pub(super) head: f32,
    /// The marks that it begins with, by their places in their lanes.
    pub(super) marks: [Option<usize>; 2],
    /// The entries of each lane.
    pub(super) entries: [Range<usize>; 2],
}

impl Sections {
    /// Lays the given lanes beside each other.
    pub(super) fn of(model: &Model, index: &Index, sides: &[Side]) -> Self {
        let marks = Side::BOTH.map(|side| match sides.contains(&side) {
            true => model.lane(side).view.timeline.marks.as_slice(),
            false => &[],
        });
        let lanes = Side::BOTH.map(|side| sides.contains(&side).then(|| &index.lanes[side.index()]));
        let mut this = Self { all: Vec::new(), height: f64::from(layout::TOP) };
        let mut from = [0, 0];
        let mut head = [None, None];
        for next in together(marks) {
            // An event of one lane alone cuts the other where it stands: what came before in it comes before here too.
            let to = Side::BOTH.map(|side| {
                let at = side.index();
                match (lanes[at], next[at]) {
                    (None, _) => 0,
                    (Some(lane), Some(mark)) => lane.first_after(&marks[at][mark]).max(from[at]),
                    (Some(lane), None) => {
                        let moment = next[1 - at].map(|mark| marks[1 - at][mark].at).unwrap_or_default();
                        let is_before =
                            |place| model.traffic.at_place(place).is_some_and(|row| row.exchange.at <= moment);
                        lane.entries.partition_point(|entry| is_before(entry.place)).max(from[at])
                    }
                }
            });
            this.push(lanes, &marks, head, from, to);
            (from, head) = (to, next);
        }
        let ends = lanes.map(|lane| lane.map_or(0, |lane| lane.entries.len()));
        this.push(lanes, &marks, head, from, ends);
        this.height += f64::from(layout::BOTTOM);
        this
    }

    fn push(
        &mut self,
        lanes: [Option<&LaneIndex>; 2],
        marks: &[&[Mark]; 2],
        head: [Option<usize>; 2],
        from: [usize; 2],
        to: [usize; 2],
    ) {
        let height_of = |at: usize| lanes[at].map_or(0.0, |lane| lane.top(to[at]) - lane.top(from[at]));
        let head_of = |at: usize| head[at].map_or(0.0, |mark| layout::mark_height(&marks[at][mark]));
        let section = Section {
            top: self.height,
            head: head_of(0).max(head_of(1)),
            marks: head,
            entries: [from[0]..to[0], from[1]..to[1]],
        };
        self.height += f64::from(section.head) + height_of(0).max(height_of(1));
        self.all.push(section);
    }

    /// The sections that some part of a range of heights is in.
    pub(super) fn seen(&self, range: &Range<f64>) -> &[Section] {
        let first = self.all.partition_point(|section| section.top <= range.start).saturating_sub(1);
        let end = self.all.partition_point(|section| section.top < range.end);
        &self.all[first.min(end)..end]
    }

    /// Where an entry begins, and how high it is.
    pub(super) fn place(&self, lane: &LaneIndex, side: Side, entry: usize) -> Option<Range<f64>> {
        let at = side.index();
        let section = self.all.partition_point(|section| section.entries[at].end <= entry);
        let section = self.all.get(section)?;
        let top = section.top + f64::from(section.head) + lane.top(entry) - lane.top(section.entries[at].start);
        Some(top..top + lane.top(entry + 1) - lane.top(entry))
    }
}

impl Section {
    /// The entries of a lane that some part of a range of heights is in.
    pub(super) fn seen(&self, lane: &LaneIndex, side: Side, range: &Range<f64>) -> Range<usize> {
        let all = self.entries[side.index()].clone();
        let down = self.top + f64::from(self.head) - lane.top(all.start);
        let (mut first, mut end) = (all.start, all.end);
        while first < end {
            let middle = first + (end - first) / 2;
            if lane.top(middle + 1) + down <= range.start { first = middle + 1 } else { end = middle }
        }
        let from = first;
        end = all.end;
        while first < end {
            let middle = first + (end - first) / 2;
            if lane.top(middle) + down < range.end { first = middle + 1 } else { end = middle }
        }
        from..first
    }
}

/// Both lanes' marks in the order of time; the same event, done on both sides, is one.
fn together(marks: [&[Mark]; 2]) -> Vec<[Option<usize>; 2]> {
    let (mut left, mut right) = (0, 0);
    let mut all = Vec::with_capacity(marks[0].len().max(marks[1].len()));
    loop {
        let next = match (marks[0].get(left), marks[1].get(right)) {
            (None, None) => return all,
            (Some(_), None) => [Some(left), None],
            (None, Some(_)) => [None, Some(right)],
            (Some(one), Some(other)) if one.label == other.label && is_one(marks, left, right) => {
                [Some(left), Some(right)]
            }
            (Some(one), Some(other)) if one.at <= other.at => [Some(left), None],
            (Some(_), Some(_)) => [None, Some(right)],
        };
        left += usize::from(next[0].is_some());
        right += usize::from(next[1].is_some());
        all.push(next);
    }
}

/// Whether nothing else happened between two marks of the same name: then they are the two halves of one deed.
fn is_one(marks: [&[Mark]; 2], left: usize, right: usize) -> bool {
    let (one, other) = (&marks[0][left], &marks[1][right]);
    let (first, second) = (one.at.min(other.at), one.at.max(other.at));
    let between = |mark: Option<&Mark>| mark.is_some_and(|mark| mark.at > first && mark.at < second);
    !between(marks[0].get(left + 1)) && !between(marks[1].get(right + 1))
}
