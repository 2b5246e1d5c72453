//! A line that says that something is under way.

use std::time::Duration;

use eframe::egui::{Rect, Ui, pos2, vec2};

use crate::ui::theme::Tokens;

/// Paints the line, in room that is left free for it, so that nothing moves when it comes and goes.
pub(in crate::ui) fn paint(ui: &Ui, line: Rect) {
    let tokens = Tokens::of(ui);
    ui.painter().rect_filled(line, 1.0, tokens.line);
    // It moves where things may move, and stands in the middle where animations are off.
    let moves = ui.style().animation_time > 0.0;
    let phase = if moves { (ui.input(|input| input.time) * 0.8).fract() as f32 } else { 0.5 };
    let length = line.width() * 0.25;
    let left = line.left() + (line.width() + length) * phase - length;
    let moving = Rect::from_min_size(pos2(left, line.top()), vec2(length, line.height())).intersect(line);
    ui.painter().rect_filled(moving, 1.0, tokens.text);
    if moves {
        ui.ctx().request_repaint_after(Duration::from_millis(33));
    }
}
