//! The row of actions, which acts on both lanes or one, and each lane's own menu of them.

use eframe::egui::{Align, Layout, Rect, ScrollArea, Ui, vec2};

use super::guide::Guide;
use super::log_in;
use super::offers::{Offer, able, offers};
use crate::state::command::{Action, Command, Side, Target};
use crate::state::model::Model;
use crate::ui::memory::{LogInForm, UiMemory};
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP, GAP_2, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::{flow, progress};

/// As wide as its longest line, and no more.
const MENU: f32 = 200.0;

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = GAP_2;
    let guide = Guide::of(model);
    let waiting = waiting(ui, model);
    heading(ui, memory, &guide, out);
    if model.busy.is_some() {
        let gap = Rect::from_x_y_ranges(ui.max_rect().x_range(), ui.cursor().top() - 5.0..=ui.cursor().top() - 3.0);
        progress::paint(ui, gap);
    }
    let groups = offers();
    flow::show(ui, "actions", groups.len(), |ui, index| {
        let (who, offers) = &groups[index];
        ui.label(text::caption(*who).color(Tokens::of(ui).dim));
        for offer in offers {
            one(ui, model, memory, offer, &guide, waiting.as_deref(), out);
        }
    });
}

/// Where the row acts, what comes next, and the way back to the start.
fn heading(ui: &mut Ui, memory: &mut UiMemory, guide: &Guide, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let sentence = if guide.verdict { text::strong(&guide.sentence) } else { text::body(&guide.sentence) };
    let sentence = || eframe::egui::Label::new(sentence.clone().color(tokens.text)).wrap();
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
            let look = Look { hint: Some("Starts both lanes afresh"), ..Look::default() };
            if button::show(ui, "Reset lab", look).clicked() {
                memory.log_in = LogInForm::default();
                out.push(Command::Reset);
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
    let choices = [
        (Target::Both, "Both", "Do to both"),
        (Target::One(Side::Left), "Left", "Do to left"),
        (Target::One(Side::Right), "Right", "Do to right"),
    ];
    for (target, words, name) in choices {
        let chosen = memory.target == target;
        let label = if chosen { text::strong(words) } else { text::body(words).color(tokens.dim) };
        let response = ui.add(eframe::egui::Button::selectable(chosen, label).min_size(vec2(0.0, CONTROL)));
        response.widget_info(|| {
            eframe::egui::WidgetInfo::selected(eframe::egui::accesskit::Role::Button, true, chosen, name)
        });
        if response.clicked() {
            memory.target = target;
        }
    }
    ui.spacing_mut().item_spacing.x = GAP_2;
}

fn one(
    ui: &mut Ui,
    model: &Model,
    memory: &mut UiMemory,
    offer: &Offer,
    guide: &Guide,
    waiting: Option<&str>,
    out: &mut Vec<Command>,
) {
    let able = able(model, memory.target, &offer.action);
    let why_not = waiting.or(able.as_ref().err().map(String::as_str));
    let lit = offer.next.is_some() && offer.next == guide.next;
    let look = Look { name: offer.name, why_not, hint: Some(offer.hint), lit };
    let is_log_in = matches!(offer.action, Action::LogIn { .. });
    let response = if is_log_in {
        let target = memory.target;
        button::split(ui, offer.words, look, "Log in options", true, |ui| {
            log_in::form(ui, &mut memory.log_in, target, waiting, out);
        })
    } else if offer.options.is_empty() {
        button::show(ui, offer.words, look)
    } else {
        let name = format!("{} options", offer.words);
        let target = memory.target;
        button::split(ui, offer.words, look, &name, false, |ui| {
            ui.set_max_width(MENU);
            let menu = Menu { model, target, waiting, prefix: "" };
            for option in &offer.options {
                item(ui, &menu, option, option.words, out);
            }
        })
    };
    if response.clicked()
        && let Ok(target) = able
    {
        out.push(Command::Act(target, offer.action.clone()));
    }
}

/// One line of a menu.
fn item(ui: &mut Ui, menu: &Menu<'_>, offer: &Offer, words: &str, out: &mut Vec<Command>) {
    let able = able(menu.model, menu.target, &offer.action);
    let why_not = menu.waiting.or(able.as_ref().err().map(String::as_str));
    let name = format!("{}{}", menu.prefix, offer.name.unwrap_or(words));
    let look = Look { name: Some(&name), why_not, hint: Some(offer.hint), lit: false };
    if button::menu_item(ui, words, look)
        && let Ok(target) = able
    {
        out.push(Command::Act(target, offer.action.clone()));
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
    let highest = ui.ctx().content_rect().height() * 0.8;
    ui.set_max_size(vec2(MENU, highest));
    ScrollArea::vertical().max_height(highest).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (who, offers) in offers() {
            ui.label(text::caption(who).color(Tokens::of(ui).dim));
            for offer in &offers {
                item(ui, &menu, offer, offer.words, out);
                // The first option of a theft is the button itself.
                for option in offer.options.iter().filter(|option| option.action != offer.action) {
                    item(ui, &menu, option, option.alone.unwrap_or(option.words), out);
                }
            }
            ui.add_space(GAP);
        }
    });
}

fn wait(label: &str) -> String {
    format!("Wait until this is done: {label}")
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
