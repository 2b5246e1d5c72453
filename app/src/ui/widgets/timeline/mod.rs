//! Access over time: a bar for each actor, broken where its access ends, both lanes on one time axis.
//!
//! What is shown ([`data`]), where it goes ([`layout`]) and how it is painted ([`paint`]) are apart, so that the first
//! two are tested without a window.

mod data;
mod layout;
mod look;
mod paint;

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, EventFilter, Id, Key, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::lab::actor::Actor;
use crate::state::command::Side;
use crate::state::model::Model;
use crate::ui::text;
use crate::ui::theme::Tokens;
use crate::ui::widgets::secret::side_name;
use data::{Change, Chart};
use layout::{Area, LanePlan, Plan};
pub(in crate::ui) use look::Look;

/// The height below which the picture is cut.
pub(in crate::ui) fn least_height(width: f32) -> f32 {
    layout::least_height(stacked(width))
}

/// Draws both lanes' timelines into the width that is left. Answers the exchange that was clicked.
pub(in crate::ui) fn show(ui: &mut Ui, model: &Model, look: &mut Look, height: f32) -> Option<(Side, usize)> {
    let tokens = Tokens::of(ui);
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click_and_drag());
    let painter = ui.painter().with_clip_rect(ui.clip_rect().intersect(rect));
    let measure = |words: &str| paint::label_width(&painter, words);
    let area = Area { width: rect.width(), height: rect.height(), stacked: stacked(width) };
    let spoken = Chart::of(model).spoken();
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, &spoken));
    let plan = Plan::new(&Chart::seen(model, look), area, &measure);
    if !ui.is_rect_visible(rect) {
        return None;
    }
    paint::paint(&painter, rect.min, &plan, tokens);
    if response.has_focus() {
        crate::ui::widgets::icon::focus_ring(ui.painter(), rect, tokens);
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        keys(ui, look);
    }
    pointer(ui, &response, &plan, rect, look);
    let mut opened = None;
    for lane in &plan.lanes {
        marks(ui, lane, rect, &mut opened);
        changes(ui, model, lane, rect, &mut opened);
    }
    opened
}

/// Dragging and turning the wheel sideways move along the time; Ctrl and the wheel look closer; a double click fits.
fn pointer(ui: &Ui, response: &Response, plan: &Plan, rect: Rect, look: &mut Look) {
    let Some(width) = plan.lanes.first().map(|lane| lane.plot.width().max(1.0)) else { return };
    let pan = response.drag_delta().x
        + if response.contains_pointer() { ui.input(|i| i.smooth_scroll_delta().x) } else { 0.0 };
    if pan != 0.0 && !look.is_fit() {
        look.pan(-pan / width);
        ui.ctx().request_repaint();
    }
    if response.double_clicked() {
        look.fit();
        ui.ctx().request_repaint();
    }
    let Some(at) = response.hover_pos() else { return };
    let factor = ui.input(|input| input.zoom_delta());
    if factor != 1.0 {
        let at = at - rect.min;
        let lane = plan.lanes.iter().rev().find(|lane| at.x >= lane.left && at.y >= lane.top).or(plan.lanes.first());
        let share = lane.map_or(0.5, |lane| (at.x - lane.plot.left()) / width);
        look.zoom(factor, share);
        ui.ctx().request_repaint();
    }
}

fn keys(ui: &Ui, look: &mut Look) {
    ui.input(|input| {
        for event in &input.events {
            let Event::Key { key, pressed: true, modifiers, .. } = event else { continue };
            match key {
                _ if modifiers.command => {}
                Key::ArrowLeft => look.pan(-0.2),
                Key::ArrowRight => look.pan(0.2),
                Key::Plus | Key::Equals => look.zoom(STEP, 0.5),
                Key::Minus => look.zoom(1.0 / STEP, 0.5),
                Key::Home | Key::Num0 => look.fit(),
                _ => {}
            }
        }
    });
}

/// The events' labels and lines: what each was, and the exchange that did it.
fn marks(ui: &Ui, lane: &LanePlan, rect: Rect, opened: &mut Option<(Side, usize)>) {
    for (at, mark) in lane.marks.iter().enumerate() {
        let label = mark.label.as_ref().map(|(label, _)| *label);
        let top = label.map_or(lane.plot.top(), |label| label.top());
        let line = Rect::from_min_max(pos2(mark.x - 4.0, top), pos2(mark.x + 4.0, lane.plot.bottom()));
        let place = label.map_or(line, |label| label.union(line.with_max_y(label.bottom())));
        for (part, place) in [place, line].into_iter().enumerate() {
            let place = place.translate(rect.min.to_vec2()).intersect(rect).intersect(ui.clip_rect());
            let sense = if mark.number.is_some() { Sense::CLICK } else { Sense::hover() };
            let response = ui.interact(place, Id::unique(("timeline event", lane.side, at, part)), sense);
            if part == 0 {
                let name = format!("{} event {}", side_name(lane.side), mark.said);
                let role = if mark.number.is_some() { Role::Button } else { Role::Label };
                response.widget_info(|| WidgetInfo::labeled(role, true, &name));
            }
            if let Some(number) = mark.number.filter(|_| response.clicked()) {
                *opened = Some((lane.side, number));
            }
            response.on_hover_text(&mark.said);
        }
    }
}

/// Where a bar begins and ends: the exchange that showed it.
fn changes(ui: &Ui, model: &Model, lane: &LanePlan, rect: Rect, opened: &mut Option<(Side, usize)>) {
    let tokens = Tokens::of(ui);
    for row in &lane.rows {
        for (x, change) in &row.changes {
            let middle = rect.min + vec2(*x, row.middle);
            let place = Rect::from_center_size(middle, vec2(12.0, 18.0)).intersect(rect).intersect(ui.clip_rect());
            let id = Id::unique(("timeline change", lane.side, row.actor, change.number));
            let response = ui.interact(place, id, Sense::CLICK);
            if response.hovered() {
                ui.painter().circle(middle, 4.5, tokens.panel, (2.0, tokens.text));
            }
            let named = || told(model, lane.side, row.actor, change);
            response.widget_info(|| {
                WidgetInfo::labeled(Role::Button, true, format!("{} {}", side_name(lane.side), named()))
            });
            if response.clicked() {
                *opened = Some((lane.side, change.number));
            }
            response.on_hover_ui(|ui| {
                ui.label(text::body(named()).color(tokens.text));
                ui.label(text::caption("Click: the whole exchange").color(tokens.dim));
            });
        }
    }
}

/// `attacker out: GET /api/me 401 revoked, #34 at 09:14:05`
fn told(model: &Model, side: Side, actor: Actor, change: &Change) -> String {
    let state = if change.is_in { "in" } else { "out" };
    let Some(exchange) = model.traffic.exchange(side, change.number) else {
        return format!("{actor} {state}: #{}, which is forgotten by now", change.number);
    };
    let what = format!("{} {} {}", exchange.method, exchange.path, exchange.verdict());
    let at = text::moment(exchange.at, model.now());
    format!("{actor} {state}: {}, #{} at {at}", text::inert(&what), change.number)
}

/// How much closer one press looks.
pub(in crate::ui) const STEP: f32 = 1.6;

/// Whether the lanes' pictures stand above each other.
fn stacked(width: f32) -> bool {
    width < 620.0
}
