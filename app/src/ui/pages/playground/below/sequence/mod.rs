//! Who asked whom: lifelines for everybody who took part, an arrow for each request and answer, and what the server did
//! in between, for both lanes beside each other.
//!
//! Which exchanges there are and how high ([`index`]), how the lanes stand beside each other ([`sections`]), what each
//! says ([`story`]) and where its shapes go ([`layout`]) are known without a window; [`paint`] draws the shapes in one,
//! and [`svg`] writes them into a file.

mod export;
#[cfg(test)]
pub(in crate::ui) mod fixtures;
mod index;
mod layout;
mod paint;
mod sections;
mod shape;
mod story;
mod svg;
#[cfg(test)]
mod tests;

use std::ops::Range;

use eframe::egui::accesskit::Role;
use eframe::egui::scroll_area::ScrollAreaOutput;
use eframe::egui::{
    Align, Checkbox, EventFilter, Id, Key, Label, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, Vec2, WidgetInfo,
    pos2, vec2,
};

use self::index::{Index, Shown};
use self::layout::{Columns, Scene};
use self::sections::Sections;
use self::shape::{Font, Hit, Of, Picture};
use super::Below;
use crate::state::command::{Command, Side};
use crate::state::model::Model;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, GAP_3, RADIUS, Tokens};
use crate::ui::widgets::file_form::FileForm;
use crate::ui::widgets::icon;
use crate::ui::widgets::secret::side_name;

/// The least that it is any use at.
pub(super) fn least_height(width: f32) -> f32 {
    if width >= SIDE_BY_SIDE { 190.0 } else { 360.0 }
}

/// Below this width the lanes stand above each other.
const SIDE_BY_SIDE: f32 = 620.0;
const TOOLS: f32 = 28.0;

/// How the sequence is looked at, and what is known of it from the frame before.
#[derive(Clone, Debug, Default)]
pub(in crate::ui) struct Looking {
    shown: Shown,
    index: Index,
    /// What the arrow keys have moved to, to be brought into sight.
    moved: bool,
    export: Option<FileForm>,
}

pub(super) fn show(ui: &mut Ui, model: &Model, below: &mut Below, height: f32, out: &mut Vec<Command>) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let mut ui = ui.new_child(UiBuilder::new().id_salt("sequence").max_rect(rect).layout(Layout::top_down(Align::Min)));
    let ui = &mut ui;
    ui.spacing_mut().item_spacing.y = 0.0;
    let shown = below.sequence.shown;
    below.sequence.index.follow(model, shown);
    tools(ui, model, below, out);
    if model.traffic.len() == 0 {
        return nothing(ui);
    }
    match rect.width() >= SIDE_BY_SIDE {
        true => lanes(ui, model, below, &Side::BOTH),
        false => {
            let room = ui.available_rect_before_wrap();
            let half = (room.height() - GAP_2) / 2.0;
            for side in Side::BOTH {
                let top = room.top() + side.index() as f32 * (half + GAP_2);
                let place = Rect::from_min_size(pos2(room.left(), top), vec2(room.width(), half));
                let mut own = ui.new_child(UiBuilder::new().id_salt(side).max_rect(place));
                own.spacing_mut().item_spacing.y = 0.0;
                lanes(&mut own, model, below, &[side]);
            }
        }
    }
}

/// What is to be drawn, and how much is not.
fn tools(ui: &mut Ui, model: &Model, below: &mut Below, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let looking = &mut below.sequence;
    ui.horizontal(|ui| {
        ui.set_height(TOOLS);
        ui.spacing_mut().item_spacing.x = GAP_3;
        let probes = Checkbox::new(&mut looking.shown.probes, text::caption("The lab's questions"));
        ui.add(probes).on_hover_text(
            "Whether the lab's own GET /api/me is drawn wherever it asked who is still in. Without, it is where the \
             answer changed, and where the thief tries again after what should have ended it",
        );
        let steps = Checkbox::new(&mut looking.shown.steps, text::caption("Steps inside"));
        ui.add(steps).on_hover_text("What the server did for each request, with the time that it really took");
        let hidden: usize = looking.index.lanes.iter().map(|lane| lane.hidden).sum();
        if hidden > 0 {
            ui.label(text::caption(format!("{hidden} not drawn")).color(tokens.dim));
        }
        let dropped = model.traffic.dropped;
        if dropped > 0 {
            let words = format!("the oldest {dropped} made room");
            ui.label(text::caption(words).color(tokens.dim));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| export::show(ui, model, looking, out));
    });
}

fn nothing(ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    ui.add_space(GAP_2);
    let words = "Press Log in: every request becomes an arrow from who sends it to the server, with what the server did \
                 for it – hashed, read, checked, wrote – and the answer on its way back";
    ui.add(Label::new(text::body(words).color(tokens.dim)).wrap());
}

