//! Every exchange, a line each.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align, Layout, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use super::Below;
use crate::state::command::Side;
use crate::state::model::Model;
use crate::ui::text;
use crate::ui::theme::{ROW, Tokens};
use crate::ui::widgets::icon;

pub(super) fn show(ui: &mut Ui, model: &Model, below: &mut Below, height: f32) {
    let tokens = Tokens::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let mut ui = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)));
    if model.traffic.len() == 0 {
        ui.label(text::body("Every request and its answer appear here as soon as somebody logs in").color(tokens.dim));
        return;
    }
    ScrollArea::vertical().auto_shrink([false, false]).stick_to_bottom(true).show_rows(
        &mut ui,
        ROW,
        model.traffic.len(),
        |ui, shown| {
            for row in shown.filter_map(|at| model.traffic.row(at)) {
                let exchange = &row.exchange;
                let is_session = model.lane(row.side).is_session();
                let side = if row.side == Side::Left { "left" } else { "right" };
                let line = ui.horizontal(|ui| {
                    ui.label(text::mono(text::moment(exchange.at, model.now())).color(tokens.dim));
                    ui.label(text::body(side).color(tokens.lane(is_session)));
                    ui.label(text::body(exchange.actor.name()).color(tokens.text));
                    let line = format!("{} {}  {}", exchange.method, exchange.path, exchange.verdict());
                    ui.label(text::mono(line).color(tokens.text));
                });
                let id = ui.scope_id().with((row.side, exchange.number));
                let line = ui.interact(line.response.rect, id, Sense::click());
                if below.selected == Some((row.side, exchange.number)) {
                    icon::focus_ring(ui.painter(), line.rect, tokens);
                }
                line.widget_info(|| WidgetInfo::labeled(Role::Row, true, format!("{side} {}", exchange.number)));
                if line.clicked() {
                    below.open_exchange(row.side, exchange.number);
                }
            }
        },
    );
}
