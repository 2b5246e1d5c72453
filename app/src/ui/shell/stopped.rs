//! What stands above everything once the lab's thread is gone: what that means, and the way out.

use eframe::egui::Ui;

use crate::state::command::Command;
use crate::state::model::Model;
use crate::ui::commands::UiCommand;
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::Tokens;
use crate::ui::widgets::button::{self, Look};

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let words = "The lab behind this window has stopped, which is a bug in Lockstep. What is shown stays readable";
    ui.horizontal_wrapped(|ui| {
        ui.label(text::strong(words).color(tokens.bad));
        let (name, hint) = (UiCommand::StartLab.name(), UiCommand::StartLab.hint());
        if button::show(ui, &name, Look { hint: Some(&hint), lit: true, ..Look::default() }).clicked() {
            UiCommand::StartLab.run(model, memory, out);
        }
    });
}
