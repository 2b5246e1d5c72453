//! A family tree in sentences: what is read out, and what a tooltip says.

use lockstep_shared::clock::LabTime;

use crate::lab::lineage::{Credential, Ending, Fate, Kind, Login, Made, OWN_END, Way};
use crate::ui::text;

/// As much of an id as tells it apart.
const SHORT: usize = 6;

pub(super) fn short(id: &str) -> &str {
    id.char_indices().nth(SHORT).map_or(id, |(end, _)| &id[..end])
}

/// `3,996`.
pub(super) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let first = digits.len() % 3;
    let mut words = digits[..first].to_owned();
    for group in digits.as_bytes()[first..].chunks(3) {
        if !words.is_empty() {
            words.push(',');
        }
        words.extend(group.iter().map(|digit| char::from(*digit)));
    }
    words
}

pub(super) fn several(what: Kind) -> &'static str {
    match what {
        Kind::Session => "sessions",
        Kind::Seal => "seals",
        Kind::Access => "access tokens",
        Kind::Refresh => "generations",
    }
}

/// How a tree begins.
pub(super) fn began(login: &Login) -> String {
    let user = match login.user.as_str() {
        "" => String::new(),
        user => format!(" as {user}"),
    };
    match login.way {
        Way::LogIn => format!("{} logged in{user}", capital(login.actor.name())),
        Way::NewPassword => format!("{} set a new password{user}", capital(login.actor.name())),
        Way::Foreign => format!("{} came{user} with what the bank never gave out", capital(login.actor.name())),
    }
}

/// A log-in, in one sentence.
pub(super) fn login(login: &Login, now: LabTime) -> String {
    let mut said = format!("{} at {} (#{})", began(login), text::moment(login.at, now), login.exchange);
    if let Some(handle) = &login.handle {
        said.push_str(&format!("; the server keeps it as {handle}"));
    }
    if let Some(number) = login.alarm {
        said.push_str(&format!("; a used refresh token came back (#{number}), so the server ended the whole family"));
    } else if let Some(ended) = &login.ended {
        said.push_str(&format!("; {}", ended_by(ended, now)));
    }
    said
}

pub(super) fn ended_by(ended: &Ending, now: LabTime) -> String {
    match (ended.cause.as_str(), ended.exchange) {
        (OWN_END, _) => format!("ended by itself at {}", text::moment(ended.at, now)),
        (cause, Some(number)) => format!("ended by {cause} #{number}"),
        (cause, None) => format!("ended by {cause}"),
    }
}

/// A credential, in a few sentences.
pub(super) fn credential(one: &Credential, fate: &Fate, now: LabTime) -> String {
    let what = match one.kind {
        Kind::Session => "Session id".to_owned(),
        Kind::Seal => format!("Sealed session, seal {}", grouped(one.generation)),
        Kind::Access => "Access token".to_owned(),
        Kind::Refresh => format!("Refresh token, generation {}", grouped(one.generation)),
    };
    let from = match one.made {
        Made::LogIn => "by logging in".to_owned(),
        Made::KeptId => "by logging in, which kept the id that the browser had brought".to_owned(),
        Made::Rotation { of } => format!("in exchange for generation {}", grouped(of)),
        Made::Renewal { of } => format!("by renewing with generation {}", grouped(of)),
        Made::Fork { of } => {
            format!("for generation {}, which had been used before: beside its first successor", grouped(of))
        }
        Made::SealedAgain => "by using it, which seals it anew".to_owned(),
        Made::Elsewhere => "by nobody at the bank, which took it all the same".to_owned(),
    };
    let mut said = vec![format!(
        "{what} {}: given to the {} {from}, {} (#{})",
        short(&one.id),
        one.by,
        text::moment(one.at, now),
        one.exchange
    )];
    said.push(holders(one, now));
    said.extend(one.repeated.map(|number| format!("It came back after it had been used (#{number})")));
    said.push(match (fate, &one.outlived) {
        (Fate::Opens, Some((ending, number))) => {
            format!("{} should have ended it, and it was let in again (#{number})", capital(&ending.cause))
        }
        (Fate::Opens, None) => match one.ends {
            Some(ends) => format!("It opens until {}, unless something ends it", text::moment(ends, now)),
            None => "It opens".to_owned(),
        },
        (Fate::Used { at, exchange }, _) => {
            format!("It was replaced at {} (#{exchange})", text::moment(*at, now))
        }
        (Fate::Ended(ending), _) => capital(&ended_by(ending, now)),
    });
    said.join(". ")
}

/// Who has it, and how they came by it.
fn holders(one: &Credential, now: LabTime) -> String {
    let held: Vec<String> = one
        .held_by()
        .map(|holder| match holder.copied {
            Some((from, at)) => {
                format!("the {}, who copied it from the {from} at {}", holder.actor, text::moment(at, now))
            }
            None => format!("the {}", holder.actor),
        })
        .collect();
    match held.as_slice() {
        [] => "Nobody holds it".to_owned(),
        [one] => format!("Held by {one}"),
        [all @ .., last] => format!("Held by {} and {last}", all.join(", ")),
    }
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 12, 999, 1000, 3996, 1_234_567].map(grouped), ["0", "12", "999", "1,000", "3,996", "1,234,567"]);
        assert_eq!(short("3f9a1c0b77aa"), "3f9a1c");
        assert_eq!(short("ä"), "ä");
    }
}
