//! A `Cookie` line taken apart, as servers read it (RFC 6265bis section 4.2.1).

use serde::Serialize;

use super::asked::without_name;
use crate::browser::octets;

/// More cookies than a browser keeps for one domain come from no browser, and can't be read by anybody.
const MOST_SHOWN: usize = 1000;

/// What a `Cookie` line holds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Pairs {
    pub(crate) cookies: Vec<Pair>,
    /// How many octets the line has behind its name.
    pub(crate) octets: usize,
    /// How many more cookies there are than are listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) left_out: usize,
}

/// One cookie of the line. A browser sends nothing but name and value, so nothing else can be known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// What is worth knowing of it.
    pub(crate) notes: Vec<String>,
}

/// Takes a `Cookie` line apart. None where the line does not begin with the field's name.
pub(crate) fn take_apart(line: &[u8]) -> Option<Pairs> {
    let value = without_name(line, "cookie")?;
    let pieces = || value.split(|octet| *octet == b';').map(<[u8]>::trim_ascii).filter(|piece| !piece.is_empty());
    let mut cookies: Vec<Pair> = Vec::new();
    for piece in pieces().take(MOST_SHOWN) {
        let pair = pair(piece, &cookies);
        cookies.push(pair);
    }
    Some(Pairs { left_out: pieces().count() - cookies.len(), cookies, octets: value.trim_ascii().len() })
}

fn pair(piece: &[u8], before: &[Pair]) -> Pair {
    let at = piece.iter().position(|octet| *octet == b'=');
    let (name, value) = at.map_or((&b""[..], piece), |at| (&piece[..at], &piece[at + 1..]));
    let (name, value) = (octets::from_bytes(name.trim_ascii()), octets::from_bytes(value.trim_ascii()));
    let mut notes = Vec::new();
    if at.is_none() {
        notes.push("It has no equals sign: a browser sends a cookie without a name like that.".to_owned());
    }
    if !name.is_empty() && before.iter().any(|other| other.name == name) {
        let why =
            "The name was there before: the one with the longer path comes first, and nothing says which is whose.";
        notes.push(why.to_owned());
    }
    let promise = super::reading::promise_of(&name);
    notes.extend(promise.map(|promise| format!("The prefix says that {promise}, if a browser sent it.")));
    if value.bytes().filter(|octet| *octet == b'.').count() == 2 && value.starts_with("eyJ") {
        notes.push("The value is a signed token: it can be inspected by itself.".to_owned());
    }
    if let Some(c) = value.chars().chain(name.chars()).find(|c| c.is_ascii_control() && *c != '\t') {
        notes.push(format!("It has the control character U+{:04X}, which no browser stores.", u32::from(c)));
    }
    Pair { text: Some(octets::shown(&value)).filter(|text| *text != value), name, value, notes }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}
