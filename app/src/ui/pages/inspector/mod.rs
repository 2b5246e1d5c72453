//! The Inspector: a credential at the left, what is in it in the middle, and whether it holds at the right.

mod against;
mod cookie;
mod crack;
mod edit;
mod empty;
mod field;
mod forge;
mod key;
mod looking;
mod pick;
mod read;
mod sign;
mod subject;
mod verdict;

use eframe::egui::accesskit::Role;
use eframe::egui::scroll_area::ScrollBarVisibility;
use eframe::egui::{
    Button, Color32, Event, Frame, Label, Margin, Rect, ScrollArea, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo,
    pos2, vec2,
};

use lockstep_shared::clock::LabTime;

use crate::state::command::{Command, Side};
use crate::state::inspecting::{Ask, Inspecting, Looked, Subject, Work};
use crate::state::model::Model;
use crate::ui::memory::{Page, UiMemory};
use crate::ui::text;
use crate::ui::theme::{GAP_2, GAP_3, GAP_4, PANEL_RADIUS, Tokens};
use crate::ui::widgets::secret::side_name;

pub(crate) use looking::{Looking, Wanted};
pub(in crate::ui) use pick::{access_of, take, wanted};

/// From this width on the three parts stand beside each other.
const BESIDE: f32 = 860.0;

/// What the parts of the page need.
struct Context<'a> {
    model: &'a Model,
    looked: &'a Looked,
    tokens: &'static Tokens,
}

impl Context<'_> {
    /// The moment that the token is held against.
    fn now(&self) -> LabTime {
        self.looked.at.unwrap_or_else(|| self.model.now())
    }
}

pub(in crate::ui) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    pasted(ui, memory, out);
    memory.inspecting.typing = false;
    let area = ui.available_rect_before_wrap();
    let area = Rect::from_min_max(area.min + vec2(GAP_4, GAP_3), area.max - vec2(GAP_4, GAP_3));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(area));
    let ui = &mut ui;
    let Some(looked) = model.inspecting.looked.clone() else {
        let frame = area;
        return panel(ui, frame, "empty", |ui| empty::show(ui, model, memory, out));
    };
    memory.inspecting.meet(&looked);
    let cx = Context { model, looked: &looked, tokens: Tokens::of(ui) };
    if area.width() < BESIDE {
        return stacked(ui, &cx, memory, out);
    }
    let left = (area.width() * 0.25).clamp(256.0, 380.0);
    let right = (area.width() * 0.28).clamp(268.0, 440.0);
    let cut = |from: f32, to: f32| Rect::from_min_max(pos2(from, area.top()), pos2(to, area.bottom()));
    let (first, last) = (area.left() + left, area.right() - right);
    panel(ui, cut(area.left(), first), "subject", |ui| {
        subject::show(ui, &cx, memory, out);
        key::show(ui, &cx, memory, out);
        against::show(ui, &cx, memory, out);
    });
    panel(ui, cut(first + GAP_3, last - GAP_3), "inside", |ui| read::show(ui, &cx, memory, out));
    panel(ui, cut(last, area.right()), "verdict", |ui| verdict::show(ui, &cx, memory, out));
}

/// Where there is no room beside each other: the verdict first, which is what people come for.
fn stacked(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, out: &mut Vec<Command>) {
    ScrollArea::vertical().id_salt("inspector").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = GAP_3;
        card(ui, |ui| verdict::show(ui, cx, memory, out));
        card(ui, |ui| subject::show(ui, cx, memory, out));
        card(ui, |ui| read::show(ui, cx, memory, out));
        card(ui, |ui| {
            key::show(ui, cx, memory, out);
            against::show(ui, cx, memory, out);
        });
    });
}

/// A panel that fills a place, and scrolls inside.
fn panel(ui: &mut Ui, place: Rect, salt: &str, draw: impl FnOnce(&mut Ui)) {
    let tokens = Tokens::of(ui);
    ui.painter().rect(place, PANEL_RADIUS, tokens.panel, Stroke::new(1.0, tokens.line), StrokeKind::Inside);
    let inner = place.shrink2(vec2(1.0, GAP_2));
    let mut ui = ui.new_child(UiBuilder::new().id_salt(salt).max_rect(inner));
    ui.shrink_clip_rect(place.shrink(1.0));
    ScrollArea::vertical()
        .id_salt(salt)
        .auto_shrink([false, false])
        .scroll_bar_visibility(ScrollBarVisibility::VisibleWhenNeeded)
        .show(&mut ui, |ui| {
            Frame::new().inner_margin(Margin::symmetric(GAP_3 as i8, 2)).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing = vec2(GAP_2, GAP_2);
                draw(ui);
            });
        });
}

