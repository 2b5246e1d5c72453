//! RSA key pairs, which take so long to make that a process makes few and lends them out, each to one holder at a time.

use std::sync::{Mutex, PoisonError};

use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;

/// Octets of the modulus and of the exponent 65537.
const MODULUS: usize = 256;
const EXPONENT: usize = 3;
/// Where they stand in a `RSAPublicKey` (RFC 8017 appendix A.1.1), which has one length for all keys of 2048 bits.
const MODULUS_AT: usize = 9;
const EXPONENT_AT: usize = MODULUS_AT + MODULUS + 2;

/// Pairs that nobody holds.
static FREE: Mutex<Vec<KeyPair>> = Mutex::new(Vec::new());

/// A key pair of 2048 bits. When it is dropped, the next one who draws may get it.
pub(super) struct Lent(Option<KeyPair>);

impl Lent {
    pub(super) fn draw() -> Self {
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self(Some(free.unwrap_or_else(|| KeyPair::generate(KeySize::Rsa2048).expect("the system gives random bytes"))))
    }

    pub(super) fn pair(&self) -> &KeyPair {
        self.0.as_ref().expect("it is given back only when it is dropped")
    }

    /// Modulus and exponent, without leading zeros.
    pub(super) fn public(&self) -> (&[u8], &[u8]) {
        let der = self.pair().public_key().as_ref();
        assert_eq!(der.len(), EXPONENT_AT + EXPONENT, "keys of 2048 bits with the exponent 65537 have one length");
        (&der[MODULUS_AT..][..MODULUS], &der[EXPONENT_AT..])
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        FREE.lock().unwrap_or_else(PoisonError::into_inner).extend(self.0.take());
    }
}
