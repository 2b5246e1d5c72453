//! Key pairs of every kind, and tokens that they sign.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
    RSA_PSS_SHA512, RsaKeyPair, RsaSignatureEncoding,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::inspect::decode::compact;

pub(super) const ALGS: [&str; 14] = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
    "EdDSA", "Ed25519",
];

pub(super) enum Pair {
    Secret(Vec<u8>),
    Rsa(RsaKeyPair),
    Ec(&'static str, EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Pair {
    /// One of each kind: a secret, RSA, the three curves, Ed25519.
    pub(super) fn all() -> [Self; 6] {
        let ec = |name, algorithm| Self::Ec(name, EcdsaKeyPair::generate(algorithm).expect("can be made"));
        [
            Self::Secret(b"a secret of thirty-two octets ..".to_vec()),
            Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).expect("can be made")),
            ec("P-256", &ECDSA_P256_SHA256_FIXED_SIGNING),
            ec("P-384", &ECDSA_P384_SHA384_FIXED_SIGNING),
            ec("P-521", &ECDSA_P521_SHA512_FIXED_SIGNING),
            Self::Ed25519(Ed25519KeyPair::generate().expect("can be made")),
        ]
    }

    /// The algorithms that it signs by.
    pub(super) fn algs(&self) -> &'static [&'static str] {
        match self {
            Self::Secret(_) => &ALGS[..3],
            Self::Rsa(_) => &ALGS[3..9],
            Self::Ec("P-256", _) => &ALGS[9..10],
            Self::Ec("P-384", _) => &ALGS[10..11],
            Self::Ec(..) => &ALGS[11..12],
            Self::Ed25519(_) => &ALGS[12..],
        }
    }

    /// How the verdict calls it.
    pub(super) fn kind(&self) -> String {
        match self {
            Self::Secret(_) => "a secret".to_owned(),
            Self::Rsa(_) => "RSA".to_owned(),
            Self::Ec(curve, _) => format!("EC on {curve}"),
            Self::Ed25519(_) => "Ed25519".to_owned(),
        }
    }

    /// What checks its signatures.
    pub(super) fn jwk(&self) -> Value {
        let text = |octets: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(octets);
        match self {
            Self::Secret(secret) => json!({ "kty": "oct", "k": text(secret) }),
            Self::Rsa(pair) => {
                let public = pair.public_key();
                let (n, e) = (public.modulus(), public.exponent());
                let [n, e] = [n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero()];
                json!({ "kty": "RSA", "n": text(n), "e": text(e) })
            }
            Self::Ec(curve, pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": curve, "x": text(x), "y": text(y) })
            }
            Self::Ed25519(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()) }),
        }
    }

    /// A token with this header and payload as they are written, signed by `alg` whatever the header says.
    pub(super) fn signed(&self, alg: &str, header: &str, payload: impl AsRef<[u8]>) -> String {
        let text = |octets: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(octets);
        let input = format!("{}.{}", text(header.as_bytes()), text(payload.as_ref()));
        compact(&input, &self.signature(alg, input.as_bytes()))
    }

    /// A token with nothing but its algorithm in the header.
    pub(super) fn token(&self, alg: &str, payload: impl AsRef<[u8]>) -> String {
        self.signed(alg, &format!(r#"{{"alg":"{alg}"}}"#), payload)
    }

    pub(super) fn signature(&self, alg: &str, input: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Secret(secret) => {
                let algorithm = match alg {
                    "HS256" => hmac::HMAC_SHA256,
                    "HS384" => hmac::HMAC_SHA384,
                    _ => hmac::HMAC_SHA512,
                };
                hmac::sign(&hmac::Key::new(algorithm, secret), input).as_ref().to_vec()
            }
            Self::Rsa(pair) => {
                let encoding: &RsaSignatureEncoding = match alg {
                    "RS256" => &RSA_PKCS1_SHA256,
                    "RS384" => &RSA_PKCS1_SHA384,
                    "RS512" => &RSA_PKCS1_SHA512,
                    "PS256" => &RSA_PSS_SHA256,
                    "PS384" => &RSA_PSS_SHA384,
                    _ => &RSA_PSS_SHA512,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, input, &mut signature).expect("signs");
                signature
            }
            Self::Ec(_, pair) => pair.sign(&random, input).expect("signs").as_ref().to_vec(),
            Self::Ed25519(pair) => pair.sign(input).as_ref().to_vec(),
        }
    }
}
