//! Writing the sequence, as it is drawn, into a file.

use eframe::egui::Ui;

use super::shape::Font;
use super::{Looking, paint, svg};
use crate::state::command::Command;
use crate::state::files::{Content, Kind};
use crate::state::model::Model;
use crate::ui::widgets::file_form::{self, Offer};

pub(super) fn show(ui: &mut Ui, model: &Model, looking: &mut Looking, out: &mut Vec<Command>) {
    let about =
        format!("What is drawn here, as a picture for slides and papers; at most the last {} of a lane", svg::MOST);
    let offer = Offer {
        kind: Kind::Sequence,
        words: "Export SVG…",
        hint: "Writes the whole sequence as an SVG picture",
        about: &about,
        noun: "picture",
        name: "lockstep-sequence.svg",
        why_not: (model.traffic.len() == 0).then_some("Nothing has gone over the wire yet"),
    };
    let (index, steps) = (&looking.index, looking.shown.steps);
    let make = |ui: &mut Ui| {
        let painter = ui.painter().clone();
        let measure = |words: &str, font: Font| paint::width(&painter, words, font);
        Content::Sequence(svg::write(model, index, steps, &measure).into())
    };
    file_form::show(ui, model, &mut looking.export, &offer, make, out);
}
