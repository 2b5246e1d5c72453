//! A short highlight of what has just changed in place.

use std::hash::{DefaultHasher, Hash, Hasher};

use eframe::egui::{Id, Ui};

/// How many of the style's animation times a highlight lasts.
const LENGTH: f64 = 8.0;

/// How strongly to highlight something now: 1 right after its value changed, 0 once that has been seen.
///
/// What is shown for the first time has not changed, and where animations are off nothing is highlighted.
pub(in crate::ui) fn strength(ui: &Ui, what: &str, value: impl Hash) -> f32 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    let value = hasher.finish();
    let id = Id::unique(("flash", what));
    let now = ui.input(|input| input.time);
    let known: Option<(u64, f64)> = ui.data(|data| data.get_temp(id));
    let since = match known {
        Some((old, since)) if old == value => since,
        Some(_) => now,
        None => f64::NEG_INFINITY,
    };
    if known != Some((value, since)) {
        ui.data_mut(|data| data.insert_temp(id, (value, since)));
    }
    let length = LENGTH * f64::from(ui.style().animation_time);
    if length <= 0.0 || now - since >= length {
        return 0.0;
    }
    ui.ctx().request_repaint();
    (1.0 - (now - since) / length) as f32
}
