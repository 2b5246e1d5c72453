//! Header lines: `Cookie`, `Set-Cookie`, `Authorization` and any other with a credential as its value.

use std::borrow::Cow;

use super::{Found, MOST_FOUND, Recognised, alone, scan};
use crate::inspect::decode::Malformed;
use crate::inspect::plain::visible;

/// The attributes by which a cookie line without its name can be told (RFC 6265bis section 5.6).
const ATTRIBUTES: [&str; 8] = ["path", "domain", "expires", "max-age", "secure", "httponly", "samesite", "partitioned"];
/// Words before a credential (RFC 6750, RFC 9449, and what frameworks made up).
const SCHEMES: [&str; 4] = ["bearer", "dpop", "token", "jwt"];

/// What a text of one line or many holds: a message's head, a single header, or a credential and nothing else.
pub(super) fn all(text: &str) -> Vec<Found> {
    let understood = |found: &[Found]| !matches!(found, [Found { what: Recognised::Malformed(_), place: None, .. }]);
    let found = plain(text);
    if understood(&found) {
        return found;
    }
    // Behind an encoding may stand what is none without.
    unescaped(text).map(|text| plain(&text)).filter(|found| understood(found)).unwrap_or(found)
}

fn plain(text: &str) -> Vec<Found> {
    // Something broken over lines is one thing, so the whole comes first.
    let why = match alone(text) {
        Ok(what) => return vec![Found::of(&joined(text), what)],
        Err(why) => why,
    };
    let headers = text.lines().flat_map(|line| header(line.trim()).unwrap_or_default());
    let mut found: Vec<Found> = headers.take(MOST_FOUND).collect();
    if found.is_empty()
        && let Some(line) = bare_cookie(text)
    {
        found = line;
    }
    found.extend(scan::all(text));
    if found.is_empty() {
        found.push(Found::of(text, Recognised::Malformed(why)));
    }
    found
}

/// One header line with its name; None where it is none, or nothing in it is a credential.
fn header(line: &str) -> Option<Vec<Found>> {
    let (name, value) = line.split_once(':')?;
    let value = value.trim();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return None;
    }
    match name.to_ascii_lowercase().as_str() {
        "set-cookie" => return Some(set_cookie(value)),
        "cookie" => return Some(cookie(value)),
        _ => {}
    }
    let (scheme, credential) = match value.split_once(' ') {
        Some((scheme, rest)) if SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) => (Some(scheme), rest.trim()),
        _ => (None, value),
    };
    let place = match scheme {
        Some(scheme) => format!("in the header `{name}`, behind `{scheme}`"),
        None => format!("in the header `{name}`"),
    };
    match alone(credential) {
        // Any value of a header could be an id; with a scheme before it, it is meant as one.
        Ok(Recognised::SessionId(_) | Recognised::Sealed(_)) if scheme.is_none() => None,
        Ok(what) => Some(vec![Found::at(place, credential, what)]),
        Err(why) if scheme.is_some() => Some(vec![Found::at(place, credential, Recognised::Malformed(why))]),
        Err(_) => None,
    }
}

/// A `Set-Cookie` line's value, and what its cookie carries.
fn set_cookie(value: &str) -> Vec<Found> {
    let pair = value.split(';').next().unwrap_or_default();
    let line = Found::at("in the header `Set-Cookie`", value, Recognised::SetCookie);
    std::iter::once(line).chain(carried(pair)).collect()
}

/// A `Cookie` line's value, and what its cookies carry.
pub(super) fn cookie(value: &str) -> Vec<Found> {
    let line = Found::at("in the header `Cookie`", value, Recognised::Cookie);
    std::iter::once(line).chain(value.split(';').filter_map(carried).take(MOST_FOUND)).collect()
}

/// A cookie line without the header's name: pairs between semicolons, with attributes where a server wrote it.
fn bare_cookie(text: &str) -> Option<Vec<Found>> {
    let sign = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let mut pairs = text.split(';');
    let (name, value) = pairs.next()?.split_once('=')?;
    let is_pair = !name.trim().is_empty() && name.trim().chars().all(sign) && !value.trim_matches('=').is_empty();
    // A token with an equals sign in it is a damaged one.
    let is_token = text.starts_with("ey") && text.contains('.');
    let is_form = value.contains('&') && !text.contains(';');
    if !is_pair || is_form || is_token || text.contains(['\n', '\r']) || value.trim().contains(' ') {
        return None;
    }
    let attribute = |part: &str| {
        let name = part.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
        ATTRIBUTES.contains(&name.as_str())
    };
    let mut found = if text.split(';').skip(1).any(attribute) {
        set_cookie(text)
    } else if pairs.all(|pair| pair.contains('=')) {
        cookie(text)
    } else {
        return None;
    };
    found[0].place = None;
    Some(found)
}

/// The credential that a cookie carries, if its value is one.
fn carried(pair: &str) -> Option<Found> {
    let (name, value) = pair.split_once('=')?;
    let plain = unescaped(value).map_or(Cow::Borrowed(value), Cow::Owned);
    let plain = plain.trim().trim_matches('"');
    let place = format!("in the cookie `{}`", visible(name.trim()));
    match alone(plain) {
        Ok(what) => Some(Found::at(place, plain, what)),
        // Only what begins like a token is a broken one; any other value is a value.
        Err(why) if plain.starts_with("ey") && why != Malformed::Parts(1) => {
            Some(Found::at(place, plain, Recognised::Malformed(why)))
        }
        Err(_) => None,
    }
}

/// A token that was broken over lines, in one.
fn joined(text: &str) -> String {
    let text = text.trim().trim_matches(['"', '\'', '`']).trim();
    let bare = text.get(..7).filter(|start| start.eq_ignore_ascii_case("bearer ")).map_or(text, |_| &text[7..]);
    bare.split_whitespace().collect()
}

/// What a text says behind its `%2E`; None where it has none, or where that is no text.
pub(super) fn unescaped(text: &str) -> Option<String> {
    let hex = |at: usize| text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let mut octets = Vec::with_capacity(text.len());
    let (mut at, mut any) = (0, false);
    while at < text.len() {
        let byte = text.as_bytes()[at];
        match (byte == b'%').then(|| hex(at)).flatten() {
            Some(octet) => {
                octets.push(octet);
                (at, any) = (at + 3, true);
            }
            None => {
                octets.push(byte);
                at += 1;
            }
        }
    }
    any.then(|| String::from_utf8(octets).ok()).flatten()
}
