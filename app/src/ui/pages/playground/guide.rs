//! What to press next, until the two lanes have parted; then, in one line, how they did.

mod verdict;

use crate::lab::actor::Actor;
use crate::lab::view::Access;
use crate::state::command::Side;
use crate::state::model::{Lane, Model};
use crate::ui::widgets::secret::side_name;

/// One line, and the button that comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ui) struct Guide {
    pub(in crate::ui) sentence: String,
    pub(in crate::ui) next: Option<Next>,
    /// Whether the line is the result rather than an invitation.
    pub(in crate::ui) verdict: bool,
    /// What could be tried once all has been seen.
    pub(in crate::ui) try_next: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Next {
    LogIn,
    Steal,
    LogOut,
    Expiry,
}

impl Guide {
    pub(in crate::ui) fn of(model: &Model) -> Self {
        let invite =
            |sentence: &str, next| Self { sentence: sentence.to_owned(), next, verdict: false, try_next: None };
        let access = |lane: &Lane, actor| lane.actor(actor).map_or(Access::NeverIn, |view| view.access);
        if model.lanes.iter().any(|lane| lane.design.is_none()) {
            return invite("Starting the two servers…", None);
        }
        let every = |test: &dyn Fn(&Lane) -> bool| model.lanes.iter().all(test);
        if let Some(guide) = verdict::of_the_thief(model) {
            return guide;
        }
        if every(&|lane| lane.actor(Actor::Attacker).is_some_and(|view| !view.holds.is_empty())) {
            return invite(
                "A thief with a copy is inside on both sides. Press Log out: whom does it lock out?",
                Some(Next::LogOut),
            );
        }
        if let Some(guide) = verdict::of_the_victim(model) {
            return guide;
        }
        if every(&|lane| access(lane, Actor::Laptop) == Access::Inside) {
            return invite(
                "The laptop is inside on both sides. Press Steal: the attacker copies what it holds",
                Some(Next::Steal),
            );
        }
        let outside = |side: &Side| access(model.lane(*side), Actor::Laptop) != Access::Inside;
        let outside: Vec<Side> = Side::BOTH.into_iter().filter(outside).collect();
        let banned = |side: &Side| model.lane(*side).view.kept.users.iter().any(|user| user.banned);
        let shut: Vec<Side> = outside.iter().copied().filter(banned).collect();
        if !shut.is_empty() && shut == outside {
            let at = match shut.as_slice() {
                [side] => format!(" on the {}", side_name(*side)),
                _ => String::new(),
            };
            let words =
                format!("Whoever is banned can't log in any more{at}: press Reset lab, or log in as somebody else");
            return invite(&words, None);
        }
        invite(
            "One bank, two ways to keep a user logged in; whatever you do is done to both. Press Log in",
            Some(Next::LogIn),
        )
    }
}

/// What shows the most that has not been seen yet.
fn try_next(model: &Model) -> &'static str {
    let refresh = |lane: &Lane| lane.design.as_ref().is_some_and(|design| design.refresh.is_some());
    let stolen = |lane: &Lane| lane.actor(Actor::Attacker).is_some_and(|thief| thief.holds.len() > 1);
    if model.lanes.iter().any(|lane| refresh(lane) && !stolen(lane)) {
        return "Try next: Reset lab, Log in, then Everything in the menu beside Steal: the refresh token as well";
    }
    "Try next: another design above a lane, or all of them in the Comparison"
}

#[cfg(test)]
mod tests {
    use lockstep_shared::clock::LabTime;

    use super::*;
    use crate::lab::view::{Mark, Spent};
    use crate::ui::fixtures;

    #[test]
    fn it_leads_from_log_in_to_the_verdict() {
        let next = |model: &Model| Guide::of(model).next;
        assert_eq!(next(&fixtures::starting()), None);
        assert_eq!(next(&fixtures::empty()), Some(Next::LogIn));
        assert_eq!(next(&fixtures::logged_in()), Some(Next::Steal));
        assert_eq!(next(&fixtures::stolen()), Some(Next::LogOut));
        let guide = Guide::of(&fixtures::logged_out());
        let parts: Vec<&str> = guide.sentence.split("; ").collect();
        assert_eq!(parts[0], "The session's thief is out");
        assert!(parts[1].starts_with("the JWT's thief is still inside until "), "{parts:?}");
        let guide = Guide::of(&fixtures::expired());
        assert_eq!(guide.sentence, "The session's thief is out; the JWT's thief was out only after 4 min 50 s");
        assert_eq!(guide.next, None);
        assert!(
            guide.try_next.is_some_and(|words| words.contains("Everything in the menu beside Steal")),
            "{:?}",
            guide.try_next
        );
        for model in [fixtures::empty(), fixtures::logged_in(), fixtures::stolen()] {
            assert_eq!(Guide::of(&model).try_next, None, "one thing at a time");
        }
        // Every button that is lit is named beside it.
        assert!(Guide::of(&fixtures::logged_out()).try_next.is_some_and(|words| words.contains("To next expiry")));
    }

    #[test]
    fn a_stolen_refresh_token_promises_no_end() {
        let mut model = fixtures::logged_out();
        let [_, right] = &mut model.lanes;
        let mut refresh = right.actor(Actor::Phone).expect("there is a phone").holds.clone();
        let thief = right.view.actors.iter_mut().find(|view| view.actor == Actor::Attacker).expect("there is a thief");
        refresh.retain(|holding| holding.name != thief.holds[0].name);
        thief.holds.append(&mut refresh);
        let guide = Guide::of(&model);
        assert!(guide.sentence.contains("the JWT's thief is still inside and must renew at "), "{}", guide.sentence);
        assert_eq!(guide.next, Some(Next::Expiry));
    }

