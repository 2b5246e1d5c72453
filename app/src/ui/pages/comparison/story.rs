//! One cell's story: who came to what, why, whether that was expected, what was done, and the exchanges that decided.

use std::time::Duration;

use eframe::egui::{Align, Color32, Label, Layout, ScrollArea, Sense, Ui, vec2};
use lockstep_shared::span::in_words;

use super::{inert, shape};
use crate::lab::digest::{self, Glance};
use crate::lab::outcome::{Cell, Evidence, Status, StoryStep};
use crate::state::command::{CellId, Command, Selection};
use crate::state::comparing::{Column, Comparing, Family, Measured, Row, tone};
use crate::ui::memory::{Page, UiMemory};
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, GAP_3, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::icon::{self, Icon};

pub(super) fn show(
    ui: &mut Ui,
    table: &Comparing,
    memory: &mut UiMemory,
    (row, column): (usize, usize),
    alone: bool,
    out: &mut Vec<Command>,
) {
    let tokens = Tokens::of(ui);
    let (of, design) = (&table.rows[row], &table.columns[column]);
    ui.spacing_mut().item_spacing.y = GAP;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = if alone { "Back to the table" } else { "Close the story" };
            if icon::button(ui, Icon::Close, icon::SMALL, name).clicked() {
                memory.comparison.story = false;
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let words = inert(&scenario(of));
                ui.add(Label::new(text::caption(&words).color(tokens.dim)).truncate()).on_hover_text(words);
            });
        });
    });
    let measured = table.cell(row, column);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        steps_button(ui, memory, of, design, out);
        let selection = Selection { designs: vec![design.id.clone()], scenarios: vec![of.scenario.clone()] };
        let why_not = match (table.running, of.known && design.known) {
            (Some(_), _) => Some("Cells are being measured already"),
            (None, false) => Some("Only the opened file has it"),
            (None, true) => None,
        };
        let (words, name) =
            if measured.is_some() { ("Run again", "Measure this cell again") } else { ("Run", "Measure this cell") };
        if button::show(ui, words, Look { why_not, name: Some(name), hint: Some(name), lit: false }).clicked() {
            out.push(Command::Compare(selection));
        }
        if let Some(measured) = measured
            && button::show(
                ui,
                "Copy",
                Look { name: Some("Copy the story"), hint: Some("Copies the story as text"), ..Look::default() },
            )
            .clicked()
        {
            ui.copy_text(as_text(of, design, measured));
        }
    });
    ui.add_space(GAP);
    ScrollArea::vertical().id_salt("story").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = GAP;
        ui.add(Label::new(text::strong(inert(&design.title)).color(family(tokens, design.family))).wrap())
            .on_hover_text(inert(&design.summary));
        match measured {
            Some(measured) => told(ui, of, measured),
            None => {
                ui.add(Label::new(text::body(inert(&of.question)).color(tokens.dim)).wrap());
                ui.label(text::body("This cell has not been measured yet").color(tokens.text));
            }
        }
        ui.add_space(GAP_3);
    });
}

fn steps_button(ui: &mut Ui, memory: &mut UiMemory, of: &Row, design: &Column, out: &mut Vec<Command>) {
    let why_not = (!of.known || !design.known).then_some("Only the opened file has it, so there are no steps to do");
    let hint =
        "Replaces what the playground's left lane has: puts the design there and the scenario beside it, step by step";
    let look = Look { why_not, hint: Some(hint), name: Some("Step through it in the playground"), lit: true };
    if button::show(ui, "Step through it in the left lane", look).clicked() {
        let cell = CellId { design: design.id.clone(), scenario: of.scenario.clone(), thief: of.thief };
        out.push(Command::StepThrough(cell));
        memory.page = Page::Playground;
    }
}

fn told(ui: &mut Ui, of: &Row, measured: &Measured) {
    let tokens = Tokens::of(ui);
    let (cell, digest) = (&measured.cell, &measured.digest);
    headline(ui, measured);
    ui.add(Label::new(text::body(inert(&of.question)).color(tokens.dim)).wrap());
    ui.add_space(GAP);
    ui.add(Label::new(text::body(inert(&cell.why)).color(tokens.text)).wrap());
    if !digest.actors.is_empty() {
        head(ui, "Who came to what");
        for (actor, glance) in &digest.actors {
            let outcome = cell.actors.get(actor).map(digest::told).unwrap_or_default();
            actor_line(ui, actor.title(), glance, &outcome);
        }
        if digest.detected {
            mark_line(ui, tokens.text, "The server raised an alarm");
        }
    }
    expected(ui, cell);
    if !cell.steps.is_empty() {
        head(ui, "What was done");
        cell.steps.iter().for_each(|step| step_line(ui, step));
    }
    if !cell.evidence.is_empty() {
        head(ui, "What decided it");
        cell.evidence.iter().for_each(|evidence| exchange(ui, evidence));
    }
    if cell.status == Status::Ran {
        ui.add_space(GAP_2);
        ui.add(Label::new(text::caption(figures(cell)).color(tokens.dim)).wrap());
    }
}

/// The verdict, large.
fn headline(ui: &mut Ui, measured: &Measured) {
    let tokens = Tokens::of(ui);
    let glance = &measured.digest.glance;
    let color = tokens.tone(measured.tone());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        let (rect, _) = ui.allocate_exact_size(vec2(shape::SIZE + 2.0, 28.0), Sense::hover());
        shape::paint(glance.shape, ui.painter(), rect.center(), color);
        ui.add(Label::new(text::head(measured.digest.sentence()).size(18.0).color(color)).wrap());
    });
}

