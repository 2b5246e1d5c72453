//! What a step does: one closed list of verbs, each with who may do it and what it can be told.

use std::collections::BTreeMap;

use lockstep_shared::clock::Skew;
use lockstep_shared::span::Span;

use super::step::Doer;
use crate::lab::actor::Actor;

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verb {
    /// Sends the actor's e-mail address and password.
    LogIn,
    OpenAccount,
    Transfer,
    /// Asks who the server takes it for, and changes nothing.
    Probe,
    /// Renews the access credential, where there is something to renew it with.
    Refresh,
    LogOut,
    /// Forgets the credentials and tells the server nothing.
    ClientOnlyLogOut,
    LogOutEverywhere,
    ChangePassword,
    /// Copies a device's credentials; how much of them, the world decides.
    Steal {
        from: Actor,
        by: Copying,
    },
    /// Sends the copy again.
    Replay,
    /// Ends the one login that the thief copied from.
    RevokeOne,
    /// Bans the victim.
    Ban,
    /// Takes the victim's admin role.
    Demote,
    /// Puts the victim into so many groups.
    GrantGroups {
        count: usize,
    },
    /// Starts the server's process anew: what lay in its memory is lost.
    Restart {
        /// Whether the keys are made anew too, because nobody kept them.
        new_keys: bool,
    },
    /// Adds a node to the server: it shares the disk of those there are, and not their memory.
    AddNode {
        /// How wrong its clock is.
        skew: Skew,
    },
    /// Moves the bank to another host name.
    Move {
        /// The first label of the new one.
        to: String,
    },
    /// Replaces the signing key; the old one is no longer accepted.
    RotateKey,
    /// Takes the design's store down.
    StoreDown,
    /// Brings the store back.
    StoreUp,
    /// Deletes everything that the store has.
    WipeStore,
    /// Sends a request that the server lets wait at a named point until it is released.
    Hold {
        at: String,
        doing: Box<Verb>,
    },
    /// Lets the held request go on, and waits for its answer.
    Release,
    /// Moves the lab clock.
    Advance {
        by: Span,
    },
    /// Every actor uses what it holds, up to the horizon.
    KeepTrying {
        /// How long; up to the common horizon where it is not said.
        length: Option<Span>,
        /// Who is not asked after the mark.
        quiet: Vec<Actor>,
        /// Who asks in a rhythm of its own.
        every: BTreeMap<Actor, Span>,
    },
}

/// How credentials are copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copying {
    /// The thief has the device in its hands: cookies, page memory and localStorage.
    Device,
}

/// Who does a verb; also the sentence about it in errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doers {
    /// Any single actor.
    Anyone,
    /// Whoever has a password at the bank.
    Customers,
    Only(Doer),
    /// Everyone at once, and nobody alone.
    Together,
    /// Any single actor, or everyone at once.
    AnyoneOrTogether,
}

impl Verb {
    /// Every verb's name, in the order in which errors list them.
    pub(super) const NAMES: [&str; 26] = [
        "log-in",
        "open-account",
        "transfer",
        "probe",
        "refresh",
        "log-out",
        "client-only-log-out",
        "log-out-everywhere",
        "change-password",
        "steal",
        "replay",
        "revoke-one",
        "ban",
        "demote",
        "grant-groups",
        "restart",
        "add-node",
        "move",
        "rotate-key",
        "store-down",
        "store-up",
        "wipe-store",
        "hold",
        "release",
        "advance",
        "keep-trying",
    ];

    /// The verb of this name, where it needs no options.
    pub(super) fn plain(name: &str) -> Option<Self> {
        Some(match name {
            "log-in" => Self::LogIn,
            "open-account" => Self::OpenAccount,
            "transfer" => Self::Transfer,
            "probe" => Self::Probe,
            "refresh" => Self::Refresh,
            "log-out" => Self::LogOut,
            "client-only-log-out" => Self::ClientOnlyLogOut,
            "log-out-everywhere" => Self::LogOutEverywhere,
            "change-password" => Self::ChangePassword,
            "replay" => Self::Replay,
            "revoke-one" => Self::RevokeOne,
            "ban" => Self::Ban,
            "demote" => Self::Demote,
            "restart" => Self::Restart { new_keys: false },
            "rotate-key" => Self::RotateKey,
            "store-down" => Self::StoreDown,
            "store-up" => Self::StoreUp,
            "wipe-store" => Self::WipeStore,
            "release" => Self::Release,
            _ => return None,
        })
    }

