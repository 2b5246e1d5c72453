//! The keys of a design, table by table: each with a control of its kind, what it does, and what is wrong with it.

use eframe::egui::{
    Align, Align2, Button, Checkbox, Label, Layout, Margin, Response, TextEdit, Ui, WidgetInfo, accesskit::Role, vec2,
};
use lockstep_shared::design::{Key, LeftOut, Takes, about, about_value, keys};
use lockstep_shared::span::{Span, in_words};

use super::form::DesignForm;
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP, GAP_2, GAP_3, Tokens};

/// From this width on, what a key does stands beside it.
const BESIDE: f32 = 620.0;
/// The control's column, with its name before it.
const CONTROLS: f32 = 412.0;
const NAMES: f32 = 96.0;
const SPANS: f32 = 76.0;

/// The longest text that a key takes.
const LONGEST: usize = 400;

/// A key's control where nothing is written there.
const LEFT_OUT: &str = "left out";

pub(super) fn all(ui: &mut Ui, form: &mut DesignForm) {
    let sought = form.find.trim().to_lowercase();
    let says = |key: &Key| {
        let said = about(&key.path).map(|(about, _)| about.to_lowercase()).unwrap_or_default();
        key.path.contains(&sought) || said.contains(&sought)
    };
    let mut found = false;
    // What is only read by people comes last: a design is changed for what it does.
    for key in keys().iter().filter(|key| !is_long(key)).chain(keys().iter().filter(|key| is_long(key))) {
        let within = |other: &&Key| other.table() == Some(key.path.as_str());
        match key.takes {
            Takes::Table if says(key) || keys().iter().filter(within).any(says) => {
                table(ui, form, key);
                found = true;
            }
            Takes::Table => {}
            _ if !form.draft.has_table_of(key) => {}
            // Who looks for a table wants to see what is in it.
            _ if says(key) || key.table().is_some_and(|table| table.contains(&sought)) => {
                row(ui, form, key);
                found = true;
            }
            _ => {}
        }
    }
    if !found {
        ui.label(text::body("No key is called so, or does that").color(Tokens::of(ui).dim));
    }
    form.sought = None;
}

/// A table's name and what it is for; one that may be left out is switched here.
fn table(ui: &mut Ui, form: &mut DesignForm, key: &Key) {
    let tokens = Tokens::of(ui);
    ui.add_space(GAP_2);
    let words = text::strong(format!("[{}]", key.path)).color(tokens.text);
    let was_on = form.draft.has(&key.path);
    let mut on = was_on;
    let response = if key.left_out == LeftOut::Differs {
        let response = ui.add(Checkbox::new(&mut on, words));
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, &key.path));
        if on != was_on {
            form.switch(&key.path, on);
        }
        response
    } else {
        ui.label(words)
    };
    told(ui, form, key);
    seek(form, key, &response);
}

/// A key with its control, and beside or below it what it does.
fn row(ui: &mut Ui, form: &mut DesignForm, key: &'static Key) {
    let wide = ui.available_width() >= BESIDE;
    let response = if wide && !is_long(key) {
        let room = ui.available_width();
        ui.horizontal_top(|ui| {
            let response = ui
                .allocate_ui_with_layout(vec2(CONTROLS, CONTROL), Layout::left_to_right(Align::Center), |ui| {
                    ui.set_min_width(CONTROLS);
                    control(ui, form, key)
                })
                .inner;
            ui.allocate_ui_with_layout(vec2(room - CONTROLS - GAP_2, CONTROL), Layout::top_down(Align::Min), |ui| {
                // On the first line of what stands beside it.
                ui.add_space(GAP);
                told(ui, form, key);
            });
            response
        })
        .inner
    } else {
        let response = ui.horizontal_wrapped(|ui| control(ui, form, key)).inner;
        told(ui, form, key);
        response
    };
    seek(form, key, &response);
}

/// Brings a key into sight that was asked for.
fn seek(form: &DesignForm, key: &Key, response: &Response) {
    if form.sought.as_deref() == Some(&key.path) {
        response.scroll_to_me(Some(Align::Center));
        response.request_focus();
    }
}

/// Whether a key takes sentences, which need the whole width.
fn is_long(key: &Key) -> bool {
    key.takes == Takes::Text && key.table().is_none()
}

