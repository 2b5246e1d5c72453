//! When an actor was let in, as its own requests found it.

use lockstep_shared::clock::LabTime;

use super::outcome::Answer;
use super::view::{Access, Stretch};

/// What one actor's requests have told about its access so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presence {
    stretches: Vec<Stretch>,
    unavailable: bool,
    /// Whether its last way out was its own act.
    own_act: bool,
}

impl Presence {
    /// Takes in the answer of the exchange with this number. A refusal for age says when the end came, which may have been before anybody asked.
    pub(crate) fn answered(&mut self, number: usize, at: LabTime, answer: Answer, ended: Option<LabTime>) {
        self.unavailable = answer == Answer::Unavailable;
        let inside = self.stretches.last().is_some_and(|stretch| stretch.to.is_none());
        match answer {
            Answer::Accepted if !inside => {
                self.stretches.push(Stretch { from: at, to: None, began_by: Some(number), ended_by: None });
                self.own_act = false;
            }
            Answer::Refused if inside => {
                self.ends(ended.map_or(at, |ended| ended.min(at)));
                if let Some(closed) = self.stretches.last_mut() {
                    closed.ended_by = Some(number);
                }
            }
            Answer::Accepted | Answer::Refused | Answer::Unavailable => {}
        }
    }

    /// The actor left by its own act.
    pub(crate) fn left(&mut self, at: LabTime) {
        self.ends(at);
        self.own_act = true;
    }

    fn ends(&mut self, at: LabTime) {
        if let Some(open) = self.stretches.last_mut().filter(|stretch| stretch.to.is_none()) {
            open.to = Some(at.max(open.from));
        }
    }

    pub(crate) fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    pub(crate) fn access(&self) -> Access {
        match self.stretches.last() {
            _ if self.unavailable => Access::Unavailable,
            None => Access::NeverIn,
            Some(Stretch { to: None, .. }) => Access::Inside,
            Some(Stretch { to: Some(since), .. }) => Access::Out { since: *since, own_act: self.own_act },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_follow_the_answers() {
        let at = |secs| LabTime::from_secs(secs);
        let mut presence = Presence::default();
        assert_eq!(presence.access(), Access::NeverIn);
        presence.answered(1, at(1), Answer::Refused, None);
        assert_eq!(presence.access(), Access::NeverIn);
        presence.answered(2, at(2), Answer::Accepted, None);
        presence.answered(3, at(3), Answer::Accepted, None);
        presence.answered(4, at(4), Answer::Unavailable, None);
        assert_eq!(presence.access(), Access::Unavailable);
        presence.answered(5, at(5), Answer::Refused, None);
        assert_eq!(presence.access(), Access::Out { since: at(5), own_act: false });
        presence.answered(6, at(6), Answer::Accepted, None);
        presence.left(at(7));
        assert_eq!(presence.access(), Access::Out { since: at(7), own_act: true });
        let [first, second] = presence.stretches() else { panic!("two stretches") };
        assert_eq!((first.began_by, first.ended_by), (Some(2), Some(5)));
        assert_eq!((second.began_by, second.ended_by), (Some(6), None), "nobody refused who left by itself");
    }
}
