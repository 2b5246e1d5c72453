//! A cell at a glance: for each actor a shape, a word and a tone, and what stands for the whole. Every report and every
//! screen takes its words from here.

mod words;

use super::actor::Actor;
use super::outcome::{ActorOutcome, Cell, Effect, Status, Verdict};

pub(crate) use words::{grouped, time, told};

/// Somebody who is in for no longer than this was in *for a while*; who is in for longer may as well stay.
pub(crate) const A_WHILE: u64 = 3600;

/// What a cell shows at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digest {
    /// Each measured actor's own, in the order of every table; empty unless the cell ran.
    pub(crate) actors: Vec<(Actor, Glance)>,
    /// Whom the cell is about: the attacker where there is one, else whoever lost most. None unless the cell ran.
    pub(crate) headline: Option<Actor>,
    /// The headline's, or that the cell did not run.
    pub(crate) glance: Glance,
    /// Who lost something that they should have kept, as compared with the baseline.
    pub(crate) collateral: Vec<Actor>,
    /// Whether the server raised an alarm.
    pub(crate) detected: bool,
    /// Whether the cell differs from what was expected of it.
    pub(crate) unexpected: bool,
    /// Whether the headline came out as if nothing had happened.
    pub(crate) as_usual: bool,
}

/// One actor's state, or a whole cell's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glance {
    pub(crate) shape: Shape,
    /// A word or two: `out 0 s`, `in 5 min`, `in`, `never in`.
    pub(crate) word: String,
    /// The same where there is no room: `in ~24 h`.
    pub(crate) brief: String,
    pub(crate) tone: Tone,
    pub(crate) exposure: Exposure,
}

/// What somebody's state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    /// Inside to the horizon.
    Inside,
    /// Out from the mark on.
    Out,
    /// Out after a while.
    OutLate,
    /// Was never inside.
    Never,
    /// Inside, without the admin role.
    Demoted,
    /// Out, and in again.
    Flapping,
    /// Nobody knows: not asked, no answer, not run.
    Unknown,
}

/// Whether a state is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tone {
    Good,
    /// For a while it was not as it should be.
    While,
    Bad,
    Neither,
}

/// How long somebody was inside after the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exposure {
    /// There is nothing to measure: never in, not asked, no answer.
    None,
    Secs(u64),
    /// To the end of what was measured.
    Horizon,
}

/// The cell at a glance.
pub(crate) fn digest(cell: &Cell) -> Digest {
    let not_run = |word: &str, tone| Glance::unknown(word, tone);
    let actors: Vec<(Actor, Glance)> = match cell.status {
        Status::Ran => cell.actors.iter().map(|(actor, outcome)| (*actor, glance(cell, *actor, outcome))).collect(),
        Status::NotApplicable | Status::Broken => Vec::new(),
    };
    let headline = headline(cell).filter(|_| cell.status == Status::Ran);
    let own = headline.and_then(|headline| actors.iter().find(|(actor, _)| *actor == headline));
    let glance = match (cell.status, own) {
        (Status::Broken, _) => not_run("broken", Tone::Bad),
        (Status::NotApplicable, _) => not_run("n/a", Tone::Neither),
        (Status::Ran, Some((_, own))) => own.clone(),
        (Status::Ran, None) => not_run("–", Tone::Neither),
    };
    Digest {
        headline,
        glance,
        collateral: cell.actors.keys().copied().filter(|actor| is_collateral(cell, *actor)).collect(),
        detected: cell.detected,
        unexpected: cell.as_expected == Some(false),
        as_usual: headline.and_then(|headline| cell.actors.get(&headline)).is_some_and(is_as_usual),
        actors,
    }
}

impl Digest {
    /// The word of the whole, with whose it is where that is not the attacker's: `out 0 s`, `laptop in`.
    pub(crate) fn label(&self) -> String {
        self.whose(&self.glance.word)
    }

    /// The same where there is no room.
    pub(crate) fn brief(&self) -> String {
        self.whose(&self.glance.brief)
    }

    /// The whole as a sentence: `The thief was in for 4 min`.
    pub(crate) fn sentence(&self) -> String {
        match self.headline {
            Some(actor) => words::sentence(actor, &self.glance),
            None => match self.glance.word.as_str() {
                "broken" => "The experiment broke".to_owned(),
                "n/a" => "It makes no sense for this design".to_owned(),
                _ => "Nobody was asked".to_owned(),
            },
        }
    }

    fn whose(&self, word: &str) -> String {
        match self.headline {
            Some(actor) if actor != Actor::Attacker => format!("{actor} {word}"),
            _ => word.to_owned(),
        }
    }
}

impl Shape {
    pub(crate) const ALL: [Self; 7] =
        [Self::Out, Self::OutLate, Self::Inside, Self::Never, Self::Demoted, Self::Flapping, Self::Unknown];

    /// The shape as a character.
    pub(crate) fn sign(self) -> char {
        match self {
            Self::Inside => '●',
            Self::Out => '⊘',
            Self::OutLate => '◐',
            Self::Never => '○',
            Self::Demoted => '▼',
            Self::Flapping => '◑',
            Self::Unknown => '–',
        }
    }

    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Inside => "inside to the end of what was measured",
            Self::Out => "out from the mark on",
            Self::OutLate => "inside for so long after the mark, then out",
            Self::Never => "was never inside",
            Self::Demoted => "inside, and no admin any more so long after the mark",
            Self::Flapping => "out, and in again",
            Self::Unknown => "not asked, no answer, or not run",
        }
    }
}

impl Exposure {
    pub(crate) fn secs(self) -> Option<u64> {
        match self {
            Self::Secs(secs) => Some(secs),
            Self::None | Self::Horizon => None,
        }
    }
}

