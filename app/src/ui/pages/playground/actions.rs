//! The row of actions, which acts on both lanes or one, and each lane's own menu of them.

use eframe::egui::text::LayoutJob;
use eframe::egui::{
    Align, Label, Layout, Popup, Rect, ScrollArea, TextFormat, TextStyle, TextWrapMode, Ui, WidgetText, vec2,
};

use super::guide::Guide;
use super::log_in;
use crate::state::command::{Command, Side, Target};
use crate::state::model::Model;
use crate::ui::commands::deed::{self, Deed};
use crate::ui::commands::{Group, UiCommand, keys, wait};
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP, GAP_2, GAP_3, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::{flow, progress};

/// As wide as its longest line, and no more.
const MENU: f32 = 200.0;

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = GAP_2;
    let guide = Guide::of(model);
    let waiting = waiting(ui, model);
    heading(ui, model, memory, &guide, waiting.as_deref(), out);
    if model.busy.is_some() {
        let gap = Rect::from_x_y_ranges(ui.max_rect().x_range(), ui.cursor().top() - 5.0..=ui.cursor().top() - 3.0);
        progress::paint(ui, gap);
    }
    let row = Row { model, guide: &guide, waiting: waiting.as_deref() };
    flow::show(ui, "actions", deed::ROW.len(), |ui, index| {
        let (who, buttons) = deed::ROW[index];
        ui.label(text::caption(who.name()).color(Tokens::of(ui).dim));
        for button in buttons {
            one(ui, &row, memory, *button, out);
        }
    });
}

/// Where the row acts, what comes next, and the way back to the start.
fn heading(
    ui: &mut Ui,
    model: &Model,
    memory: &mut UiMemory,
    guide: &Guide,
    waiting: Option<&str>,
    out: &mut Vec<Command>,
) {
    let tokens = Tokens::of(ui);
    let mut words = LayoutJob::default();
    let font = if guide.verdict { text::strong_font() } else { text::body_font() };
    // While it is presented, the verdict stands in the one big line.
    let told = guide.verdict && memory.is_presenting();
    if !told {
        words.append(&guide.sentence, 0.0, TextFormat::simple(font, tokens.text));
    }
    if let Some(next) = guide.try_next {
        words.append(next, if told { 0.0 } else { GAP_3 }, TextFormat::simple(text::body_font(), tokens.dim));
    }
    let sentence = || Label::new(words.clone()).wrap();
    let wide = ui.available_width() >= 880.0;
    ui.horizontal(|ui| {
        ui.set_min_height(CONTROL);
        targets(ui, memory);
        if wide {
            ui.add_space(GAP_2);
            let room = vec2(ui.available_width() - 96.0, CONTROL);
            ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
                ui.set_max_width(room.x);
                ui.add(sentence());
            });
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let hint = keys::hint(ui.ctx(), UiCommand::Reset);
            let look = Look { hint: Some(&hint), why_not: waiting, ..Look::default() };
            if button::show(ui, "Reset lab", look).clicked() {
                UiCommand::Reset.run(model, memory, out);
            }
        });
    });
    if !wide {
        ui.add(sentence());
    }
}

/// The switch between both lanes and one.
fn targets(ui: &mut Ui, memory: &mut UiMemory) {
    let tokens = Tokens::of(ui);
    ui.label(text::caption("Do to").color(tokens.dim));
    ui.spacing_mut().item_spacing.x = 2.0;
    let choices = [(Target::Both, "Both"), (Target::One(Side::Left), "Left"), (Target::One(Side::Right), "Right")];
    for (target, words) in choices {
        let name = UiCommand::Aim(target).name();
        let chosen = memory.target == target;
        let label = if chosen { text::strong(words) } else { text::body(words).color(tokens.dim) };
        let response = ui.add(eframe::egui::Button::selectable(chosen, label).min_size(vec2(0.0, CONTROL)));
        response.widget_info(|| {
            eframe::egui::WidgetInfo::selected(eframe::egui::accesskit::Role::Button, true, chosen, &name)
        });
        if response.on_hover_text(UiCommand::Aim(target).hint()).clicked() {
            memory.target = target;
        }
    }
    ui.spacing_mut().item_spacing.x = GAP_2;
}

