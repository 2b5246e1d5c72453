//! A comparison as one HTML file that needs nothing else: no script, no font, no picture from anywhere. A cell of the
//! matrix opens its story, which is the page's own text.

mod chart;
mod marks;
mod matrix;
mod story;
mod style;

use std::io::{self, Write};

use super::escape::html as safe;
use super::figures;
use super::sheet::Sheet;
use crate::lab::digest::grouped;
use crate::lab::outcome::{Change, Comparison, Totals};

/// Writes the whole report. `date` stands in it as it is given.
pub(crate) fn write(comparison: &Comparison, date: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let sheet = Sheet::of(comparison);
    let mut page = String::new();
    head(comparison, date, &sheet, &mut page);
    page.push_str("<main>");
    odd(&sheet, &mut page);
    changes(comparison, &sheet, &mut page);
    page.push_str("<h2 id=matrix>Every design in every scenario</h2>");
    marks::legend(&sheet, &mut page);
    matrix::draw(&sheet, &mut page);
    chart::draw(&sheet, &mut page);
    stories(&sheet, &mut page);
    designs(&sheet, &mut page);
    page.push_str("</main>");
    foot(comparison, &mut page);
    out.write_all(page.as_bytes())?;
    out.flush()
}

/// Nothing may be loaded or run, whatever came into the page.
const HEAD: &str = "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\
     <meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">\
     <meta name=viewport content=\"width=device-width,initial-scale=1\"><meta name=color-scheme content=\"light dark\">\
     <meta name=referrer content=no-referrer><title>Lockstep: who is locked out, and when</title>\n<style>\n";

fn head(comparison: &Comparison, date: Option<&str>, sheet: &Sheet<'_>, page: &mut String) {
    page.push_str(HEAD);
    page.push_str(&style::sheet());
    page.push_str("</style></head>\n<body>");
    page.push_str(&marks::symbols());
    let date = date.map(|date| format!("<span>{}</span>", safe(date))).unwrap_or_default();
    let Totals { cells, ran, not_applicable, broken, unexpected, .. } = comparison.totals;
    let sum = |number: u64, what: &str, alert: bool| {
        let class = if alert && number > 0 { " class=alert" } else { "" };
        format!("<span{class}><b>{}</b> {what}</span>", grouped(number))
    };
    let sums = [
        sum(sheet.columns.len() as u64, "designs", false),
        sum(sheet.rows().filter(|row| row.worlds > 0).count() as u64, "scenarios", false),
        sum(cells, "cells", false),
        sum(ran, "ran", false),
        sum(not_applicable, "not applicable", false),
        sum(broken, "broken", true),
        sum(unexpected, "unexpected", true),
        date,
    ];
    page.push_str(&format!(
        "<header><h1>Who is locked out, and when</h1><p class=dim>Each cell was measured on a server of its own, over \
         real HTTP: is the thief still in after the moment at which access should have ended, and for how long?</p>\
         <div class=sums>{}</div></header>\n",
        sums.concat()
    ));
}

/// What is broken or not as expected, each with its reason.
fn odd(sheet: &Sheet<'_>, page: &mut String) {
    let odd = sheet.odd();
    if odd.is_empty() {
        return;
    }
    page.push_str("<h2>Not as it should be</h2><ul class=\"list alert\" tabindex=0>");
    for at in odd {
        let entry = &sheet.cells[at];
        let name = format!("<a href=#c{at}><b>{}</b></a>", story::name(entry));
        page.push_str(&format!("<li>{name}: {}</li>", safe(&entry.oddity())));
    }
    page.push_str("</ul>\n");
}

fn changes(comparison: &Comparison, sheet: &Sheet<'_>, page: &mut String) {
    let Some(changes) = &comparison.changes else { return };
    page.push_str("<h2>What has changed</h2><ul class=list>");
    if changes.is_empty() {
        page.push_str("<li>Nothing.</li>");
    }
    for Change { design, scenario, thief, changes, .. } in changes {
        let same = |cell: &crate::lab::outcome::Cell| {
            cell.design == *design && cell.scenario == *scenario && cell.thief == *thief
        };
        let place = sheet.cells.iter().position(|entry| same(entry.cell));
        let thief = thief.map(|thief| format!(" ({thief})")).unwrap_or_default();
        let name = safe(&format!("{scenario} × {design}{thief}"));
        let name = place.map_or(format!("<b>{name}</b>"), |at| format!("<a href=#c{at}><b>{name}</b></a>"));
        page.push_str(&format!("<li>{name}: {}</li>", safe(&changes.join("; "))));
    }
    page.push_str("</ul>\n");
}

/// Each cell's story is hidden until a link names it; or all are shown at once, by scenario, to read, search and print.
fn stories(sheet: &Sheet<'_>, page: &mut String) {
    page.push_str(&format!(
        "<section id=stories><h2>The stories behind the cells</h2><p class=\"dim on-screen\">Choose a cell to see what \
         happened in it, or <a href=#stories>show all {} stories</a> to read, search or print them; \
         <a href=#->hide them again</a>.</p>\n",
        grouped(sheet.cells.len() as u64)
    ));
    let places: Vec<usize> = (0..sheet.cells.len()).collect();
    for scenario in places.chunk_by(|one, other| sheet.cells[*one].cell.scenario == sheet.cells[*other].cell.scenario) {
        let title = scenario.first().map(|first| safe(sheet.cells[*first].scenario_title)).unwrap_or_default();
        page.push_str(&format!("<details open><summary>{title}</summary><div>\n"));
        for place in scenario {
            story::tell(sheet, *place, page);
        }
        page.push_str("</div></details>\n");
    }
    page.push_str("</section>\n");
}

fn designs(sheet: &Sheet<'_>, page: &mut String) {
    page.push_str("<h2>The designs</h2><dl>");
    for (at, column) in sheet.columns.iter().enumerate() {
        let id = match column.title == column.id {
            true => String::new(),
            false => format!("<small><code>{}</code></small>", safe(column.id)),
        };
        let (title, summary) = (safe(column.title), safe(column.summary));
        page.push_str(&format!("<dt id=d{at}>{title}{id}</dt><dd>{summary}</dd>"));
    }
    page.push_str("</dl>\n");
}

fn foot(comparison: &Comparison, page: &mut String) {
    page.push_str("<footer><h2>Totals</h2>");
    for line in figures::totals(comparison).into_iter().chain(figures::floor(comparison)) {
        page.push_str(&format!("<p>{}</p>", safe(&line)));
    }
    page.push_str("</footer></body></html>\n");
}

#[cfg(test)]
mod tests;
