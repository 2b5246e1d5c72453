//! The frame: the bar above with the lab clock and the view, the pages at the left, the last result below.

mod clock;
mod view;

use eframe::egui::{Align, CentralPanel, Frame, Label, Layout, Margin, Panel, Rect, Sense, Ui, Vec2, vec2};
use eframe::egui::{Align2, Key, Modifiers, WidgetInfo, accesskit::Role, pos2};

use super::memory::{Page, UiMemory};
use super::pages;
use super::text;
use super::theme::{CONTROL, GAP, GAP_2, GAP_3, GAP_4, RADIUS, Tokens};
use super::widgets::icon::{self, Icon};
use crate::state::command::Command;
use crate::state::model::Model;

/// Below this width the pages are icons alone.
const WIDE: f32 = 1180.0;
/// Below this width the clock's and the view's buttons move into menus.
const COMPACT: f32 = 900.0;
/// Below this width the lanes' address is a tooltip.
const ADDRESS: f32 = 1020.0;

/// Draws the whole window and pushes what the user asks for.
pub(crate) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    view::apply(ui, memory);
    let tokens = Tokens::of(ui);
    let width = ui.available_width();
    let bar = |x: f32, y: f32| Frame::new().fill(tokens.panel).inner_margin(Margin::symmetric(x as i8, y as i8));
    Panel::top("bar").frame(bar(GAP_4, GAP_2)).resizable(false).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_height(CONTROL + 2.0);
            top(ui, model, memory, width, out);
        });
    });
    Panel::bottom("status").frame(bar(GAP_4, GAP)).resizable(false).show(ui, |ui| status(ui, model));
    let nav = if width >= WIDE { 136.0 } else { 44.0 };
    Panel::left("pages").frame(bar(GAP_2, GAP_3)).exact_size(nav).resizable(false).show(ui, |ui| {
        for page in Page::ALL {
            page_button(ui, model, memory, page, width >= WIDE);
        }
    });
    let ground = Frame::new().fill(tokens.ground);
    CentralPanel::default().frame(ground).show(ui, |ui| match memory.page {
        Page::Playground => {
            pages::comparison::walk::show(ui, model, out);
            pages::playground::show(ui, model, memory, out);
        }
        Page::Comparison => pages::comparison::show(ui, model, memory, out),
    });
    clock::keep_running(ui, model);
}

fn top(ui: &mut Ui, model: &Model, memory: &mut UiMemory, width: f32, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let compact = width < COMPACT;
    ui.spacing_mut().item_spacing.x = GAP_2;
    if width >= 480.0 {
        ui.label(text::head("Lockstep").color(tokens.text));
        ui.add_space(GAP);
    }
    serving(ui, model, width);
    ui.add_space(if width >= WIDE { GAP_4 } else { GAP });
    clock::show(ui, model, compact, width >= WIDE, out);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| view::show(ui, memory, compact));
}

/// Whether the lanes are up, and where.
fn serving(ui: &mut Ui, model: &Model, width: f32) {
    let tokens = Tokens::of(ui);
    let up = model.lanes.iter().all(|lane| lane.design.is_some());
    let (word, color, ground) = match up {
        true => ("serving", tokens.good, tokens.good_ground),
        false => ("starting", tokens.amber, tokens.amber_ground),
    };
    let shown = if width >= 560.0 { word } else { "" };
    let galley = ui.painter().layout_no_wrap(shown.to_owned(), text::caption_font(), color);
    let words = if shown.is_empty() { 0.0 } else { galley.size().x + 6.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(24.0 + words, 20.0), Sense::hover());
    let addresses: Vec<&str> = model.lanes.iter().map(|lane| lane.view.address.as_str()).collect();
    let spoken = format!("{word} {}", addresses.join(", "));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    ui.painter().rect_filled(rect, 10.0, ground);
    ui.painter().circle_filled(rect.left_center() + vec2(12.0, 0.0), 4.0, color);
    ui.painter().galley(rect.left_center() + vec2(20.0, -galley.size().y / 2.0), galley, color);
    let hover = addresses.iter().map(|address| format!("http://{address}/")).collect::<Vec<_>>().join("\n");
    response.on_hover_text(if up { hover } else { "The lanes' servers are starting".to_owned() });
    let short = hosts(&addresses);
    if width >= ADDRESS && up && !short.is_empty() {
        ui.label(text::mono(short).color(tokens.dim)).on_hover_text(addresses.join("\n"));
    }
}

