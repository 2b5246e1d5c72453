//! What an outcome is called: at length in a sentence, and short in a cell.

use std::time::Duration;

use lockstep_shared::span::in_words;

use super::{Exposure, Glance, Shape, Tone};
use crate::lab::actor::Actor;
use crate::lab::outcome::{ActorOutcome, Effect, Verdict};

/// Seconds as people read them: `4 min 50 s`.
pub(crate) fn time(secs: u64) -> String {
    in_words(Duration::from_secs(secs))
}

/// An outcome in words: `out after 4 min, as in the baseline`.
pub(crate) fn told(outcome: &ActorOutcome) -> String {
    let mut text = match (outcome.verdict, outcome.after_s) {
        (Verdict::NeverIn, _) => "never in".to_owned(),
        (Verdict::Out, Some(secs)) => format!("out after {}", time(secs)),
        (Verdict::Out, None) => "out".to_owned(),
        (Verdict::In, _) => "in to the end".to_owned(),
        (Verdict::Flapping, Some(secs)) => format!("out and in again, out for good after {}", time(secs)),
        (Verdict::Flapping, None) => "out and in again".to_owned(),
        (Verdict::Unavailable, _) => "no answer but 503".to_owned(),
        (Verdict::NotAsked, _) => match outcome.acted {
            None => "not asked",
            Some(true) => "acted, and was not asked after that",
            Some(false) => "could not act, and was not asked after that",
        }
        .to_owned(),
    };
    text.push_str(match outcome.effect {
        Some(Effect::Sooner) if outcome.verdict == Verdict::NeverIn => ", unlike in the baseline",
        Some(Effect::None) => ", as in the baseline",
        Some(Effect::Sooner) => ", sooner than in the baseline",
        Some(Effect::New) => ", with fresh credentials",
        None => "",
    });
    if let Some(secs) = outcome.role_after_s.filter(|_| outcome.role_after_s != outcome.after_s) {
        text.push_str(&format!(", no admin after {}", time(secs)));
    }
    text
}

/// A number with its thousands apart: `160,123`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The state in a word or two, with a time that `time` writes.
pub(super) fn word(outcome: &ActorOutcome, shape: Shape, exposure: Exposure, time: fn(u64) -> String) -> String {
    let time = exposure.secs().map(time).unwrap_or_default();
    match shape {
        Shape::Inside => "in".to_owned(),
        Shape::Out => format!("out {time}"),
        Shape::OutLate => format!("in {time}"),
        Shape::Never if outcome.acted == Some(true) => "acted".to_owned(),
        Shape::Never => "never in".to_owned(),
        Shape::Demoted => format!("role {time}"),
        Shape::Flapping => "flapping".to_owned(),
        Shape::Unknown if outcome.verdict == Verdict::Unavailable => "no answer".to_owned(),
        Shape::Unknown => "not asked".to_owned(),
    }
}

/// The state as a sentence of its own: `The thief was in for 4 min`.
pub(super) fn sentence(actor: Actor, glance: &Glance) -> String {
    let who = match actor {
        Actor::Attacker => "The thief",
        Actor::Laptop => "The victim's laptop",
        Actor::Phone => "The victim's phone",
        Actor::Bystander => "The bystander",
        Actor::Admin => "The admin",
        Actor::Browser => "The browser",
    };
    let time = glance.exposure.secs().map(time).unwrap_or_default();
    match (glance.shape, glance.exposure) {
        (Shape::Inside, _) => format!("{who} is still in"),
        (Shape::Out, _) => format!("{who} was out at once"),
        (Shape::OutLate, _) => format!("{who} was in for {time}"),
        (Shape::Never, _) if glance.tone == Tone::Bad => format!("{who} was never in, and yet it acted"),
        (Shape::Never, _) => format!("{who} was never in"),
        (Shape::Demoted, Exposure::Secs(0)) => format!("{who} was no admin any more at once"),
        (Shape::Demoted, _) => format!("{who} was an admin for {time}"),
        (Shape::Flapping, _) => format!("{who} was out, and in again"),
        (Shape::Unknown, _) => format!("{who}: {}", glance.word),
    }
}

/// A time for a narrow cell: where it is nearly a whole number of its largest unit, that number and a sign that says so.
pub(super) fn roughly(secs: u64) -> String {
    let units = [(86_400, "d"), (3600, "h"), (60, "min")];
    let Some((size, unit)) = units.into_iter().find(|(size, _)| secs >= *size) else { return time(secs) };
    let whole = secs.saturating_add(size / 2) / size;
    let off = secs.abs_diff(whole.saturating_mul(size));
    match off {
        0 => format!("{whole} {unit}"),
        // 23 h 59 min is 24 h to anybody who looks at a table.
        _ if off <= secs / 50 => format!("~{whole} {unit}"),
        _ => time(secs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rough_time_says_that_it_is_one() {
        let cases = [
            (0, "0 s"),
            (59, "59 s"),
            (240, "4 min"),
            (290, "4 min 50 s"),
            (43_140, "~12 h"),
            (86_340, "~24 h"),
            (86_400, "1 d"),
            (1_209_540, "~14 d"),
            (5_400, "1 h 30 min"),
            (u64::MAX, "~213503982334601 d"),
        ];
        for (secs, text) in cases {
            assert_eq!(roughly(secs), text);
        }
    }
}
