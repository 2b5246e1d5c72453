//! Icons, drawn as strokes so that no font can lack one, and the small buttons that carry nothing else.

use eframe::egui::accesskit::Role;
use eframe::egui::{Color32, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::ui::theme::{RADIUS, Tokens};

/// What an icon stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Icon {
    Copy,
    Eye,
    EyeOff,
    Down,
    Right,
    Menu,
    Theme,
    Playground,
    Comparison,
    Inspector,
    Browser,
    Close,
    Plus,
    Minus,
}

/// The side of a button that carries an icon alone.
pub(in crate::ui) const SMALL: f32 = 20.0;

/// A frameless button with an icon; `name` is what it is called in its tooltip and to assistive technology.
pub(in crate::ui) fn button(ui: &mut Ui, icon: Icon, size: f32, name: &str) -> Response {
    let tokens = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    if ui.is_rect_visible(rect) {
        let lit = response.hovered() || response.has_focus();
        if lit {
            ui.painter().rect_filled(rect, RADIUS, tokens.hover);
        }
        if response.has_focus() {
            focus_ring(ui.painter(), rect, tokens);
        }
        let color = if lit { tokens.text } else { tokens.dim };
        icon.paint(ui.painter(), Rect::from_center_size(rect.center(), Vec2::splat(13.0)), color);
    }
    response.on_hover_text(name)
}

/// The ring around what has the keyboard.
pub(in crate::ui) fn focus_ring(painter: &Painter, rect: Rect, tokens: &Tokens) {
    painter.rect_stroke(rect, RADIUS, Stroke::new(2.0, tokens.focus), eframe::egui::StrokeKind::Inside);
}

impl Icon {
    /// Draws the icon into a square.
    pub(in crate::ui) fn paint(self, painter: &Painter, square: Rect, color: Color32) {
        let stroke = Stroke::new(1.3, color);
        // Coordinates are given on a grid of 12 by 12.
        let at = |x: f32, y: f32| -> Pos2 { square.min + vec2(x, y) * (square.width() / 12.0) };
        let line = |points: &[(f32, f32)]| {
            painter.add(Shape::line(points.iter().map(|(x, y)| at(*x, *y)).collect(), stroke));
        };
        let filled = |points: &[(f32, f32)]| {
            let points = points.iter().map(|(x, y)| at(*x, *y)).collect();
            painter.add(Shape::convex_polygon(points, color, Stroke::NONE));
        };
        let unit = square.width() / 12.0;
        match self {
            Self::Copy => {
                let front = Rect::from_min_max(at(4.0, 4.0), at(11.0, 11.0));
                painter.rect_stroke(front, 1.5, stroke, eframe::egui::StrokeKind::Middle);
                line(&[(2.2, 8.0), (1.0, 8.0), (1.0, 1.0), (8.0, 1.0), (8.0, 2.2)]);
            }
            Self::Eye | Self::EyeOff => {
                let lid = |sign: f32| -> Vec<Pos2> {
                    (0..=12)
                        .map(|i| (i as f32, (i as f32 / 12.0 * std::f32::consts::PI).sin()))
                        .map(|(x, y)| at(x, 6.0 + sign * 3.9 * y))
                        .collect()
                };
                painter.add(Shape::line(lid(-1.0), stroke));
                painter.add(Shape::line(lid(1.0), stroke));
                painter.circle_filled(square.center(), 1.7 * unit, color);
                if self == Self::EyeOff {
                    line(&[(1.5, 11.0), (10.5, 1.0)]);
                }
            }
            Self::Down => filled(&[(2.5, 4.2), (9.5, 4.2), (6.0, 8.4)]),
            Self::Right => filled(&[(4.2, 2.5), (8.4, 6.0), (4.2, 9.5)]),
            Self::Menu => {
                for x in [2.0, 6.0, 10.0] {
                    painter.circle_filled(at(x, 6.0), 1.15 * unit, color);
                }
            }
            Self::Theme => {
                painter.circle_stroke(square.center(), 5.0 * unit, stroke);
                half_disc(painter, square.center(), 5.0 * unit, color);
            }
            Self::Playground => {
                line(&[(1.0, 3.8), (11.0, 3.8)]);
                line(&[(8.4, 1.4), (11.0, 3.8), (8.4, 6.2)]);
                line(&[(11.0, 8.4), (1.0, 8.4)]);
                line(&[(3.6, 6.0), (1.0, 8.4), (3.6, 10.8)]);
            }
            Self::Comparison => {
                let frame = Rect::from_min_max(at(1.0, 1.0), at(11.0, 11.0));
                painter.rect_stroke(frame, 1.5, stroke, eframe::egui::StrokeKind::Middle);
                line(&[(1.0, 4.4), (11.0, 4.4)]);
                line(&[(1.0, 7.7), (11.0, 7.7)]);
                line(&[(4.6, 1.0), (4.6, 11.0)]);
                line(&[(7.8, 4.4), (7.8, 11.0)]);
            }
            Self::Inspector => {
                painter.circle_stroke(at(5.0, 5.0), 3.8 * unit, stroke);
                line(&[(7.8, 7.8), (11.2, 11.2)]);
            }
            Self::Browser => {
                let frame = Rect::from_min_max(at(0.8, 1.6), at(11.2, 10.4));
                painter.rect_stroke(frame, 1.5, stroke, eframe::egui::StrokeKind::Middle);
                line(&[(0.8, 4.4), (11.2, 4.4)]);
                painter.circle_filled(at(2.7, 3.0), 0.6 * unit, color);
                painter.circle_filled(at(4.5, 3.0), 0.6 * unit, color);
            }
            Self::Close => {
                line(&[(2.0, 2.0), (10.0, 10.0)]);
                line(&[(10.0, 2.0), (2.0, 10.0)]);
            }
            Self::Plus => {
                line(&[(1.5, 6.0), (10.5, 6.0)]);
                line(&[(6.0, 1.5), (6.0, 10.5)]);
            }
            Self::Minus => line(&[(1.5, 6.0), (10.5, 6.0)]),
        }
    }
}

/// The left half of a disc.
pub(in crate::ui) fn half_disc(painter: &Painter, center: Pos2, radius: f32, color: Color32) {
    let points = (0..=16)
        .map(|i| std::f32::consts::PI * (0.5 + i as f32 / 16.0))
        .map(|angle| pos2(center.x + radius * angle.cos(), center.y + radius * angle.sin()))
        .collect();
    painter.add(Shape::convex_polygon(points, color, Stroke::NONE));
}
