//! A compact JWS (RFC 7515 section 3.1) taken apart, and put together again; nothing is checked and nothing believed.

mod octets;
mod oddity;
pub(crate) mod twice;

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

pub(crate) use self::octets::octets;
pub(crate) use self::oddity::Oddity;

/// Larger than what anybody signs, small enough to be looked at in a moment.
pub(crate) const MOST_OCTETS: usize = 4 * 1024 * 1024;

/// It says of a file how it is encoded, and is seen nowhere.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// A JSON object whose members keep their order.
pub(crate) type Object = Map<String, Value>;

/// A token in its three parts.
#[derive(Clone, PartialEq)]
pub(crate) struct Jws {
    pub(crate) header: Object,
    /// The octets that were signed; often JSON, but nothing demands that.
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    /// The first two parts as they were written: what the signature is over.
    pub(crate) signing_input: String,
    /// Where the text is not what RFC 7515 asks for and was read all the same.
    pub(crate) oddities: Vec<Oddity>,
}

/// A part of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Header,
    Payload,
    Signature,
    // Of an encrypted token (RFC 7516 section 3.1).
    EncryptedKey,
    Vector,
    Ciphertext,
    Tag,
}

/// Why a text is no token, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("there is nothing in it")]
    Empty,
    #[error("{0} octets: at most {MOST_OCTETS} are read")]
    TooLong(usize),
    /// Five parts are an encrypted token (RFC 7516), any other number none at all.
    #[error("{0} part{s} between dots: a signed token has three{more}", s = if *.0 == 1 { "" } else { "s" }, more = if *.0 == 5 { ", and an encrypted one of five names `enc` in its header" } else { "" })]
    Parts(usize),
    /// A character that base64url does not have, and where it stands in the part, counted from 0.
    #[error("{0}: character {at} of it is {2:?}, which base64url does not have", at = .1 + 1)]
    Character(Part, usize, char),
    /// How many characters the part has.
    #[error("{0}: {1} characters are the length of no base64url text, so one is missing or too many")]
    Length(Part, usize),
    #[error("{0}: this is not JSON: {1}")]
    NotJson(Part, String),
    #[error("{0}: this is JSON and no object")]
    NoObject(Part),
    /// It may be JSON; nobody looks further down than 128 levels.
    #[error("{0}: it is nested more than 128 levels deep")]
    TooDeep(Part),
    /// A text that begins like JSON.
    #[error("it begins like JSON and is none: {0}")]
    BadJson(String),
    #[error("no token, cookie or id stands in it")]
    Nothing,
}

/// Takes a token apart. Forgiving where people paste (`Bearer `, quotes, line breaks, padding), and strict in what a
/// token is: three parts of base64, the first of them a JSON object.
pub(crate) fn decode(text: &str) -> Result<Jws, Malformed> {
    if text.len() > MOST_OCTETS {
        return Err(Malformed::TooLong(text.len()));
    }
    let mut oddities = Vec::new();
    let text = unwrapped(text, &mut oddities);
    if text.is_empty() {
        return Err(Malformed::Empty);
    }
    let parts: Vec<&str> = text.split('.').collect();
    let [header, payload, signature] = parts[..] else { return Err(Malformed::Parts(parts.len())) };
    let signing_input = format!("{header}.{payload}");
    let head = octets(Part::Header, header, &mut oddities)?;
    let header = object(Part::Header, &head)?;
    let body = if header.get("b64") == Some(&Value::Bool(false)) {
        oddities.push(Oddity::Unencoded);
        payload.as_bytes().to_vec()
    } else {
        octets(Part::Payload, payload, &mut oddities)?
    };
    let signature = octets(Part::Signature, signature, &mut oddities)?;
    for (part, json) in [(Part::Header, &head), (Part::Payload, &body)] {
        oddities.extend(twice::names(json).into_iter().map(|name| Oddity::Twice(part, name)));
    }
    Ok(Jws { header, payload: body, signature, signing_input, oddities })
}

/// The part of a token that is signed, made of a header and a payload.
pub(crate) fn signing_input(header: &Object, payload: &[u8]) -> String {
    let header = serde_json::to_vec(header).expect("a JSON object can be written");
    format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(header), BASE64_URL_SAFE_NO_PAD.encode(payload))
}

/// A whole token: the signed part as it stands, and a signature.
pub(crate) fn compact(signing_input: &str, signature: &[u8]) -> String {
    format!("{signing_input}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

/// The type of a JSON value, in words that fit behind "is".
pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl Jws {
    /// What the header says under `name`, where that is a text.
    pub(crate) fn says(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }

    /// The claims, where the payload is a JSON object.
    pub(crate) fn claims(&self) -> Result<Object, Malformed> {
        object(Part::Payload, &self.payload)
    }
}

/// Takes away what surrounds a token where people copy it from.
pub(crate) fn unwrapped(text: &str, oddities: &mut Vec<Oddity>) -> String {
    let unmarked = text.trim_start().strip_prefix(BYTE_ORDER_MARK);
    oddities.extend(unmarked.map(|_| Oddity::Mark));
    let text = unmarked.unwrap_or(text);
    let mut bare = text.trim();
    // One quote alone is no wrapping but damage.
    while let Some(inside) = ['"', '\'', '`'].iter().find_map(|quote| bare.strip_prefix(*quote)?.strip_suffix(*quote)) {
        bare = inside.trim();
    }
    if bare.len() < text.len() {
        oddities.push(Oddity::Around);
    }
    let scheme = bare.get(..7).filter(|start| start.eq_ignore_ascii_case("bearer "));
    if let Some(scheme) = scheme {
        oddities.push(Oddity::Bearer);
        bare = bare[scheme.len()..].trim_start();
    }
    match bare.contains(char::is_whitespace) {
        false => bare.to_owned(),
        true => {
            oddities.push(Oddity::WhiteSpace);
            bare.split_whitespace().collect()
        }
    }
}

/// The JSON object that a part holds.
pub(crate) fn object(part: Part, octets: &[u8]) -> Result<Object, Malformed> {
    match serde_json::from_slice(octets) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Malformed::NoObject(part)),
        Err(bad) if bad.to_string().starts_with("recursion limit") => Err(Malformed::TooDeep(part)),
        Err(bad) => Err(Malformed::NotJson(part, bad.to_string())),
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
            Self::EncryptedKey => "encrypted key",
            Self::Vector => "initialisation vector",
            Self::Ciphertext => "ciphertext",
            Self::Tag => "tag",
        })
    }
}

/// A token opens accounts, so logs are shown its header alone.
impl fmt::Debug for Jws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jws").field("header", &self.header).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
