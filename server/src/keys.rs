//! The keys that tokens are signed with: one a design, made at the start, replaced by a rotation.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use lockstep_shared::design::Alg;
use serde_json::{Value, json};

use crate::store::{handle, sha256};

/// HMAC keys have as many octets as the hash has (RFC 7518 section 3.2).
const HMAC_KEY_BYTES: usize = 32;

/// One key, ready to sign and to verify.
pub(crate) struct Key {
    pub(crate) alg: Alg,
    /// Its name in the `kid` header.
    pub(crate) kid: String,
    pub(crate) sign: EncodingKey,
    pub(crate) verify: DecodingKey,
    /// The public half as a JWK (RFC 8037), where there is one.
    public: Option<Value>,
}

/// The one key that a design signs with and accepts. It survives a restart, as a key file would.
pub(crate) struct KeyRing(RwLock<Arc<Key>>);

impl KeyRing {
    pub(crate) fn generate(alg: Alg) -> Self {
        Self(RwLock::new(Arc::new(Key::generate(alg))))
    }

    pub(crate) fn current(&self) -> Arc<Key> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the key without overlap: what the old one signed is refused from now on.
    pub(crate) fn rotate(&self) {
        let next = Arc::new(Key::generate(self.current().alg));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// The public keys as a JWK set (RFC 7517 section 5); None where the key is a secret.
    pub(crate) fn jwks(&self) -> Option<Value> {
        self.current().public.as_ref().map(|key| json!({ "keys": [key] }))
    }
}

impl Key {
    fn generate(alg: Alg) -> Self {
        match alg {
            Alg::HS256 => {
                let mut secret = [0; HMAC_KEY_BYTES];
                getrandom::fill(&mut secret).expect("the system gives random bytes");
                let (sign, verify) = (EncodingKey::from_secret(&secret), DecodingKey::from_secret(&secret));
                // The key's name is the hash of a hash, because a name is public and must not help to guess the key.
                let kid = key_id(&BASE64_URL_SAFE_NO_PAD.encode(secret));
                Self { alg, kid: key_id(&kid), sign, verify, public: None }
            }
            Alg::ES256 | Alg::RS256 => unimplemented!("this algorithm"),
            Alg::EdDSA => {
                let pair = Ed25519KeyPair::generate().expect("the system gives random bytes");
                let private = pair.to_pkcs8v1().expect("a fresh key can be written");
                let public = pair.public_key().as_ref();
                let x = BASE64_URL_SAFE_NO_PAD.encode(public);
                let kid = key_id(&x);
                let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": x });
                Self {
                    alg,
                    kid,
                    sign: EncodingKey::from_ed_der(private.as_ref()),
                    verify: DecodingKey::from_ed_der(public),
                    public: Some(jwk),
                }
            }
        }
    }

    /// The algorithm as the token library names it.
    pub(crate) fn algorithm(&self) -> Algorithm {
        match self.alg {
            Alg::HS256 => Algorithm::HS256,
            Alg::EdDSA => Algorithm::EdDSA,
            Alg::ES256 => Algorithm::ES256,
            Alg::RS256 => Algorithm::RS256,
        }
    }
}

fn key_id(material: &str) -> String {
    handle(&sha256(material))
}
