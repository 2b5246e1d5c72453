//! Where everything in the table stands: pure geometry, tested without a window.

use std::ops::Range;

use eframe::egui::{Rect, Vec2, pos2, vec2};

use super::super::looking::View;
use crate::state::comparing::{Comparing, Family};

/// The height of a row of cells, the gap to the next one included.
pub(super) const ROW: f32 = 24.0;
/// The height of a group's heading.
pub(super) const HEADING: f32 = 26.0;
/// The strip under the designs' names that says which family they belong to.
pub(super) const FAMILY: f32 = 20.0;
/// A cell with a word and a time, and one with a time alone.
pub(super) const WIDE: f32 = 78.0;
const NARROW: f32 = 52.0;
const WIDEST: f32 = 104.0;
/// A slanted name rises by so much for each point that it goes to the right.
const RISE: f32 = 1.25;
const LINE: f32 = 14.0;
/// Where the table is lower than this, long names are cut, so that some rows are seen.
const LOW: f32 = 300.0;
const SHORT_NAME: f32 = 78.0;

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Heading(&'static str),
    /// A row, and whether it is the first of its scenario.
    Row(usize, bool),
}

/// The table, laid out. Distances are from its own top left corner.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) lines: Vec<Line>,
    /// Where each line begins, and where the last one ends.
    tops: Vec<f32>,
    /// The rows' names.
    pub(super) label: f32,
    /// The designs' names and families.
    pub(super) head: f32,
    /// The width of a column.
    pub(super) cell: f32,
    columns: usize,
    /// Whether the designs' names are slanted, because they are longer than the columns are wide.
    pub(super) slanted: bool,
    /// As long as a slanted name can be before it is cut.
    pub(super) name: f32,
    /// How far the last slanted name reaches beyond its column.
    overhang: f32,
}

/// The names above the columns, measured.
pub(super) struct Names {
    /// The widest whole name.
    pub(super) widest: f32,
    /// The widest part that can't be broken.
    pub(super) widest_part: f32,
}

impl Plan {
    pub(super) fn new(table: &Comparing, view: &View, names: &Names, Vec2 { x: width, y: height }: Vec2) -> Self {
        let lines = lines(table, view);
        let mut tops = vec![0.0];
        for line in &lines {
            let height = if matches!(line, Line::Heading(_)) { HEADING } else { ROW };
            tops.push(tops.last().copied().unwrap_or_default() + height);
        }
        let label = (width * 0.32).clamp(150.0, 256.0);
        let count = view.columns.len().max(1) as f32;
        let room = width - label - 2.0;
        let level = (room / count).min(WIDEST);
        // A name on two or three lines is easier to read than a slanted one.
        let lines_needed =
            (names.widest / (level - 6.0)).ceil().max(1.0) + if names.widest_part < names.widest { 0.5 } else { 0.0 };
        let slanted = level < 52.0 || names.widest_part > level - 4.0 || lines_needed.floor() > 3.0;
        let name = if height < LOW { names.widest.min(SHORT_NAME) } else { names.widest };
        let (cell, overhang, head) = match slanted {
            false => (level, 0.0, lines_needed.floor().min(3.0) * LINE + 6.0 + FAMILY),
            true => {
                let overhang = name / (1.0 + RISE * RISE).sqrt();
                let cell = ((room - overhang) / count).clamp(NARROW, WIDEST);
                // The last column's own half takes some of it.
                (cell, overhang.max(0.0), overhang * RISE + LINE + FAMILY)
            }
        };
        Self { lines, tops, label, head, cell, columns: view.columns.len(), slanted, name, overhang }
    }

    /// The angle at which names are slanted, clockwise.
    pub(super) fn angle() -> f32 {
        -RISE.atan()
    }

    /// How large the whole table is.
    pub(super) fn size(&self) -> Vec2 {
        let height = self.tops.last().copied().unwrap_or_default();
        vec2(self.label + self.columns as f32 * self.cell + self.overhang, self.head + height)
    }

    /// Where a line stands, from its name's left edge.
    pub(super) fn line(&self, line: usize) -> Rect {
        let (top, bottom) = (self.head + self.tops[line], self.head + self.tops[line + 1]);
        Rect::from_min_max(pos2(0.0, top), pos2(self.size().x, bottom))
    }

    /// Where a cell stands, by its line and its place among the columns that are shown.
    pub(super) fn cell(&self, line: usize, column: usize) -> Rect {
        let left = self.label + column as f32 * self.cell;
        let row = self.line(line);
        Rect::from_min_max(pos2(left, row.top()), pos2(left + self.cell, row.bottom())).shrink(1.0)
    }

    /// The line of a row.
    pub(super) fn line_of(&self, row: usize) -> Option<usize> {
        self.lines.iter().position(|line| matches!(line, Line::Row(at, _) if *at == row))
    }

    /// The lines and the columns of which something is seen through a window on the table.
    pub(super) fn seen(&self, window: Rect) -> (Range<usize>, Range<usize>) {
        let (top, bottom) = (window.top(), window.bottom() - self.head);
        let first = self.tops.partition_point(|at| *at <= top).saturating_sub(1);
        let last = self.tops.partition_point(|at| *at < bottom).min(self.lines.len());
        let column = |x: f32| (x / self.cell).max(0.0);
        let from = column(window.left()) as usize;
        let to = (column(window.right() - self.label).ceil() as usize).min(self.columns);
        (first.min(last)..last, from.min(to)..to)
    }
}

/// Rows with a heading above each group. Where only one group is shown, its heading still says which.
fn lines(table: &Comparing, view: &View) -> Vec<Line> {
    let mut lines = Vec::with_capacity(view.rows.len() + 12);
    let mut last: Option<usize> = None;
    for at in &view.rows {
        let row = &table.rows[*at];
        let before = last.map(|last| &table.rows[last]);
        if before.is_none_or(|before| before.heading() != row.heading()) {
            lines.push(Line::Heading(row.heading()));
        }
        let is_first = before.is_none_or(|before| before.scenario != row.scenario);
        lines.push(Line::Row(*at, is_first));
        last = Some(*at);
    }
    lines
}

/// The families of the columns that are shown, each with the first and the last of its columns.
pub(super) fn families(table: &Comparing, view: &View) -> Vec<(Family, Range<usize>)> {
    let mut families: Vec<(Family, Range<usize>)> = Vec::new();
    for (place, column) in view.columns.iter().enumerate() {
        let family = table.columns[*column].family;
        match families.last_mut() {
            Some((last, range)) if *last == family => range.end = place + 1,
            _ => families.push((family, place..place + 1)),
        }
    }
    families
}