impl Glance {
    fn unknown(word: &str, tone: Tone) -> Self {
        Self { shape: Shape::Unknown, word: word.to_owned(), brief: word.to_owned(), tone, exposure: Exposure::None }
    }
}

fn glance(cell: &Cell, actor: Actor, outcome: &ActorOutcome) -> Glance {
    let (shape, exposure) = match state(outcome) {
        // It worked through somebody else's browser, and was asked nothing after that: whether it acted is all there is.
        (Shape::Unknown, exposure) if actor == Actor::Attacker && acted_alone(outcome) => (Shape::Never, exposure),
        state => state,
    };
    let word = |time| words::word(outcome, shape, exposure, time);
    let tone = match actor {
        Actor::Attacker => unwanted(outcome, shape, exposure),
        _ if is_collateral(cell, actor) => Tone::Bad,
        _ if cell.ends.contains(&actor) => owner(outcome, shape, exposure),
        _ => match shape {
            Shape::Never | Shape::Unknown => Tone::Neither,
            _ => Tone::Good,
        },
    };
    Glance { shape, word: word(time), brief: word(words::roughly), tone, exposure }
}

fn state(outcome: &ActorOutcome) -> (Shape, Exposure) {
    let secs = |secs: Option<u64>| secs.map_or(Exposure::None, Exposure::Secs);
    if let Some(after) = role_alone(outcome) {
        return (Shape::Demoted, Exposure::Secs(after));
    }
    match outcome.verdict {
        Verdict::Out if outcome.after_s == Some(0) => (Shape::Out, Exposure::Secs(0)),
        Verdict::Out => (Shape::OutLate, secs(outcome.after_s)),
        Verdict::In => (Shape::Inside, Exposure::Horizon),
        Verdict::Flapping => (Shape::Flapping, outcome.after_s.map_or(Exposure::Horizon, Exposure::Secs)),
        Verdict::NeverIn => (Shape::Never, Exposure::None),
        Verdict::Unavailable | Verdict::NotAsked => (Shape::Unknown, Exposure::None),
    }
}

/// Someone who should be out.
fn unwanted(outcome: &ActorOutcome, shape: Shape, exposure: Exposure) -> Tone {
    match (shape, exposure) {
        (Shape::Never, _) if outcome.acted == Some(true) => Tone::Bad,
        (Shape::Never | Shape::Unknown, _) => Tone::Neither,
        (Shape::Flapping, _) => Tone::Bad,
        (_, Exposure::Secs(0)) => Tone::Good,
        (_, Exposure::Secs(secs)) if secs <= A_WHILE => Tone::While,
        _ => Tone::Bad,
    }
}

/// A user whose own access was to end, by their own wish or by an admin's: being out is nothing to be glad of.
fn owner(outcome: &ActorOutcome, shape: Shape, exposure: Exposure) -> Tone {
    match unwanted(outcome, shape, exposure) {
        Tone::Good => Tone::Neither,
        tone => tone,
    }
}

/// Whether an actor tried something right after the mark, and was not asked what it can do from then on.
fn acted_alone(outcome: &ActorOutcome) -> bool {
    outcome.verdict == Verdict::NotAsked && outcome.acted.is_some()
}

/// When the admin role was lost, where access was not.
fn role_alone(outcome: &ActorOutcome) -> Option<u64> {
    let lasts = matches!(outcome.verdict, Verdict::In | Verdict::Out);
    outcome.role_after_s.filter(|_| lasts && matches!(outcome.effect, Some(Effect::None | Effect::New)))
}

/// Whether an outcome is that of the baseline.
fn is_as_usual(outcome: &ActorOutcome) -> bool {
    let lasts = matches!(outcome.verdict, Verdict::In | Verdict::Out);
    lasts && outcome.effect == Some(Effect::None) && outcome.role_after_s.is_none()
}

/// Whether somebody lost something that no step was to end.
fn is_collateral(cell: &Cell, actor: Actor) -> bool {
    let Some(outcome) = cell.actors.get(&actor) else { return false };
    let torn = matches!(outcome.verdict, Verdict::Flapping | Verdict::Unavailable);
    let lost = torn || outcome.effect == Some(Effect::Sooner) || outcome.role_after_s.is_some();
    actor != Actor::Attacker && !cell.ends.contains(&actor) && lost
}

/// Whom a cell and its story are about: the attacker, where any step is its own, let in or not; else who lost something
/// against their will, else who lost anything, else the first who was asked.
pub(crate) fn headline(cell: &Cell) -> Option<Actor> {
    let attacks = |step: &super::outcome::StoryStep| step.by == Actor::Attacker.name();
    let attacker = cell.actors.get(&Actor::Attacker).is_some_and(|outcome| {
        !matches!(outcome.verdict, Verdict::NeverIn | Verdict::NotAsked) || outcome.acted == Some(true)
    });
    if attacker || cell.steps.iter().any(attacks) && cell.actors.contains_key(&Actor::Attacker) {
        return Some(Actor::Attacker);
    }
    // An attacker who does nothing is there in every cell, and in none is it the point.
    let others = || cell.actors.iter().filter(|(actor, _)| **actor != Actor::Attacker);
    let of = |wanted: &dyn Fn(Actor, &ActorOutcome) -> bool| {
        others().find(|(actor, outcome)| wanted(**actor, outcome)).map(|(actor, _)| *actor)
    };
    of(&|actor, _| is_collateral(cell, actor))
        .or_else(|| of(&|_, outcome| outcome.effect == Some(Effect::Sooner)))
        .or_else(|| of(&|_, outcome| !matches!(outcome.verdict, Verdict::NotAsked | Verdict::NeverIn)))
        .or_else(|| of(&|_, _| true))
}

#[cfg(test)]
mod tests;
