//! What the page itself remembers: what is typed into it and which of its views is open. None of it outlives the window.

use std::fmt;
use std::sync::Arc;

use crate::state::command::Side;
use crate::state::inspecting::{Against, CookieAsked, CrackAsked, KeyGiven, Looked, What};

/// How the Inspector is looked at.
#[derive(Clone, Default)]
pub(crate) struct Looking {
    /// What is typed into the field for credentials.
    pub(crate) input: String,
    pub(crate) view: View,
    pub(crate) key: KeyForm,
    pub(crate) cookie: CookieAsked,
    /// What is typed under Check against.
    pub(crate) against: Against,
    pub(crate) tab: Tab,
    /// What is typed into the parts of a token.
    pub(crate) edit: Option<EditForm>,
    pub(crate) crack: CrackAsked,
    /// The forgeries were asked for.
    pub(crate) forging: bool,
    /// A credential that was picked on another page.
    pub(crate) wanted: Option<Wanted>,
    /// What is typed belongs to one of the other fields.
    pub(crate) typing: bool,
    /// The number of what was looked at last.
    met: u64,
    of: Arc<str>,
}

/// A credential that somebody wants to see here.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub(crate) side: Side,
    /// Where it was met.
    pub(crate) words: String,
    pub(crate) value: String,
}

/// What is done with a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    #[default]
    Read,
    Edit,
    Forge,
    Crack,
}

/// A token's parts as they are being changed.
#[derive(Clone, Default)]
pub(crate) struct EditForm {
    pub(crate) header: String,
    pub(crate) payload: String,
    pub(crate) sub: String,
    pub(crate) aud: String,
    /// None: the old signature stays.
    pub(crate) sign: Option<KeyKind>,
    pub(crate) key: String,
}

/// How a token's parts are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum View {
    /// Member by member, in words.
    #[default]
    Explained,
    /// JSON, laid out.
    Pretty,
    /// What was signed.
    Raw,
}

/// The key that is typed.
#[derive(Clone, Default)]
pub(crate) struct KeyForm {
    pub(crate) kind: KeyKind,
    pub(crate) text: String,
}

/// What the text in the key's field is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum KeyKind {
    #[default]
    Secret,
    SecretBase64url,
    File,
}

impl Looking {
    /// Takes note of what is shown: what was typed for something else goes.
    pub(super) fn meet(&mut self, looked: &Looked) {
        if self.met != looked.number {
            self.met = looked.number;
            // What was typed for another token would be signed as this one.
            if self.of != looked.credential {
                self.of = looked.credential.clone();
                (self.edit, self.forging) = (None, false);
            }
            if let What::SetCookie(view) = &looked.what {
                self.cookie = view.asked.clone();
            }
        }
    }
}

impl View {
    pub(super) const ALL: [Self; 3] = [Self::Explained, Self::Pretty, Self::Raw];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Explained => "Explained",
            Self::Pretty => "JSON",
            Self::Raw => "Raw",
        }
    }

    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Explained => "Each member with what it means, and who says so",
            Self::Pretty => "As JSON, laid out",
            Self::Raw => "The very octets that were signed, with what can't be seen written out",
        }
    }
}

impl Tab {
    pub(super) const ALL: [Self; 4] = [Self::Read, Self::Edit, Self::Forge, Self::Crack];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::Edit => "Edit and sign",
            Self::Forge => "Forge",
            Self::Crack => "Crack",
        }
    }

    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Read => "What is in it, and what that means",
            Self::Edit => "Makes another token of it",
            Self::Forge => "What an attacker makes of it, and which of that a lane accepts",
            Self::Crack => "Looks for the secret that it was signed with",
        }
    }
}

impl KeyKind {
    pub(super) const ALL: [Self; 3] = [Self::Secret, Self::SecretBase64url, Self::File];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Secret => "Secret",
            Self::SecretBase64url => "Secret, base64url",
            Self::File => "PEM, JWK or JWKS",
        }
    }

    /// A text of this kind as a key.
    pub(super) fn given(self, text: String) -> KeyGiven {
        match self {
            Self::Secret => KeyGiven::Secret(text),
            Self::SecretBase64url => KeyGiven::SecretBase64url(text),
            Self::File => KeyGiven::File(text),
        }
    }

    pub(super) fn is_secret(self) -> bool {
        self != Self::File
    }
}

/// What is typed may be a secret.
impl fmt::Debug for Looking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Looking").field("view", &self.view).finish_non_exhaustive()
    }
}