/// What the buttons of the row have in common.
struct Row<'a> {
    model: &'a Model,
    guide: &'a Guide,
    waiting: Option<&'a str>,
}

fn one(ui: &mut Ui, row: &Row<'_>, memory: &mut UiMemory, (deed, options): deed::Button, out: &mut Vec<Command>) {
    let (model, waiting, target) = (row.model, row.waiting, memory.target);
    let able = deed::able(model, target, &deed.action());
    let why_not = waiting.or(able.as_ref().err().map(String::as_str));
    let lit = row.guide.next.is_some_and(|next| UiCommand::from(next) == UiCommand::Do(deed));
    let hint = keys::hint(ui.ctx(), UiCommand::Do(deed));
    let look = Look { name: Some(deed.name()), why_not, hint: Some(&hint), lit };
    let response = if deed == Deed::LogIn {
        button::split(ui, deed.words(), look, "Log in options", true, |ui| {
            log_in::form(ui, &mut memory.log_in, target, waiting, out);
        })
    } else if options.is_empty() {
        button::show(ui, deed.words(), look)
    } else {
        let name = format!("{} options", deed.words());
        button::split(ui, deed.words(), look, &name, false, |ui| {
            ui.set_max_width(MENU);
            let menu = Menu { model, target, waiting, prefix: "" };
            for option in options {
                item(ui, &menu, *option, option.option(), option.option(), out);
            }
        })
    };
    if response.clicked() {
        UiCommand::Do(deed).run(model, memory, out);
    }
}

/// One line of a menu.
fn item(ui: &mut Ui, menu: &Menu<'_>, deed: Deed, words: &str, name: &str, out: &mut Vec<Command>) {
    let able = deed::able(menu.model, menu.target, &deed.action());
    let why_not = menu.waiting.or(able.as_ref().err().map(String::as_str));
    let name = format!("{}{name}", menu.prefix);
    let look = Look { name: Some(&name), why_not, hint: Some(deed.hint()), lit: false };
    if button::menu_item(ui, words, look)
        && let Ok(target) = able
    {
        out.push(Command::Act(target, deed.action()));
    }
}

/// What every line of a menu has in common.
struct Menu<'a> {
    model: &'a Model,
    target: Target,
    waiting: Option<&'a str>,
    /// What tells its lines from the same words elsewhere, for assistive technology.
    prefix: &'static str,
}

/// Everything that can be done in one lane alone, as a menu.
pub(super) fn menu(ui: &mut Ui, model: &Model, target: Target, out: &mut Vec<Command>) {
    let prefix = match target {
        Target::Both => "",
        Target::One(Side::Left) => "left: ",
        Target::One(Side::Right) => "right: ",
    };
    let waiting = model.busy.as_ref().map(|label| wait(label));
    let menu = Menu { model, target, waiting: waiting.as_deref(), prefix };
    scrolled(ui, |ui| {
        for (who, buttons) in deed::ROW {
            ui.label(text::caption(who.name()).color(Tokens::of(ui).dim));
            lines(ui, &menu, buttons, out);
            ui.add_space(GAP);
        }
    });
}

/// A menu that is never higher than the window.
fn scrolled(ui: &mut Ui, draw: impl FnOnce(&mut Ui)) {
    let highest = ui.ctx().content_rect().height() * 0.8;
    ui.set_max_size(vec2(MENU, highest));
    // Half a menu must not look like a whole one.
    let style = &mut ui.spacing_mut().scroll;
    (style.floating_width, style.floating_allocated_width, style.dormant_handle_opacity) = (5.0, 6.0, 0.8);
    ScrollArea::vertical().max_height(highest).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        draw(ui);
    });
}

