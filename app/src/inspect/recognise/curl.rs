//! A command line for curl: its words as a shell splits them, and the headers and cookies among them.

use super::{Found, MOST_FOUND, lines, scan};

pub(super) fn is_command(text: &str) -> bool {
    text.strip_prefix("curl").is_some_and(|rest| rest.starts_with([' ', '\t', '\n', '\r', '\\']))
}

/// Everything in the command's headers, cookies, body and address.
pub(super) fn all(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut words = words(text).into_iter();
    while found.len() < MOST_FOUND
        && let Some(word) = words.next()
    {
        let (option, glued) = match word.get(..2) {
            Some(short @ ("-H" | "-b")) if word.len() > 2 => (short.to_owned(), Some(word[2..].to_owned())),
            _ => (word.clone(), None),
        };
        let mut value = || glued.clone().or_else(|| words.next()).unwrap_or_default();
        match option.as_str() {
            "-H" | "--header" => found.extend(lines::all(&value())),
            "-b" | "--cookie" => found.extend(lines::cookie(&value())),
            "--oauth2-bearer" => found.extend(lines::all(&format!("Bearer {}", value()))),
            _ => found.extend(scan::all(&word)),
        }
    }
    found
}

/// The words of a POSIX shell's line: quotes, backslashes and `$'…'`; nothing is expanded.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut open) = (Vec::new(), None::<String>, None);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (open, c) {
            (Some(quote), c) if c == quote => open = None,
            (Some('\''), c) => word.get_or_insert_default().push(c),
            (_, '\\') => match rest.next() {
                // A line that goes on.
                Some('\n') | None => {}
                Some(c) => word.get_or_insert_default().push(c),
            },
            (None, '\'' | '"') => {
                word.get_or_insert_default();
                open = Some(c);
            }
            (None, '$') if rest.peek() == Some(&'\'') => {}
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_split_as_a_shell_does() {
        let split = words("curl -H 'a: \"b\"' \"c \\\"d\\\"\" \\\n  -bx=y $'z' ''");
        assert_eq!(split, ["curl", "-H", "a: \"b\"", "c \"d\"", "-bx=y", "z", ""]);
        assert_eq!(words("'open"), ["open"]);
    }
}
