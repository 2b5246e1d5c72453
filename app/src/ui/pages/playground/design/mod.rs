//! A lane's design as a form, made from the keys of its file: changed there, it restarts the lane or becomes a file.

mod field;
mod form;
mod save;
mod toml;

use eframe::egui::{
    Align, Align2, Button, Frame, Id, Key, Label, Layout, Margin, Modal, ScrollArea, TextEdit, Ui, WidgetInfo,
    accesskit::Role, vec2,
};

use super::{remember, remembered};
use crate::state::command::{Command, Side};
use crate::state::model::Model;
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP, GAP_2, GAP_3, PANEL_RADIUS, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::icon::{self, Icon};
use crate::ui::widgets::secret::side_name;

pub(crate) use form::Designing;
use form::{DesignForm, Page};

/// As wide as the form gets, for lines that are read.
const WIDEST: f32 = 820.0;
/// As high as the form gets.
const HIGHEST: f32 = 800.0;
/// What is left free around the form.
const AROUND: f32 = 20.0;
const FIND: f32 = 150.0;

/// The button beside the lane's design.
pub(super) fn button(ui: &mut Ui, model: &Model, memory: &mut UiMemory, side: Side) {
    let why_not = model.lane(side).design.is_none().then_some("The lane's server is starting");
    let name = format!("Edit the {} design", side_name(side));
    let hint = Some("Change this design key by key, and restart the lane with it");
    let look = Look { name: Some(&name), why_not, hint, lit: false };
    let button = button::show(ui, "Edit…", look);
    if button.clicked() {
        memory.designing.open(model, side);
    } else if memory.designing.was_closed(side) {
        button.request_focus();
    }
}

/// The form over the window, while a lane's is open.
pub(super) fn show(ui: &Ui, model: &Model, memory: &mut UiMemory, side: Side, out: &mut Vec<Command>) {
    let Some(mut form) = memory.designing.take(side) else { return };
    take_answer(&mut form, model, memory);
    if memory.designing.open.is_none() {
        return;
    }
    let tokens = Tokens::of(ui);
    let frame = Frame::new().fill(tokens.panel).corner_radius(PANEL_RADIUS).inner_margin(Margin::same(GAP_3 as i8));
    let frame = frame.stroke(ui.visuals().window_stroke);
    let screen = ui.ctx().content_rect().size() - vec2(2.0, 2.0) * (AROUND + GAP_3);
    let modal = Modal::new(Id::unique(("design", side))).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width(screen.x.min(WIDEST));
        ui.set_height(screen.y.min(HIGHEST));
        let top = ui.min_rect().top();
        ui.spacing_mut().item_spacing = vec2(GAP_2, GAP);
        let mut open = head(ui, &mut form, side);
        let foot_height = remembered(ui, FOOT).unwrap_or(64.0);
        let body = (screen.y.min(HIGHEST) - (ui.cursor().top() - top) - foot_height - GAP_2).max(60.0);
        // Each page is scrolled for itself.
        ScrollArea::vertical().id_salt(form.page).auto_shrink([false, false]).max_height(body).show(ui, |ui| {
            ui.set_width(ui.available_width() - GAP_3);
            match form.page {
                Page::Keys => field::all(ui, &mut form),
                Page::Toml => toml::show(ui, &form),
                Page::Save => save::show(ui, model, &mut form, out),
            }
        });
        let foot_top = ui.cursor().top();
        open &= foot(ui, model, &mut form, side, out);
        remember(ui, FOOT, ui.cursor().top() - foot_top);
        open
    });
    form.is_new = false;
    let open = modal.inner && !modal.should_close();
    memory.designing.put_back(side, form);
    if !open {
        memory.designing.close();
    }
}

const FOOT: &str = "height of the design form's foot";

/// What the lab said to a design that was applied: one that runs is looked at in its lane.
fn take_answer(form: &mut DesignForm, model: &Model, memory: &mut UiMemory) {
    let applied = &model.designing.applied;
    if form.applied.is_none_or(|before| applied.count <= before) {
        return;
    }
    form.applied = None;
    match &applied.last {
        Some(Err(why)) => form.failure = Some(why.clone()),
        _ => memory.designing.close(),
    }
}

