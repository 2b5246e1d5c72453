//! The tab of attacks: what each makes of the token, and which of them a lane accepts.

use eframe::egui::{Label, Popup, PopupCloseBehavior, ScrollArea, Stroke, Ui};

use super::{Context, capital};
use crate::inspect::plain::visible;
use crate::state::command::{Command, Side};
use crate::state::inspecting::{Ask, Forgery, Tried, Work};
use crate::state::model::Tone;
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::secret::side_name;

pub(super) fn show(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let tokens = cx.tokens;
    let words = "What an attacker makes of it without the server's private key: an admin's role and ten years more. Make \
                 one, and send it to a lane";
    ui.add(Label::new(text::body(words).color(tokens.dim)).wrap());
    ui.horizontal_wrapped(|ui| {
        for side in Side::BOTH {
            try_all(ui, cx, side, out);
        }
    });
    super::failure(ui, &cx.model.inspecting, Work::Forge);
    let Some(forged) = &cx.model.inspecting.forged else {
        if !memory.inspecting.forging {
            memory.inspecting.forging = true;
            out.push(Command::Inspect(Ask::Forge));
        }
        ui.label(text::body("Forging…").color(tokens.dim));
        return;
    };
    memory.inspecting.forging = false;
    for (at, forgery) in forged.iter().enumerate() {
        one(ui, cx, memory, (at, forgery), out);
        let y = ui.cursor().top() - GAP;
        ui.painter().hline(ui.min_rect().x_range(), y, Stroke::new(1.0, tokens.line));
    }
}

/// Trying everything against a lane, and how far that is.
fn try_all(ui: &mut Ui, cx: &Context<'_>, side: Side, out: &mut Vec<Command>) {
    let trying = &cx.model.inspecting.trying[side.index()];
    if trying.running {
        let words = format!("Stop: {} of {} tried", trying.done.len(), trying.all);
        let name = format!("Stop trying the {} lane", side_name(side));
        if button::show(ui, &words, Look { name: Some(&name), ..Look::default() }).clicked() {
            out.push(Command::StopTrying);
        }
        return;
    }
    let why = super::lane_is_away(cx.model, side);
    let words = format!("Try all against the {} lane", side_name(side));
    let hint = "Each attack from its own beginning: the phone logs in anew, and the attacker lets go of what it holds";
    if button::show(ui, &words, Look { why_not: why.as_deref(), hint: Some(hint), ..Look::default() }).clicked() {
        out.push(Command::TryAll(side));
    }
}

fn one(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, (at, forgery): (usize, &Forgery), out: &mut Vec<Command>) {
    let tokens = cx.tokens;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        ui.label(text::mono(forgery.name).color(tokens.text));
        let Ok(variants) = &forgery.variants else { return };
        let first = variants.first().map(String::as_str).unwrap_or_default();
        let name = format!("Make {}", forgery.name);
        let hint = format!("Looks at it: {}", visible(first));
        let look = Look { name: Some(&name), hint: Some(&hint), ..Look::default() };
        if button::show(ui, "Make", look).clicked() {
            out.push(Command::Inspect(Ask::Choose(at, 0)));
        }
        if variants.len() > 1 {
            let name = format!("Variants of {}", forgery.name);
            let look = Look { name: Some(&name), hint: Some("The ways in which it can be written"), ..Look::default() };
            let more = button::show(ui, &format!("{} variants…", variants.len()), look);
            Popup::menu(&more).close_behavior(PopupCloseBehavior::CloseOnClick).show(|ui| {
                ui.reset_style();
                ScrollArea::vertical().max_height(300.0).show(ui, |ui| {
                    for (variant, words) in variants.iter().enumerate() {
                        if button::menu_item(ui, &visible(words), Look::default()) {
                            out.push(Command::Inspect(Ask::Choose(at, variant)));
                        }
                    }
                });
            });
        }
    });
    ui.add(Label::new(text::marked(&capital(forgery.told), text::caption_font(), tokens.dim)).wrap());
    if let Err(why) = &forgery.variants {
        let words = format!("Not of this token: {}", visible(why));
        ui.add(Label::new(text::marked(&words, text::caption_font(), tokens.dim)).wrap());
    }
    for side in Side::BOTH {
        let done = &cx.model.inspecting.trying[side.index()].done;
        if let Some(tried) = done.iter().find(|tried| tried.name == forgery.name) {
            outcome(ui, cx, memory, side, tried);
        }
    }
}

/// What a lane made of it.
fn outcome(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, side: Side, tried: &Tried) {
    let (tone, word) = match (tried.sent, tried.accepted) {
        (None, _) => (Tone::Neutral, "nothing to send".to_owned()),
        (Some(sent), 0) => (Tone::Good, format!("refused, {}", text::counted(sent, "variants"))),
        (Some(sent), accepted) => (Tone::Bad, format!("accepted {accepted} of {sent}")),
    };
    super::flowing(ui, |ui| {
        let head = format!("{} lane: {word}", capital(side_name(side)));
        ui.label(text::strong_caption(head).color(cx.tokens.tone(tone)).background_color(cx.tokens.tone_ground(tone)));
        let told = text::with_local_times(&visible(&tried.told), cx.model.now());
        ui.add(Label::new(text::marked(&told, text::caption_font(), cx.tokens.text)).wrap());
        if let Some(number) = tried.number {
            super::exchange(ui, cx, side, number, memory);
        }
    });
}
