//! Who acts in the lab.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One who acts, each with a browser or client of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Actor {
    /// The victim's first device.
    Laptop,
    /// The victim's second device.
    Phone,
    /// Who steals from the laptop.
    Attacker,
    /// An unrelated user.
    Bystander,
    /// Who bans, demotes and revokes.
    Admin,
    /// A real browser, which somebody at this machine uses: it is no agent of the lab's and no scenario names it.
    #[serde(skip)]
    Browser,
}

impl Actor {
    /// Every agent of the lab's, in the order of every table.
    pub(crate) const ALL: [Self; 5] = [Self::Laptop, Self::Phone, Self::Attacker, Self::Bystander, Self::Admin];

    /// Whoever an exchange can be of.
    pub(crate) const SENDERS: [Self; 6] =
        [Self::Laptop, Self::Phone, Self::Attacker, Self::Bystander, Self::Admin, Self::Browser];

    /// The four whose access a cell measures.
    pub(crate) const MEASURED: [Self; 4] = [Self::Laptop, Self::Phone, Self::Attacker, Self::Bystander];

    /// The name in scenario files and tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Laptop => "laptop",
            Self::Phone => "phone",
            Self::Attacker => "attacker",
            Self::Bystander => "bystander",
            Self::Admin => "admin",
            Self::Browser => "browser",
        }
    }

    /// The name in a heading.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Laptop => "Victim · laptop",
            Self::Phone => "Victim · phone",
            Self::Attacker => "Attacker",
            Self::Bystander => "Bystander",
            Self::Admin => "Admin",
            Self::Browser => "Your browser",
        }
    }

    /// Whether this is one of the victim's own devices.
    pub(crate) fn is_victim(self) -> bool {
        matches!(self, Self::Laptop | Self::Phone)
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
