//! A signed token taken apart (RFC 7515 section 3.1), before anybody believes anything of it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::{Map, Value};

use super::json;
use crate::keys::{Key, Verifier};

/// Octets of the longest token that is looked at. A cookie holds 4096; twice the most that a header line needs is this.
const MOST: usize = 16 * 1024;

/// A token in the compact form, the only one that is taken.
pub(crate) struct Jws<'a> {
    pub(crate) header: Map<String, Value>,
    /// The `alg` header, whatever it says.
    pub(crate) alg: String,
    /// Header and payload as they were signed.
    signed: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

impl<'a> Jws<'a> {
    /// Takes a token apart; an error says what it is not.
    pub(crate) fn read(token: &'a str) -> Result<Self, &'static str> {
        if token.len() > MOST {
            return Err("it has more than 16 KiB");
        }
        if token.trim_start().starts_with('{') {
            return Err("it is in the JSON form, and only the compact one is taken");
        }
        let parts: Vec<&str> = token.split('.').take(6).collect();
        let [header, payload, signature] = parts[..] else {
            return Err("three parts in base64url were expected");
        };
        // The decoder takes no padding, no other alphabet and no stray bits: each content has one spelling.
        let decode = |part: &str| BASE64.decode(part).map_err(|_| "three parts in base64url were expected");
        let header = json::object(&decode(header)?).ok_or("its header is no JSON object with each member once")?;
        let alg = match header.get("alg") {
            Some(Value::String(alg)) => alg.clone(),
            _ => return Err("its header names no algorithm"),
        };
        if ["typ", "kid"].iter().any(|name| header.get(*name).is_some_and(|value| !value.is_string())) {
            return Err("its header has a typ or kid that is no text");
        }
        let signature = decode(signature)?;
        let signed = &token[..parts[0].len() + 1 + payload.len()];
        Ok(Self { header, alg, signed, payload, signature })
    }

    /// A header that is text.
    pub(crate) fn says(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }

    /// Whether it asks to be read by rules beyond RFC 7515: none are known here, so such a token must be refused
    /// (section 4.1.11). An unencoded payload is one (RFC 7797 section 7).
    pub(crate) fn is_extended(&self) -> bool {
        self.header.contains_key("crit") || self.header.get("b64").is_some_and(|b64| *b64 != Value::Bool(true))
    }

    /// Whether it says that it is of this type (RFC 8725 section 3.11); the media type's tree may be left out.
    pub(crate) fn is_of_type(&self, typ: &str) -> bool {
        let said = self.says("typ").unwrap_or_default().to_ascii_lowercase();
        said.strip_prefix("application/").unwrap_or(&said) == typ
    }

    pub(crate) fn holds(&self, key: &Verifier) -> bool {
        key.holds(self.signed.as_bytes(), &self.signature)
    }

    /// The claims. Nobody should look at them before the signature held.
    pub(crate) fn claims(&self) -> Result<Map<String, Value>, &'static str> {
        let payload = BASE64.decode(self.payload).map_err(|_| "three parts in base64url were expected")?;
        json::object(&payload).ok_or("its claims are no JSON object with each member once")
    }
}

/// Signs claims.
pub(crate) fn sign(key: &Key, typ: &str, claims: &impl serde::Serialize) -> String {
    let header = serde_json::json!({ "alg": key.verifier.alg().name(), "typ": typ, "kid": key.kid });
    let claims = serde_json::to_vec(claims).expect("claims are plain data");
    let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims));
    let signature = BASE64.encode(key.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}
