//! Text that came from users, tokens or headers, made inert for each place in which it is written. Nothing of the kind
//! reaches a report by any other way.

use crate::inspect::plain::is_unseen;

/// For HTML and SVG: between tags and inside quoted attributes.
pub(crate) fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars().map(visible) {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// For Markdown as GitHub reads it, inside a line or a table's cell.
pub(super) fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars().map(visible) {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // A mention would call somebody; a word joiner, which is not seen, keeps the name from being one.
            '@' => safe.push_str("@\u{2060}"),
            // Only what begins something wherever it stands: a full stop in a line is a mere character.
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    // An address would become a link by itself.
    let safe = safe.replace("://", "\\://").replace("www.", "www\\.");
    // At the beginning of a line these make a list, a quotation or a heading's underline.
    match safe.chars().next() {
        Some('-' | '+' | '=') => format!("\\{safe}"),
        Some(c) if c.is_ascii_digit() => safe.replacen(". ", "\\. ", 1).replacen(") ", "\\) ", 1),
        _ => safe,
    }
}

/// For a terminal or a file of plain text.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// For JSON that was written already: what would not show as itself is written as its number, which means the same.
pub(crate) fn json(written: &str) -> String {
    let mut safe = String::with_capacity(written.len());
    for c in written.chars() {
        // Between its texts JSON has line breaks and plain spaces alone, and within them no line break.
        if c == '\n' || visible(c) == c {
            safe.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            safe.push_str(&format!("\\u{unit:04x}"));
        }
    }
    safe
}

/// A character that shows as what it is: controls, which a terminal obeys, and everything that hides or turns text
/// around become a sign that something stood there; space of any kind becomes a space.
fn visible(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
        // These choose between two drawings of the character before them.
        '\u{fe0e}' | '\u{fe0f}' => c,
        c if is_unseen(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What people have put into titles to see what happens.
    const HOSTILE: [&str; 10] = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "]]><!-- --> </style></svg>",
        "javascript:alert(1)",
        "user\u{202e}gnp.exe\u{2066}\u{200f}",
        "bell\u{7}\u{1b}[2J\u{0}\u{9b}31m",
        "zero\u{200b}width\u{feff}\u{ad}",
        "| cell | ` code ` | [a](javascript:alert(1)) ![b](x) <!--",
        "1. one\n# two\r\n- three\u{2028}four @everyone https://evil.example",
    ];

    #[test]
    fn nothing_is_left_that_a_browser_would_obey() {
        for text in HOSTILE {
            let safe = html(text);
            assert!(!safe.contains(['<', '>', '"', '\'']), "{safe}");
            assert!(safe.match_indices('&').all(|(at, _)| {
                ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].iter().any(|entity| safe[at..].starts_with(entity))
            }));
        }
        assert_eq!(html("a & b <c>"), "a &amp; b &lt;c&gt;");
    }

    #[test]
    fn nothing_hides_or_turns_round() {
        for text in HOSTILE {
            for safe in [html(text), plain(text), markdown(text).replace("@\u{2060}", "@")] {
                let bad = |c: char| c.is_control() || ('\u{200b}'..='\u{200f}').contains(&c) || visible(c) != c;
                assert!(!safe.contains(bad), "{safe:?}");
            }
        }
        assert_eq!(plain("a\u{202e}b\u{1b}c\td"), "a\u{fffd}b\u{fffd}c d");
    }

    #[test]
    fn a_line_of_markdown_stays_one_and_starts_nothing() {
        let cases = [
            ("a | b", "a \\| b"),
            ("`x` *y* _z_", "\\`x\\` \\*y\\* \\_z\\_"),
            ("[a](b)", "\\[a\\](b)"),
            ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
            ("- item", "\\- item"),
            ("1. item", "1\\. item"),
            ("12) item", "12\\) item"),
            ("# head", "\\# head"),
            ("one\ntwo", "one two"),
            ("https://a.example", "https\\://a.example"),
            ("@all", "@\u{2060}all"),
            ("jwt-rotation, 4 min", "jwt-rotation, 4 min"),
        ];
        for (text, safe) in cases {
            assert_eq!(markdown(text), safe);
        }
    }
}
