//! Tokens that a test signs itself, octet by octet, with a secret that it has guessed or a key of its own.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use serde_json::{Value, json};

/// What a thief tries first.
const COMMON: [&str; 14] = [
    "secret",
    "password",
    "123456",
    "qwerty",
    "admin",
    "test",
    "changeme",
    "mysecret",
    "secretkey",
    "supersecret",
    "jwt_secret",
    "your-256-bit-secret",
    "letmein",
    "dragon",
];

/// One part of a token, as JSON.
pub(crate) fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).expect("has three parts");
    serde_json::from_slice(&BASE64.decode(part).expect("is base64url")).expect("is JSON")
}

/// A value with some members replaced.
pub(crate) fn with(value: &Value, changes: &Value) -> Value {
    let mut value = value.clone();
    for (name, change) in changes.as_object().expect("is an object") {
        value[name] = change.clone();
    }
    value
}

/// The token with its header and claims changed, and the signature that it had.
pub(crate) fn edited(token: &str, header: &Value, claims: &Value) -> String {
    let encode = |value: Value| BASE64.encode(value.to_string());
    let signature = token.rsplit('.').next().expect("has a signature");
    format!("{}.{}.{signature}", encode(with(&part(token, 0), header)), encode(with(&part(token, 1), claims)))
}

/// The common word that a token is signed with.
pub(crate) fn guessed(token: &str) -> Option<&'static str> {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.validate_exp = false;
    rules.validate_aud = false;
    let fits =
        |word: &&&str| jsonwebtoken::decode::<Value>(token, &DecodingKey::from_secret(word.as_bytes()), &rules).is_ok();
    COMMON.iter().find(fits).copied()
}

/// Texts signed with a secret, whatever they say.
pub(crate) fn hs256(secret: &[u8], header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &EncodingKey::from_secret(secret), Algorithm::HS256);
    format!("{signed}.{}", signature.expect("signs"))
}

/// A key pair of a test's own.
pub(crate) enum Own {
    Ed(Ed25519KeyPair),
    Ec(EcdsaKeyPair),
}

impl Own {
    pub(crate) fn ed() -> Self {
        Self::Ed(Ed25519KeyPair::generate().expect("makes a key"))
    }

    pub(crate) fn ec() -> Self {
        Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("makes a key"))
    }

    pub(crate) fn alg(&self) -> &'static str {
        match self {
            Self::Ed(_) => "EdDSA",
            Self::Ec(_) => "ES256",
        }
    }

    /// The public half.
    pub(crate) fn jwk(&self) -> Value {
        match self {
            Self::Ed(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64.encode(pair.public_key()) }),
            Self::Ec(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = (BASE64.encode(&point[1..33]), BASE64.encode(&point[33..]));
                json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y })
            }
        }
    }

    /// What its thumbprint is a hash of (RFC 7638 section 3).
    pub(crate) fn thumbprint_members(&self) -> String {
        let jwk = self.jwk();
        match self {
            Self::Ed(_) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":{}}}"#, jwk["x"]),
            Self::Ec(_) => format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"]),
        }
    }

    pub(crate) fn sign(&self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
        let signature = match self {
            Self::Ed(pair) => pair.sign(signed.as_bytes()).as_ref().to_vec(),
            Self::Ec(pair) => pair.sign(&SystemRandom::new(), signed.as_bytes()).expect("signs").as_ref().to_vec(),
        };
        format!("{signed}.{}", BASE64.encode(signature))
    }
}

/// A proof of possession (RFC 9449 section 4.2), to be bent before it is signed.
pub(crate) struct Proof {
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl Proof {
    /// A good one, for a request and the access token that it presents.
    pub(crate) fn of(method: &str, address: &str, now: u64, token: Option<&str>) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let name = format!("proof-{}", MADE.fetch_add(1, Ordering::Relaxed));
        let mut claims = json!({ "jti": name, "htm": method, "htu": address, "iat": now });
        if let Some(token) = token {
            claims["ath"] = hash(token).into();
        }
        Self { header: json!({ "typ": "dpop+jwt" }), claims }
    }

    pub(crate) fn nonce(&mut self, nonce: Option<&str>) {
        if let Some(nonce) = nonce {
            self.claims["nonce"] = nonce.into();
        }
    }

    /// Adds what the key decides, where the test has not written something else there.
    pub(crate) fn signed(&self, key: &Own) -> String {
        let mut header = self.header.clone();
        for (name, value) in [("alg", key.alg().into()), ("jwk", key.jwk())] {
            if header.get(name).is_none() {
                header[name] = value;
            }
        }
        key.sign(&header.to_string(), &self.claims.to_string())
    }
}

/// SHA-256 in base64url.
pub(crate) fn hash(text: &str) -> String {
    BASE64.encode(digest(&SHA256, text.as_bytes()))
}
