//! The matrix: one table, scenarios down by group, designs across by kind, whose heads stay in sight.

use super::marks;
use crate::lab::digest::Shape;
use crate::lab::outcome::Status;
use crate::report::escape::html as safe;
use crate::report::sheet::{Column, Entry, Row, Section, Sheet, group_title, is_session};
use lockstep_shared::design::Kind;

pub(super) fn draw(sheet: &Sheet<'_>, page: &mut String) {
    if sheet.cells.is_empty() {
        page.push_str("<p class=dim>No cell was run.</p>\n");
        return;
    }
    page.push_str(&format!(
        "<div class=grid tabindex=0 role=region aria-labelledby=matrix><table class=m style=\"--n:{}\">\
         <caption class=sr>What became of the thief, or of whom the scenario is about</caption>\
         <colgroup><col class=c1><col class=c2></colgroup>",
        sheet.columns.len()
    ));
    heads(&sheet.columns, page);
    for section in &sheet.sections {
        group(sheet, section, page);
    }
    page.push_str("</table></div>\n");
}

/// Columns of one kind that stand beside each other.
fn runs<'c, 'a>(columns: &'c [Column<'a>]) -> Vec<&'c [Column<'a>]> {
    columns.chunk_by(|one, other| one.kind.map(is_session) == other.kind.map(is_session)).collect()
}

fn heads(columns: &[Column<'_>], page: &mut String) {
    page.push_str(
        "<thead><tr><th class=c rowspan=2 scope=col>Scenario</th><th class=c rowspan=2 scope=col>Thief has</th>",
    );
    for run in runs(columns) {
        let (class, title) = kind(run);
        page.push_str(&format!("<th class=\"{class}\" colspan={} scope=colgroup>{title}</th>", run.len()));
    }
    page.push_str("</tr><tr>");
    let mut at = 0;
    for run in runs(columns) {
        let shared = shared_prefix(run);
        for (place, column) in run.iter().enumerate() {
            let first = if place == 0 { " class=f" } else { "" };
            // Nothing but the prefix would be left of an id that ends with it.
            let shown = column.id.strip_prefix(shared).filter(|rest| !rest.is_empty()).unwrap_or(column.id);
            let said = &column.id[..column.id.len() - shown.len()];
            // An id may be broken at its hyphens, and nowhere else.
            let shown = shown.split_inclusive('-').map(safe).collect::<Vec<_>>().join("<wbr>");
            let said = if said.is_empty() { String::new() } else { format!("<span class=sr>{}</span>", safe(said)) };
            let title = safe(column.title);
            page.push_str(&format!("<th{first} scope=col><a href=#d{at} title=\"{title}\">{said}{shown}</a></th>"));
            at += 1;
        }
    }
    page.push_str("</tr></thead>\n");
}

fn kind(run: &[Column<'_>]) -> (&'static str, &'static str) {
    match run[0].kind {
        None => ("", "Designs"),
        Some(kind) if is_session(kind) => ("s", "Session"),
        Some(_) if run.iter().all(|column| column.kind == Some(Kind::Jwt)) => ("j", "JWT"),
        Some(_) => ("j", "JWT and other tokens"),
    }
}

/// What most ids of the run begin with, up to their first hyphen, and which need not be repeated.
fn shared_prefix<'a>(run: &[Column<'a>]) -> &'a str {
    let prefixes = run.iter().filter_map(|column| Some(&column.id[..=column.id.find('-')?]));
    let count = |prefix: &str| run.iter().filter(|column| column.id.starts_with(prefix)).count();
    let most = prefixes.max_by_key(|prefix| count(prefix)).unwrap_or_default();
    if run.len() > 1 && count(most) * 2 > run.len() { most } else { "" }
}

fn group(sheet: &Sheet<'_>, section: &Section<'_>, page: &mut String) {
    let title = group_title(section.group);
    let width = sheet.columns.len() + 2;
    page.push_str(&format!("<tbody><tr class=g><th colspan={width} scope=rowgroup><span>{title}</span></th></tr>\n"));
    let kinds: Vec<bool> = {
        let runs = runs(&sheet.columns);
        runs.iter().flat_map(|run| (0..run.len()).map(|place| place == 0)).collect()
    };
    for row in &section.rows {
        row_heads(row, page);
        for (place, first) in row.places.iter().zip(&kinds) {
            page.push_str(if *first { "<td class=f>" } else { "<td>" });
            match place {
                Some(place) => cell(&sheet.cells[*place], *place, page),
                None => page.push_str("<span class=na>–</span>"),
            }
            page.push_str("</td>");
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>");
}

fn row_heads(row: &Row<'_>, page: &mut String) {
    page.push_str(if row.worlds > 0 { "<tr class=t>" } else { "<tr>" });
    let (title, question) = (safe(row.title), safe(row.question));
    match (row.worlds, row.thief) {
        (1, None) => page.push_str(&format!("<th colspan=2 scope=row title=\"{question}\">{title}</th>")),
        (0, _) => {}
        (worlds, _) => {
            page.push_str(&format!("<th rowspan={worlds} scope=row title=\"{question}\">{title}</th>"));
        }
    }
    if row.worlds != 1 || row.thief.is_some() {
        let thief = row.thief.map_or("nothing", |thief| thief.name());
        page.push_str(&format!("<th class=w scope=row>{thief}</th>"));
    }
}

fn cell(entry: &Entry<'_>, place: usize, page: &mut String) {
    let Entry { cell, digest, .. } = entry;
    let glance = &digest.glance;
    let shape = match (cell.status, glance.shape) {
        (Status::Ran, Shape::Unknown) | (Status::NotApplicable | Status::Broken, _) => String::new(),
        (Status::Ran, shape) => marks::shape(shape),
    };
    let mut classes = format!("k {}", marks::class(glance.tone));
    let mut odd = "";
    if digest.unexpected {
        classes.push_str(" un");
        odd = "<b class=odd>≠<span class=sr> not as expected</span></b>";
    }
    let brief = digest.brief();
    if brief.len() > 10 {
        classes.push_str(" long");
    }
    let exact = if brief == digest.label() { String::new() } else { format!(" title=\"{}\"", safe(&digest.label())) };
    let corners = marks::corners(digest);
    page.push_str(&format!(
        "<a class=\"{classes}\" href=#c{place}{exact}>{shape}<span>{}</span>{odd}{corners}</a>",
        safe(&brief)
    ));
}
