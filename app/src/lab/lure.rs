//! What a page that is not the bank's can have a browser do that comes by.

use url::Url;

/// Whose page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// The attacker's own site, `evil.localhost`.
    Evil,
    /// A host beside the bank's, `blog.<host>`, on which the attacker can publish.
    Sibling,
}

/// What the page does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lure {
    /// Submits a form that moves money (a top-level POST).
    FormPost,
    /// Leads the tab to an address that moves money (a top-level GET).
    Link,
    /// Shows an image whose address moves money.
    Image,
    /// Has its script send a form's body with credentials.
    FetchPost,
    /// Submits the log-in form with the attacker's own e-mail address and password.
    LogIn,
    /// Sets a cookie with a session id of the attacker's choice.
    PlantId,
    /// Sets a cookie with the attacker's own credential, beside the victim's.
    TossCookie,
    /// Has its script ask for the account and read the answer.
    ReadAccount,
}

impl Site {
    pub(crate) const ALL: [Self; 2] = [Self::Evil, Self::Sibling];

    /// The name in scenario files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Evil => "evil",
            Self::Sibling => "sibling",
        }
    }

    /// The page's address, given the bank's.
    pub(crate) fn page(self, bank: &Url) -> Url {
        let host = match self {
            Self::Evil => "evil.localhost".to_owned(),
            Self::Sibling => format!("blog.{}", bank.host_str().unwrap_or_default()),
        };
        let mut page = bank.clone();
        page.set_host(Some(&host)).expect("a label before a host name is a host name");
        page
    }
}

impl Lure {
    pub(crate) const ALL: [Self; 8] = [
        Self::FormPost,
        Self::Link,
        Self::Image,
        Self::FetchPost,
        Self::LogIn,
        Self::PlantId,
        Self::TossCookie,
        Self::ReadAccount,
    ];

    /// The name in scenario files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FormPost => "form-post",
            Self::Link => "link",
            Self::Image => "image",
            Self::FetchPost => "fetch-post",
            Self::LogIn => "log-in",
            Self::PlantId => "plant-id",
            Self::TossCookie => "toss-cookie",
            Self::ReadAccount => "read-account",
        }
    }
}
