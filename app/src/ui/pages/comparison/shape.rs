//! A verdict's shape: the same as the playground's, and those that a cell alone can have.

use eframe::egui::{Color32, Painter, Pos2, Shape as Drawn, Stroke, vec2};

use crate::lab::digest::Shape;
use crate::ui::widgets::icon::half_disc;
use crate::ui::widgets::pill::Mark;

/// As wide as every shape.
pub(super) const SIZE: f32 = 9.0;

/// Draws a shape around a point.
pub(super) fn paint(shape: Shape, painter: &Painter, center: Pos2, color: Color32) {
    let mark = match shape {
        Shape::Inside => Mark::Inside,
        Shape::Out => Mark::Out,
        Shape::OutLate => Mark::OutLate,
        Shape::Never => Mark::Never,
        Shape::Unknown => Mark::Unknown,
        Shape::Demoted => {
            let corners = [vec2(-4.2, -3.2), vec2(4.2, -3.2), vec2(0.0, 4.0)].map(|corner| center + corner);
            painter.add(Drawn::convex_polygon(corners.to_vec(), color, Stroke::NONE));
            return;
        }
        Shape::Flapping => {
            // Two discs: out of the one, into the other.
            half_disc(painter, center + vec2(-0.4, 0.0), SIZE / 2.0 - 0.6, color);
            painter.circle_stroke(center + vec2(2.2, 0.0), SIZE / 2.0 - 2.0, Stroke::new(1.3, color));
            return;
        }
    };
    mark.paint(painter, center, color);
}
