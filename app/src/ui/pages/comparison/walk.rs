//! Beside the lanes: a scenario's steps, done one press at a time in the left one.

use eframe::egui::{Align, Frame, Label, Layout, Margin, Panel, ScrollArea, Sense, Ui, vec2};

use super::inert;
use crate::state::command::Command;
use crate::state::model::Model;
use crate::state::walk::{Walk, WalkStep};
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, GAP_3, RADIUS, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::icon::{self, Icon};

/// Below this width the steps are a strip above the lanes, with the next one alone.
const BESIDE: f32 = 900.0;
const WIDTH: f32 = 288.0;

/// Takes its room from the playground's, where a scenario is stepped through.
pub(in crate::ui) fn show(ui: &mut Ui, model: &Model, out: &mut Vec<Command>) {
    let Some(walk) = &model.walk else { return };
    let tokens = Tokens::of(ui);
    let frame = Frame::new().fill(tokens.panel).inner_margin(Margin::symmetric(GAP_3 as i8, GAP_2 as i8));
    if ui.available_width() >= BESIDE {
        let panel = Panel::right("steps").exact_size(WIDTH).resizable(false).frame(frame);
        panel.show(ui, |ui| beside(ui, model, walk, out));
    } else {
        let panel = Panel::top("steps strip").resizable(false).frame(frame);
        panel.show(ui, |ui| strip(ui, model, walk, out));
    }
}

fn beside(ui: &mut Ui, model: &Model, walk: &Walk, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.y = GAP;
    title(ui, walk, out);
    ui.add(Label::new(text::strong(inert(&walk.scenario)).color(tokens.text)).wrap());
    ui.add(Label::new(text::caption(inert(&walk.question)).color(tokens.dim)).wrap());
    ui.add_space(GAP);
    next(ui, model, walk, out);
    ui.add_space(GAP);
    ScrollArea::vertical().id_salt("steps").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = GAP;
        for (at, step) in walk.steps.iter().enumerate() {
            line(ui, at, step, at == walk.done);
        }
        if walk.next().is_none() {
            end(ui);
        }
    });
}

fn strip(ui: &mut Ui, model: &Model, walk: &Walk, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.y = GAP;
    title(ui, walk, out);
    if let Some(said) = walk.done.checked_sub(1).and_then(|at| walk.steps[at].said.as_ref()) {
        let (Ok(words) | Err(words)) = said;
        ui.add(Label::new(text::caption(inert(words)).color(tokens.dim)).truncate()).on_hover_text(inert(words));
    }
    ui.horizontal(|ui| {
        next(ui, model, walk, out);
        let words = walk.next().map_or_else(|| "The scenario is at its end".to_owned(), |step| inert(&step.words));
        ui.add(Label::new(text::mono(words).color(tokens.text)).truncate());
    });
}

fn title(ui: &mut Ui, walk: &Walk, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon::button(ui, Icon::Close, icon::SMALL, "Put the scenario away").clicked() {
                out.push(Command::LeaveSteps);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let world = walk.thief.map(|thief| format!(" · thief with {thief}")).unwrap_or_default();
                let words = inert(&format!("In the left lane: {}{world}", walk.design));
                ui.add(Label::new(text::caption(&words).color(tokens.dim)).truncate()).on_hover_text(words);
            });
        });
    });
}

fn next(ui: &mut Ui, model: &Model, walk: &Walk, out: &mut Vec<Command>) {
    let why_not = match (&model.busy, walk.next()) {
        (Some(_), _) => Some("The last step is still being done"),
        (None, None) => Some("Every step is done"),
        (None, Some(_)) => None,
    };
    let words = format!("Next step · {} of {}", (walk.done + 1).min(walk.steps.len()), walk.steps.len());
    let look =
        Look { why_not, name: Some("Next step"), hint: Some("Does the step that is lit, over real HTTP"), lit: true };
    if button::show(ui, &words, look).clicked() {
        out.push(Command::NextStep);
    }
}

fn line(ui: &mut Ui, at: usize, step: &WalkStep, is_next: bool) {
    let tokens = Tokens::of(ui);
    let fill = if is_next { tokens.raised } else { tokens.panel };
    let response = Frame::new().fill(fill).corner_radius(RADIUS).inner_margin(Margin::symmetric(6, 4)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP_2;
            let (rect, _) = ui.allocate_exact_size(vec2(14.0, 18.0), Sense::hover());
            let color = if is_next { tokens.text } else { tokens.dim };
            let number = (at + 1).to_string();
            ui.painter().text(rect.center(), eframe::egui::Align2::CENTER_CENTER, number, text::caption_font(), color);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                let color = if is_next || step.said.is_some() { tokens.text } else { tokens.dim };
                ui.add(Label::new(text::mono(inert(&step.words)).color(color)).wrap());
                if step.mark {
                    ui.label(text::strong_caption("Access should end here").color(color));
                }
                if let Some(said) = &step.said {
                    let (words, color) = match said {
                        Ok(words) => (words, tokens.dim),
                        Err(words) => (words, tokens.bad),
                    };
                    ui.add(Label::new(text::caption(inert(words)).color(color)).wrap());
                }
            });
        });
    });
    if is_next && at > 0 {
        response.response.scroll_to_me(None);
    }
}

fn end(ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    ui.add_space(GAP);
    let words = "Now it is yours: move the lab clock, and see in the lane who is out and when";
    ui.add(Label::new(text::body(words).color(tokens.text)).wrap());
}
