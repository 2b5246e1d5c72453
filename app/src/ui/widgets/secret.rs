//! A credential's value: shortened in the middle, hidden when the window is masked, with buttons that copy it, open it in the Inspector and reveal it.

use eframe::egui::{Label, Ui};

use super::flash;
use super::icon::{self, Icon};
use crate::state::command::Side;
use crate::ui::memory::{SecretId, UiMemory};
use crate::ui::pages::inspector::Wanted;
use crate::ui::text;
use crate::ui::theme::{GAP, Tokens};

const SHORT: usize = 4;

/// `k3Jf…9aQ`: the first and the last few characters, where leaving the middle out saves anything.
pub(in crate::ui) fn shorten(value: &str) -> String {
    let count = value.chars().count();
    if count <= 2 * SHORT + 2 {
        return value.to_owned();
    }
    let head: String = value.chars().take(SHORT).collect();
    let tail: String = value.chars().skip(count - SHORT + 1).collect();
    format!("{head}…{tail}")
}

/// What stands on one line for a value.
pub(in crate::ui) fn line(value: &str, masked: bool) -> String {
    if masked { "••••…•••".to_owned() } else { shorten(value) }
}

/// The value with its buttons, on one line.
pub(in crate::ui) fn show(ui: &mut Ui, memory: &mut UiMemory, id: &SecretId, value: &str) {
    let tokens = Tokens::of(ui);
    let name = spoken(id);
    let label = ui.add(Label::new(text::mono(line(value, memory.masked)).color(tokens.text)));
    let changed = flash::strength(ui, &name, value);
    if changed > 0.0 {
        ui.painter().rect_filled(label.rect.expand(2.0), GAP, tokens.focus.gamma_multiply(0.3 * changed));
    }
    ui.spacing_mut().item_spacing.x = 0.0;
    if icon::button(ui, Icon::Copy, icon::SMALL, &format!("Copy {name}")).clicked() {
        ui.copy_text(value.to_owned());
    }
    if icon::button(ui, Icon::Inspector, icon::SMALL, &format!("Inspect {name}")).clicked() {
        let words = format!("{} of the {} {}", id.name, side_name(id.side), id.actor);
        memory.inspecting.wanted = Some(Wanted { side: id.side, words, value: value.to_owned() });
    }
    let revealed = memory.revealed.as_ref() == Some(id);
    let (shape, verb) = if revealed { (Icon::EyeOff, "Hide") } else { (Icon::Eye, "Reveal") };
    if icon::button(ui, shape, icon::SMALL, &format!("{verb} {name}")).clicked() {
        memory.revealed = (!revealed).then(|| id.clone());
    }
}

/// The room that the value and its buttons take.
pub(in crate::ui) fn width(ui: &Ui) -> f32 {
    let galley = ui.painter().layout_no_wrap("k3Jf…9aQ".to_owned(), text::mono_font(), Tokens::of(ui).text);
    galley.size().x + GAP * 2.0 + 3.0 * icon::SMALL
}

/// The whole value, wrapped, where it is revealed.
pub(in crate::ui) fn in_full(ui: &mut Ui, memory: &UiMemory, id: &SecretId, value: &str) {
    if memory.revealed.as_ref() == Some(id) {
        let job = text::mono(value).color(Tokens::of(ui).text);
        ui.add(Label::new(job).selectable(true).wrap());
    }
}

fn spoken(id: &SecretId) -> String {
    format!("{} {} {}", side_name(id.side), id.actor, id.name)
}

/// `left` or `right`.
pub(in crate::ui) fn side_name(side: Side) -> &'static str {
    match side {
        Side::Left => "left",
        Side::Right => "right",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_lose_their_middle() {
        assert_eq!(shorten("k3JfAAAAAAAAAAAA9aQ"), "k3Jf…9aQ");
        assert_eq!(shorten("short"), "short");
        assert_eq!(shorten("ääääääääääää"), "ääää…äää");
        assert!(!line("k3JfAAAAAAAAAAAA9aQ", true).contains('k'));
    }
}
