//! Signing anew with a key that one has: a deliberate act of its own, apart from all checking and all attacks.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

use super::der;
use crate::inspect::decode::{Object, compact, signing_input};
use crate::inspect::guess;

/// A key that makes signatures.
pub(crate) enum SigningKey {
    Secret(Vec<u8>),
    Rsa(Box<RsaKeyPair>),
    /// With the algorithm that the key's curve belongs to (RFC 7518 section 3.4).
    Ec(&'static str, Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

/// Why nothing can be signed with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoSigning {
    #[error("this is neither PEM, DER nor a JWK: a secret is given as such, as text or as base64url")]
    NoKey,
    #[error("a public key signs nothing: give the private one")]
    Public,
    #[error("the key is encrypted: decrypt it first, with `openssl pkcs8 -in FILE`")]
    Encrypted,
    #[error("this private key can't be read: PKCS #8, PKCS #1 and SEC 1 are, for RSA, P-256, P-384, P-521 and Ed25519")]
    Unreadable,
    #[error("the JWK has no readable private key: {0}")]
    Jwk(&'static str),
    #[error("the key is {0}, and alg {1} needs another one: it can sign {2}")]
    Unfit(&'static str, String, String),
}

const CURVES: [(&str, &str, &EcdsaSigningAlgorithm); 3] = [
    ("P-256", "ES256", &ECDSA_P256_SHA256_FIXED_SIGNING),
    ("P-384", "ES384", &ECDSA_P384_SHA384_FIXED_SIGNING),
    ("P-521", "ES512", &ECDSA_P521_SHA512_FIXED_SIGNING),
];

impl SigningKey {
    /// A key file: PEM, DER or a private JWK. A secret has no form by which it could be told.
    pub(crate) fn read(file: &[u8]) -> Result<Self, NoSigning> {
        let text = str::from_utf8(file).unwrap_or_default().trim_start_matches('\u{feff}').trim();
        if text.contains("-----BEGIN") {
            return pem(text);
        }
        if text.starts_with('{') {
            let json: Value = serde_json::from_str(text).map_err(|_| NoSigning::Jwk("this is no JSON"))?;
            return jwk(&json);
        }
        if file.first() == Some(&0x30) {
            return private(file);
        }
        Err(NoSigning::NoKey)
    }

    /// The algorithms that it can sign with, the usual one first.
    pub(crate) fn algs(&self) -> Vec<&'static str> {
        match self {
            Self::Secret(_) => vec!["HS256", "HS384", "HS512"],
            Self::Rsa(_) => vec!["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
            Self::Ec(alg, _) => vec![alg],
            Self::Ed25519(_) => vec!["EdDSA", "Ed25519"],
        }
    }

    /// A whole token. Its `alg` is the one that is wanted, or the header's where the key can sign that, or else the key's
    /// usual one.
    pub(crate) fn sign(&self, header: &Object, payload: &[u8], wanted: Option<&str>) -> Result<String, NoSigning> {
        let algs = self.algs();
        let said = header.get("alg").and_then(Value::as_str).filter(|alg| algs.contains(alg));
        let alg = wanted.or(said).unwrap_or(algs[0]);
        let unfit = || NoSigning::Unfit(self.kind(), alg.to_owned(), algs.join(", "));
        let mut header = header.clone();
        header.insert("alg".to_owned(), alg.into());
        let input = signing_input(&header, payload);
        let signature = self.signature(alg, input.as_bytes()).ok_or_else(unfit)?;
        Ok(compact(&input, &signature))
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Secret(_) => "a secret",
            Self::Rsa(_) => "RSA",
            Self::Ec(..) => "EC",
            Self::Ed25519(_) => "Ed25519",
        }
    }

    fn signature(&self, alg: &str, input: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Secret(secret) => {
                let key = hmac::Key::new(guess::mac(alg)?, secret);
                Some(hmac::sign(&key, input).as_ref().to_vec())
            }
            Self::Rsa(pair) => {
                let encoding: &dyn RsaEncoding = match alg {
                    "RS256" => &RSA_PKCS1_SHA256,
                    "RS384" => &RSA_PKCS1_SHA384,
                    "RS512" => &RSA_PKCS1_SHA512,
                    "PS256" => &RSA_PSS_SHA256,
                    "PS384" => &RSA_PSS_SHA384,
                    "PS512" => &RSA_PSS_SHA512,
                    _ => return None,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &SystemRandom::new(), input, &mut signature).ok()?;
                Some(signature)
            }
            Self::Ec(own, pair) => {
                let signed = (*own == alg).then(|| pair.sign(&SystemRandom::new(), input).ok()).flatten()?;
                Some(signed.as_ref().to_vec())
            }
            Self::Ed25519(pair) => {
                let fits = ["EdDSA", "Ed25519"].contains(&alg);
                fits.then(|| pair.sign(input).as_ref().to_vec())
            }
        }
    }
}

/// The first private key of a PEM file (RFC 7468 section 10).
fn pem(text: &str) -> Result<SigningKey, NoSigning> {
    let mut public = false;
    for part in text.split("-----BEGIN ").skip(1) {
        let Some((label, rest)) = part.split_once("-----") else { continue };
        if label == "ENCRYPTED PRIVATE KEY" || rest.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(NoSigning::Encrypted);
        }
        if !label.ends_with("PRIVATE KEY") {
            public |= label.ends_with("PUBLIC KEY") || label == "CERTIFICATE";
            continue;
        }
        let body = rest.split_once("-----END").map_or(rest, |(body, _)| body);
        let base64: String = body.split_whitespace().collect();
        let der = BASE64_STANDARD.decode(base64).map_err(|_| NoSigning::Unreadable)?;
        return private(&der);
    }
    Err(if public { NoSigning::Public } else { NoSigning::NoKey })
}

