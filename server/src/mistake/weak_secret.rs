//! The signing secret stands in every list of common ones, so whoever has one token finds it (CWE-1391).

use std::sync::atomic::{AtomicUsize, Ordering};

use lockstep_shared::design::Mistakes;

/// What people put where a secret belongs.
const WORDS: [&str; 12] = [
    "secret",
    "your-256-bit-secret",
    "changeme",
    "password",
    "supersecret",
    "mysecret",
    "secretkey",
    "jwt_secret",
    "qwerty",
    "123456",
    "admin",
    "test",
];

/// The secrets of one design, one after the other.
pub(crate) struct Words(AtomicUsize);

/// Where a design's secrets come from; None where it does not make this mistake.
pub(crate) fn words(mistakes: &Mistakes) -> Option<Words> {
    let mut first = [0];
    getrandom::fill(&mut first).expect("the system gives random bytes");
    mistakes.weak_secret.then(|| Words(AtomicUsize::new(first[0].into())))
}

impl Words {
    /// The next one, which is another than the one before.
    pub(crate) fn next(&self) -> &'static str {
        WORDS[self.0.fetch_add(1, Ordering::Relaxed) % WORDS.len()]
    }
}
