//! One actor's answers after the mark, and what they come to.

use std::time::Duration;

use super::{ActorOutcome, Effect, Verdict};
use crate::lab::rhythm::PATIENT;

/// A server's answer to a probe, as far as access goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Accepted,
    /// A 401 or 403 that no renewal turned into an acceptance.
    Refused,
    /// A 503: the server could not tell.
    Unavailable,
}

/// One actor's answers in one cell, from just before the mark to the last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Track {
    before: Option<Answer>,
    was_let_in: bool,
    was_admin: bool,
    probes: Vec<(Duration, Answer)>,
    first_role_refusal: Option<Duration>,
    acted: Option<bool>,
    fresh: bool,
}

impl Track {
    /// The probe just before the marked step; `admin` is the answer to the admin probe, where one was sent.
    pub(crate) fn before(&mut self, access: Answer, admin: Option<Answer>) {
        self.before = Some(access);
        self.was_admin = admin == Some(Answer::Accepted);
    }

    /// Before the mark, some request of the actor's was accepted.
    pub(crate) fn let_in(&mut self) {
        self.was_let_in = true;
    }

    /// Whether the admin probe was accepted before the mark, so that it is worth sending after it.
    pub(crate) fn was_admin(&self) -> bool {
        self.was_admin
    }

    /// A probe so long after the mark. Probes come in order of time.
    pub(crate) fn probe(&mut self, at: Duration, answer: Answer) {
        self.probes.push((at, answer));
    }

    /// An admin probe so long after the mark; a 401 counts as refused too.
    pub(crate) fn admin_probe(&mut self, at: Duration, answer: Answer) {
        if self.was_admin && answer == Answer::Refused && self.first_role_refusal.is_none() {
            self.first_role_refusal = Some(at);
        }
    }

    /// Whether the transfer right after the mark went through.
    pub(crate) fn acted(&mut self, went_through: bool) {
        self.acted = Some(went_through);
    }

    /// The actor was issued credentials by a log-in or a password change in the marked step or after it.
    pub(crate) fn fresh_credentials(&mut self) {
        self.fresh = true;
    }

    /// What the answers come to.
    pub(crate) fn verdict(&self) -> Verdict {
        let is = |wanted: Answer| move |probe: &(Duration, Answer)| probe.1 == wanted;
        let Some((_, last)) = self.probes.last() else {
            return Verdict::NotAsked;
        };
        let first_refusal = self.probes.iter().position(is(Answer::Refused));
        if self.was_never_in(first_refusal.is_some()) {
            return Verdict::NeverIn;
        }
        let Some(first_refusal) = first_refusal else {
            return if *last == Answer::Unavailable { Verdict::Unavailable } else { Verdict::In };
        };
        if self.probes[first_refusal..].iter().any(is(Answer::Accepted)) {
            return Verdict::Flapping;
        }
        match self.was_long_in_doubt(first_refusal) {
            true => Verdict::Unavailable,
            false => Verdict::Out,
        }
    }

    /// Whether nothing that the actor asked for was ever accepted, and something was refused: a 503 is neither. Who was
    /// refused just before the mark was out by then, whatever was accepted earlier.
    fn was_never_in(&self, is_refused: bool) -> bool {
        let was_out = match self.before {
            Some(Answer::Refused) => true,
            Some(Answer::Unavailable) => is_refused && !self.was_let_in,
            Some(Answer::Accepted) | None => false,
        };
        was_out && !self.probes.iter().any(|(_, answer)| *answer == Answer::Accepted)
    }

    /// Whether nothing but 503s came for so long before a refusal that it places no end: until when access would have
    /// lasted, nobody can tell.
    fn was_long_in_doubt(&self, refusal: usize) -> bool {
        let doubts = self.probes[..refusal].iter().rev().take_while(|(_, answer)| *answer == Answer::Unavailable);
        doubts.last().is_some_and(|(since, _)| self.probes[refusal].0 >= *since + PATIENT)
    }

    /// From the mark to the first refusal with no acceptance after it; None for one who was never in, and where the server
    /// could not tell.
    pub(crate) fn ended_after(&self) -> Option<Duration> {
        if matches!(self.verdict(), Verdict::NeverIn | Verdict::Unavailable) {
            return None;
        }
        let since = self.probes.iter().rposition(|(_, answer)| *answer == Answer::Accepted).map_or(0, |at| at + 1);
        self.probes[since..].iter().find(|(_, answer)| *answer == Answer::Refused).map(|(at, _)| *at)
    }

    /// The track as an outcome, held against the same actor's track in the baseline, where there is one.
    pub(crate) fn outcome(&self, baseline: Option<&Self>) -> ActorOutcome {
        let verdict = self.verdict();
        ActorOutcome {
            verdict,
            after_s: self.ended_after().map(|after| after.as_secs()),
            effect: baseline.and_then(|baseline| self.effect(baseline)),
            acted: self.acted,
            role_after_s: baseline
                .and_then(|baseline| self.role_ended(baseline))
                .filter(|_| verdict != Verdict::Unavailable)
                .map(|after| after.as_secs()),
        }
    }

    fn effect(&self, baseline: &Self) -> Option<Effect> {
        let (end, usual) = (self.end()?, baseline.end()?);
        Some(match () {
            // Fresh credentials that end early were ended by something: that is the news, not that they are fresh.
            () if end < usual => Effect::Sooner,
            () if self.fresh => Effect::New,
            () => Effect::None,
        })
    }

    /// When access ended, for comparing: one who was never in comes before all, one still in after all. None where
    /// there is no verdict on access.
    fn end(&self) -> Option<(u8, Duration)> {
        match self.verdict() {
            Verdict::NotAsked | Verdict::Unavailable => None,
            Verdict::NeverIn => Some((0, Duration::ZERO)),
            Verdict::Out | Verdict::In | Verdict::Flapping => {
                Some(self.ended_after().map_or((2, Duration::ZERO), |after| (1, after)))
            }
        }
    }

    fn role_ended(&self, baseline: &Self) -> Option<Duration> {
        let ended = self.first_role_refusal?;
        baseline.first_role_refusal.is_none_or(|usual| ended < usual).then_some(ended)
    }
}
