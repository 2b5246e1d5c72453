//! A key that signatures are checked with: a shared secret, or the public half of a pair.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use lockstep_shared::design::Alg;

/// A key that signatures are checked with. It belongs to one algorithm (RFC 8725 section 3.1).
pub(crate) enum Verifier {
    /// Boxed, because a key that is ready for use has more than a kilobyte.
    Secret(Box<hmac::Key>),
    Public(Alg, ParsedPublicKey),
}

impl Verifier {
    /// A shared secret of any length.
    pub(crate) fn secret(octets: &[u8]) -> Self {
        Self::Secret(Box::new(hmac::Key::new(hmac::HMAC_SHA256, octets)))
    }

    /// A point on P-256; None where it is none.
    pub(crate) fn es256(x: &[u8; 32], y: &[u8; 32]) -> Option<Self> {
        let point = [&[4], x.as_slice(), y.as_slice()].concat();
        let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).ok()?;
        Some(Self::Public(Alg::ES256, key))
    }

    /// A public key of Ed25519.
    pub(crate) fn eddsa(x: &[u8; 32]) -> Option<Self> {
        let key = ParsedPublicKey::new(&ED25519, x).ok()?;
        Some(Self::Public(Alg::EdDSA, key))
    }

    /// An RSA key; one of fewer than 2048 bits verifies nothing (RFC 7518 section 3.3).
    pub(crate) fn rs256(n: &[u8], e: &[u8]) -> Option<Self> {
        let key = RsaPublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()?;
        Some(Self::Public(Alg::RS256, key))
    }

    /// The one algorithm that it is for.
    pub(crate) fn alg(&self) -> Alg {
        match self {
            Self::Secret(_) => Alg::HS256,
            Self::Public(alg, _) => *alg,
        }
    }

    /// Whether the signature over these octets was made with its counterpart.
    pub(crate) fn holds(&self, signed: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Secret(key) => hmac::verify(key, signed, signature).is_ok(),
            Self::Public(_, key) => key.verify_sig(signed, signature).is_ok(),
        }
    }

    /// The public key as a `SubjectPublicKeyInfo` (RFC 5280 section 4.1); None where it is a secret.
    pub(crate) fn spki(&self) -> Option<Vec<u8>> {
        let Self::Public(_, key) = self else { return None };
        let der: PublicKeyX509Der<'_> = key.as_der().ok()?;
        Some(der.as_ref().to_vec())
    }
}
