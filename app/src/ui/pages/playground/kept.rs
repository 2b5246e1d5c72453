//! What the server keeps: its records, and its users with their stored passwords.

use eframe::egui::{Align, Label, Layout, Sense, Ui, UiBuilder, vec2};

use super::lane::Context;
use super::{card, password};
use crate::lab::view::{KeptRow, UserView};
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, ROW, Tokens};
use crate::ui::widgets::secret::{shorten, side_name};
use lockstep_shared::design::Kind;
use lockstep_shared::span::in_words;

const IDS: f32 = 76.0;

pub(super) fn show(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory) {
    let tokens = Tokens::of(ui);
    let kept = &cx.lane.view.kept;
    ui.horizontal(|ui| {
        ui.set_height(ROW);
        ui.label(text::strong("The server keeps").color(tokens.text));
        let live = kept.rows.iter().filter(|row| row.ended.is_none() && row.kind == kept.noun).count();
        let ended = kept.rows.iter().filter(|row| row.ended.is_some() && row.kind == kept.noun).count();
        let figures = match kept.noun.as_str() {
            "" if cx.lane.design.is_none() => String::new(),
            "" => "nothing but its key".to_owned(),
            noun if live == 0 && ended > 0 => {
                format!("{}, ended · {}", text::counted(ended, noun), text::bytes(kept.bytes))
            }
            noun => format!("{} · {}", text::counted(live, noun), text::bytes(kept.bytes)),
        };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(text::body(figures).color(tokens.dim)));
    });
    if kept.rows.is_empty() {
        let seals = cx.lane.design.as_ref().is_some_and(|design| design.kind == Kind::Sealed);
        let words = match kept.noun.as_str() {
            "" if cx.lane.design.is_none() => "its server is starting".to_owned(),
            "" if seals => "every session lies in its cookie: there is no record that could be ended".to_owned(),
            "" => "every token speaks for itself: there is no record that could be ended".to_owned(),
            noun if cx.lane.view.timeline.bars.iter().any(|bar| !bar.stretches.is_empty()) => {
                format!("no {noun} any more")
            }
            noun => format!("no {noun} yet"),
        };
        ui.add(Label::new(text::body(words).color(tokens.dim)).wrap());
    }
    let mut kind = kept.noun.as_str();
    for row in &kept.rows {
        if row.kind != kind {
            kind = &row.kind;
            ui.label(text::caption(kind).color(tokens.dim));
        }
        record(ui, cx, row);
    }
    if !kept.users.is_empty() {
        users(ui, cx, memory);
    }
}

fn record(ui: &mut Ui, cx: &Context<'_>, row: &KeptRow) {
    let tokens = Tokens::of(ui);
    let now = cx.model.now();
    let ink = if row.ended.is_some() { tokens.dim } else { tokens.text };
    let life = match (&row.ended, row.idle_ends) {
        (Some(why), _) => why.clone(),
        (None, Some(idle)) => format!("idle limit in {}{}", in_words(idle.since(now)), ending(cx, row, " · ends ")),
        (None, None) => ending(cx, row, "ends "),
    };
    let who: Vec<&str> =
        [row.user.as_str(), &row.device, &row.note].into_iter().filter(|word| !word.is_empty()).collect();
    let who = who.join(" · ");
    ui.horizontal(|ui| {
        ui.set_height(ROW);
        let (ids, _) = ui.allocate_exact_size(vec2(IDS, ROW), Sense::hover());
        let mut id = ui.new_child(UiBuilder::new().max_rect(ids).layout(Layout::left_to_right(Align::Center)));
        id.add(Label::new(text::mono(shorten(&row.id)).color(ink)).truncate()).on_hover_text(&row.id);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(text::caption(life).color(tokens.dim));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(text::body(&who).color(ink)).truncate()).on_hover_text(&who);
            });
        });
    });
}

/// The sign and `21:14` where it is within a day, else the date; nothing where the record stays.
fn ending(cx: &Context<'_>, row: &KeptRow, sign: &str) -> String {
    match row.ends {
        None => String::new(),
        Some(ends) if ends.since(cx.model.now()).as_secs() < 86_400 => format!("{sign}{}", ends.local_hm()),
        Some(ends) => format!("{sign}{}", text::day(ends)),
    }
}

fn users(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory) {
    let side = side_name(cx.side);
    let name = format!("{side} users");
    let open = memory.is_open(&name);
    let users = &cx.lane.view.kept.users;
    let words = format!("{} and their stored passwords", text::counted(users.len(), "users"));
    ui.spacing_mut().item_spacing.y = GAP;
    if card::fold(ui, open, &words, &name).clicked() {
        memory.toggle(&name);
    }
    if open {
        for user in users {
            one(ui, memory, side, user);
        }
    }
}

fn one(ui: &mut Ui, memory: &mut UiMemory, side: &str, user: &UserView) {
    let tokens = Tokens::of(ui);
    let name = format!("{side} stored password of {}", user.email);
    let open = memory.is_open(&name);
    ui.horizontal(|ui| {
        ui.set_height(ROW);
        ui.add_space(GAP_2);
        if card::fold(ui, open, &user.email, &name).clicked() {
            memory.toggle(&name);
        }
        ui.label(text::caption(&user.role).color(tokens.dim));
        if user.banned {
            ui.label(text::caption("banned").color(tokens.bad));
        }
        if !open {
            let shape = password::one_line(&user.phc, memory.masked);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.add(Label::new(text::mono(shape).color(tokens.dim)).truncate());
            });
        }
    });
    if open {
        password::show(ui, &user.phc, &name, memory.masked);
    }
}
