//! The type scale: every way in which the window writes.

use eframe::egui::text::LayoutJob;
use eframe::egui::{Color32, FontFamily, FontId, RichText, TextFormat};
use lockstep_shared::clock::LabTime;

use super::fonts::semibold;

pub(super) const BODY: f32 = 13.0;
pub(super) const CAPTION: f32 = 11.5;
pub(super) const MONO: f32 = 12.0;
pub(super) const HEAD: f32 = 14.5;
pub(super) const BIG: f32 = 18.0;

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

/// A line of words without a button in it.
pub(super) const LINE: f32 = 16.0;

/// A sentence, with what stands between backquotes set as code is, and without them.
pub(super) fn marked(words: &str, font: FontId, color: Color32) -> LayoutJob {
    let mono = FontId::new(font.size * MONO / BODY, FontFamily::Monospace);
    let mut job = LayoutJob::default();
    let mut rest = words;
    while let Some((before, quoted, after)) = quoted(rest) {
        job.append(before, 0.0, TextFormat::simple(font.clone(), color));
        job.append(quoted, 0.0, TextFormat::simple(mono.clone(), color));
        rest = after;
    }
    job.append(rest, 0.0, TextFormat::simple(font, color));
    job
}

/// The same as it is read aloud.
pub(super) fn unmarked(words: &str) -> String {
    marked(words, body_font(), Color32::PLACEHOLDER).text
}

/// What comes before the next two backquotes, stands between them, and comes behind. A sign alone is itself.
fn quoted(words: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = words.split_once('`')?;
    let (quoted, after) = rest.split_once('`')?;
    (!quoted.is_empty()).then_some((before, quoted, after))
}

/// What a room is to read.
pub(super) fn big(text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::new(BIG, semibold()))
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

pub(super) fn strong_caption(text: impl Into<String>) -> RichText {
    RichText::new(text).font(strong_caption_font())
}

pub(super) fn mono(text: impl Into<String>) -> RichText {
    RichText::new(text).font(mono_font())
}

pub(super) fn head(text: impl Into<String>) -> RichText {
    RichText::new(text).font(head_font())
}

/// `09:23:05` where a moment is today, else `19 Jan 09:23`: tomorrow's would be taken for one that is past.
pub(super) fn moment(at: LabTime, now: LabTime) -> String {
    if date(at) == date(now) {
        return at.local_hms();
    }
    format!("{} {}", day(at), at.local_hm())
}

/// `19 Jan`.
pub(super) fn day(at: LabTime) -> String {
    date(at)[..2].join(" ")
}

/// Day, month and year.
fn date(at: LabTime) -> [String; 3] {
    let long = at.local_long();
    let mut words = long.split(' ').map(str::to_owned);
    std::array::from_fn(|_| words.next().unwrap_or_default())
}

/// A sentence of the server's with its moments as the rest of the window writes them. The server speaks UTC.
pub(super) fn with_local_times(words: &str, now: LabTime) -> String {
    const LENGTH: usize = "2026-01-05T09:00:00Z".len();
    let (mut said, mut rest) = (String::with_capacity(words.len()), words);
    while let Some(next) = rest.chars().next() {
        let (taken, at) = match rest.get(..LENGTH).and_then(utc) {
            Some(at) => (LENGTH, Some(at)),
            None => (next.len_utf8(), None),
        };
        match at {
            Some(at) => said.push_str(&moment(at, now)),
            None => said.push(next),
        }
        rest = &rest[taken..];
    }
    said
}

/// Reads `2026-01-05T09:00:00Z`.
fn utc(words: &str) -> Option<LabTime> {
    let shape = "0000-00-00T00:00:00Z";
    let fits = |(have, want): (char, char)| if want == '0' { have.is_ascii_digit() } else { have == want };
    if words.len() != shape.len() || !words.chars().zip(shape.chars()).all(fits) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| words.get(range)?.parse::<u64>().ok();
    let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
    if year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years begin in March here, so that a leap day is a year's last, and a month's days before it follow a rule.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let epoch = 719_468;
    Some(LabTime::from_secs((days - epoch) * 86_400 + part(11..13)? * 3600 + part(14..16)? * 60 + part(17..19)?))
}

/// Text from a file or from the wire on one line, with nothing in it that changes how other text is laid out.
pub(super) fn inert(text: &str) -> String {
    let is_mark = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !is_mark(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
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
    // Of these few, one ends in "ie".
    let ends_in_y = plural.strip_suffix("ies").filter(|_| plural != "cookies");
    match (ends_in_y, plural.strip_suffix('s')) {
        (Some(stem), _) => format!("1 {stem}y"),
        (None, Some(stem)) => format!("1 {stem}"),
        (None, None) => format!("1 {plural}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_in_sentences_are_local() {
        // Other tests do so too, and not in the midst of this one.
        lockstep_shared::clock::tell_local_times_in_utc();
        for secs in [0, 951_782_400, 1_709_251_199, 1_795_415_864, 4_102_444_800] {
            assert_eq!(utc(&LabTime::from_secs(secs).to_string()), Some(LabTime::from_secs(secs)));
        }
        let at = LabTime::from_secs(1_795_415_864);
        let said = with_local_times(&format!("401 — ended by log-out at {at}, “gone”"), at);
        assert_eq!(said, format!("401 — ended by log-out at {}, “gone”", at.local_hms()));
        let later = at + std::time::Duration::from_secs(86_399);
        assert_eq!(moment(later, at), format!("{} {}", day(later), later.local_hm()), "not mistaken for a second ago");
        assert_eq!(with_local_times("POST /auth/login 2026-01-05T09:00", at), "POST /auth/login 2026-01-05T09:00");
    }

    #[test]
    fn what_is_quoted_is_set_as_code_is() {
        let set = |words: &str| {
            let job = marked(words, body_font(), Color32::WHITE);
            let mono = |at: &eframe::egui::text::LayoutSection| at.format.font_id.family == FontFamily::Monospace;
            let mono: Vec<String> = job
                .sections
                .iter()
                .filter(|at| mono(at))
                .map(|at| job.text[usize::from(at.byte_range.start)..usize::from(at.byte_range.end)].to_owned())
                .collect();
            (job.text.clone(), mono)
        };
        let of = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(set("`exp` is `1`, and"), ("exp is 1, and".to_owned(), of(&["exp", "1"])));
        assert_eq!(set("nothing, or one ` alone"), ("nothing, or one ` alone".to_owned(), of(&[])));
        assert_eq!(set("`` is none"), ("`` is none".to_owned(), of(&[])));
        assert_eq!(set(""), (String::new(), of(&[])));
    }

    #[test]
    fn figures_read_well() {
        assert_eq!([bytes(112), bytes(4210), bytes(41_000), bytes(1_250_000)], ["112 B", "4.2 kB", "41 kB", "1.2 MB"]);
        assert_eq!(counted(1, "refresh families"), "1 refresh family");
        assert_eq!(counted(1, "cookies"), "1 cookie");
        assert_eq!(counted(1, "sessions"), "1 session");
        assert_eq!(counted(0, "sessions"), "0 sessions");
    }
}
