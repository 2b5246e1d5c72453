//! The shortcuts: whichever is pressed is taken out of the input before any control sees it.

use eframe::egui::{Context, Key, KeyboardShortcut, Modifiers, Popup, Ui};

use super::{Group, UiCommand};
use crate::state::command::Command;
use crate::state::model::Model;
use crate::ui::memory::UiMemory;

/// Does what was pressed since the last frame.
pub(in crate::ui) fn take(ui: &Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    // While something is searched for, only the way out works: keys belong to the palette.
    if memory.palette.is_some() {
        if pressed(ui, UiCommand::Palette) {
            UiCommand::Palette.run(model, memory, out);
        }
        return;
    }
    // Over the design form only the looks can be changed: what acts behind it would not be seen.
    let covered = memory.designing.open.is_some();
    for command in by_modifiers() {
        let reaches = !covered || (command.group() == Group::View && command != UiCommand::Palette);
        if reaches && pressed(ui, command) {
            command.run(model, memory, out);
        }
    }
    // An open menu and a focused field have the first claim to this key.
    let taken = Popup::is_any_open(ui.ctx()) || ui.ctx().memory(|memory| memory.focused().is_some());
    if memory.is_presenting() && !taken && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        memory.present();
    }
}

/// `Ctrl+K`, or as the system writes it.
pub(in crate::ui) fn shown(ctx: &Context, command: UiCommand) -> Option<String> {
    command.shortcuts().first().map(|shortcut| ctx.format_shortcut(shortcut))
}

/// A hint with the shortcut behind it.
pub(in crate::ui) fn hint(ctx: &Context, command: UiCommand) -> String {
    match shown(ctx, command) {
        Some(keys) => format!("{} ({keys})", command.hint()),
        None => command.hint(),
    }
}

fn pressed(ui: &Ui, command: UiCommand) -> bool {
    let take = |shortcut: &KeyboardShortcut| ui.input_mut(|input| input.consume_shortcut(shortcut));
    command.shortcuts().iter().any(take)
}

/// Those with more modifiers first: egui takes Ctrl+Shift+M for Ctrl+M as well.
fn by_modifiers() -> Vec<UiCommand> {
    let mut all = UiCommand::all();
    let shifted = |command: &UiCommand| command.shortcuts().first().is_some_and(|keys| keys.modifiers.shift);
    all.sort_by_key(|command| !shifted(command));
    all
}
