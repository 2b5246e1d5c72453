//! Text from the wire, made inert for windows and terminals: what would hide, turn or move other text, or what a
//! terminal would obey, is written as an escape.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with every character that does not show as itself written as `\u{202e}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match is_unseen(c) {
            true => escape(&mut safe, c),
            false => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// The same for text of several lines, whose line feeds stay.
pub(crate) fn visible_lines(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c != '\n' && is_unseen(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split('\n').map(visible).collect::<Vec<_>>().join("\n"))
}

/// Whether a character is a control, or hides text or turns it around (UAX #9), or is no character of a language.
pub(crate) fn is_unseen(c: char) -> bool {
    // The last two places of each plane are no characters.
    if c.is_control() || u32::from(c) & 0xfffe == 0xfffe {
        return true;
    }
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

fn escape(safe: &mut String, c: char) {
    match c {
        '\n' => safe.push_str("\\n"),
        '\r' => safe.push_str("\\r"),
        '\t' => safe.push_str("\\t"),
        // Writing into a string can't fail.
        c => drop(write!(safe, "\\u{{{:x}}}", u32::from(c))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_written_out() {
        assert_eq!(visible("Grüße — 你好 “x”"), "Grüße — 你好 “x”");
        assert_eq!(visible("a\u{202e}b\u{1b}[2J\0\u{9b}"), "a\\u{202e}b\\u{1b}[2J\\u{0}\\u{9b}");
        assert_eq!(visible("two\r\nlines\t\u{feff}"), "two\\r\\nlines\\t\\u{feff}");
        assert_eq!(visible_lines("{\n  \"a\": \"\u{2066}\"\n}"), "{\n  \"a\": \"\\u{2066}\"\n}");
    }
}
