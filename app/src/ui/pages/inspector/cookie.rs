//! The middle part for cookies: what each attribute buys, and who can make a browser send it.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Label, RadioButton, Stroke, Ui, WidgetInfo};

use super::field::Form;
use super::read::cell;
use super::sign::{Sign, large};
use super::{Context, capital, sentence};
use crate::inspect::cookies::{Cell, Meaning, Pairs, Reading, Report, Row};
use crate::inspect::plain::visible;
use crate::state::command::Command;
use crate::state::inspecting::{Ask, CookieView};
use crate::state::model::Tone;
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::secret;

/// Cookies of one line that are shown; more are counted.
const MOST_PAIRS: usize = 60;
/// What each kind of request is called here.
const KIND_WORDS: [(&str, &str); 4] = [
    ("navigate", "The whole tab goes there"),
    ("subresource", "Part of a page"),
    ("fetch", "Script, fetch"),
    ("fetch-include", "Script, fetch with credentials"),
];
const BY_NOBODY: &str = "nobody: typed into the address bar";
/// The longest address that can be typed.
const LONGEST_URL: usize = 2000;

pub(super) fn set_cookie(
    ui: &mut Ui,
    cx: &Context<'_>,
    memory: &mut UiMemory,
    view: &CookieView,
    out: &mut Vec<Command>,
) {
    asked(ui, cx, memory, out);
    let report = match &view.report {
        Ok(report) => report,
        Err(why) => {
            let why = format!("Can't be asked: {}", visible(why));
            sentence(ui, &why, cx.tokens.bad);
            return;
        }
    };
    for reading in report.explained.iter().flatten() {
        attributes(ui, cx, reading);
    }
    if let Some(table) = report.table.as_ref().filter(|table| table.iter().any(|row| !row.cookies.is_empty())) {
        ui.add_space(GAP);
        ui.label(text::head("Who can make a browser send it").color(cx.tokens.text));
        for row in table {
            initiator(ui, cx, row);
        }
    }
}

/// The addresses that the answer depends on.
fn asked(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let looking = &mut memory.inspecting;
    let mut entered = false;
    let form = Form { width: 128.0, longest: LONGEST_URL };
    for (words, name, hint, text) in [
        ("Set by the answer of", "Address that sets the cookie", "http://bank.localhost/", &mut looking.cookie.url),
        ("Then asked for", "Address that is asked for later", "http://bank.localhost/", &mut looking.cookie.then),
        ("By a page at", "Page that starts the later request", BY_NOBODY, &mut looking.cookie.initiator),
        ("With the method", "Method of the later request", "GET", &mut looking.cookie.method),
    ] {
        let field = form.line(ui, cx, (words, name, hint), text);
        looking.typing |= field.has_focus();
        entered |= field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        for (kind, words) in KIND_WORDS {
            let chosen = looking.cookie.kind == kind;
            let radio = ui.add(RadioButton::new(chosen, text::caption(words)));
            let name = format!("Later request: {words}");
            radio.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, &name));
            if radio.clicked() {
                looking.cookie.kind = kind;
                entered = true;
            }
        }
    });
    let look = Look { hint: Some("Asks again with these"), ..Look::default() };
    if button::show(ui, "Ask again", look).clicked() || entered {
        out.push(Command::Inspect(Ask::Cookie(looking.cookie.clone())));
    }
}

fn attributes(ui: &mut Ui, cx: &Context<'_>, reading: &Reading) {
    ui.add_space(GAP);
    ui.label(text::head("What it says").color(cx.tokens.text));
    if reading.attributes.is_empty() {
        ui.label(text::body("A name and a value, and no attribute").color(cx.tokens.dim));
    }
    for meaning in &reading.attributes {
        let value = meaning.value.as_deref().filter(|value| !value.is_empty());
        let words = value.map_or_else(|| meaning.attribute.clone(), |value| format!("{}={value}", meaning.attribute));
        self::meaning(ui, cx, &words, meaning);
    }
    if reading.left_out > 0 {
        ui.label(text::caption(format!("… {} more", reading.left_out)).color(cx.tokens.dim));
    }
    if !reading.absent.is_empty() {
        ui.add_space(GAP);
        ui.label(text::head("What it does not say").color(cx.tokens.text));
        for meaning in &reading.absent {
            self::meaning(ui, cx, &format!("no {}", meaning.attribute), meaning);
        }
    }
    for note in &reading.notes {
        sentence(ui, visible(note).trim_end_matches('.'), cx.tokens.text);
    }
}

fn meaning(ui: &mut Ui, cx: &Context<'_>, words: &str, meaning: &Meaning) {
    let width = ui.available_width();
    let name = (width * 0.26).clamp(96.0, 190.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        let color = if meaning.counts { cx.tokens.text } else { cx.tokens.dim };
        cell(ui, name, |ui| {
            ui.add(Label::new(text::mono(visible(words)).color(color)).wrap());
        });
        cell(ui, width - name - GAP_2, |ui| {
            let effect = visible(&meaning.effect);
            sentence(ui, effect.trim_end_matches('.'), cx.tokens.dim);
        });
    });
    rule(ui, cx);
}

/// A line below a row.
fn rule(ui: &Ui, cx: &Context<'_>) {
    let y = ui.cursor().top() - GAP;
    ui.painter().hline(ui.min_rect().x_range(), y, Stroke::new(1.0, cx.tokens.line));
}

