//! Access over time, as large as the panel lets it be.

use eframe::egui::Ui;

use super::Below;
use crate::state::model::Model;
use crate::ui::widgets::icon::{self, Icon};
use crate::ui::widgets::timeline;

pub(super) use timeline::{Look, least_height};

/// Draws it as high as it is told.
pub(super) fn show(ui: &mut Ui, model: &Model, below: &mut Below, height: f32) {
    if let Some((side, number)) = timeline::show(ui, model, &mut below.access, height) {
        below.open_exchange(side, number);
    }
}

/// The buttons for a closer look, from right to left.
pub(super) fn tools(ui: &mut Ui, look: &mut Look) {
    ui.spacing_mut().item_spacing.x = 2.0;
    if icon::button(ui, Icon::Plus, icon::SMALL, "Look closer at the time (+, Ctrl and the wheel)").clicked() {
        look.zoom(timeline::STEP, 0.5);
    }
    if icon::button(ui, Icon::Minus, icon::SMALL, "Look at more of the time (-)").clicked() {
        look.zoom(1.0 / timeline::STEP, 0.5);
    }
    if !look.is_fit() {
        let fit = eframe::egui::Button::new(crate::ui::text::caption("Fit"));
        if ui.add(fit).on_hover_text("Shows everything again (Home, or a double click)").clicked() {
            look.fit();
        }
    }
}
