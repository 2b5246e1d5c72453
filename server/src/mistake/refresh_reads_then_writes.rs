//! A refresh first reads the family and then writes it, so that two simultaneous uses of one token both succeed (CWE-367).

use lockstep_shared::clock::Stopwatch;
use lockstep_shared::design::Design;
use lockstep_shared::trace::Record;

use crate::call::Call;
use crate::error::Answer;
use crate::mechanism::refresh::BEFORE_ROTATE;
use crate::store::{Hash, Lookup, OnReuse, Rotation, Store, Use};

/// Rotates in two steps; None where the design does not make this mistake, or where the first step already refuses.
pub(crate) async fn rotate(
    call: &Call,
    store: &dyn Store,
    design: &Design,
    presented: &Hash,
    successor: &Hash,
) -> Answer<Option<Rotation>> {
    if !design.mistakes.refresh_reads_then_writes {
        return Ok(None);
    }
    let watch = Stopwatch::start();
    let Lookup::Current(seen) = store.find_family(presented, call.now).await? else { return Ok(None) };
    call.read(Record::Family, true, watch);
    call.park(BEFORE_ROTATE).await;
    // The write replaces whatever is current by now, which may be the successor that somebody else was just given.
    let mut current = *presented;
    let (on_reuse, now) = (OnReuse::Nothing, call.now);
    loop {
        let used = Use { token: &current, successor, newest: None, on_reuse, grace: None, now };
        match store.rotate(&used).await? {
            Rotation::Reused(family) if family.id == seen.id => current = family.current,
            done => return Ok(Some(done)),
        }
    }
}
