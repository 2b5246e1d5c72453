//! What is measured and what is shown: run and cancel, the filters, and the result's files.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align2, Atom, AtomExt as _, Button, CornerRadius, Margin, Popup, PopupCloseBehavior, Rect, Response, ScrollArea,
    Sense, TextEdit, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::files;
use super::looking::{Looking, View};
use crate::lab::digest::grouped;
use crate::lab::scenario::Group;
use crate::state::command::Command;
use crate::state::comparing::{Comparing, Family, Progress, title};
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP, GAP_2, GAP_3, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::flow;
use crate::ui::widgets::icon::Icon;

const FIND: f32 = 168.0;
const BAR: f32 = 168.0;

/// Below this size the filters are in a menu, so that the table has the room.
const LEAST: Vec2 = vec2(640.0, 400.0);
const MENU: f32 = 300.0;
/// The width of a list of groups or families.
const LIST: f32 = 180.0;

pub(super) fn show(ui: &mut Ui, table: &Comparing, looking: &mut Looking, view: &View, out: &mut Vec<Command>) {
    let room = ui.available_size();
    let compact = room.x < LEAST.x || room.y < LEAST.y;
    let groups = if compact { 3 } else { 4 };
    flow::show(ui, "comparison toolbar", groups, |ui, group| match group {
        0 => run(ui, table, looking, view, out),
        1 if compact => menu(ui, table, looking),
        1 => filters(ui, table, looking),
        2 if !compact => toggles(ui, looking),
        _ => files::buttons(ui, table, looking, out),
    });
}

/// All filters in one menu.
fn menu(ui: &mut Ui, table: &Comparing, looking: &mut Looking) {
    let tokens = Tokens::of(ui);
    let words = if looking.is_whole() { "Show…" } else { "Show (filtered)…" };
    let button = button::show(ui, words, Look { name: Some("Filters"), ..Look::default() });
    Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.reset_style();
        ui.set_width(MENU);
        ui.spacing_mut().item_spacing = vec2(GAP, GAP);
        ScrollArea::vertical().show(ui, |ui| {
            find(ui, looking);
            ui.horizontal_wrapped(|ui| toggles(ui, looking));
            ui.label(text::caption("Scenarios").color(tokens.dim));
            ui.horizontal_wrapped(|ui| {
                chosen(ui, "All scenarios", &mut looking.group, None);
                groups(table).for_each(|group| chosen(ui, title(group), &mut looking.group, Some(group)));
            });
            ui.label(text::caption("Designs").color(tokens.dim));
            ui.horizontal_wrapped(|ui| {
                chosen(ui, "All designs", &mut looking.family, None);
                families(table).for_each(|family| chosen(ui, family.title(), &mut looking.family, Some(family)));
            });
        });
    });
}

/// One of several choices of which one holds.
fn chosen<T: PartialEq>(ui: &mut Ui, words: &str, value: &mut T, of: T) {
    let selected = *value == of;
    let response = ui.add(Button::selectable(selected, text::body(words)).min_size(vec2(0.0, CONTROL)));
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, words));
    if response.clicked() {
        *value = of;
    }
}

/// The groups that have a scenario.
fn groups(table: &Comparing) -> impl Iterator<Item = Group> {
    Group::ALL.into_iter().filter(|group| table.rows.iter().any(|row| row.group == Some(*group)))
}

/// The families that have a design.
fn families(table: &Comparing) -> impl Iterator<Item = Family> {
    Family::ALL.into_iter().filter(|family| table.columns.iter().any(|column| column.family == *family))
}

fn run(ui: &mut Ui, table: &Comparing, looking: &Looking, view: &View, out: &mut Vec<Command>) {
    if let Some(progress) = table.running {
        let why_not = progress.stopping.then_some("The running cells are coming to their end");
        let look = Look { why_not, hint: Some("Ends the comparison; what was measured stays"), ..Look::default() };
        if button::show(ui, "Cancel", look).clicked() {
            out.push(Command::StopComparing);
        }
        bar(ui, progress);
        return;
    }
    let count = view.cells(table);
    let words = match looking.is_whole() {
        true => "Run all".to_owned(),
        false => format!("Run these {}", text::counted(count, "cells")),
    };
    let look = Look {
        why_not: (count == 0).then_some("Nothing is shown: clear the filters"),
        hint: Some("Plays every scenario that is shown against every design that is shown, over real HTTP"),
        // While nothing is there, the page itself has the button that comes next.
        lit: !table.is_empty(),
        name: Some(if looking.is_whole() { "Run all" } else { "Run what is shown" }),
    };
    if button::show(ui, &words, look).clicked() {
        out.push(Command::Compare(view.selection(table)));
    }
}

