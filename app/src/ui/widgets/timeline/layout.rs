//! Where everything of a timeline goes, in points from the picture's upper left corner.

use std::time::Duration;

use eframe::egui::{Rect, Vec2, pos2, vec2};
use lockstep_shared::clock::LabTime;

use super::data::{Change, Chart, End, Panel};
use crate::lab::actor::Actor;
use crate::state::command::Side;
use crate::state::model::Tone;
use crate::ui::text;

/// The room there is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) width: f32,
    pub(super) height: f32,
    /// The lanes above each other instead of side by side.
    pub(super) stacked: bool,
}

/// Everything with its place.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) lanes: Vec<LanePlan>,
}

#[derive(Clone, Debug)]
pub(super) struct LanePlan {
    pub(super) side: Side,
    pub(super) title: String,
    pub(super) is_session: bool,
    pub(super) left: f32,
    pub(super) top: f32,
    /// From the axis' start to its end, rows only.
    pub(super) plot: Rect,
    pub(super) rows: Vec<RowPlan>,
    pub(super) ticks: Vec<(f32, String)>,
    pub(super) marks: Vec<MarkPlan>,
}

#[derive(Clone, Debug)]
pub(super) struct RowPlan {
    pub(super) actor: Actor,
    pub(super) middle: f32,
    pub(super) bars: Vec<(Rect, Tone)>,
    /// The changes that can be told apart, and where each is.
    pub(super) changes: Vec<(f32, Change)>,
    pub(super) end: Option<(f32, End)>,
}

#[derive(Clone, Debug)]
pub(super) struct MarkPlan {
    pub(super) x: f32,
    pub(super) ending: bool,
    pub(super) said: String,
    pub(super) number: Option<usize>,
    /// The label's place; None where it would cover another. Of several that have none, the first says how many.
    pub(super) label: Option<(Rect, String)>,
}

/// One level of labels above the rows; the lane's title stands beside the highest.
const LEVEL: f32 = 16.0;
const LEVELS: usize = 3;
pub(super) const TITLE: f32 = 20.0;
const AXIS: f32 = 20.0;
const NAMES: f32 = 72.0;
const BETWEEN: f32 = 16.0;
const ROW: std::ops::RangeInclusive<f32> = 14.0..=44.0;
const ROWS: f32 = 4.0;
/// Changes closer than this are one to whoever points at them.
const APART: f32 = 6.0;
/// Marks without labels that are closer than this are counted together.
const TOGETHER: f32 = 18.0;
/// A stretch that takes no time on this axis is still seen.
const THINNEST: f32 = 3.0;

/// Labels, the lowest rows and the axis.
pub(super) fn least_height(stacked: bool) -> f32 {
    let one = LEVEL * LEVELS as f32 + ROWS * ROW.start() + AXIS + 8.0;
    if stacked { 2.0 * one + BETWEEN } else { one }
}

impl Plan {
    /// Places a chart; `measure` gives the width of a label.
    pub(super) fn new(chart: &Chart, area: Area, measure: &dyn Fn(&str) -> f32) -> Self {
        let (width, height) = match area.stacked {
            true => (area.width, (area.height - BETWEEN) / 2.0),
            false => ((area.width - BETWEEN) / 2.0, area.height),
        };
        // One gutter for both lanes, so that their axes have the same scale.
        let ends = chart.lanes.iter().flat_map(|panel| &panel.rows).filter_map(|row| row.end.as_ref());
        let gutter = ends.map(|end| measure(&end.words) + END_MARK).fold(24.0, f32::max);
        let place = |head: f32| -> Vec<LanePlan> {
            let lanes = chart.lanes.iter().enumerate().map(|(index, panel)| {
                let offset = index as f32 * if area.stacked { height + BETWEEN } else { width + BETWEEN };
                let origin = if area.stacked { vec2(0.0, offset) } else { vec2(offset, 0.0) };
                lane(chart, panel, (origin, vec2(width, height)), head, gutter, measure)
            });
            lanes.collect()
        };
        let lanes = place(TITLE);
        if area.stacked {
            return Self { lanes };
        }
        // The lane with more labels says where the rows of both begin, so that they are level.
        Self { lanes: place(lanes.iter().map(|lane| lane.plot.top() - lane.top).fold(TITLE, f32::max)) }
    }
}

/// The shape and the gaps before the words at a bar's end.
pub(super) const END_MARK: f32 = 24.0;

