//! Requests that a lane's server holds, each with the button that lets it go on.

use eframe::egui::{Align, Label, Layout, Ui};

use super::lane::Context;
use crate::lab::view::HeldRequest;
use crate::state::command::{Action, Command, Target};
use crate::ui::text;
use crate::ui::theme::{CONTROL, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::secret::side_name;

pub(super) fn show(ui: &mut Ui, cx: &Context<'_>, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    for held in &cx.lane.view.held {
        ui.horizontal(|ui| {
            ui.set_height(CONTROL);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let name = format!("{}: Release the {}'s request", side_name(cx.side), held.actor);
                let hint = "Lets the request go on where it stands, and waits for its answer";
                let look = Look { name: Some(&name), hint: Some(hint), ..Look::default() };
                if button::show(ui, "Release", look).clicked() {
                    out.push(Command::Act(Target::One(cx.side), Action::Release(held.actor)));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let words = text::body(words(held)).color(tokens.amber);
                    let since =
                        format!("{} {} since {}", held.method, held.path, text::moment(held.since, cx.model.now()));
                    ui.add(Label::new(words).truncate()).on_hover_text(since);
                });
            });
        });
    }
}

/// `The laptop's transfer is held before it saves`.
fn words(held: &HeldRequest) -> String {
    let what = match held.path.as_str() {
        "/api/transfer" => "transfer",
        "/auth/refresh" => "refresh",
        path => path,
    };
    let point = match held.point.as_str() {
        "before-save" => "before it saves",
        "before-rotate" => "before it uses its token",
        point => point,
    };
    format!("The {}'s {what} is held {point}", held.actor)
}