/// How far a run is.
fn bar(ui: &mut Ui, progress: Progress) {
    let tokens = Tokens::of(ui);
    let words = match progress {
        Progress { stopping: true, .. } => "Stopping…".to_owned(),
        Progress { all: 0, .. } => "Starting…".to_owned(),
        Progress { ended, all, .. } => format!("{} of {} cells", grouped(ended as u64), grouped(all as u64)),
    };
    let (rect, response) = ui.allocate_exact_size(vec2(BAR, CONTROL), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, format!("Measured {words}")));
    let trough = Rect::from_min_size(pos2(rect.left(), rect.bottom() - 7.0), vec2(BAR, 4.0));
    ui.painter().rect_filled(trough, 2.0, tokens.line);
    let share = progress.ended as f32 / progress.all.max(1) as f32;
    let done = Rect::from_min_size(trough.min, vec2(BAR * share, trough.height()));
    ui.painter().rect_filled(done, 2.0, tokens.text);
    let at = pos2(rect.left(), rect.top() + 8.0);
    ui.painter().text(at, Align2::LEFT_CENTER, words, text::caption_font(), tokens.text);
}

fn filters(ui: &mut Ui, table: &Comparing, looking: &mut Looking) {
    let words = looking.group.map_or("All scenarios", title);
    let button = menu_button(ui, words, "Scenarios shown");
    Popup::menu(&button).show(|ui| {
        ui.set_max_width(LIST);
        if choice(ui, "All scenarios", looking.group.is_none()) {
            looking.group = None;
        }
        for group in groups(table) {
            if choice(ui, title(group), looking.group == Some(group)) {
                looking.group = Some(group);
            }
        }
    });
    let words = looking.family.map_or("All designs", Family::title);
    let button = menu_button(ui, words, "Designs shown");
    Popup::menu(&button).show(|ui| {
        ui.set_max_width(LIST);
        if choice(ui, "All designs", looking.family.is_none()) {
            looking.family = None;
        }
        for family in families(table) {
            if choice(ui, family.title(), looking.family == Some(family)) {
                looking.family = Some(family);
            }
        }
    });
    find(ui, looking);
}

fn find(ui: &mut Ui, looking: &mut Looking) {
    let edit = TextEdit::singleline(&mut looking.text)
        .hint_text("Find scenario or design")
        .desired_width(FIND)
        .margin(Margin::symmetric(GAP_2 as i8, GAP as i8))
        .align(Align2::LEFT_CENTER);
    let id = ui.add(edit).id;
    ui.ctx().accesskit_node_builder(id, |node| node.set_label("Find scenario or design"));
}

fn toggles(ui: &mut Ui, looking: &mut Looking) {
    let hint = "Hides the scenarios in which all designs that are shown come out alike";
    toggle(ui, &mut looking.differing, "Only where they differ", hint);
    toggle(ui, &mut looking.measured, "Hide empty", "Hides rows and columns in which nothing was measured");
}

/// A button that stays pressed.
fn toggle(ui: &mut Ui, on: &mut bool, words: &str, hint: &str) {
    let tokens = Tokens::of(ui);
    let (label, size) = (text::body(words), Atom::default().atom_size(Vec2::splat(12.0)));
    let response = ui.add(Button::new((size, label)).corner_radius(CornerRadius::same(6)).min_size(vec2(0.0, CONTROL)));
    let selected = *on;
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, selected, words));
    let center = pos2(response.rect.left() + 16.0, response.rect.center().y);
    let square = Rect::from_center_size(center, Vec2::splat(12.0));
    let stroke = eframe::egui::Stroke::new(1.3, if *on { tokens.text } else { tokens.dim });
    ui.painter().rect_stroke(square, 2.5, stroke, eframe::egui::StrokeKind::Inside);
    if *on {
        let points = [vec2(-3.2, 0.2), vec2(-0.9, 2.6), vec2(3.4, -2.6)].map(|step| center + step);
        ui.painter().add(eframe::egui::Shape::line(points.to_vec(), eframe::egui::Stroke::new(1.6, tokens.text)));
    }
    if response.on_hover_text(hint).clicked() {
        *on = !*on;
    }
}

/// A button that opens a list.
pub(super) fn menu_button(ui: &mut Ui, words: &str, name: &str) -> Response {
    let tokens = Tokens::of(ui);
    let button = Button::new((text::body(words), Atom::default().atom_size(Vec2::splat(10.0))));
    let response = ui.add(button.corner_radius(CornerRadius::same(6)).min_size(vec2(0.0, CONTROL)));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}: {words}")));
    let center = pos2(response.rect.right() - 14.0, response.rect.center().y);
    Icon::Down.paint(ui.painter(), Rect::from_center_size(center, Vec2::splat(10.0)), tokens.dim);
    response
}

/// One line of a list of which one is chosen.
pub(super) fn choice(ui: &mut Ui, words: &str, chosen: bool) -> bool {
    let shown = if chosen { format!("{words} (now)") } else { words.to_owned() };
    button::menu_item(ui, &shown, Look { name: Some(words), ..Look::default() })
}

/// Below the row: how a run ended, and where the cells come from.
pub(super) fn notes(ui: &mut Ui, table: &Comparing) {
    let tokens = Tokens::of(ui);
    let mut lines: Vec<(String, eframe::egui::Color32)> = Vec::new();
    if let Some(from) = &table.opened {
        let words = format!("These cells were measured before, and read from {from}. Running any replaces them");
        lines.push((words, tokens.dim));
    }
    if let Some(note) = &table.note {
        lines.push((note.words.clone(), if note.is_failure { tokens.bad } else { tokens.dim }));
    }
    if lines.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(GAP_3, GAP);
        for (words, color) in lines {
            ui.label(text::caption(super::inert(&words)).color(color));
        }
    });
}
