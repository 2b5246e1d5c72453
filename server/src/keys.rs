//! The keys that tokens are signed with: one a design, made at the start, replaced by a rotation.

mod jwk;
mod pair;
mod rsa;
mod verifier;

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::hmac;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Alg, Design};
use lockstep_shared::span::Span;
use serde_json::{Value, json};

use crate::mistake;
use crate::xray::LeakedKey;

pub(crate) use jwk::PublicKey;
pub(crate) use pair::Key;
pub(crate) use verifier::Verifier;

/// The keys of one design. They survive a restart, as key files would.
pub(crate) struct KeyRing {
    alg: Alg,
    /// How long what a key signs can be accepted at the most.
    life: Span,
    /// Where the secrets come from if they are not drawn at random.
    weak: Option<mistake::weak_secret::Words>,
    keys: RwLock<Keys>,
    /// What the server's nonces are made with.
    nonces: hmac::Key,
}

struct Keys {
    current: Arc<Key>,
    /// Keys that sign no more, and until when they verify.
    older: Vec<(Arc<Key>, LabTime)>,
    /// Keys that do neither. They are kept from being drawn again, or else what they signed would come back to life.
    retired: Vec<Arc<Key>>,
}

impl KeyRing {
    /// The keys of a design with tokens.
    pub(crate) fn generate(design: &Design) -> Self {
        let alg = design.jwt.as_ref().map_or(Alg::HS256, |jwt| jwt.alg);
        let weak = mistake::weak_secret::words(&design.mistakes);
        let keys = Keys { current: Arc::new(make(alg, weak.as_ref())), older: Vec::new(), retired: Vec::new() };
        let life = design.longest_signed_life();
        Self { alg, life, weak, keys: RwLock::new(keys), nonces: hmac::Key::new(hmac::HMAC_SHA256, &pair::secret()) }
    }

    /// The algorithm that all its keys are for.
    pub(crate) fn alg(&self) -> Alg {
        self.alg
    }

    /// The key to sign with.
    pub(crate) fn current(&self) -> Arc<Key> {
        self.read(|keys| keys.current.clone())
    }

    /// The key that signs, as whoever stole it has it.
    pub(crate) fn leak(&self) -> LeakedKey {
        self.current().leak()
    }

    /// The key of this name, where it still verifies.
    pub(crate) fn named(&self, kid: &str, now: LabTime) -> Option<Arc<Key>> {
        self.read(|keys| keys.verifying(now).find(|key| key.kid == kid).cloned())
    }

    /// The public keys that verify, as a JWK set (RFC 7517 section 5); None where the key is a secret.
    pub(crate) fn jwks(&self, now: LabTime) -> Option<Value> {
        let keys: Option<Vec<_>> = self.read(|keys| keys.verifying(now).map(|key| key.public.clone()).collect());
        keys.map(|keys| json!({ "keys": keys }))
    }

    /// Replaces the key without overlap: what the old one signed is refused from now on.
    pub(crate) fn rotate(&self) {
        self.replace(|keys, old| {
            let older = keys.older.drain(..).map(|(key, _)| key);
            keys.retired.extend(older.chain([old]));
        });
    }

    /// Replaces the key and lets the old one verify until everything that it signed has ended.
    pub(crate) fn rotate_with_overlap(&self, now: LabTime) {
        self.replace(|keys, old| {
            let over = keys.older.extract_if(.., |(_, until)| *until <= now).map(|(key, _)| key);
            keys.retired.extend(over);
            keys.older.push((old, now + self.life.duration()));
        });
    }

    /// The key for the server's own nonces.
    pub(crate) fn nonces(&self) -> &hmac::Key {
        &self.nonces
    }

    fn replace(&self, put_away: impl FnOnce(&mut Keys, Arc<Key>)) {
        let next = Arc::new(make(self.alg, self.weak.as_ref()));
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut keys.current, next);
        put_away(&mut keys, old);
    }

    fn read<T>(&self, look: impl FnOnce(&Keys) -> T) -> T {
        look(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Keys {
    /// The newest first.
    fn verifying(&self, now: LabTime) -> impl Iterator<Item = &Arc<Key>> {
        let older = self.older.iter().rev().filter(move |(_, until)| *until > now).map(|(key, _)| key);
        std::iter::once(&self.current).chain(older)
    }
}

fn make(alg: Alg, weak: Option<&mistake::weak_secret::Words>) -> Key {
    match weak {
        Some(words) => Key::of_secret(words.next().as_bytes()),
        None => Key::generate(alg),
    }
}

#[cfg(test)]
mod tests;
