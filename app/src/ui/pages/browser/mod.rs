//! The Browser page: ways into the lanes for a browser of the user's own, and what that browser really does there.

mod detail;
mod doors;
mod live;
mod table;

use eframe::egui::{Rect, ScrollArea, Stroke, StrokeKind, Ui, UiBuilder, vec2};

use crate::state::command::Command;
use crate::state::model::Model;
use crate::ui::memory::UiMemory;
use crate::ui::theme::{GAP, GAP_2, GAP_3, GAP_4, PANEL_RADIUS, Tokens};

pub(in crate::ui) use doors::{Door, go};

/// The least height that the lower part is any use at; below that the page scrolls as a whole.
const LEAST: f32 = 260.0;

/// How the page is looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browsing {
    /// An address that is to be opened in the user's browser.
    pub(in crate::ui) go: Option<String>,
    /// The one that was opened last.
    opened: Option<String>,
    /// The visit that is looked at, by its number.
    pub(in crate::ui) selected: Option<u64>,
    /// Whether it is shown whole.
    pub(in crate::ui) whole: bool,
    /// Whether it is still to be scrolled to.
    scroll_to_it: bool,
    /// Whether scripts, styles and icons are in the table too.
    parts: bool,
    /// Whether those alone are in the table in which browser and agent differ.
    only_differing: bool,
    /// How far the table is scrolled, as of the last frame.
    offset: f32,
}

impl Browsing {
    /// Shows a visit whole.
    pub(in crate::ui) fn look_at(&mut self, id: u64) {
        (self.selected, self.whole, self.scroll_to_it) = (Some(id), true, true);
    }
}

pub(in crate::ui) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let area = ui.available_rect_before_wrap();
    let area = Rect::from_min_max(area.min + vec2(GAP_4, GAP_3), area.max - vec2(GAP_4, GAP_3));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(area));
    ScrollArea::vertical().id_salt("browser").auto_shrink([false, false]).show(&mut ui, |ui| {
        ui.spacing_mut().item_spacing.y = GAP_3;
        let above = ui.scope(|ui| doors::show(ui, model, memory, out)).response.rect.height();
        let height = (area.height() - above - GAP_3).floor().max(LEAST);
        let tokens = Tokens::of(ui);
        let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), eframe::egui::Sense::hover());
        ui.painter().rect(place, PANEL_RADIUS, tokens.panel, Stroke::new(1.0, tokens.line), StrokeKind::Inside);
        let inner = place.shrink2(vec2(GAP_3, GAP_2));
        let mut ui = ui.new_child(UiBuilder::new().id_salt("browser below").max_rect(inner));
        ui.shrink_clip_rect(place.shrink(1.0));
        ui.spacing_mut().item_spacing = vec2(GAP_2, GAP);
        live::show(&mut ui, model, memory, inner, out);
    });
}
