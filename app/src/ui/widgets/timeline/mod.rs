//! Access over time: a bar for each actor, broken where its access ends, both lanes on one time axis.
//!
//! What is shown ([`data`]), where it goes ([`layout`]) and how it is painted ([`paint`]) are apart, so that the first
//! two are tested without a window.

mod data;
mod layout;
mod paint;

use eframe::egui::accesskit::Role;
use eframe::egui::{Sense, Ui, WidgetInfo, vec2};

use crate::state::model::Model;
use crate::ui::theme::Tokens;
use data::Chart;
use layout::{Area, Plan};

/// The height below which the picture is cut.
pub(in crate::ui) fn least_height(width: f32) -> f32 {
    layout::least_height(stacked(width))
}

/// The height above which it says no more.
pub(in crate::ui) fn most_height(width: f32) -> f32 {
    layout::most_height(stacked(width))
}

/// Draws both lanes' timelines into the width that is left.
pub(in crate::ui) fn show(ui: &mut Ui, model: &Model, height: f32) {
    let tokens = Tokens::of(ui);
    let chart = Chart::of(model);
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let spoken = chart.spoken();
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let painter = ui.painter().with_clip_rect(ui.clip_rect().intersect(rect));
    let measure = |words: &str| paint::label_width(&painter, words);
    let area = Area { width: rect.width(), height: rect.height(), stacked: stacked(width) };
    let plan = Plan::new(&chart, area, &measure);
    paint::paint(&painter, rect.min, &plan, tokens);
    if let Some(said) = response.hover_pos().and_then(|pos| plan.mark_near(pos - rect.min)) {
        response.on_hover_text_at_pointer(said);
    }
}

/// Whether the lanes' pictures stand above each other.
fn stacked(width: f32) -> bool {
    width < 620.0
}