/// Everything that some buttons and their arrows do.
fn lines(ui: &mut Ui, menu: &Menu<'_>, buttons: &[deed::Button], out: &mut Vec<Command>) {
    for (deed, options) in buttons {
        item(ui, menu, *deed, deed.words(), deed.name(), out);
        // The first option of a theft is the button itself.
        for option in options.iter().filter(|option| *option != deed) {
            item(ui, menu, *option, option.name(), option.name(), out);
        }
    }
}

/// The same in one row, for a room that looks on: the button that comes next, and the others in a menu for each actor.
pub(super) fn strip(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let guide = Guide::of(model);
    let waiting = waiting(ui, model);
    if model.busy.is_some() {
        let top = ui.max_rect().top();
        progress::paint(ui, Rect::from_x_y_ranges(ui.max_rect().x_range(), top - 5.0..=top - 3.0));
    }
    ui.horizontal(|ui| {
        ui.set_min_width(ui.available_width());
        ui.set_height(CONTROL);
        if let Some(next) = guide.next.map(UiCommand::from) {
            let able = next.able(model, memory);
            let why_not =
                waiting.as_deref().or(able.as_ref().err().map(String::as_str).filter(|_| model.busy.is_none()));
            let hint = keys::hint(ui.ctx(), next);
            let look = Look { why_not, hint: Some(&hint), lit: true, ..Look::default() };
            if button::show(ui, &next.name(), look).clicked() {
                next.run(model, memory, out);
            }
        }
        for (who, buttons) in deed::ROW {
            let hint = match who {
                Group::Server => "What can happen to the server".to_owned(),
                _ => format!("What the {} can do", who.name().to_lowercase()),
            };
            let button = button::show(ui, &format!("{}…", who.name()), Look { hint: Some(&hint), ..Look::default() });
            let menu = Menu { model, target: memory.target, waiting: waiting.as_deref(), prefix: "" };
            Popup::menu(&button).show(|ui| scrolled(ui, |ui| lines(ui, &menu, buttons, out)));
        }
        let button = button::show(ui, "Lab…", Look { hint: Some("Where it is done, and reset"), ..Look::default() });
        Popup::menu(&button).show(|ui| {
            let aims = [Target::Both, Target::One(Side::Left), Target::One(Side::Right)].map(UiCommand::Aim);
            for command in aims.into_iter().chain([UiCommand::Reset]) {
                let able = command.able(model, memory);
                let now = if command == UiCommand::Aim(memory.target) { " (now)" } else { "" };
                let (words, hint) = (format!("{}{now}", command.name()), command.hint());
                let why_not = able.as_ref().err().map(String::as_str);
                let name = command.name();
                if button::menu_item(ui, &words, Look { name: Some(&name), why_not, hint: Some(&hint), lit: false }) {
                    command.run(model, memory, out);
                }
            }
        });
        // The button that it speaks of stands right here.
        let words = match guide.verdict {
            true => guide.try_next.unwrap_or_default().replace(", in the bar above,", ""),
            false => guide.sentence,
        };
        // Where it would be cut, the lit button says it alone.
        let words = text::body(&words).color(Tokens::of(ui).dim);
        let galley =
            WidgetText::from(words).into_galley(ui, Some(TextWrapMode::Extend), f32::INFINITY, TextStyle::Body);
        if galley.size().x <= ui.available_width() {
            ui.label(galley);
        }
    });
}

/// Why nothing can be pressed, once a command has been under way for long enough to be noticed. Before that buttons
/// keep their look, so that a quick command makes nothing flicker; what is pressed meanwhile is done in its turn.
fn waiting(ui: &Ui, model: &Model) -> Option<String> {
    const GRACE_SECS: f64 = 0.2;
    let id = eframe::egui::Id::unique("busy since");
    let Some(label) = &model.busy else {
        ui.data_mut(|data| data.remove::<f64>(id));
        return None;
    };
    let now = ui.input(|input| input.time);
    let since = ui.data_mut(|data| *data.get_temp_mut_or_insert_with(id, || now));
    let rest = GRACE_SECS - (now - since);
    if rest > 0.0 {
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(rest));
        return None;
    }
    Some(wait(label))
}
