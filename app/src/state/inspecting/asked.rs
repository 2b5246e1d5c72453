//! What is asked of the inspector: what to take up, with which key to check it, and what to make of it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use lockstep_shared::clock::{BadMoment, LabTime};
use serde_json::Value;

use crate::inspect::cookies::KINDS;
use crate::inspect::verify::Expect;
use crate::state::command::Side;

/// One thing to do. Its `Debug` shows no credential and no key.
#[derive(Clone)]
pub(crate) enum Ask {
    /// Looks at a text.
    Take(Subject),
    /// Looks at what a file holds.
    Open(PathBuf),
    /// Looks at another of the credentials that stand in the text.
    Pick(usize),
    /// Checks with this key.
    Key(KeyGiven),
    /// There is no key to be had, and why.
    NoKey(String),
    /// Takes the text for the key of what was looked at before.
    AsKey,
    /// Holds the token against this.
    Against(Against),
    /// Asks a browser about a cookie.
    Cookie(CookieAsked),
    /// Makes a token of changed parts: an act of its own, which no check ever does.
    Edit(Edited),
    /// Makes everything that an attacker would make of it.
    Forge,
    /// Looks at one of these: an attack, and a variant of it, by their places.
    Choose(usize, usize),
    /// Looks for the secret that it was signed with.
    Crack(CrackAsked),
    /// Ends that search.
    StopCracking,
    /// Looks again at what was there before it was changed.
    Back,
    /// Forgets everything.
    Clear,
}

/// A text, and where it comes from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) text: Arc<str>,
    pub(crate) origin: Origin,
}

/// Where a text comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// `access of the right laptop`; empty where it was pasted.
    pub(crate) words: String,
    /// The lane that it was met in.
    pub(crate) side: Option<Side>,
    /// How it was made of another, where it was.
    pub(crate) made: Option<String>,
    /// Whether that was by an attack: the others of it are made of the same token then.
    pub(crate) forged: bool,
}

/// What to check a signature with.
#[derive(Clone, Default, PartialEq)]
pub(crate) enum KeyGiven {
    #[default]
    None,
    Secret(String),
    SecretBase64url(String),
    /// PEM, a JWK or a set of them.
    File(String),
    /// The set that a lane publishes.
    Lane(Side, Arc<Value>),
}

/// The parts of a token as they were changed.
#[derive(Clone)]
pub(crate) struct Edited {
    pub(crate) header: String,
    pub(crate) payload: String,
    pub(crate) sign: Signing,
}

/// What becomes of the signature.
#[derive(Clone)]
pub(crate) enum Signing {
    /// It stays, and is one over something else then.
    Keep,
    /// A new one, with this key.
    With(KeyGiven),
}

/// Where candidates for a secret come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CrackAsked {
    /// The path of a list; empty for the built-in one.
    pub(crate) list: String,
    /// Whether each word is varied as people do.
    pub(crate) rules: bool,
    /// Tried after the list; empty for none.
    pub(crate) mask: String,
    /// Whether to go on where the last search was stopped.
    pub(crate) go_on: bool,
}

/// What is asked about a cookie besides its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CookieAsked {
    /// The address whose answer sets it.
    pub(crate) url: String,
    /// The address that is asked for later.
    pub(crate) then: String,
    /// The page that starts the later request; empty for the address bar, `null` for one without an origin.
    pub(crate) initiator: String,
    pub(crate) method: String,
    /// The name of one of the kinds of request.
    pub(crate) kind: &'static str,
}

/// What a token has to be for whoever reads it, as it is typed; what is empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Against {
    /// Another moment than now.
    pub(crate) at: String,
    pub(crate) audience: String,
    pub(crate) issuer: String,
    pub(crate) typ: String,
    /// Seconds by which clocks may differ.
    pub(crate) leeway: String,
}

/// Whoever needs more than a day has another problem than clocks.
const MOST_LEEWAY_SECS: u64 = 86_400;

impl Against {
    /// The moment that was typed.
    pub(crate) fn moment(&self) -> Result<Option<LabTime>, String> {
        let text = self.at.trim();
        let read = |text: &str| text.parse().map_err(|why: BadMoment| format!("Time: {why}"));
        (!text.is_empty()).then(|| read(text)).transpose()
    }

    /// What is expected of a token that is read now, or which field can't be read.
    pub(crate) fn expect(&self, now: LabTime) -> Result<Expect, String> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let leeway_secs = match self.leeway.trim().trim_end_matches('s').trim_end() {
            "" => 0,
            text => text.parse().ok().filter(|secs| *secs <= MOST_LEEWAY_SECS).ok_or_else(|| {
                format!("Leeway: `{text}` is no number of seconds: write one from 0 to {MOST_LEEWAY_SECS}, such as 60")
            })?,
        };
        Ok(Expect {
            leeway_secs,
            audience: given(&self.audience).into_iter().collect(),
            issuer: given(&self.issuer),
            typ: given(&self.typ),
            ..Expect::at(self.moment()?.unwrap_or(now))
        })
    }

    /// What is asked for, in words; None where that is nothing.
    pub(crate) fn told(&self) -> Option<String> {
        let fields = [
            ("time", &self.at),
            ("audience", &self.audience),
            ("issuer", &self.issuer),
            ("type", &self.typ),
            ("leeway in seconds", &self.leeway),
        ];
        let given: Vec<String> = fields
            .into_iter()
            .filter(|(_, text)| !text.trim().is_empty())
            .map(|(name, text)| format!("{name} {}", text.trim()))
            .collect();
        (!given.is_empty()).then(|| given.join(", "))
    }
}

impl Default for CookieAsked {
    fn default() -> Self {
        let bank = "http://bank.localhost/".to_owned();
        Self { url: bank.clone(), then: bank, initiator: String::new(), method: "GET".to_owned(), kind: KINDS[0].0 }
    }
}

impl Subject {
    /// What somebody has pasted.
    pub(crate) fn pasted(text: &str) -> Self {
        Self { text: text.into(), origin: Origin::default() }
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Take(_) => "Take",
            Self::Open(_) => "Open",
            Self::Pick(_) => "Pick",
            Self::Key(_) => "Key",
            Self::NoKey(_) => "NoKey",
            Self::AsKey => "AsKey",
            Self::Against(_) => "Against",
            Self::Cookie(_) => "Cookie",
            Self::Edit(_) => "Edit",
            Self::Forge => "Forge",
            Self::Choose(..) => "Choose",
            Self::Crack(_) => "Crack",
            Self::StopCracking => "StopCracking",
            Self::Back => "Back",
            Self::Clear => "Clear",
        })
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("origin", &self.origin).finish_non_exhaustive()
    }
}