/// `localhost:8787`, or `localhost:8787 · :9191` where the lanes have ports of their own.
fn hosts(addresses: &[&str]) -> String {
    let mut ports: Vec<&str> =
        addresses.iter().filter_map(|address| address.rsplit_once(':')).map(|(_, p)| p).collect();
    ports.dedup();
    match ports.as_slice() {
        [] => String::new(),
        [first, rest @ ..] => {
            let rest: String = rest.iter().map(|port| format!(" · :{port}")).collect();
            format!("localhost:{first}{rest}")
        }
    }
}

/// The way to a page: its button, and its number with the command key.
fn page_button(ui: &mut Ui, model: &Model, memory: &mut UiMemory, page: Page, wide: bool) {
    let tokens = Tokens::of(ui);
    let (icon, key) = match page {
        Page::Playground => (Icon::Playground, Key::Num1),
        Page::Comparison => (Icon::Comparison, Key::Num2),
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::click());
    let chosen = memory.page == page;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, page.name()));
    if chosen || response.hovered() {
        ui.painter().rect_filled(rect, RADIUS, if chosen { tokens.raised } else { tokens.hover });
    }
    if response.has_focus() {
        icon::focus_ring(ui.painter(), rect, tokens);
    }
    let color = if chosen { tokens.text } else { tokens.dim };
    let center = if wide { rect.left_center() + vec2(15.0, 0.0) } else { rect.center() };
    icon.paint(ui.painter(), Rect::from_center_size(center, Vec2::splat(14.0)), color);
    if wide {
        let font = if chosen { text::strong_font() } else { text::body_font() };
        ui.painter().text(rect.left_center() + vec2(30.0, 0.0), Align2::LEFT_CENTER, page.name(), font, color);
    }
    if let Some(progress) = model.comparing.running.filter(|_| page == Page::Comparison) {
        let line = Rect::from_min_max(pos2(rect.left() + GAP, rect.bottom() - 3.0), rect.max - vec2(GAP, 1.0));
        ui.painter().rect_filled(line, 1.0, tokens.line);
        let share = progress.ended as f32 / progress.all.max(1) as f32;
        let done = Rect::from_min_size(line.min, vec2(line.width() * share, line.height()));
        ui.painter().rect_filled(done, 1.0, tokens.text);
    }
    let number = Page::ALL.iter().position(|one| *one == page).map_or(0, |at| at + 1);
    let pressed = ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, key));
    if response.on_hover_text(format!("{} (Ctrl+{number})", page.name())).clicked() || pressed {
        memory.page = page;
    }
}

/// What the last command did, and how much has gone over the wire.
fn status(ui: &mut Ui, model: &Model) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.set_height(20.0);
        let sum =
            |count: fn(&crate::lab::view::LaneView) -> u64| model.lanes.iter().map(|l| count(&l.view)).sum::<u64>();
        let exchanges = usize::try_from(sum(|view| view.exchanges)).unwrap_or(usize::MAX);
        let (up, down) = (text::bytes(sum(|view| view.bytes_up)), text::bytes(sum(|view| view.bytes_down)));
        let figures = format!("{} · {up} up · {down} down", text::counted(exchanges, "exchanges"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(text::caption(figures).color(tokens.dim));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let (words, color) = match (&model.failure, &model.busy) {
                    (Some(failure), _) => (failure.clone(), tokens.bad),
                    (None, Some(label)) => (format!("{}…", label.trim_end_matches('…')), tokens.dim),
                    (None, None) => (model.said.clone(), tokens.text),
                };
                let words = text::with_local_times(&words, model.now());
                let label = Label::new(text::caption(&words).color(color)).truncate();
                if !words.is_empty() {
                    ui.add(label).on_hover_text(words);
                }
            });
        });
    });
}
