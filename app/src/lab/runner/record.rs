//! What is kept of a run when its stage is gone: the steps as they were told, and the deciding exchanges without their
//! secrets.

use lockstep_shared::clock::LabTime;

use super::Told;
use crate::lab::exchange::Exchange;
use crate::lab::outcome::{Evidence, StoryStep};
use crate::lab::stage::Stage;

/// A text of a server's or of a scenario's own is cut after so many characters.
const LONGEST: usize = 400;

/// As many acts as are kept of one exchange.
const MOST_ACTS: usize = 24;

/// A run of letters and digits as long as this is an id, a token or a key, and no word, where it has a digit in it or
/// both large and small letters.
const SECRET: usize = 16;

pub(super) fn steps(told: &[Told]) -> Vec<StoryStep> {
    let start = told.first().map(|first| first.at);
    let mark = mark(told);
    let step = |(at, told): (usize, &Told)| StoryStep {
        number: at + 1,
        by: told.step.by.key().to_owned(),
        step: clean(&told.step.to_string()),
        mark: told.step.mark,
        at_s: start.map(|start| told.at.since(start).as_secs()).unwrap_or_default(),
        after_mark_s: mark.filter(|mark| at > mark.place).map(|mark| told.at.since(mark.at).as_secs()),
        said: clean(&told.said),
        exchanges: (told.exchanges.0 < told.exchanges.1).then(|| (told.exchanges.0, told.exchanges.1 - 1)),
    };
    told.iter().enumerate().map(step).collect()
}

pub(super) fn evidence(stage: &Stage, told: &[Told], deciding: &[usize]) -> Vec<Evidence> {
    let mark = mark(told);
    let deciding = deciding.iter().filter_map(|number| stage.exchange(*number));
    deciding.map(|exchange| one(exchange, mark.filter(|mark| exchange.number >= mark.first))).collect()
}

fn one(exchange: &Exchange, mark: Option<Mark>) -> Evidence {
    let problem = exchange.problem();
    Evidence {
        number: exchange.number,
        after_mark_s: mark.map(|mark| exchange.at.since(mark.at).as_secs()),
        actor: exchange.actor,
        method: exchange.method.to_owned(),
        path: clean(&exchange.path),
        status: exchange.status,
        reason: problem.as_ref().map(|problem| clean(&problem.reason)),
        detail: problem.map(|problem| clean(&problem.detail)),
        acts: exchange.trace.acts.iter().take(MOST_ACTS).map(|timed| clean(&timed.act.to_string())).collect(),
    }
}

/// The marked step among the told ones.
#[derive(Clone, Copy)]
struct Mark {
    place: usize,
    /// The number of its first exchange.
    first: usize,
    /// The instant right after it.
    at: LabTime,
}

fn mark(told: &[Told]) -> Option<Mark> {
    let place = told.iter().position(|told| told.step.mark)?;
    let after = told.get(place + 1).unwrap_or(&told[place]);
    Some(Mark { place, first: told[place].exchanges.0, at: after.at })
}

/// The text without ids, tokens and keys, and no longer than it may be. Ids are random, so a story that had them would
/// be another one each time that it is told.
fn clean(text: &str) -> String {
    let mut clean = String::new();
    for part in text.split_inclusive(|c: char| !is_of_a_secret(c)) {
        let word = part.trim_end_matches(|c: char| !is_of_a_secret(c));
        match is_secret(word) {
            true => clean.push('…'),
            false => clean.push_str(word),
        }
        clean.push_str(&part[word.len()..]);
    }
    match clean.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean,
    }
}

fn is_of_a_secret(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '=')
}

fn is_secret(word: &str) -> bool {
    let has = |wanted: fn(&u8) -> bool| word.as_bytes().iter().any(wanted);
    let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    word.len() >= SECRET && (has(u8::is_ascii_digit) || mixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_is_left_out_and_words_stay() {
        let cases = [
            ("DELETE /api/admin/users/u1/sessions/652c87f4a55e9e6f 204", "DELETE /api/admin/users/u1/sessions/… 204"),
            ("eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1MSJ9X.c2lnbmF0dXJlLW9mLWl0", "….….…"),
            ("the access token ended at 2026-01-05T09:05:00Z", "the access token ended at 2026-01-05T09:05:00Z"),
            ("log-out-everywhere, 201 refresh families", "log-out-everywhere, 201 refresh families"),
            ("a8098c1a-f86e-11da-bd1a-00112444be1e", "…"),
            ("", ""),
        ];
        for (text, left) in cases {
            assert_eq!(clean(text), left);
        }
        assert_eq!(clean(&"ä ".repeat(LONGEST)).chars().count(), LONGEST + 1);
    }
}