fn head(ui: &mut Ui, words: &str) {
    ui.add_space(GAP_2);
    ui.label(text::strong(words).color(Tokens::of(ui).text));
}

fn actor_line(ui: &mut Ui, who: &str, glance: &Glance, outcome: &str) {
    let tokens = Tokens::of(ui);
    let color = tokens.tone(tone(glance.tone));
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        let (rect, _) = ui.allocate_exact_size(vec2(shape::SIZE, 18.0), Sense::hover());
        shape::paint(glance.shape, ui.painter(), rect.center(), color);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.label(text::body(who).color(tokens.text));
            ui.add(Label::new(text::caption(outcome).color(color)).wrap());
        });
    });
}

fn mark_line(ui: &mut Ui, color: Color32, words: &str) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        let (rect, _) = ui.allocate_exact_size(vec2(shape::SIZE, 18.0), Sense::hover());
        super::matrix::fold(ui.painter(), rect.center() - vec2(4.0, 4.0), vec2(8.0, 8.0), color);
        ui.label(text::body(words).color(color));
    });
}

fn expected(ui: &mut Ui, cell: &Cell) {
    let tokens = Tokens::of(ui);
    let Some(expected) = &cell.expected else { return };
    head(ui, "Expected");
    ui.horizontal_wrapped(|ui| {
        let (words, color) = match cell.as_expected {
            Some(true) => ("As expected", tokens.good),
            Some(false) => ("Not as expected", tokens.bad),
            None => ("Not measured", tokens.dim),
        };
        ui.label(text::body(words).color(color));
        let hint = "Laptop, phone, attacker and bystander, as the scenario's file writes it";
        ui.label(text::mono(inert(expected)).color(tokens.dim)).on_hover_text(hint);
    });
    if let Some(mismatch) = &cell.mismatch {
        ui.add(Label::new(text::body(inert(mismatch)).color(tokens.bad)).wrap());
    }
}

fn step_line(ui: &mut Ui, step: &StoryStep) {
    let tokens = Tokens::of(ui);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        let number = text::caption(step.number.to_string()).color(tokens.dim);
        ui.add_sized(vec2(14.0, 18.0), Label::new(number));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add(Label::new(text::mono(inert(&step.step)).color(tokens.text)).wrap());
            ui.add(Label::new(text::caption(inert(&step.said)).color(tokens.dim)).wrap());
            if step.mark {
                ui.label(text::strong_caption("Access should end here").color(tokens.text));
            }
        });
    });
}

fn exchange(ui: &mut Ui, evidence: &Evidence) {
    let tokens = Tokens::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(text::mono(format!("#{}", evidence.number)).color(tokens.dim));
        ui.label(text::mono(inert(&format!("{} {}", evidence.method, evidence.path))).color(tokens.text));
        let color = if evidence.status < 400 { tokens.good } else { tokens.bad };
        let reason = evidence.reason.as_ref().map(|reason| format!(" {reason}")).unwrap_or_default();
        ui.label(text::mono(inert(&format!("{}{reason}", evidence.status))).color(color));
    });
    ui.horizontal_top(|ui| {
        ui.add_space(GAP_3);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let after =
                evidence.after_mark_s.map(|secs| format!(", {} after the mark", in_words(Duration::from_secs(secs))));
            let who = format!("{}{}", evidence.actor, after.unwrap_or_default());
            for words in [Some(&who), evidence.detail.as_ref(), Some(&evidence.acts.join(" · "))].into_iter().flatten()
            {
                if !words.is_empty() {
                    ui.add(Label::new(text::caption(inert(words)).color(tokens.dim)).wrap());
                }
            }
        });
    });
}

/// `160 exchanges · 61 kB up · 40 kB down · 12 reads · 1 write · 41 ms`
fn figures(cell: &Cell) -> String {
    let count = |count: u64, noun: &str| text::counted(usize::try_from(count).unwrap_or(usize::MAX), noun);
    [
        count(cell.exchanges, "exchanges"),
        format!("{} up", text::bytes(cell.bytes_up)),
        format!("{} down", text::bytes(cell.bytes_down)),
        count(cell.store_reads, "store reads"),
        count(cell.store_writes, "writes"),
        format!("{} ms", cell.wall_ms),
    ]
    .join(" · ")
}

/// The row's name and world.
pub(super) fn scenario(row: &Row) -> String {
    match row.thief {
        Some(thief) => format!("{} · thief with {thief}", row.title),
        None => row.title.clone(),
    }
}

/// The colour of a family's designs.
pub(super) fn family(tokens: &Tokens, family: Family) -> Color32 {
    match family {
        Family::Session => tokens.session,
        Family::Jwt => tokens.jwt,
        Family::Other => tokens.text,
    }
}

fn as_text(row: &Row, design: &Column, measured: &Measured) -> String {
    let cell = &measured.cell;
    let mut text = format!("{} × {}\n{}\n\n{}\n", scenario(row), design.title, row.question, cell.why);
    for (actor, outcome) in &cell.actors {
        text.push_str(&format!("{}: {}\n", actor.title(), digest::told(outcome)));
    }
    for step in &cell.steps {
        text.push_str(&format!("{}. {}: {}\n", step.number, step.step, step.said));
    }
    text
}
