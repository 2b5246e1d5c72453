//! The panel below: access over time.

use eframe::egui::Ui;

use super::panel;
use crate::state::model::Model;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, Tokens};
use crate::ui::widgets::timeline;

const HEADING: f32 = 20.0;

/// The least height of the whole panel.
pub(super) fn least_height(width: f32) -> f32 {
    timeline::least_height(width) + HEADING + GAP + 2.0 * GAP_2 + 2.0
}

pub(super) fn show(ui: &mut Ui, model: &Model) {
    let tokens = Tokens::of(ui);
    panel(ui).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = GAP;
        ui.allocate_ui(eframe::egui::vec2(ui.available_width(), HEADING), |ui| {
            ui.horizontal(|ui| {
                ui.label(text::strong("Access over time").color(tokens.text));
                let nothing = model.lanes.iter().all(|lane| lane.view.timeline.bars.is_empty());
                let words = if nothing {
                    "A bar for each actor while its credential works, broken where it no longer does"
                } else {
                    "on the lab clock"
                };
                ui.label(text::caption(words).color(tokens.dim));
            });
        });
        timeline::show(ui, model);
    });
}
