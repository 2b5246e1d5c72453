//! The panel below: access over time.

use eframe::egui::{Rect, Ui};

use super::panel;
use crate::state::model::Model;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, Tokens};
use crate::ui::widgets::timeline;

const HEADING: f32 = 20.0;
/// How much of a page it takes where there is room.
const SHARE: f32 = 0.26;

/// What the panel has beside the picture: heading, margins and edges.
const REST: f32 = HEADING + GAP + 2.0 * GAP_2 + 2.0;

/// The least height of the whole panel.
pub(super) fn least_height(width: f32) -> f32 {
    timeline::least_height(width) + REST
}

/// The height that the panel has in a page of this size.
pub(super) fn height(page: Rect) -> f32 {
    let most = timeline::most_height(page.width()) + REST;
    (page.height() * SHARE).clamp(least_height(page.width()), most)
}

/// Draws the panel as high as it is told.
pub(super) fn show(ui: &mut Ui, model: &Model, height: f32) {
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
        timeline::show(ui, model, height - REST);
    });
}
