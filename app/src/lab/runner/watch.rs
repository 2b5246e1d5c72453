//! What the runner keeps in view while a cell runs: each actor's answers, and the exchanges that may decide.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use lockstep_shared::clock::LabTime;

use super::Tracks;
use crate::lab::actor::Actor;
use crate::lab::outcome::Answer;
use crate::lab::rhythm::HORIZON;
use crate::lab::scenario::Doer;
use crate::lab::stage::{Probe, Stage};
use crate::lab::steps::Done;

/// After the role was first refused, it is asked for this much longer, as for access itself.
const ROLE_STUBBORN: Duration = Duration::from_secs(120);

/// The answers of a running cell.
#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) tracks: Tracks,
    pub(super) mark: Option<Mark>,
    horizon: Option<Duration>,
    clues: BTreeMap<Actor, Clues>,
    logins_before: BTreeMap<Actor, usize>,
}

/// The marked step.
#[derive(Clone)]
pub(super) struct Mark {
    pub(super) at: LabTime,
    pub(super) number: Option<usize>,
}

/// The exchanges that told most about one actor.
#[derive(Clone, Debug, Default)]
pub(super) struct Clues {
    pub(super) last_accepted: Option<usize>,
    /// The first refusal with no acceptance after it.
    pub(super) first_refused: Option<usize>,
    pub(super) first_role_refused: Option<usize>,
    /// The first 503 with no acceptance after it.
    pub(super) first_unavailable: Option<usize>,
    /// The first refusal after which the actor was let in again.
    pub(super) flapped: Option<usize>,
    /// The transfer that was tried right after the mark.
    pub(super) tried: Option<usize>,
    role_refused_at: Option<Duration>,
}

impl Watch {
    /// How long after the mark everybody goes on.
    pub(crate) fn horizon(&self) -> Duration {
        self.horizon.unwrap_or(HORIZON)
    }

    /// Sets a nearer horizon than the common one.
    pub(super) fn up_to(&mut self, horizon: Option<Duration>) {
        self.horizon = horizon;
    }

    pub(super) fn before(&mut self, actor: Actor, probe: &Probe, was_let_in: bool) {
        let track = self.tracks.entry(actor).or_default();
        track.before(probe.answer, probe.admin);
        if was_let_in {
            track.let_in();
        }
        self.clue(actor, probe);
    }

    /// Remembers who had how many logins when the marked step began.
    pub(super) fn logins_before(&mut self, stage: &Stage) {
        self.logins_before = Actor::MEASURED.into_iter().map(|actor| (actor, stage.agent(actor).logins)).collect();
    }

    pub(super) fn marked(&mut self, at: LabTime, by: Doer, done: &Done) {
        // Whoever does the marked step asks with something new after it, so that an older refusal tells nothing.
        if let Doer::Actor(actor) = by {
            self.clues.entry(actor).or_default().first_refused = None;
        }
        self.mark = Some(Mark { at, number: done.number });
    }

    pub(super) fn acted(&mut self, actor: Actor, went_through: bool) {
        self.tracks.entry(actor).or_default().acted(went_through);
    }

    pub(super) fn tried(&mut self, actor: Actor, number: Option<usize>) {
        self.clues.entry(actor).or_default().tried = number;
    }

    /// Notes who was given credentials for a password in the marked step or after it.
    pub(super) fn fresh(&mut self, stage: &Stage) {
        if self.mark.is_none() {
            return;
        }
        for (actor, before) in &self.logins_before {
            if stage.agent(*actor).logins > *before {
                self.tracks.entry(*actor).or_default().fresh_credentials();
            }
        }
    }

    /// Whether an actor still asks as an admin, so long after the mark.
    pub(crate) fn asks_as_admin(&self, actor: Actor, at: Duration) -> bool {
        let refused = self.clues.get(&actor).and_then(|clues| clues.role_refused_at);
        let given_up = refused.is_some_and(|refused| at > refused + ROLE_STUBBORN);
        !given_up && self.tracks.get(&actor).is_some_and(|track| track.was_admin())
    }

    pub(crate) fn probed(&mut self, actor: Actor, at: Duration, probe: &Probe) {
        let track = self.tracks.entry(actor).or_default();
        track.probe(at, probe.answer);
        if let Some(admin) = probe.admin {
            track.admin_probe(at, admin);
        }
        self.clue(actor, probe);
        let clues = self.clues.entry(actor).or_default();
        if probe.admin == Some(Answer::Refused) {
            clues.role_refused_at = clues.role_refused_at.or(Some(at));
        }
        if probe.lost_role {
            clues.first_role_refused = clues.first_role_refused.or(probe.admin_number);
        }
    }

    fn clue(&mut self, actor: Actor, probe: &Probe) {
        let clues = self.clues.entry(actor).or_default();
        match probe.answer {
            Answer::Accepted => {
                clues.last_accepted = Some(probe.number);
                let refused = clues.first_refused.take();
                clues.flapped = clues.flapped.or(refused);
                clues.first_unavailable = None;
            }
            Answer::Refused => {
                clues.first_refused = clues.first_refused.or(Some(probe.number));
            }
            Answer::Unavailable => clues.first_unavailable = clues.first_unavailable.or(Some(probe.number)),
        }
    }

    pub(super) fn clues(&self, actor: Actor) -> Clues {
        self.clues.get(&actor).cloned().unwrap_or_default()
    }

    /// Every stable reason with which a request of the attacker was refused, whatever it asked for, the browser's rules
    /// that foiled it, and why the marked step was refused, whoever did that.
    pub(super) fn reasons(&self, stage: &Stage) -> Vec<String> {
        let marked = self.mark.as_ref().and_then(|mark| mark.number);
        let counts = |number, actor| actor == Actor::Attacker || Some(number) == marked;
        let attackers = stage.exchanges().filter(|exchange| counts(exchange.number, exchange.actor));
        let reasons = attackers.filter_map(|exchange| exchange.problem()).map(|problem| problem.reason);
        reasons.chain(stage.foils().map(str::to_owned)).collect::<BTreeSet<_>>().into_iter().collect()
    }
}
