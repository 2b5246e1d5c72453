//! Where every credential of a lane came from, who holds a copy of it, and what ended it: plain data, made from what was
//! sent and answered and from what clients hold.

mod ending;
mod evidence;
pub(crate) mod follow;
mod fold;
mod notes;
mod sent;

#[cfg(test)]
mod tests;

use lockstep_shared::clock::LabTime;

use super::actor::Actor;

/// The cause of what ended because its time had come.
pub(crate) const OWN_END: &str = "its own end";

/// Everything that one lane has given out, a tree for each log-in.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lineage {
    /// The oldest first.
    pub(crate) logins: Vec<Login>,
    /// How many log-ins before these are left out, of which nobody holds anything.
    pub(crate) earlier: usize,
}

/// A log-in and all that was made from it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Login {
    pub(crate) way: Way,
    pub(crate) actor: Actor,
    /// Whom it speaks for; empty where nobody said.
    pub(crate) user: String,
    pub(crate) at: LabTime,
    /// The number of the exchange in which it happened.
    pub(crate) exchange: usize,
    /// What the server calls it, where it keeps it.
    pub(crate) handle: Option<String>,
    /// The exchange in which the server noticed a theft.
    pub(crate) alarm: Option<usize>,
    /// What ended it on the server, where the server keeps it.
    pub(crate) ended: Option<Ending>,
    /// Parents before their children.
    pub(crate) nodes: Vec<Node>,
}

/// How a tree begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// With an e-mail address and a password.
    LogIn,
    /// With a new password, which ends what was there.
    NewPassword,
    /// With something that the bank took and had not given out.
    Foreign,
}

/// A place in a tree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// The index of what it hangs below; None: of the log-in itself.
    pub(crate) parent: Option<usize>,
    pub(crate) part: Part,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Credential(Box<Credential>),
    /// So many of a kind, one after the other, of which nobody holds anything.
    Folded {
        what: Kind,
        count: usize,
    },
}

/// One value that was given out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Credential {
    pub(crate) kind: Kind,
    /// A token's `jti`, else the first octets of the value's hash, as the server's own records are called.
    pub(crate) id: String,
    /// Its place in the chain of its kind, from 1.
    pub(crate) generation: usize,
    pub(crate) made: Made,
    /// Who was given it.
    pub(crate) by: Actor,
    pub(crate) at: LabTime,
    pub(crate) exchange: usize,
    /// When it ends by itself, as far as anybody has said.
    pub(crate) ends: Option<LabTime>,
    /// When it was last accepted.
    pub(crate) accepted: Option<LabTime>,
    pub(crate) fate: Fate,
    /// What should have ended it and did not: it was accepted again in the exchange of this number.
    pub(crate) outlived: Option<(Ending, usize)>,
    /// The exchange in which it came back within the grace.
    pub(crate) repeated: Option<usize>,
    /// Everyone who was seen with it.
    pub(crate) holders: Vec<Holder>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The id of a session that the server keeps.
    Session,
    /// A session that is sealed into its cookie.
    Seal,
    Access,
    Refresh,
}

/// What a credential was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// A log-in made it anew.
    LogIn,
    /// The log-in kept the id that the browser had brought.
    KeptId,
    /// A refresh token of this generation was replaced by it.
    Rotation { of: usize },
    /// A refresh token of this generation paid for it.
    Renewal { of: usize },
    /// A refresh token of this generation that had been used before was given it, beside its first successor.
    Fork { of: usize },
    /// The session was sealed again.
    SealedAgain,
    /// Nobody at the bank: it was accepted all the same.
    Elsewhere,
}

/// Whether it still opens anything.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fate {
    Opens,
    /// It was replaced by its successor.
    Used {
        at: LabTime,
        exchange: usize,
    },
    Ended(Ending),
}

/// What ended something.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ending {
    /// As a noun: `log-out`, `reuse`.
    pub(crate) cause: String,
    pub(crate) at: LabTime,
    /// The exchange that shows it; None where no exchange does.
    pub(crate) exchange: Option<usize>,
}

/// Somebody with a copy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Holder {
    pub(crate) actor: Actor,
    /// Whom it was copied from, and when.
    pub(crate) copied: Option<(Actor, LabTime)>,
    /// Whether it is still in these hands.
    pub(crate) still: bool,
}

impl Credential {
    /// What has become of it by now: an end that is written in it comes without anybody's doing.
    pub(crate) fn fate_at(&self, now: LabTime) -> Fate {
        let past = self.ends.filter(|ends| *ends <= now && self.accepted.is_none_or(|accepted| accepted < *ends));
        match (&self.fate, past) {
            (Fate::Opens, Some(at)) => Fate::Ended(Ending { cause: OWN_END.to_owned(), at, exchange: None }),
            (fate, _) => fate.clone(),
        }
    }

    /// Who has it in hand.
    pub(crate) fn held_by(&self) -> impl Iterator<Item = &Holder> {
        self.holders.iter().filter(|holder| holder.still)
    }
}

impl Login {
    pub(crate) fn credentials(&self) -> impl Iterator<Item = &Credential> {
        self.nodes.iter().filter_map(|node| match &node.part {
            Part::Credential(credential) => Some(credential.as_ref()),
            Part::Folded { .. } => None,
        })
    }
}
