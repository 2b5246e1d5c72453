//! Sealing text so that only this server can read it, and notices when anybody has changed it: AES-256-GCM.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::xray::LeakedKey;

/// Octets of an AES-256 key.
const KEY_BYTES: usize = 32;

/// The one key that a design seals with. It survives a restart, as a key file would.
pub(crate) struct SealRing(RwLock<Arc<SealKey>>);

struct SealKey {
    key: RandomizedNonceKey,
    octets: [u8; KEY_BYTES],
}

impl SealRing {
    pub(crate) fn generate() -> Self {
        Self(RwLock::new(fresh()))
    }

    /// Replaces the key without overlap: what was sealed before can't be opened from now on.
    pub(crate) fn rotate(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = fresh();
    }

    /// Seals a text for one purpose. The nonce is random: by NIST SP 800-38D section 8.3 a key may be used for 2^32 of them.
    pub(crate) fn seal(&self, purpose: &str, text: &str) -> String {
        let mut sealed = text.as_bytes().to_vec();
        let key = self.current();
        let nonce = key.key.seal_in_place_append_tag(Aad::from(purpose), &mut sealed);
        let nonce = nonce.expect("a short text can be sealed and the system gives random bytes");
        BASE64_URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), sealed.as_slice()].concat())
    }

    /// The text; None where it was not sealed with this key for this purpose, or was changed since.
    pub(crate) fn open(&self, purpose: &str, sealed: &str) -> Option<String> {
        let mut octets = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, content) = octets.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let text = self.current().key.open_in_place(nonce, Aad::from(purpose), content).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }

    /// The key, as whoever stole it has it.
    pub(crate) fn leak(&self) -> LeakedKey {
        LeakedKey::Seal(self.current().octets.to_vec())
    }

    fn current(&self) -> Arc<SealKey> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn fresh() -> Arc<SealKey> {
    let mut octets = [0; KEY_BYTES];
    getrandom::fill(&mut octets).expect("the system gives random bytes");
    let key = RandomizedNonceKey::new(&AES_256_GCM, &octets).expect("the key has the cipher's length");
    Arc::new(SealKey { key, octets })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_holds_only_as_it_was_made() {
        let (ring, other) = (SealRing::generate(), SealRing::generate());
        let sealed = ring.seal("a", "text");
        assert_eq!(ring.open("a", &sealed).as_deref(), Some("text"));
        assert_ne!(ring.seal("a", "text"), sealed, "no nonce is used twice");
        assert_eq!(ring.open("b", &sealed), None, "another purpose");
        assert_eq!(other.open("a", &sealed), None, "another key");
        let octets = BASE64_URL_SAFE_NO_PAD.decode(&sealed).expect("is base64url");
        for at in 0..octets.len() {
            let mut changed = octets.clone();
            changed[at] ^= 1;
            assert_eq!(ring.open("a", &BASE64_URL_SAFE_NO_PAD.encode(&changed)), None, "octet {at}");
            assert_eq!(ring.open("a", &BASE64_URL_SAFE_NO_PAD.encode(&octets[..at])), None, "{at} octets");
        }
        ring.rotate();
        assert_eq!(ring.open("a", &sealed), None);
    }
}