    /// The name in scenario files.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::LogIn => "log-in",
            Self::OpenAccount => "open-account",
            Self::Transfer => "transfer",
            Self::Probe => "probe",
            Self::Refresh => "refresh",
            Self::LogOut => "log-out",
            Self::ClientOnlyLogOut => "client-only-log-out",
            Self::LogOutEverywhere => "log-out-everywhere",
            Self::ChangePassword => "change-password",
            Self::Steal { .. } => "steal",
            Self::Replay => "replay",
            Self::RevokeOne => "revoke-one",
            Self::Ban => "ban",
            Self::Demote => "demote",
            Self::GrantGroups { .. } => "grant-groups",
            Self::Restart { .. } => "restart",
            Self::AddNode { .. } => "add-node",
            Self::Move { .. } => "move",
            Self::RotateKey => "rotate-key",
            Self::StoreDown => "store-down",
            Self::StoreUp => "store-up",
            Self::WipeStore => "wipe-store",
            Self::Hold { .. } => "hold",
            Self::Release => "release",
            Self::Advance { .. } => "advance",
            Self::KeepTrying { .. } => "keep-trying",
        }
    }

    pub(super) fn doers(&self) -> Doers {
        match self {
            Self::Probe => Doers::AnyoneOrTogether,
            Self::OpenAccount
            | Self::Transfer
            | Self::Refresh
            | Self::LogOut
            | Self::ClientOnlyLogOut
            | Self::LogOutEverywhere
            | Self::Hold { .. }
            | Self::Release => Doers::Anyone,
            Self::LogIn | Self::ChangePassword => Doers::Customers,
            Self::Steal { .. } | Self::Replay => Doers::Only(Doer::Actor(Actor::Attacker)),
            Self::RevokeOne | Self::Ban | Self::Demote | Self::GrantGroups { .. } => {
                Doers::Only(Doer::Actor(Actor::Admin))
            }
            Self::Restart { .. }
            | Self::RotateKey
            | Self::AddNode { .. }
            | Self::Move { .. }
            | Self::StoreDown
            | Self::StoreUp
            | Self::WipeStore => Doers::Only(Doer::Server),
            Self::Advance { .. } => Doers::Only(Doer::Clock),
            Self::KeepTrying { .. } => Doers::Together,
        }
    }

    /// Whether it is one request to the server that can be held there.
    pub(super) fn can_be_held(&self) -> bool {
        matches!(
            self,
            Self::LogIn
                | Self::OpenAccount
                | Self::Transfer
                | Self::Probe
                | Self::Refresh
                | Self::LogOut
                | Self::LogOutEverywhere
        )
    }
}

impl Doers {
    pub(super) fn include(self, doer: Doer) -> bool {
        match (self, doer) {
            (Self::Anyone | Self::AnyoneOrTogether, Doer::Actor(_)) => true,
            (Self::Together | Self::AnyoneOrTogether, Doer::Everyone) => true,
            (Self::Customers, Doer::Actor(actor)) => actor != Actor::Attacker,
            (Self::Only(one), doer) => one == doer,
            _ => false,
        }
    }

    pub(super) fn told(self) -> &'static str {
        match self {
            Self::Anyone => "that is for one of laptop, phone, attacker, bystander, admin",
            Self::AnyoneOrTogether => "that is for laptop, phone, attacker, bystander, admin or everyone",
            Self::Customers => "that takes a password, which laptop, phone, bystander and admin have",
            Self::Only(Doer::Actor(Actor::Attacker)) => "only the attacker does that",
            Self::Only(Doer::Actor(_)) => "only the admin does that",
            Self::Only(Doer::Server) => "only the server does that",
            Self::Only(Doer::Clock) => "time passes for all: write { advance = \"1m\" }",
            Self::Together | Self::Only(Doer::Everyone) => "that is for everyone",
        }
    }
}

impl Copying {
    /// The name in scenario files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
        }
    }
}
