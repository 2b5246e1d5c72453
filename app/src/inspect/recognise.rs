//! What was pasted: tokens, cookies and ids told apart by their form, wherever in a header, an address or a command they
//! stand. Nothing is checked and nothing believed.

mod curl;
mod jwe;
mod lines;
mod opaque;
mod other;
mod scan;
mod shapes;

use std::fmt;

pub(crate) use self::jwe::Jwe;
pub(crate) use self::opaque::SessionId;
pub(crate) use self::other::{Paseto, Serialisation};
pub(crate) use self::shapes::Sealed;
use super::decode::{self, Jws, MOST_OCTETS, Malformed, Oddity};
use super::nested;

/// More than anybody looks at; a text with a million tokens in it would fill the memory.
const MOST_FOUND: usize = 100;

/// Something that stood in a text; its `Debug` does not show it.
#[derive(Clone, PartialEq)]
pub(crate) struct Found {
    /// Where it stood, for a sentence: "in the header `Authorization`". None where it is all there is.
    pub(crate) place: Option<String>,
    /// It alone, without what surrounded it.
    pub(crate) text: String,
    pub(crate) what: Recognised,
}

/// What a text can be.
#[derive(Clone, PartialEq)]
pub(crate) enum Recognised {
    Jws(Jws),
    /// A signed token whose payload travels elsewhere (RFC 7515 appendix F), or is empty.
    Detached(Jws),
    Jwe(Jwe),
    /// JSON instead of three parts between dots: named, and refused for use.
    Json(Serialisation),
    Paseto(Paseto),
    Sealed(Sealed),
    SessionId(SessionId),
    /// The value of a `Set-Cookie` line.
    SetCookie,
    /// The value of a `Cookie` line.
    Cookie,
    /// A JWK, a JWKS or something in PEM.
    Key(&'static str),
    Malformed(Malformed),
}

/// Everything in a text that is a credential or tells of one, in the order in which it stands there; a cookie line comes
/// before what is in it. There is always something: where nothing is recognised, why not.
pub(crate) fn recognise(text: &str) -> Vec<Found> {
    if text.len() > MOST_OCTETS {
        return vec![Found::of(text, Recognised::Malformed(Malformed::TooLong(text.len())))];
    }
    let (text, marked) = match text.trim().strip_prefix(decode::BYTE_ORDER_MARK) {
        Some(rest) => (rest.trim_start(), true),
        None => (text.trim(), false),
    };
    if let Some(what) = other::key(text) {
        return vec![Found::of(text, what)];
    }
    let mut found = match text.starts_with(['{', '[']) {
        true => other::json(text),
        false if curl::is_command(text) => curl::all(text),
        false => lines::all(text),
    };
    within(&mut found);
    // The same credential is often there twice, in a cookie and in a header.
    let mut seen = std::collections::HashSet::new();
    found.truncate(MOST_FOUND);
    found.retain(|one| seen.insert(one.text.clone()));
    if marked && let Some(Found { place: None, what, .. }) = found.first_mut() {
        match what {
            Recognised::Jws(jws) | Recognised::Detached(jws) => jws.oddities.push(Oddity::Mark),
            Recognised::Jwe(jwe) => jwe.oddities.push(Oddity::Mark),
            _ => {}
        }
    }
    if found.is_empty() {
        let why = decode::decode(text).err().unwrap_or(Malformed::Nothing);
        found.push(Found::of(text, Recognised::Malformed(why)));
    }
    found
}

/// A token as it stands, signed or encrypted.
pub(crate) fn token(text: &str) -> Result<Recognised, Malformed> {
    match decode::decode(text) {
        Err(Malformed::Parts(5)) => jwe::decode(text).map(Recognised::Jwe),
        signed => signed.map(Recognised::Jws),
    }
}

/// Behind each token the one that it holds.
fn within(found: &mut Vec<Found>) {
    let mut at = 0;
    while at < found.len().min(MOST_FOUND) {
        let inner = found[at].token().and_then(nested::of).and_then(Result::ok);
        at += 1;
        if let Some(inner) = inner {
            found.insert(at, Found::at(WITHIN, &inner.text, inner.what));
            at += 1;
        }
    }
}

/// Where a token stands that is the payload of another.
const WITHIN: &str = "inside the token, as its payload";

/// What one credential is that stands alone, perhaps in quotes, behind a scheme or broken over lines.
fn alone(text: &str) -> Result<Recognised, Malformed> {
    let why = match decode::decode(text) {
        Ok(jws) => return Ok(signed(jws)),
        Err(why) => why,
    };
    let bare = text.trim().trim_matches(['"', '\'', '`']);
    if let Some(found) =
        other::paseto(bare).map(Recognised::Paseto).or_else(|| shapes::sealed(bare).map(Recognised::Sealed))
    {
        return Ok(found);
    }
    match why {
        Malformed::Parts(5) => jwe::decode(text).map(Recognised::Jwe),
        Malformed::Parts(1) => opaque::session_id(bare).map(Recognised::SessionId).ok_or(why),
        _ => Err(why),
    }
}

fn signed(jws: Jws) -> Recognised {
    if let Some(sealed) = shapes::flask(&jws) {
        return Recognised::Sealed(sealed);
    }
    match jws.payload.is_empty() && !jws.signature.is_empty() {
        true => Recognised::Detached(jws),
        false => Recognised::Jws(jws),
    }
}

impl Found {
    fn of(text: &str, what: Recognised) -> Self {
        Self { place: None, text: text.to_owned(), what }
    }

