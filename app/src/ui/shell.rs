//! The frame: the bar above with the lab clock and the view, the pages at the left, the last result below.

mod clock;
mod palette;
mod presenter;
mod serving;
mod stopped;
mod view;

use eframe::egui::{Align, CentralPanel, Frame, Label, Layout, Margin, Panel, Rect, Sense, Ui, Vec2, vec2};
use eframe::egui::{Align2, WidgetInfo, accesskit::Role, pos2};

use super::commands::{UiCommand, keys, wait};
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
const COMPACT: f32 = 980.0;

/// Draws the whole window and pushes what the user asks for.
pub(crate) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let asked = out.len();
    memory.below.follow(model.traffic.generation());
    keys::take(ui, model, memory, out);
    pages::inspector::dropped(ui, memory, out);
    memory.fit_to_window(ui.ctx().content_rect().size() * ui.ctx().zoom_factor());
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
    if model.stopped {
        let frame = bar(GAP_4, GAP_2).fill(tokens.bad_ground);
        Panel::top("stopped").frame(frame).resizable(false).show(ui, |ui| stopped::show(ui, model, memory, out));
    }
    if memory.is_presenting() {
        Panel::top("presenter").frame(bar(GAP_4, GAP_2)).resizable(false).show(ui, |ui| {
            presenter::show(ui, model, memory);
        });
    }
    // Before a room the last result stands above, and only what could not be done is told here.
    if !memory.is_presenting() || memory.notice.is_some() {
        Panel::bottom("status").frame(bar(GAP_4, GAP)).resizable(false).show(ui, |ui| status(ui, model, memory));
    }
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
        Page::Inspector => pages::inspector::show(ui, model, memory, out),
        Page::Browser => pages::browser::show(ui, model, memory, out),
    });
    pages::inspector::wanted(model, memory, out);
    palette::show(ui, model, memory, out);
    pages::browser::go(ui, model, memory);
    clock::keep_running(ui, model);
    one_at_a_time(model, memory, out, asked);
}

/// The lanes do one thing at a time, and nothing that is asked of them meanwhile is kept for later: a second click must
/// not act on what the first has left behind.
fn one_at_a_time(model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>, asked: usize) {
    let mut busy = model.busy.clone();
    let mut at = 0;
    out.retain(|command| {
        at += 1;
        if at <= asked || !command.is_for_the_lanes() {
            return true;
        }
        if let Some(label) = &busy {
            memory.notice = Some(wait(label));
            return false;
        }
        let name = UiCommand::of(command).map_or_else(|| presenter::name(command), UiCommand::name);
        busy = Some(name.clone());
        memory.notice = None;
        memory.last = Some(name);
        true
    });
}

fn top(ui: &mut Ui, model: &Model, memory: &mut UiMemory, width: f32, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let compact = width < COMPACT;
    ui.spacing_mut().item_spacing.x = GAP_2;
    if width >= 480.0 {
        ui.label(text::head("Lockstep").color(tokens.text));
        ui.add_space(GAP);
    }
    serving::show(ui, model, width);
    ui.add_space(if width >= WIDE { GAP_4 } else { GAP });
    clock::show(ui, model, memory, compact, width >= WIDE, out);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| view::show(ui, model, memory, compact, out));
}

/// The way to a page: its button, and its number with the command key.
fn page_button(ui: &mut Ui, model: &Model, memory: &mut UiMemory, page: Page, wide: bool) {
    let tokens = Tokens::of(ui);
    let icon = match page {
        Page::Playground => Icon::Playground,
        Page::Comparison => Icon::Comparison,
        Page::Inspector => Icon::Inspector,
        Page::Browser => Icon::Browser,
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
    let keys = keys::shown(ui.ctx(), UiCommand::Page(page)).map_or_else(String::new, |keys| format!(" ({keys})"));
    if response.on_hover_text(format!("{}{keys}", page.name())).clicked() {
        memory.page = page;
    }
}

/// What the last command did, and how much has gone over the wire.
fn status(ui: &mut Ui, model: &Model, memory: &UiMemory) {
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
                let (words, color) = match (&model.failure, &memory.notice, &model.busy) {
                    (Some(failure), _, _) => (failure.clone(), tokens.bad),
                    (None, Some(notice), _) => (notice.clone(), tokens.amber),
                    (None, None, Some(label)) => (format!("{}…", label.trim_end_matches('…')), tokens.dim),
                    (None, None, None) => match serving::taken(model).filter(|_| model.said.is_empty()) {
                        Some(taken) => (taken, tokens.amber),
                        None => (model.said.clone(), tokens.text),
                    },
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
