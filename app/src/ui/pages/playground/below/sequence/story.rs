//! What happened inside one exchange, step by step and in words: read from its trace.

use std::time::Duration;

use lockstep_shared::clock::LabTime;
use lockstep_shared::span::in_words;
use lockstep_shared::trace::Act;

use crate::lab::actor::Actor;
use crate::lab::exchange::Exchange;
use crate::lab::view::Mark;
use crate::state::model::{Lane, Tone};
use crate::ui::text;

/// The most steps that are drawn of one exchange.
const MOST_STEPS: usize = 24;

/// Longer than this, and the time between two exchanges is written out.
const A_WHILE: Duration = Duration::from_secs(60);

/// Who has a lifeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Actor(Actor),
    /// The protected part, where it is a server of its own.
    Resource,
    /// The server; where there is a resource server, the one that issues tokens.
    Server,
    Store,
}

/// How a step is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// On the lifeline itself.
    Note,
    /// An arrow to the store, which is only read.
    Read,
    /// An arrow to the store, which is changed.
    Write,
    /// The resource server asks the authorization server …
    Ask,
    /// … and is told.
    Told,
    /// There was more than is drawn.
    More(usize),
}

/// One step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'a> {
    pub(super) kind: Kind,
    /// Whose lifeline it happened on.
    pub(super) on: Line,
    act: Option<&'a Act>,
    micros: u64,
}

/// The server that an exchange was made with.
pub(super) fn met(exchange: &Exchange, has_resource: bool) -> Line {
    match has_resource && exchange.path.starts_with("/api/") {
        true => Line::Resource,
        false => Line::Server,
    }
}

/// The steps of an exchange, in their order.
pub(super) fn steps(exchange: &Exchange, has_resource: bool) -> Vec<Step<'_>> {
    let acts = &exchange.trace.acts;
    let met = met(exchange, has_resource);
    // What the authorization server did stands in the trace before its answer.
    let told = acts.iter().position(|timed| matches!(timed.act, Act::Introspected { cached: false, .. }));
    let told = told.filter(|_| met == Line::Resource);
    let mut steps = Vec::with_capacity(acts.len() + 1);
    for (at, timed) in acts.iter().enumerate() {
        if matches!(timed.act, Act::AtNode { of: 1, .. }) {
            continue;
        }
        let within = told.is_some_and(|told| at <= told) && !matches!(timed.act, Act::AtNode { .. });
        if within && !steps.iter().any(|step: &Step<'_>| step.kind == Kind::Ask) {
            steps.push(Step { kind: Kind::Ask, on: met, act: None, micros: 0 });
        }
        let kind = match timed.act {
            _ if told == Some(at) => Kind::Told,
            Act::StoreRead { .. } => Kind::Read,
            Act::StoreWritten { .. } => Kind::Write,
            _ => Kind::Note,
        };
        let on = if within { Line::Server } else { met };
        steps.push(Step { kind, on, act: Some(&timed.act), micros: timed.micros });
    }
    if steps.len() > MOST_STEPS {
        let more = steps.len() - MOST_STEPS + 1;
        steps.truncate(MOST_STEPS - 1);
        steps.push(Step { kind: Kind::More(more), on: met, act: None, micros: 0 });
    }
    steps
}

impl Step<'_> {
    /// `38 ms`, where it was measured.
    pub(super) fn took(&self) -> Option<String> {
        (self.micros > 0).then(|| real(self.micros))
    }

    /// `password hashed with Argon2id`.
    pub(super) fn words(&self, now: LabTime) -> String {
        match (self.kind, self.act) {
            (Kind::Ask, _) => "what does this token stand for?".to_owned(),
            (Kind::More(more), _) => format!("and {more} more, in the Wire"),
            (Kind::Told, Some(Act::Introspected { active: true, .. })) => "an active token".to_owned(),
            (Kind::Told, _) => "no active token".to_owned(),
            // The arrow leads to the engine, so it needs no naming.
            (_, Some(act @ (Act::StoreRead { engine, .. } | Act::StoreWritten { engine, .. }))) => {
                act.to_string().replace(&format!(" in {engine}"), "")
            }
            (_, Some(act)) => text::inert(&text::with_local_times(&act.to_string(), now)),
            (_, None) => String::new(),
        }
    }

    /// Whether somebody should see it from afar: the server noticed an attack, or refused to look.
    pub(super) fn is_alarm(&self) -> bool {
        matches!(self.act, Some(Act::Alarm { .. }))
    }
}

/// `POST /auth/login`.
pub(super) fn request(exchange: &Exchange) -> String {
    format!("{} {}", exchange.method, text::inert(&exchange.path))
}

/// `401 revoked · 3 ms`.
pub(super) fn answer(exchange: &Exchange) -> String {
    format!("{} · {}", text::inert(&exchange.verdict()), real(exchange.micros))
}

/// Whether an answer is as it should be, given what should have ended the thief's access.
pub(super) fn tone(lane: &Lane, exchange: &Exchange) -> Tone {
    use crate::lab::outcome::Answer;

    let timeline = &lane.view.timeline;
    match (exchange.actor, exchange.answer()) {
        (Actor::Attacker, Some(Answer::Accepted)) => {
            let bar = timeline.bars.iter().find(|bar| bar.actor == Actor::Attacker);
            let began = bar.and_then(|bar| bar.stretches.iter().rev().find(|one| one.from <= exchange.at));
            let from = began.map_or(exchange.at, |stretch| stretch.from);
            let is_due = |mark: &Mark| mark.ending && mark.at >= from && mark.after < exchange.number;
            if timeline.marks.iter().any(is_due) { Tone::Bad } else { Tone::Amber }
        }
        (Actor::Attacker, Some(Answer::Refused)) => Tone::Good,
        (Actor::Bystander, Some(Answer::Refused)) => Tone::Bad,
        (_, Some(Answer::Accepted)) => Tone::Good,
        _ => Tone::Neutral,
    }
}

/// The whole exchange in a few sentences, as it is said on hover.
pub(super) fn sentence(exchange: &Exchange, now: LabTime) -> String {
    let told = exchange.told(" — ", |moment| moment.to_string());
    let told = text::inert(&text::with_local_times(&told, now));
    let at = text::moment(exchange.at, now);
    format!("{at} · the {} sends {} and is answered {told}", exchange.actor, request(exchange))
}

/// What an event was, in one sentence.
pub(super) fn event(mark: &Mark, now: LabTime) -> String {
    let at = text::moment(mark.at, now);
    let by = mark.by.map(|actor| format!(", by the {actor}")).unwrap_or_default();
    let of = mark.from.map(|actor| format!(", who copied what the {actor} holds")).unwrap_or_default();
    let ends = if mark.ending { ": access should end here" } else { "" };
    format!("{at} · {}{by}{of}{ends}", mark.label)
}

/// `15 min later`, where so much has passed.
pub(super) fn later(before: Option<LabTime>, at: LabTime) -> Option<Duration> {
    before.map(|before| at.since(before)).filter(|gap| *gap >= A_WHILE)
}

/// Lab time that passed, in words.
pub(super) fn later_words(gap: Duration) -> String {
    format!("{} later", in_words(Duration::from_secs(gap.as_secs())))
}

/// `38 ms`: real time, as exact as it is worth reading.
fn real(micros: u64) -> String {
    match micros {
        0..100 => "<0.1 ms".to_owned(),
        100..10_000 => format!("{}.{} ms", micros / 1000, micros % 1000 / 100),
        10_000..1_000_000 => format!("{} ms", micros / 1000),
        _ => format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000),
    }
}
