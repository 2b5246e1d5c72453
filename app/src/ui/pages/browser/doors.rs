//! The ways into a lane for a browser of the user's own: its bank, the attacker's site, and the sibling of the bank.

use eframe::egui::{Align, Frame, Label, Layout, Margin, Rect, Stroke, Ui, vec2};

use super::Browsing;
use crate::lab::actor::Actor;
use crate::lab::cast;
use crate::state::command::{Command, Side};
use crate::state::model::Model;
use crate::ui::commands::UiCommand;
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, GAP_3, PANEL_RADIUS, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::icon::{self, Icon};
use crate::ui::widgets::secret::side_name;

/// From this width on the lanes stand beside each other.
const BESIDE: f32 = 760.0;

/// A page that a lane's server has for browsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Door {
    Bank,
    Evil,
    Sibling,
}

impl Door {
    pub(in crate::ui) const ALL: [Self; 3] = [Self::Bank, Self::Evil, Self::Sibling];

    /// As it is called within a sentence.
    pub(in crate::ui) fn noun(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Evil => "attacker's site",
            Self::Sibling => "sibling",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Bank => "Open the bank",
            Self::Evil => "Attacker's site",
            Self::Sibling => "Sibling",
        }
    }

    pub(in crate::ui) fn hint(self) -> &'static str {
        match self {
            Self::Bank => "The victim's page: log in here first",
            Self::Evil => "Another site, whose pages attack the bank with whatever your browser sends along",
            Self::Sibling => "A host below the bank's, where the attacker can publish: for cookies the same site",
        }
    }

    /// Where it is; an error says why there is no such page now.
    pub(in crate::ui) fn address(self, model: &Model, side: Side) -> Result<String, String> {
        let address = &model.lane(side).view.address;
        let host = address.split_once(".localhost").filter(|_| !model.stopped);
        let Some((label, port)) = host else {
            return Err(format!("The {} lane's server is not running yet", side_name(side)));
        };
        Ok(match self {
            Self::Bank => format!("http://{address}/"),
            Self::Evil => format!("http://evil.localhost{port}/?design={label}"),
            Self::Sibling => format!("http://blog.{address}/"),
        })
    }
}

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing = vec2(GAP_2, GAP_2);
    intro(ui, memory);
    let width = ui.available_width();
    let columns = if width >= BESIDE { 2 } else { 1 };
    let each = (width - GAP_3 * (columns as f32 - 1.0)) / columns as f32;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_3;
        if columns == 2 {
            for side in Side::BOTH {
                ui.allocate_ui_with_layout(vec2(each, 0.0), Layout::top_down(Align::Min), |ui| {
                    lane(ui, model, side, memory, out);
                });
            }
        } else {
            ui.vertical(|ui| Side::BOTH.into_iter().for_each(|side| lane(ui, model, side, memory, out)));
        }
    });
    if let Some((left, right)) = model.lanes[0].design.as_ref().zip(model.lanes[1].design.as_ref())
        && left.id == right.id
    {
        let words = "Both lanes have the same host name, and cookies do not tell ports apart: in your browser a log-in \
                     at one replaces the log-in at the other. Give one lane another design";
        ui.add(Label::new(text::body(words).color(tokens.amber)).wrap());
    }
    if let Some(address) = &memory.browsing.opened {
        let words = format!("Your browser was asked to open {address}  —  if nothing came up, paste it there yourself");
        ui.add(Label::new(text::caption(words).color(tokens.dim)).wrap());
    }
}