fn control(ui: &mut Ui, form: &mut DesignForm, key: &'static Key) -> Response {
    let word = form.draft.word(key);
    match key.takes {
        Takes::Switch => switch(ui, form, key, word.as_deref() == Some("true")),
        Takes::Choice(words) => choice(ui, form, key, words, word.as_deref()),
        Takes::Span => typed(ui, form, key, word.unwrap_or_default(), Some(SPANS)),
        Takes::Text | Takes::Table => typed(ui, form, key, word.unwrap_or_default(), None),
    }
}

fn switch(ui: &mut Ui, form: &mut DesignForm, key: &Key, was_on: bool) -> Response {
    let mut on = was_on;
    let response = ui.add(Checkbox::new(&mut on, text::mono(key.name()).color(Tokens::of(ui).text)));
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, &key.path));
    if on != was_on {
        form.set(key, Some(if on { "true" } else { "false" }));
    }
    response
}

/// A button for each word, and one for none where that differs from all of them.
fn choice(ui: &mut Ui, form: &mut DesignForm, key: &Key, words: &[&str], chosen: Option<&str>) -> Response {
    let label = name(ui, key);
    ui.spacing_mut().item_spacing.x = 2.0;
    let none = (key.left_out == LeftOut::Differs).then_some(None);
    let mut shown = label;
    for word in words.iter().copied().map(Some).chain(none) {
        let is_chosen = word == chosen;
        let words = word.unwrap_or(LEFT_OUT);
        let button = Button::selectable(is_chosen, text::body(words)).min_size(vec2(0.0, CONTROL));
        let response = ui.add(button);
        let name = format!("{}: {words}", key.path);
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_chosen, &name));
        if response.clicked() && !is_chosen {
            form.set(key, word);
        }
        let meaning = word.and_then(|word| about_value(&key.path, word));
        let response = match meaning {
            Some(meaning) => response.on_hover_text(meaning),
            None => response,
        };
        if is_chosen {
            shown = response;
        }
    }
    shown
}

/// A field for text, as wide as `width` or as there is room.
fn typed(ui: &mut Ui, form: &mut DesignForm, key: &Key, mut word: String, width: Option<f32>) -> Response {
    let tokens = Tokens::of(ui);
    let label = name(ui, key);
    let edit = TextEdit::singleline(&mut word)
        .char_limit(LONGEST)
        .desired_width(width.unwrap_or((ui.available_width() - 2.0 * GAP_2).max(80.0)))
        .margin(Margin::symmetric(GAP_2 as i8, GAP as i8))
        .align(Align2::LEFT_CENTER);
    let wrong = form.problem(&key.path).is_some();
    let edit = if wrong { edit.text_color(tokens.bad) } else { edit };
    let response = ui.add(edit).labelled_by(label.id);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &key.path));
    if response.changed() {
        form.set(key, Some(&word));
    }
    if let (Takes::Span, Ok(span)) = (key.takes, word.parse::<Span>()) {
        ui.label(text::caption(in_words(span.duration())).color(tokens.dim));
    }
    response
}

/// The key's name in a column of its own.
fn name(ui: &mut Ui, key: &Key) -> Response {
    let layout = Layout::left_to_right(Align::Center);
    let words = text::mono(key.name()).color(Tokens::of(ui).text);
    let shown = ui.allocate_ui_with_layout(vec2(NAMES, CONTROL), layout, |ui| {
        ui.set_min_width(NAMES);
        ui.add(Label::new(words))
    });
    shown.inner
}

/// What a key does, what is chosen there, what it was, and what is wrong with it.
fn told(ui: &mut Ui, form: &DesignForm, key: &Key) {
    let tokens = Tokens::of(ui);
    let (does, source) = about(&key.path).unwrap_or_default();
    let does = if source.is_empty() { does.to_owned() } else { format!("{does} ({source})") };
    let caption = |ui: &mut Ui, words: &str, color| ui.add(Label::new(text::caption(words).color(color)).wrap());
    caption(ui, &does, tokens.dim);
    let word = form.draft.word(key);
    if let Some(meaning) = word.as_deref().and_then(|word| about_value(&key.path, word)) {
        caption(ui, meaning, tokens.text);
    }
    let changed = form.changes().into_iter().find(|(changed, ..)| changed.path == key.path);
    if let Some((_, old, _)) = changed {
        let old = old.as_deref().unwrap_or(LEFT_OUT);
        ui.label(text::strong_caption(format!("changed, was {old}")).color(tokens.text));
    }
    if let Some(why) = form.problem(&key.path) {
        caption(ui, &format!("Can't work: {why}"), tokens.bad);
    }
    ui.add_space(GAP_3 - GAP_2);
}
