//! Colours by their meaning, and the distances: nothing else in the window names a colour.

use std::sync::Arc;

use eframe::egui::epaint::{CornerRadius, Shadow};
use eframe::egui::style::{ScrollStyle, WidgetVisuals};
use eframe::egui::{Color32, Context, FontId, Margin, Stroke, Style, TextStyle, Theme, Ui, Vec2, vec2};

use super::{fonts, text};
use crate::lab::actor::Actor;
use crate::state::model::Tone;

/// The unit of every distance: 4 px.
pub(super) const GAP: f32 = 4.0;
pub(super) const GAP_2: f32 = 2.0 * GAP;
pub(super) const GAP_3: f32 = 3.0 * GAP;
pub(super) const GAP_4: f32 = 4.0 * GAP;

/// The height of a button, and of a row of them.
pub(super) const CONTROL: f32 = 26.0;
/// The height of a row of data.
pub(super) const ROW: f32 = 20.0;

pub(super) const RADIUS: u8 = 6;
pub(super) const PANEL_RADIUS: u8 = 8;

/// Every colour of one theme.
#[derive(Debug, PartialEq)]
pub(super) struct Tokens {
    /// Behind everything.
    pub(super) ground: Color32,
    /// Panels and bars.
    pub(super) panel: Color32,
    /// Buttons and chips.
    pub(super) raised: Color32,
    /// A button under the pointer.
    pub(super) hover: Color32,
    /// Between panels and rows.
    pub(super) line: Color32,
    pub(super) text: Color32,
    pub(super) dim: Color32,
    /// The two kinds of lane.
    pub(super) session: Color32,
    pub(super) jwt: Color32,
    /// As it should be, not as it should be, for a while: each with the ground that it may stand on.
    pub(super) good: Color32,
    pub(super) good_ground: Color32,
    pub(super) bad: Color32,
    pub(super) bad_ground: Color32,
    pub(super) amber: Color32,
    pub(super) amber_ground: Color32,
    /// Who acts, where several do in one picture: laptop, phone, attacker, bystander, admin, and a real browser. The victim's two devices are
    /// of one family.
    actors: [Color32; 6],
    /// Around whatever has the keyboard.
    pub(super) focus: Color32,
    pub(super) shadow: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

pub(super) const DARK: Tokens = Tokens {
    ground: rgb(0x14161a),
    panel: rgb(0x1b1e24),
    raised: rgb(0x232730),
    hover: rgb(0x2d323d),
    line: rgb(0x2e333d),
    text: rgb(0xe6e8ec),
    dim: rgb(0x9aa2b1),
    session: rgb(0x2fb8a6),
    jwt: rgb(0xa58bff),
    good: rgb(0x4cc38a),
    good_ground: rgb(0x183226),
    bad: rgb(0xff7a70),
    bad_ground: rgb(0x3b1f20),
    amber: rgb(0xf0b429),
    amber_ground: rgb(0x35290f),
    actors: [rgb(0x5aa9ff), rgb(0xa8cdfc), rgb(0xf57ad6), rgb(0xd7b98e), rgb(0xc3c9d4), rgb(0xe0c341)],
    focus: rgb(0x7ab8ff),
    shadow: Color32::from_black_alpha(96),
};

pub(super) const LIGHT: Tokens = Tokens {
    ground: rgb(0xf5f6f8),
    panel: rgb(0xffffff),
    raised: rgb(0xeef0f4),
    hover: rgb(0xe2e6ed),
    line: rgb(0xd9dde4),
    text: rgb(0x1a1d23),
    dim: rgb(0x566070),
    session: rgb(0x0a7468),
    jwt: rgb(0x6a45d8),
    good: rgb(0x117346),
    good_ground: rgb(0xdff3e8),
    bad: rgb(0xc2332b),
    bad_ground: rgb(0xfbe3e1),
    amber: rgb(0x8a5a00),
    amber_ground: rgb(0xfbf0d4),
    actors: [rgb(0x1a5fb4), rgb(0x3a6a99), rgb(0xa8268a), rgb(0x7a5a22), rgb(0x4a5160), rgb(0x75640a)],
    focus: rgb(0x1f6fd6),
    shadow: Color32::from_black_alpha(36),
};

impl Tokens {
    pub(super) fn of(ui: &Ui) -> &'static Self {
        if ui.visuals().dark_mode { &DARK } else { &LIGHT }
    }

    /// The colour of a tone, for its words and shapes.
    pub(super) fn tone(&self, tone: Tone) -> Color32 {
        match tone {
            Tone::Good => self.good,
            Tone::Bad => self.bad,
            Tone::Amber => self.amber,
            Tone::Neutral => self.dim,
        }
    }

    /// What stands behind a tone's words.
    pub(super) fn tone_ground(&self, tone: Tone) -> Color32 {
        match tone {
            Tone::Good => self.good_ground,
            Tone::Bad => self.bad_ground,
            Tone::Amber => self.amber_ground,
            Tone::Neutral => self.raised,
        }
    }

    /// The colour of what an actor does.
    pub(super) fn actor(&self, actor: Actor) -> Color32 {
        self.actors[actor as usize]
    }