/// Some lanes beside each other, below the names of their lifelines.
fn lanes(ui: &mut Ui, model: &Model, below: &mut Below, sides: &[Side]) {
    let tokens = Tokens::of(ui);
    let painter = ui.painter().clone();
    let measure = |words: &str, font: Font| paint::width(&painter, words, font);
    let index = std::mem::take(&mut below.sequence.index);
    let sections = Sections::of(model, &index, sides);
    let width = ui.available_width();
    let columns = layout::columns(model, &index, sides, width, &measure);
    heading(ui, model, &columns, tokens);
    let steps = below.sequence.shown.steps;
    let scene =
        Scene { model, index: &index, sections: &sections, lanes: &columns, with_steps: steps, measure: &measure };
    let moved = std::mem::take(&mut below.sequence.moved);
    let cursor = cursor(below, &index, sides);
    let goal =
        cursor.filter(|_| moved).and_then(|(side, entry)| sections.place(&index.lanes[side.index()], side, entry));
    let output = scrolled(ui, &scene, goal, |ui, scene, down, picture| {
        hits(ui, scene, below, cursor, down, picture);
    });
    if cursor.is_some_and(|(side, _)| ui.memory(|memory| memory.has_focus(entry_id(side)))) {
        let page = output.inner_rect.height();
        keys(ui, model, below, &index, &sections, cursor, page);
    }
    below.sequence.index = index;
}

fn heading(ui: &mut Ui, model: &Model, columns: &[Columns], tokens: &Tokens) {
    let height = layout::heading_height(columns);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let is_session = |side: Side| model.lane(side).is_session();
    paint::paint(ui.painter(), rect.min.to_vec2(), &layout::heading(columns, &is_session), tokens);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, (1.0, tokens.line));
    let names = columns.iter().map(|lane| {
        let names: Vec<&str> = lane.lines.iter().map(|lifeline| lifeline.name.as_str()).collect();
        format!("{}: {}", side_name(lane.side), names.join(", "))
    });
    let spoken = format!("Lifelines, {}", names.collect::<Vec<_>>().join("; "));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
}

