//! One sentence on what decided a cell, read from the deciding steps and exchanges and their traces. It is about the same
//! actor as the cell's headline.

use std::time::Duration;

use lockstep_shared::design::Design;
use lockstep_shared::span::in_words;
use lockstep_shared::trace::Act;

use super::Told;
use super::watch::{Clues, Watch};
use crate::browser::{Decision, Rule};
use crate::lab::actor::Actor;
use crate::lab::digest::headline;
use crate::lab::exchange::{Exchange, Purpose};
use crate::lab::outcome::{ActorOutcome, Cell, Effect, Verdict};
use crate::lab::scenario::{Copying, Doer, Verb};
use crate::lab::stage::Stage;
use crate::lab::steps;

/// The sentence, and the numbers of the exchanges that it rests on.
pub(super) fn why(stage: &Stage, watch: &Watch, told: &[Told], cell: &Cell) -> (String, Vec<usize>) {
    let subject = headline(cell).unwrap_or(Actor::Attacker);
    let outcome = cell.actors.get(&subject);
    let mut story = Story { stage, watch, told, subject, clauses: Vec::new(), deciding: Vec::new() };
    story.begin(outcome);
    story.end(outcome);
    if story.deciding.is_empty() {
        story.deciding.extend(told.iter().find(|told| told.step.mark).and_then(|mark| mark.number));
    }
    let mut sentence = story.clauses.join("; ");
    // Every step and every name that it can begin with is written in ASCII.
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    (sentence, story.deciding)
}

struct Story<'a> {
    stage: &'a Stage,
    watch: &'a Watch,
    told: &'a [Told],
    subject: Actor,
    clauses: Vec<String>,
    deciding: Vec<usize>,
}

impl<'a> Story<'a> {
    /// The steps that decided: the marked one, those before it without which it can't be understood, and those after it.
    fn begin(&mut self, outcome: Option<&ActorOutcome>) {
        let asked = outcome.is_some_and(|outcome| outcome.verdict != Verdict::NotAsked);
        let outside = outcome.is_some_and(|outcome| outcome.verdict == Verdict::NeverIn);
        let mark = self.mark();
        for (at, told) in self.told.iter().enumerate() {
            let tells = match &told.step.verb {
                // What it was told is told below, where it matters.
                Verb::Probe => at == mark && !asked,
                Verb::KeepTrying { .. } | Verb::Advance { .. } | Verb::StayBusy { .. } => false,
                verb => at >= mark || sets_the_scene(verb, outside),
            };
            if tells {
                self.clauses.push(self.step(told));
                self.rests_on(told.number);
            }
        }
    }

    /// What became of whom it is about, and the exchanges that show it.
    fn end(&mut self, outcome: Option<&ActorOutcome>) {
        let Some(outcome) = outcome else {
            self.clauses.push("nobody was asked".to_owned());
            return;
        };
        let (subject, clues) = (self.subject, self.watch.clues(self.subject));
        let after = |secs: Option<u64>| secs.map(|secs| in_words(Duration::from_secs(secs))).unwrap_or_default();
        let lasts = outcome.effect != Some(Effect::Sooner);
        match outcome.verdict {
            Verdict::NotAsked => match outcome.acted {
                None => self.add(format!("the {subject} was not asked"), None),
                Some(true) => self.add(format!("so the {subject} acted"), clues.tried),
                Some(false) => self.add(format!("so the {subject} could not act"), clues.tried),
            },
            Verdict::In | Verdict::Out
                if lasts && outcome.role_after_s.is_some() && clues.first_role_refused.is_some() =>
            {
                let after = after(outcome.role_after_s);
                self.add(format!("the {subject} stopped being an admin after {after}"), clues.first_role_refused);
            }
            Verdict::In => {
                self.inside(&clues);
                self.role(&clues);
            }
            Verdict::Out => {
                self.out(&clues, &after(outcome.after_s), outcome.effect == Some(Effect::None));
                self.role(&clues);
            }
            Verdict::NeverIn => {
                let yet = if outcome.acted == Some(true) { "so the {} acted, though it" } else { "the {}" };
                let who = yet.replace("{}", subject.name());
                self.refused(&format!("{who} was never inside"), clues.first_refused);
            }
            Verdict::Flapping => {
                let refused = clues.flapped.map(|number| self.refusal(number)).and_then(|all| all.first().copied());
                let again = refused.and_then(|number| self.first_accepted_after(number));
                self.add(format!("the {subject} was refused and let in again"), refused);
                if let Some(exchange) = again {
                    self.clauses.push(format!("and then {}", self.answer(exchange)));
                    self.rests_on(Some(exchange.number));
                }
            }
            Verdict::Unavailable => {
                let what = format!("the server could not tell whether the {subject} may enter");
                self.add(what, clues.first_unavailable);
            }
        }
    }

