//! The version that a user's tokens must have: raising it ends all the older ones at once.

use lockstep_shared::clock::Stopwatch;
use lockstep_shared::trace::{Act, Change, Record};

use super::token::Claims;
use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::store::Store;

/// The version that a token must carry from now on. Whoever makes one asks for it before anything else is read of the user
/// or of the login, so that a token that is made while the version is raised is already too old.
pub(crate) async fn current(call: &Call, store: &dyn Store, user: &str) -> Answer<u64> {
    let watch = Stopwatch::start();
    let version = store.epoch(user).await?;
    call.read(Record::Version, version > 0, watch);
    Ok(version)
}

/// Refuses a token of another version than its user's.
pub(crate) async fn check(call: &Call, store: &dyn Store, claims: &Claims) -> Answer<()> {
    let Some(token) = claims.ver else {
        return Err(Problem::refused("missing-claim", "the token does not say of which version it is"));
    };
    let current = current(call, store, &claims.sub).await?;
    call.did(Act::VersionCompared { token, current });
    match token == current {
        true => Ok(()),
        false => {
            let detail = format!("the token is of version {token}, and its user's tokens are at {current} by now");
            Err(Problem::refused("stale-version", detail))
        }
    }
}

/// Ends every token that a user has by now.
pub(crate) async fn raise(call: &Call, store: &dyn Store, user: &str) -> Answer<()> {
    let watch = Stopwatch::start();
    store.raise_epoch(user).await?;
    call.wrote(Record::Version, Change::Raised, 1, watch);
    Ok(())
}
