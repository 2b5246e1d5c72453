//! Paints the table: cells, the names that stay in sight, and what the signs mean.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::epaint::TextShape;
use eframe::egui::{
    Align2, Color32, FontId, Galley, Mesh, Painter, Pos2, Rect, Shape as Drawn, Stroke, StrokeKind, Ui, Vec2, pos2,
    vec2,
};
use lockstep_shared::span::in_words;

use super::super::{inert, shape, story};
use super::layout::{FAMILY, HEADING, Line, Plan, ROW, families};
use super::{Sight, within};
use crate::lab::digest::Shape;
use crate::lab::digest::grouped;
use crate::lab::outcome::Status;
use crate::lab::scenario::Thief;
use crate::state::comparing::{Comparing, Measured};
use crate::state::model::Tone;
use crate::ui::text;
use crate::ui::theme::{GAP_2, RADIUS, Tokens};
use crate::ui::widgets::icon;

/// How a cell is drawn beside what it says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Its story is shown.
    pub(super) opened: bool,
    pub(super) focused: bool,
    pub(super) hovered: bool,
    /// There is room for a word before the time.
    pub(super) wide: bool,
    /// It may still be measured.
    pub(super) pending: bool,
}

pub(super) fn cell(painter: &Painter, rect: Rect, measured: Option<&Measured>, look: Look, tokens: &Tokens) {
    match measured {
        Some(measured) => verdict(painter, rect, measured, look.wide, tokens),
        None if look.pending => {
            painter.circle_filled(rect.center(), 1.5, tokens.line);
        }
        None => {
            painter.hline(
                rect.center().x - 3.0..=rect.center().x + 3.0,
                rect.center().y,
                Stroke::new(1.0, tokens.line),
            );
        }
    }
    if look.focused {
        icon::focus_ring(painter, rect.expand(1.0), tokens);
    } else if look.opened {
        painter.rect_stroke(rect, RADIUS - 2, Stroke::new(1.5, tokens.text), StrokeKind::Inside);
    } else if look.hovered {
        painter.rect_stroke(rect, RADIUS - 2, Stroke::new(1.0, tokens.dim), StrokeKind::Inside);
    }
}

fn verdict(painter: &Painter, rect: Rect, measured: &Measured, wide: bool, tokens: &Tokens) {
    let digest = &measured.digest;
    let tone = measured.tone();
    let color = tokens.tone(tone);
    if tone != Tone::Neutral {
        painter.rect_filled(rect, RADIUS - 2, tokens.tone_ground(tone));
    }
    let ran = measured.cell.status == Status::Ran;
    let words = &measured.words[if wide { 0 } else { 1 }];
    let galley = painter.layout_no_wrap(words.clone(), text::caption_font(), color);
    // A word of its own says it all: not run, no answer.
    let gap = if wide { 5.0 } else { 3.0 };
    let sign = if ran && digest.glance.shape != Shape::Unknown { shape::SIZE + gap } else { 0.0 };
    let fits = galley.size().x + sign <= rect.width() - 2.0;
    let width = if fits { sign + galley.size().x } else { sign };
    let mut x = rect.center().x - width / 2.0;
    if sign > 0.0 {
        let center = if fits { pos2(x + shape::SIZE / 2.0, rect.center().y) } else { rect.center() };
        shape::paint(digest.glance.shape, painter, center, color);
        x += sign;
    }
    if fits {
        painter.galley(pos2(x, rect.center().y - galley.size().y / 2.0), galley, color);
    } else if sign == 0.0 {
        shape::paint(Shape::Unknown, painter, rect.center(), color);
    }
    if !digest.collateral.is_empty() {
        fold(painter, rect.right_top(), vec2(-FOLD, FOLD), tokens.bad);
    }
    if digest.detected {
        fold(painter, rect.left_top(), vec2(FOLD, FOLD), tokens.text);
    }
    if digest.unexpected || measured.cell.status == Status::Broken {
        frame(painter, rect, tokens.bad);
    }
}

/// A frame: not as expected, or broken, which its word says.
pub(super) fn frame(painter: &Painter, rect: Rect, color: Color32) {
    painter.rect_stroke(rect, RADIUS - 2, Stroke::new(1.5, color), StrokeKind::Inside);
}

const FOLD: f32 = 7.5;

/// A folded corner: at the right somebody else lost something too, at the left the server raised an alarm.
pub(in crate::ui::pages::comparison) fn fold(painter: &Painter, corner: Pos2, reach: Vec2, color: Color32) {
    let points = [corner, corner + vec2(reach.x, 0.0), corner + vec2(0.0, reach.y)];
    painter.add(Drawn::convex_polygon(points.to_vec(), color, Stroke::NONE));
}

