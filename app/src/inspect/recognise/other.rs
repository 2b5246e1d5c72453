//! What is JSON, PEM or of another family of tokens: named, so that nobody takes it for a broken JWT.

use std::fmt;

use serde_json::Value;

use super::{Found, MOST_FOUND, Recognised, alone};
use crate::inspect::decode::{Malformed, Object};
use crate::inspect::plain::visible;

/// How a signature or an encryption is written in JSON (RFC 7515 section 7.2, RFC 7516 section 7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Serialisation {
    SignedFlat,
    SignedGeneral,
    Encrypted,
}

/// A platform-agnostic security token, which has no header to be lied in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Paseto {
    /// 1 to 4.
    pub(crate) version: u8,
    /// `local` is encrypted; the other kind, `public`, is signed.
    pub(crate) local: bool,
}

/// Anything in PEM.
pub(super) fn key(text: &str) -> Option<Recognised> {
    let label = text.strip_prefix("-----BEGIN ")?.split_once("-----")?.0;
    Some(Recognised::Key(match label {
        "CERTIFICATE" => "a certificate (X.509)",
        label if label.contains("PRIVATE KEY") => "a private key in PEM, which should not be shown around",
        _ => "a public key in PEM",
    }))
}

/// What a JSON text is itself, or the tokens among its members.
pub(super) fn json(text: &str) -> Vec<Found> {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(bad) => {
            let why = Malformed::BadJson(bad.to_string());
            return vec![Found::of(text, Recognised::Malformed(why))];
        }
    };
    if let Some(what) = value.as_object().and_then(itself) {
        return vec![Found::of(text, what)];
    }
    let mut found = Vec::new();
    within(&value, "", &mut found);
    if found.is_empty() {
        found.push(Found::of(text, Recognised::Malformed(Malformed::Nothing)));
    }
    found
}

fn itself(object: &Object) -> Option<Recognised> {
    let has = |name: &str| object.contains_key(name);
    if has("signatures") {
        Some(Recognised::Json(Serialisation::SignedGeneral))
    } else if has("ciphertext") {
        Some(Recognised::Json(Serialisation::Encrypted))
    } else if has("signature") && (has("payload") || has("protected") || has("header")) {
        Some(Recognised::Json(Serialisation::SignedFlat))
    } else if has("kty") {
        Some(Recognised::Key("a JWK"))
    } else if object.get("keys").is_some_and(Value::is_array) {
        Some(Recognised::Key("a set of keys (JWKS)"))
    } else {
        None
    }
}

/// The answer of a token endpoint, a log entry: its members that are tokens.
fn within(value: &Value, name: &str, found: &mut Vec<Found>) {
    match value {
        _ if found.len() == MOST_FOUND => {}
        Value::String(text) => {
            if let Ok(what) = alone(text)
                && !matches!(what, Recognised::SessionId(_) if !name.contains("token") && !name.contains("session"))
            {
                found.push(Found::at(format!("in the member `{}`", visible(name)), text, what));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| within(item, name, found)),
        Value::Object(members) => members.iter().for_each(|(name, value)| within(value, name, found)),
        _ => {}
    }
}

/// `v4.public.…`, with a footer or without.
pub(super) fn paseto(text: &str) -> Option<Paseto> {
    let (version, rest) = text.strip_prefix('v')?.split_once('.')?;
    let version = version.parse().ok().filter(|version| (1..=4).contains(version))?;
    let (purpose, rest) = rest.split_once('.')?;
    let letters = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&c);
    let whole = !rest.is_empty() && rest.matches('.').count() <= 1 && rest.chars().all(letters);
    (whole && ["local", "public"].contains(&purpose)).then_some(Paseto { version, local: purpose == "local" })
}

impl Serialisation {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::SignedFlat | Self::SignedGeneral => "jws-json",
            Self::Encrypted => "jwe-json",
        }
    }
}

impl fmt::Display for Serialisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::SignedFlat => "A signature in JSON serialisation (flattened)",
            Self::SignedGeneral => "Signatures in JSON serialisation (general)",
            Self::Encrypted => "An encryption in JSON serialisation",
        };
        write!(f, "{what}: a JWT is never written so (RFC 7519 section 1), so it is not taken for one")
    }
}

impl fmt::Display for Paseto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (purpose, rest) = match self.local {
            true => ("local", "encrypted, so there is nothing to see without the key"),
            false => ("public", "signed; its keys and rules are not those of a JWT, so it is not checked here"),
        };
        write!(f, "A PASETO, version {}, {purpose}: {rest}", self.version)
    }
}
