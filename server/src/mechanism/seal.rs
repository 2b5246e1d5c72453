//! Sealing text so that only this server can read it, and notices when anybody has changed it: AES-256-GCM.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_shared::clock::LabTime;
use lockstep_shared::span::Span;

use crate::xray::LeakedKey;

/// Octets of an AES-256 key.
const KEY_BYTES: usize = 32;

/// The keys of one design. They survive a restart, as key files would.
pub(crate) struct SealRing {
    /// How long what a key seals can be accepted at the most.
    life: Span,
    keys: RwLock<Keys>,
}

#[derive(Clone)]
struct Keys {
    current: Arc<SealKey>,
    /// Keys that seal no more, and until when they open.
    older: Vec<(Arc<SealKey>, LabTime)>,
}

struct SealKey {
    key: RandomizedNonceKey,
    octets: [u8; KEY_BYTES],
}

impl SealRing {
    /// A ring with one key, for seals that are accepted no longer than this.
    pub(crate) fn generate(life: Span) -> Self {
        Self { life, keys: RwLock::new(Keys { current: fresh(), older: Vec::new() }) }
    }

    /// Replaces the key without overlap: what was sealed before can't be opened from now on.
    pub(crate) fn rotate(&self) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Keys { current: fresh(), older: Vec::new() };
    }

    /// Replaces the key and lets the old one open until everything that it sealed has ended.
    pub(crate) fn rotate_with_overlap(&self, now: LabTime) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut keys.current, fresh());
        keys.older.retain(|(_, until)| *until > now);
        keys.older.push((old, now + self.life.duration()));
    }

    /// Seals a text for one purpose. The nonce is random: by NIST SP 800-38D section 8.3 a key may be used for 2^32 of them.
    pub(crate) fn seal(&self, purpose: &str, text: &str) -> String {
        let mut sealed = text.as_bytes().to_vec();
        let key = self.read().current;
        let nonce = key.key.seal_in_place_append_tag(Aad::from(purpose), &mut sealed);
        let nonce = nonce.expect("a short text can be sealed and the system gives random bytes");
        BASE64_URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), sealed.as_slice()].concat())
    }

    /// The text; None where it was not sealed for this purpose with a key that still opens, or was changed since.
    pub(crate) fn open(&self, purpose: &str, sealed: &str, now: LabTime) -> Option<String> {
        let octets = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let Keys { current, older } = self.read();
        let older = older.into_iter().rev().filter(|(_, until)| *until > now).map(|(key, _)| key);
        // A seal does not say which key made it, so each is tried, the newest first.
        std::iter::once(current).chain(older).find_map(|key| key.open(purpose, octets.clone()))
    }

    /// The key, as whoever stole it has it.
    pub(crate) fn leak(&self) -> LeakedKey {
        LeakedKey::Seal(self.read().current.octets.to_vec())
    }

    fn read(&self) -> Keys {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl SealKey {
    fn open(&self, purpose: &str, mut octets: Vec<u8>) -> Option<String> {
        let (nonce, content) = octets.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let text = self.key.open_in_place(nonce, Aad::from(purpose), content).ok()?;
        String::from_utf8(text.to_vec()).ok()
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

    const LIFE: Span = Span::from_secs(1800);
    const NOW: LabTime = LabTime::START;

    #[test]
    fn a_seal_holds_only_as_it_was_made() {
        let (ring, other) = (SealRing::generate(LIFE), SealRing::generate(LIFE));
        let sealed = ring.seal("a", "text");
        assert_eq!(ring.open("a", &sealed, NOW).as_deref(), Some("text"));
        assert_ne!(ring.seal("a", "text"), sealed, "no nonce is used twice");
        assert_eq!(ring.open("b", &sealed, NOW), None, "another purpose");
        assert_eq!(other.open("a", &sealed, NOW), None, "another key");
        let octets = BASE64_URL_SAFE_NO_PAD.decode(&sealed).expect("is base64url");
        for at in 0..octets.len() {
            let mut changed = octets.clone();
            changed[at] ^= 1;
            assert_eq!(ring.open("a", &BASE64_URL_SAFE_NO_PAD.encode(&changed), NOW), None, "octet {at}");
            assert_eq!(ring.open("a", &BASE64_URL_SAFE_NO_PAD.encode(&octets[..at]), NOW), None, "{at} octets");
        }
        ring.rotate();
        assert_eq!(ring.open("a", &sealed, NOW), None);
    }

    #[test]
    fn an_old_key_opens_for_as_long_as_its_seals_live() {
        let ring = SealRing::generate(LIFE);
        let (minute, end) = (NOW + Span::from_secs(60).duration(), NOW + LIFE.duration());
        let first = ring.seal("a", "first");
        ring.rotate_with_overlap(NOW);
        let second = ring.seal("a", "second");
        ring.rotate_with_overlap(minute);
        let third = ring.seal("a", "third");
        let open = |now: LabTime| [&first, &second, &third].map(|sealed| ring.open("a", sealed, now).is_some());
        assert_eq!(open(minute), [true, true, true]);
        assert_eq!(open(end), [false, true, true], "on its instant");
        assert_eq!(open(minute + LIFE.duration()), [false, false, true]);
        assert_eq!(ring.open("b", &third, minute), None, "another purpose");
        ring.rotate_with_overlap(end);
        assert_eq!(ring.read().older.len(), 2, "what opens nothing any more is dropped");
        ring.rotate();
        assert_eq!(open(NOW), [false; 3], "without overlap all that was sealed before is lost");
    }
}
