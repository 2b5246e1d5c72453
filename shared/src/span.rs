//! Spans of time as people write them in design and scenario files (`30m`, `12h`, `14d`) and read them on a screen.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A whole number of seconds, written as `0s`, `90s`, `5m`, `12h` or `14d`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

/// Ten years: longer than any credential should live, short enough that no sum overflows.
const LONGEST_SECS: u64 = 3650 * 86_400;

impl Span {
    /// What it is called where a format asks for a type by name.
    pub(crate) const TYPE: &str = "Span";

    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of `secs` seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs)
    }

    /// The span in seconds.
    pub const fn secs(self) -> u64 {
        self.0
    }

    /// The span as the standard library's type.
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0)
    }
}

/// What is wrong with a span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no span of time: write a whole number and s, m, h or d, at most 3650d, for example 30m")]
pub struct BadSpan(String);

impl FromStr for Span {
    type Err = BadSpan;

    fn from_str(text: &str) -> Result<Self, BadSpan> {
        let bad = || BadSpan(text.to_owned());
        let unit = text.chars().last().ok_or_else(bad)?;
        let digits = &text[..text.len() - unit.len_utf8()];
        // `parse` would also take a plus sign.
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        let factor = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return Err(bad()),
        };
        let secs = digits.parse::<u64>().ok().and_then(|n| n.checked_mul(factor)).filter(|secs| *secs <= LONGEST_SECS);
        secs.map(Self).ok_or_else(bad)
    }
}

/// The shortest spelling that `parse` reads back: `90s`, `5m`, `12h`, `14d`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("0s"),
            secs if secs % 86_400 == 0 => write!(f, "{}d", secs / 86_400),
            secs if secs % 3600 == 0 => write!(f, "{}h", secs / 3600),
            secs if secs % 60 == 0 => write!(f, "{}m", secs / 60),
            secs => write!(f, "{secs}s"),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Asks for a type named `Span`, so that whoever lists the keys of a file can tell it from any other text.
impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(Self::TYPE, ReadSpan)
    }
}

struct ReadSpan;

impl<'de> Visitor<'de> for ReadSpan {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Span, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Span, E> {
        text.parse().map_err(E::custom)
    }
}

/// A duration in words, two units at most: `0 s`, `4 min 50 s`, `2 h 5 min`, `13 d 23 h`. Rounded down to seconds.
pub fn in_words(duration: Duration) -> String {
    let secs = duration.as_secs();
    let units = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")];
    let at = units.iter().position(|(size, _)| secs >= *size).unwrap_or(units.len() - 1);
    let (size, name) = units[at];
    let mut text = format!("{} {name}", secs / size);
    if let Some((next_size, next_name)) = units.get(at + 1)
        && secs % size >= *next_size
    {
        text.push_str(&format!(" {} {next_name}", secs % size / next_size));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_written_alike() {
        for text in ["0s", "90s", "5m", "12h", "14d", "3650d"] {
            assert_eq!(text.parse::<Span>().map(|span| span.to_string()), Ok(text.to_owned()));
        }
        assert_eq!("60m".parse::<Span>().map(|span| span.to_string()), Ok("1h".to_owned()));
    }

    #[test]
    fn bad_spans_say_what_to_write() {
        for text in ["", "5", "m", "5 m", "+5m", "-5m", "1.5h", "5min", "5µ", "3651d", "99999999999999999999s"] {
            let error = text.parse::<Span>().map_err(|error| error.to_string());
            assert!(error.is_err_and(|error| error.contains("for example 30m")), "{text}");
        }
    }

    #[test]
    fn words_have_two_units_at_most() {
        let cases = [(0, "0 s"), (59, "59 s"), (60, "1 min"), (290, "4 min 50 s"), (7500, "2 h 5 min"), (7205, "2 h")];
        for (secs, words) in cases {
            assert_eq!(in_words(Duration::from_secs(secs)), words);
        }
        assert_eq!(in_words(Duration::from_secs(14 * 86_400 - 60)), "13 d 23 h");
    }
}
