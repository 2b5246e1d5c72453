//! What the members of a token mean: one sentence for each that is registered, and its value in words.

mod header;
mod payload;
mod values;

use std::time::Duration;

use lockstep_shared::clock::LabTime;
use lockstep_shared::span::in_words;
use serde_json::Value;

use super::decode::Part;

/// The claims that hold moments.
const MOMENTS: [&str; 6] = ["exp", "nbf", "iat", "auth_time", "updated_at", "toe"];

/// What a member means by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// One sentence, without its full stop.
    pub(crate) sentence: &'static str,
    /// The standard that says so.
    pub(crate) source: &'static str,
}

/// A moment that a token names, beside now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) moment: LabTime,
    /// `2026-01-05T09:00:00Z`
    pub(crate) utc: String,
    /// `5 Jan 2026 10:00:00`, in the machine's own time zone.
    pub(crate) local: String,
    /// `in 4 min 12 s`, `2 h ago`, `now`
    pub(crate) left: String,
}

/// What a member of the header or the payload means; None where nobody has registered the name.
pub(crate) fn meaning(part: Part, name: &str) -> Option<Meaning> {
    let table = match part {
        Part::Header => header::ALL,
        Part::Payload => payload::ALL,
        _ => return None,
    };
    let (_, sentence, source) = table.iter().find(|(of, ..)| *of == name)?;
    Some(Meaning { sentence, source })
}

/// What a value says that is a number or a short name, for a member of this name.
pub(crate) fn in_plain_words(part: Part, name: &str, value: &Value, now: LabTime) -> Option<String> {
    if part == Part::Payload && MOMENTS.contains(&name) {
        return match moment(name, value, now) {
            Some(Moment { local, left, .. }) => Some(format!("{local}, {left}")),
            None => beyond(value.as_f64()?),
        };
    }
    values::in_words(part, name, value)
}

/// The moment that a claim names, where it is one that holds moments (NumericDate, RFC 7519 section 2).
pub(crate) fn moment(name: &str, value: &Value, now: LabTime) -> Option<Moment> {
    if !MOMENTS.contains(&name) {
        return None;
    }
    let moment = LabTime::from_epoch_secs(value.as_f64()?)?;
    Some(Moment { moment, utc: moment.to_string(), local: moment.local_long(), left: left(moment, now) })
}

/// A number of seconds that stands for a moment which no clock here can show.
fn beyond(secs: f64) -> Option<String> {
    if secs < 0.0 {
        let before = Duration::try_from_secs_f64(-secs).map(in_words);
        return Some(before.map_or("long before 1970".to_owned(), |before| format!("{before} before 1970")));
    }
    let meant = LabTime::from_epoch_secs(secs / 1000.0);
    let hint = meant.map(|meant| format!("; read as milliseconds it would be {meant}")).unwrap_or_default();
    Some(format!("beyond the year 9999{hint}"))
}

/// How far a moment is from now: `in 4 min 12 s`, `2 h ago`, `now`.
pub(crate) fn left(moment: LabTime, now: LabTime) -> String {
    // A moment later than now is not yet there, however little is left.
    let (ahead, behind) = (moment.since(now), now.since(moment));
    if !ahead.is_zero() {
        format!("in {}", in_words(ahead))
    } else if behind.as_secs() == 0 {
        "now".to_owned()
    } else {
        format!("{} ago", in_words(behind))
    }
}

#[cfg(test)]
mod tests;
