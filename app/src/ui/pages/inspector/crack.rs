//! The tab in which the secret of an HMAC is looked for: how fast, how far, and what was found.

use eframe::egui::accesskit::Role;
use eframe::egui::{Checkbox, Label, Rect, Sense, Ui, WidgetInfo, vec2};
use lockstep_shared::span::in_words;

use super::Context;
use super::field::Form;
use super::sign::{Sign, large};
use crate::inspect::plain::visible;
use crate::lab::digest::grouped;
use crate::state::command::Command;
use crate::state::inspecting::{Ask, Cracked, Cracking, KeyGiven, Token, Work};
use crate::state::model::Tone;
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::widgets::button::{self, Look};

/// The longest path or mask that can be typed.
const LONGEST: usize = 1000;

pub(super) fn show(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, token: &Token, out: &mut Vec<Command>) {
    let tokens = cx.tokens;
    if let Some(why) = &token.uncrackable {
        let words = format!("There is no secret to look for: {why}");
        ui.add(Label::new(text::body(words).color(tokens.dim)).wrap());
        return;
    }
    let words = "Whoever has the token can try secrets against it without asking the server. Nothing is sent";
    ui.add(Label::new(text::body(words).color(tokens.dim)).wrap());
    let cracking = cx.model.inspecting.cracking.as_ref();
    let running = cracking.is_some_and(|cracking| cracking.running);
    form(ui, cx, memory);
    let asked = memory.inspecting.crack.clone();
    ui.horizontal(|ui| {
        if running {
            if button::show(ui, "Cancel", Look { name: Some("Cancel the search"), ..Look::default() }).clicked() {
                out.push(Command::Inspect(Ask::StopCracking));
            }
            return;
        }
        if button::show(ui, "Crack", Look { name: Some("Look for the secret"), lit: true, ..Look::default() }).clicked()
        {
            out.push(Command::Inspect(Ask::Crack(asked.clone())));
        }
        let stopped = cracking.is_some_and(|cracking| matches!(cracking.ended, Some(Cracked::Stopped)));
        let look = Look { hint: Some("From where it was stopped"), ..Look::default() };
        if stopped && button::show(ui, "Go on", look).clicked() {
            out.push(Command::Inspect(Ask::Crack(crate::state::inspecting::CrackAsked { go_on: true, ..asked })));
        }
    });
    super::failure(ui, &cx.model.inspecting, Work::Crack);
    if let Some(cracking) = cracking {
        progress(ui, cx, cracking);
        ended(ui, cx, cracking, memory, out);
    }
}

/// Where candidates come from.
fn form(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory) {
    let looking = &mut memory.inspecting;
    let form = Form { width: 84.0, longest: LONGEST };
    for (words, name, hint, text) in [
        ("Word list", "Path of a word list", "built in: common secrets", &mut looking.crack.list),
        ("Then a mask", "Mask of the secret", "?l a–z, ?u A–Z, ?d 0–9, ?a any", &mut looking.crack.mask),
    ] {
        let field = form.line(ui, cx, (words, name, hint), text);
        looking.typing |= field.has_focus();
    }
    ui.add(Checkbox::new(&mut looking.crack.rules, text::body("Vary each word as people do: capitals, digits, years")));
}

/// How far it is, and how fast.
fn progress(ui: &mut Ui, cx: &Context<'_>, cracking: &Cracking) {
    let tokens = cx.tokens;
    let (line, response) = ui.allocate_exact_size(vec2(ui.available_width(), 6.0), Sense::hover());
    let share = match (&cracking.ended, cracking.share) {
        (Some(Cracked::NotFound | Cracked::Found { .. }), _) => 1.0,
        (_, share) => share.unwrap_or(0.0),
    };
    let percent = format!("{:.1} % tried", 100.0 * share);
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &percent));
    ui.painter().rect_filled(line, 2.0, tokens.line);
    let done = Rect::from_min_size(line.min, vec2(line.width() * share as f32, line.height()));
    ui.painter().rect_filled(done, 2.0, tokens.text);
    let mut words = vec![format!("{} tried", grouped(cracking.tried))];
    if cracking.per_second > 0.0 {
        let threads = text::counted(cracking.threads, "threads");
        words.push(format!("{} a second on {threads}", grouped(cracking.per_second as u64)));
    }
    if let Some(left) = cracking.left.filter(|_| cracking.running) {
        words.push(format!("{} left", in_words(left)));
    }
    ui.add(Label::new(text::body(words.join(", ")).color(tokens.dim)).wrap());
}

fn ended(ui: &mut Ui, cx: &Context<'_>, cracking: &Cracking, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let line = |ui: &mut Ui, words: &str| {
        ui.add(Label::new(text::body(words).color(cx.tokens.dim)).wrap());
    };
    match &cracking.ended {
        None => {}
        Some(Cracked::NotFound) => {
            large(ui, Sign::Dash, Tone::Neutral, "Not found");
            line(ui, "It is none of these candidates, which is no proof that it is a good one");
        }
        Some(Cracked::Stopped) => line(ui, "Stopped: Go on continues where it was"),
        Some(Cracked::Broken(why)) => {
            ui.add(Label::new(text::body(visible(why)).color(cx.tokens.bad)).wrap());
        }
        Some(Cracked::Found { secret }) => {
            large(ui, Sign::Cross, Tone::Bad, "Secret found");
            let shown = match (memory.masked, secret.is_empty(), std::str::from_utf8(secret)) {
                (true, ..) => "•••• hidden while secrets are masked".to_owned(),
                (_, true, _) => "(blank)".to_owned(),
                (_, _, Ok(text)) => visible(text).into_owned(),
                (_, _, Err(_)) => secret.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(" "),
            };
            ui.add(Label::new(text::mono(shown).color(cx.tokens.text)).wrap());
            line(ui, "Whoever has it makes tokens that the server can't tell from its own");
            let look =
                Look { hint: Some("Checks the signature with it, and signs with it under Edit"), ..Look::default() };
            if button::show(ui, "Use it as the key", look).clicked()
                && let Ok(text) = std::str::from_utf8(secret)
            {
                memory.inspecting.key.kind = super::looking::KeyKind::Secret;
                memory.inspecting.key.text = text.to_owned();
                out.push(Command::Inspect(Ask::Key(KeyGiven::Secret(text.to_owned()))));
            }
        }
    }
}
