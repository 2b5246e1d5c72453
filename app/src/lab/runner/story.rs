//! One sentence on what decided a cell, read from the deciding exchanges and their traces.

use std::time::Duration;

use lockstep_shared::span::in_words;

use super::watch::Watch;
use crate::lab::actor::Actor;
use crate::lab::outcome::{Actors, Effect, Verdict};
use crate::lab::scenario::Doer;
use crate::lab::stage::Stage;

/// The sentence, and the numbers of the exchanges that it rests on.
pub(super) fn why(stage: &Stage, watch: &Watch, actors: &Actors) -> (String, Vec<usize>) {
    let (mut sentence, deciding) = told(stage, watch, actors);
    // Every step and every name that it can begin with is written in ASCII.
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    (sentence, deciding)
}

fn told(stage: &Stage, watch: &Watch, actors: &Actors) -> (String, Vec<usize>) {
    let subject = subject(watch, actors);
    let clues = watch.clues(subject);
    let mut deciding: Vec<usize> = watch.mark.iter().filter_map(|mark| mark.number).collect();
    let began = watch.mark.as_ref().map(|mark| format!("{}; ", mark.said)).unwrap_or_default();
    let Some(outcome) = actors.get(&subject) else { return (format!("{began}nobody was asked"), deciding) };
    let after = outcome.after_s.map(|secs| in_words(Duration::from_secs(secs))).unwrap_or_default();
    let role_after = outcome.role_after_s.map(|secs| in_words(Duration::from_secs(secs)));
    let (what, number) = match (outcome.verdict, role_after) {
        (Verdict::NotAsked, _) => match outcome.acted {
            None => (format!("the {subject} was not asked"), None),
            Some(true) => (format!("so the {subject} acted"), None),
            Some(false) => (format!("so the {subject} could not act"), None),
        },
        (Verdict::In | Verdict::Out, Some(role_after))
            if outcome.effect != Some(Effect::Sooner) && clues.first_role_refused.is_some() =>
        {
            (format!("the {subject} stopped being an admin after {role_after}"), clues.first_role_refused)
        }
        (Verdict::In, _) => {
            (format!("the {subject} is still inside after {}", in_words(watch.horizon())), clues.last_accepted)
        }
        (Verdict::Out, _) if outcome.effect == Some(Effect::None) && clues.last_accepted.is_some() => {
            (format!("the {subject} was out after {after}, as without it; until then"), clues.last_accepted)
        }
        (Verdict::Out, _) => (format!("the {subject} was out after {after}"), clues.first_refused),
        (Verdict::NeverIn, _) => (format!("the {subject} was never inside"), clues.first_refused),
        (Verdict::Flapping, _) => (format!("the {subject} was refused and let in again"), clues.flapped),
        (Verdict::Unavailable, _) => {
            (format!("the server could not tell whether the {subject} may enter"), clues.first_unavailable)
        }
    };
    let Some(exchange) = number.and_then(|number| stage.exchange(number)) else { return (began + &what, deciding) };
    deciding.push(exchange.number);
    let answer = exchange.told(": ", |at| at.to_string());
    let node = exchange.trace.node().map(|node| format!(" at node {node}")).unwrap_or_default();
    let told = format!("{} {}{node} {answer}", exchange.method, exchange.path);
    let sign = if what.ends_with("until then") { "" } else { ":" };
    (format!("{began}{what}{sign} {told}"), deciding)
}

/// Whom the sentence is about: the attacker, or where there is none the first actor who was asked. One who did the
/// marked step is there, let in or not.
fn subject(watch: &Watch, actors: &Actors) -> Actor {
    let was_asked = |actor: &Actor| actors.get(actor).is_some_and(|outcome| outcome.verdict != Verdict::NotAsked);
    let did_it = watch.mark.as_ref().is_some_and(|mark| mark.by == Doer::Actor(Actor::Attacker));
    let thief = did_it || actors.get(&Actor::Attacker).is_some_and(|outcome| outcome.verdict != Verdict::NeverIn);
    let others = [Actor::Laptop, Actor::Phone, Actor::Bystander];
    match thief {
        true => Actor::Attacker,
        false => others.into_iter().find(was_asked).unwrap_or(Actor::Attacker),
    }
}
