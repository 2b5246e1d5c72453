//! Everything that can be done: one list that gives the row of buttons and each lane's own menu.

use super::guide::Next;
use crate::lab::actor::Actor;
use crate::lab::view::Access;
use crate::state::command::{Action, Target};
use crate::state::model::{Lane, Model};

/// One thing to do.
pub(super) struct Offer {
    pub(super) words: &'static str,
    /// Its name for assistive technology, where the words alone are not unique.
    pub(super) name: Option<&'static str>,
    /// The words where it stands apart from the button that it belongs to.
    pub(super) alone: Option<&'static str>,
    pub(super) hint: &'static str,
    pub(super) action: Action,
    pub(super) next: Option<Next>,
    /// What else its arrow offers.
    pub(super) options: Vec<Self>,
}

impl Offer {
    fn new(words: &'static str, hint: &'static str, action: Action) -> Self {
        Self { words, name: None, alone: None, hint, action, next: None, options: Vec::new() }
    }

    fn named(self, name: &'static str) -> Self {
        Self { name: Some(name), ..self }
    }

    fn alone(self, alone: &'static str) -> Self {
        Self { alone: Some(alone), ..self }
    }

    fn next(self, next: Next) -> Self {
        Self { next: Some(next), ..self }
    }

    fn options(self, options: Vec<Self>) -> Self {
        Self { options, ..self }
    }
}

/// All offers, by who acts.
pub(super) fn offers() -> [(&'static str, Vec<Offer>); 3] {
    let laptop = Actor::Laptop;
    let victim = vec![
        Offer::new("Log in", "The victim logs in on the laptop", Action::LogIn { actor: laptop, account: None })
            .next(Next::LogIn),
        Offer::new("Open account", "The laptop reads the victim's account", Action::OpenAccount(laptop)),
        Offer::new("Transfer €50", "The laptop sends €50", Action::Transfer(laptop)),
        Offer::new("Refresh", "The laptop renews its access token", Action::Refresh(laptop)),
        Offer::new("Log out", "The laptop logs out: access should end here", Action::LogOut(laptop))
            .next(Next::LogOut)
            .options(vec![
                Offer::new(
                    "Only on the client",
                    "The laptop forgets; nobody tells the server",
                    Action::ClientOnlyLogOut(laptop),
                )
                .alone("Log out only on the client"),
                Offer::new("Everywhere", "Every device of the victim is to be out", Action::LogOutEverywhere(laptop))
                    .alone("Log out everywhere"),
                Offer::new(
                    "Change password",
                    "The victim sets a new password on the laptop",
                    Action::ChangePassword(laptop),
                ),
            ]),
    ];
    let attacker = vec![
        Offer::new("Steal", "Copies the laptop's access credential", Action::Steal { everything: false })
            .next(Next::Steal)
            .options(vec![
                Offer::new("Access only", "The session id or the access token", Action::Steal { everything: false }),
                Offer::new("Everything", "The refresh token as well", Action::Steal { everything: true })
                    .alone("Steal everything"),
            ]),
        Offer::new("Open account", "Reads the victim's account with the copy", Action::OpenAccount(Actor::Attacker))
            .named("Attacker: Open account"),
        Offer::new("Transfer", "Sends the victim's money with the copy", Action::Transfer(Actor::Attacker))
            .named("Attacker: Transfer"),
        Offer::new("Replay", "Sends the copy again, as it was stolen", Action::Replay),
    ];
    let admin = vec![
        Offer::new("Revoke", "Ends the laptop's session or refresh family", Action::RevokeOne),
        Offer::new("Ban", "Bans the victim", Action::Ban),
        Offer::new("Demote", "Takes the victim's admin role away", Action::Demote),
        Offer::new("Rotate key", "Replaces the key that tokens are signed with", Action::RotateKey),
        Offer::new("Restart", "Stops the server and starts it again: its memory is lost", Action::Restart),
    ];
    [("Victim", victim), ("Attacker", attacker), ("Admin", admin)]
}

/// The lanes of a target in which an action has an object; where there is none, why.
pub(super) fn able(model: &Model, target: Target, action: &Action) -> Result<Target, String> {
    let checked = target.sides().iter().map(|side| (*side, cannot(model.lane(*side), action)));
    let (can, cant): (Vec<_>, Vec<_>) = checked.partition(|(_, why)| why.is_none());
    match (can.as_slice(), cant.first()) {
        ([], Some((_, why))) => Err(why.unwrap_or_default().to_owned()),
        ([(side, _)], Some(_)) => Ok(Target::One(*side)),
        _ => Ok(target),
    }
}

/// Why an action has no object in a lane.
fn cannot(lane: &Lane, action: &Action) -> Option<&'static str> {
    let Some(design) = &lane.design else { return Some("The lane's server is starting") };
    let view = |actor| lane.actor(actor);
    let holds = |actor| view(actor).is_some_and(|view| !view.holds.is_empty());
    let was_in = |actor| holds(actor) || view(actor).is_some_and(|view| view.access != Access::NeverIn);
    match action {
        Action::OpenAccount(Actor::Attacker) | Action::Transfer(Actor::Attacker) | Action::Replay => {
            (!was_in(Actor::Attacker)).then_some("The attacker has nothing to send yet: press Steal first")
        }
        Action::Steal { .. } if !holds(Actor::Laptop) => {
            Some("The laptop holds nothing that could be stolen: press Log in first")
        }
        Action::Refresh(_) if design.refresh.is_none() => Some("This design has no refresh token"),
        Action::OpenAccount(actor) | Action::Transfer(actor) | Action::Refresh(actor) if !was_in(*actor) => {
            Some("Nobody has logged in on the laptop yet: press Log in first")
        }
        Action::LogOut(actor)
        | Action::ClientOnlyLogOut(actor)
        | Action::LogOutEverywhere(actor)
        | Action::ChangePassword(actor)
            if !holds(*actor) =>
        {
            Some("Nobody is logged in on the laptop: press Log in first")
        }
        Action::RevokeOne if !was_in(Actor::Laptop) => Some("The laptop has no session or family that could be ended"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::command::Side;
    use crate::ui::fixtures;

    #[test]
    fn a_button_that_cannot_act_says_why() {
        let empty = fixtures::empty();
        let why = |model: &Model, action| able(model, Target::Both, &action).err().unwrap_or_default();
        assert!(why(&empty, Action::Steal { everything: false }).ends_with("press Log in first"));
        assert!(why(&empty, Action::Replay).ends_with("press Steal first"));
        assert!(why(&fixtures::starting(), Action::Ban).contains("starting"));
        assert_eq!(why(&fixtures::logged_in(), Action::Steal { everything: true }), "");
    }

    #[test]
    fn an_action_goes_only_to_the_lanes_that_have_its_object() {
        let model = fixtures::logged_in();
        assert_eq!(able(&model, Target::Both, &Action::Refresh(Actor::Laptop)), Ok(Target::One(Side::Right)));
        assert!(able(&model, Target::One(Side::Left), &Action::Refresh(Actor::Laptop)).is_err());
        assert_eq!(able(&model, Target::Both, &Action::LogOut(Actor::Laptop)), Ok(Target::Both));
    }
}
