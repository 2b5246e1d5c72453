//! Tokens that speak for themselves, with or without refresh tokens behind them.

use std::sync::Arc;

use lockstep_shared::api::{LiveSession, LoginReply};
use lockstep_shared::clock::{LabTime, Stopwatch};
use lockstep_shared::design::{Carrier, Design, Jwt, RefreshMode, Renewal};
use lockstep_shared::span::Span;
use lockstep_shared::trace::{Act, Change, CopyOf, Record};

use super::{Caller, Issued, me, new_secret, standing};
use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::keys::KeyRing;
use crate::mechanism::cookies::{self, Presented};
use crate::mechanism::refresh;
use crate::mechanism::token::{self, Claims, Expected, TokenKind};
use crate::mistake;
use crate::store::{Ending, FamilyRecord, Kept, Lookup, Store, handle, sha256};
use crate::users::{Role, User};
use crate::xray::KeptRecord;

/// The tokens of one design.
pub(crate) struct Tokens {
    store: Arc<dyn Store>,
    keys: Arc<KeyRing>,
}

impl Tokens {
    pub(super) fn new(store: Arc<dyn Store>, keys: Arc<KeyRing>) -> Self {
        Self { store, keys }
    }

    /// Whether refresh tokens are kept on the server.
    pub(super) fn keeps_families(&self, design: &Design) -> bool {
        design.refresh.as_ref().is_some_and(|refresh| refresh.is_kept())
    }

    pub(super) async fn issue(&self, call: &Call, user: &User, device: &str, presented: &Presented) -> Answer<Issued> {
        let design = &call.door.design;
        if let Some(old) = &presented.refresh
            && self.keeps_families(design)
        {
            self.end_family_of(call, old, "a new login").await?;
        }
        let refresh = match &design.refresh {
            None => None,
            Some(rules) if rules.mode == RefreshMode::Signed => {
                let token = self.sign(call, TokenKind::Refresh, &user.id, None, rules.ttl);
                Some((token, rules.ttl))
            }
            Some(rules) => Some((refresh::begin(call, &*self.store, design, user, device).await?, rules.ttl)),
        };
        Ok(self.hand_out(call, &user.id, user.role, refresh))
    }

    pub(super) async fn authenticate(&self, call: &Call, presented: &Presented) -> Answer<Caller> {
        let design = &call.door.design;
        let silent = design.refresh.as_ref().is_some_and(|refresh| refresh.renewal == Renewal::Silent);
        let refused = match &presented.access {
            None => Problem::no_credential("the request carries no access token"),
            Some(token) => match self.check(call, TokenKind::Access, token) {
                Ok(claims) => return believe(call, claims),
                Err(refused) => refused,
            },
        };
        let renewable = matches!(refused.reason(), "no-credential" | "expired");
        if !silent || !renewable || presented.refresh.is_none() {
            return Err(refused);
        }
        let (user, role, refresh) = self.redeem(call, presented).await?;
        let issued = self.hand_out(call, &user, role, refresh);
        call.set_cookies(issued.cookies);
        Ok(Caller { user, role: role.name().to_owned() })
    }

    pub(super) async fn renew(&self, call: &Call, presented: &Presented) -> Answer<Issued> {
        if call.door.design.refresh.is_none() {
            return Err(Problem::not_in_this_design(
                "this design has no refresh token: log in again when the token ends",
            ));
        }
        let (user, role, refresh) = self.redeem(call, presented).await?;
        Ok(self.hand_out(call, &user, role, refresh))
    }

    pub(super) async fn log_out(&self, call: &Call, presented: &Presented) -> Answer<()> {
        let design = &call.door.design;
        if !self.keeps_families(design) {
            call.did(Act::NothingKept { why: "the server keeps nothing that a log-out could end".to_owned() });
            return Ok(());
        }
        if mistake::logout_forgets_server::applies(&design.mistakes) {
            call.did(Act::NothingKept { why: "the refresh family's record is left alone".to_owned() });
            return Ok(());
        }
        match &presented.refresh {
            Some(token) => self.end_family_of(call, token, "log-out").await,
            None => {
                call.did(Act::NothingKept { why: "no refresh token came with the log-out".to_owned() });
                Ok(())
            }
        }
    }

    pub(super) async fn end_all(&self, call: &Call, user: &str, cause: &str) -> Answer<()> {
        if !self.keeps_families(&call.door.design) {
            call.did(Act::NothingKept {
                why: "the server keeps nothing of this user's tokens that it could end".to_owned(),
            });
            return Ok(());
        }
        let watch = Stopwatch::start();
        let ended = self.store.end_families_of(user, &ending(call, cause)).await?;
        call.wrote(Record::Family, Change::Ended, ended, watch);
        Ok(())
    }

