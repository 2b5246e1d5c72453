//! The logins behind tokens: a refresh family each, begun, looked at, listed and ended.

use std::sync::Arc;

use lockstep_shared::api::LiveSession;
use lockstep_shared::clock::{LabTime, Stopwatch};
use lockstep_shared::trace::{Change, Record};

use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::mechanism::dpop;
use crate::mechanism::refresh::{self, Login, Renewed};
use crate::store::{Ending, FamilyRecord, Kept, Lookup, Newest, Store};

/// The refresh families of one design that keeps them.
pub(super) struct Families {
    store: Arc<dyn Store>,
}

impl Families {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Begins a login. One that the client came with is ended.
    pub(super) async fn begin(&self, call: &Call, login: Login<'_>, old: Option<&String>) -> Answer<Renewed> {
        if let Some(old) = old {
            self.end_of(call, old, "a new login").await?;
        }
        refresh::begin(call, &*self.store, login).await
    }

    /// Uses a refresh token, for the access token of this name.
    pub(super) async fn redeem(&self, call: &Call, token: &str, newest: Option<&Newest>) -> Answer<Renewed> {
        refresh::redeem(call, &*self.store, token, newest).await
    }

    /// The family whose current token this is, if it is to be used.
    pub(super) async fn look(&self, call: &Call, token: &str) -> Answer<Option<FamilyRecord>> {
        match refresh::look(call, &*self.store, token).await? {
            Lookup::Current(family) => Ok(Some(family)),
            _ => Ok(None),
        }
    }

    /// Refuses a refresh token whose login is bound to another key than the request has proven to have (RFC 9449 section
    /// 5), and uses the proof up. It is asked before the token is used, or else a thief without the key could use it up.
    pub(super) async fn bound(&self, call: &Call, token: &str) -> Answer<()> {
        match refresh::look(call, &*self.store, token).await? {
            Lookup::Current(family) | Lookup::Used(family) | Lookup::Ended(family) | Lookup::Expired(family) => {
                dpop::same(&call.proven().unwrap_or_default(), &family.key.unwrap_or_default())?;
                dpop::use_up(call, &*self.store).await
            }
            Lookup::Unknown => Ok(()),
        }
    }

    /// Refuses what belongs to a login that has ended, or that is somebody else's.
    pub(super) async fn still_live(&self, call: &Call, id: &str, user: &str) -> Answer<FamilyRecord> {
        let watch = Stopwatch::start();
        let found = self.store.family(id, call.now).await?;
        call.read(Record::Family, matches!(found, Lookup::Current(_)), watch);
        let family = refresh::alive(call, found)?;
        match family.user == user {
            true => Ok(family),
            false => Err(Problem::refused("wrong-user", "the login that the token names is another user's")),
        }
    }

    pub(super) async fn end_all(&self, call: &Call, user: &str, cause: &str) -> Answer<()> {
        let watch = Stopwatch::start();
        let ended = self.store.end_families_of(user, &ending(call, cause)).await?;
        call.wrote(Record::Family, Change::Ended, ended, watch);
        Ok(())
    }

    /// A user's live logins; `presented` is the refresh token that the request came with.
    pub(super) async fn live(&self, call: &Call, user: &str, presented: Option<&str>) -> Answer<Vec<LiveSession>> {
        let watch = Stopwatch::start();
        let families = self.of(call, user).await?;
        call.read(Record::Family, !families.is_empty(), watch);
        let current = presented.map(|token| call.at_rest(token));
        let row = |family: &FamilyRecord| LiveSession {
            id: family.id.clone(),
            device: family.device.clone(),
            created_at: family.created.secs(),
            last_used_at: family.last_used.secs(),
            ends_at: family.ends.secs(),
            current: Some(family.current) == current,
        };
        Ok(families.iter().map(row).collect())
    }

    /// Ends the login that a refresh token belongs to and answers its name; None where there is none.
    pub(super) async fn end_of(&self, call: &Call, token: &str, cause: &str) -> Answer<Option<String>> {
        match refresh::look(call, &*self.store, token).await? {
            // An old token of the family names the family just as well, and who logs out wants it to end.
            Lookup::Current(family) | Lookup::Used(family) => {
                // Who can't show the key can't use the login, and is not to end it either.
                if family.key.is_some() && family.key != call.proven() {
                    return Ok(None);
                }
                dpop::use_up(call, &*self.store).await?;
                Ok(self.end(call, &family.id, cause).await?.then_some(family.id))
            }
            Lookup::Ended(_) | Lookup::Expired(_) | Lookup::Unknown => Ok(None),
        }
    }

    /// Ends one of a user's logins by its public handle; false where the user has none of that name.
    pub(super) async fn end_one(&self, call: &Call, user: &str, handle: &str, cause: &str) -> Answer<bool> {
        let watch = Stopwatch::start();
        let families = self.of(call, user).await?;
        let named = families.iter().find(|family| family.id == handle);
        call.read(Record::Family, named.is_some(), watch);
        match named {
            Some(family) => self.end(call, &family.id, cause).await,
            None => Ok(false),
        }
    }

    /// Ends a login; false where it had ended.
    pub(super) async fn end(&self, call: &Call, id: &str, cause: &str) -> Answer<bool> {
        let watch = Stopwatch::start();
        let ended = self.store.end_family(id, &ending(call, cause)).await?;
        if ended {
            call.wrote(Record::Family, Change::Ended, 1, watch);
        }
        Ok(ended)
    }

    /// The last access token of a login that has just been ended. Before that, it could still go on to another one.
    pub(super) async fn newest(&self, call: &Call, id: &str) -> Answer<Option<Newest>> {
        let watch = Stopwatch::start();
        let found = self.store.family(id, call.now).await?;
        call.read(Record::Family, matches!(found, Lookup::Ended(_)), watch);
        Ok(match found {
            Lookup::Current(family) | Lookup::Used(family) | Lookup::Ended(family) => family.newest,
            Lookup::Expired(_) | Lookup::Unknown => None,
        })
    }

    pub(super) async fn all(&self, now: LabTime) -> Kept<Vec<FamilyRecord>> {
        self.store.all_families(now).await
    }

    async fn of(&self, call: &Call, user: &str) -> Kept<Vec<FamilyRecord>> {
        let mut families = self.store.all_families(call.now).await?;
        families.retain(|family| family.user == user && family.ended.is_none());
        Ok(families)
    }
}

fn ending(call: &Call, cause: &str) -> Ending {
    Ending { at: call.now, cause: cause.to_owned() }
}
