//! Paints a timeline that has been placed.

use eframe::egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, pos2, vec2};

use super::layout::{END_MARK, LanePlan, Plan, RowPlan, TITLE};
use crate::ui::text;
use crate::ui::theme::Tokens;

/// The width of a label as it will be painted.
pub(super) fn label_width(painter: &Painter, words: &str) -> f32 {
    painter.layout_no_wrap(words.to_owned(), text::strong_caption_font(), Color32::PLACEHOLDER).size().x
}

pub(super) fn paint(painter: &Painter, origin: Pos2, plan: &Plan, tokens: &Tokens) {
    for lane in &plan.lanes {
        lane_at(painter, origin, lane, tokens);
    }
}

fn lane_at(painter: &Painter, origin: Pos2, lane: &LanePlan, tokens: &Tokens) {
    let offset = origin.to_vec2();
    let plot = lane.plot.translate(offset);
    let title = origin + vec2(lane.left, lane.top + TITLE / 2.0);
    painter.text(title, Align2::LEFT_CENTER, &lane.title, text::strong_caption_font(), tokens.lane(lane.is_session));

    let mut free_from = f32::NEG_INFINITY;
    for (x, words) in &lane.ticks {
        let x = origin.x + x;
        painter.vline(x, plot.y_range(), Stroke::new(1.0, tokens.line));
        let galley = painter.layout_no_wrap(words.clone(), text::caption_font(), tokens.dim);
        let at = pos2(x - galley.size().x / 2.0, plot.bottom() + 4.0);
        if at.x > free_from {
            free_from = at.x + galley.size().x + 8.0;
            painter.galley(at, galley, tokens.dim);
        }
    }
    painter.hline(plot.x_range(), plot.bottom(), Stroke::new(1.0, tokens.line));

    for row in &lane.rows {
        row_at(painter, origin, lane, row, tokens);
    }
    for mark in &lane.marks {
        let x = origin.x + mark.x;
        let top = mark.label.as_ref().map_or(plot.top(), |(rect, _)| origin.y + rect.top() + 2.0);
        let (width, color) = if mark.ending { (1.5, tokens.text) } else { (1.0, tokens.dim) };
        painter.vline(x, top..=plot.bottom(), Stroke::new(width, color));
        if let Some((rect, words)) = &mark.label {
            let at = rect.translate(offset).left_center();
            let font = if mark.ending { text::strong_caption_font() } else { text::caption_font() };
            painter.text(at, Align2::LEFT_CENTER, words, font, color);
        }
    }
    // The words at a bar's end come last and on the panel's own colour, so that no line runs through them.
    for row in &lane.rows {
        end_at(painter, origin, row, tokens);
    }
}

fn row_at(painter: &Painter, origin: Pos2, lane: &LanePlan, row: &RowPlan, tokens: &Tokens) {
    let middle = origin.y + row.middle;
    let color = if row.bars.is_empty() { tokens.dim } else { tokens.text };
    painter.text(
        pos2(origin.x + lane.left, middle),
        Align2::LEFT_CENTER,
        row.actor.name(),
        text::caption_font(),
        color,
    );
    let last = row.bars.len().saturating_sub(1);
    for (index, (bar, tone)) in row.bars.iter().enumerate() {
        let radius = bar.height().min(bar.width()).min(6.0) / 2.0;
        let joined = |other: Option<&(Rect, _)>, edge: fn(&Rect) -> f32, mine: f32| {
            other.is_some_and(|(rect, _)| (edge(rect) - mine).abs() < 0.5)
        };
        let before = index > 0 && joined(row.bars.get(index - 1), Rect::right, bar.left());
        let after = index < last && joined(row.bars.get(index + 1), Rect::left, bar.right());
        let round = |flat: bool| if flat { 0 } else { radius as u8 };
        let corners =
            eframe::egui::CornerRadius { nw: round(before), sw: round(before), ne: round(after), se: round(after) };
        painter.rect_filled(bar.translate(origin.to_vec2()), corners, tokens.tone(*tone));
    }
}

fn end_at(painter: &Painter, origin: Pos2, row: &RowPlan, tokens: &Tokens) {
    let Some((x, end)) = &row.end else { return };
    let color = tokens.tone(end.tone);
    let galley = painter.layout_no_wrap(end.words.clone(), text::strong_caption_font(), color);
    let at = pos2(origin.x + x, origin.y + row.middle);
    let words = at + vec2(END_MARK - 2.0, -galley.size().y / 2.0);
    let ground = Rect::from_min_size(at + vec2(5.0, -galley.size().y / 2.0), galley.size() + vec2(END_MARK - 5.0, 0.0));
    painter.rect_filled(ground, 0.0, tokens.panel);
    end.shape.paint(painter, at + vec2(13.0, 0.0), color);
    painter.galley(words, galley, color);
}
