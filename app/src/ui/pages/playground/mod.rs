//! The playground: two designs side by side, one row of actions that does the same to both, and who got in when.

mod actions;
pub(in crate::ui) mod below;
mod card;
pub(in crate::ui) mod design;
pub(in crate::ui) mod guide;
mod held;
mod kept;
mod lane;
mod log_in;
mod password;
mod presenting;

pub(in crate::ui) use below::Below;
#[cfg(test)]
pub(in crate::ui) use below::Tab;

use eframe::egui::scroll_area::ScrollBarVisibility;
use eframe::egui::{Frame, Id, Margin, Rect, ScrollArea, Stroke, Ui, UiBuilder, pos2, vec2};

use crate::state::command::{Command, Side};
use crate::state::model::Model;
use crate::ui::memory::UiMemory;
use crate::ui::theme::{GAP_2, GAP_3, GAP_4, PANEL_RADIUS, Tokens};

/// The least that the lanes get beside actions and timeline; below that the page scrolls as a whole.
const LEAST_LANES: f32 = 240.0;
/// With less than this, the lanes say less of those whom the theft does not touch.
const ROOMY_LANES: f32 = 400.0;
/// The least that is left to scroll in below the actions.
const LEAST_BELOW: f32 = 180.0;
/// Below this width the lanes stand above each other.
const SIDE_BY_SIDE: f32 = 620.0;

pub(in crate::ui) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let area = ui.available_rect_before_wrap().shrink2(vec2(GAP_4, 0.0));
    let area = Rect::from_min_max(pos2(area.left(), area.top() + GAP_3), pos2(area.right(), area.bottom() - GAP_3));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(area));
    let ui = &mut ui;
    ui.spacing_mut().item_spacing.y = GAP_3;

    if memory.is_presenting() {
        return presenting::show(ui, model, memory, out);
    }
    let actions_height = remembered(ui, ACTIONS).unwrap_or(108.0);
    if memory.below.tall {
        return tall(ui, model, memory, out);
    }
    let below_height = below::height(area);
    let for_lanes = area.height() - actions_height - below_height - 2.0 * GAP_3;
    if for_lanes >= LEAST_LANES && area.width() >= SIDE_BY_SIDE {
        // From below upwards, so that no button moves when a lane gets longer.
        let cut = |top: f32, height: f32| Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), height));
        let place =
            lane::Place { beside: true, brief: for_lanes < ROOMY_LANES, least_height: for_lanes, for_room: false };
        let mut upper = ui.new_child(UiBuilder::new().id_salt("lanes").max_rect(cut(area.top(), for_lanes)));
        ScrollArea::vertical()
            .auto_shrink([false, false])
            .scroll_bar_visibility(ScrollBarVisibility::VisibleWhenNeeded)
            .show(&mut upper, |ui| lanes(ui, model, memory, place, out));
        let top = area.bottom() - below_height - GAP_3 - actions_height;
        let mut middle = ui.new_child(UiBuilder::new().id_salt("actions").max_rect(cut(top, actions_height)));
        actions(&mut middle, model, memory, out);
        let top = area.bottom() - below_height;
        let mut lower = ui.new_child(UiBuilder::new().id_salt("below").max_rect(cut(top, below_height)));
        below::show(&mut lower, model, memory, below_height, out);
        return;
    }
    // Too small for everything: the actions stay in sight where that leaves room to see what they do.
    let pinned = area.height() - actions_height >= LEAST_BELOW;
    if pinned {
        actions(ui, model, memory, out);
    }
    ScrollArea::vertical().id_salt("page").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = GAP_3;
        if !pinned {
            actions(ui, model, memory, out);
        }
        let beside = area.width() >= SIDE_BY_SIDE;
        let place = lane::Place { beside, brief: false, least_height: 0.0, for_room: false };
        lanes(ui, model, memory, place, out);
        let height = below::height_in_scroll(area.width());
        below::show(ui, model, memory, height, out);
    });
}

/// The actions, and below them the panel with all the room that is left.
fn tall(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    actions(ui, model, memory, out);
    let least = below::least_height(ui.available_width(), memory.below.tab);
    // Its edges are painted half outside of it.
    let room = ui.available_height() - 2.0;
    ScrollArea::vertical().id_salt("tall").auto_shrink([false, false]).show(ui, |ui| {
        let height = room.max(least);
        below::show(ui, model, memory, height, out);
    });
}

fn lanes(ui: &mut Ui, model: &Model, memory: &mut UiMemory, place: lane::Place, out: &mut Vec<Command>) {
    let area = ui.available_rect_before_wrap();
    if !place.beside {
        for side in Side::BOTH {
            lane::show(ui, model, memory, side, place, out);
        }
        return;
    }
    let width = (area.width() - GAP_3) / 2.0;
    let mut bottom = area.top();
    for side in Side::BOTH {
        let left = area.left() + side.index() as f32 * (width + GAP_3);
        let room = Rect::from_min_max(pos2(left, area.top()), pos2(left + width, area.bottom()));
        let mut column = ui.new_child(UiBuilder::new().id_salt(side).max_rect(room));
        lane::show(&mut column, model, memory, side, place, out);
        bottom = bottom.max(column.min_rect().bottom());
    }
    ui.allocate_rect(Rect::from_min_max(area.min, pos2(area.right(), bottom)), eframe::egui::Sense::hover());
}

const ACTIONS: &str = "height of the actions";

fn actions(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let response = panel(ui).show(ui, |ui| actions::show(ui, model, memory, out)).response;
    remember(ui, ACTIONS, response.rect.height());
}

/// The frame of everything that stands on the page.
fn panel(ui: &Ui) -> Frame {
    let tokens = Tokens::of(ui);
    Frame::new()
        .fill(tokens.panel)
        .stroke(Stroke::new(1.0, tokens.line))
        .corner_radius(PANEL_RADIUS)
        .inner_margin(Margin::symmetric(GAP_3 as i8, GAP_2 as i8))
}

/// A size that the last frame had, for what has to be known before it is drawn.
fn remembered(ui: &Ui, what: &str) -> Option<f32> {
    ui.data(|data| data.get_temp(Id::unique(what)))
}

fn remember(ui: &Ui, what: &str, size: f32) {
    if remembered(ui, what).is_none_or(|known| (known - size).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(Id::unique(what), size));
        ui.ctx().request_repaint();
    }
}