    fn at(place: impl Into<String>, text: &str, what: Recognised) -> Self {
        Self { place: Some(place.into()), text: text.to_owned(), what }
    }

    /// The token that was found, signed or detached.
    pub(crate) fn token(&self) -> Option<&Jws> {
        match &self.what {
            Recognised::Jws(jws) | Recognised::Detached(jws) => Some(jws),
            _ => None,
        }
    }
}

impl Recognised {
    /// The name in JSON.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Jws(jws) if jws.claims().is_ok() => "jwt",
            Self::Jws(_) => "jws",
            Self::Detached(_) => "jws-detached",
            Self::Jwe(_) => "jwe",
            Self::Json(serialisation) => serialisation.kind(),
            Self::Paseto(_) => "paseto",
            Self::Sealed(_) => "sealed",
            Self::SessionId(_) => "session-id",
            Self::SetCookie => "set-cookie",
            Self::Cookie => "cookie",
            Self::Key(_) => "key",
            Self::Malformed(_) => "malformed",
        }
    }
}

/// What it is, as the beginning of a sentence.
impl fmt::Display for Recognised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Jws(jws) if jws.claims().is_ok() => f.write_str("A signed token (JWT)"),
            Self::Jws(_) => f.write_str("A signed text (JWS) with no claims in it"),
            Self::Detached(_) => f.write_str("A signature whose payload travels elsewhere (detached JWS)"),
            Self::Jwe(jwe) => write!(f, "{jwe}"),
            Self::Json(serialisation) => write!(f, "{serialisation}"),
            Self::Paseto(paseto) => write!(f, "{paseto}"),
            Self::Sealed(sealed) => write!(f, "{sealed}"),
            Self::SessionId(id) => write!(f, "{id}"),
            Self::SetCookie => f.write_str("A cookie that a server sets (`Set-Cookie`)"),
            Self::Cookie => f.write_str("Cookies that a browser sends (`Cookie`)"),
            Self::Key(kind) => write!(f, "A key and no token: {kind}"),
            Self::Malformed(why) => write!(f, "Not understood: {why}"),
        }
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found").field("place", &self.place).field("what", &self.what).finish_non_exhaustive()
    }
}

impl fmt::Debug for Recognised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({self})", self.kind())
    }
}

#[cfg(test)]
mod tests;
