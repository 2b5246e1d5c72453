//! What one lane looks like at a moment: plain data, made from what an agent holds, what the server keeps, and what the
//! exchanges said.

use std::time::Duration;

use lockstep_shared::clock::LabTime;

use super::actor::Actor;
use super::lineage::Lineage;

/// Everything that a screen shows of one running design.
#[derive(Clone, Debug, Default)]
pub(crate) struct LaneView {
    /// The lane's address, `<design>.localhost:8787`.
    pub(crate) address: String,
    /// What each actor holds and what the server last said to it.
    pub(crate) actors: Vec<ActorView>,
    /// What the server keeps for this design.
    pub(crate) kept: KeptView,
    /// Access over time.
    pub(crate) timeline: Timeline,
    /// Where each credential came from, and what became of it.
    pub(crate) lineage: Lineage,
    /// Requests that the server holds until somebody releases them.
    pub(crate) held: Vec<HeldRequest>,
    /// How many exchanges there were, and their bytes up and down.
    pub(crate) exchanges: u64,
    pub(crate) bytes_up: u64,
    pub(crate) bytes_down: u64,
}

/// One actor's card.
#[derive(Clone, Debug)]
pub(crate) struct ActorView {
    pub(crate) actor: Actor,
    pub(crate) access: Access,
    /// The credentials in its jar, storage and memory.
    pub(crate) holds: Vec<Holding>,
    /// Who these were copied from, and when.
    pub(crate) copied: Option<(Actor, LabTime)>,
    /// The last answer to a request of its own or to a probe, as one sentence: `401 revoked — …`.
    pub(crate) last_answer: Option<String>,
    /// The number of the exchange that gave it.
    pub(crate) last_exchange: Option<usize>,
    /// The role in which the server last took it.
    pub(crate) role: Option<String>,
}

/// A request that stands still inside the server.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HeldRequest {
    pub(crate) actor: Actor,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// The server's name of the point: `before-save`.
    pub(crate) point: String,
    pub(crate) since: LabTime,
}

/// Whether an actor is inside, read from its last probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Was never accepted.
    NeverIn,
    /// Was accepted when it last asked.
    Inside,
    /// Was refused when it last asked, after having been inside.
    Out {
        /// When the first refusal came.
        since: LabTime,
        /// By its own act (it logged out), which is as it should be.
        own_act: bool,
    },
    /// The server could not tell (503).
    Unavailable,
}

/// One credential in a client's hands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Holding {
    /// `__Host-sid`, `access`, `refresh`.
    pub(crate) name: String,
    pub(crate) value: String,
    /// `HttpOnly`, `Secure`, `Lax`, `Path=/` for a cookie; `page memory` or `localStorage` for a token.
    pub(crate) attributes: Vec<String>,
    /// What else decides where a cookie goes, and goes without saying: its prefix, `no Domain`, `no Expires`.
    pub(crate) unsaid: Vec<String>,
    /// Who else has copied it.
    pub(crate) copies: Vec<Copied>,
    /// Why it opens nothing any more, as far as anybody has seen that; None where its own time has come.
    pub(crate) spent: Option<Spent>,
    /// When it was issued or stored.
    pub(crate) since: LabTime,
    /// When it ends, as far as the client can read that in it.
    pub(crate) expires: Option<LabTime>,
    /// The decoded header and payload, where it is a token.
    pub(crate) token: Option<DecodedToken>,
}

/// Why a credential opens nothing any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spent {
    /// As a noun: `log-out`, `reuse`. None where it was used, and replaced by its successor.
    pub(crate) cause: Option<String>,
    pub(crate) at: LabTime,
    /// The exchange that shows it.
    pub(crate) exchange: Option<usize>,
}

impl Spent {
    pub(crate) fn word(&self) -> &'static str {
        if self.cause.is_some() { "ended" } else { "used" }
    }
}

