//! The lab clock in the bar: what time it is in the lab, how far ahead, and the ways to move it forward.

use std::time::Duration;

use eframe::egui::{Align2, Popup, Sense, Ui, WidgetInfo, accesskit::Role, vec2};
use lockstep_shared::span::in_words;

use super::view;
use crate::state::command::Command;
use crate::state::model::Model;
use crate::ui::commands::jump::{Jump, no_expiry};
use crate::ui::commands::{UiCommand, keys};
use crate::ui::memory::{Page, UiMemory};
use crate::ui::pages::playground::guide::{Guide, Next};
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, Tokens};
use crate::ui::widgets::button::{self, Look};

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    memory: &mut UiMemory,
    compact: bool,
    wide: bool,
    out: &mut Vec<Command>,
) {
    let tokens = Tokens::of(ui);
    if wide {
        ui.label(text::caption("Lab clock").color(tokens.dim));
    }
    figures(ui, model);
    // Each page leads by itself, and the clock is a step of the playground's.
    let lit = memory.page == Page::Playground && Guide::of(model).next == Some(Next::Expiry);
    // Before a room, what comes next has its button at the bottom.
    let below = lit && memory.is_presenting();
    if compact {
        let lit = lit && no_expiry(model).is_none() && !below;
        let beside = lit && ui.available_width() > 280.0;
        let look = Look { hint: Some("Moves the lab clock forward"), lit: lit && !beside, ..Look::default() };
        let button = button::show(ui, "Clock…", look);
        Popup::menu(&button).show(|ui| {
            ui.set_max_width(view::MENU);
            for command in Jump::ALL.map(UiCommand::Jump).into_iter().chain([UiCommand::NextExpiry]) {
                view::item(ui, command, model, memory, out);
            }
        });
        if beside {
            next_expiry(ui, model, memory, true, out);
        }
        return;
    }
    ui.spacing_mut().item_spacing.x = GAP;
    for jump in Jump::SHORT {
        let hint = keys::hint(ui.ctx(), UiCommand::Jump(jump));
        if button::show(ui, &jump.words(), Look { hint: Some(&hint), ..Look::default() }).clicked() {
            UiCommand::Jump(jump).run(model, memory, out);
        }
    }
    if !below {
        next_expiry(ui, model, memory, lit, out);
    }
    ui.spacing_mut().item_spacing.x = GAP_2;
}

fn next_expiry(ui: &mut Ui, model: &Model, memory: &mut UiMemory, lit: bool, out: &mut Vec<Command>) {
    let hint = keys::hint(ui.ctx(), UiCommand::NextExpiry);
    let look = Look { why_not: no_expiry(model), hint: Some(&hint), lit, ..Look::default() };
    if button::show(ui, &UiCommand::NextExpiry.name(), look).clicked() {
        UiCommand::NextExpiry.run(model, memory, out);
    }
}

/// The time, and how far it is ahead of the machine's.
fn figures(ui: &mut Ui, model: &Model) {
    let tokens = Tokens::of(ui);
    let now = model.now();
    let (time, ahead) = (now.local_hms(), in_words(Duration::from_secs(model.ahead_secs)));
    let clock = ui.painter().layout_no_wrap(time.clone(), text::clock_font(), tokens.text);
    let (rect, response) = ui.allocate_exact_size(vec2(clock.size().x, 20.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Lab clock {time}")));
    ui.painter().galley(rect.center() - clock.size() / 2.0, clock, tokens.text);
    response.on_hover_text(format!("{} on the lab clock", now.local_long()));

    let words = format!("+{ahead}");
    let galley = ui.painter().layout_no_wrap(words, text::caption_font(), tokens.dim);
    // Wide enough for two-digit minutes, so that the buttons beside it stay where they are.
    let size = vec2((galley.size().x + 2.0 * GAP_2).max(64.0), 20.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let spoken = format!("Ahead by {ahead}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    ui.painter().rect_filled(rect, 10.0, tokens.raised);
    let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size()).min;
    ui.painter().galley(at, galley, tokens.dim);
    response.on_hover_text(format!("The lab clock is {ahead} ahead of this machine's"));
}

/// Draws the next second when it comes, where time passes and somebody can see it.
pub(super) fn keep_running(ui: &Ui, model: &Model) {
    let hidden = ui.input(|input| input.viewport().minimized == Some(true));
    if model.clock.runs() && !hidden {
        let rest = 1000 - model.now().millis() % 1000;
        ui.ctx().request_repaint_after(Duration::from_millis(rest));
    }
}
