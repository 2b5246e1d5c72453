//! What can be done in the lanes: each deed's words, what it sends, and when it has an object.

use lockstep_shared::design::{Kind, Store};

use super::Group;
use crate::lab::actor::Actor;
use crate::lab::view::{Access, Holding};
use crate::state::command::{Action, Holdable, Side, Target};
use crate::state::model::{Lane, Model};

/// One thing that somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Deed {
    LogIn,
    LogInPhone,
    LogInBystander,
    LogInAdmin,
    OpenAccount,
    Transfer,
    Refresh,
    LogOut,
    LogOutOnClient,
    LogOutEverywhere,
    ChangePassword,
    Steal,
    StealEverything,
    AttackerOpens,
    AttackerTransfers,
    Replay,
    Revoke,
    Ban,
    Demote,
    RotateKey,
    Restart,
    HoldTransfer,
    HoldRefresh,
    LoseRefresh,
    AttackerRefreshes,
    HoldAttackerTransfer,
    HoldAttackerRefresh,
    ReleaseLaptop,
    ReleaseAttacker,
    RotateKeyOverlap,
    RestartNewKeys,
    AddNode,
    StoreDown,
    StoreUp,
    WipeStore,
}

/// A button of the row, and what its arrow offers.
pub(in crate::ui) type Button = (Deed, &'static [Deed]);

/// The row of buttons, by who acts.
pub(in crate::ui) const ROW: [(Group, &[Button]); 4] = [
    (
        Group::Victim,
        &[
            (Deed::LogIn, &[]),
            (Deed::OpenAccount, &[]),
            (Deed::Transfer, &[Deed::HoldTransfer]),
            (Deed::Refresh, &[Deed::HoldRefresh, Deed::LoseRefresh]),
            (Deed::LogOut, &[Deed::LogOutOnClient, Deed::LogOutEverywhere]),
            (Deed::ChangePassword, &[]),
        ],
    ),
    (Group::Admin, &[(Deed::Revoke, &[]), (Deed::Ban, &[]), (Deed::Demote, &[])]),
    (
        Group::Attacker,
        &[
            (Deed::Steal, &[Deed::Steal, Deed::StealEverything]),
            (Deed::AttackerOpens, &[]),
            (Deed::AttackerTransfers, &[Deed::HoldAttackerTransfer]),
            (Deed::Replay, &[Deed::AttackerRefreshes, Deed::HoldAttackerRefresh]),
        ],
    ),
    (
        Group::Server,
        &[
            (Deed::RotateKey, &[Deed::RotateKeyOverlap]),
            (Deed::Restart, &[Deed::RestartNewKeys]),
            (Deed::AddNode, &[]),
            (Deed::StoreDown, &[Deed::StoreUp, Deed::WipeStore]),
        ],
    ),
];

impl Deed {
    pub(in crate::ui) const ALL: [Self; 35] = [
        Self::LogIn,
        Self::LogInPhone,
        Self::LogInBystander,
        Self::LogInAdmin,
        Self::OpenAccount,
        Self::Transfer,
        Self::Refresh,
        Self::LogOut,
        Self::LogOutOnClient,
        Self::LogOutEverywhere,
        Self::ChangePassword,
        Self::Steal,
        Self::StealEverything,
        Self::AttackerOpens,
        Self::AttackerTransfers,
        Self::Replay,
        Self::Revoke,
        Self::Ban,
        Self::Demote,
        Self::RotateKey,
        Self::Restart,
        Self::HoldTransfer,
        Self::HoldRefresh,
        Self::LoseRefresh,
        Self::AttackerRefreshes,
        Self::HoldAttackerTransfer,
        Self::HoldAttackerRefresh,
        Self::ReleaseLaptop,
        Self::ReleaseAttacker,
        Self::RotateKeyOverlap,
        Self::RestartNewKeys,
        Self::AddNode,
        Self::StoreDown,
        Self::StoreUp,
        Self::WipeStore,
    ];

    pub(in crate::ui) fn action(self) -> Action {
        let laptop = Actor::Laptop;
        let log_in = |actor| Action::LogIn { actor, account: None };
        match self {
            Self::LogIn => log_in(laptop),
            Self::LogInPhone => log_in(Actor::Phone),
            Self::LogInBystander => log_in(Actor::Bystander),
            Self::LogInAdmin => log_in(Actor::Admin),
            Self::OpenAccount => Action::OpenAccount(laptop),
            Self::Transfer => Action::Transfer(laptop),
            Self::Refresh => Action::Refresh(laptop),
            Self::LogOut => Action::LogOut(laptop),
            Self::LogOutOnClient => Action::ClientOnlyLogOut(laptop),
            Self::LogOutEverywhere => Action::LogOutEverywhere(laptop),
            Self::ChangePassword => Action::ChangePassword(laptop),
            Self::Steal => Action::Steal { everything: false },
            Self::StealEverything => Action::Steal { everything: true },
            Self::AttackerOpens => Action::OpenAccount(Actor::Attacker),
            Self::AttackerTransfers => Action::Transfer(Actor::Attacker),
            Self::Replay => Action::Replay,
            Self::Revoke => Action::RevokeOne,
            Self::Ban => Action::Ban,
            Self::Demote => Action::Demote,
            Self::RotateKey => Action::RotateKey,
            Self::Restart => Action::Restart,
            Self::HoldTransfer => Action::Hold(laptop, Holdable::Transfer),
            Self::HoldRefresh => Action::Hold(laptop, Holdable::Refresh),
            Self::LoseRefresh => Action::LoseRefresh(laptop),
            Self::AttackerRefreshes => Action::Refresh(Actor::Attacker),
            Self::HoldAttackerTransfer => Action::Hold(Actor::Attacker, Holdable::Transfer),
            Self::HoldAttackerRefresh => Action::Hold(Actor::Attacker, Holdable::Refresh),
            Self::ReleaseLaptop => Action::Release(laptop),
            Self::ReleaseAttacker => Action::Release(Actor::Attacker),
            Self::RotateKeyOverlap => Action::RotateKeyWithOverlap,
            Self::RestartNewKeys => Action::RestartWithNewKeys,
            Self::AddNode => Action::AddNode,
            Self::StoreDown => Action::StoreDown,
            Self::StoreUp => Action::StoreUp,
            Self::WipeStore => Action::WipeStore,
        }
    }

    /// Its name, which no other has.
    pub(in crate::ui) fn name(self) -> &'static str {
        match self {
            Self::LogIn => "Log in",
            Self::LogInPhone => "Log in on the phone",
            Self::LogInBystander => "Log in as the bystander",
            Self::LogInAdmin => "Log in as the admin",
            Self::OpenAccount => "Open account",
            Self::Transfer => "Transfer €50",
            Self::Refresh => "Refresh",
            Self::LogOut => "Log out",
            Self::LogOutOnClient => "Log out only on the client",
            Self::LogOutEverywhere => "Log out everywhere",
            Self::ChangePassword => "Change password",
            Self::Steal => "Steal",
            Self::StealEverything => "Steal everything",
            Self::AttackerOpens => "Attacker: Open account",
            Self::AttackerTransfers => "Attacker: Transfer",
            Self::Replay => "Replay",
            Self::Revoke => "Revoke",
            Self::Ban => "Ban",
            Self::Demote => "Demote",
            Self::RotateKey => "Rotate key",
            Self::Restart => "Restart",
            Self::HoldTransfer => "Hold a transfer before it saves",
            Self::HoldRefresh => "Hold a refresh before it uses its token",
            Self::LoseRefresh => "Refresh, and lose the answer",
            Self::AttackerRefreshes => "Attacker: Refresh",
            Self::HoldAttackerTransfer => "Attacker: Hold a transfer before it saves",
            Self::HoldAttackerRefresh => "Attacker: Hold a refresh before it uses its token",
            Self::ReleaseLaptop => "Release the laptop's request",
            Self::ReleaseAttacker => "Release the attacker's request",
            Self::RotateKeyOverlap => "Rotate key with an overlap",
            Self::RestartNewKeys => "Restart with new keys",
            Self::AddNode => "Add a node",
            Self::StoreDown => "Take the store down",
            Self::StoreUp => "Bring the store back",
            Self::WipeStore => "Wipe the store",
        }
    }

    /// What stands on its button, below the one who acts.
    pub(in crate::ui) fn words(self) -> &'static str {
        match self {
            Self::AttackerOpens => "Open account",
            Self::AttackerTransfers => "Transfer",
            Self::ChangePassword => "New password",
            Self::StoreDown => "Store down",
            _ => self.name(),
        }
    }

    /// What stands in the menu of the button that it belongs to.
    pub(in crate::ui) fn option(self) -> &'static str {
        match self {
            Self::LogOutOnClient => "Only on the client",
            Self::HoldTransfer | Self::HoldAttackerTransfer => "Hold it before it saves",
            Self::HoldRefresh => "Hold it before it uses its token",
            Self::LoseRefresh => "Lose the answer",
            Self::AttackerRefreshes => "Refresh with the copy",
            Self::HoldAttackerRefresh => "Hold a refresh with it",
            Self::RotateKeyOverlap => "With an overlap",
            Self::RestartNewKeys => "With new keys",
            Self::LogOutEverywhere => "Everywhere",
            Self::Steal => "Access only",
            Self::StealEverything => "Everything",
            _ => self.name(),
        }
    }

    pub(in crate::ui) fn hint(self) -> &'static str {
        match self {
            Self::LogIn => "The victim logs in on the laptop",
            Self::LogInPhone => "The victim logs in on the phone as well",
            Self::LogInBystander => "Somebody else logs in, whom nothing should touch",
            Self::LogInAdmin => "The bank's admin logs in",
            Self::OpenAccount => "The laptop reads the victim's account",
            Self::Transfer => "The laptop sends €50",
            Self::Refresh => "The laptop renews its access token",
            Self::LogOut => "The laptop logs out: access should end here",
            Self::LogOutOnClient => "The laptop forgets; nobody tells the server",
            Self::LogOutEverywhere => "Every device of the victim is to be out",
            Self::ChangePassword => "The victim sets a new password on the laptop",
            Self::Steal => "Copies the laptop's access credential: the session id or the access token",
            Self::StealEverything => "Copies all that the laptop holds, the refresh token as well",
            Self::AttackerOpens => "Reads the victim's account with the copy",
            Self::AttackerTransfers => "Sends the victim's money with the copy",
            Self::Replay => "Sends the copy again, as it was stolen",
            Self::Revoke => "Ends the laptop's session or refresh family",
            Self::Ban => "Bans the victim",
            Self::Demote => "Takes the victim's admin role away",
            Self::RotateKey => "Replaces the key that tokens are signed with",
            Self::Restart => "Stops the server and starts it again: its memory is lost",
            Self::HoldTransfer => {
                "The transfer does its work and then waits in the server before its session is saved. Meanwhile do what \
                 should end it: whether the save brings back what was ended is seen when you release it, in its lane"
            }
            Self::HoldRefresh => {
                "The laptop's refresh waits in the server before its token is looked up. Meanwhile somebody else may use \
                 or end it; release it in its lane"
            }
            Self::LoseRefresh => {
                "The server renews, and its answer never arrives, as when a connection breaks: the laptop still holds the \
                 old token. Refresh again to see what becomes of it"
            }
            Self::AttackerRefreshes => "Renews with the stolen refresh token",
            Self::HoldAttackerTransfer => "The thief's transfer does its work and waits before its session is saved",
            Self::HoldAttackerRefresh => "The thief's refresh waits in the server before its token is looked up",
            Self::ReleaseLaptop | Self::ReleaseAttacker => "Lets the held request go on where it stands",
            Self::RotateKeyOverlap => "The old key verifies until everything that it signed has ended",
            Self::RestartNewKeys => "Restarts as a server that kept its keys nowhere",
            Self::AddNode => "A second process: the same disk, nothing in its memory; requests go to both in turn",
            Self::StoreDown => "Redis is killed, or the store's file locked by somebody else",
            Self::StoreUp => "What was taken down is brought back with what it had written down",
            Self::WipeStore => "Deletes everything that the store has",
        }
    }

    pub(in crate::ui) fn group(self) -> Group {
        match self {
            Self::LogInAdmin | Self::Revoke | Self::Ban | Self::Demote => Group::Admin,
            Self::RotateKey
            | Self::Restart
            | Self::RotateKeyOverlap
            | Self::RestartNewKeys
            | Self::AddNode
            | Self::StoreDown
            | Self::StoreUp
            | Self::WipeStore => Group::Server,
            Self::Steal
            | Self::StealEverything
            | Self::AttackerOpens
            | Self::AttackerTransfers
            | Self::Replay
            | Self::AttackerRefreshes
            | Self::HoldAttackerTransfer
            | Self::HoldAttackerRefresh
            | Self::ReleaseAttacker => Group::Attacker,
            _ => Group::Victim,
        }
    }
}

