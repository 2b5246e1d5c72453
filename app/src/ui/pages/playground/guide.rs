//! What to press next, until the two lanes have parted; then, in one line, how they did.

use lockstep_shared::span::in_words;

use crate::lab::actor::Actor;
use crate::lab::view::Access;
use crate::state::command::Side;
use crate::state::model::{Lane, Model};
use crate::ui::widgets::pill::KnownEnd;
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
        let some = |test: &dyn Fn(&Lane) -> bool| model.lanes.iter().any(test);
        if some(&|lane| lane.view.timeline.due_end(Actor::Attacker).is_some()) {
            return Self::verdict(model);
        }
        // A thief can be out before anything was done about it: by a restart, or by an expiry.
        if some(&|lane| matches!(access(lane, Actor::Attacker), Access::Out { .. })) {
            let inside = some(&|lane| access(lane, Actor::Attacker) == Access::Inside);
            let press = "Press Log out: whom does it lock out?";
            return match Self::verdict(model) {
                verdict if inside => Self { next: Some(Next::LogOut), try_next: Some(press), ..verdict },
                verdict => Self { next: None, try_next: Some(try_next(model)), ..verdict },
            };
        }
        if every(&|lane| lane.actor(Actor::Attacker).is_some_and(|view| !view.holds.is_empty())) {
            return invite(
                "A thief with a copy is inside on both sides. Press Log out: whom does it lock out?",
                Some(Next::LogOut),
            );
        }
        if every(&|lane| access(lane, Actor::Laptop) == Access::Inside) {
            return invite(
                "The laptop is inside on both sides. Press Steal: the attacker copies what it holds",
                Some(Next::Steal),
            );
        }
        if some(&|lane| lane.view.kept.users.iter().any(|user| user.banned)) {
            return invite(
                "Whoever is banned can't log in any more: press Reset lab, or log in as somebody else",
                None,
            );
        }
        invite(
            "One bank, two ways to keep a user logged in; whatever you do is done to both. Press Log in",
            Some(Next::LogIn),
        )
    }

    fn verdict(model: &Model) -> Self {
        let kinds = model.lanes.each_ref().map(Lane::is_session);
        let mut parts = Vec::new();
        let mut known = false;
        for side in Side::BOTH {
            let lane = model.lane(side);
            let whose = match (kinds[0] == kinds[1], lane.is_session()) {
                (true, _) => format!("the {} thief", side_name(side)),
                (false, true) => "the session's thief".to_owned(),
                (false, false) => "the JWT's thief".to_owned(),
            };
            let Some(view) = lane.actor(Actor::Attacker) else { continue };
            let timeline = &lane.view.timeline;
            let what = match view.access {
                Access::NeverIn => "never got in".to_owned(),
                Access::Unavailable => "got no answer".to_owned(),
                Access::Inside if timeline.due_end(Actor::Attacker).is_none() => "is inside".to_owned(),
                Access::Inside => match KnownEnd::of(view, model.now()) {
                    Some(end) => {
                        known = true;
                        format!("is still inside{}", end.in_words(model.now()))
                    }
                    None => "is still inside".to_owned(),
                },
                Access::Out { .. } => match timeline.exposure(Actor::Attacker) {
                    Some(late) if late.as_secs() > 0 => format!("was out only after {}", in_words(late)),
                    _ => "is out".to_owned(),
                },
            };
            parts.push(format!("{whose} {what}"));
        }
        let mut sentence = parts.join("; ");
        if let Some(first) = sentence.get(..1).map(str::to_uppercase) {
            sentence.replace_range(..1, &first);
        }
        let next = known.then_some(Next::Expiry);
        let to_its_end = "Press To next expiry, in the bar above, to see when";
        let try_next = if next.is_some() { to_its_end } else { try_next(model) };
        Self { sentence, next, verdict: true, try_next: Some(try_next) }
    }
}

/// What shows the most that has not been seen yet.
fn try_next(model: &Model) -> &'static str {
    let refresh = |lane: &Lane| lane.design.as_ref().is_some_and(|design| design.refresh.is_some());
    let stolen = |lane: &Lane| lane.actor(Actor::Attacker).is_some_and(|thief| thief.holds.len() > 1);
    if model.lanes.iter().any(|lane| refresh(lane) && !stolen(lane)) {
        return "Try next: Reset lab, Log in, and Steal everything, the refresh token as well";
    }
    "Try next: another design above a lane, or all of them in the Comparison"
}

#[cfg(test)]
mod tests {
    use super::*;
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
        assert!(guide.try_next.is_some_and(|words| words.contains("Steal everything")), "{:?}", guide.try_next);
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
        let user = model.lanes[0].view.kept.users.first_mut().expect("the bank has users");
        user.banned = true;
        assert_eq!(Guide::of(&model).next, None);
    }
}
