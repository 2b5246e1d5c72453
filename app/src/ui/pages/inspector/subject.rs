//! The left part: what is looked at, where it comes from, and the ways to look at something else.

use eframe::egui::accesskit::Role;
use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    Align2, Color32, Key, Label, Margin, RadioButton, TextEdit, TextFormat, Ui, ViewportCommand, WidgetInfo,
};

use super::Context;
use crate::inspect::plain::visible;
use crate::lab::digest::grouped;
use crate::state::command::Command;
use crate::state::inspecting::{Ask, Subject, Work};
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::icon::{self, Icon};

/// What is longer is pasted, and not typed.
const LONGEST_TYPED: usize = 20_000;
/// Of what stands in a text, so much is listed.
const MOST_LISTED: usize = 12;

pub(super) fn show(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let Context { looked, tokens, .. } = cx;
    input(ui, memory, out);
    ui.horizontal(|ui| {
        paste(ui, false);
        let back = Look { hint: Some("Looks again at what this was made of"), ..Look::default() };
        if looked.before && button::show(ui, "Back", back).clicked() {
            out.push(Command::Inspect(Ask::Back));
        }
        let clear = Look { hint: Some("Forgets it, and the key"), ..Look::default() };
        if button::show(ui, "Clear", clear).clicked() {
            memory.inspecting = Default::default();
            out.push(Command::Inspect(Ask::Clear));
        }
    });
    super::failure(ui, &cx.model.inspecting, Work::Text);
    found(ui, cx, out);
    ui.add(Label::new(text::marked(&looked.words, text::strong_font(), tokens.text)).wrap());
    let mut about = Vec::new();
    if !looked.origin.words.is_empty() {
        about.push(looked.origin.words.clone());
    }
    about.extend(looked.origin.made.clone());
    if let Some(place) = looked.found.get(looked.pick).and_then(|item| item.place.clone()) {
        about.push(format!("found {place}"));
    }
    if !about.is_empty() {
        ui.add(Label::new(text::marked(&visible(&about.join(" · ")), text::caption_font(), tokens.dim)).wrap());
    }
    credential(ui, cx, memory.masked);
}

/// The field that takes whatever is typed or pasted.
pub(super) fn input(ui: &mut Ui, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let looking = &mut memory.inspecting;
    let edit = TextEdit::singleline(&mut looking.input)
        .char_limit(LONGEST_TYPED)
        .desired_width(f32::INFINITY)
        .password(memory.masked)
        .margin(Margin::symmetric(GAP_2 as i8, GAP as i8))
        .hint_text("Paste or type it here, then Enter")
        .align(Align2::LEFT_CENTER);
    let typed = ui.add(edit);
    typed.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Credential to inspect"));
    let entered = typed.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if entered && !looking.input.trim().is_empty() {
        out.push(Command::Inspect(Ask::Take(Subject::pasted(&std::mem::take(&mut looking.input)))));
    }
}

/// The button that takes what the clipboard has.
pub(super) fn paste(ui: &mut Ui, lit: bool) {
    let look = Look { hint: Some("Takes what was copied last; Ctrl+V does the same"), lit, ..Look::default() };
    if button::show(ui, "Paste", look).clicked() {
        ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
    }
}

/// What stood in the text, where that is more than one thing.
fn found(ui: &mut Ui, cx: &Context<'_>, out: &mut Vec<Command>) {
    let looked = cx.looked;
    if looked.found.len() < 2 {
        return;
    }
    ui.label(text::caption(format!("{} in it", text::counted(looked.found.len(), "things"))).color(cx.tokens.dim));
    for (at, item) in looked.found.iter().enumerate().take(MOST_LISTED) {
        let place = item.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
        let words = visible(&format!("{}{place}", item.words)).into_owned();
        let name = format!("Look at {}: {}", at + 1, text::unmarked(&words));
        let radio =
            ui.add(RadioButton::new(looked.pick == at, text::marked(&words, text::caption_font(), cx.tokens.text)));
        radio.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, looked.pick == at, &name));
        if radio.clicked() {
            out.push(Command::Inspect(Ask::Pick(at)));
        }
    }
    if looked.found.len() > MOST_LISTED {
        let more = format!("… {} more", looked.found.len() - MOST_LISTED);
        ui.label(text::caption(more).color(cx.tokens.dim));
    }
}

/// The thing itself, each part of a token in its own colour.
fn credential(ui: &mut Ui, cx: &Context<'_>, masked: bool) {
    let looked = cx.looked;
    let mut job = LayoutJob { wrap: TextWrapping { break_anywhere: true, ..Default::default() }, ..Default::default() };
    job.wrap.max_width = ui.available_width();
    let mut add = |words: &str, color: Color32| {
        job.append(words, 0.0, TextFormat::simple(text::mono_font(), color));
    };
    if masked {
        add("•••• hidden while secrets are masked", cx.tokens.dim);
    } else {
        for (at, part) in looked.shown.iter().enumerate() {
            if at > 0 {
                add(".", cx.tokens.dim);
            }
            let whole = looked.shown.len() == 1;
            add(part, if whole { cx.tokens.text } else { part_color(cx, at) });
        }
    }
    ui.add(Label::new(job).wrap());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        let octets = format!("{} octets", grouped(looked.credential.len() as u64));
        ui.label(text::caption(octets).color(cx.tokens.dim));
        if icon::button(ui, Icon::Copy, icon::SMALL, "Copy the credential").clicked() {
            ui.copy_text(looked.credential.to_string());
        }
    });
}

/// The signature has the colour of its verdict, since that is what it decides.
pub(super) fn part_color(cx: &Context<'_>, at: usize) -> Color32 {
    let valid = cx.looked.token().map(|token| token.signature.valid);
    match (at, valid) {
        (0, _) => cx.tokens.text,
        (1, _) => cx.tokens.jwt,
        (_, Some(Some(true))) => cx.tokens.good,
        (_, Some(Some(false))) => cx.tokens.bad,
        _ => cx.tokens.amber,
    }
}
