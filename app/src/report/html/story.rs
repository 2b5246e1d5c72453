//! One cell's story: what decided it, who had access, and each step.

use super::marks;
use crate::lab::digest::{grouped, time, told};
use crate::lab::outcome::{Cell, Evidence, Status, StoryStep};
use crate::lab::scenario::Thief;
use crate::report::escape::html as safe;
use crate::report::figures::counted;
use crate::report::sheet::{Entry, Sheet};

/// `Stolen, then logged out × Session, in memory (everything)`, escaped.
pub(super) fn name(entry: &Entry<'_>) -> String {
    let thief = entry.cell.thief.map(|thief| format!(" ({thief})")).unwrap_or_default();
    safe(&format!("{} × {}{thief}", entry.scenario_title, entry.design_title))
}

pub(super) fn tell(sheet: &Sheet<'_>, at: usize, page: &mut String) {
    let entry = &sheet.cells[at];
    let Entry { cell, digest, .. } = entry;
    let odd = cell.status == Status::Broken || digest.unexpected;
    let must = if odd { " must" } else { "" };
    let thief = match cell.thief {
        None => "",
        Some(Thief::Access) => " · the thief has the access credential",
        Some(Thief::Everything) => " · the thief has everything",
    };
    page.push_str(&format!(
        "<section class=\"story{must}\" id=c{at}><p class=who><span>{} · {}{thief}</span>\
         <a class=x href=#->Close</a></p><h3 class={}>{}{}</h3>",
        safe(entry.scenario_title),
        safe(entry.design_title),
        marks::class(digest.glance.tone),
        marks::shape(digest.glance.shape),
        safe(&digest.sentence()),
    ));
    if odd {
        let mismatch = cell.mismatch.as_deref().unwrap_or("this cell broke");
        page.push_str(&format!("<p class=no>Not as it should be: {}</p>", safe(mismatch)));
    }
    page.push_str(&format!("<p>{}</p>", safe(&cell.why)));
    evidence(&cell.evidence, page);
    actors(entry, page);
    steps(&cell.steps, page);
    figures(cell, page);
    page.push_str("</section>\n");
}

fn evidence(all: &[Evidence], page: &mut String) {
    if all.is_empty() {
        return;
    }
    page.push_str("<h4>What decided it</h4><ol class=ev>");
    for Evidence { number, after_mark_s, actor, method, path, status, reason, detail, acts } in all {
        let class = if *status < 400 { "ok" } else { "no" };
        let reason = reason.as_ref().map(|reason| format!(" {}", safe(reason))).unwrap_or_default();
        let when = after_mark_s.map_or("before the mark".to_owned(), |secs| format!("{} after the mark", time(secs)));
        page.push_str(&format!(
            "<li><code>#{number} {} {} <b class={class}>{status}{reason}</b></code><p class=dim>{actor}, {when}",
            safe(method),
            safe(path)
        ));
        if let Some(detail) = detail {
            page.push_str(&format!("<p>{}", safe(detail)));
        }
        if !acts.is_empty() {
            page.push_str(&format!("<p class=acts>{}", safe(&acts.join(" · "))));
        }
    }
    page.push_str("</ol>");
}

fn actors(entry: &Entry<'_>, page: &mut String) {
    let Entry { cell, digest, .. } = entry;
    if digest.actors.is_empty() {
        return;
    }
    page.push_str("<h4>Who had access</h4><table class=actors>");
    for (actor, glance) in &digest.actors {
        let Some(outcome) = cell.actors.get(actor) else { continue };
        let acted = match outcome.acted {
            None => "",
            Some(true) => "; a transfer right after the mark went through",
            Some(false) => "; a transfer right after the mark was refused",
        };
        page.push_str(&format!(
            "<tr><th scope=row>{actor}<td class={}>{} {}<span class=dim>{acted}</span>",
            marks::class(glance.tone),
            marks::shape(glance.shape),
            safe(&told(outcome)),
        ));
    }
    page.push_str("</table>");
    let mut costs = Vec::new();
    if !digest.collateral.is_empty() {
        costs.push(format!("<b>At the cost of</b> {}.", marks::names(&digest.collateral)));
    }
    if digest.detected {
        costs.push("The server raised an alarm.".to_owned());
    }
    if !costs.is_empty() {
        page.push_str(&format!("<p>{}</p>", costs.join(" ")));
    }
}

fn steps(all: &[StoryStep], page: &mut String) {
    if all.is_empty() {
        return;
    }
    page.push_str("<h4>What happened</h4><ol class=steps>");
    for StoryStep { number, step, mark, at_s, after_mark_s, said, exchanges, .. } in all {
        let when = match after_mark_s {
            None => time(*at_s),
            Some(after) => format!("+{}", time(*after)),
        };
        let class = if *mark { " class=mk" } else { "" };
        let ending = if *mark { " <b>access should end here</b>" } else { "" };
        let range = match exchanges {
            None => String::new(),
            Some((first, last)) if first == last => format!(" #{first}"),
            Some((first, last)) => format!(" #{first}–{last}"),
        };
        page.push_str(&format!(
            "<li{class}><span class=t>{number} · {when}</span><code>{}</code>{ending}{range}<p>{}",
            safe(step),
            safe(said)
        ));
    }
    page.push_str("</ol>");
}

fn figures(cell: &Cell, page: &mut String) {
    let mut parts = Vec::new();
    if cell.exchanges > 0 {
        parts.push(counted(cell.exchanges, "exchange"));
        parts.push(format!("{} octets up, {} down", grouped(cell.bytes_up), grouped(cell.bytes_down)));
        parts.push(format!("{}, {}", counted(cell.store_reads, "store read"), counted(cell.store_writes, "write")));
    }
    if let Some(expected) = &cell.expected {
        parts.push(format!("expected <code>{}</code>", safe(expected)));
    }
    if !parts.is_empty() {
        page.push_str(&format!("<p class=fig>{}</p>", parts.join(" · ")));
    }
}
