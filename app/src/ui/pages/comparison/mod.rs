//! The comparison: every design against every scenario, what each cell measured, and how it came about.

mod chart;
mod empty;
mod files;
mod looking;
mod matrix;
mod shape;
mod story;
mod toolbar;
pub(in crate::ui) mod walk;

use eframe::egui::{Rect, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

use crate::state::command::Command;
use crate::state::model::Model;
use crate::ui::memory::UiMemory;
use crate::ui::text::inert;
use crate::ui::theme::{GAP_2, GAP_3, GAP_4, PANEL_RADIUS, Tokens};
use looking::View;

pub(crate) use looking::Looking;

/// Below this width a story takes the table's place instead of standing beside it.
const BESIDE: f32 = 760.0;
/// A story's width beside the table.
const STORY: f32 = 316.0;
const NARROW_STORY: f32 = 272.0;
/// Below this height there is no room for the exposure chart.
const WITH_CHART: f32 = 460.0;

pub(in crate::ui) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let table = &model.comparing;
    let area = ui.available_rect_before_wrap();
    let area = Rect::from_min_max(area.min + vec2(GAP_4, GAP_3), area.max - vec2(GAP_4, GAP_3));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(area));
    let ui = &mut ui;
    ui.spacing_mut().item_spacing.y = GAP_2;
    let view = View::of(table, &memory.comparison);
    toolbar::show(ui, table, &mut memory.comparison, &view, out);
    toolbar::notes(ui, table);
    let body = Rect::from_min_max(pos2(area.left(), ui.cursor().top()), area.max);
    if body.height() < 40.0 {
        return;
    }
    if table.is_empty() && table.running.is_none() {
        panel(ui, body, |ui| empty::show(ui, table, &view, out));
        return;
    }
    let looking = &mut memory.comparison;
    let opened = view.cursor(looking).filter(|_| looking.story);
    let story_width = if body.width() >= 1100.0 { STORY } else { NARROW_STORY };
    let (left, right) = match opened {
        None => (Some(body), None),
        Some(_) if body.width() < BESIDE => (None, Some(body)),
        Some(_) => {
            let edge = body.right() - story_width;
            let left = Rect::from_min_max(body.min, pos2(edge - GAP_3, body.bottom()));
            (Some(left), Some(Rect::from_min_max(pos2(edge, body.top()), body.max)))
        }
    };
    if let Some(left) = left {
        let mut top = left.top();
        if left.height() >= WITH_CHART && !view.is_empty() {
            let height = (left.height() * 0.24).clamp(112.0, 168.0);
            let place = Rect::from_min_size(left.min, vec2(left.width(), height));
            panel(ui, place, |ui| chart::show(ui, table, looking, &view));
            top = place.bottom() + GAP_3;
        }
        let place = Rect::from_min_max(pos2(left.left(), top), left.max);
        panel(ui, place, |ui| matrix::show(ui, table, looking, &view));
    }
    if let (Some(right), Some(at)) = (right, opened) {
        panel(ui, right, |ui| story::show(ui, table, memory, at, left.is_none(), out));
    }
}

/// A panel of the page that fills a place, and nothing beside it.
fn panel(ui: &mut Ui, place: Rect, draw: impl FnOnce(&mut Ui)) {
    let tokens = Tokens::of(ui);
    ui.painter().rect(place, PANEL_RADIUS, tokens.panel, Stroke::new(1.0, tokens.line), StrokeKind::Inside);
    let inner = place.shrink2(vec2(GAP_3, GAP_2));
    let salt = ("panel", place.min.x as i32, place.min.y as i32);
    let mut ui = ui.new_child(UiBuilder::new().id_salt(salt).max_rect(inner));
    ui.shrink_clip_rect(place.shrink(1.0));
    draw(&mut ui);
}

#[cfg(test)]
pub(in crate::ui) mod fixtures;