    fn inside(&mut self, clues: &Clues) {
        let after = match self.watch.horizon() {
            Duration::ZERO => "right after the mark".to_owned(),
            horizon => format!("after {}", in_words(horizon)),
        };
        let what = format!("the {} is still inside {after}", self.subject);
        match self.last_renewal() {
            Some(renewal) => self.renewed(&format!("{what}: it goes on renewing, last"), renewal),
            None => self.add(what, clues.last_accepted),
        }
    }

    fn out(&mut self, clues: &Clues, after: &str, as_without: bool) {
        let sign = if as_without { ", as without it" } else { "" };
        let what = format!("the {} was out after {after}{sign}", self.subject);
        match (self.last_renewal(), clues.last_accepted) {
            (Some(renewal), _) => {
                self.renewed(&format!("{what}: until then it renewed, last"), renewal);
                if let Some(exchange) = clues.first_refused.and_then(|number| self.stage.exchange(number)) {
                    self.clauses.push(format!("then {}", self.answer(exchange)));
                    self.rests_on(Some(exchange.number));
                }
            }
            (None, Some(number)) if as_without => match self.stage.exchange(number) {
                Some(exchange) => {
                    self.clauses.push(format!("{what}; until then {}", self.answer(exchange)));
                    self.rests_on(Some(number));
                }
                None => self.clauses.push(what),
            },
            (None, _) => self.refused(&what, clues.first_refused),
        }
    }

    /// Where a role was taken away and access lasted, why the role did too.
    fn role(&mut self, clues: &Clues) {
        let demoted = self.told.iter().find(|told| told.step.mark && told.step.verb == Verb::Demote);
        let last = clues.last_accepted.filter(|number| demoted.is_some_and(|mark| *number >= mark.exchanges.1));
        let last = last.and_then(|number| self.stage.exchange(number));
        let Some(exchange) = last.filter(|_| self.watch.asks_as_admin(self.subject, Duration::ZERO)) else { return };
        let mut acts = exchange.trace.acts.iter().map(|timed| &timed.act);
        if let Some(believed) = acts.find(|act| matches!(act, Act::RoleBelieved { .. })) {
            self.clauses.push(format!("an admin all the while: {believed}"));
            self.rests_on(Some(exchange.number));
        }
    }

    fn renewed(&mut self, what: &str, number: usize) {
        let Some(exchange) = self.stage.exchange(number) else { return };
        let told = match exchange.purpose {
            Purpose::Renewal => steps::told(exchange),
            Purpose::Probe | Purpose::Action => self.answer(exchange),
        };
        self.clauses.push(format!("{what} at {} with {told}", exchange.at));
        self.rests_on(Some(number));
    }

    /// The refusal of a request, and of the renewal that it led to.
    fn refused(&mut self, what: &str, number: Option<usize>) {
        let numbers = number.map(|number| self.refusal(number)).unwrap_or_default();
        let answers: Vec<_> = numbers.iter().filter_map(|number| self.stage.exchange(*number)).collect();
        let answers: Vec<_> = answers.into_iter().map(|exchange| self.answer(exchange)).collect();
        let sign = if answers.is_empty() { "" } else { ": " };
        self.clauses.push(format!("{what}{sign}{}", answers.join(", and then ")));
        numbers.into_iter().for_each(|number| self.rests_on(Some(number)));
    }

    fn add(&mut self, what: String, number: Option<usize>) {
        let exchange = number.filter(|number| !self.deciding.contains(number));
        match exchange.and_then(|number| self.stage.exchange(number)) {
            Some(exchange) => self.clauses.push(format!("{what}: {}", self.answer(exchange))),
            None => self.clauses.push(what),
        }
        self.rests_on(number);
    }