/// What to do, in a sentence, and whom to log in as.
fn intro(ui: &mut Ui, memory: &UiMemory) {
    let tokens = Tokens::of(ui);
    let words = "Open a bank in your own browser and log in there, then open the attacker's site in the same browser: \
                 below stands what your browser really sends, what it holds back, and where Lockstep's own agent would \
                 do otherwise.";
    ui.add(Label::new(text::body(words).color(tokens.text)).wrap());
    let account = cast::account(Actor::Laptop);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(GAP, GAP);
        ui.label(text::body("Log in as").color(tokens.dim));
        ui.label(text::mono(&account.email).color(tokens.text));
        if icon::button(ui, Icon::Copy, icon::SMALL, "Copy the e-mail address").clicked() {
            ui.copy_text(account.email.clone());
        }
        ui.label(text::body("with the password").color(tokens.dim));
        let password = if memory.masked { "••••••••".to_owned() } else { account.password.clone() };
        ui.label(text::mono(password).color(tokens.text));
        if icon::button(ui, Icon::Copy, icon::SMALL, "Copy the password").clicked() {
            ui.copy_text(account.password.clone());
        }
    });
}

fn lane(ui: &mut Ui, model: &Model, side: Side, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let lane = model.lane(side);
    let color = tokens.lane(lane.is_session());
    let margin = Margin::symmetric(GAP_3 as i8, GAP_2 as i8);
    let frame = Frame::new().fill(tokens.panel).stroke(Stroke::new(1.0, tokens.line)).inner_margin(margin);
    let drawn = frame.corner_radius(PANEL_RADIUS).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing = vec2(GAP_2, GAP_2);
        ui.horizontal(|ui| {
            let title = lane.design.as_ref().map_or("Starting…", |design| design.title.as_str());
            ui.label(text::strong(if side == Side::Left { "Left" } else { "Right" }).color(color));
            ui.add(Label::new(text::strong(text::inert(title)).color(tokens.text)).truncate());
        });
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(GAP, GAP);
            for door in Door::ALL {
                one(ui, model, side, door, memory, out);
            }
        });
    });
    let rect = drawn.response.rect;
    let bar = Rect::from_min_max(rect.min + vec2(1.0, 8.0), rect.left_bottom() + vec2(4.0, -8.0));
    ui.painter().rect_filled(bar, 1.0, color);
}

/// A button that opens a page, and one that copies its address.
fn one(ui: &mut Ui, model: &Model, side: Side, door: Door, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let command = UiCommand::Open(side, door);
    let name = command.name();
    let address = door.address(model, side);
    let why_not = address.as_ref().err().cloned();
    let hint = format!("{}\n{}", door.hint(), address.as_deref().unwrap_or_default());
    let lit = door == Door::Bank && side == Side::Left && model.visiting.is_empty();
    // The two stay together where the row breaks.
    let wide = ui.painter().layout_no_wrap(door.words().to_owned(), text::strong_font(), Tokens::of(ui).text).size().x;
    ui.allocate_ui_with_layout(vec2(wide + 26.0 + icon::SMALL, 26.0), Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let look = Look { name: Some(&name), why_not: why_not.as_deref(), hint: Some(&hint), lit };
        if button::show(ui, door.words(), look).clicked() {
            command.run(model, memory, out);
        }
        ui.add_enabled_ui(address.is_ok(), |ui| {
            let name = format!("Copy the address of the {} {}", side_name(side), door.noun());
            if icon::button(ui, Icon::Copy, icon::SMALL, &name).clicked() {
                ui.copy_text(address.clone().unwrap_or_default());
            }
        });
        ui.add_space(GAP_2);
    });
}

/// Hands the address that was asked for to the system, which knows the user's browser.
pub(in crate::ui) fn go(ui: &Ui, model: &Model, memory: &mut UiMemory) {
    let Browsing { go, opened, measured_at, .. } = &mut memory.browsing;
    // A measurement has an address of its own, which is known a moment after it was asked for.
    let measured = model.measuring.under_way.as_ref().and_then(|under_way| under_way.address.as_ref());
    if let Some(address) = measured.filter(|address| measured_at.as_ref() != Some(*address)) {
        *measured_at = Some(address.clone());
        ui.ctx().open_url(eframe::egui::OpenUrl::new_tab(address));
    }
    if let Some(address) = go.take() {
        ui.ctx().open_url(eframe::egui::OpenUrl::new_tab(&address));
        *opened = Some(address);
    }
}
