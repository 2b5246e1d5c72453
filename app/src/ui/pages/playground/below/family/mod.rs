//! The family tree: every credential that a lane gave out, what it was made from, who holds a copy, and what ended it.
//!
//! What is shown ([`data`]), where it goes ([`layout`]) and how it is painted ([`paint`]) are apart, so that the first
//! two are tested without a window.

mod data;
mod layout;
mod paint;
mod words;

#[cfg(test)]
mod tests;

use eframe::egui::accesskit::Role;
use eframe::egui::{Align, Layout, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::Below;
use crate::state::command::Side;
use crate::state::model::Model;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_4, ROW, Tokens};
use crate::ui::widgets::icon;
use crate::ui::widgets::secret::side_name;
use data::Picture;
use layout::Plan;

/// Below this width the lanes' trees stand above each other.
const SIDE_BY_SIDE: f32 = 620.0;
/// A heading, a link and what hangs below it.
const LEAST: f32 = 136.0;

/// The height below which the picture is cut.
pub(super) fn least_height(width: f32) -> f32 {
    if width < SIDE_BY_SIDE { 2.0 * LEAST + GAP_4 } else { LEAST }
}

/// Draws both lanes' trees; a click opens the exchange that tells of what was clicked.
pub(super) fn show(ui: &mut Ui, model: &Model, below: &mut Below, height: f32) {
    let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let stacked = area.width() < SIDE_BY_SIDE;
    let size = match stacked {
        true => vec2(area.width(), (area.height() - GAP_4) / 2.0),
        false => vec2((area.width() - GAP_4) / 2.0, area.height()),
    };
    for side in Side::BOTH {
        let step = side.index() as f32 * (if stacked { size.y } else { size.x } + GAP_4);
        let from = if stacked { area.min + vec2(0.0, step) } else { area.min + vec2(step, 0.0) };
        let column = UiBuilder::new().id_salt(("family", side)).max_rect(Rect::from_min_size(from, size));
        lane(&mut ui.new_child(column.layout(Layout::top_down(Align::Min))), model, below, side);
    }
}

fn lane(ui: &mut Ui, model: &Model, below: &mut Below, side: Side) {
    let tokens = Tokens::of(ui);
    let picture = data::picture(model, side);
    ui.spacing_mut().item_spacing.y = GAP;
    title(ui, &picture, tokens);
    if picture.trees.is_empty() {
        let hint = "Log in: each log-in begins a tree. Every token and every renewal hangs on what it was made from, with \
                    who holds a copy of it and what ended it";
        ui.add(eframe::egui::Label::new(text::body(hint).color(tokens.dim)).wrap());
        return;
    }
    let plan = Plan::new(&picture.trees, ui.available_width());
    ScrollArea::both().id_salt("tree").auto_shrink([false, false]).show(ui, |ui| {
        let (rect, _) = ui.allocate_exact_size(plan.size, Sense::hover());
        for (tree, placed) in picture.trees.iter().zip(&plan.trees) {
            let offset = rect.min.to_vec2();
            paint::lines(ui.painter(), rect.min, placed, tokens);
            let place = placed.heading.translate(offset);
            let heading = &tree.heading;
            let id = ui.scope_id().with((heading.exchange, usize::MAX));
            if part(ui, below, place, id, &heading.spoken, (side, Some(heading.exchange))) {
                below.open_exchange(side, heading.exchange);
            }
            paint::heading(ui.painter(), place, heading, tokens);
            for (at, (item, place)) in tree.boxes.iter().zip(&placed.boxes).enumerate() {
                let place = place.translate(offset);
                paint::item(ui.painter(), place, item, tokens);
                let id = ui.scope_id().with((heading.exchange, at));
                let clicked = part(ui, below, place, id, &item.spoken, (side, item.exchange));
                if let Some(number) = item.exchange.filter(|_| clicked) {
                    below.open_exchange(side, number);
                }
            }
        }
    });
}

fn title(ui: &mut Ui, picture: &Picture, tokens: &Tokens) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let painter = ui.painter().with_clip_rect(ui.clip_rect().intersect(rect));
    let left = eframe::egui::Align2::LEFT_CENTER;
    let color = tokens.lane(picture.is_session);
    let end = painter.text(rect.left_center(), left, &picture.title, text::strong_caption_font(), color);
    let at = pos2(end.right() + GAP_4 / 2.0, rect.center().y);
    painter.text(at, left, &picture.summary, text::caption_font(), tokens.dim);
    response.widget_info(|| WidgetInfo::labeled(Role::Tree, true, picture.spoken()));
}

/// One thing that can be pointed at, reached by the keyboard and clicked; answers whether it was.
fn part(
    ui: &mut Ui,
    below: &Below,
    place: Rect,
    id: eframe::egui::Id,
    spoken: &str,
    (side, exchange): (Side, Option<usize>),
) -> bool {
    let tokens = Tokens::of(ui);
    let sense = if exchange.is_some() { Sense::click() } else { Sense::hover() };
    let response = ui.interact(place, id, sense);
    response.widget_info(|| WidgetInfo::labeled(Role::TreeItem, true, format!("{}: {spoken}", side_name(side))));
    if exchange.is_some() && below.selected == exchange.map(|number| (side, number)) {
        ui.painter().rect_stroke(place, 5.0, Stroke::new(1.2, tokens.text), StrokeKind::Outside);
    } else if response.hovered() && exchange.is_some() {
        ui.painter().rect_stroke(place, 5.0, Stroke::new(1.0, tokens.dim), StrokeKind::Outside);
    }
    if response.has_focus() {
        icon::focus_ring(ui.painter(), place, tokens);
    }
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    let clicked = response.clicked();
    let hint = match exchange {
        Some(number) => format!("{spoken}\nClick for exchange #{number}"),
        None => spoken.to_owned(),
    };
    response.on_hover_text(hint);
    clicked
}
