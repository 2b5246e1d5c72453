//! Lays cells out in as few tables as the terminal is wide enough for; where it is too narrow for any, in one line each.

use super::Look;
use super::cell;
use crate::lab::digest::{Tone, digest};
use crate::lab::outcome::Cell;
use crate::lab::scenario::Thief;

const GAP: usize = 2;

/// What one row of cells is about.
type Row<'a> = (&'a str, Option<Thief>);

/// One line of the table as it is written.
struct Line {
    label: String,
    /// The row whose cells stand in it.
    row: Option<usize>,
}

/// One design's column.
struct Column<'a> {
    /// The design's id, broken at its hyphens.
    head: Vec<String>,
    cells: Vec<Option<&'a Cell>>,
    width: usize,
}

pub(super) fn draw(cells: &[Cell], look: Look, text: &mut String) {
    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut designs: Vec<&str> = Vec::new();
    for cell in cells {
        let row = (cell.scenario.as_str(), cell.thief);
        if !rows.contains(&row) {
            rows.push(row);
        }
        if !designs.contains(&cell.design.as_str()) {
            designs.push(&cell.design);
        }
    }
    // A scenario's worlds stand together, however the cells came.
    let first = |row: &Row<'_>| rows.iter().position(|(scenario, _)| *scenario == row.0);
    let mut sorted = rows.clone();
    sorted.sort_by_key(first);
    let columns: Vec<Column<'_>> = designs.iter().map(|design| column(design, &sorted, cells)).collect();
    let tables = [beside(&sorted), above(&sorted)].into_iter().filter_map(|lines| {
        let label_width = widest(lines.iter().filter(|line| line.row.is_some()).map(|line| line.label.as_str()));
        let split = split(&columns, look.width.saturating_sub(label_width))?;
        Some((split, lines, label_width))
    });
    match tables.min_by_key(|(split, ..)| split.len()) {
        Some((split, lines, label_width)) => {
            let mut rest = columns.as_slice();
            for count in split {
                let (columns, others) = rest.split_at(count);
                draw_columns(&lines, label_width, columns, look.colour, text);
                rest = others;
            }
        }
        None if cells.is_empty() => {}
        None => {
            for cell in cells {
                text.push_str(&format!("{}: {}\n", cell::name(cell), painted(cell, look.colour)));
            }
            text.push('\n');
        }
    }
}

fn column<'a>(design: &str, rows: &[Row<'_>], cells: &'a [Cell]) -> Column<'a> {
    let here =
        |row: &Row<'_>| cells.iter().find(|cell| cell.design == design && (cell.scenario.as_str(), cell.thief) == *row);
    let cells: Vec<Option<&Cell>> = rows.iter().map(here).collect();
    let shown: Vec<String> = cells.iter().flatten().map(|cell| cell::short(&digest(cell))).collect();
    let head = broken_at_hyphens(design, widest(shown.iter().map(String::as_str)));
    let width = widest(shown.iter().chain(&head).map(String::as_str));
    Column { head, cells, width }
}

/// An id in lines of at most `width`, where its parts allow.
fn broken_at_hyphens(id: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in id.split_inclusive('-') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + part.chars().count() <= width => line.push_str(part),
            _ => lines.push(part.to_owned()),
        }
    }
    lines
}

/// What the thief copied stands beside the scenario, whose name is on its first line alone.
fn beside(rows: &[Row<'_>]) -> Vec<Line> {
    let width = widest(rows.iter().map(|(scenario, _)| *scenario));
    let line = |(at, (scenario, thief)): (usize, &Row<'_>)| {
        let scenario = if is_first(rows, at) { scenario } else { "" };
        let label = match thief {
            Some(thief) => format!("{scenario:width$}{:GAP$}{thief}", ""),
            None => scenario.to_owned(),
        };
        Line { label, row: Some(at) }
    };
    rows.iter().enumerate().map(line).collect()
}

/// The scenario's name has a line of its own above what the thief copied: longer, and narrower.
fn above(rows: &[Row<'_>]) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, (scenario, thief)) in rows.iter().enumerate() {
        let Some(thief) = thief else {
            lines.push(Line { label: (*scenario).to_owned(), row: Some(at) });
            continue;
        };
        if is_first(rows, at) {
            lines.push(Line { label: (*scenario).to_owned(), row: None });
        }
        lines.push(Line { label: format!(" {thief}"), row: Some(at) });
    }
    lines
}

fn is_first(rows: &[Row<'_>], at: usize) -> bool {
    at == 0 || rows[at - 1].0 != rows[at].0
}

/// How many columns each table has: as many as fit, in their order. None where one alone is too wide.
fn split(columns: &[Column<'_>], room: usize) -> Option<Vec<usize>> {
    let mut tables: Vec<usize> = Vec::new();
    let mut left = 0;
    for column in columns {
        let needs = GAP + column.width;
        match tables.last_mut() {
            Some(table) if needs <= left => *table += 1,
            _ => {
                tables.push(1);
                left = room;
            }
        }
        left = left.checked_sub(needs)?;
    }
    (!tables.is_empty()).then_some(tables)
}

fn draw_columns(lines: &[Line], label_width: usize, columns: &[Column<'_>], colour: bool, text: &mut String) {
    let head_lines = columns.iter().map(|column| column.head.len()).max().unwrap_or(0);
    for at in 0..head_lines {
        let mut line = " ".repeat(label_width);
        for column in columns {
            // The heads stand on the table, so the shorter ones begin lower.
            let missing = head_lines - column.head.len();
            let word = at.checked_sub(missing).map_or("", |at| &column.head[at]);
            line.push_str(&format!("{:GAP$}{word:width$}", "", width = column.width));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    for Line { label, row } in lines {
        let mut line = format!("{label:label_width$}");
        for column in columns.iter().filter(|_| row.is_some()) {
            let cell = row.and_then(|row| column.cells[row]);
            let padding = column.width - cell.map_or(0, |cell| cell::short(&digest(cell)).chars().count());
            let shown = cell.map(|cell| painted(cell, colour)).unwrap_or_default();
            line.push_str(&format!("{:GAP$}{shown}{:padding$}", "", ""));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push('\n');
}

fn painted(cell: &Cell, colour: bool) -> String {
    let digest = digest(cell);
    let text = cell::short(&digest);
    let code = match digest.glance.tone {
        _ if !colour => return text,
        Tone::Neither => return text,
        Tone::Good => 32,
        Tone::While => 33,
        Tone::Bad => 31,
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or(0)
}
