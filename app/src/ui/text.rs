//! The type scale: every way in which the window writes.

use eframe::egui::{FontFamily, FontId, RichText};
use lockstep_shared::clock::LabTime;

use super::fonts::semibold;

pub(super) const BODY: f32 = 13.0;
pub(super) const CAPTION: f32 = 11.5;
pub(super) const MONO: f32 = 12.0;
pub(super) const HEAD: f32 = 14.5;

pub(super) fn body_font() -> FontId {
    FontId::new(BODY, FontFamily::Proportional)
}

pub(super) fn strong_font() -> FontId {
    FontId::new(BODY, semibold())
}

pub(super) fn caption_font() -> FontId {
    FontId::new(CAPTION, FontFamily::Proportional)
}

pub(super) fn strong_caption_font() -> FontId {
    FontId::new(CAPTION + 0.5, semibold())
}

pub(super) fn mono_font() -> FontId {
    FontId::new(MONO, FontFamily::Monospace)
}

pub(super) fn head_font() -> FontId {
    FontId::new(HEAD, semibold())
}

/// The lab clock: the largest figures of the frame.
pub(super) fn clock_font() -> FontId {
    FontId::new(HEAD, FontFamily::Monospace)
}

pub(super) fn body(text: impl Into<String>) -> RichText {
    RichText::new(text).font(body_font())
}

pub(super) fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).font(strong_font())
}

pub(super) fn caption(text: impl Into<String>) -> RichText {
    RichText::new(text).font(caption_font())
}

pub(super) fn mono(text: impl Into<String>) -> RichText {
    RichText::new(text).font(mono_font())
}

pub(super) fn head(text: impl Into<String>) -> RichText {
    RichText::new(text).font(head_font())
}

/// `09:23:05` where a moment is within a day, else `19 Jan 09:23`.
pub(super) fn moment(at: LabTime, now: LabTime) -> String {
    if at.since(now).as_secs() < 86_400 && now.since(at).as_secs() < 86_400 {
        return at.local_hms();
    }
    format!("{} {}", day(at), at.local_hm())
}

/// `19 Jan`.
pub(super) fn day(at: LabTime) -> String {
    at.local_long().split(' ').take(2).collect::<Vec<_>>().join(" ")
}

/// `41 kB`: bytes as network tools write them, in thousands.
pub(super) fn bytes(count: u64) -> String {
    match count {
        0..1000 => format!("{count} B"),
        1000..10_000 => format!("{}.{} kB", count / 1000, count % 1000 / 100),
        10_000..1_000_000 => format!("{} kB", count / 1000),
        _ => format!("{}.{} MB", count / 1_000_000, count % 1_000_000 / 100_000),
    }
}

/// `1 session`, `2 sessions`, `1 refresh family`: a count with its noun, which is given in the plural.
pub(super) fn counted(count: usize, plural: &str) -> String {
    if count != 1 {
        return format!("{count} {plural}");
    }
    match (plural.strip_suffix("ies"), plural.strip_suffix('s')) {
        (Some(stem), _) => format!("1 {stem}y"),
        (None, Some(stem)) => format!("1 {stem}"),
        (None, None) => format!("1 {plural}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!([bytes(112), bytes(4210), bytes(41_000), bytes(1_250_000)], ["112 B", "4.2 kB", "41 kB", "1.2 MB"]);
        assert_eq!(counted(1, "refresh families"), "1 refresh family");
        assert_eq!(counted(1, "sessions"), "1 session");
        assert_eq!(counted(0, "sessions"), "0 sessions");
    }
}
