//! The command palette: whatever can be asked for, found by a few letters, with its keys, and why not where it can't be.

mod matching;

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align, Align2, Area, Context, Id, Key, Label, Layout, Margin, Modal, Modifiers, Rect, ScrollArea, Sense, TextEdit,
    Ui, UiBuilder, UiKind, WidgetInfo, vec2,
};

use crate::state::command::Command;
use crate::state::model::Model;
use crate::ui::commands::{UiCommand, keys};
use crate::ui::memory::{Palette, UiMemory};
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP, GAP_2, GAP_3, RADIUS, Tokens};

const WIDTH: f32 = 560.0;
const ROW: f32 = 28.0;
/// How many finds are seen without scrolling, where there is room.
const SEEN: f32 = 12.0;
/// As much as somebody may look for; no name is as long.
const LONGEST: usize = 100;

pub(super) fn show(ui: &Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let Some(mut palette) = memory.palette.take() else { return };
    let ctx = ui.ctx();
    let tokens = Tokens::of(ui);
    let before = palette.query.clone();
    let mut found = find(&palette.query);
    let asked = move_cursor(ctx, &mut palette, found.len());
    let screen = ctx.content_rect();
    let area: Area = Modal::default_area(Id::unique("command palette"));
    let modal = Modal::new(Id::unique("command palette"))
        .area(area.anchor(Align2::CENTER_TOP, vec2(0.0, (screen.height() * 0.12).min(96.0))))
        .backdrop_color(tokens.shadow);
    let response = modal.show(ctx, |ui| {
        if let Some(dialog) = ui.stack().iter().find(|part| part.kind() == Some(UiKind::Modal)) {
            ctx.accesskit_node_builder(dialog.unique_id, |node| node.set_label("Commands"));
        }
        ui.set_width(WIDTH.min(screen.width() - 4.0 * GAP_3));
        ui.spacing_mut().item_spacing.y = GAP;
        field(ui, &mut palette);
        if palette.query != before {
            (palette.chosen, palette.refused) = (0, None);
            found = find(&palette.query);
        }
        if found.is_empty() {
            ui.label(text::body("Nothing is called that; fewer letters find more").color(tokens.dim));
        }
        let room = (screen.height() * 0.8 - 2.0 * CONTROL - 96.0).clamp(3.0 * ROW, SEEN * ROW);
        let mut clicked = None;
        ScrollArea::vertical().max_height(room).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (at, command) in found.iter().enumerate() {
                if row(ui, model, memory, *command, at == palette.chosen, asked.moved) {
                    clicked = Some(at);
                }
            }
        });
        let words = palette.refused.clone().or_else(|| found.get(palette.chosen).map(|command| command.hint()));
        let color = if palette.refused.is_some() { tokens.amber } else { tokens.dim };
        ui.add(Label::new(text::caption(words.unwrap_or_default()).color(color)).truncate());
        clicked
    });
    let clicked = response.inner;
    if let Some(at) = clicked {
        palette.chosen = at;
    }
    let chosen = found.get(palette.chosen).filter(|_| asked.entered || clicked.is_some()).copied();
    let close = asked.left || response.should_close();
    match chosen {
        Some(command) => match command.able(model, memory) {
            // What it is asked for from here closes it, and so does it itself.
            Ok(()) if command == UiCommand::Palette => {}
            Ok(()) => command.run(model, memory, out),
            Err(why) => {
                palette.refused = Some(why);
                memory.palette = Some(palette);
            }
        },
        None if close => {}
        None => memory.palette = Some(palette),
    }
}

/// What the keys asked for.
struct Asked {
    moved: bool,
    entered: bool,
    left: bool,
}

/// Takes the keys that the field below must not see.
fn move_cursor(ctx: &Context, palette: &mut Palette, found: usize) -> Asked {
    let take = |key| ctx.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key));
    let page = SEEN as usize - 1;
    let down = take(Key::ArrowDown) + take(Key::PageDown) * page;
    let up = take(Key::ArrowUp) + take(Key::PageUp) * page;
    let last = found.saturating_sub(1);
    palette.chosen = (palette.chosen.min(last) + down).min(last).saturating_sub(up);
    let moved = down + up > 0;
    if moved {
        palette.refused = None;
    }
    // The keyboard stays in the field: a tab has nowhere else to go.
    take(Key::Tab);
    Asked { moved, entered: take(Key::Enter) > 0, left: take(Key::Escape) > 0 }
}

fn field(ui: &mut Ui, palette: &mut Palette) {
    let edit = TextEdit::singleline(&mut palette.query)
        .hint_text("What do you want to do?")
        .char_limit(LONGEST)
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(GAP_2 as i8, GAP as i8))
        .align(Align2::LEFT_CENTER);
    let response = ui.add(edit);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Find a command"));
    response.request_focus();
}

/// One find; true where it was clicked.
fn row(ui: &mut Ui, model: &Model, memory: &UiMemory, command: UiCommand, chosen: bool, moved: bool) -> bool {
    let tokens = Tokens::of(ui);
    let able = command.able(model, memory);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::CLICK);
    let name = command.name();
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, able.is_ok(), chosen, format!("Find: {name}")));
    if chosen && moved {
        ui.scroll_to_rect(rect, None);
    }
    if !ui.is_rect_visible(rect) {
        return response.clicked();
    }
    if chosen || response.hovered() {
        ui.painter().rect_filled(rect, RADIUS, if chosen { tokens.hover } else { tokens.raised });
    }
    let color = if able.is_ok() { tokens.text } else { tokens.dim };
    let inner = rect.shrink2(vec2(GAP_2, 0.0));
    let name = ui.painter().layout_no_wrap(name, text::body_font(), color);
    let end = inner.left() + name.size().x + GAP_3;
    ui.painter().galley(inner.left_center() - vec2(0.0, name.size().y / 2.0), name, color);
    let right = Rect::from_min_max(eframe::egui::pos2(end, rect.top()), inner.max);
    let mut ui = ui.new_child(UiBuilder::new().max_rect(right).layout(Layout::right_to_left(Align::Center)));
    if let Some(keys) = keys::shown(ui.ctx(), command) {
        ui.label(text::caption(keys).color(tokens.text));
    }
    let (words, color) = match &able {
        Ok(()) => (command.group().name(), tokens.dim),
        Err(why) => (why.as_str(), tokens.amber),
    };
    ui.add(Label::new(text::caption(words).color(color)).truncate());
    response.clicked()
}

/// What is found, the best first; with nothing looked for, everything in its order.
fn find(query: &str) -> Vec<UiCommand> {
    let scored = UiCommand::all().into_iter().filter_map(|command| {
        let score = matching::score(query, &command.name(), command.group().name(), &command.hint())?;
        Some((score, command))
    });
    let mut scored: Vec<_> = scored.collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, command)| command).collect()
}
