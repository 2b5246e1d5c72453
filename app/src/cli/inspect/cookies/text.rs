//! The report on cookies for people.

use std::io::{self, Write};

use crate::browser::octets::shown;
use crate::inspect::cookies::{Cell, Meaning, Pairs, Reading, Report, Row};

/// A value longer than this is cut, since only its start is looked at.
const MOST_SHOWN: usize = 80;

pub(super) fn tell(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let readings = report.explained.iter().flatten();
    for reading in readings {
        line(out, reading)?;
    }
    for rejected in report.rejected.iter().filter(|_| report.explained.is_none()) {
        writeln!(out, "rejected  {}: {}", name(&rejected.name), rejected.why)?;
    }
    request(out, report)?;
    match &report.table {
        Some(rows) if !report.stored.is_empty() => table(out, rows),
        _ => Ok(()),
    }
}

fn line(out: &mut impl Write, reading: &Reading) -> io::Result<()> {
    writeln!(out, "{}  {}", reading.outcome, name(&reading.name))?;
    if let (Some(why), Some(rule), Some(section)) = (reading.why, reading.rule, reading.section) {
        writeln!(out, "  {why} ({rule}, section {section})")?;
    }
    if let Some(change) = &reading.change {
        writeln!(out, "  It would be stored with {change}.")?;
    }
    for meaning in &reading.attributes {
        attribute(out, meaning)?;
    }
    if reading.left_out > 0 {
        writeln!(out, "  and {} attributes more", reading.left_out)?;
    }
    for meaning in &reading.absent {
        writeln!(out, "  no {}: {}", meaning.attribute, meaning.effect)?;
    }
    for note in &reading.notes {
        writeln!(out, "  {note}")?;
    }
    writeln!(out)
}

fn attribute(out: &mut impl Write, meaning: &Meaning) -> io::Result<()> {
    let value = meaning.value.as_deref().filter(|value| !value.is_empty());
    let value = value.map_or_else(String::new, |value| format!("={}", cut(value)));
    writeln!(out, "  {}{value}: {}", cut(&meaning.attribute), meaning.effect)
}

fn request(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let from = report.initiator.as_ref().map_or_else(|| "the address bar".to_owned(), |page| cut(page));
    let later = match report.after {
        0 => String::new(),
        secs => format!(", {secs} s later"),
    };
    writeln!(out, "{} {} from {from} ({}{later})", report.method, cut(&report.then), report.kind)?;
    match report.sent.is_empty() {
        true => writeln!(out, "  no Cookie header")?,
        false => writeln!(out, "  Cookie: {}", shown(&report.sent))?,
    }
    let decided = report.carried.iter().map(|cookie| ("sent", cookie));
    for (did, cookie) in decided.chain(report.withheld.iter().map(|cookie| ("withheld", cookie))) {
        writeln!(
            out,
            "  {did}  {}: {} ({}, {})",
            name(&cookie.name),
            cookie.why,
            cookie.rule,
            section(cookie.section)
        )?;
    }
    writeln!(out)
}

fn table(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    writeln!(out, "Who can make a browser send it")?;
    for row in rows {
        writeln!(out, "  {} ({} {})", row.what, row.method, row.kind)?;
        for cell in &row.cookies {
            writeln!(out, "    {}", told(cell))?;
        }
    }
    Ok(())
}

fn told(cell: &Cell) -> String {
    let (did, otherwise) = if cell.sent { ("sent", "stays behind") } else { ("withheld", "goes") };
    let change = cell.change.as_ref().map_or_else(String::new, |change| format!(" It {otherwise} with {change}."));
    format!("{did}  {}: {} ({}){change}", name(&cell.name), cell.why, cell.rule)
}

/// Takes a `Cookie` line apart.
pub(super) fn pairs(out: &mut impl Write, pairs: &Pairs) -> io::Result<()> {
    let number = pairs.cookies.len() + pairs.left_out;
    let cookies = if number == 1 { "cookie" } else { "cookies" };
    writeln!(out, "Cookie: {number} {cookies}, {} octets", pairs.octets)?;
    for pair in &pairs.cookies {
        writeln!(out, "  {} = {}", name(&pair.name), cut(&shown(&pair.value)))?;
        for note in &pair.notes {
            writeln!(out, "    {note}")?;
        }
    }
    if pairs.left_out > 0 {
        writeln!(out, "  and {} more", pairs.left_out)?;
    }
    writeln!(out, "A browser sends names and values alone: what else was said when they were set is not in this line.")
}

fn name(name: &str) -> String {
    if name.is_empty() { "(no name)".to_owned() } else { cut(&shown(name)) }
}

fn section(section: &str) -> String {
    if section.starts_with(|c: char| c.is_ascii_digit()) { format!("section {section}") } else { section.to_owned() }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
