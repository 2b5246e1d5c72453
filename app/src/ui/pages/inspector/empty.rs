//! The page before anything is looked at: what it does, and the ways to give it something.

use eframe::egui::{Align, Label, Layout, Ui};

use super::{pick, subject};
use crate::lab::actor::Actor;
use crate::state::command::{Command, Side};
use crate::state::inspecting::{Ask, Origin, Subject, Work};
use crate::state::model::Model;
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP_2, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::secret::side_name;

const WIDTH: f32 = 520.0;

/// RFC 7515 appendix A.1: the first token that was ever published.
const EXAMPLE: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let (width, height) = (WIDTH.min(ui.available_width()), ui.ctx().content_rect().height());
    let left = (ui.available_width() - width) / 2.0;
    ui.add_space(((height - 400.0) * 0.4).max(GAP_2));
    ui.horizontal(|ui| {
        ui.add_space(left);
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            ui.set_width(width);
            ui.label(text::head("What is in it, and does it hold?").size(20.0).color(tokens.text));
            let words = "Paste a token, a cookie line, a header or a whole curl command: this page says what it is and \
                         what is in it, checks it, finds what is wrong with it, and shows what an attacker makes of it.";
            ui.add(Label::new(text::body(words).color(tokens.dim)).wrap());
            subject::input(ui, memory, out);
            super::failure(ui, &model.inspecting, Work::Text);
            ui.horizontal_wrapped(|ui| {
                subject::paste(ui, true);
                let held = Side::BOTH.map(|side| (side, pick::access_of(model, side, Actor::Laptop)));
                let none = held.iter().all(|(_, held)| held.is_none());
                for (side, held) in held {
                    let Some((words, holding)) = held else { continue };
                    let value = holding.value.clone();
                    if button::show(ui, &example(side), Look::default()).clicked() {
                        pick::take(model, memory, side, words, &value, out);
                    }
                }
                if none && button::show(ui, "Take an example", Look::default()).clicked() {
                    let origin = Origin { words: "example of RFC 7515".to_owned(), ..Origin::default() };
                    out.push(Command::Inspect(Ask::Take(Subject { text: EXAMPLE.into(), origin })));
                }
            });
        });
    });
}

fn example(side: Side) -> String {
    format!("Take the {} lane's access credential", side_name(side))
}
