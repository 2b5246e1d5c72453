//! The page before anything was measured: what will stand here, and the button that makes it appear.

use eframe::egui::{Align, Label, Layout, Rect, ScrollArea, Sense, Ui, Vec2, vec2};

use super::looking::View;
use super::shape;
use crate::lab::digest::{Shape, grouped};
use crate::state::command::Command;
use crate::state::comparing::Comparing;
use crate::state::model::Tone;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, GAP_3, GAP_4, Tokens};
use crate::ui::widgets::button::{self, Look};

const WIDTH: f32 = 520.0;

/// Verdicts, and when a thief comes to each.
const EXAMPLES: [(Shape, Tone, &str); 4] = [
    (Shape::Out, Tone::Good, "out 0 s"),
    (Shape::OutLate, Tone::Amber, "in 5 min"),
    (Shape::Inside, Tone::Bad, "in"),
    (Shape::Never, Tone::Neutral, "never in"),
];

pub(super) fn show(ui: &mut Ui, table: &Comparing, view: &View, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let height = ui.available_height();
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        let width = WIDTH.min(ui.available_width());
        let left = (ui.available_width() - width) / 2.0;
        ui.add_space(((height - 330.0) * 0.4).max(GAP_2));
        ui.horizontal(|ui| {
            ui.add_space(left);
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing.y = GAP_2;
                ui.label(text::head("Who is still in, and for how long?").size(20.0).color(tokens.text));
                let scenarios = view.selection(table).scenarios.len();
                let count = grouped(view.cells(table) as u64);
                let words = format!(
                    "{} against {}: {count} cells. Each is played on a server of its own, over real HTTP, with a clock \
                     that jumps over the hours. Here each gets a shape, a colour and a time, and a click on one tells \
                     how it came about.",
                    text::counted(scenarios, "scenarios"),
                    text::counted(view.columns.len(), "designs"),
                );
                ui.add(Label::new(text::body(words).color(tokens.dim)).wrap());
                ui.add_space(GAP);
                for example in EXAMPLES {
                    line(ui, example);
                }
                let words = "The mark is the moment at which access should end: a log-out, a ban, the theft itself";
                ui.label(text::caption(words).color(tokens.dim));
                ui.add_space(GAP_2);
                let look = Look {
                    why_not: (count == "0").then_some("Nothing is shown: clear the filters"),
                    name: Some("Measure every cell"),
                    lit: true,
                    ..Look::default()
                };
                if button::show(ui, &format!("Measure {count} cells"), look).clicked() {
                    out.push(Command::Compare(view.selection(table)));
                }
                let words = "The playground stays free meanwhile, and you can cancel at any time";
                ui.label(text::caption(words).color(tokens.dim));
                ui.add_space(GAP_4);
            });
        });
    });
}

/// One verdict as a cell shows it, and what it means.
fn line(ui: &mut Ui, (sign, tone, words): (Shape, Tone, &str)) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_3;
        let (rect, _) = ui.allocate_exact_size(vec2(84.0, 22.0), Sense::hover());
        cell(ui, rect, sign, tone, words);
        // The words of the legend below the table.
        ui.add(Label::new(text::body(sign.meaning()).color(tokens.text)).wrap());
    });
}

fn cell(ui: &Ui, rect: Rect, sign: Shape, tone: Tone, words: &str) {
    let tokens = Tokens::of(ui);
    let color = tokens.tone(tone);
    let ground = Rect::from_center_size(rect.center(), rect.size() - Vec2::new(0.0, 1.0));
    ui.painter().rect_filled(ground, 4.0, tokens.tone_ground(tone));
    let galley = ui.painter().layout_no_wrap(words.to_owned(), text::caption_font(), color);
    let left = rect.center().x - (galley.size().x + shape::SIZE + GAP) / 2.0;
    shape::paint(sign, ui.painter(), eframe::egui::pos2(left + shape::SIZE / 2.0, rect.center().y), color);
    let at = eframe::egui::pos2(left + shape::SIZE + GAP, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, color);
}
