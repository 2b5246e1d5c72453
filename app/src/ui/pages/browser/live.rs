//! What the user's browser has sent so far: a table, and one of the requests whole beside it.

use std::sync::Arc;

use eframe::egui::{Checkbox, Label, Rect, Stroke, Ui, pos2};

use super::{Browsing, detail, table};
use crate::state::command::Command;
use crate::state::model::Model;
use crate::state::visiting::{MOST, Visited, Visiting};
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, GAP_3, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::flow;

/// Below this width an opened request takes the table's place instead of standing beside it.
const BESIDE: f32 = 700.0;
/// What it has beside the table.
const SHARE: f32 = 0.44;
const WIDEST: f32 = 720.0;

/// What to do before there is anything to see.
const STEPS: [&str; 4] = [
    "Open a bank above and log in, with the account that stands there.",
    "Open the attacker's site from the same lane: it lists its attacks. Each is started by one click.",
    "Every request of your browser appears here as it arrives: who started it, which cookies came with it, and which \
     your browser held back, and by which rule.",
    "Beside each stands whether Lockstep's own agent, which the rest of this program is measured with, would have done \
     the same.",
];

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, place: Rect, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    if model.visiting.is_empty() {
        return empty(ui);
    }
    let rows = rows(&model.visiting, &memory.browsing);
    let groups = 2;
    flow::show(ui, "browser toolbar", groups, |ui, group| match group {
        0 => {
            ui.label(text::body(summary(&model.visiting)).color(tokens.dim));
        }
        _ => {
            let browsing = &mut memory.browsing;
            let parts = model.visiting.rows().filter(|visited| visited.is_furniture()).count();
            ui.add(Checkbox::new(&mut browsing.parts, text::body(format!("Scripts and styles too ({parts})"))));
            let differing = model.visiting.rows().filter(|visited| visited.differs()).count();
            ui.add(Checkbox::new(
                &mut browsing.only_differing,
                text::body(format!("Only where the agent differs ({differing})")),
            ));
            let look = Look { hint: Some("Empties this table; your browser keeps its cookies"), ..Look::default() };
            if button::show(ui, "Empty the table", look).clicked() {
                out.push(Command::ForgetVisits);
            }
        }
    });
    ui.add_space(GAP);
    let body = Rect::from_min_max(pos2(place.left(), ui.cursor().top()), place.max);
    let opened = memory.browsing.selected.filter(|_| memory.browsing.whole).and_then(|id| model.visiting.get(id));
    let (left, right) = match opened {
        None => (Some(body), None),
        Some(_) if body.width() < BESIDE => (None, Some(body)),
        Some(_) => {
            let edge = body.right() - (body.width() * SHARE).min(WIDEST);
            let left = Rect::from_min_max(body.min, pos2(edge - GAP_3, body.bottom()));
            (Some(left), Some(Rect::from_min_max(pos2(edge, body.top()), body.max)))
        }
    };
    if let Some(left) = left {
        table::show(ui, model, &mut memory.browsing, &rows, left);
    }
    if let (Some(right), Some(visited)) = (right, opened) {
        if left.is_some() {
            let x = right.left() - GAP_3 / 2.0;
            ui.painter().vline(x, right.y_range(), Stroke::new(1.0, tokens.line));
        }
        detail::show(ui, model, memory, visited, right);
    }
}

/// Those that the table shows.
fn rows<'a>(visiting: &'a Visiting, browsing: &Browsing) -> Vec<&'a Arc<Visited>> {
    let is_shown = |visited: &&Arc<Visited>| {
        (browsing.parts || !visited.is_furniture() || visited.differs())
            && (!browsing.only_differing || visited.differs())
    };
    visiting.rows().filter(is_shown).collect()
}

fn summary(visiting: &Visiting) -> String {
    let rows = || visiting.rows().filter(|visited| !visited.is_furniture());
    let mut browsers: Vec<&str> = visiting.rows().map(|visited| visited.browser.as_str()).collect();
    browsers.sort_unstable();
    browsers.dedup();
    let held = rows().flat_map(|visited| &visited.cookies).filter(|cookie| cookie.was_held_back()).count();
    let differing = visiting.rows().filter(|visited| visited.differs()).count();
    let agent = match differing {
        0 => "the agent would have done the same".to_owned(),
        _ => format!("the agent would have done otherwise in {differing}"),
    };
    let held = match held {
        0 => "no cookie held back".to_owned(),
        many => format!("{} held back", text::counted(many, "cookies")),
    };
    let last = if visiting.rows().len() >= MOST { "the last of its " } else { "" };
    format!("{}: {last}{}, {held}; {agent}", browsers.join(", "), text::counted(rows().count(), "requests"))
}

fn empty(ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    ui.add_space(GAP_2);
    ui.label(text::head("Nothing has come from a browser yet").color(tokens.text));
    for (at, step) in STEPS.iter().enumerate() {
        ui.horizontal_top(|ui| {
            ui.label(text::strong(format!("{}", at + 1)).color(tokens.dim));
            ui.add(Label::new(text::body(*step).color(tokens.text)).wrap());
        });
    }
}