/// A copy of a credential in somebody else's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Copied {
    pub(crate) by: Actor,
    /// When it was copied first.
    pub(crate) at: LabTime,
    /// Whether it is what the thief sends now; else the thief has taken something later.
    pub(crate) in_use: bool,
}

/// A token's two readable parts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DecodedToken {
    pub(crate) alg: String,
    /// Each parameter of the header (RFC 7515 section 4.1).
    pub(crate) header: Vec<Claim>,
    /// Each claim with its value as JSON and, where it is a time, in words.
    pub(crate) claims: Vec<Claim>,
}

/// One claim of a token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Claim {
    pub(crate) name: String,
    pub(crate) value: String,
    /// What the registered name means (RFC 7519 section 4.1), with a time in words.
    pub(crate) meaning: Option<String>,
}

/// What a server keeps.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct KeptView {
    /// What it keeps first of all, `sessions` or `refresh families`; empty where the design keeps nothing.
    pub(crate) noun: String,
    /// In groups, those of the noun first.
    pub(crate) rows: Vec<KeptRow>,
    /// Bytes of all rows, as their store has them.
    pub(crate) bytes: u64,
    pub(crate) users: Vec<UserView>,
}

/// One record in the store.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeptRow {
    /// What it is, in the plural, as it may stand above its group.
    pub(crate) kind: String,
    /// The public handle.
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) device: String,
    /// `generation 3`, `role admin (copied at login)`.
    pub(crate) note: String,
    pub(crate) idle_ends: Option<LabTime>,
    /// None where it stays.
    pub(crate) ends: Option<LabTime>,
    /// Why it no longer opens anything, where the record stays.
    pub(crate) ended: Option<String>,
}

/// One user of the directory.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UserView {
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) banned: bool,
    /// The stored password, a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
    pub(crate) phc: String,
}

/// Access over time, for one lane.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timeline {
    pub(crate) bars: Vec<Bar>,
    pub(crate) marks: Vec<Mark>,
}

/// One actor's access: the stretches in which it was inside.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    pub(crate) actor: Actor,
    pub(crate) stretches: Vec<Stretch>,
}

/// A stretch of time in which every request was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) from: LabTime,
    /// The first refusal; None while it is still inside.
    pub(crate) to: Option<LabTime>,
    /// The number of the exchange that was the first to be accepted.
    pub(crate) began_by: Option<usize>,
    /// The number of the exchange that was refused; None while it is inside, and where the actor left by itself.
    pub(crate) ended_by: Option<usize>,
}

/// Something that happened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mark {
    pub(crate) at: LabTime,
    pub(crate) label: String,
    /// Whether access should end here (a log-out, a ban …).
    pub(crate) ending: bool,
    /// Who did it; None where nobody in particular did.
    pub(crate) by: Option<Actor>,
    /// Whose credentials were copied by that.
    pub(crate) from: Option<Actor>,
    /// The number of the lane's last exchange before it; 0 where there was none.
    pub(crate) after: usize,
    /// The number of the exchange that did it, where there was one.
    pub(crate) number: Option<usize>,
}

impl Timeline {
    /// An actor's last stretch inside.
    pub(crate) fn last_stretch(&self, actor: Actor) -> Option<Stretch> {
        self.bars.iter().find(|bar| bar.actor == actor)?.stretches.last().copied()
    }

    /// The first event at which an actor's last stretch should have ended; None where nothing has ended since it began.
    pub(crate) fn due_end(&self, actor: Actor) -> Option<&Mark> {
        let from = self.last_stretch(actor)?.from;
        self.marks.iter().find(|mark| mark.ending && mark.at >= from)
    }

    /// How long an actor's last stretch went on after it should have ended; None while it goes on, and where it ended
    /// before anything happened.
    pub(crate) fn exposure(&self, actor: Actor) -> Option<Duration> {
        let to = self.last_stretch(actor)?.to?;
        let due = self.due_end(actor)?;
        (to >= due.at).then(|| to.since(due.at))
    }
}
