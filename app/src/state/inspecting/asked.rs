//! What is asked of the inspector: what to take up, with which key to check it, and what to make of it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

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
}

impl Default for CookieAsked {
    fn default() -> Self {
        let bank = "http://bank.localhost/".to_owned();
        Self { url: bank.clone(), then: bank }
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
