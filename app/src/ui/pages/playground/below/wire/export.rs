//! Writing the exchanges that the table shows into a file.

use eframe::egui::Ui;

use super::rows::Rows;
use crate::state::command::Command;
use crate::state::files::{Content, Kind};
use crate::state::model::Model;
use crate::ui::widgets::file_form::{self, FileForm, Offer};

pub(super) fn show(ui: &mut Ui, model: &Model, form: &mut Option<FileForm>, rows: &Rows<'_>, out: &mut Vec<Command>) {
    let offer = Offer {
        kind: Kind::Exchanges,
        words: "Export…",
        hint: "Writes the exchanges that the filter leaves into a file",
        about: "The exchanges that the table shows, as JSON: headers, bodies, cookies with their rules, and what the \
                server did. Credentials stand in it as they went over the wire",
        noun: "exchanges",
        name: "lockstep-exchanges.json",
        why_not: match rows {
            _ if rows.is_pending() => Some("The filter is still looking"),
            _ if rows.len() == 0 => Some("The table shows none"),
            _ => None,
        },
    };
    let make = |_: &mut Ui| Content::Exchanges {
        of: model.traffic.snapshot(),
        places: match rows {
            Rows::All { .. } => None,
            Rows::Found { places, .. } => Some(places.to_vec().into()),
        },
    };
    file_form::show(ui, model, form, &offer, make, out);
}
