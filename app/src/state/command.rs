//! Everything a user can ask for: one list that gives buttons, menus and shortcuts.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lockstep_shared::design::Design;

use crate::lab::actor::Actor;
use crate::lab::scenario::Thief;
use crate::state::files::Content;
use crate::state::inspecting::Ask;
use crate::state::measuring::By;
use crate::state::wire::query::Query;

/// One of the two columns of the playground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    Left,
    Right,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Left, Self::Right];

    pub(crate) fn index(self) -> usize {
        match self {
            Self::Left => 0,
            Self::Right => 1,
        }
    }
}

/// Where an action is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    Both,
    One(Side),
}

impl Target {
    pub(crate) fn sides(self) -> &'static [Side] {
        match self {
            Self::Both => &Side::BOTH,
            Self::One(Side::Left) => &[Side::Left],
            Self::One(Side::Right) => &[Side::Right],
        }
    }
}

/// What the worker is asked to do.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    /// Does something as an actor, in one lane or in both.
    Act(Target, Action),
    /// Moves the lab clock forward.
    Advance(Duration),
    /// Moves the lab clock to the next instant at which something that a client holds expires.
    AdvanceToNextExpiry,
    /// Puts another design into a lane, which starts it afresh.
    ChooseDesign(Side, String),
    /// Puts a design that was changed into a lane, which starts it afresh; its id is that of the one it was.
    ApplyDesign(Side, Box<Design>),
    /// Writes a design into the `designs` of a lab folder, over one of that name only where `replace`.
    SaveDesign { design: Box<Design>, name: String, lab: PathBuf, replace: bool },
    /// Writes a file, over one that is there already only where `replace`.
    WriteFile { path: PathBuf, content: Content, replace: bool },
    /// Starts both lanes afresh.
    Reset,
    /// Starts the lab's thread again after it has stopped.
    StartLab,
    /// Measures cells beside the lanes.
    Compare(Selection),
    /// Ends the comparison that is under way after its running cells.
    StopComparing,
    /// Writes the comparison into a file, over one that is there already only where `replace`.
    Keep { format: Format, path: PathBuf, replace: bool },
    /// Reads a kept comparison.
    OpenKept(PathBuf),
    /// Puts a cell's design into the left lane, and its scenario beside it, to be done step by step.
    StepThrough(CellId),
    /// Does the next step of that scenario.
    NextStep,
    /// Puts the scenario away; the lane stays as it is.
    LeaveSteps,
    /// Looks for the exchanges that a query wants, and goes on looking as more are recorded.
    Find(Arc<Query>),
    /// Looks into a credential, beside the lanes.
    Inspect(Ask),
    /// Reads the keys that a lane's server tells everybody.
    LaneKeys(Side),
    /// The attacker takes a credential up in a lane and asks who it is taken for.
    SendAsAttacker(Side, Secret),
    /// Tries every attack against a lane.
    TryAll(Side),
    /// Ends that after the attack that is being tried.
    StopTrying,
    /// Measures what a browser does with cookies, beside the lanes.
    Measure(By),
    /// Ends that.
    StopMeasuring,
    /// Puts away what real browsers have sent so far.
    ForgetVisits,
    /// Ends the lab's thread as a bug would.
    #[cfg(test)]
    Panic,
}

impl Command {
    /// Whether it is carried out in the lanes, which do one thing at a time.
    pub(crate) fn is_for_the_lanes(&self) -> bool {
        let comparing = matches!(self, Self::Compare(_) | Self::StopComparing | Self::Keep { .. } | Self::OpenKept(_));
        !comparing
            && !matches!(
                self,
                Self::SaveDesign { .. }
                    | Self::WriteFile { .. }
                    | Self::LeaveSteps
                    | Self::StartLab
                    | Self::Find(_)
                    | Self::Inspect(_)
                    | Self::StopTrying
                    | Self::ForgetVisits
                    | Self::Measure(_)
                    | Self::StopMeasuring
            )
    }

    /// Whether it surely takes the lanes and reports its end, so that they are busy from the moment it is asked for.
    pub(crate) fn takes_the_lanes(&self) -> bool {
        let clock = matches!(self, Self::Advance(_) | Self::AdvanceToNextExpiry);
        clock
            || matches!(self, Self::Act(..) | Self::ChooseDesign(..) | Self::Reset | Self::StepThrough(_))
            || matches!(self, Self::LaneKeys(_) | Self::SendAsAttacker(..) | Self::TryAll(_))
    }
}

/// Which cells to measure: these designs in these scenarios, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) designs: Vec<String>,
    pub(crate) scenarios: Vec<String>,
}

/// One cell of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CellId {
    pub(crate) design: String,
    pub(crate) scenario: String,
    pub(crate) thief: Option<Thief>,
}

/// What a comparison is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    #[default]
    Html,
    Markdown,
    /// The one that can be opened again.
    Json,
}

impl Format {
    pub(crate) const ALL: [Self; 3] = [Self::Html, Self::Markdown, Self::Json];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::Markdown => "Markdown",
            Self::Json => "JSON",
        }
    }

    /// What the names of its files end in.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }
}

/// What an actor does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// Makes an account at the bank.
    Register {
        email: String,
        password: Secret,
    },
    /// Logs in on a device; None uses the actor's own account.
    LogIn {
        actor: Actor,
        account: Option<(String, Secret)>,
    },
    OpenAccount(Actor),
    Transfer(Actor),
    Refresh(Actor),
    LogOut(Actor),
    ClientOnlyLogOut(Actor),
    LogOutEverywhere(Actor),
    ChangePassword(Actor),
    /// The attacker copies the laptop's credentials.
    Steal {
        everything: bool,
    },
    /// The attacker sends the copy again.
    Replay,
    /// The admin ends the laptop's session or family.
    RevokeOne,
    Ban,
    Demote,
    RotateKey,
    /// The old key verifies until everything that it signed has ended.
    RotateKeyWithOverlap,
    Restart,
    RestartWithNewKeys,
    StoreDown,
    StoreUp,
    WipeStore,
    /// Another node joins, with nothing in its memory.
    AddNode,
    /// Renews, and the answer never comes back.
    LoseRefresh(Actor),
    /// Sends a request that the server holds until it is released.
    Hold(Actor, Holdable),
    /// Lets the held request go on.
    Release(Actor),
}

/// A request that the server can hold, each at the point at which a race is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holdable {
    /// After its work, before its session is saved.
    Transfer,
    /// Before it uses the refresh token.
    Refresh,
}

/// A password on its way to the worker; it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}
