//! What the Inspector shows: what was taken up, what it is, whether it holds, and what came of what was made of it.

mod asked;
mod attacked;
mod look;
mod tree;

use std::sync::Arc;

use lockstep_shared::clock::LabTime;
use serde_json::Value;

use super::command::{Secret, Side};
use crate::inspect::cookies::{Pairs, Report as CookieReport};
use crate::inspect::lint::Finding;
use crate::inspect::verify::{Refusal, Signature, Times};

pub(crate) use asked::{Against, Ask, CookieAsked, CrackAsked, Edited, KeyGiven, Origin, Signing, Subject};
pub(crate) use attacked::{Cracked, Cracking, Forgery, Tried, Trying};
pub(crate) use look::{Question, look};
pub(crate) use tree::Row;

/// Everything that is known of it.
#[derive(Default)]
pub(crate) struct Inspecting {
    pub(crate) looked: Option<Arc<Looked>>,
    /// Something was asked for, and no answer has come yet.
    pub(crate) working: bool,
    /// Why what was asked for last could not be done.
    pub(crate) failure: Option<Failure>,
    /// What each lane answered that was sent something last.
    pub(crate) sent: [Option<Sent>; 2],
    /// What can be forged of what is looked at; None until it is asked for.
    pub(crate) forged: Option<Arc<Vec<Forgery>>>,
    /// What each lane accepted of all attacks.
    pub(crate) trying: [Trying; 2],
    /// The search for a secret.
    pub(crate) cracking: Option<Cracking>,
}

/// What could not be done, said where it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) of: Work,
    pub(crate) why: String,
}

/// The parts of the page that something can fail in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Text,
    Key,
    Against,
    Edit,
    Forge,
    Crack,
}

/// What the inspector reports.
#[derive(Clone, Debug)]
pub(crate) enum Report {
    Looked(Arc<Looked>),
    /// Nothing is looked at any more.
    Cleared,
    Failed(Failure),
    /// The keys that a lane's server tells everybody, or why there are none.
    LaneKeys {
        side: Side,
        keys: Result<Arc<Value>, String>,
    },
    Sent {
        side: Side,
        sent: Sent,
    },
    Forged(Arc<Vec<Forgery>>),
    /// Every attack is tried against a lane from now on.
    Trying {
        side: Side,
        all: usize,
    },
    Tried {
        side: Side,
        tried: Tried,
    },
    TryingEnded {
        side: Side,
    },
    Cracking(Cracking),
}

/// What a lane answered to something that the attacker sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The exchange that decided.
    pub(crate) number: usize,
    pub(crate) let_in: bool,
    /// The answer, and for whom the server took the attacker.
    pub(crate) told: String,
    /// What was sent, so that an answer is not taken for one to something else.
    pub(crate) credential: Secret,
}

/// A text, taken apart and checked.
pub(crate) struct Looked {
    /// Tells it from what was looked at before.
    pub(crate) number: u64,
    pub(crate) origin: Origin,
    /// Everything that stood in the text.
    pub(crate) found: Vec<Item>,
    /// Which of it is looked at.
    pub(crate) pick: usize,
    /// It alone, as it goes over the wire.
    pub(crate) credential: Arc<str>,
    /// The same as it is shown: the parts of a token, each without the middle where it is long.
    pub(crate) shown: Vec<String>,
    /// What it is, in words.
    pub(crate) words: String,
    pub(crate) what: What,
    /// The key that it was checked with, in words; None where there is none.
    pub(crate) key: Option<String>,
    /// What it was held against.
    pub(crate) against: Against,
    /// Another moment than now, where that was asked about.
    pub(crate) at: Option<LabTime>,
    /// How far clocks may differ.
    pub(crate) leeway_secs: u64,
    /// Whether it is a key, which can be taken for one.
    pub(crate) is_key: bool,
    /// Whether what was looked at before can be had back.
    pub(crate) before: bool,
}

/// Something that stood in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) words: String,
    pub(crate) place: Option<String>,
}

/// What there is to see.
pub(crate) enum What {
    Token(Box<Token>),
    SetCookie(Box<CookieView>),
    Cookies(Box<Pairs>),
    /// A header that can be read, and a content that can't.
    Encrypted(Box<Encrypted>),
    /// It has a name, and nothing to look into; with what more is to be said of it.
    Named(Vec<String>),
    /// It is none, and why.
    Malformed(String),
}