    #[test]
    fn a_thief_whom_a_restart_put_out_is_not_called_inside() {
        let mut model = fixtures::stolen();
        let left = &mut model.lanes[0].view.actors;
        let thief = left.iter_mut().find(|view| view.actor == Actor::Attacker).expect("there is a thief");
        thief.access = Access::Out { since: model.clock.now(), own_act: false };
        let guide = Guide::of(&model);
        assert_eq!(guide.sentence, "The session's thief is out; the JWT's thief is inside");
        assert_eq!(guide.next, Some(Next::LogOut));
    }

    #[test]
    fn it_does_not_send_the_banned_to_the_log_in() {
        let mut model = fixtures::empty();
        for lane in &mut model.lanes {
            lane.view.kept.users.first_mut().expect("the bank has users").banned = true;
        }
        assert_eq!(Guide::of(&model).next, None);
        model.lanes[0].view.kept.users[0].banned = false;
        assert_eq!(Guide::of(&model).next, Some(Next::LogIn), "on the left somebody can still log in");
        // Inside on the right, shut out on the left: it is said of the left alone.
        let mut model = fixtures::logged_in();
        for view in model.lanes[0].view.actors.iter_mut().filter(|view| view.actor == Actor::Laptop) {
            view.access = Access::Out { since: model.clock.now(), own_act: true };
        }
        model.lanes[1].view.kept.users[0].banned = true;
        assert_eq!(Guide::of(&model).next, Some(Next::LogIn), "who is banned is inside on the right");
        model.lanes[0].view.kept.users[0].banned = true;
        assert!(Guide::of(&model).sentence.contains("on the left"), "{}", Guide::of(&model).sentence);
    }

    #[test]
    fn a_thief_whose_family_has_ended_has_nothing_to_renew_with() {
        let mut model = fixtures::logged_out();
        let now = model.clock.now();
        let [_, right] = &mut model.lanes;
        let mut all = right.actor(Actor::Phone).expect("there is a phone").holds.clone();
        let cause = Some("log-out".to_owned());
        all[1].spent = Some(Spent { cause, at: now, exchange: Some(30) });
        let thief = right.view.actors.iter_mut().find(|view| view.actor == Actor::Attacker).expect("there is a thief");
        thief.holds = all;
        let guide = Guide::of(&model);
        assert!(guide.sentence.contains("the JWT's thief is still inside until "), "{}", guide.sentence);
    }

    #[test]
    fn a_server_that_notices_a_copy_is_in_the_headline() {
        let model = fixtures::lineage::stolen(fixtures::logged_out());
        let guide = Guide::of(&model);
        let (left, right) = guide.sentence.split_once("; ").expect("of both sides");
        assert_eq!(left, "The session's thief is out");
        let words = "the JWT server noticed the copy and ended the family: thief and victim can't renew, and the thief is \
                     still inside until ";
        assert!(right.starts_with(words), "{right}");
    }

    #[test]
    fn a_lane_that_has_started_afresh_is_not_compared() {
        let mut model = fixtures::expired();
        model.lanes[0] = fixtures::empty().lanes.into_iter().next().expect("there are two");
        assert_eq!(Guide::of(&model).sentence, "The JWT's thief was out only after 4 min 50 s");
    }

    /// Somebody but the victim has ended something on both sides; the right goes on by its token.
    fn by_the_admin(label: &str, ending: bool, at: LabTime) -> Model {
        let mut model = fixtures::logged_in();
        for lane in &mut model.lanes {
            let by = Some(Actor::Admin);
            lane.view.timeline.marks.push(Mark { at, label: label.to_owned(), ending, by, ..Mark::default() });
        }
        model
    }

    #[test]
    fn a_ban_has_a_verdict() {
        let at = fixtures::logged_in().now();
        let mut model = by_the_admin("ban", true, at);
        let left = &mut model.lanes[0].view;
        for bar in left.timeline.bars.iter_mut().filter(|bar| bar.actor == Actor::Laptop) {
            bar.stretches[0].to = Some(at);
        }
        for view in left.actors.iter_mut().filter(|view| view.actor == Actor::Laptop) {
            view.access = Access::Out { since: at, own_act: false };
        }
        let guide = Guide::of(&model);
        let parts: Vec<&str> = guide.sentence.split("; ").collect();
        assert_eq!(parts[0], "The banned user is out on the left");
        assert!(parts[1].starts_with("is still inside on the right until "), "{parts:?}");
        assert_eq!((guide.verdict, guide.next), (true, Some(Next::Expiry)));
    }

    #[test]
    fn a_lost_role_has_a_verdict() {
        let mut model = by_the_admin("demote", false, fixtures::logged_in().now());
        for (lane, role) in model.lanes.iter_mut().zip(["user", "admin"]) {
            for view in lane.view.actors.iter_mut().filter(|view| view.actor == Actor::Laptop) {
                view.role = Some(role.to_owned());
            }
        }
        let guide = Guide::of(&model);
        let parts: Vec<&str> = guide.sentence.split("; ").collect();
        assert_eq!(parts[0], "The demoted user is no admin any more on the left");
        assert!(parts[1].starts_with("is still an admin on the right until "), "{parts:?}");
    }
}
