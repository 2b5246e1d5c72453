//! What signatures are checked with: a key that is typed or pasted, or the one that a lane publishes.

use eframe::egui::accesskit::Role;
use eframe::egui::{FontSelection, Key, Label, Margin, RadioButton, TextEdit, Ui, WidgetInfo};

use super::Context;
use super::looking::KeyKind;
use crate::state::command::{Command, Side};
use crate::state::inspecting::{Ask, KeyGiven, What, Work};
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::secret::side_name;

/// Longer than any set of keys that somebody pastes.
const LONGEST_KEY: usize = 100_000;

pub(super) fn show(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, out: &mut Vec<Command>) {
    if !matches!(cx.looked.what, What::Token(_)) {
        return;
    }
    let tokens = cx.tokens;
    ui.add_space(GAP);
    ui.label(text::head("Key").color(tokens.text));
    let words = cx.looked.key.as_deref().unwrap_or("None: nothing to check the signature with");
    ui.add(Label::new(text::body(words).color(tokens.dim)).wrap());
    ui.horizontal_wrapped(|ui| {
        for side in Side::BOTH {
            lane(ui, cx, side, out);
        }
        if cx.looked.key.is_some() {
            let look = Look { hint: Some("Looks at the token without a key"), ..Look::default() };
            if button::show(ui, "No key", look).clicked() {
                memory.inspecting.key.text.clear();
                out.push(Command::Inspect(Ask::Key(KeyGiven::None)));
            }
        }
    });
    typed(ui, memory, out);
    super::failure(ui, &cx.model.inspecting, Work::Key);
}

fn lane(ui: &mut Ui, cx: &Context<'_>, side: Side, out: &mut Vec<Command>) {
    let why = super::lane_is_away(cx.model, side);
    let words = format!("The {} lane's", side_name(side));
    let name = format!("Check with the {} lane's keys", side_name(side));
    let hint = "Reads the keys that the lane's server tells everybody, at /.well-known/jwks.json";
    let look = Look { name: Some(&name), why_not: why.as_deref(), hint: Some(hint), lit: false };
    if button::show(ui, &words, look).clicked() {
        out.push(Command::LaneKeys(side));
    }
}

/// The key that is typed, and what it is.
fn typed(ui: &mut Ui, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let masked = memory.masked;
    let looking = &mut memory.inspecting;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        for kind in KeyKind::ALL {
            let chosen = looking.key.kind == kind;
            let radio = ui.add(RadioButton::new(chosen, text::caption(kind.name())));
            radio
                .widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, format!("Key: {}", kind.name())));
            if radio.clicked() {
                looking.key.kind = kind;
            }
        }
    });
    let secret = looking.key.kind.is_secret();
    let (hint, margin) = match secret {
        true => ("The secret", Margin::symmetric(GAP_2 as i8, GAP as i8)),
        false => ("-----BEGIN PUBLIC KEY----- or {\"kty\":…}", Margin::symmetric(GAP_2 as i8, GAP as i8)),
    };
    // A set of keys has lines; what is masked is one line of dots.
    let edit = match secret || masked {
        true => TextEdit::singleline(&mut looking.key.text).password(masked),
        false => TextEdit::multiline(&mut looking.key.text).desired_rows(4),
    };
    let font = FontSelection::FontId(text::mono_font());
    let field =
        ui.add(edit.font(font).char_limit(LONGEST_KEY).desired_width(f32::INFINITY).margin(margin).hint_text(hint));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Key to check with"));
    looking.typing |= field.has_focus();
    let entered = secret && field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let why = looking.key.text.is_empty().then_some("Type or paste a key first");
    let look = Look { why_not: why, name: Some("Check with the typed key"), ..Look::default() };
    if button::show(ui, "Check", look).clicked() || (entered && why.is_none()) {
        let text = looking.key.text.clone();
        out.push(Command::Inspect(Ask::Key(looking.key.kind.given(text))));
    }
}
