//! Tokens in the middle of anything: an address, a log line, a form's body.

use super::{Found, MOST_FOUND, Recognised, alone};
use crate::inspect::decode::Malformed;
use crate::inspect::plain::visible;

/// What can stand around a token. A sign that is none of these is taken as a part of it, so that a token with something
/// wrong at its end is not found without its end.
const AROUND: &str = "\"'`=:?&#;,/()[]{}<>|\\@";

/// Every token that stands between such signs, with its place.
pub(super) fn all(text: &str) -> Vec<Found> {
    let around = |c: char| c.is_whitespace() || AROUND.contains(c);
    let mut found = Vec::new();
    let mut at = 0;
    for run in text.split(around) {
        let from = at;
        at += run.len();
        let next = text[at..].chars().next();
        at += next.map_or(0, char::len_utf8);
        if found.len() == MOST_FOUND {
            break;
        }
        if run.len() < 5 || !run.contains('.') {
            continue;
        }
        // A text that begins with a token is that token, and what is stuck to its end is wrong with it; so is a single
        // sign before it, for whoever pastes a header or a command pastes more than that.
        let before = text[..from].trim_start();
        let stuck = next.is_some_and(|next| !next.is_whitespace());
        if before.is_empty() && stuck || before.len() < 5 && before.chars().count() == 1 {
            continue;
        }
        match alone(run) {
            Ok(what @ (Recognised::Jws(_) | Recognised::Detached(_) | Recognised::Jwe(_) | Recognised::Paseto(_))) => {
                found.push(Found::at(place(text, from), run, what));
            }
            Err(why) if run.starts_with("eyJ") && !matches!(why, Malformed::Parts(_)) => {
                found.push(Found::at(place(text, from), run, Recognised::Malformed(why)));
            }
            _ => {}
        }
    }
    found
}

/// Where something stands, from what is written before it.
fn place(text: &str, from: usize) -> String {
    // A name is short, and a text may be long.
    let mut near = from.saturating_sub(200);
    while !text.is_char_boundary(near) {
        near += 1;
    }
    let before = text[near..from].rsplit('\n').next().unwrap_or_default();
    let name_at_end = |text: &str| {
        let sign = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.', '$'].contains(&c);
        let start = text.trim_end_matches(sign).len();
        (start < text.len()).then(|| (text[..start].to_owned(), visible(&text[start..]).into_owned()))
    };
    if let Some((front, name)) = before.strip_suffix('=').and_then(name_at_end) {
        return match front.chars().next_back() {
            Some('?') => format!("in the query, as `{name}`"),
            Some('&') if front.contains('?') => format!("in the query, as `{name}`"),
            Some('#') => format!("in the fragment, as `{name}`"),
            _ => format!("as `{name}`"),
        };
    }
    let bare = before.trim_end().trim_end_matches(['"', '\'', '\\', '{', '[']).trim_end();
    if let Some((_, name)) =
        bare.strip_suffix(':').and_then(|front| name_at_end(front.trim_end_matches(['"', '\'', '\\'])))
    {
        return format!("as `{name}`");
    }
    if let Some((_, name)) = before.strip_suffix(' ').and_then(name_at_end) {
        return format!("behind `{name}`");
    }
    format!("from character {} on", text[..from].chars().count() + 1)
}
