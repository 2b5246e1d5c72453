//! The playground before a room: who is in on both sides, when that was, and one row of buttons at the bottom.

use eframe::egui::scroll_area::ScrollBarVisibility;
use eframe::egui::{Rect, ScrollArea, Ui, UiBuilder, pos2};

use super::below::{self, Tab};
use super::{actions, lane, lanes, panel, remember, remembered};
use crate::state::command::Command;
use crate::state::model::Model;
use crate::ui::memory::UiMemory;
use crate::ui::theme::{CONTROL, GAP_2, GAP_3};

/// The row of buttons with its frame.
const STRIP: f32 = CONTROL + 2.0 * GAP_2 + 2.0;
/// With less than this above the buttons, the timeline stands there without its tabs.
const ROOM_FOR_TABS: f32 = 370.0;
/// With less than this for the lanes, they and the timeline scroll together.
const LEAST_LANES: f32 = 110.0;
const LANES: &str = "height of the lanes before a room";

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let area = ui.max_rect();
    let top = area.bottom() - STRIP;
    let mut strip = ui.new_child(UiBuilder::new().id_salt("strip").max_rect(area.with_min_y(top)));
    panel(ui).show(&mut strip, |ui| actions::strip(ui, model, memory, out));

    let area = area.with_max_y(top - GAP_2);
    let with_tabs = area.height() >= ROOM_FOR_TABS;
    if memory.below.tall || (memory.below.tab != Tab::Access && !with_tabs) {
        let mut upper = ui.new_child(UiBuilder::new().id_salt("tall").max_rect(area));
        // Its edges are painted half outside of it.
        let height = (area.height() - 2.0).max(below::least_height(area.width(), memory.below.tab));
        ScrollArea::vertical().show(&mut upper, |ui| below::show(ui, model, memory, height, out));
        return;
    }
    let least_below = match with_tabs {
        true => below::height(area),
        false => below::least_bare(area.width()),
    };
    let most = area.height() - least_below - GAP_3;
    let place = lane::Place { beside: true, brief: true, least_height: 0.0, for_room: true };
    if most < LEAST_LANES {
        let mut upper = ui.new_child(UiBuilder::new().id_salt("all").max_rect(area));
        ScrollArea::vertical().auto_shrink([false, false]).show(&mut upper, |ui| {
            lanes(ui, model, memory, place, out);
            below::bare(ui, model, memory, least_below);
        });
        return;
    }
    // What the lanes don't need is the timeline's.
    let for_lanes = remembered(ui, LANES).unwrap_or(most).min(most);
    let middle = area.top() + for_lanes;
    let mut upper = ui.new_child(UiBuilder::new().id_salt("lanes").max_rect(area.with_max_y(middle)));
    let seen = ScrollArea::vertical()
        .auto_shrink([false, false])
        .scroll_bar_visibility(ScrollBarVisibility::VisibleWhenNeeded)
        .show(&mut upper, |ui| lanes(ui, model, memory, place, out));
    remember(ui, LANES, seen.content_size.y);
    let rest = Rect::from_min_max(pos2(area.left(), middle + GAP_3), area.max);
    let mut lower = ui.new_child(UiBuilder::new().id_salt("below").max_rect(rest));
    match with_tabs {
        true => below::show(&mut lower, model, memory, rest.height(), out),
        false => below::bare(&mut lower, model, memory, rest.height()),
    }
}
