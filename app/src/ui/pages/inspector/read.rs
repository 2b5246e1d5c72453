//! The middle part: header and payload as trees, every member explained, or as JSON, or as they were signed.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align, Button, Label, Layout, Stroke, Ui, WidgetInfo, vec2};

use super::looking::{Tab, View};
use super::subject::part_color;
use super::{Context, capital, cookie, crack, edit, forge, sentence};
use crate::inspect::claims;
use crate::state::command::Command;
use crate::state::inspecting::{Part, Row, Token, What};
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, GAP_3};
use crate::ui::widgets::icon::{self, Icon};

/// Below this width what a member means stands under it.
const THREE_COLUMNS: f32 = 480.0;
/// How far members of members are moved in.
const STEP: f32 = 14.0;

pub(super) fn show(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, out: &mut Vec<Command>) {
    match &cx.looked.what {
        What::Token(token) => of_token(ui, cx, memory, token, out),
        What::Encrypted(encrypted) => {
            heading(ui, cx, "Header", "readable; the rest is not", 0);
            tree(ui, cx, memory, &encrypted.header);
            ui.add_space(GAP_2);
            let [key, vector, text, tag] = encrypted.lengths;
            let octets = format!("key {key}, vector {vector}, content {text}, tag {tag}");
            heading(ui, cx, "Encrypted, in octets", &octets, 1);
            odd(ui, cx, &encrypted.oddities);
        }
        What::Malformed(_) => {
            ui.add(Label::new(text::body("There is nothing in it that could be shown").color(cx.tokens.dim)).wrap());
        }
        What::Named(_) => {
            ui.add(Label::new(text::body("It can't be looked into").color(cx.tokens.dim)).wrap());
        }
        What::SetCookie(view) => cookie::set_cookie(ui, cx, memory, view, out),
        What::Cookies(pairs) => cookie::pairs(ui, cx, memory.masked, pairs),
    }
}

fn of_token(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, token: &Token, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_3;
        for tab in Tab::ALL {
            let chosen = memory.inspecting.tab == tab;
            if switch(ui, cx, chosen, tab.name(), tab.hint()) {
                memory.inspecting.tab = tab;
            }
        }
    });
    match memory.inspecting.tab {
        Tab::Read => parts(ui, cx, memory, token),
        Tab::Edit => edit::show(ui, cx, memory, token, out),
        Tab::Forge => forge::show(ui, cx, memory, out),
        Tab::Crack => crack::show(ui, cx, memory, token, out),
    }
}

fn parts(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, token: &Token) {
    ui.horizontal(|ui| {
        heading(ui, cx, "Header", "how it is signed", 0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            for view in View::ALL.into_iter().rev() {
                let chosen = memory.inspecting.view == view;
                if switch(ui, cx, chosen, view.name(), view.hint()) {
                    memory.inspecting.view = view;
                }
            }
        });
    });
    part(ui, cx, memory, &token.header, "header");
    ui.add_space(GAP_2);
    heading(ui, cx, "Payload", "readable by anybody who holds it", 1);
    let is_token = token.inside.as_ref().is_some_and(|inside| inside.header.is_some());
    match is_token && memory.masked {
        true => drop(ui.label(text::body("A token, hidden while secrets are masked").color(cx.tokens.dim))),
        false => part(ui, cx, memory, &token.payload, "payload"),
    }
    ui.add_space(GAP_2);
    if let Some(inside) = &token.inside {
        heading(ui, cx, "Inside", "another token, of which nothing is checked here", 1);
        sentence(ui, &inside.words, cx.tokens.dim);
        let parts = [(&inside.header, "header inside"), (&inside.payload, "payload inside")];
        for (of, name) in parts {
            if let Some(of) = of {
                part(ui, cx, memory, of, name);
            }
        }
        ui.add_space(GAP_2);
    }
    let octets = text::counted(token.signature_octets, "octets");
    heading(ui, cx, "Signature", &octets, 2);
    odd(ui, cx, &token.oddities);
}

fn odd(ui: &mut Ui, cx: &Context<'_>, oddities: &[String]) {
    for oddity in oddities {
        sentence(ui, &format!("Not as the standard asks: {oddity}"), cx.tokens.amber);
    }
}

/// One of several that exclude each other, with a line under the one that is chosen.
fn switch(ui: &mut Ui, cx: &Context<'_>, chosen: bool, name: &str, hint: &str) -> bool {
    let words = match chosen {
        true => text::strong(name).color(cx.tokens.text),
        false => text::body(name).color(cx.tokens.dim),
    };
    let tab = ui.add(Button::new(words).frame(false));
    tab.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, name));
    if chosen {
        let line = [tab.rect.left_bottom(), tab.rect.right_bottom()];
        ui.painter().line_segment(line, Stroke::new(2.0, cx.tokens.text));
    }
    if tab.has_focus() {
        icon::focus_ring(ui.painter(), tab.rect, cx.tokens);
    }
    tab.on_hover_text(hint).clicked()
}

