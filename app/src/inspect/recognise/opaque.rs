//! Ids that say nothing of themselves, and how hard they would be to guess at best.

use std::collections::BTreeMap;
use std::fmt;

/// Below this it is a word, and past it a record.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=256;
/// What a session id has to have (OWASP ASVS 5.0 7.2.3).
const ENOUGH_BITS: u32 = 128;
/// Fewer are tried through within a day.
const GUESSABLE_BITS: u32 = 64;

/// An opaque id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionId {
    pub(crate) characters: usize,
    /// At most: if each character was drawn at random from the alphabet that they seem to be of.
    pub(crate) bits: u32,
    pub(crate) guess: Guess,
}

/// How hard it is to guess such an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// It is a moment or a counter, whatever its length.
    Predictable,
    Easy,
    Possible,
    Hard,
}

/// An id on its own; None where it is too short, too long, or has what ids do not have.
pub(super) fn session_id(text: &str) -> Option<SessionId> {
    let letters = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '+', '/', '=', ':', '~', '%', ','].contains(&c);
    // What begins like JSON in base64 is a part of a token that lacks the others.
    let part = ["eyJ", "ewog", "ewo", "e30", "eyA"].iter().any(|start| text.starts_with(start));
    if !LENGTHS.contains(&text.len()) || !text.chars().all(letters) || part || !text.contains(char::is_alphanumeric) {
        return None;
    }
    let (bits, predictable) = bits(text);
    let guess = match bits {
        _ if predictable => Guess::Predictable,
        0..GUESSABLE_BITS => Guess::Easy,
        GUESSABLE_BITS..ENOUGH_BITS => Guess::Possible,
        _ => Guess::Hard,
    };
    // A UUID has 122 bits that are random, which nobody guesses; the standard asks for 128 all the same.
    Some(SessionId { characters: text.len(), bits, guess })
}

fn bits(text: &str) -> (u32, bool) {
    if let Some(version) = uuid_version(text) {
        return match version {
            b'4' => (122, false),
            b'7' => (74, false),
            _ => (60, true),
        };
    }
    let all = |fits: fn(char) -> bool| text.chars().all(fits);
    let alphabet: f64 = if all(|c| c.is_ascii_digit()) {
        10.0
    } else if all(|c| c.is_ascii_hexdigit() && !c.is_ascii_uppercase())
        || all(|c| c.is_ascii_hexdigit() && !c.is_ascii_lowercase())
    {
        16.0
    } else if all(|c| c.is_ascii_digit() || c.is_ascii_lowercase())
        || all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
    {
        36.0
    } else {
        64.0
    };
    let each = alphabet.log2();
    let seen = surprise(text);
    // Few different characters among many are no draw from that alphabet.
    let poor = seen < 0.6 * each.min((text.len() as f64).log2());
    let bits = text.len() as f64 * if poor { seen } else { each };
    (bits as u32, alphabet == 10.0 && text.len() < 20)
}

/// Shannon's entropy of one character, as this text alone shows it.
fn surprise(text: &str) -> f64 {
    let mut counts = BTreeMap::new();
    text.chars().for_each(|c| *counts.entry(c).or_insert(0_u32) += 1);
    let length = text.len() as f64;
    counts.values().map(|count| f64::from(*count) / length).map(|share| -share * share.log2()).sum()
}

fn uuid_version(text: &str) -> Option<u8> {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let hex = text.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
    (hex && lengths == [8, 4, 4, 4, 12]).then(|| text.as_bytes()[14])
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { characters, bits, .. } = self;
        write!(f, "An opaque id, such as a session's, of {characters} characters")?;
        match self.guess {
            Guess::Predictable => f.write_str(": it looks like a counter or a moment, which can be worked out"),
            Guess::Easy => write!(f, ": at most {bits} random bits, so it can be guessed"),
            Guess::Possible => {
                write!(
                    f,
                    ": at most {bits} random bits; nobody guesses it soon, and {ENOUGH_BITS} are asked for (ASVS 5.0 7.2.3)"
                )
            }
            Guess::Hard => write!(f, ": at most {bits} random bits, so it can't be guessed if they are random"),
        }
    }
}
