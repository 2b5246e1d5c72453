//! What there is to know of a credential: what each attribute buys, and what a token says.

use eframe::egui::{Grid, Label, Ui, vec2};

use crate::lab::view::{Claim, Holding};
use crate::ui::text;
use crate::ui::theme::{GAP_3, Tokens};
use crate::ui::widgets::chip;

/// What each attribute of a credential buys; of a token also what it says.
pub(super) fn show(ui: &mut Ui, holding: &Holding, id: &str) {
    let tokens = Tokens::of(ui);
    let room = ui.available_width();
    let words = holding.attributes.iter().chain(&holding.unsaid);
    let attributes = words.filter_map(|word| Some((word, chip::sentence(chip::meaning(word)?))));
    Grid::new(("attributes", id)).num_columns(2).spacing(vec2(GAP_3, 2.0)).min_row_height(18.0).show(ui, |ui| {
        for (word, meaning) in attributes {
            ui.label(text::mono(word).color(tokens.dim));
            ui.scope(|ui| {
                ui.set_max_width((room - 110.0).max(80.0));
                ui.add(Label::new(text::caption(meaning).color(tokens.text)).wrap());
            });
            ui.end_row();
        }
    });
    if let Some(token) = &holding.token {
        for (heading, claims) in [("Header", &token.header), ("Claims", &token.claims)] {
            ui.label(text::caption(heading).color(tokens.dim));
            table(ui, claims, (heading, id));
        }
    }
}

fn table(ui: &mut Ui, claims: &[Claim], id: (&str, &str)) {
    let tokens = Tokens::of(ui);
    let room = ui.available_width();
    Grid::new(id).num_columns(3).spacing(vec2(GAP_3, 2.0)).min_row_height(18.0).show(ui, |ui| {
        for claim in claims {
            ui.label(text::mono(&claim.name).color(tokens.dim));
            let value = Label::new(text::mono(&claim.value).color(tokens.text)).selectable(true);
            ui.scope(|ui| {
                ui.set_max_width(room * 0.4);
                ui.add(value.truncate()).on_hover_text(&claim.value);
            });
            ui.scope(|ui| {
                ui.set_max_width((room * 0.6 - 70.0).max(80.0));
                let meaning = claim.meaning.as_deref().unwrap_or_default();
                ui.add(Label::new(text::caption(meaning).color(tokens.dim)).wrap());
            });
            ui.end_row();
        }
    });
}
