//! Paints a family tree that has been placed.

use eframe::egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Shape as Form, Stroke, StrokeKind, pos2, vec2};

use super::data::{Heading, Item, Shape};
use super::layout::TreePlan;
use crate::lab::actor::Actor;
use crate::state::model::Tone;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, Tokens};

const RADIUS: f32 = 5.0;
/// A holder's badge, and the sign of an alarm.
const BADGE: f32 = 15.0;
const PAD: f32 = 8.0;

pub(super) fn lines(painter: &Painter, origin: Pos2, plan: &TreePlan, tokens: &Tokens) {
    let stroke = Stroke::new(1.2, tokens.dim.gamma_multiply(0.7));
    for line in &plan.lines {
        painter.add(Form::line(line.iter().map(|at| *at + origin.to_vec2()).collect(), stroke));
    }
}

pub(super) fn heading(painter: &Painter, rect: Rect, heading: &Heading, tokens: &Tokens) {
    let painter = painter.with_clip_rect(painter.clip_rect().intersect(rect.expand(1.0)));
    let mut x = rect.left();
    let mut write = |words: &str, font: FontId, color: Color32| {
        let end = painter.text(pos2(x, rect.center().y), Align2::LEFT_CENTER, words, font, color);
        x = end.right() + GAP_2;
    };
    write(&heading.words, text::strong_caption_font(), tokens.text);
    if let Some(ended) = heading.ended.as_ref().filter(|_| heading.alarm) {
        write(ended, text::strong_caption_font(), tokens.bad);
    }
    write(&heading.aside, text::caption_font(), tokens.dim);
    if let Some(ended) = heading.ended.as_ref().filter(|_| !heading.alarm) {
        write(ended, text::caption_font(), tokens.dim);
    }
}

pub(super) fn item(painter: &Painter, rect: Rect, item: &Item, tokens: &Tokens) {
    let painter = painter.with_clip_rect(painter.clip_rect().intersect(rect.expand(2.0)));
    let ink = if item.is_over { tokens.dim } else { tokens.text };
    match item.shape {
        Shape::Folded | Shape::FoldedLeaves => {
            let top = if item.line.is_empty() { rect.center().y } else { rect.center().y - 8.0 };
            let center = Align2::CENTER_CENTER;
            let (at, align) = match item.shape {
                Shape::FoldedLeaves => (pos2(rect.left() + GAP, top), Align2::LEFT_CENTER),
                _ => (pos2(rect.center().x, top), center),
            };
            painter.text(at, align, &item.title, text::caption_font(), tokens.dim);
            painter.text(rect.center() + vec2(0.0, 8.0), center, &item.line, text::caption_font(), tokens.dim);
            return;
        }
        Shape::Link | Shape::Leaf => {}
    }
    let ground = if item.is_over { tokens.panel } else { tokens.raised };
    painter.rect_filled(rect, RADIUS, ground);
    let edge = if item.alarm { Stroke::new(1.6, tokens.bad) } else { Stroke::new(1.0, tokens.line) };
    painter.rect_stroke(rect, RADIUS, edge, StrokeKind::Inside);
    if !item.is_over {
        let stripe = Rect::from_min_max(rect.min + vec2(1.0, 5.0), pos2(rect.left() + 4.0, rect.bottom() - 5.0));
        painter.rect_filled(stripe, 1.5, tokens.tone(item.tone));
    }
    let (first, second) = (rect.center().y - 9.0, rect.center().y + 9.0);
    let mut right = rect.right() - PAD + 2.0;
    for actor in item.holders.iter().rev() {
        let wide = badge_width(*actor);
        badge(&painter, pos2(right - wide / 2.0, first), *actor, item, tokens);
        right -= wide + 2.0;
    }
    let left = rect.left() + PAD + 2.0;
    let title = painter.text(pos2(left, first), Align2::LEFT_CENTER, &item.title, text::strong_caption_font(), ink);
    let galley = painter.layout_no_wrap(item.id.clone(), text::mono_font(), tokens.dim);
    if title.right() + 6.0 + galley.size().x <= right {
        painter.galley(pos2(title.right() + 6.0, first - galley.size().y / 2.0), galley, tokens.dim);
    }
    let color = match item.tone {
        _ if item.is_over => tokens.dim,
        Tone::Bad | Tone::Amber => tokens.tone(item.tone),
        _ => tokens.dim,
    };
    let mut x = left;
    if item.alarm {
        alarm(&painter, pos2(left + 5.0, second), tokens.bad);
        x += BADGE;
    }
    let room = rect.right() - PAD - x;
    let galley = painter.layout(item.line.clone(), text::caption_font(), color, room);
    // A second line would run out of the box; the tooltip has all of it.
    let clipped = painter.with_clip_rect(
        Rect::from_center_size(pos2(x + room / 2.0, second), vec2(room, 18.0)).intersect(painter.clip_rect()),
    );
    let row = galley.rows.first().map_or(galley.size().y, |row| row.height());
    clipped.galley(pos2(x, second - row / 2.0), galley, color);
}

fn badge_width(actor: Actor) -> f32 {
    if letter(actor).len() > 1 { BADGE + 6.0 } else { BADGE }
}

/// A holder: a disc with a letter, and for the attacker a square on its corner, so that a copy is seen without colours.
fn badge(painter: &Painter, center: Pos2, actor: Actor, item: &Item, tokens: &Tokens) {
    let half = BADGE / 2.0;
    let (ground, ink) = match actor {
        Actor::Attacker if item.is_over => (tokens.dim, tokens.panel),
        Actor::Attacker => (tokens.tone(if item.tone == Tone::Bad { Tone::Bad } else { Tone::Amber }), tokens.panel),
        _ => (tokens.hover, tokens.text),
    };
    match actor {
        Actor::Attacker => {
            let corners =
                [vec2(0.0, -half - 1.0), vec2(half + 1.0, 0.0), vec2(0.0, half + 1.0), vec2(-half - 1.0, 0.0)];
            let corners = corners.iter().map(|corner| center + *corner).collect();
            painter.add(Form::convex_polygon(corners, ground, Stroke::NONE));
        }
        _ => {
            let rect = Rect::from_center_size(center, vec2(badge_width(actor), BADGE));
            painter.rect_filled(rect, half, ground);
        }
    }
    painter.text(center, Align2::CENTER_CENTER, letter(actor), text::caption_font(), ink);
}

pub(super) fn letter(actor: Actor) -> &'static str {
    match actor {
        Actor::Laptop => "L",
        Actor::Phone => "P",
        Actor::Attacker => "A",
        Actor::Bystander => "B",
        Actor::Admin => "Ad",
        Actor::Browser => "Br",
    }
}

/// A triangle with a stroke in it.
fn alarm(painter: &Painter, center: Pos2, color: Color32) {
    let corners = [vec2(0.0, -5.5), vec2(6.0, 5.0), vec2(-6.0, 5.0)];
    painter.add(Form::closed_line(corners.iter().map(|at| center + *at).collect(), Stroke::new(1.3, color)));
    painter.line_segment([center + vec2(0.0, -1.5), center + vec2(0.0, 2.8)], Stroke::new(1.3, color));
}