/// The same as high as it needs to be.
fn card(ui: &mut Ui, draw: impl FnOnce(&mut Ui)) {
    let tokens = Tokens::of(ui);
    let margin = Margin::symmetric(GAP_3 as i8, GAP_2 as i8);
    let frame = Frame::new().fill(tokens.panel).stroke(Stroke::new(1.0, tokens.line)).inner_margin(margin);
    frame.corner_radius(PANEL_RADIUS).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing = vec2(GAP_2, GAP_2);
        draw(ui);
    });
}

/// Whatever is pasted while nothing else is typed is looked at: also what would be far too long for a field.
fn pasted(ui: &mut Ui, memory: &mut UiMemory, out: &mut Vec<Command>) {
    if memory.inspecting.typing || memory.palette.is_some() {
        return;
    }
    let mut text = None;
    ui.input_mut(|input| {
        input.events.retain_mut(|event| match event {
            Event::Paste(pasted) => {
                text = Some(std::mem::take(pasted));
                false
            }
            _ => true,
        });
    });
    if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
        memory.inspecting.input.clear();
        out.push(Command::Inspect(Ask::Take(Subject::pasted(&text))));
    }
}

/// A file that is dropped anywhere on the window is opened here.
pub(in crate::ui) fn dropped(ui: &Ui, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let path = ui.input(|input| input.raw.dropped_files.first().map(|file| file.path().to_owned()));
    if let Some(path) = path {
        memory.page = Page::Inspector;
        out.push(Command::Inspect(Ask::Open(path)));
    }
}

/// Words and links that flow over as many lines as they need, which are as high as words and not as a button.
fn flowing(ui: &mut Ui, draw: impl FnOnce(&mut Ui)) {
    let control = std::mem::replace(&mut ui.spacing_mut().interact_size.y, text::LINE);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(GAP_2, 2.0);
        draw(ui);
    });
    ui.spacing_mut().interact_size.y = control;
}

/// A sentence in which something may stand between backquotes.
fn sentence(ui: &mut Ui, words: &str, color: Color32) {
    ui.add(Label::new(text::marked(words, text::body_font(), color)).wrap());
}

/// A sentence begins with a capital letter.
fn capital(words: &str) -> String {
    let mut rest = words.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

/// Why nothing can be asked of a lane now.
fn lane_is_away(model: &Model, side: Side) -> Option<String> {
    match (&model.busy, &model.lane(side).design) {
        _ if model.stopped => Some("The lab has stopped: start it again".to_owned()),
        (Some(label), _) => Some(crate::ui::commands::wait(label)),
        (None, None) => Some("The lane's server is starting".to_owned()),
        (None, Some(_)) => None,
    }
}

/// The way to the exchange that decided.
fn exchange(ui: &mut Ui, cx: &Context<'_>, side: Side, number: usize, memory: &mut UiMemory) {
    let words = text::caption(format!("exchange {number}")).color(cx.tokens.text).underline();
    // A link may break over two lines, and then its second half has no name.
    let link = ui.add(Button::new(words).frame(false).small());
    let name = format!("Exchange {number} of the {} lane", side_name(side));
    link.widget_info(|| WidgetInfo::labeled(Role::Link, true, &name));
    if link.on_hover_text("Shows it in the Wire").clicked() {
        memory.page = Page::Playground;
        memory.below.open_exchange(side, number);
    }
}

/// What went wrong in a part of the page, said where it was asked for.
fn failure(ui: &mut Ui, inspecting: &Inspecting, of: Work) {
    if let Some(failure) = inspecting.failure.as_ref().filter(|failure| failure.of == of) {
        sentence(ui, &text::inert(&failure.why), Tokens::of(ui).bad);
    }
}
