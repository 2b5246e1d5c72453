//! The ways to move the lab clock forward.

use std::time::Duration;

use lockstep_shared::span::in_words;

use crate::state::model::Model;

/// How far one press moves the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Jump {
    Minute,
    Quarter,
    Hour,
    Day,
    Month,
    Year,
}

impl Jump {
    pub(in crate::ui) const ALL: [Self; 6] =
        [Self::Minute, Self::Quarter, Self::Hour, Self::Day, Self::Month, Self::Year];
    /// Those that have a button of their own where there is room.
    pub(in crate::ui) const SHORT: [Self; 3] = [Self::Minute, Self::Quarter, Self::Hour];

    pub(in crate::ui) fn by(self) -> Duration {
        const MINUTE: u64 = 60;
        const DAY: u64 = 24 * 60 * MINUTE;
        Duration::from_secs(match self {
            Self::Minute => MINUTE,
            Self::Quarter => 15 * MINUTE,
            Self::Hour => 60 * MINUTE,
            Self::Day => DAY,
            Self::Month => 30 * DAY,
            Self::Year => 365 * DAY,
        })
    }

    /// `+15 min`.
    pub(in crate::ui) fn words(self) -> String {
        format!("+{}", in_words(self.by()))
    }

    pub(in crate::ui) fn hint(self) -> String {
        format!("Moves the lab clock {} ahead", in_words(self.by()))
    }
}

/// Why the clock can't be moved to the next expiry.
pub(in crate::ui) fn no_expiry(model: &Model) -> Option<&'static str> {
    let now = model.now();
    let holdings = model.lanes.iter().flat_map(|lane| &lane.view.actors).flat_map(|actor| &actor.holds);
    let (spent, lives): (Vec<_>, Vec<_>) = holdings
        .filter(|holding| holding.expires.is_some_and(|end| end > now))
        .partition(|holding| holding.spent.is_some());
    match (lives.is_empty(), spent.is_empty()) {
        (false, _) => None,
        (true, false) => Some("Whatever a client holds that would expire has been used or ended already"),
        (true, true) => Some("Nothing that a client holds says when it expires"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::view::Spent;
    use crate::ui::fixtures;

    #[test]
    fn what_is_dead_has_no_expiry_to_come() {
        assert_eq!(no_expiry(&fixtures::empty()), Some("Nothing that a client holds says when it expires"));
        let mut model = fixtures::logged_in();
        assert_eq!(no_expiry(&model), None);
        let at = model.now();
        for view in model.lanes.iter_mut().flat_map(|lane| &mut lane.view.actors) {
            for holding in &mut view.holds {
                holding.spent = Some(Spent { cause: None, at, exchange: Some(9) });
            }
        }
        assert!(no_expiry(&model).is_some_and(|why| why.contains("used or ended already")));
    }
}
