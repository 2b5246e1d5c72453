//! A comparison as Markdown, for a repository or a wiki: what is not as it should be first, then a table for each group
//! of scenarios.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::escape::markdown as safe;
use super::figures;
use super::sheet::{Column, Row, Section, Sheet, group_title};
use crate::lab::digest::{Digest, Shape};
use crate::lab::outcome::{Change, Comparison, Status};

/// As many designs as a table has beside each other.
const WIDE: usize = 7;

/// The signs behind a verdict.
const COLLATERAL: &str = "†";
const ALARM: &str = "⚑";
const UNEXPECTED: &str = "≠";

/// Writes the whole report. `date` stands in it as it is given.
pub(crate) fn write(comparison: &Comparison, date: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let sheet = Sheet::of(comparison);
    let mut text = String::from("# Who is locked out, and when\n\n");
    if let Some(date) = date {
        line(&mut text, &format!("{}\n", safe(date)));
    }
    line(
        &mut text,
        "Each cell: is the thief still in, or out, and how long after the moment at which access should have ended?\n",
    );
    odd(&sheet, &mut text);
    changes(comparison, &mut text);
    for section in &sheet.sections {
        tables(&sheet, section, &mut text);
    }
    legend(&sheet, &mut text);
    designs(&sheet, &mut text);
    line(&mut text, "## Totals\n");
    for total in figures::totals(comparison).into_iter().chain(figures::floor(comparison)) {
        line(&mut text, &format!("- {}", safe(&total)));
    }
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// What is broken or not as expected, each with its reason.
fn odd(sheet: &Sheet<'_>, text: &mut String) {
    let odd = sheet.odd();
    if odd.is_empty() {
        return;
    }
    line(text, "## Not as it should be\n");
    for entry in odd.into_iter().map(|at| &sheet.cells[at]) {
        let name = name(&entry.cell.scenario, &entry.cell.design, entry.cell.thief.map(|thief| thief.name()));
        line(text, &format!("- **{name}**: {}", safe(&entry.oddity())));
    }
    text.push('\n');
}

fn changes(comparison: &Comparison, text: &mut String) {
    let Some(changes) = &comparison.changes else { return };
    line(text, "## What has changed\n");
    if changes.is_empty() {
        line(text, "Nothing.");
    }
    for Change { design, scenario, thief, changes, .. } in changes {
        let name = name(scenario, design, thief.map(|thief| thief.name()));
        line(text, &format!("- **{name}**: {}", safe(&changes.join("; "))));
    }
    text.push('\n');
}

fn name(scenario: &str, design: &str, thief: Option<&str>) -> String {
    let thief = thief.map(|thief| format!(" ({thief})")).unwrap_or_default();
    safe(&format!("{scenario} × {design}{thief}"))
}

/// A group's matrix, in as many pieces as are readable.
fn tables(sheet: &Sheet<'_>, section: &Section<'_>, text: &mut String) {
    line(text, &format!("## {}\n", group_title(section.group)));
    let pieces = sheet.columns.len().div_ceil(WIDE).max(1);
    let width = sheet.columns.len().div_ceil(pieces).max(1);
    for (piece, columns) in sheet.columns.chunks(width).enumerate() {
        let heads = columns.iter().map(|Column { id, .. }| safe(id)).collect::<Vec<_>>().join(" | ");
        line(text, &format!("| scenario | thief has | {heads} |"));
        line(text, &format!("| --- | --- |{}", " --- |".repeat(columns.len())));
        for row in &section.rows {
            table_row(sheet, row, piece * width..piece * width + columns.len(), text);
        }
        text.push('\n');
    }
}

fn table_row(sheet: &Sheet<'_>, row: &Row<'_>, columns: std::ops::Range<usize>, text: &mut String) {
    let thief = row.thief.map(|thief| thief.name()).unwrap_or_default();
    let shown = |place: &Option<usize>| place.map(|place| cell(&sheet.cells[place].digest)).unwrap_or_default();
    let cells: Vec<String> = row.places[columns].iter().map(shown).collect();
    line(text, &format!("| {} | {thief} | {} |", safe(row.title), cells.join(" | ")));
}

/// `◐ in 4 min †`
fn cell(digest: &Digest) -> String {
    let mut text = format!("{} {}", digest.glance.shape.sign(), digest.label());
    if digest.glance.shape == Shape::Unknown {
        text = digest.label();
    }
    let signs =
        [(!digest.collateral.is_empty(), COLLATERAL), (digest.detected, ALARM), (digest.unexpected, UNEXPECTED)];
    for (_, sign) in signs.into_iter().filter(|(holds, _)| *holds) {
        write!(text, " {sign}").expect("a String takes all");
    }
    text
}

/// What the signs mean: only those that are there.
fn legend(sheet: &Sheet<'_>, text: &mut String) {
    line(text, "## Signs\n");
    let ran = || sheet.cells.iter().filter(|entry| entry.cell.status == Status::Ran).map(|entry| &entry.digest);
    for shape in Shape::ALL.into_iter().filter(|shape| ran().any(|digest| digest.glance.shape == *shape)) {
        line(text, &format!("- {} {}", shape.sign(), shape.meaning()));
    }
    if ran().any(|digest| digest.glance.word == "acted") {
        line(text, "- acted: was never inside, and had the victim's browser do what it wanted");
    }
    let signs = [
        (ran().any(|digest| !digest.collateral.is_empty()), COLLATERAL, "somebody lost what they should have kept"),
        (ran().any(|digest| digest.detected), ALARM, "the server raised an alarm"),
        (ran().any(|digest| digest.unexpected), UNEXPECTED, "not as expected"),
    ];
    for (_, sign, meaning) in signs.into_iter().filter(|(there, ..)| *there) {
        line(text, &format!("- {sign} {meaning}"));
    }
    if sheet.rows().any(|row| row.thief.is_some()) {
        line(text, "- access, everything: the thief copied the access credential alone, or the refresh token too");
    }
    text.push('\n');
}

fn designs(sheet: &Sheet<'_>, text: &mut String) {
    let described: Vec<&Column<'_>> = sheet.columns.iter().filter(|column| !column.summary.is_empty()).collect();
    if described.is_empty() {
        return;
    }
    line(text, "## Designs\n");
    for Column { id, title, summary, .. } in described {
        line(text, &format!("- **{}** – {}: {}", safe(id), safe(title), safe(summary)));
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn written(comparison: &Comparison) -> String {
        let mut out = Vec::new();
        write(comparison, None, &mut out).expect("a Vec takes all");
        String::from_utf8(out).expect("is UTF-8")
    }

    #[test]
    fn the_whole_report() {
        insta::assert_snapshot!(written(&sample::titled()));
    }

    #[test]
    fn every_row_of_a_table_has_as_many_cells_as_its_head() {
        let mut many = sample::titled();
        many.cells.extend((0..20).map(|n| crate::lab::outcome::Cell { design: format!("d{n}"), ..sample::log_out() }));
        let text = written(&many);
        let columns = |line: &str| line.replace("\\|", "").matches('|').count();
        let mut head = 0;
        for line in text.lines() {
            match line.starts_with("| ") {
                true if line.starts_with("| scenario |") => head = columns(line),
                true => assert_eq!(columns(line), head, "{line}"),
                false => {}
            }
            assert!(columns(line) <= WIDE + 3, "{line}");
        }
        for n in 0..20 {
            assert!(text.contains(&format!(" d{n} |")), "d{n}");
        }
    }

    #[test]
    fn what_users_wrote_stays_text() {
        let hostile = "a | b <script>alert(1)</script> `c` [d](javascript:e)\n# f \u{202e}\u{1b}[2J";
        let mut comparison = sample::titled();
        for about in &mut comparison.designs {
            about.title = hostile.to_owned();
            about.summary = hostile.to_owned();
        }
        comparison.scenarios[0].title = hostile.to_owned();
        for cell in &mut comparison.cells {
            cell.why = hostile.to_owned();
        }
        let text = written(&comparison);
        assert!(!text.contains("<script") && !text.contains("d](") && !text.contains("\n# f"), "{text}");
        assert!(!text.contains(['\u{202e}', '\u{1b}']), "{text}");
        let rows = text.lines().filter(|line| line.starts_with("| a")).count();
        assert_eq!(rows, 2, "{text}");
    }

    #[test]
    fn a_date_is_there_only_where_it_is_given() {
        let mut out = Vec::new();
        write(&sample::titled(), Some("5 January"), &mut out).expect("a Vec takes all");
        assert!(String::from_utf8_lossy(&out).contains("5 January"));
        assert_eq!(written(&sample::titled()), written(&sample::titled()));
    }
}