/// PKCS #8 (RFC 5958), PKCS #1 (RFC 8017) or SEC 1 (RFC 5915), told apart by what reads them.
fn private(der: &[u8]) -> Result<SigningKey, NoSigning> {
    if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
        return Ok(SigningKey::Ed25519(Box::new(pair)));
    }
    if let Ok(pair) = RsaKeyPair::from_pkcs8(der).or_else(|_| RsaKeyPair::from_der(der)) {
        return Ok(SigningKey::Rsa(Box::new(pair)));
    }
    for (_, alg, curve) in CURVES {
        if let Ok(pair) = EcdsaKeyPair::from_private_key_der(curve, der) {
            return Ok(SigningKey::Ec(alg, Box::new(pair)));
        }
    }
    Err(NoSigning::Unreadable)
}

/// A private JWK (RFC 7518 section 6, RFC 8037 section 2).
fn jwk(json: &Value) -> Result<SigningKey, NoSigning> {
    let octets = |name: &'static str| {
        let text = json.get(name).and_then(Value::as_str);
        text.and_then(|text| BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok())
    };
    let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default();
    let rejected = NoSigning::Jwk("its numbers don't belong together");
    match text("kty") {
        "oct" => octets("k").map(SigningKey::Secret).ok_or(NoSigning::Jwk("k is no base64url")),
        "EC" | "OKP" | "RSA" if octets("d").is_none() => Err(NoSigning::Public),
        "EC" => {
            let known = CURVES.iter().find(|(name, ..)| *name == text("crv"));
            let (_, alg, curve) = known.ok_or(NoSigning::Jwk("crv is none of P-256, P-384 and P-521"))?;
            let [d, x, y] = ["d", "x", "y"].map(|name| octets(name).unwrap_or_default());
            let point = [vec![4], x, y].concat();
            let pair = EcdsaKeyPair::from_private_key_and_public_key(curve, &d, &point).map_err(|_| rejected)?;
            Ok(SigningKey::Ec(alg, Box::new(pair)))
        }
        "OKP" if text("crv") != "Ed25519" => Err(NoSigning::Jwk("crv is not Ed25519")),
        "OKP" => {
            let [d, x] = ["d", "x"].map(|name| octets(name).unwrap_or_default());
            let pair = Ed25519KeyPair::from_seed_and_public_key(&d, &x).map_err(|_| rejected)?;
            Ok(SigningKey::Ed25519(Box::new(pair)))
        }
        "RSA" => {
            let names = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];
            let integers: Option<Vec<Vec<u8>>> =
                names.into_iter().map(|name| octets(name).map(|octets| der::integer(&octets))).collect();
            let integers = integers.ok_or(NoSigning::Jwk("an RSA key needs n, e, d, p, q, dp, dq and qi"))?;
            let zero = der::integer(&[0]);
            let parts: Vec<&[u8]> = std::iter::once(&zero).chain(&integers).map(Vec::as_slice).collect();
            let pair = RsaKeyPair::from_der(&der::sequence(&parts)).map_err(|_| rejected)?;
            Ok(SigningKey::Rsa(Box::new(pair)))
        }
        _ => Err(NoSigning::Jwk("kty is none of oct, EC, OKP and RSA")),
    }
}

#[cfg(test)]
mod tests;
