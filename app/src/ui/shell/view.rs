//! How the window looks: whether secrets are shown, how large everything is, and in which theme.

use eframe::egui::{Atom, AtomExt as _, Button, Label, Popup, Rect, Ui, Vec2, WidgetInfo, accesskit::Role, vec2};

use crate::state::command::Command;
use crate::state::model::Model;
use crate::ui::commands::{UiCommand, keys};
use crate::ui::memory::{ThemeChoice, UiMemory};
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP_2, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::icon::{self, Icon};

/// The width of the list of themes, whose items would else take half the window.
const THEMES: f32 = 150.0;
/// The width of a menu whose lines have keys.
pub(super) const MENU: f32 = 220.0;

/// Takes over what is chosen, before anything is drawn.
pub(super) fn apply(ui: &Ui, memory: &UiMemory) {
    let preference = memory.theme.preference();
    if ui.ctx().options(|options| options.theme_preference) != preference {
        ui.ctx().set_theme(preference);
    }
    if (ui.ctx().zoom_factor() - memory.zoom()).abs() > 0.001 {
        ui.ctx().set_zoom_factor(memory.zoom());
    }
    // A pointer that is steered across a room may miss by this much.
    let reach = if memory.is_presenting() { 12.0 } else { 5.0 };
    if ui.style().interaction.interact_radius != reach {
        ui.ctx().all_styles_mut(|style| style.interaction.interact_radius = reach);
    }
}

/// From the right edge leftwards.
pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, compact: bool, out: &mut Vec<Command>) {
    if compact {
        let button = button::show(ui, "View…", Look { hint: Some("Secrets, zoom and theme"), ..Look::default() });
        Popup::menu(&button).show(|ui| {
            ui.set_max_width(MENU);
            let words = if memory.masked { "Show secrets" } else { "Mask secrets" };
            if button::menu_item(ui, words, Look::default()) {
                memory.masked = !memory.masked;
            }
            for command in [UiCommand::Presenter, UiCommand::ZoomIn, UiCommand::ZoomOut, UiCommand::Palette] {
                item(ui, command, model, memory, out);
            }
            themes(ui, memory);
        });
        return;
    }
    palette(ui, model, memory, out);
    let theme = icon::button(ui, Icon::Theme, CONTROL, "Theme");
    Popup::menu(&theme).show(|ui| themes(ui, memory));
    zoom(ui, memory);
    secrets(ui, memory);
}

/// A line of a menu, from the one list.
pub(super) fn item(ui: &mut Ui, command: UiCommand, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let able = command.able(model, memory);
    let (name, hint) = (command.name(), command.hint());
    let look = Look { why_not: able.as_ref().err().map(String::as_str), hint: Some(&hint), ..Look::default() };
    if button::menu_item_with_keys(ui, &name, keys::shown(ui.ctx(), command).as_deref(), look) {
        command.run(model, memory, out);
    }
}

/// The way to everything else.
fn palette(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let words = keys::shown(ui.ctx(), UiCommand::Palette).unwrap_or_default();
    let (name, hint) = (UiCommand::Palette.name(), UiCommand::Palette.hint());
    let look = Look { name: Some(&name), hint: Some(&hint), ..Look::default() };
    if button::show(ui, &words, look).clicked() {
        UiCommand::Palette.run(model, memory, out);
    }
}

fn themes(ui: &mut Ui, memory: &mut UiMemory) {
    ui.set_max_width(THEMES);
    for choice in ThemeChoice::ALL {
        let name = format!("Theme: {}", choice.name());
        let chosen = if memory.theme == choice { " (now)" } else { "" };
        let words = format!("{}{chosen}", choice.name());
        if button::menu_item(ui, &words, Look { name: Some(&name), ..Look::default() }) {
            memory.theme = choice;
        }
    }
}

fn zoom(ui: &mut Ui, memory: &mut UiMemory) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.x = 0.0;
    if icon::button(ui, Icon::Plus, CONTROL, "Zoom in").clicked() {
        memory.zoom_by(1.0);
    }
    let percent = format!("{:.0} %", memory.zoom() * 100.0);
    ui.add_sized(vec2(44.0, CONTROL), Label::new(text::caption(percent).color(tokens.dim)));
    if icon::button(ui, Icon::Minus, CONTROL, "Zoom out").clicked() {
        memory.zoom_by(-1.0);
    }
    ui.spacing_mut().item_spacing.x = GAP_2;
}

fn secrets(ui: &mut Ui, memory: &mut UiMemory) {
    let tokens = Tokens::of(ui);
    let (shape, name) = if memory.masked { (Icon::EyeOff, "Show secrets") } else { (Icon::Eye, "Mask secrets") };
    let color = if memory.masked { tokens.text } else { tokens.dim };
    let label = text::body(if memory.masked { "Secrets hidden" } else { "Secrets shown" }).color(color);
    let padding = std::mem::replace(&mut ui.spacing_mut().button_padding, vec2(6.0, 3.0));
    let response =
        ui.add(Button::new((Atom::default().atom_size(Vec2::splat(15.0)), label)).frame_when_inactive(false));
    ui.spacing_mut().button_padding = padding;
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let center = response.rect.left_center() + vec2(6.0 + 7.5, 0.0);
    shape.paint(ui.painter(), Rect::from_center_size(center, Vec2::splat(13.0)), color);
    let keys = keys::shown(ui.ctx(), UiCommand::Secrets).unwrap_or_default();
    if response.on_hover_text(format!("{name} ({keys})")).clicked() {
        memory.masked = !memory.masked;
    }
}
