//! A compact JWS (RFC 7515 section 3.1) taken apart, and put together again; nothing is checked and nothing believed.

pub(crate) mod twice;

use std::fmt;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// Larger than what anybody signs, small enough to be looked at in a moment.
const MOST_OCTETS: usize = 4 * 1024 * 1024;

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

/// Something about a text that was read as a token all the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Oddity {
    /// Quotes or white space, which are no part of the token.
    #[error("something stands around it")]
    Around,
    /// The scheme of an `Authorization` header: no part of the token.
    #[error("it stands behind `Bearer`")]
    Bearer,
    #[error("white space stands within it")]
    WhiteSpace,
    #[error("{0}: not as base64url is to be written (RFC 7515 section 2)")]
    Encoding(Part),
    #[error("{0}: {1:?} stands in it twice")]
    Twice(Part, String),
}

/// A part of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Header,
    Payload,
    Signature,
}

/// Why a text is no token, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("there is nothing in it")]
    Empty,
    #[error("{0} octets: at most {MOST_OCTETS} are read")]
    TooLong(usize),
    /// Five parts are an encrypted token (RFC 7516), any other number none at all.
    #[error("{0} parts between dots: a signed token has three{more}", more = if *.0 == 5 { ", an encrypted one five" } else { "" })]
    Parts(usize),
    /// A character that base64url does not have, counted from 0 within the part.
    #[error("{0}: character {1} is not base64url")]
    Character(Part, usize),
    #[error("{0}: its length is that of no base64url text")]
    Length(Part),
    #[error("{0}: this is not JSON: {1}")]
    NotJson(Part, String),
    #[error("{0}: this is JSON and no object")]
    NoObject(Part),
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
    let head = octets(Part::Header, header, &mut oddities)?;
    let body = octets(Part::Payload, payload, &mut oddities)?;
    let signature = octets(Part::Signature, signature, &mut oddities)?;
    for (part, json) in [(Part::Header, &head), (Part::Payload, &body)] {
        oddities.extend(twice::names(json).into_iter().map(|name| Oddity::Twice(part, name)));
    }
    let signing_input = format!("{header}.{payload}");
    Ok(Jws { header: object(Part::Header, &head)?, payload: body, signature, signing_input, oddities })
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
fn unwrapped(text: &str, oddities: &mut Vec<Oddity>) -> String {
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

/// The octets of one part. Padding, the alphabet of plain base64 and stray bits at the end are read, and noted.
fn octets(part: Part, text: &str, oddities: &mut Vec<Oddity>) -> Result<Vec<u8>, Malformed> {
    if let Ok(octets) = BASE64_URL_SAFE_NO_PAD.decode(text) {
        return Ok(octets);
    }
    const FORGIVING: GeneralPurpose = GeneralPurpose::new(
        &URL_SAFE,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let plain = text.trim_end_matches('=');
    let other = |c: char| !(c.is_ascii_alphanumeric() || ['-', '_', '+', '/'].contains(&c));
    if let Some(at) = plain.chars().position(other) {
        return Err(Malformed::Character(part, at));
    }
    let octets = FORGIVING.decode(plain.replace('+', "-").replace('/', "_")).map_err(|_| Malformed::Length(part))?;
    oddities.push(Oddity::Encoding(part));
    Ok(octets)
}

fn object(part: Part, octets: &[u8]) -> Result<Object, Malformed> {
    match serde_json::from_slice(octets) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Malformed::NoObject(part)),
        Err(bad) => Err(Malformed::NotJson(part, bad.to_string())),
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
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