/// The part in sight, painted; `then` takes what can be pointed at.
fn scrolled(
    ui: &mut Ui,
    scene: &Scene<'_>,
    goal: Option<Range<f64>>,
    then: impl FnOnce(&mut Ui, &Scene<'_>, Vec2, &Picture),
) -> ScrollAreaOutput<()> {
    let tokens = Tokens::of(ui);
    let area = ScrollArea::vertical().auto_shrink([false, false]).stick_to_bottom(true);
    area.show_viewport(ui, |ui, window| {
        let height = scene.sections.height as f32;
        ui.set_height(height.max(window.height()));
        ui.set_width(ui.available_width());
        let origin = ui.min_rect().min;
        if let Some(goal) = goal {
            let place = Rect::from_x_y_ranges(
                ui.max_rect().x_range(),
                origin.y + goal.start as f32..=origin.y + goal.end as f32,
            );
            ui.scroll_to_rect(place, None);
        }
        let range = f64::from(window.top())..f64::from(window.bottom());
        let picture = scene.cut(&range);
        let down = origin.to_vec2() + vec2(0.0, window.top());
        paint::paint(ui.painter(), down, &picture, tokens);
        then(ui, scene, down, &picture);
    })
}

/// What can be pointed at: a click opens its exchange, and one of them has the keyboard.
fn hits(
    ui: &mut Ui,
    scene: &Scene<'_>,
    below: &mut Below,
    cursor: Option<(Side, usize)>,
    down: Vec2,
    picture: &Picture,
) {
    let tokens = Tokens::of(ui);
    let mut cursor_seen = false;
    for hit in &picture.hits {
        let rect = hit.rect.translate(down);
        let visible = rect.intersect(ui.clip_rect());
        if !visible.is_positive() {
            continue;
        }
        let (id, is_cursor) = match hit.of {
            Of::Exchange { entry, .. } if cursor == Some((hit.side, entry)) => (entry_id(hit.side), true),
            Of::Exchange { number, .. } => (Id::unique(("sequence", hit.side, number)), false),
            Of::Mark(at) => (Id::unique(("sequence event", hit.side, at)), false),
        };
        cursor_seen |= is_cursor;
        let number = number_of(scene.model, hit);
        // One exchange is on the keyboard's way through the page; the arrows lead from it to the others.
        let sense = match (is_cursor, number) {
            (true, _) => Sense::click(),
            (false, Some(_)) => Sense::CLICK,
            (false, None) => Sense::hover(),
        };
        let response = ui.interact(visible, id, sense);
        let spoken = spoken(scene.model, hit);
        let role = if number.is_some() { Role::Button } else { Role::Label };
        response.widget_info(|| WidgetInfo::selected(role, true, is_cursor, &spoken));
        if response.hovered() && number.is_some() {
            ui.painter().rect_filled(visible, RADIUS, tokens.focus.gamma_multiply(0.10));
        }
        if is_cursor && response.has_focus() {
            icon::focus_ring(ui.painter(), visible, tokens);
            let (horizontal_arrows, vertical_arrows) = (true, true);
            let filter = EventFilter { horizontal_arrows, vertical_arrows, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        } else if is_cursor && below.selected.is_some() {
            ui.painter().rect_filled(visible, RADIUS, tokens.focus.gamma_multiply(0.07));
        }
        if response.clicked()
            && let Some(number) = number
        {
            below.open_exchange(hit.side, number);
        }
        let say = || sentence(scene.model, hit);
        response.on_hover_ui(|ui| {
            ui.spacing_mut().item_spacing.y = GAP;
            ui.add(Label::new(text::body(say()).color(tokens.text)).wrap());
            if number.is_some() {
                ui.label(text::caption("Click: the whole exchange").color(tokens.dim));
            }
        });
    }
    // Out of sight it keeps the keyboard, so that the next frame can show it.
    if let Some((side, _)) = cursor.filter(|_| !cursor_seen) {
        let nowhere = Rect::from_min_size(ui.clip_rect().min, Vec2::ZERO);
        let response = ui.interact(nowhere, entry_id(side), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "The chosen exchange, out of sight"));
    }
}

/// The entry that has the keyboard when the sequence gets it: the one that was looked at, or the newest.
fn cursor(below: &Below, index: &Index, sides: &[Side]) -> Option<(Side, usize)> {
    let chosen = below.selected.filter(|(side, _)| sides.contains(side));
    let found = chosen.and_then(|(side, number)| Some((side, index.lanes[side.index()].find(number)?)));
    found.or_else(|| {
        let newest = |side: &Side| index.lanes[side.index()].entries.len().checked_sub(1).map(|last| (*side, last));
        sides.iter().find_map(newest)
    })
}

fn entry_id(side: Side) -> Id {
    Id::unique(("the sequence's exchange", side))
}

/// Where the arrow keys lead; Enter opens, as a click does.
fn keys(
    ui: &Ui,
    model: &Model,
    below: &mut Below,
    index: &Index,
    sections: &Sections,
    cursor: Option<(Side, usize)>,
    page: f32,
) {
    let Some((side, entry)) = cursor else { return };
    let lane = &index.lanes[side.index()];
    let last = lane.entries.len().saturating_sub(1);
    let mut to = (side, entry);
    ui.input(|input| {
        for event in &input.events {
            let eframe::egui::Event::Key { key, pressed: true, .. } = event else { continue };
            let by_page = |down: f64| {
                let goal = lane.top(entry) + down;
                lane.entries.partition_point(|entry| entry.top <= goal).saturating_sub(1)
            };
            to = match key {
                Key::ArrowUp => (side, to.1.saturating_sub(1)),
                Key::ArrowDown => (side, (to.1 + 1).min(last)),
                Key::Home => (side, 0),
                Key::End => (side, last),
                Key::PageUp => (side, by_page(-f64::from(page))),
                Key::PageDown => (side, by_page(f64::from(page))),
                Key::ArrowLeft | Key::ArrowRight => beside(index, sections, to).unwrap_or(to),
                _ => continue,
            };
        }
    });
    if to != (side, entry) {
        let Some(found) = index.lanes[to.0.index()].entries.get(to.1) else { return };
        below.selected = model.traffic.at_place(found.place).map(|row| (row.side, found.number));
        below.sequence.moved = true;
        ui.memory_mut(|memory| memory.request_focus(entry_id(to.0)));
    }
}

/// The entry of the other lane that stands at the same height.
fn beside(index: &Index, sections: &Sections, (side, entry): (Side, usize)) -> Option<(Side, usize)> {
    let other = if side == Side::Left { Side::Right } else { Side::Left };
    let place = sections.place(&index.lanes[side.index()], side, entry)?;
    let lane = &index.lanes[other.index()];
    let (mut first, mut end) = (0, lane.entries.len());
    while first < end {
        let middle = first + (end - first) / 2;
        if sections.place(lane, other, middle).is_some_and(|at| at.end <= place.start) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    let last = lane.entries.len().checked_sub(1)?;
    sections.place(lane, other, 0).map(|_| (other, first.min(last)))
}

/// The exchange that a hit opens.
fn number_of(model: &Model, hit: &Hit) -> Option<usize> {
    match hit.of {
        Of::Exchange { number, .. } => Some(number),
        Of::Mark(at) => model.lane(hit.side).view.timeline.marks.get(at)?.number,
    }
}

/// `left #34 laptop: GET /api/me 401 revoked`
fn spoken(model: &Model, hit: &Hit) -> String {
    let side = side_name(hit.side);
    match hit.of {
        Of::Exchange { place, number, .. } => {
            let Some(row) = model.traffic.at_place(place) else { return format!("{side} #{number}") };
            let exchange = &row.exchange;
            format!("{side} #{number} {}: {} {}", exchange.actor, story::request(exchange), exchange.verdict())
        }
        Of::Mark(_) => format!("{side} event, {}", sentence(model, hit)),
    }
}

fn sentence(model: &Model, hit: &Hit) -> String {
    let now = model.now();
    match hit.of {
        Of::Exchange { place, number, .. } => {
            let row = model.traffic.at_place(place);
            row.map_or_else(String::new, |row| format!("#{number} · {}", story::sentence(&row.exchange, now)))
        }
        Of::Mark(at) => {
            let mark = model.lane(hit.side).view.timeline.marks.get(at);
            mark.map_or_else(String::new, |mark| story::event(mark, now))
        }
    }
}
