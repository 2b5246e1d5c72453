//! The tab in which a token is changed and signed: an act of its own, apart from all checking.

use eframe::egui::accesskit::Role;
use eframe::egui::{FontSelection, Label, Margin, RadioButton, TextEdit, Ui, WidgetInfo};
use serde_json::Value;

use super::Context;
use super::looking::{EditForm, KeyKind};
use crate::inspect::forge::Edit;
use crate::state::command::Command;
use crate::state::inspecting::{Ask, Edited, Signing, Token, Work};
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2};
use crate::ui::widgets::button::{self, Look};

/// Longer than what is shown of a token.
const LONGEST: usize = 60_000;

/// What forgers write into claims.
const PRESETS: [(&str, &str); 2] = [("role", "Role admin"), ("longer", "Ten years more")];

pub(super) fn show(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, token: &Token, out: &mut Vec<Command>) {
    let tokens = cx.tokens;
    let dim = |ui: &mut Ui, words: &str| {
        ui.add(Label::new(text::body(words).color(tokens.dim)).wrap());
    };
    dim(ui, "Makes another token of this one. What you look at is never changed by checking it, only here");
    if token.header.is_cut || token.payload.is_cut {
        return dim(ui, "It is too long to be edited here");
    }
    let masked = memory.masked;
    let form = memory.inspecting.edit.get_or_insert_with(|| EditForm::of(token));
    let mut typing = part(ui, cx, "Header", &mut form.header);
    typing |= part(ui, cx, "Payload", &mut form.payload);
    ui.horizontal_wrapped(|ui| {
        for (preset, words) in PRESETS {
            let look = Look { hint: Some("Writes into the payload what forgers write"), ..Look::default() };
            if button::show(ui, words, look).clicked() {
                form.preset(preset);
            }
        }
        for (name, value) in [("sub", &mut form.sub), ("aud", &mut form.aud)] {
            let field =
                TextEdit::singleline(value).char_limit(200).desired_width(84.0).hint_text(format!("other {name}"));
            let field = ui.add(field.margin(Margin::symmetric(GAP_2 as i8, GAP as i8)));
            field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, format!("Other {name}")));
            typing |= field.has_focus();
        }
        let why = (form.sub.trim().is_empty() && form.aud.trim().is_empty()).then_some("Type another sub or aud first");
        let look = Look { why_not: why, name: Some("Write the other sub or aud"), ..Look::default() };
        if button::show(ui, "Write", look).clicked() {
            form.others();
        }
    });
    ui.add_space(GAP);
    ui.label(text::head("Signature").color(tokens.text));
    let radio = |ui: &mut Ui, chosen: bool, words: &str| {
        let radio = ui.add(RadioButton::new(chosen, text::body(words)));
        radio.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, words));
        radio.clicked()
    };
    if radio(ui, form.sign.is_none(), "Keep the old one") {
        form.sign = None;
    }
    for kind in KeyKind::ALL {
        let words = match kind {
            KeyKind::Secret => "Sign with a secret",
            KeyKind::SecretBase64url => "Sign with a secret in base64url",
            KeyKind::File => "Sign with a private key: PEM or JWK",
        };
        if radio(ui, form.sign == Some(kind), words) {
            form.sign = Some(kind);
        }
    }
    if let Some(kind) = form.sign {
        let margin = Margin::symmetric(GAP_2 as i8, GAP as i8);
        let edit = match kind.is_secret() || masked {
            true => TextEdit::singleline(&mut form.key).password(masked),
            false => TextEdit::multiline(&mut form.key).desired_rows(4),
        };
        let font = FontSelection::FontId(text::mono_font());
        let field = ui.add(edit.font(font).char_limit(LONGEST).desired_width(f32::INFINITY).margin(margin));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Key to sign with"));
        typing |= field.has_focus();
    }
    super::failure(ui, &cx.model.inspecting, Work::Edit);
    let words = if form.sign.is_some() { "Edit and sign" } else { "Edit, keep the signature" };
    let why = (form.sign.is_some() && form.key.is_empty()).then_some("Type the key to sign with first");
    let look =
        Look { why_not: why, hint: Some("Makes the token and looks at it; Back leads here again"), ..Look::default() };
    if button::show(ui, words, look).clicked() {
        let sign = form.sign.map_or(Signing::Keep, |kind| Signing::With(kind.given(form.key.clone())));
        let (header, payload) = (form.header.clone(), form.payload.clone());
        out.push(Command::Inspect(Ask::Edit(Edited { header, payload, sign })));
    }
    memory.inspecting.typing |= typing;
}

fn part(ui: &mut Ui, cx: &Context<'_>, name: &str, text: &mut String) -> bool {
    ui.label(text::head(name).color(cx.tokens.text));
    let rows = text.lines().count().clamp(2, 14);
    let edit = TextEdit::multiline(text)
        .font(FontSelection::FontId(text::mono_font()))
        .char_limit(LONGEST)
        .desired_rows(rows)
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(GAP_2 as i8, GAP as i8));
    let field = ui.add(edit);
    field.widget_info(|| WidgetInfo::labeled(Role::MultilineTextInput, true, format!("{name} to sign")));
    field.has_focus()
}

impl EditForm {
    /// What there is to change.
    fn of(token: &Token) -> Self {
        let text = |part: &crate::state::inspecting::Part| part.pretty.as_ref().unwrap_or(&part.raw).to_string();
        Self { header: text(&token.header), payload: text(&token.payload), ..Self::default() }
    }

    fn preset(&mut self, name: &str) {
        if let Ok(edit) = Edit::preset(name) {
            self.write(&edit);
        }
    }

    fn others(&mut self) {
        for (name, value) in [("sub", self.sub.trim().to_owned()), ("aud", self.aud.trim().to_owned())] {
            if !value.is_empty() {
                self.write(&Edit::Set(name.to_owned(), value.into()));
            }
        }
    }

    /// A payload that is no JSON stays as it is: the error that follows says so.
    fn write(&mut self, edit: &Edit) {
        if let Ok(Value::Object(mut claims)) = serde_json::from_str(&self.payload) {
            Edit::apply(edit, &mut claims);
            self.payload = serde_json::to_string_pretty(&Value::Object(claims)).unwrap_or_default();
        }
    }
}