/// A signed token.
pub(crate) struct Token {
    pub(crate) signature: Signature,
    pub(crate) times: Times,
    /// Reasons to refuse it that no clock changes.
    pub(crate) refused: Vec<Refusal>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) header: Part,
    pub(crate) payload: Part,
    /// The token that it holds, or says that it does.
    pub(crate) inside: Option<Inside>,
    /// Where it is not written as the standard asks.
    pub(crate) oddities: Vec<String>,
    /// Octets of the signature.
    pub(crate) signature_octets: usize,
    /// Why there is no secret to look for, where there is none.
    pub(crate) uncrackable: Option<String>,
}

/// An encrypted token.
pub(crate) struct Encrypted {
    pub(crate) header: Vec<Row>,
    /// Whether it can be one at all.
    pub(crate) signature: Signature,
    pub(crate) findings: Vec<Finding>,
    pub(crate) oddities: Vec<String>,
    /// Octets of the encrypted key, the initialisation vector, the ciphertext and its tag.
    pub(crate) lengths: [usize; 4],
}

/// The token that another holds as its payload.
pub(crate) struct Inside {
    /// What it is, and what lies deeper; or why there is none.
    pub(crate) words: String,
    pub(crate) header: Option<Part>,
    pub(crate) payload: Option<Part>,
}

/// A part that can be read.
#[derive(Default)]
pub(crate) struct Part {
    /// Its members; none where it is no JSON object.
    pub(crate) rows: Vec<Row>,
    /// How many more there are.
    pub(crate) left_out: usize,
    /// As it was signed.
    pub(crate) raw: Arc<str>,
    /// Laid out, where it is JSON.
    pub(crate) pretty: Option<Arc<str>>,
    /// Why it has no members.
    pub(crate) none: Option<String>,
    /// Whether the text is only its beginning.
    pub(crate) is_cut: bool,
}

/// A `Set-Cookie` line and what a browser makes of it.
pub(crate) struct CookieView {
    pub(crate) asked: CookieAsked,
    /// What came of it, or why it can't be asked.
    pub(crate) report: Result<CookieReport, String>,
}

impl Inspecting {
    pub(crate) fn apply(&mut self, report: Report) {
        self.working = false;
        match report {
            Report::Looked(looked) => {
                // What was made of something else says nothing of this; the same token with another key is the same.
                if self.looked.as_ref().is_none_or(|before| before.credential != looked.credential) {
                    self.cracking = None;
                    if !looked.origin.forged {
                        self.forged = None;
                    }
                }
                self.looked = Some(looked);
                self.failure = None;
            }
            Report::Cleared => *self = Self::default(),
            Report::Failed(failure) => self.failure = Some(failure),
            // The thread checks with them, and says what came of it.
            Report::LaneKeys { .. } => self.working = true,
            Report::Sent { side, sent } => self.sent[side.index()] = Some(sent),
            Report::Forged(forged) => self.forged = Some(forged),
            Report::Trying { side, all } => {
                self.trying[side.index()] = Trying { done: Vec::new(), all, running: true };
            }
            Report::Tried { side, tried } => self.trying[side.index()].done.push(tried),
            Report::TryingEnded { side } => self.trying[side.index()].running = false,
            Report::Cracking(cracking) => self.cracking = Some(cracking),
        }
    }

    /// A lane has started afresh: what it did before says nothing of it.
    pub(crate) fn forget(&mut self, side: Side) {
        self.sent[side.index()] = None;
        self.trying[side.index()] = Trying::default();
    }

    /// What a lane answered to what is looked at now.
    pub(crate) fn answer(&self, side: Side) -> Option<&Sent> {
        let looked = self.looked.as_ref()?;
        self.sent[side.index()].as_ref().filter(|sent| sent.credential.0 == *looked.credential)
    }
}

impl Looked {
    pub(crate) fn token(&self) -> Option<&Token> {
        match &self.what {
            What::Token(token) => Some(token),
            _ => None,
        }
    }
}

/// It holds a credential.
impl std::fmt::Debug for Looked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Looked").field("number", &self.number).field("words", &self.words).finish_non_exhaustive()
    }
}