/// Whose design it is, and what of it is shown. False where it was closed.
fn head(ui: &mut Ui, form: &mut DesignForm, side: Side) -> bool {
    let tokens = Tokens::of(ui);
    let mut open = true;
    ui.horizontal(|ui| {
        ui.set_height(CONTROL);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            open = !icon::button(ui, Icon::Close, CONTROL, "Close the form").clicked();
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let words = format!("The {} lane's design", side_name(side));
                ui.label(text::head(words).color(tokens.text));
                ui.add(Label::new(text::body(&form.original.title).color(tokens.dim)).truncate());
            });
        });
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (page, words) in [(Page::Keys, "Keys"), (Page::Toml, "TOML"), (Page::Save, "Save as TOML…")] {
            let chosen = form.page == page;
            let response = ui.add(Button::selectable(chosen, text::body(words)).min_size(vec2(0.0, CONTROL)));
            response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, words));
            if response.clicked() {
                form.page = page;
            }
        }
        if form.page == Page::Keys {
            let edit = TextEdit::singleline(&mut form.find)
                .hint_text("Find a key")
                .char_limit(60)
                .desired_width(FIND.min(ui.available_width() - GAP_3))
                .margin(Margin::symmetric(GAP_2 as i8, GAP as i8))
                .align(Align2::LEFT_CENTER);
            let response = ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(edit)).inner;
            response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Find a key"));
            if form.is_new {
                response.request_focus();
            }
        }
    });
    ui.separator();
    open
}

/// What was changed, and what to do with it. False where the form has done its work.
fn foot(ui: &mut Ui, model: &Model, form: &mut DesignForm, side: Side, out: &mut Vec<Command>) -> bool {
    let tokens = Tokens::of(ui);
    let mut open = true;
    ui.separator();
    let problem = form.first_problem().cloned();
    let told = match (&form.failure, &problem) {
        (Some(failure), _) => Some(failure.clone()),
        (None, Some(problem)) => Some(format!("{}: {}", problem.key, problem.why)),
        (None, None) => None,
    };
    match &told {
        Some(told) => ui.add(Label::new(text::body(told).color(tokens.bad)).wrap()),
        None => ui.label(text::caption(differs(form)).color(tokens.dim)),
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(GAP_2, GAP);
        let why_not = match (&problem, form.applied, &model.busy) {
            (Some(_), ..) => told.as_deref(),
            (None, Some(_), _) | (None, None, Some(_)) => Some("The lab is busy"),
            (None, None, None) if !form.is_dirty() => Some("Nothing has been changed"),
            (None, None, None) => None,
        };
        let hint = format!("Restarts the {} lane with this design", side_name(side));
        let look = Look { name: Some("Apply the design"), why_not, hint: Some(&hint), lit: true };
        if button::show(ui, "Apply", look).clicked()
            && let Ok(design) = &form.made
        {
            form.applied = Some(model.designing.applied.count);
            out.push(Command::ApplyDesign(side, Box::new(design.clone())));
        }
        if let Some(problem) = problem
            && button::show(ui, "Show what can't work", Look::default()).clicked()
        {
            form.page = Page::Keys;
            form.find.clear();
            form.sought = Some(problem.key);
        }
        if form.is_dirty() {
            let look = Look { hint: Some("Back to what the lane runs"), ..Look::default() };
            if button::show(ui, "Undo changes", look).clicked() {
                form.undo();
            }
        }
        if let Some(original) = &model.lane(side).original {
            let hint = format!("Restarts the lane with {}", form.original.title);
            let why_not = model.busy.as_ref().map(|_| "The lab is busy");
            let look = Look { hint: Some(&hint), why_not, ..Look::default() };
            if button::show(ui, "Back to the original", look).clicked() {
                out.push(Command::ChooseDesign(side, original.clone()));
                open = false;
            }
        }
    });
    open
}

/// `Differs from Session, in memory: 2 lines`.
fn differs(form: &DesignForm) -> String {
    match form.changes().len() {
        0 => format!("The same as {}", form.original.title),
        count => format!("Differs from {}: {}", form.original.title, text::counted(count, "lines")),
    }
}

/// Whether Enter was pressed in a field that had the keyboard.
fn entered(ui: &Ui, response: &eframe::egui::Response) -> bool {
    response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}