/// A design's name, as it is written above its column.
pub(super) fn name(painter: &Painter, words: &str, color: Color32) -> Arc<Galley> {
    painter.layout_no_wrap(inert(words), name_font(), color)
}

fn name_font() -> FontId {
    text::caption_font()
}

/// Where a design's name stands, from the table's corner while nothing is scrolled.
pub(super) fn name_place(sight: &Sight<'_>, place: usize) -> Rect {
    let left = sight.plan.label + place as f32 * sight.plan.cell;
    Rect::from_min_size(pos2(left, 0.0), vec2(sight.plan.cell, sight.plan.head - FAMILY))
}

/// The names of rows and designs, which stay in sight while the cells move below them.
pub(super) fn names(ui: &Ui, sight: &Sight<'_>, tokens: &Tokens) {
    let (corner, clip) = (sight.corner(), ui.clip_rect());
    let (rows, head) = (
        Rect::from_min_max(pos2(corner.left(), corner.bottom()), pos2(corner.right(), clip.bottom())),
        Rect::from_min_max(pos2(corner.right(), corner.top()), pos2(clip.right(), corner.bottom())),
    );
    row_names(ui, sight, rows, tokens);
    // Headings stand across the cells, which have no cells beside them.
    headings(ui, sight, corner, clip, tokens);
    design_names(ui, sight, head, tokens);
    for (at, words) in totals(sight.table).into_iter().enumerate() {
        let is_odd = at == 1 && sight.table.totals.broken + sight.table.totals.unexpected > 0;
        let color = if is_odd { tokens.bad } else { tokens.dim };
        let place = corner.min + vec2(0.0, 8.0 + 16.0 * at as f32);
        within(ui, corner).text(place, Align2::LEFT_CENTER, words, text::caption_font(), color);
    }
    let edge = Stroke::new(1.0, tokens.line);
    if sight.window.top() > 0.5 {
        ui.painter().hline(corner.left()..=clip.right(), corner.bottom(), edge);
    }
    if sight.window.left() > 0.5 {
        ui.painter().vline(corner.right(), corner.bottom()..=clip.bottom(), edge);
    }
}

/// Where columns go on beyond the right edge, the cells fade out.
pub(super) fn fade(ui: &Ui, sight: &Sight<'_>, tokens: &Tokens) {
    if sight.window.right() >= sight.plan.size().x - 1.0 {
        return;
    }
    let right = ui.clip_rect().right().min(sight.origin.x + sight.window.right());
    let corner = sight.corner();
    let place = Rect::from_x_y_ranges(right - FADE..=right, corner.top()..=ui.clip_rect().bottom());
    let mut mesh = Mesh::default();
    for (at, color) in [
        (place.left_top(), tokens.panel.gamma_multiply(0.0)),
        (place.right_top(), tokens.panel),
        (place.right_bottom(), tokens.panel),
        (place.left_bottom(), tokens.panel.gamma_multiply(0.0)),
    ] {
        mesh.colored_vertex(at, color);
    }
    mesh.add_triangle(0, 1, 2);
    mesh.add_triangle(0, 2, 3);
    within(ui, place).add(Drawn::mesh(mesh));
}

const FADE: f32 = 28.0;

/// `1,184 cells · 31 s` and `0 broken · 0 unexpected`
pub(super) fn totals(table: &Comparing) -> [String; 2] {
    let totals = table.totals;
    if totals.cells == 0 && table.running.is_some() {
        return ["measuring what is usual first…".to_owned(), "every cell is held against it".to_owned()];
    }
    let noun = if totals.cells == 1 { "cell" } else { "cells" };
    let time = match totals.wall_ms {
        0 => String::new(),
        ms @ 1..10_000 => format!(" · {}.{} s", ms / 1000, ms % 1000 / 100),
        ms => format!(" · {}", in_words(Duration::from_millis(ms))),
    };
    let odd = format!("{} broken · {} unexpected", grouped(totals.broken), grouped(totals.unexpected));
    [format!("{} {noun}{time}", grouped(totals.cells)), odd]
}