    pub(super) async fn live(&self, call: &Call, user: &str, presented: &Presented) -> Answer<Vec<LiveSession>> {
        if !self.keeps_families(&call.door.design) {
            call.did(Act::NothingKept { why: "the server keeps no list of this user's tokens".to_owned() });
            return Ok(Vec::new());
        }
        let watch = Stopwatch::start();
        let families = self.families_of(call, user).await?;
        call.read(Record::Family, !families.is_empty(), watch);
        let current = presented.refresh.as_deref().map(sha256);
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

    pub(super) async fn end_one(&self, call: &Call, user: &str, handle: &str, cause: &str) -> Answer<bool> {
        if !self.keeps_families(&call.door.design) {
            return Ok(false);
        }
        let watch = Stopwatch::start();
        let families = self.families_of(call, user).await?;
        let named = families.iter().find(|family| family.id == handle);
        call.read(Record::Family, named.is_some(), watch);
        match named {
            Some(family) => self.end_family(call, &family.id, cause).await,
            None => Ok(false),
        }
    }

    pub(super) async fn kept(&self, design: &Design, now: LabTime) -> Kept<Vec<KeptRecord>> {
        if !self.keeps_families(design) {
            return Ok(Vec::new());
        }
        Ok(self.store.all_families(now).await?.into_iter().map(KeptRecord::from).collect())
    }

    /// Uses the refresh token and reads the user anew. Answers the refresh token to go on with, where it changes hands,
    /// and what is left of its life.
    async fn redeem(&self, call: &Call, presented: &Presented) -> Answer<(String, Role, Option<(String, Span)>)> {
        let rules = call.door.design.refresh.as_ref().expect("only designs with [refresh] redeem tokens");
        let Some(token) = &presented.refresh else {
            return Err(Problem::no_credential("the request carries no refresh token"));
        };
        if rules.mode == RefreshMode::Signed {
            let claims = self.check(call, TokenKind::Refresh, token)?;
            let role = standing(call, &claims.sub)?;
            return Ok((claims.sub, role, None));
        }
        let renewed = refresh::redeem(call, &*self.store, &call.door.design, token).await?;
        let role = standing(call, &renewed.family.user)?;
        let left = Span::from_secs(renewed.family.ends.since(call.now).as_secs());
        let next = (rules.mode == RefreshMode::Rotating).then_some((renewed.token, left));
        Ok((renewed.family.user, role, next))
    }

    /// Makes an access token and puts it, and the refresh token if there is one to hand out, where the design carries
    /// them.
    fn hand_out(&self, call: &Call, user: &str, role: Role, refresh: Option<(String, Span)>) -> Issued {
        let design = &call.door.design;
        let life = rules(design).access_ttl;
        let access = self.sign(call, TokenKind::Access, user, Some(role), life);
        let mut reply = LoginReply::of(me(user, role));
        let mut lines = Vec::new();
        match design.carry.access {
            Carrier::Cookie => lines.push(cookies::set_access(design, &access, Some(life))),
            Carrier::Memory | Carrier::LocalStorage => reply = reply.with_access(access, life.secs()),
        }
        if let Some((token, left)) = refresh {
            match design.carry.refresh {
                Some(Carrier::Cookie) => lines.push(cookies::set_refresh(design, &token, left)),
                _ => reply.refresh_token = Some(token),
            }
        }
        Issued { reply, cookies: lines }
    }

    fn sign(&self, call: &Call, kind: TokenKind, user: &str, role: Option<Role>, life: Span) -> String {
        let design = &call.door.design;
        let claims = Claims {
            iss: call.door.issuer().to_owned(),
            sub: user.to_owned(),
            aud: audience(design, kind),
            iat: call.now.secs(),
            exp: call.now.secs().saturating_add(life.secs()),
            jti: handle(&sha256(&new_secret())),
            role: role.map(|role| role.name().to_owned()),
            sid: None,
            ver: None,
        };
        call.did(Act::Issued { what: kind.words().to_owned() });
        token::sign(&self.keys.current(), kind, &claims)
    }

    fn check(&self, call: &Call, kind: TokenKind, token: &str) -> Answer<Claims> {
        let design = &call.door.design;
        let expected = Expected {
            kind,
            issuer: call.door.issuer(),
            audience: &audience(design, kind),
            leeway: rules(design).leeway,
            mistakes: &design.mistakes,
        };
        token::verify(call, &self.keys.current(), &expected, token)
    }

    async fn families_of(&self, call: &Call, user: &str) -> Kept<Vec<FamilyRecord>> {
        let mut families = self.store.all_families(call.now).await?;
        families.retain(|family| family.user == user && family.ended.is_none());
        Ok(families)
    }

    async fn end_family_of(&self, call: &Call, token: &str, cause: &str) -> Answer<()> {
        let watch = Stopwatch::start();
        let found = self.store.find_family(&sha256(token), call.now).await?;
        call.read(Record::Family, matches!(found, Lookup::Current(_)), watch);
        match found {
            // An old token of the family names the family just as well, and who logs out wants it to end.
            Lookup::Current(family) | Lookup::Used(family) => self.end_family(call, &family.id, cause).await.map(drop),
            Lookup::Ended(_) | Lookup::Expired(_) | Lookup::Unknown => Ok(()),
        }
    }

    async fn end_family(&self, call: &Call, id: &str, cause: &str) -> Answer<bool> {
        let watch = Stopwatch::start();
        let ended = self.store.end_family(id, &ending(call, cause)).await?;
        if ended {
            call.wrote(Record::Family, Change::Ended, 1, watch);
        }
        Ok(ended)
    }
}

/// The token's own word decides who and what its bearer is.
fn believe(call: &Call, claims: Claims) -> Answer<Caller> {
    let role = claims.role.unwrap_or_else(|| Role::User.name().to_owned());
    call.did(Act::RoleBelieved { role: role.clone(), from: CopyOf::Claim });
    Ok(Caller { user: claims.sub, role })
}

fn ending(call: &Call, cause: &str) -> Ending {
    Ending { at: call.now, cause: cause.to_owned() }
}

fn rules(design: &Design) -> &Jwt {
    design.jwt.as_ref().expect("a design of kind jwt has [jwt]")
}

/// A refresh token is for the authorization endpoints alone, so it has an audience of its own.
fn audience(design: &Design, kind: TokenKind) -> String {
    match kind {
        TokenKind::Access => rules(design).audience.clone(),
        TokenKind::Refresh => format!("{}/auth", rules(design).audience),
    }
}
