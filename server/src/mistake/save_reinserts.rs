//! Saving a session inserts it again where it had been ended, so that a slow request brings a logged-out session back.

use lockstep_shared::design::Mistakes;

use crate::store::{Kept, SessionRecord, Store};

/// Inserts the session again; false where the design does not make this mistake.
pub(crate) async fn save(mistakes: &Mistakes, store: &dyn Store, session: &SessionRecord) -> Kept<bool> {
    if mistakes.save_reinserts { store.create_session(session).await } else { Ok(false) }
}
