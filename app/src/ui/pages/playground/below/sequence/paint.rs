//! Paints a sequence's shapes in the window.

use eframe::egui::{Color32, FontId, Painter, Rect, Shape as Painted, Stroke, Vec2, vec2};

use super::shape::{Anchor, Font, Head, Ink, Picture, Shape};
use crate::ui::text;
use crate::ui::theme::Tokens;

/// The length of an arrow's head.
pub(super) const HEAD: f32 = 7.0;
pub(super) const DOT: f32 = 2.5;

pub(super) fn color(ink: Ink, tokens: &Tokens) -> Color32 {
    match ink {
        Ink::Text => tokens.text,
        Ink::Dim => tokens.dim,
        Ink::Line => tokens.line,
        Ink::Lane(is_session) => tokens.lane(is_session),
        Ink::Actor(actor) => tokens.actor(actor),
        Ink::Tone(tone) => tokens.tone(tone),
    }
}

fn font(font: Font) -> FontId {
    match font {
        Font::Caption => text::caption_font(),
        Font::Strong => text::strong_caption_font(),
        Font::Mono => FontId::new(text::CAPTION, text::mono_font().family),
    }
}

/// The width of words as they will be painted.
pub(super) fn width(painter: &Painter, words: &str, of: Font) -> f32 {
    painter.layout_no_wrap(words.to_owned(), font(of), Color32::PLACEHOLDER).size().x
}

/// Paints all shapes, moved by so much; words stand on their own ground, so that no line runs through them.
pub(super) fn paint(painter: &Painter, by: Vec2, picture: &Picture, tokens: &Tokens) {
    for shape in &picture.shapes {
        match shape {
            Shape::Line { from, to, ink, width, dashed, head } => {
                let (from, to) = (*from + by, *to + by);
                let stroke = Stroke::new(*width, color(*ink, tokens));
                match dashed {
                    true => painter.extend(Painted::dashed_line(&[from, to], stroke, 5.0, 3.0)),
                    false => drop(painter.line_segment([from, to], stroke)),
                }
                let back = (from - to).normalized() * HEAD;
                let side = vec2(-back.y, back.x) * 0.5;
                let wings = [to + back + side, to + back - side];
                match head {
                    Head::None => {}
                    Head::Open => {
                        let stroke = Stroke::new(width.max(1.2), stroke.color);
                        painter.add(Painted::line(vec![wings[0], to, wings[1]], stroke));
                    }
                    Head::Filled => {
                        let points = vec![wings[0], to, wings[1]];
                        painter.add(Painted::convex_polygon(points, stroke.color, Stroke::NONE));
                    }
                }
            }
            Shape::Fill { rect, ink, radius } => {
                painter.rect_filled(rect.translate(by), *radius, color(*ink, tokens));
            }
            Shape::Dot { at, ink } => {
                painter.circle_filled(*at + by, DOT, color(*ink, tokens));
            }
            Shape::Words { at, words, ink, font: of, anchor, width } => {
                let color = color(*ink, tokens);
                let galley = painter.layout_no_wrap(words.clone(), font(*of), color);
                let left = match anchor {
                    Anchor::Left => 0.0,
                    Anchor::Middle => galley.size().x / 2.0,
                    Anchor::Right => galley.size().x,
                };
                let place = Rect::from_min_size(*at + by - vec2(left, galley.size().y / 2.0), galley.size());
                if *width > 0.0 {
                    painter.rect_filled(place.expand2(vec2(3.0, -1.0)), 2.0, tokens.panel);
                }
                painter.galley(place.min, galley, color);
            }
        }
    }
}
