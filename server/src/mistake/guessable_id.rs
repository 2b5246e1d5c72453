//! Session ids are counted instead of drawn, so that who has one knows the next (CWE-330).

use std::sync::atomic::{AtomicU64, Ordering};

use lockstep_shared::design::Mistakes;

/// The number of the next session.
pub(crate) struct Counter(AtomicU64);

impl Default for Counter {
    fn default() -> Self {
        Self(AtomicU64::new(100_001))
    }
}

impl Counter {
    /// The id of the next session, where the design makes this mistake.
    pub(crate) fn id(&self, mistakes: &Mistakes) -> Option<String> {
        mistakes.guessable_id.then(|| self.0.fetch_add(1, Ordering::Relaxed).to_string())
    }
}