fn heading(ui: &mut Ui, cx: &Context<'_>, words: &str, about: &str, at: usize) {
    ui.horizontal(|ui| {
        ui.label(text::head(words).color(part_color(cx, at)));
        ui.label(text::caption(about).color(cx.tokens.dim));
    });
}

fn part(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, part: &Part, name: &str) {
    let view = memory.inspecting.view;
    if let Some(none) = &part.none {
        ui.add(Label::new(text::body(format!("No claims: {none}")).color(cx.tokens.amber)).wrap());
    }
    if view != View::Explained {
        let words = if view == View::Pretty { part.pretty.as_ref().unwrap_or(&part.raw) } else { &part.raw };
        if icon::button(ui, Icon::Copy, icon::SMALL, &format!("Copy the {name}")).clicked() {
            ui.copy_text(words.to_string());
        }
    }
    let mono = |ui: &mut Ui, words: &str| {
        ui.add(Label::new(text::mono(words).color(cx.tokens.text)).wrap());
    };
    match (view, &part.pretty, part.none.is_some()) {
        (View::Explained, _, false) => {
            tree(ui, cx, memory, &part.rows);
            if part.left_out > 0 {
                ui.label(text::caption(format!("… {} more", part.left_out)).color(cx.tokens.dim));
            }
        }
        (View::Pretty, Some(pretty), _) => mono(ui, pretty),
        _ => mono(ui, &part.raw),
    }
}

/// The rows, without what is folded.
fn tree(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, rows: &[Row]) {
    let mut below: Option<usize> = None;
    ui.spacing_mut().item_spacing.y = GAP;
    for row in rows {
        if below.is_some_and(|depth| row.depth > depth) {
            continue;
        }
        let fold = format!("inspector {}", row.path);
        let folded = row.members.is_some() && memory.is_open(&fold);
        below = folded.then_some(row.depth);
        member(ui, cx, memory, row, (&fold, folded));
        let rect = ui.min_rect();
        let y = ui.cursor().top() - GAP / 2.0;
        ui.painter().hline(rect.x_range(), y, Stroke::new(1.0, cx.tokens.line));
    }
}

fn member(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, row: &Row, (fold, folded): (&str, bool)) {
    let width = ui.available_width();
    let wide = width >= THREE_COLUMNS;
    let name_width = (width * 0.19).clamp(72.0, 150.0);
    let value_width = if wide { (width * 0.3).min(320.0) } else { width - name_width - GAP_2 };
    // Rows of data are as high as their words, and not as a button.
    let control = std::mem::replace(&mut ui.spacing_mut().interact_size.y, 16.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        cell(ui, name_width, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                ui.add_space(row.depth as f32 * STEP);
                if row.members.is_some() {
                    let (shape, verb) = if folded { (Icon::Right, "Unfold") } else { (Icon::Down, "Fold") };
                    if icon::button(ui, shape, 14.0, &format!("{verb} {}", row.path)).clicked() {
                        memory.toggle(fold);
                    }
                }
                ui.add(Label::new(text::mono(&row.name).color(cx.tokens.text)).truncate());
            });
        });
        cell(ui, value_width, |ui| {
            let color = if row.members.is_some() { cx.tokens.dim } else { cx.tokens.text };
            ui.add(Label::new(text::mono(&row.value).color(color)).wrap());
        });
        if wide {
            let rest = (width - name_width - value_width - 2.0 * GAP_2).max(60.0);
            cell(ui, rest, |ui| meaning(ui, cx, row));
        }
    });
    if !wide && (row.explained.is_some() || row.moment.is_some()) {
        ui.horizontal_top(|ui| {
            ui.add_space(name_width + GAP_2);
            cell(ui, width - name_width - 2.0 * GAP_2, |ui| meaning(ui, cx, row));
        });
    }
    ui.spacing_mut().interact_size.y = control;
}

/// A piece of a row that is so wide, and as high as it needs to be.
pub(super) fn cell(ui: &mut Ui, width: f32, draw: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = 1.0;
        draw(ui);
    });
}

/// What a member says: its moment beside the clock, or its short name in words; what it means, and who says so.
fn meaning(ui: &mut Ui, cx: &Context<'_>, row: &Row) {
    let now = cx.now();
    if let Some(moment) = row.moment {
        let over = row.name == "exp" && moment <= now || row.name == "nbf" && moment > now;
        let color = if over { cx.tokens.bad } else { cx.tokens.text };
        ui.add(Label::new(text::body(capital(&claims::left(moment, now))).color(color)).wrap());
        let both = format!("{} here, {moment}", moment.local_long());
        ui.add(Label::new(text::caption(both).color(cx.tokens.dim)).wrap());
    }
    let Some(explained) = &row.explained else { return };
    if let Some(value) = &explained.value {
        ui.add(Label::new(text::body(capital(value)).color(cx.tokens.text)).wrap());
    }
    if !explained.sentence.is_empty() {
        let source = explained.source.replace(" section ", " §");
        let words = format!("{} · {source}", explained.sentence);
        ui.add(Label::new(text::caption(words).color(cx.tokens.dim)).wrap());
    }
}
