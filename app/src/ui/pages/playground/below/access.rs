//! Access over time, as large as the panel lets it be.

use eframe::egui::Ui;

use crate::state::model::Model;
use crate::ui::widgets::timeline;

pub(super) use timeline::{least_height, most_height};

/// Draws it as high as it is told.
pub(super) fn show(ui: &mut Ui, model: &Model, height: f32) {
    timeline::show(ui, model, height);
}
