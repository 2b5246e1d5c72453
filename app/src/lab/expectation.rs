//! What a scenario file expects of a cell: one token for each measured actor, then anything more that is expected.

use std::fmt;
use std::str::FromStr;

use lockstep_shared::span::Span;

use super::actor::Actor;
use super::digest::told;
use super::outcome::{ActorOutcome, Actors, Effect, Verdict};

/// An expectation, checked when it was loaded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expectation {
    /// As the file writes it.
    text: String,
    /// In the order of [`Actor::MEASURED`].
    tokens: [Token; 4],
    more: Vec<More>,
}

/// What is expected of one actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// `0s`: out from the mark on.
    AtOnce,
    /// `<=5m`: out within this time, and sooner than in the baseline.
    Within(Span),
    /// `>=13d`: in for at least this time.
    AtLeast(Span),
    /// `=`: as in the baseline, the role included.
    Same,
    /// `new`: in with fresh credentials.
    New,
    /// `never`: was not in before the mark.
    Never,
    /// `role:0s`, `role:<=5m`: access as in the baseline, the admin role lost within this time.
    Role(Span),
    /// `flapping`: out and in again.
    Flapping,
    /// `unavailable`: the server could not tell, and did nothing for the actor unless `acted:` says so.
    Unavailable,
    /// `-`: not asked after the mark.
    NotAsked,
}

/// What is expected beside the actors' access.
#[derive(Clone, Debug, PartialEq, Eq)]
enum More {
    Alarm(bool),
    Acted(Actor),
    Reason(String),
}

/// What an expectation is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Observed<'a> {
    pub(crate) actors: &'a Actors,
    /// Whether the server raised an alarm.
    pub(crate) detected: bool,
    /// Every stable reason with which a request of the attacker was refused.
    pub(crate) reasons: &'a [String],
}

/// What is wrong with an expectation, and what to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}`: {why}")]
pub(crate) struct BadExpectation {
    text: String,
    why: String,
}

impl Expectation {
    /// The expectation as the file writes it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What is expected of one of the measured actors.
    pub(crate) fn token(&self, actor: Actor) -> Option<Token> {
        Actor::MEASURED.into_iter().zip(self.tokens).find(|(measured, _)| *measured == actor).map(|(_, token)| token)
    }

    /// Every difference between what is expected and what was observed, in words; None where there is none.
    pub(crate) fn mismatch(&self, observed: &Observed<'_>) -> Option<String> {
        let mut differences = Vec::new();
        for (actor, token) in Actor::MEASURED.into_iter().zip(self.tokens) {
            match observed.actors.get(&actor) {
                Some(outcome) if token.fits(outcome) => {
                    // Whoever gets no answer can do nothing, unless the file says how that is.
                    let acted = token == Token::Unavailable && outcome.acted == Some(true);
                    if acted && !self.more.contains(&More::Acted(actor)) {
                        differences
                            .push(format!("{actor}: expected no answer but 503, and yet its transfer went through"));
                    }
                }
                Some(outcome) => differences.push(format!("{actor}: expected `{token}`, got {}", told(outcome))),
                None => differences.push(format!("{actor}: expected `{token}`, and it was not measured")),
            }
        }
        differences.extend(self.more.iter().filter_map(|more| more.missed(observed)));
        (!differences.is_empty()).then(|| differences.join("; "))
    }
}

impl Token {
    fn fits(self, outcome: &ActorOutcome) -> bool {
        let ActorOutcome { verdict, after_s, effect, role_after_s, .. } = *outcome;
        // With no baseline there is no effect, and inside at the mark is all that can be asked for.
        let as_usual = match effect {
            Some(effect) => effect == Effect::None && verdict != Verdict::Flapping,
            None => matches!(verdict, Verdict::In | Verdict::Out),
        };
        match self {
            Self::AtOnce => verdict == Verdict::Out && after_s == Some(0),
            Self::Within(span) => {
                verdict == Verdict::Out
                    && after_s.is_some_and(|after| after <= span.secs())
                    && effect.is_none_or(|effect| effect == Effect::Sooner)
            }
            Self::AtLeast(span) => match verdict {
                Verdict::In => true,
                Verdict::Out => after_s.is_some_and(|after| after >= span.secs()),
                _ => false,
            },
            Self::Same => as_usual && role_after_s.is_none(),
            Self::Role(span) => as_usual && role_after_s.is_some_and(|after| after <= span.secs()),
            Self::New => effect == Some(Effect::New) && matches!(verdict, Verdict::In | Verdict::Out),
            Self::Never => verdict == Verdict::NeverIn,
            Self::Flapping => verdict == Verdict::Flapping,
            Self::Unavailable => verdict == Verdict::Unavailable,
            Self::NotAsked => verdict == Verdict::NotAsked,
        }
    }
}

