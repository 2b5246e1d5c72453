//! The line above the table: what is wanted, how many there are, and what was forgotten.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align, Align2, Button, CornerRadius, Key, Label, Layout, Margin, Modifiers, Popup, PopupCloseBehavior, TextEdit,
    Ui, WidgetInfo, vec2,
};

use super::rows::Rows;
use super::{Wire, export};
use crate::lab::actor::Actor;
use crate::lab::digest::grouped;
use crate::state::command::Command;
use crate::state::model::Model;
use crate::state::wire::query::Parsed;
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP, GAP_2, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::icon::{self, Icon};

const LEAST_FIELD: f32 = 140.0;
const MENU: f32 = 250.0;
/// Below this width the hint is short.
const ROOMY: f32 = 700.0;

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    wire: &mut Wire,
    parsed: &Parsed,
    rows: &Rows<'_>,
    out: &mut Vec<Command>,
) {
    let tokens = Tokens::of(ui);
    let width = ui.available_width();
    ui.allocate_ui_with_layout(vec2(width, CONTROL), Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        let all = grouped(model.traffic.len() as u64);
        let words = match rows {
            Rows::All { .. } => all,
            Rows::Found { .. } => {
                let pending = if rows.is_pending() { "…" } else { "" };
                format!("{}{pending} of {all}", grouped(rows.len() as u64))
            }
        };
        ui.label(text::caption(words).color(tokens.dim)).on_hover_text("Exchanges shown");
        export::show(ui, model, &mut wire.export, rows, out);
        let look = Look { hint: Some(PROBES), ..Look::default() };
        let shown = if wire.without_probes { "Show probes" } else { "Hide probes" };
        let probes = button::show(ui, shown, look);
        if probes.clicked() {
            wire.without_probes = !wire.without_probes;
        }
        terms(ui, wire);
        if ui.available_width() >= LEAST_FIELD {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| field(ui, wire, width >= ROOMY));
        }
    });
    let mut notes: Vec<String> = parsed.notes.clone();
    if model.traffic.dropped > 0 {
        let dropped = grouped(model.traffic.dropped);
        notes.push(format!("{dropped} older exchanges were dropped, to stay within a million and 1.5 GiB"));
    }
    if !notes.is_empty() {
        let words = notes.join("  ·  ");
        ui.add(Label::new(text::caption(&words).color(tokens.amber)).truncate()).on_hover_text(words);
    }
}

const PROBES: &str = "A probe is the lab’s own question whether an actor is still let in. Nobody in the story sent it";

fn field(ui: &mut Ui, wire: &mut Wire, roomy: bool) {
    let hint = match roomy {
        true => "Filter: text, or actor:attacker lane:left path:/auth status:401 method:POST",
        false => "Filter",
    };
    let clear = !wire.filter.is_empty();
    let room = ui.available_width() - if clear { icon::SMALL + GAP } else { 0.0 };
    let edit = TextEdit::singleline(&mut wire.filter)
        .hint_text(hint)
        .font(text::mono_font())
        .char_limit(400)
        .desired_width(room)
        .margin(Margin::symmetric(GAP_2 as i8, GAP as i8))
        .align(Align2::LEFT_CENTER);
    let response = ui.add(edit);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Filter exchanges"));
    if ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::F)) {
        response.request_focus();
    }
    ui.spacing_mut().item_spacing.x = GAP;
    if clear && icon::button(ui, Icon::Close, icon::SMALL, "Clear the filter").clicked() {
        wire.filter.clear();
    }
}

/// A menu that writes the terms, for those who do not know them yet.
fn terms(ui: &mut Ui, wire: &mut Wire) {
    let tokens = Tokens::of(ui);
    let look = Look { name: Some("Filter terms"), hint: Some("Writes a term into the filter"), ..Look::default() };
    let button = button::show(ui, "Terms…", look);
    Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.reset_style();
        ui.set_width(MENU);
        ui.spacing_mut().item_spacing = vec2(GAP, GAP);
        let groups: [(&str, Vec<String>); 5] = [
            ("Who sent it", Actor::SENDERS.iter().map(|actor| format!("actor:{actor}")).collect()),
            ("In which lane", vec!["lane:left".to_owned(), "lane:right".to_owned()]),
            ("What was answered", ["2xx", "401", "403", "5xx"].map(|status| format!("status:{status}")).into()),
            ("How it was asked", ["GET", "POST"].map(|method| format!("method:{method}")).into()),
            ("Where", ["/api", "/auth", "/admin"].map(|path| format!("path:{path}")).into()),
        ];
        for (title, group) in groups {
            ui.label(text::caption(title).color(tokens.dim));
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = vec2(GAP, GAP);
                group.iter().for_each(|term| chip(ui, wire, term));
            });
        }
        let turned = text::caption("A minus before a term turns it round: -actor:admin").color(tokens.dim);
        // A menu's lines fill its width, and so would the words.
        ui.with_layout(Layout::top_down(Align::Min), |ui| ui.add(Label::new(turned).wrap()));
    });
}

/// One term, which is in the filter or not.
fn chip(ui: &mut Ui, wire: &mut Wire, term: &str) {
    let chosen = wire.filter.split_whitespace().any(|word| word == term);
    let words = text::mono(term.split_once(':').map_or(term, |(_, value)| value));
    let button = Button::selectable(chosen, words).corner_radius(CornerRadius::same(6));
    let response = ui.add(button.frame_when_inactive(true));
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, chosen, term));
    if response.clicked() {
        let mut kept: Vec<&str> = wire.filter.split_whitespace().filter(|word| *word != term).collect();
        if !chosen {
            kept.push(term);
        }
        wire.filter = kept.join(" ");
    }
}
