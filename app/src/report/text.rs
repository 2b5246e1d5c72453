//! A comparison as a table for a terminal: scenarios down, designs across, and in each cell what became of the thief.

mod cell;
mod table;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Duration;

use lockstep_shared::span::in_words;

use crate::lab::outcome::{Cell, Comparison, Status, Totals};

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
    for lines in [cell::legend(&comparison.cells), remarks] {
        let any = !lines.is_empty();
        lines.iter().for_each(|line| push(&mut text, line));
        if any {
            text.push('\n');
        }
    }
    for line in totals(&comparison.totals).into_iter().chain(floor(comparison)) {
        push(&mut text, &line);
    }
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
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
    // A user's own file may have put anything into a sentence; a terminal would obey it.
    let what: String = what.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Some(format!("{}: {what}", cell::name(cell)))
}

fn totals(totals: &Totals) -> [String; 2] {
    let Totals { cells, ran, not_applicable, broken, unexpected, logins, exchanges, wall_ms, .. } = *totals;
    [
        format!(
            "{}: {ran} ran, {not_applicable} not applicable, {broken} broken, {unexpected} unexpected",
            counted(cells, "cell")
        ),
        format!("{} and {} in {}", counted(logins, "login"), counted(exchanges, "exchange"), short(ms(wall_ms))),
    ]
}

/// The physical limit with its factors, and how far from it the run was.
fn floor(comparison: &Comparison) -> Option<String> {
    let (floor, totals) = (comparison.floor, comparison.totals);
    if totals.floor_ms == 0 {
        return None;
    }
    let mut line = format!(
        "Floor {}, the baseline's share included = ({} × {} + {} × {}) ÷ {}",
        short(ms(totals.floor_ms)),
        counted(floor.hashes, "hash"),
        short(floor.hash),
        counted(floor.exchanges, "exchange"),
        short(floor.exchange),
        counted(floor.cores.into(), "core"),
    );
    let times = totals.wall_ms as f64 / totals.floor_ms as f64;
    write!(line, "; this run took {times:.1} times that").expect("a String takes all");
    Some(line)
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A short real duration: `22 µs`, `14.2 ms`, `3.1 s`, `2 min 5 s`.
fn short(duration: Duration) -> String {
    let micros = duration.as_micros();
    match micros {
        0..1000 => format!("{micros} µs"),
        1000..1_000_000 if micros.is_multiple_of(1000) => format!("{} ms", micros / 1000),
        1000..1_000_000 => format!("{:.1} ms", micros as f64 / 1000.0),
        1_000_000..120_000_000 => format!("{:.1} s", duration.as_secs_f64()),
        _ => in_words(duration),
    }
}

/// `1 cell`, `2 hashes`, `160,123 exchanges`
fn counted(number: u64, noun: &str) -> String {
    let ending = match (number, noun.ends_with('h')) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{} {noun}{ending}", grouped(number))
}

/// A number with its thousands apart: `160,123`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