    /// The colour of a lane of this kind.
    pub(super) fn lane(&self, is_session: bool) -> Color32 {
        if is_session { self.session } else { self.jwt }
    }
}

/// Sets fonts and both themes up; once, before the first frame.
pub(crate) fn install(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
    ctx.set_style_of(Theme::Dark, Arc::new(style(&DARK, Theme::Dark)));
    ctx.set_style_of(Theme::Light, Arc::new(style(&LIGHT, Theme::Light)));
    // The shell zooms itself, within the range that the screens are made for.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

fn style(tokens: &Tokens, theme: Theme) -> Style {
    let mut style = theme.default_style();
    style.text_styles = text_styles().into_iter().collect();

    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(GAP_2, GAP);
    spacing.button_padding = vec2(10.0, 3.0);
    spacing.interact_size = Vec2::new(CONTROL, CONTROL);
    spacing.menu_margin = Margin::same(6);
    spacing.combo_height = 420.0;
    spacing.tooltip_width = 340.0;
    spacing.scroll = ScrollStyle { bar_width: 8.0, ..ScrollStyle::floating() };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.35;

    let visuals = &mut style.visuals;
    visuals.panel_fill = tokens.panel;
    visuals.window_fill = tokens.panel;
    visuals.window_stroke = Stroke::new(1.0, tokens.line);
    visuals.window_corner_radius = CornerRadius::same(PANEL_RADIUS);
    visuals.menu_corner_radius = CornerRadius::same(PANEL_RADIUS);
    let shadow = Shadow { offset: [0, 6], blur: 18, spread: 0, color: tokens.shadow };
    visuals.popup_shadow = shadow;
    visuals.window_shadow = shadow;
    visuals.faint_bg_color = tokens.raised;
    visuals.extreme_bg_color = tokens.ground;
    visuals.code_bg_color = tokens.raised;
    visuals.weak_text_color = Some(tokens.dim);
    visuals.hyperlink_color = tokens.focus;
    visuals.warn_fg_color = tokens.amber;
    visuals.error_fg_color = tokens.bad;
    visuals.selection.bg_fill = tokens.hover;
    visuals.selection.stroke = Stroke::new(1.0, tokens.text);
    visuals.text_cursor.stroke = Stroke::new(1.5, tokens.text);
    visuals.text_cursor.blink = false;
    visuals.disabled_alpha = 0.45;
    let state = |fill, edge, width| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(width, edge),
        corner_radius: CornerRadius::same(RADIUS),
        fg_stroke: Stroke::new(1.0, tokens.text),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = state(tokens.panel, tokens.line, 1.0);
    visuals.widgets.inactive = state(tokens.raised, tokens.line, 1.0);
    visuals.widgets.hovered = state(tokens.hover, tokens.line, 1.0);
    // egui draws what has the keyboard as it draws what is pressed.
    visuals.widgets.active = state(tokens.hover, tokens.focus, 2.0);
    visuals.widgets.open = state(tokens.hover, tokens.line, 1.0);
    style
}

fn text_styles() -> [(TextStyle, FontId); 5] {
    [
        (TextStyle::Small, text::caption_font()),
        (TextStyle::Body, text::body_font()),
        (TextStyle::Button, text::body_font()),
        (TextStyle::Monospace, text::mono_font()),
        (TextStyle::Heading, text::head_font()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2).
    fn luminance(color: Color32) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(color.r()) + 0.7152 * channel(color.g()) + 0.0722 * channel(color.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn black_on_white_is_21_to_1() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 0.001);
    }

    #[test]
    fn both_themes_reach_wcag_aa() {
        for (name, t) in [("dark", &DARK), ("light", &LIGHT)] {
            let mut words = Vec::new();
            for ground in [t.ground, t.panel, t.raised, t.hover, t.good_ground, t.bad_ground, t.amber_ground] {
                words.push((t.text, ground));
                words.push((t.dim, ground));
            }
            for ground in [t.panel, t.raised] {
                words.extend([t.session, t.jwt, t.good, t.bad, t.amber].map(|color| (color, ground)));
                words.extend(t.actors.map(|color| (color, ground)));
            }
            words.extend([(t.good, t.good_ground), (t.bad, t.bad_ground), (t.amber, t.amber_ground)]);
            // A row of a table that is chosen or under the pointer.
            words.extend([t.session, t.jwt].into_iter().chain(t.actors).map(|color| (color, t.hover)));
            // The button that is to be pressed next is written in the panel's colour on the text's.
            words.push((t.panel, t.text));
            for (color, ground) in words {
                let ratio = contrast(color, ground);
                assert!(ratio >= 4.5, "{name}: {color:?} on {ground:?} has {ratio:.2}:1");
            }
            let shapes = [t.good, t.bad, t.amber, t.session, t.jwt, t.focus, t.dim];
            for color in shapes {
                for ground in [t.ground, t.panel, t.raised] {
                    let ratio = contrast(color, ground);
                    assert!(ratio >= 3.0, "{name}: {color:?} beside {ground:?} has {ratio:.2}:1");
                }
            }
        }
    }
}