fn lane(
    chart: &Chart,
    panel: &Panel,
    (origin, size): (Vec2, Vec2),
    head: f32,
    gutter: f32,
    measure: &dyn Fn(&str) -> f32,
) -> LanePlan {
    let left = origin.x + NAMES;
    let right = (origin.x + size.x - gutter).max(left + 40.0);
    let right_edge = origin.x + size.x;
    let span = chart.to.since(chart.from).as_secs_f64().max(1.0);
    let x = |at: LabTime| left + (at.since(chart.from).as_secs_f64() / span) as f32 * (right - left);
    let mut marks = marks(panel, &x, left..=right_edge, measure);
    // Levels that no label needs are left to the rows.
    let labels = marks.iter().filter_map(|mark| mark.label.as_ref());
    let highest = labels.map(|(label, _)| -label.top()).fold(head, f32::max);
    let top = origin.y + highest;
    for (label, _) in marks.iter_mut().filter_map(|mark| mark.label.as_mut()) {
        *label = label.translate(vec2(0.0, top));
    }
    let room = (origin.y + size.y - AXIS - top) / panel.rows.len().max(1) as f32;
    let row_height = room.clamp(*ROW.start(), *ROW.end());
    let plot = Rect::from_min_max(pos2(left, top), pos2(right, top + row_height * panel.rows.len() as f32));

    let rows = panel.rows.iter().enumerate().map(|(index, row)| {
        let middle = top + (index as f32 + 0.5) * row_height;
        let half = (row_height * 0.5).clamp(8.0, 18.0) / 2.0;
        let mut cursor = left;
        let mut bars = Vec::new();
        for piece in &row.pieces {
            let from = x(piece.from).max(cursor);
            // A stretch that was refused at once has no length, and is left out rather than shown as access.
            let thinnest = if piece.to > piece.from { THINNEST } else { 0.0 };
            let to = x(piece.to).max(from + thinnest).min(right + THINNEST);
            if to > from {
                bars.push((Rect::from_min_max(pos2(from, middle - half), pos2(to, middle + half)), piece.tone));
            }
            cursor = to;
        }
        let end = row.end.clone().map(|end| (bars.last().map_or(cursor, |(bar, _)| bar.right()), end));
        let mut changes: Vec<(f32, Change)> = Vec::new();
        for change in &row.changes {
            let x = x(change.at);
            // Of those at one place, how it came out counts.
            changes.pop_if(|(last, _)| x - *last < APART);
            changes.push((x, *change));
        }
        RowPlan { actor: row.actor, middle, bars, changes, end }
    });

    LanePlan {
        side: panel.side,
        title: panel.title.clone(),
        is_session: panel.is_session,
        left: origin.x,
        top: origin.y,
        plot,
        rows: rows.collect(),
        ticks: ticks(chart, right - left, measure).into_iter().map(|(at, words)| (x(at), words)).collect(),
        marks,
    }
}

/// Places the marks' labels on up to three levels above the rows, which begin at zero. The event from which the thief's
/// exposure is counted comes first, then others that should end access, then the rest, each the newest first; a label
/// that would cover another is left to the tooltip.
fn marks(
    panel: &Panel,
    x: &dyn Fn(LabTime) -> f32,
    room: std::ops::RangeInclusive<f32>,
    measure: &dyn Fn(&str) -> f32,
) -> Vec<MarkPlan> {
    let mut plans: Vec<MarkPlan> = panel
        .events
        .iter()
        .map(|event| MarkPlan {
            x: x(event.at),
            ending: event.ending,
            said: format!("{} {}", event.at.local_hms(), event.label),
            number: event.number,
            label: None,
        })
        .collect();
    let words = together(panel, &mut plans);
    let mut order: Vec<usize> = (0..plans.len()).filter(|index| words[*index].is_some()).collect();
    order.sort_by_key(|index| match &panel.events[*index] {
        event if event.counted => (0, 0),
        event => (if event.ending { 1 } else { 2 }, u64::MAX - event.at.millis()),
    });
    let mut free = Free { labels: Vec::new(), lines: Vec::new(), room };
    for index in order {
        let Some(words) = &words[index] else { continue };
        if let Some(label) = free.place(plans[index].x, measure(words)) {
            plans[index].label = Some((label, words.clone()));
        }
    }
    // Marks that are too close for labels say together how many they are.
    let unnamed = |index: &usize| plans[*index].label.is_none() && words[*index].is_some();
    let mut left: Vec<usize> = (0..plans.len()).filter(unnamed).collect();
    left.sort_by(|one, other| plans[*one].x.total_cmp(&plans[*other].x));
    let groups = left.chunk_by(|one, other| plans[*other].x - plans[*one].x < TOGETHER).map(<[usize]>::to_vec);
    for group in groups.collect::<Vec<_>>() {
        let words = format!("+{}", group.len());
        if let Some(label) = free.place(plans[group[0]].x, measure(&words)) {
            let said: Vec<&str> = group.iter().map(|index| plans[*index].said.as_str()).collect();
            plans[group[0]].said = said.join("\n");
            plans[group[0]].label = Some((label, words));
        }
    }
    plans
}

