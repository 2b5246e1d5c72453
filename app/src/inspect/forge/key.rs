//! Keys to sign with: the attacker's own, a public one taken for a secret, and a secret that was guessed.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::claims::as_victim;
use super::{Forged, NotApplicable, Sample, der, not_applicable, public};
use crate::inspect::decode::{Object, compact, signing_input};
use crate::inspect::guess::{self, common_secrets};

/// The name that the attacker gives to a key of its own.
pub(super) const OWN_KID: &str = "mine";

/// A key that the attacker made.
pub(super) enum OwnKey {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Secret(Vec<u8>),
}

impl OwnKey {
    /// A fresh key for one of the algorithms HS256, EdDSA, ES256 and RS256; None for any other.
    pub(super) fn generate(alg: &str) -> Option<Self> {
        const MADE: &str = "the system gives random octets";
        Some(match alg {
            "HS256" => {
                let mut secret = vec![0; 32];
                aws_lc_rs::rand::fill(&mut secret).expect(MADE);
                Self::Secret(secret)
            }
            "EdDSA" => Self::Ed25519(Ed25519KeyPair::generate().expect(MADE)),
            "ES256" => Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect(MADE)),
            "RS256" => Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).expect(MADE)),
            _ => return None,
        })
    }

    pub(super) fn alg(&self) -> &'static str {
        match self {
            Self::Ed25519(_) => "EdDSA",
            Self::P256(_) => "ES256",
            Self::Rsa(_) => "RS256",
            Self::Secret(_) => "HS256",
        }
    }

    /// What checks its signatures, as a JWK (RFC 7518 section 6, RFC 8037 section 2). A secret checks and signs alike.
    pub(super) fn jwk(&self) -> Value {
        let text = |octets: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(octets);
        match self {
            Self::Ed25519(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()) }),
            Self::P256(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                json!({ "kty": "EC", "crv": "P-256", "x": text(&point[..32]), "y": text(&point[32..]) })
            }
            Self::Rsa(pair) => {
                let (n, e) = der::two_integers(pair.public_key().as_ref()).expect("an RSA key is two integers");
                json!({ "kty": "RSA", "n": text(n), "e": text(e) })
            }
            Self::Secret(secret) => json!({ "kty": "oct", "k": text(secret) }),
        }
    }

    fn signature(&self, input: &[u8]) -> Vec<u8> {
        const SIGNED: &str = "a fresh key signs";
        match self {
            Self::Ed25519(pair) => pair.sign(input).as_ref().to_vec(),
            Self::P256(pair) => pair.sign(&SystemRandom::new(), input).expect(SIGNED).as_ref().to_vec(),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input, &mut signature).expect(SIGNED);
                signature
            }
            Self::Secret(secret) => tag(hmac::HMAC_SHA256, secret, input),
        }
    }

    /// A whole token with this header, in which `alg` is set to the key's.
    pub(super) fn sign(&self, header: &Object, payload: &[u8]) -> String {
        let mut header = header.clone();
        header.insert("alg".to_owned(), self.alg().into());
        let input = signing_input(&header, payload);
        compact(&input, &self.signature(input.as_bytes()))
    }
}

/// The server's public key as the secret of an HMAC, as often as there are ways to write it down.
pub(super) fn confused(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    let token = sample.token()?;
    let payload = as_victim(sample)?;
    let none = || not_applicable("the server has no public key that it could mistake for a secret");
    let jwk = sample.jwks.as_ref().and_then(|jwks| public::key_of(jwks, token.says("kid")));
    let mut spellings = jwk.and_then(public::spellings).unwrap_or_default();
    for (name, key) in sample.public_file.as_deref().map(public::as_it_is).into_iter().flatten() {
        if spellings.iter().all(|(_, known)| *known != key) {
            spellings.push((name, key));
        }
    }
    if spellings.is_empty() {
        return Err(none());
    }
    let signed = |(name, key): (&str, Vec<u8>)| {
        let token = OwnKey::Secret(key).sign(&token.header, &payload);
        Forged::new(format!("HS256 with {name} as the secret"), token)
    };
    Ok(spellings.into_iter().map(signed).collect())
}

/// A token signed with the secret that the sample was signed with. Where no common secret fits, the commonest is tried
/// all the same: there is nothing better to send.
pub(super) fn guessed(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    let token = sample.token()?;
    let alg = token.says("alg").unwrap_or_default();
    let Some(algorithm) = guess::mac(alg) else {
        return Err(not_applicable(format!("a private key signs the tokens ({alg}): there is no secret to guess")));
    };
    let found = guess::secret_of(&token);
    let secret = found.or_else(|| common_secrets().next()).expect("the list is not empty");
    let input = signing_input(&token.header, &as_victim(sample)?);
    // Which one it is stays out of the words, as any secret does.
    let which = if found.is_some() { "one" } else { "none" };
    let variant = format!("{which} of {} fits", common_secrets().count());
    Ok(vec![Forged::new(variant, compact(&input, &tag(algorithm, secret.as_bytes(), input.as_bytes())))])
}

fn tag(algorithm: hmac::Algorithm, secret: &[u8], input: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(algorithm, secret), input).as_ref().to_vec()
}