/// The lanes of a target in which an action has an object; where there is none, why.
pub(in crate::ui) fn able(model: &Model, target: Target, action: &Action) -> Result<Target, String> {
    let no_token = |side: &Side| model.lane(*side).design.as_ref().is_some_and(|design| design.refresh.is_none());
    let needs_none = matches!(action, Action::Refresh(_)) && target.sides().iter().any(no_token);
    let checked = target.sides().iter().map(|side| (*side, cannot(model.lane(*side), action)));
    let (can, cant): (Vec<_>, Vec<_>) = checked.partition(|(_, why)| why.is_none());
    match (can.as_slice(), cant.first()) {
        ([], Some((_, why))) => Err(why.unwrap_or_default().to_owned()),
        // A lane that needs no refresh says so, instead of standing there as if it had been forgotten.
        ([_], Some(_)) if needs_none => Ok(target),
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
    let refresh = design.refresh_cookie().0;
    let has_refresh = |actor| {
        let is_one = |holding: &Holding| holding.name == refresh || holding.name == "refresh";
        view(actor).is_some_and(|view| view.holds.iter().any(is_one))
    };
    let held = |actor| lane.view.held.iter().any(|held| held.actor == actor);
    match action {
        Action::Release(actor) => (!held(*actor)).then_some("The server holds no request of theirs"),
        Action::Hold(actor, _) if held(*actor) => Some("One of their requests is held already: release it first"),
        Action::Hold(_, Holdable::Transfer) if !matches!(design.kind, Kind::Session | Kind::Sealed) => {
            Some("A request of this design saves nothing after its work, so there is nothing to hold it before")
        }
        Action::Refresh(_) | Action::LoseRefresh(_) | Action::Hold(_, Holdable::Refresh)
            if design.refresh.is_none() =>
        {
            Some(match design.kind {
                Kind::Session | Kind::Sealed => "A session needs no refresh",
                Kind::Jwt | Kind::Introspection => "This design has no refresh token",
            })
        }
        Action::Refresh(actor) | Action::LoseRefresh(actor) | Action::Hold(actor, Holdable::Refresh)
            if !has_refresh(*actor) =>
        {
            Some(match (actor, was_in(*actor)) {
                (Actor::Attacker, false) => "The attacker has nothing to send yet: press Steal first",
                (Actor::Attacker, true) => {
                    "The attacker has no refresh token: Everything in the menu beside Steal copies it too"
                }
                _ => "There is no refresh token to send: press Log in first",
            })
        }
        Action::Refresh(Actor::Attacker) | Action::Hold(Actor::Attacker, _) => {
            (!was_in(Actor::Attacker)).then_some("The attacker has nothing to send yet: press Steal first")
        }
        Action::StoreDown if design.store == Store::Memory => {
            Some("Its store is the server's own memory, which can't be away while the server is there")
        }
        Action::OpenAccount(Actor::Attacker) | Action::Transfer(Actor::Attacker) | Action::Replay => {
            (!was_in(Actor::Attacker)).then_some("The attacker has nothing to send yet: press Steal first")
        }
        Action::Steal { .. } if !holds(Actor::Laptop) => {
            Some("The laptop holds nothing that could be stolen: press Log in first")
        }
        Action::OpenAccount(actor)
        | Action::Transfer(actor)
        | Action::Refresh(actor)
        | Action::LoseRefresh(actor)
        | Action::Hold(actor, _)
            if !was_in(*actor) =>
        {
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
    use crate::ui::fixtures;

    #[test]
    fn everything_can_be_done_from_the_row() {
        let buttons = || ROW.iter().flat_map(|(_, buttons)| buttons.iter());
        for deed in [Deed::ChangePassword, Deed::AddNode, Deed::StoreDown, Deed::RotateKey, Deed::Restart] {
            assert!(buttons().any(|(button, _)| *button == deed), "{}", deed.name());
        }
        // Logins of others are in the form, and a held request has its button where it is told.
        let elsewhere =
            [Deed::LogInPhone, Deed::LogInBystander, Deed::LogInAdmin, Deed::ReleaseLaptop, Deed::ReleaseAttacker];
        for deed in Deed::ALL.into_iter().filter(|deed| !elsewhere.contains(deed)) {
            assert!(buttons().any(|(button, options)| *button == deed || options.contains(&deed)), "{}", deed.name());
        }
    }

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
    fn nobody_renews_without_a_refresh_token() {
        let why = |model: &Model, actor| able(model, Target::Both, &Action::Refresh(actor)).err().unwrap_or_default();
        // Logged out, on the left as on the right; the thief has copied the access token alone.
        let model = fixtures::logged_out();
        assert_eq!(why(&model, Actor::Laptop), "A session needs no refresh");
        let right = able(&model, Target::One(Side::Right), &Action::Refresh(Actor::Laptop));
        assert_eq!(right.err().as_deref(), Some("There is no refresh token to send: press Log in first"));
        let right = able(&model, Target::One(Side::Right), &Action::Refresh(Actor::Attacker));
        assert!(right.is_err_and(|why| why.contains("Everything in the menu beside Steal")));
    }

    #[test]
    fn an_action_goes_only_to_the_lanes_that_have_its_object() {
        let model = fixtures::logged_in();
        assert_eq!(able(&model, Target::Both, &Action::LoseRefresh(Actor::Laptop)), Ok(Target::One(Side::Right)));
        assert_eq!(
            able(&model, Target::Both, &Action::Refresh(Actor::Laptop)),
            Ok(Target::Both),
            "the left says why not"
        );
        assert!(able(&model, Target::One(Side::Left), &Action::Refresh(Actor::Laptop)).is_err());
        assert_eq!(able(&model, Target::Both, &Action::LogOut(Actor::Laptop)), Ok(Target::Both));
    }
}