    fn rests_on(&mut self, number: Option<usize>) {
        self.deciding.extend(number.filter(|number| !self.deciding.contains(number)));
    }

    fn mark(&self) -> usize {
        self.told.iter().position(|told| told.step.mark).unwrap_or_default()
    }

    /// Where a renewal was refused, the refused request that led to it comes first.
    fn refusal(&self, number: usize) -> Vec<usize> {
        let Some(exchange) = self.stage.exchange(number) else { return Vec::new() };
        let led_to_it = |before: &&Exchange| before.actor == exchange.actor && before.at == exchange.at;
        let before = (exchange.purpose == Purpose::Renewal)
            .then(|| self.stage.exchange(number.saturating_sub(1)).filter(led_to_it))
            .flatten();
        before.map(|before| before.number).into_iter().chain([number]).collect()
    }

    /// The last time after the mark that whom it is about was given fresh credentials for older ones.
    fn last_renewal(&self) -> Option<usize> {
        let since = self.told.get(self.mark()).map_or(0, |mark| mark.exchanges.1);
        let own = |exchange: &&Exchange| exchange.actor == self.subject && exchange.number >= since;
        self.stage.exchanges().rev().filter(own).find(|exchange| exchange.renews()).map(|exchange| exchange.number)
    }

    fn first_accepted_after(&self, number: usize) -> Option<&'a Exchange> {
        let own = |exchange: &&Exchange| exchange.actor == self.subject && exchange.number > number;
        let asks = |exchange: &&Exchange| exchange.purpose == Purpose::Probe && exchange.status < 400;
        self.stage.exchanges().filter(own).find(asks)
    }

    /// What came of a step; where that begins with a request, with whose it was, and where several nodes are asked, which.
    fn step(&self, told: &Told) -> String {
        let said = &told.said;
        let Doer::Actor(actor) = told.step.by else { return said.clone() };
        if !said.starts_with(|first: char| first.is_ascii_uppercase()) {
            return said.clone();
        }
        let held = if told.step.verb == Verb::Release { "held " } else { "" };
        let node = told.number.and_then(|number| self.stage.exchange(number)?.trace.node());
        let node = node.map(|node| format!("at node {node}, ")).unwrap_or_default();
        format!("{node}the {actor}'s {held}{said}")
    }

    /// An exchange, what it was answered and why; and where something was missing in it, why the browser withheld that.
    fn answer(&self, exchange: &Exchange) -> String {
        let node = exchange.trace.node().map(|node| format!(" at node {node}")).unwrap_or_default();
        let answer = exchange.told(": ", |at| at.to_string());
        let withheld: Vec<_> = match exchange.status {
            401 => withheld(exchange, &self.stage.design).collect(),
            _ => Vec::new(),
        };
        let withheld = if withheld.is_empty() { String::new() } else { format!(" ({})", withheld.join("; ")) };
        format!("{} {}{node} {answer}{withheld}", exchange.method, exchange.path)
    }
}

/// The design's cookies that the browser withheld, and why. That a refresh token goes to one path alone is as it should be;
/// that it has ended is news.
fn withheld(exchange: &Exchange, design: &Design) -> impl Iterator<Item = String> {
    let access = exchange.cookie(&design.access_cookie()).filter(|decision| !decision.sent);
    let refresh = exchange.cookie(&design.refresh_cookie().0).filter(|decision| decision.rule == Rule::Expired);
    access.into_iter().chain(refresh).map(Decision::told)
}

/// Whether the marked step can't be understood without one of this kind before it. `outside`: whom the story is about was
/// never let in, so that how it came by what it holds is all there is to tell.
fn sets_the_scene(verb: &Verb, outside: bool) -> bool {
    match verb {
        Verb::Steal { by: Copying::Device, .. } => outside,
        Verb::Steal { .. }
        | Verb::Overhear { .. }
        | Verb::Lure { .. }
        | Verb::UseProgram
        | Verb::Refresh
        | Verb::LoseAnswer { .. }
        | Verb::Hold { .. }
        | Verb::Release
        | Verb::GrantGroups { .. }
        | Verb::AddNode { .. }
        | Verb::LogOut
        | Verb::StoreDown
        | Verb::VisitOtherService => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
