//! How much of a credential's life is left, as figures and as a bar.

use eframe::egui::{Align2, Color32, Rect, Response, Sense, Ui, Vec2, WidgetInfo, accesskit::Role, pos2, vec2};
use lockstep_shared::clock::LabTime;
use lockstep_shared::span::in_words;

use crate::ui::text;
use crate::ui::theme::{GAP_2, Tokens};

const BAR: Vec2 = vec2(36.0, 5.0);
/// As wide as `23 h 59 min`.
const FIGURES: f32 = 67.0;
const HEIGHT: f32 = 18.0;

/// The room that it takes.
pub(in crate::ui) const WIDTH: f32 = FIGURES + GAP_2 + BAR.x;

/// Draws what is left of the life from `since` to `end`.
pub(in crate::ui) fn show(ui: &mut Ui, now: LabTime, since: LabTime, end: LabTime, color: Color32) -> Response {
    let tokens = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(WIDTH, HEIGHT), Sense::hover());
    let words = words(now, end);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    if ui.is_rect_visible(rect) {
        let over = now >= end;
        let ink = if over { tokens.dim } else { tokens.text };
        let figures = pos2(rect.left() + FIGURES, rect.center().y);
        ui.painter().text(figures, Align2::RIGHT_CENTER, &words, text::caption_font(), ink);
        let trough = Rect::from_min_size(pos2(rect.right() - BAR.x, rect.center().y - BAR.y / 2.0), BAR);
        ui.painter().rect_filled(trough, BAR.y / 2.0, tokens.line);
        let left = fraction(now, since, end);
        if left > 0.0 {
            let filled = Rect::from_min_size(trough.min, vec2((BAR.x * left).max(BAR.y), BAR.y));
            ui.painter().rect_filled(filled, BAR.y / 2.0, color);
        }
    }
    response.on_hover_text(format!("From {} to {}", since.local_long(), end.local_long()))
}

/// `04:12 left` under an hour, `13 d 23 h` above, `expired` from its last instant on.
fn words(now: LabTime, end: LabTime) -> String {
    let left = end.since(now);
    match left.as_millis() {
        0 => "expired".to_owned(),
        // Rounded up, so that nothing that still works is shown with no time left.
        1..3_600_000 => {
            let secs = left.as_millis().div_ceil(1000);
            format!("{:02}:{:02} left", secs / 60, secs % 60)
        }
        _ => in_words(left),
    }
}

fn fraction(now: LabTime, since: LabTime, end: LabTime) -> f32 {
    let whole = end.since(since).as_secs_f32();
    if whole <= 0.0 { 0.0 } else { (end.since(now).as_secs_f32() / whole).clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_life_runs_out_on_its_last_instant() {
        let since = LabTime::START;
        let end = since + Duration::from_secs(300);
        assert_eq!(words(since + Duration::from_secs(48), end), "04:12 left");
        assert_eq!(words(since + Duration::from_millis(299_999), end), "00:01 left");
        assert_eq!(words(end, end), "expired");
        assert_eq!(words(since, since + Duration::from_secs(14 * 86_400 - 60)), "13 d 23 h");
        assert_eq!([fraction(since, since, end), fraction(end, since, end)], [1.0, 0.0]);
    }
}
