//! Buttons that say why they can't be pressed, one that is lit because it comes next, and one with a menu at its side.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Button, CornerRadius, Popup, PopupCloseBehavior, Rect, Response, Stroke, Ui, Vec2, WidgetInfo, vec2,
};

use super::icon::Icon;
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP, RADIUS, Tokens};

/// How a button is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::ui) struct Look<'a> {
    /// Its name for assistive technology, where the words on it are not unique.
    pub(in crate::ui) name: Option<&'a str>,
    /// Why it can't act now.
    pub(in crate::ui) why_not: Option<&'a str>,
    /// What it does, on hover.
    pub(in crate::ui) hint: Option<&'a str>,
    /// Whether it comes next.
    pub(in crate::ui) lit: bool,
}

/// A button; disabled where `why_not` is set, which its tooltip then says.
pub(in crate::ui) fn show(ui: &mut Ui, words: &str, look: Look<'_>) -> Response {
    add(ui, words, look, CornerRadius::same(RADIUS))
}

/// A button with an arrow at its side that opens a menu. The menu stays open until something is chosen or clicked
/// elsewhere, where `sticky`; otherwise any click closes it.
pub(in crate::ui) fn split(
    ui: &mut Ui,
    words: &str,
    look: Look<'_>,
    options_name: &str,
    sticky: bool,
    menu: impl FnOnce(&mut Ui),
) -> Response {
    let gap = std::mem::replace(&mut ui.spacing_mut().item_spacing.x, 1.0);
    let (left, right) = (
        CornerRadius { ne: 0, se: 0, ..CornerRadius::same(RADIUS) },
        CornerRadius { nw: 0, sw: 0, ..CornerRadius::same(RADIUS) },
    );
    let main = add(ui, words, look, left);
    let arrow = arrow(ui, options_name, look.lit, right);
    ui.spacing_mut().item_spacing.x = gap;
    // The arrow was placed with the narrow gap behind it.
    ui.add_space(gap - 1.0);
    let close = if sticky { PopupCloseBehavior::CloseOnClickOutside } else { PopupCloseBehavior::CloseOnClick };
    Popup::menu(&arrow).close_behavior(close).show(menu);
    main
}

fn add(ui: &mut Ui, words: &str, look: Look<'_>, corners: CornerRadius) -> Response {
    let tokens = Tokens::of(ui);
    let enabled = look.why_not.is_none();
    let lit = look.lit && enabled;
    let mut label = text::body(words);
    if lit {
        label = text::strong(words).color(tokens.panel);
    }
    let mut button = Button::new(label).corner_radius(corners).min_size(vec2(0.0, CONTROL));
    if lit {
        button = button.fill(tokens.text).stroke(Stroke::new(1.0, tokens.text));
    }
    let response = ui.add_enabled(enabled, button);
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    if lit && response.has_focus() {
        super::icon::focus_ring(ui.painter(), response.rect, tokens);
    }
    if let Some(name) = look.name {
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    }
    match (look.why_not, look.hint) {
        (Some(why), _) => response.on_disabled_hover_text(why),
        (None, Some(hint)) => response.on_hover_text(hint),
        (None, None) => response,
    }
}

fn arrow(ui: &mut Ui, name: &str, lit: bool, corners: CornerRadius) -> Response {
    let tokens = Tokens::of(ui);
    let mut button = Button::new("").corner_radius(corners).min_size(Vec2::new(20.0, CONTROL));
    if lit {
        button = button.fill(tokens.text).stroke(Stroke::new(1.0, tokens.text));
    }
    let response = ui.scope(|ui| {
        ui.spacing_mut().button_padding = vec2(GAP, 3.0);
        ui.add(button)
    });
    let response = response.inner;
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    let color = if lit { tokens.panel } else { tokens.dim };
    Icon::Down.paint(ui.painter(), Rect::from_center_size(response.rect.center(), Vec2::splat(10.0)), color);
    if lit && response.has_focus() {
        super::icon::focus_ring(ui.painter(), response.rect, tokens);
    }
    response.on_hover_text(name)
}

/// One line of a menu.
pub(in crate::ui) fn menu_item(ui: &mut Ui, words: &str, look: Look<'_>) -> bool {
    menu_item_with_keys(ui, words, None, look)
}

/// One line of a menu, with the keys that do the same.
pub(in crate::ui) fn menu_item_with_keys(ui: &mut Ui, words: &str, keys: Option<&str>, look: Look<'_>) -> bool {
    ui.set_min_width(168.0);
    let button = Button::new(text::body(words)).frame_when_inactive(false).min_size(vec2(ui.available_width(), 24.0));
    let enabled = look.why_not.is_none();
    let response = ui.add_enabled(
        enabled,
        button
            .wrap_mode(eframe::egui::TextWrapMode::Extend)
            .right_text(text::caption(keys.unwrap_or_default()).color(Tokens::of(ui).dim)),
    );
    if let Some(name) = look.name {
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    }
    let clicked = response.clicked();
    match (look.why_not, look.hint) {
        (Some(why), _) => response.on_disabled_hover_text(why),
        (None, Some(hint)) => response.on_hover_text(hint),
        (None, None) => response,
    };
    clicked
}
