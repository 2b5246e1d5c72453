//! The marks of a verdict, painted so that no font can lack them: shape and word say it, and the colour again.

use eframe::egui::{Label, Pos2, Rect, RichText, Sense, Shape, Stroke, Ui, Vec2, vec2};

use crate::state::model::Tone;
use crate::ui::fonts::semibold;
use crate::ui::theme::{GAP_2, Tokens};

/// The size of what a verdict says.
const LARGE: f32 = 20.0;

/// The same in a narrow column, so that each verdict stays on one line.
const SMALLER: f32 = 18.0;
const NARROW: f32 = 280.0;

/// What stands before the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Check,
    Cross,
    Dash,
    Clock,
}

/// A line in large letters.
pub(super) fn large(ui: &mut Ui, sign: Sign, tone: Tone, words: &str) {
    let color = Tokens::of(ui).tone(tone);
    let size = if ui.available_width() < NARROW { SMALLER } else { LARGE };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        let (rect, _) = ui.allocate_exact_size(vec2(18.0, 24.0), Sense::hover());
        sign.paint(ui, Rect::from_center_size(rect.center(), Vec2::splat(16.0)), color);
        let words = RichText::new(words).font(eframe::egui::FontId::new(size, semibold())).color(color);
        ui.add(Label::new(words).wrap());
    });
}

impl Sign {
    pub(super) fn paint(self, ui: &Ui, square: Rect, color: eframe::egui::Color32) {
        let stroke = Stroke::new(square.width() / 7.0, color);
        let at = |x: f32, y: f32| -> Pos2 { square.min + vec2(x, y) * square.width() };
        let line = |points: &[(f32, f32)]| {
            ui.painter().add(Shape::line(points.iter().map(|(x, y)| at(*x, *y)).collect(), stroke));
        };
        match self {
            Self::Check => line(&[(0.08, 0.55), (0.38, 0.85), (0.94, 0.2)]),
            Self::Cross => {
                line(&[(0.14, 0.14), (0.86, 0.86)]);
                line(&[(0.86, 0.14), (0.14, 0.86)]);
            }
            Self::Dash => line(&[(0.08, 0.5), (0.92, 0.5)]),
            Self::Clock => {
                let stroke = Stroke::new(square.width() / 9.0, color);
                ui.painter().circle_stroke(square.center(), square.width() * 0.44, stroke);
                ui.painter().add(Shape::line(vec![at(0.5, 0.22), at(0.5, 0.52), at(0.7, 0.66)], stroke));
            }
        }
    }
}