/// What each mark is called; of several alike that are close, the first has a label for all of them.
fn together(panel: &Panel, plans: &mut [MarkPlan]) -> Vec<Option<String>> {
    let mut words: Vec<Option<String>> = panel.events.iter().map(|event| Some(event.label.clone())).collect();
    let alike = |one: usize, other: usize| {
        let (one, other) = (&panel.events[one], &panel.events[other]);
        one.label == other.label && one.ending == other.ending && !one.counted && !other.counted
    };
    let mut first = 0;
    while first < plans.len() {
        let mut last = first;
        while last + 1 < plans.len() && alike(first, last + 1) && plans[last + 1].x - plans[last].x < TOGETHER {
            last += 1;
        }
        if last > first {
            words[first] = Some(format!("{} ×{}", panel.events[first].label, last - first + 1));
            let said: Vec<String> = plans[first..=last].iter().map(|plan| plan.said.clone()).collect();
            plans[first].said = said.join("\n");
            words[first + 1..=last].fill(None);
        }
        first = last + 1;
    }
    words
}

/// What labels and the lines below them leave free.
struct Free {
    labels: Vec<Rect>,
    lines: Vec<Rect>,
    room: std::ops::RangeInclusive<f32>,
}

impl Free {
    /// Takes a place for a label beside its mark's line, on the lowest level that has one.
    fn place(&mut self, at: f32, width: f32) -> Option<Rect> {
        let (label, line) = (0..LEVELS).find_map(|level| {
            let top = -LEVEL * (level + 1) as f32;
            let line = Rect::from_min_max(pos2(at - 0.5, top), pos2(at + 0.5, 0.0));
            if self.labels.iter().any(|label| label.expand2(vec2(2.0, -0.5)).intersects(line)) {
                return None;
            }
            [at + 4.0, at - 4.0 - width].into_iter().find_map(|left| {
                let label = Rect::from_min_size(pos2(left, top), vec2(width, LEVEL));
                let inside = label.left() >= *self.room.start() && label.right() <= *self.room.end();
                let free =
                    |others: &[Rect]| others.iter().all(|other| !other.expand2(vec2(4.0, -0.5)).intersects(label));
                // The line below a higher label must not run through this one either; its own is 4 px away.
                let clear = self.lines.iter().all(|line: &Rect| !line.expand2(vec2(2.0, -0.5)).intersects(label));
                (inside && free(&self.labels) && clear).then_some((label, line))
            })
        })?;
        self.labels.push(label);
        self.lines.push(line);
        Some(label)
    }
}

/// Steps between ticks that people count in, in seconds.
const STEPS: [u64; 24] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000,
    864_000, 2_592_000, 7_776_000, 31_536_000,
];

/// Ticks at round times, as many as there is room for.
fn ticks(chart: &Chart, width: f32, measure: &dyn Fn(&str) -> f32) -> Vec<(LabTime, String)> {
    let span = chart.to.since(chart.from);
    let apart = measure("00:00:00") + 20.0;
    let fit = (width / apart).floor().max(1.0) as u64;
    let step = STEPS.into_iter().find(|step| span.as_secs() / step < fit.max(1)).unwrap_or(STEPS[STEPS.len() - 1]);
    let first = chart.from.secs().div_ceil(step) * step;
    let mut out = Vec::new();
    let mut at = LabTime::from_secs(first);
    while at <= chart.to && out.len() < 64 {
        out.push((at, tick_words(at, step)));
        at = at + Duration::from_secs(step);
    }
    out
}

fn tick_words(at: LabTime, step: u64) -> String {
    match step {
        0..60 => at.local_hms(),
        60..43_200 => at.local_hm(),
        _ => text::day(at),
    }
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