impl More {
    fn missed(&self, observed: &Observed<'_>) -> Option<String> {
        match self {
            Self::Alarm(true) if !observed.detected => Some("expected an alarm, got none".to_owned()),
            Self::Alarm(false) if observed.detected => Some("expected no alarm, got one".to_owned()),
            Self::Acted(actor) => match observed.actors.get(actor).and_then(|outcome| outcome.acted) {
                Some(true) => None,
                Some(false) => Some(format!("{actor}: expected to act, and its transfer was refused")),
                None => Some(format!("{actor}: expected to act, and it did not try")),
            },
            Self::Reason(reason) if !observed.reasons.contains(reason) => Some(match observed.reasons {
                [] => format!("expected the attacker to be refused for `{reason}`, and it was never refused"),
                got => format!("expected the attacker to be refused for `{reason}`, got `{}`", got.join("`, `")),
            }),
            Self::Alarm(_) | Self::Reason(_) => None,
        }
    }
}

impl FromStr for Expectation {
    type Err = BadExpectation;

    fn from_str(text: &str) -> Result<Self, BadExpectation> {
        let bad = |why: String| BadExpectation { text: text.to_owned(), why };
        let words: Vec<&str> = text.split_whitespace().collect();
        let names = Actor::MEASURED.map(Actor::name).join(", ");
        if words.len() < Actor::MEASURED.len() {
            return Err(bad(format!("write one token for each of {names}, with a space between")));
        }
        let mut tokens = [Token::NotAsked; 4];
        for ((token, word), actor) in tokens.iter_mut().zip(&words).zip(Actor::MEASURED) {
            *token = word.parse().map_err(|why| bad(format!("{actor}: {why}")))?;
        }
        let more = words[tokens.len()..].iter().map(|word| word.parse()).collect::<Result<_, _>>().map_err(bad)?;
        Ok(Self { text: words.join(" "), tokens, more })
    }
}

impl FromStr for Token {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let within = |word: &str| match word {
            "0s" => Some(Span::ZERO),
            _ => word.strip_prefix("<=")?.parse().ok(),
        };
        let token = match word {
            "0s" => Some(Self::AtOnce),
            "=" => Some(Self::Same),
            "new" => Some(Self::New),
            "never" => Some(Self::Never),
            "flapping" => Some(Self::Flapping),
            "unavailable" => Some(Self::Unavailable),
            "-" => Some(Self::NotAsked),
            _ => match word.strip_prefix("role:") {
                Some(role) => within(role).map(Self::Role),
                None => match word.strip_prefix(">=") {
                    Some(span) => span.parse().ok().filter(|span| *span > Span::ZERO).map(Self::AtLeast),
                    None => within(word).map(Self::Within),
                },
            },
        };
        token.ok_or_else(|| {
            format!(
                "`{word}` is no token: write 0s, <=5m, >=13d, =, new, never, role:0s, role:<=5m, flapping, unavailable or -"
            )
        })
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtOnce => f.write_str("0s"),
            Self::Within(span) => write!(f, "<={span}"),
            Self::AtLeast(span) => write!(f, ">={span}"),
            Self::Same => f.write_str("="),
            Self::New => f.write_str("new"),
            Self::Never => f.write_str("never"),
            Self::Role(Span::ZERO) => f.write_str("role:0s"),
            Self::Role(span) => write!(f, "role:<={span}"),
            Self::Flapping => f.write_str("flapping"),
            Self::Unavailable => f.write_str("unavailable"),
            Self::NotAsked => f.write_str("-"),
        }
    }
}

impl FromStr for More {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word.split_once(':') {
            None if word == "alarm" => Ok(Self::Alarm(true)),
            None if word == "no-alarm" => Ok(Self::Alarm(false)),
            Some(("acted", name)) => {
                let actor = Actor::MEASURED.into_iter().find(|actor| actor.name() == name);
                actor.map(Self::Acted).ok_or_else(|| format!("`{name}` is no measured actor: write acted:attacker"))
            }
            Some(("reason", reason)) if !reason.is_empty() => Ok(Self::Reason(reason.to_owned())),
            _ => Err(format!(
                "`{word}` is not understood: after the four actors come alarm, no-alarm, acted:attacker or reason:expired"
            )),
        }
    }
}

#[cfg(test)]
mod tests;
