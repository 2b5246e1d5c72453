//! Keys that signatures are checked with, read from whatever people keep them in; of a private key its public half.

mod jwk;
mod pem;
pub(super) mod public;

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

use super::decode::{Object, twice};

/// More than any key, certificate chain or set of keys that somebody really has.
const MOST_OCTETS: usize = 4 * 1024 * 1024;

/// Each key of a set may have to be tried, and that takes time.
const MOST_KEYS: usize = 1000;

/// The keys that were given for one token.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Keys {
    pub(crate) all: Vec<Key>,
    /// Whether they are a set (RFC 7517 section 5), out of which the token's `kid` picks.
    pub(crate) set: bool,
    /// The keys of the set that can't be read, which a set may contain (RFC 7517 section 5), and why.
    pub(crate) unread: Vec<BadKey>,
}

/// A key, and what it says of its own use.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) material: Material,
    pub(crate) kid: Option<String>,
    /// The only algorithm that it is meant for, where it says so.
    pub(crate) alg: Option<String>,
    /// Why it is not meant to check signatures, where it says so (`use`, `key_ops`).
    pub(crate) unfit: Option<String>,
}

/// What a signature is checked with.
#[derive(Clone, PartialEq)]
pub(crate) enum Material {
    Secret(Vec<u8>),
    /// Modulus and exponent, the highest octet first and without leading zeros.
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
        /// Whether it is for RSASSA-PSS alone (RFC 4055 section 1.2).
        pss_only: bool,
    },
    /// A point that lies on its curve (SEC 1 section 2.3.3).
    Ec {
        curve: Curve,
        point: Vec<u8>,
    },
    Ed25519(Vec<u8>),
    /// A kind that has a name, and that nothing here checks with.
    Other(String),
}

/// The curves of RFC 7518 section 6.2.1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

/// Why something is no key: where, what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BadKey(pub(super) String);

fn bad(what: impl Into<String>) -> BadKey {
    BadKey(what.into())
}

impl Keys {
    /// No key: signatures are not checked.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// A secret that is its own text.
    pub(crate) fn secret(text: &str) -> Self {
        Self::one(Material::Secret(text.as_bytes().to_vec()))
    }

    /// A secret that was written down as base64url.
    pub(crate) fn secret_base64url(text: &str) -> Result<Self, BadKey> {
        let secret = BASE64_URL_SAFE_NO_PAD.decode(text.trim().trim_end_matches('='));
        let why = "the secret is not base64url (A-Z, a-z, 0-9, - and _): give it as a plain text, or write it so";
        Ok(Self::one(Material::Secret(secret.map_err(|_| bad(why))?)))
    }

    /// A key file: PEM, DER, a JWK or a set of them, told apart by their octets. A secret has no form that could be
    /// told, so it is never read from one.
    pub(crate) fn read(file: &[u8]) -> Result<Self, BadKey> {
        if file.len() > MOST_OCTETS {
            return Err(bad(format!("{} octets are too many for a key: at most {MOST_OCTETS} are read", file.len())));
        }
        let text = str::from_utf8(file).unwrap_or_default().trim_start_matches('\u{feff}').trim();
        if text.contains("-----BEGIN") {
            return pem::read(text).map(Self::one);
        }
        if text.starts_with('{') {
            let json: Value = serde_json::from_str(text).map_err(|why| bad(format!("this is no JSON: {why}")))?;
            if let Some(name) = twice::names(text.as_bytes()).first() {
                return Err(bad(format!("{name:?} stands in it twice, so it could be read as two different keys")));
            }
            return if json.get("keys").is_some() { Self::jwks(&json) } else { Self::jwk(&json) };
        }
        if file.first() == Some(&0x30) {
            return public::der(file).map(Self::one);
        }
        Err(bad(
            "this is neither PEM, DER, a JWK nor a set of JWKs: a secret is given as such, as text or as base64url",
        ))
    }

    /// One JWK (RFC 7517 section 4).
    pub(crate) fn jwk(json: &Value) -> Result<Self, BadKey> {
        Ok(Self { all: vec![jwk::read(object(json, "a JWK")?)?], ..Self::default() })
    }

    /// A set of JWKs (RFC 7517 section 5). Those that can't be read are passed over, and kept in mind.
    pub(crate) fn jwks(json: &Value) -> Result<Self, BadKey> {
        let keys = object(json, "a set of JWKs")?.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or_else(|| bad("this is no set of JWKs: its member `keys` has to be an array of them"))?;
        if keys.len() > MOST_KEYS {
            return Err(bad(format!("the set has {} keys: at most {MOST_KEYS} are read", keys.len())));
        }
        let mut set = Self { set: true, ..Self::default() };
        for (at, json) in keys.iter().enumerate() {
            match object(json, "a JWK").and_then(jwk::read) {
                Ok(key) => set.all.push(key),
                Err(BadKey(why)) => set.unread.push(bad(format!("key {} of the set: {why}", at + 1))),
            }
        }
        Ok(set)
    }

    /// Whether there is nothing to check with.
    pub(crate) fn is_none(&self) -> bool {
        self.all.is_empty() && !self.set
    }

    fn one(material: Material) -> Self {
        Self { all: vec![Key { material, kid: None, alg: None, unfit: None }], ..Self::default() }
    }
}

fn object<'a>(json: &'a Value, what: &str) -> Result<&'a Object, BadKey> {
    json.as_object().ok_or_else(|| bad(format!("this is no JSON object, as {what} has to be")))
}

impl Material {
    /// What it is, in words that fit behind "the key is".
    pub(crate) fn kind(&self) -> String {
        match self {
            Self::Secret(_) => "a secret".to_owned(),
            Self::Rsa { .. } => "RSA".to_owned(),
            Self::Ec { curve, .. } => format!("EC on {}", curve.name()),
            Self::Ed25519(_) => "Ed25519".to_owned(),
            Self::Other(name) => name.clone(),
        }
    }
}

impl Key {
    /// The octets of a secret.
    pub(crate) fn secret(&self) -> Option<&[u8]> {
        match &self.material {
            Material::Secret(secret) => Some(secret),
            _ => None,
        }
    }

    /// The length of an RSA modulus.
    pub(crate) fn rsa_bits(&self) -> Option<usize> {
        let Material::Rsa { n, .. } = &self.material else { return None };
        let unused = n.first().map_or(0, |first| first.leading_zeros());
        Some(n.len() * 8 - usize::try_from(unused).expect("is at most 8"))
    }
}

impl Curve {
    const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// As a JWK names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// How many octets a coordinate has.
    pub(crate) fn octets(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// A secret opens what it protects, so nobody is shown it.
impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Material({})", self.kind())
    }
}

#[cfg(test)]
mod tests;
