//! The Wire: every exchange in a table that can be filtered, and one of them whole beside it.

mod columns;
pub(in crate::ui) mod detail;
mod export;
mod filter;
pub(in crate::ui) mod keys;
mod rows;
pub(in crate::ui) mod table;

use std::sync::Arc;

use eframe::egui::{Align, Layout, Rect, Ui, UiBuilder, pos2, vec2};

use super::Below;
use crate::state::command::{Command, Side};
use crate::state::model::Model;
use crate::state::wire::query::{Parsed, Query};
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_3, Tokens};
use crate::ui::widgets::file_form::FileForm;
use rows::Rows;

/// Below this width the opened exchange takes the table's place instead of standing beside it.
const BESIDE: f32 = 640.0;
/// The share of the width that an opened exchange has beside the table, and the most.
const SHARE: f32 = 0.5;
const WIDEST: f32 = 760.0;

/// How the Wire is looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wire {
    pub(crate) filter: String,
    pub(crate) without_probes: bool,
    /// Whether the selected exchange is shown whole.
    opened: bool,
    /// Whether the selected exchange is still to be scrolled to.
    scroll_to_it: bool,
    /// What the finder was asked for last; None: nothing that it is needed for.
    asked: Option<Arc<Query>>,
    /// How far the table is scrolled, as of the last frame.
    offset: f32,
    /// Whether it is scrolled away from the newest.
    looks_back: bool,
    /// The generation and the place of its first row.
    front: Option<(u64, usize)>,
    /// What is typed into the form that writes them into a file.
    export: Option<FileForm>,
}

impl Wire {
    /// Shows the selected exchange whole.
    pub(super) fn open(&mut self) {
        self.opened = true;
        self.scroll_to_it = true;
    }

    /// Asks for what the filter wants, where that has changed.
    fn ask(&mut self, parsed: &Parsed, out: &mut Vec<Command>) {
        let wanted = (!parsed.query.is_all()).then_some(&parsed.query);
        if wanted != self.asked.as_deref() {
            let query = Arc::new(parsed.query.clone());
            out.push(Command::Find(query.clone()));
            self.asked = wanted.map(|_| query);
        }
    }
}

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, height: f32, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), eframe::egui::Sense::hover());
    let mut ui = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)));
    let ui = &mut ui;
    ui.spacing_mut().item_spacing.y = GAP;
    if model.traffic.len() == 0 {
        ui.label(text::body("Every request and its answer appear here as soon as somebody logs in").color(tokens.dim));
        return;
    }
    let mut parsed = Parsed::of(&memory.below.wire.filter);
    parsed.query.without_probes = memory.below.wire.without_probes;
    let rows = Rows::of(model, &parsed.query);
    filter::show(ui, model, &mut memory.below.wire, &parsed, &rows, out);
    memory.below.wire.ask(&parsed, out);
    let body = Rect::from_min_max(pos2(rect.left(), ui.cursor().top()), rect.max);
    if body.height() < 40.0 {
        return;
    }
    let selected = memory.below.selected.filter(|_| memory.below.wire.opened);
    let opened = selected.and_then(|(side, number)| model.traffic.place_of(side, number));
    let (left, right) = match opened {
        None => (Some(body), None),
        Some(_) if body.width() < BESIDE => (None, Some(body)),
        Some(_) => {
            let width = (body.width() * SHARE).min(WIDEST);
            let edge = body.right() - width;
            let left = Rect::from_min_max(body.min, pos2(edge - GAP_3, body.bottom()));
            (Some(left), Some(Rect::from_min_max(pos2(edge, body.top()), body.max)))
        }
    };
    if let Some(left) = left {
        table::show(ui, model, &mut memory.below, &rows, left);
    }
    if let (Some(right), Some(place)) = (right, opened) {
        if left.is_some() {
            ui.painter().vline(
                right.left() - GAP_3 / 2.0,
                right.y_range(),
                eframe::egui::Stroke::new(1.0, tokens.line),
            );
        }
        detail::show(ui, model, memory, rows.has(place), place, right);
    }
}

/// The lane's side, in a word.
fn side_word(side: Side) -> &'static str {
    crate::ui::widgets::secret::side_name(side)
}

/// Selects the exchange at a place.
fn select(below: &mut Below, model: &Model, place: usize) {
    if let Some(row) = model.traffic.at_place(place) {
        below.selected = Some((row.side, row.exchange.number));
        below.wire.scroll_to_it = true;
    }
}
