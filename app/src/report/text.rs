//! A comparison as a table for a terminal: scenarios down, designs across, and in each cell what became of the thief.

mod cell;
mod table;

use std::io::{self, Write};

use super::{escape, figures};
use crate::lab::outcome::{Cell, Change, Comparison, Status};

/// As many cells as are explained one by one below the table.
const FEW: usize = 6;

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// Columns of text.
    pub(crate) width: usize,
    /// Whether colours may be written: only to a terminal.
    pub(crate) colour: bool,
}

/// Writes the table, what its signs mean, every cell that is not as it should be, and the totals.
pub(crate) fn write(comparison: &Comparison, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    table::draw(&comparison.cells, look, &mut text);
    let few = comparison.cells.len() <= FEW;
    let remarks: Vec<String> = comparison.cells.iter().filter_map(|cell| remark(cell, few)).collect();
    for lines in [cell::legend(&comparison.cells), remarks, changes(comparison)] {
        let any = !lines.is_empty();
        lines.iter().for_each(|line| push(&mut text, line));
        if any {
            text.push('\n');
        }
    }
    for line in figures::totals(comparison).into_iter().chain(figures::floor(comparison)) {
        push(&mut text, &line);
    }
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// A user's own file may have put anything into a line; a terminal would obey it.
fn push(text: &mut String, line: &str) {
    text.push_str(&escape::plain(line));
    text.push('\n');
}

/// How the comparison differs from the one that it was held against.
fn changes(comparison: &Comparison) -> Vec<String> {
    let Some(changes) = &comparison.changes else { return Vec::new() };
    let head = match changes.len() {
        0 => "Nothing has changed.".to_owned(),
        number => format!("{} not as before:", figures::counted_are(number as u64, "cell")),
    };
    let line = |change: &Change| {
        let name = cell::named(&change.scenario, &change.design, change.thief);
        format!("{name}: {}", change.changes.join("; "))
    };
    std::iter::once(head).chain(changes.iter().map(line)).collect()
}

/// What has to be said of a cell below the table; where there are few cells, of each.
fn remark(cell: &Cell, few: bool) -> Option<String> {
    let what = match (cell.status, &cell.mismatch) {
        (Status::Broken, _) => format!("broken: {}", cell.why),
        (Status::NotApplicable, _) => format!("n/a: {}", cell.why),
        (Status::Ran, Some(mismatch)) => format!("not as expected: {mismatch}. {}", cell.why),
        (Status::Ran, None) if cell.as_expected == Some(false) => format!("not as expected. {}", cell.why),
        (Status::Ran, None) if few => cell.why.clone(),
        (Status::Ran, None) => return None,
    };
    Some(format!("{}: {what}", cell::name(cell)))
}

#[cfg(test)]
mod tests;
