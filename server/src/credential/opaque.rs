//! Opaque access tokens: a random string at the client, its record in a store, and a refresh family behind it.

use std::sync::Arc;

use lockstep_shared::api::{LiveSession, LoginReply};
use lockstep_shared::clock::{LabTime, Stopwatch};
use lockstep_shared::design::{Introspection, RefreshMode};
use lockstep_shared::span::Span;
use lockstep_shared::trace::{Act, Change, Record};

use super::families::Families;
use super::{Caller, Issued, me, new_secret, standing};
use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::mechanism::cookies::Presented;
use crate::mechanism::refresh::{Login, Renewed};
use crate::mistake;
use crate::store::{AccessRecord, Kept, Store, StoreError};
use crate::users::{Role, User};
use crate::xray::KeptRecord;

/// The opaque tokens of one design.
pub(crate) struct Opaque {
    store: Arc<dyn Store>,
    families: Families,
}

/// What an active access token stands for.
pub(crate) struct Active {
    pub(crate) user: String,
    pub(crate) role: Role,
    pub(crate) issued: LabTime,
    pub(crate) ends: LabTime,
}

impl Opaque {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { families: Families::new(store.clone()), store }
    }

    pub(super) async fn issue(&self, call: &Call, user: &User, device: &str, presented: &Presented) -> Answer<Issued> {
        let login = Login { user: &user.id, device, newest: None, key: None };
        let begun = self.families.begin(call, login, presented.refresh.as_ref()).await?;
        self.hand_out(call, begun, user.role, true).await
    }

    /// Whom a token speaks for, as the authorization server itself finds it.
    pub(super) async fn authenticate(&self, call: &Call, presented: &Presented) -> Answer<Caller> {
        let Some(token) = &presented.access else {
            return Err(Problem::no_credential("the request carries no access token"));
        };
        let active = self.look_up(call, token).await?;
        Ok(Caller { user: active.user, role: active.role.name().to_owned() })
    }

    /// What a token stands for now; refused where it is not active. The user is read each time.
    pub(crate) async fn look_up(&self, call: &Call, token: &str) -> Answer<Active> {
        let watch = Stopwatch::start();
        let found = self.store.find_access(&call.at_rest(token)).await?;
        call.read(Record::Access, found.as_ref().is_some_and(|access| access.ends > call.now), watch);
        let Some(access) = found else {
            return Err(Problem::refused("unknown-token", "the server has no record of this access token"));
        };
        let expired = call.now >= access.ends;
        call.did(Act::ExpiryChecked { what: "access token".into(), ends: access.ends, expired });
        if expired {
            return Err(Problem::refused("expired", format!("the access token ended at {}", access.ends)));
        }
        let family = self.families.still_live(call, &access.family, &access.user).await?;
        let role = standing(call, &access.user)?;
        let issued = access.ends - rules(call).access_ttl.duration();
        Ok(Active { user: access.user, role, issued, ends: access.ends.min(family.ends) })
    }

    pub(super) async fn renew(&self, call: &Call, presented: &Presented) -> Answer<Issued> {
        let Some(token) = &presented.refresh else {
            return Err(Problem::no_credential("the request carries no refresh token"));
        };
        let renewed = self.families.redeem(call, token, None).await?;
        let role = standing(call, &renewed.family.user)?;
        let refresh = call.door.design.refresh.as_ref().expect("opaque access tokens have refresh tokens behind them");
        self.hand_out(call, renewed, role, refresh.mode == RefreshMode::Rotating).await
    }

    pub(super) async fn log_out(&self, call: &Call, presented: &Presented) -> Answer<()> {
        if mistake::logout_forgets_server::applies(&call.door.design.mistakes) {
            call.did(Act::NothingKept { why: "what the server keeps of the login is left alone".into() });
            return Ok(());
        }
        if let Some(token) = &presented.refresh
            && self.families.end_of(call, token, "log-out").await?.is_some()
        {
            return Ok(());
        }
        // The access token names its login just as well.
        let found = match &presented.access {
            Some(token) => self.store.find_access(&call.at_rest(token)).await?,
            None => None,
        };
        match found.filter(|access| access.ends > call.now) {
            Some(access) => self.families.end(call, &access.family, "log-out").await.map(drop),
            None => {
                call.did(Act::NothingKept { why: "nothing that came with the log-out could be ended".into() });
                Ok(())
            }
        }
    }

    pub(super) async fn end_all(&self, call: &Call, user: &str, cause: &str) -> Answer<()> {
        self.families.end_all(call, user, cause).await
    }

    pub(super) async fn live(&self, call: &Call, user: &str, presented: &Presented) -> Answer<Vec<LiveSession>> {
        self.families.live(call, user, presented.refresh.as_deref()).await
    }

    pub(super) async fn end_one(&self, call: &Call, user: &str, handle: &str, cause: &str) -> Answer<bool> {
        self.families.end_one(call, user, handle, cause).await
    }

    /// Ends one token: with a refresh token its whole login, with an access token that one (RFC 7009 section 2.1).
    pub(super) async fn revoke(&self, call: &Call, token: &str) -> Answer<()> {
        if self.families.end_of(call, token, "a revocation").await?.is_some() {
            return Ok(());
        }
        let watch = Stopwatch::start();
        if self.store.delete_access(&call.at_rest(token)).await? {
            call.wrote(Record::Access, Change::Ended, 1, watch);
        }
        Ok(())
    }

    pub(super) async fn kept(&self, now: LabTime) -> Kept<Vec<KeptRecord>> {
        let families = self.families.all(now).await?.into_iter().map(KeptRecord::from);
        let access = self.store.all_access(now).await?.into_iter().map(KeptRecord::from);
        Ok(families.chain(access).collect())
    }

    async fn hand_out(&self, call: &Call, login: Renewed, role: Role, with_refresh: bool) -> Answer<Issued> {
        let (family, life) = (login.family, rules(call).access_ttl);
        let token = new_secret();
        let access = AccessRecord {
            token: call.at_rest(&token),
            family: family.id,
            user: family.user,
            ends: LabTime::from_secs(call.now.secs()) + life.duration(),
        };
        let watch = Stopwatch::start();
        if !self.store.create_access(&access, call.now).await? {
            return Err(StoreError::Down("a random token was there already".to_owned()).into());
        }
        call.wrote(Record::Access, Change::Created, 1, watch);
        call.did(Act::Issued { what: "access token".into(), of: Some(access.family.clone()) });
        let reply = LoginReply::of(me(&access.user, role));
        let left = Span::from_secs(family.ends.since(call.now).as_secs());
        let refresh = with_refresh.then_some((login.token, left));
        Ok(Issued::carried(&call.door.design, reply, (token, life), refresh))
    }
}

fn rules(call: &Call) -> &Introspection {
    call.door.design.introspection.as_ref().expect("a design of kind introspection has [introspection]")
}