/// A way in which a request starts, and what becomes of each cookie then.
fn initiator(ui: &mut Ui, cx: &Context<'_>, row: &Row) {
    let width = ui.available_width();
    let first = (width * 0.36).clamp(120.0, 250.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        cell(ui, first, |ui| {
            ui.add(Label::new(text::body(capital(row.what)).color(cx.tokens.text)).wrap());
            ui.label(text::caption(row.method).color(cx.tokens.dim));
        });
        cell(ui, width - first - GAP_2, |ui| {
            for cell in &row.cookies {
                decided(ui, cx, cell);
            }
        });
    });
    rule(ui, cx);
}

fn decided(ui: &mut Ui, cx: &Context<'_>, cell: &Cell) {
    let (word, color) = if cell.sent { ("Sent", cx.tokens.text) } else { ("Withheld", cx.tokens.dim) };
    ui.label(text::strong(word).color(color));
    let why = format!("{} · RFC 6265bis §{}", cell.why.trim_end_matches('.'), cell.section);
    ui.add(Label::new(text::marked(&visible(&why), text::caption_font(), cx.tokens.dim)).wrap());
    if let Some(change) = &cell.change {
        let other = if cell.sent { "Withheld" } else { "Sent" };
        let words = format!("{other} instead: {}", visible(change).trim_end_matches('.'));
        ui.add(Label::new(text::marked(&words, text::caption_font(), cx.tokens.text)).wrap());
    }
}

/// What becomes of the line, in large letters.
pub(super) fn verdict(ui: &mut Ui, cx: &Context<'_>, view: &CookieView) {
    let Ok(report) = &view.report else {
        return large(ui, Sign::Dash, Tone::Amber, "Not asked");
    };
    let (sign, tone, words) = match (report.stored.is_empty(), report.rejected.first(), report.deleted.is_empty()) {
        (_, Some(_), _) => (Sign::Cross, Tone::Bad, "Rejected"),
        (true, None, false) => (Sign::Dash, Tone::Neutral, "Deletes it"),
        (true, None, true) => (Sign::Dash, Tone::Neutral, "Nothing is stored"),
        (false, None, _) => (Sign::Check, Tone::Good, "Stored"),
    };
    large(ui, sign, tone, words);
    let line = |ui: &mut Ui, words: &str| {
        sentence(ui, &visible(words), cx.tokens.dim);
    };
    if let Some(rejected) = report.rejected.first() {
        line(
            ui,
            &format!("{} ({}, RFC 6265bis §{})", rejected.why.trim_end_matches('.'), rejected.rule, rejected.section),
        );
        if let Some(change) = &rejected.change {
            line(ui, &format!("It would be stored: {}", change.trim_end_matches('.')));
        }
    }
    kept(ui, cx, report);
    let sent =
        report.carried.iter().map(|one| ("Sent", one)).chain(report.withheld.iter().map(|one| ("Withheld", one)));
    for (word, one) in sent {
        ui.add_space(GAP);
        ui.add(Label::new(text::head(format!("{word} with the later request")).color(cx.tokens.text)).wrap());
        line(ui, &format!("{} ({}, RFC 6265bis §{})", one.why.trim_end_matches('.'), one.rule, one.section));
    }
    let policy = "As a browser does that makes Chromium's choices where the standard leaves one";
    ui.add(Label::new(text::caption(policy).color(cx.tokens.dim)).wrap());
}

/// What the browser has kept.
fn kept(ui: &mut Ui, cx: &Context<'_>, report: &Report) {
    for stored in &report.stored {
        let kept = &stored.attributes;
        let reach = if kept.host_only { "this host alone" } else { "it and every host below it" };
        let ends = kept.expires.as_deref().unwrap_or("when the browser closes");
        for (name, value) in [
            ("Name", stored.name.clone()),
            ("Goes to", format!("{} ({reach}), {}", kept.domain, kept.path)),
            ("Ends", ends.to_owned()),
            ("SameSite", kept.same_site.to_owned()),
        ] {
            ui.horizontal_top(|ui| {
                cell(ui, 64.0, |ui| {
                    ui.label(text::caption(name).color(cx.tokens.dim));
                });
                ui.add(Label::new(text::mono(visible(&value)).color(cx.tokens.text)).wrap());
            });
        }
    }
}

/// A `Cookie` line, pair by pair.
pub(super) fn pairs(ui: &mut Ui, cx: &Context<'_>, masked: bool, pairs: &Pairs) {
    let title =
        format!("{} in {}", text::counted(pairs.cookies.len(), "cookies"), text::counted(pairs.octets, "octets"));
    ui.label(text::head(title).color(cx.tokens.text));
    let words =
        "A browser sends name and value alone: how long they live and where else they go, nobody can tell from it";
    ui.add(Label::new(text::body(words).color(cx.tokens.dim)).wrap());
    for pair in pairs.cookies.iter().take(MOST_PAIRS) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = GAP_2;
            ui.label(text::mono(visible(&pair.name)).color(cx.tokens.dim));
            ui.label(
                text::mono(visible(&secret::line(pair.text.as_ref().unwrap_or(&pair.value), masked)))
                    .color(cx.tokens.text),
            );
        });
        for note in &pair.notes {
            let note = visible(note);
            let words = text::marked(note.trim_end_matches('.'), text::caption_font(), cx.tokens.text);
            ui.add(Label::new(words).wrap());
        }
        rule(ui, cx);
    }
    let more = pairs.left_out + pairs.cookies.len().saturating_sub(MOST_PAIRS);
    if more > 0 {
        ui.label(text::caption(format!("… {more} more")).color(cx.tokens.dim));
    }
}
