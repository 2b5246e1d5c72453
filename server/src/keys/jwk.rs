//! Public keys as JSON (RFC 7517): read, judged, and named by their thumbprint (RFC 7638).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::Value;

use super::Verifier;
use crate::store::sha256;

/// Members that only a private or a shared key has (RFC 7518 section 6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// The largest RSA key that is taken, in octets of its modulus.
const MOST_MODULUS: usize = 1024;

/// Somebody's public key.
pub(crate) struct PublicKey {
    pub(crate) verifier: Verifier,
    /// Its SHA-256 thumbprint, in base64url.
    pub(crate) thumbprint: String,
}

impl PublicKey {
    /// Reads a JWK; an error says what it is not.
    pub(crate) fn read(jwk: &Value) -> Result<Self, &'static str> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let number = |name| {
            let octets = BASE64.decode(text(name).ok_or("its jwk is not complete")?);
            octets.map_err(|_| "its jwk is not in base64url")
        };
        let coordinate =
            |name| <[u8; 32]>::try_from(number(name)?).map_err(|_| "its jwk has a number of another length");
        if jwk.as_object().is_none() {
            return Err("its jwk is no object");
        }
        if PRIVATE.iter().any(|member| jwk.get(member).is_some()) {
            return Err("its jwk holds a private key");
        }
        // The required members in alphabetical order, without a space (RFC 7638 section 3.3). They were decoded strictly,
        // so what stands there needs no escape.
        let (verifier, members) = match (text("kty"), text("crv")) {
            (Some("EC"), Some("P-256")) => {
                let (x, y) = (coordinate("x")?, coordinate("y")?);
                let members =
                    format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, BASE64.encode(x), BASE64.encode(y));
                (Verifier::es256(&x, &y), members)
            }
            (Some("OKP"), Some("Ed25519")) => {
                let x = coordinate("x")?;
                (Verifier::eddsa(&x), format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, BASE64.encode(x)))
            }
            (Some("RSA"), _) => {
                let (n, e) = (number("n")?, number("e")?);
                if n.len() > MOST_MODULUS || e.len() > n.len() {
                    return Err("its jwk is larger than any key that is used");
                }
                let members = format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, BASE64.encode(&e), BASE64.encode(&n));
                (Verifier::rs256(&n, &e), members)
            }
            _ => return Err("its jwk is of a kind that is not known here"),
        };
        let verifier = verifier.ok_or("its jwk is no key")?;
        Ok(Self { verifier, thumbprint: BASE64.encode(sha256(&members)) })
    }
}
