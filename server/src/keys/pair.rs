//! One key of the bank's own, ready to sign and to verify.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use lockstep_shared::design::Alg;
use serde_json::{Value, json};

use super::Verifier;
use super::rsa::Lent;
use crate::store::{handle, sha256};
use crate::xray::LeakedKey;

/// HMAC keys have as many octets as the hash has (RFC 7518 section 3.2).
const SECRET_BYTES: usize = 32;

/// One key of the bank's own.
pub(crate) struct Key {
    /// Its name in the `kid` header.
    pub(crate) kid: String,
    pub(crate) verifier: Verifier,
    /// The public half as a JWK (RFC 7517, RFC 8037), where there is one.
    pub(crate) public: Option<Value>,
    signer: Signer,
}

enum Signer {
    Hmac(Box<hmac::Key>, Vec<u8>),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(Lent),
}

impl Key {
    /// A fresh key.
    pub(super) fn generate(alg: Alg) -> Self {
        match alg {
            Alg::HS256 => Self::of_secret(&secret()),
            Alg::ES256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect(RANDOM);
                let point = pair.public_key().as_ref();
                let (x, y) = point[1..].split_first_chunk().expect("a point is an octet and two numbers");
                let y: &[u8; 32] = y.try_into().expect("each number of P-256 has 32 octets");
                let verifier = Verifier::es256(x, y).expect("a fresh key is on its curve");
                let (x, y) = (BASE64.encode(x), BASE64.encode(y));
                let kid = name(&x);
                let jwk =
                    json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, "x": x, "y": y });
                Self { kid, verifier, public: Some(jwk), signer: Signer::Ecdsa(pair) }
            }
            Alg::EdDSA => {
                let pair = Ed25519KeyPair::generate().expect(RANDOM);
                let public = pair.public_key().as_ref().try_into().expect("a public key of Ed25519 has 32 octets");
                let verifier = Verifier::eddsa(public).expect("a fresh key is on its curve");
                let x = BASE64.encode(public);
                let kid = name(&x);
                let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": x });
                Self { kid, verifier, public: Some(jwk), signer: Signer::Ed25519(pair) }
            }
            Alg::RS256 => {
                let lent = Lent::draw();
                let (n, e) = lent.public();
                let verifier = Verifier::rs256(n, e).expect("a fresh key fits together");
                // The pair may have served another ring before, whose tokens must not fit this one.
                let kid = name(&BASE64.encode(secret()));
                let (n, e) = (BASE64.encode(n), BASE64.encode(e));
                let jwk = json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e });
                Self { kid, verifier, public: Some(jwk), signer: Signer::Rsa(lent) }
            }
        }
    }

    /// The key that a secret is.
    pub(super) fn of_secret(secret: &[u8]) -> Self {
        // The key's name is the hash of a hash, because a name is public and must not help to guess the key.
        let kid = name(&name(&BASE64.encode(secret)));
        let signer = Signer::Hmac(Box::new(hmac::Key::new(hmac::HMAC_SHA256, secret)), secret.to_vec());
        Self { kid, verifier: Verifier::secret(secret), public: None, signer }
    }

    /// The key as whoever stole it has it: a secret as it is, a pair as PKCS #8.
    pub(super) fn leak(&self) -> LeakedKey {
        let pair = |der: Result<Vec<u8>, Unspecified>| LeakedKey::Pair(der.expect("a pair that signs can be written"));
        match &self.signer {
            Signer::Hmac(_, secret) => LeakedKey::Secret(secret.clone()),
            Signer::Ecdsa(key) => pair(key.to_pkcs8v1().map(|der| der.as_ref().to_vec())),
            Signer::Ed25519(key) => pair(key.to_pkcs8().map(|der| der.as_ref().to_vec())),
            Signer::Rsa(lent) => pair(lent.pair().as_der().map(|der: Pkcs8V1Der<'_>| der.as_ref().to_vec())),
        }
    }

    /// A signature as it stands in a token (RFC 7518 section 3).
    pub(crate) fn sign(&self, content: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.signer {
            Signer::Hmac(key, _) => hmac::sign(key, content).as_ref().to_vec(),
            Signer::Ecdsa(pair) => pair.sign(&random, content).expect(RANDOM).as_ref().to_vec(),
            Signer::Ed25519(pair) => pair.sign(content).as_ref().to_vec(),
            Signer::Rsa(lent) => {
                let mut signature = vec![0; lent.pair().public_modulus_len()];
                let signed = lent.pair().sign(&RSA_PKCS1_SHA256, &random, content, &mut signature);
                signed.expect("a key of 2048 bits has room for a hash of 256");
                signature
            }
        }
    }
}

const RANDOM: &str = "the system gives random bytes";

/// As many random octets as a secret has.
pub(super) fn secret() -> [u8; SECRET_BYTES] {
    let mut secret = [0; SECRET_BYTES];
    getrandom::fill(&mut secret).expect(RANDOM);
    secret
}

fn name(material: &str) -> String {
    handle(&sha256(material))
}