fn row_names(ui: &Ui, sight: &Sight<'_>, place: Rect, tokens: &Tokens) {
    let painter = within(ui, place);
    painter.rect_filled(place, 0.0, tokens.panel);
    let world_width = 64.0;
    let narrow = place.width() < 220.0;
    for (line, of) in sight.lines() {
        let Line::Row(row, is_first) = of else { continue };
        let middle = sight.at(sight.plan.line(line)).center().y;
        let of = &sight.table.rows[row];
        let is_cursor = sight.cursor.is_some_and(|(at, _)| at == row);
        let world = of.thief.map(|thief| world(thief, narrow));
        if is_first {
            let room = place.width() - if world.is_some() { world_width } else { GAP_2 };
            // A name may go over the rows of all its scenario's worlds.
            let rows = 1 + usize::from(matches!(sight.plan.lines.get(line + 1), Some(Line::Row(_, false))));
            let written = |font| cut(&painter, &inert(&of.title), font, tokens.text, room, rows);
            let galley = written(text::body_font());
            // Smaller before it is cut.
            let galley = if galley.elided { written(text::caption_font()) } else { galley };
            let down = if galley.rows.len() > 1 { ROW / 2.0 } else { 0.0 };
            painter.galley(pos2(place.left(), middle + down - galley.size().y / 2.0), galley, tokens.text);
        }
        if let Some(words) = world {
            let color = if is_cursor { tokens.text } else { tokens.dim };
            let at = pos2(place.right() - GAP_2, middle);
            painter.text(at, Align2::RIGHT_CENTER, words, text::caption_font(), color);
        }
        if is_cursor {
            let at = pos2(place.right() - 2.0, middle);
            painter.line_segment([at - vec2(0.0, 7.0), at + vec2(0.0, 7.0)], Stroke::new(2.0, tokens.text));
        }
    }
}

/// What the thief copied, as short as it can be said.
fn world(thief: Thief, narrow: bool) -> &'static str {
    match thief {
        Thief::Access => "access",
        Thief::Everything if narrow => "all",
        Thief::Everything => "everything",
    }
}

fn headings(ui: &Ui, sight: &Sight<'_>, corner: Rect, clip: Rect, tokens: &Tokens) {
    let below = Rect::from_min_max(pos2(corner.left(), corner.bottom()), clip.max);
    let painter = within(ui, below);
    for (line, of) in sight.lines() {
        let Line::Heading(words) = of else { continue };
        let rect = sight.at(sight.plan.line(line));
        let at = pos2(corner.left(), rect.top() + HEADING - 11.0);
        painter.text(at, Align2::LEFT_CENTER, words, text::strong_caption_font(), tokens.dim);
    }
}

fn design_names(ui: &Ui, sight: &Sight<'_>, place: Rect, tokens: &Tokens) {
    let corner = sight.corner();
    let whole = Rect::from_min_max(corner.min, place.max);
    ui.painter().rect_filled(whole, 0.0, tokens.panel);
    let painter = within(ui, place);
    let strip = pos2(0.0, corner.bottom() - FAMILY);
    let plan = sight.plan;
    for (at, column) in sight.view.columns.iter().enumerate() {
        let left = sight.origin.x + plan.label + at as f32 * plan.cell;
        let is_cursor = sight.cursor.is_some_and(|(_, one)| one == *column);
        let words = sight.table.columns[*column].short();
        let color = if is_cursor { tokens.text } else { tokens.dim };
        if plan.slanted {
            let galley = cut(&painter, &inert(words), name_font(), color, plan.name + 1.0, 1);
            let start = pos2(left + plan.cell / 2.0 - 2.0, strip.y - 3.0);
            // The name's lower left corner is where it begins.
            let foot = vec2(galley.size().y * Plan::angle().sin(), -galley.size().y * Plan::angle().cos());
            painter.add(TextShape::new(start + foot, galley, color).with_angle(Plan::angle()));
        } else {
            let mut job = eframe::egui::text::LayoutJob::simple(inert(words), name_font(), color, plan.cell - 4.0);
            job.halign = eframe::egui::Align::Center;
            let galley = painter.layout_job(job);
            painter.galley(pos2(left + plan.cell / 2.0, strip.y - 3.0 - galley.size().y), galley, color);
        }
    }
    for (family, range) in families(sight.table, sight.view) {
        let x = |at: usize| sight.origin.x + plan.label + at as f32 * plan.cell;
        let (left, right) = (x(range.start) + 1.0, x(range.end) - 3.0);
        let color = story::family(tokens, family);
        let line = strip.y + 2.0;
        painter.hline(left..=right, line, Stroke::new(2.0, color));
        let galley = painter.layout_no_wrap(family.title().to_owned(), text::strong_caption_font(), color);
        // While its columns are seen, so is the family's name.
        let from = left.max(place.left() + 1.0).min((right - galley.size().x).max(left));
        painter.galley(pos2(from, line + 2.0), galley, color);
    }
}

/// Text on so many lines at most, cut where there is no room for more.
fn cut(painter: &Painter, words: &str, font: FontId, color: Color32, room: f32, rows: usize) -> Arc<Galley> {
    let mut job = eframe::egui::text::LayoutJob::simple(words.to_owned(), font, color, room);
    job.wrap.max_rows = rows;
    painter.layout_job(job)
}
