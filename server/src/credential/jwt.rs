//! Tokens that speak for themselves, with or without refresh tokens behind them.

use std::sync::Arc;

use lockstep_shared::api::{LiveSession, LoginReply, TokenReply};
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Design, Jwt, RefreshMode, Renewal};
use lockstep_shared::span::Span;
use lockstep_shared::trace::{Act, CopyOf};

use super::families::Families;
use super::{Caller, Issued, me, new_secret, standing};
use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::keys::KeyRing;
use crate::mechanism::cookies::Presented;
use crate::mechanism::denylist::Denylist;
use crate::mechanism::dpop;
use crate::mechanism::epoch;
use crate::mechanism::refresh::{BEFORE_ROTATE, Login};
use crate::mechanism::token::{self, Claims, Confirmation, Expected, TokenKind};
use crate::store::{Newest, Store, handle, sha256};
use crate::users::{Role, User};

mod ending;

/// The tokens of one design.
pub(crate) struct Tokens {
    store: Arc<dyn Store>,
    keys: Arc<KeyRing>,
    families: Families,
    denylist: Denylist,
}

/// What a token is made from, but for its name and its end.
struct Grant {
    user: String,
    role: Role,
    /// The login that it belongs to, where the server keeps one.
    login: Option<String>,
    version: Option<u64>,
    /// The refresh token to hand out with it, and what is left of its life.
    refresh: Option<(String, Span)>,
}

impl Tokens {
    pub(super) fn new(design: &Design, store: Arc<dyn Store>, keys: Arc<KeyRing>) -> Self {
        let (families, denylist) = (Families::new(store.clone()), Denylist::of(design, &store));
        Self { store, keys, families, denylist }
    }

    pub(super) async fn issue(&self, call: &Call, user: &User, device: &str, presented: &Presented) -> Answer<Issued> {
        let design = &call.door.design;
        dpop::use_up(call, &*self.store).await?;
        let version = self.version(call, &user.id).await?;
        let newest = fresh(call, rules(design).access_ttl);
        let mut grant = Grant { user: user.id.clone(), role: user.role, login: None, version, refresh: None };
        match &design.refresh {
            None => {}
            Some(rules) if rules.mode == RefreshMode::Signed => {
                let token = self.sign(
                    call,
                    TokenKind::Refresh,
                    &audience(design, TokenKind::Refresh),
                    &fresh(call, rules.ttl),
                    &grant,
                );
                grant.refresh = Some((token, rules.ttl));
            }
            Some(rules) => {
                let login = Login { user: &user.id, device, newest: Some(newest.clone()), key: call.proven() };
                let begun = self.families.begin(call, login, presented.refresh.as_ref()).await?;
                grant.login = Some(begun.family.id);
                grant.refresh = Some((begun.token, rules.ttl));
            }
        }
        Ok(self.hand_out(call, &newest, grant))
    }

    /// Checks the proof of a request that is about to be given tokens, or to use a refresh token.
    pub(super) fn prove(&self, call: &Call, presented: &Presented) -> Answer<()> {
        match call.door.design.check.dpop {
            true => dpop::prove(call, &self.keys, presented, None).map(drop),
            false => Ok(()),
        }
    }

    /// A token that the bank signs for another service, in this user's name.
    pub(super) async fn issue_for(&self, call: &Call, caller: &Caller, audience: &str) -> Answer<TokenReply> {
        let life = rules(&call.door.design).access_ttl;
        let role = Role::named(&caller.role).unwrap_or(Role::User);
        let version = self.version(call, &caller.user).await?;
        let grant = Grant { user: caller.user.clone(), role, login: None, version, refresh: None };
        let access_token = self.sign(call, TokenKind::Access, audience, &fresh(call, life), &grant);
        let token_type = if call.door.design.check.dpop { "DPoP" } else { "Bearer" };
        Ok(TokenReply { access_token, token_type: token_type.to_owned(), expires_in: life.secs() })
    }

    pub(super) async fn authenticate(&self, call: &Call, presented: &Presented) -> Answer<Caller> {
        let design = &call.door.design;
        let silent = design.refresh.as_ref().is_some_and(|refresh| refresh.renewal == Renewal::Silent);
        let refused = match &presented.access {
            None => Problem::no_credential("the request carries no access token"),
            Some(token) => match self.accept(call, TokenKind::Access, token).await {
                Ok(claims) => {
                    if design.check.dpop {
                        dpop::possesses(call, &*self.store, &self.keys, presented, &claims).await?;
                    }
                    return believe(call, claims);
                }
                Err(refused) => refused,
            },
        };
        // Of these a client that renews by itself would make an occasion to renew. What was forged or revoked is none.
        let renewable = matches!(refused.reason(), "no-credential" | "expired" | "stale-version" | "unknown-key");
        if !silent || !renewable || presented.refresh.is_none() {
            return Err(refused);
        }
        let (newest, grant) = self.redeem(call, presented).await?;
        let caller = Caller { user: grant.user.clone(), role: grant.role.name().to_owned() };
        let issued = self.hand_out(call, &newest, grant);
        call.set_cookies(issued.cookies);
        Ok(caller)
    }

    pub(super) async fn renew(&self, call: &Call, presented: &Presented) -> Answer<Issued> {
        if call.door.design.refresh.is_none() {
            return Err(Problem::not_in_this_design(
                "this design has no refresh token: log in again when the token ends",
            ));
        }
        let (newest, grant) = self.redeem(call, presented).await?;
        Ok(self.hand_out(call, &newest, grant))
    }

    pub(super) async fn live(&self, call: &Call, user: &str, presented: &Presented) -> Answer<Vec<LiveSession>> {
        if !call.door.design.keeps_families() {
            call.did(Act::NothingKept { why: "the server keeps no list of this user's tokens".into() });
            return Ok(Vec::new());
        }
        self.families.live(call, user, presented.refresh.as_deref()).await
    }

    /// Uses the refresh token and reads the user anew. Answers the name of the access token to make.
    async fn redeem(&self, call: &Call, presented: &Presented) -> Answer<(Newest, Grant)> {
        let design = &call.door.design;
        let refresh = design.refresh.as_ref().expect("only designs with [refresh] redeem tokens");
        let Some(token) = &presented.refresh else {
            return Err(Problem::no_credential("the request carries no refresh token"));
        };
        let newest = fresh(call, rules(design).access_ttl);
        if refresh.mode == RefreshMode::Signed {
            call.park(BEFORE_ROTATE).await;
            let claims = self.accept(call, TokenKind::Refresh, token).await?;
            let role = standing(call, &claims.sub)?;
            let grant = Grant { user: claims.sub, role, login: None, version: claims.ver, refresh: None };
            return Ok((newest, grant));
        }
        if design.check.dpop {
            self.families.bound(call, token).await?;
        }
        // The version is read before the token is used, or else one that is raised in between would let through what it
        // is to end.
        let known = if design.check.epoch { self.families.look(call, token).await? } else { None };
        let version = match known {
            Some(family) => self.version(call, &family.user).await?,
            None => None,
        };
        let listed = self.denylist.is_on().then_some(&newest);
        let renewed = self.families.redeem(call, token, listed).await?;
        let role = standing(call, &renewed.family.user)?;
        let left = Span::from_secs(renewed.family.ends.since(call.now).as_secs());
        let next = (refresh.mode == RefreshMode::Rotating).then_some((renewed.token, left));
        let login = Some(renewed.family.id);
        Ok((newest, Grant { user: renewed.family.user, role, login, version, refresh: next }))
    }

    /// Signs an access token, and puts it and the refresh token where the design carries them.
    fn hand_out(&self, call: &Call, newest: &Newest, grant: Grant) -> Issued {
        let audience = audience(&call.door.design, TokenKind::Access);
        let access = self.sign(call, TokenKind::Access, &audience, newest, &grant);
        let reply = LoginReply::of(me(&grant.user, grant.role));
        let life = rules(&call.door.design).access_ttl;
        Issued::carried(&call.door.design, reply, (access, life), grant.refresh)
    }

    fn sign(&self, call: &Call, kind: TokenKind, audience: &str, named: &Newest, grant: &Grant) -> String {
        let design = &call.door.design;
        let is_access = kind == TokenKind::Access;
        let claims = Claims {
            iss: call.door.issuer().to_owned(),
            sub: grant.user.clone(),
            aud: audience.to_owned(),
            iat: call.now.secs(),
            exp: named.ends.secs(),
            jti: named.jti.clone(),
            role: is_access.then(|| grant.role.name().to_owned()),
            groups: if is_access { call.door.disk.users.groups(&grant.user) } else { Vec::new() },
            sid: grant.login.clone().filter(|_| is_access && design.check.session_id),
            ver: grant.version,
            cnf: call.proven().map(|jkt| Confirmation { jkt }),
        };
        call.did(Act::Issued { what: kind.words().into(), of: grant.login.clone() });
        token::sign(&self.keys.current(), kind, &claims)
    }

    /// Checks a token by itself and then by what the server knows of it.
    async fn accept(&self, call: &Call, kind: TokenKind, token: &str) -> Answer<Claims> {
        let check = &call.door.design.check;
        let claims = self.check(call, kind, token).await?;
        self.denylist.ask(call, kind, &claims, token).await?;
        if check.epoch {
            epoch::check(call, &*self.store, &claims).await?;
        }
        if check.session_id && kind == TokenKind::Access {
            let Some(login) = &claims.sid else {
                return Err(Problem::refused("missing-claim", "the token does not name the login that it belongs to"));
            };
            self.families.still_live(call, login, &claims.sub).await?;
        }
        Ok(claims)
    }

    /// Checks a token by itself.
    async fn check(&self, call: &Call, kind: TokenKind, token: &str) -> Answer<Claims> {
        let design = &call.door.design;
        let expected = Expected {
            kind,
            issuer: call.door.issuer(),
            audience: &audience(design, kind),
            leeway: rules(design).leeway,
            mistakes: &design.mistakes,
        };
        token::verify(call, &self.keys, &expected, token).await
    }

    /// The version that a new token must carry, where the design compares versions.
    async fn version(&self, call: &Call, user: &str) -> Answer<Option<u64>> {
        match call.door.design.check.epoch {
            true => epoch::current(call, &*self.store, user).await.map(Some),
            false => Ok(None),
        }
    }
}

/// A name and an end for a token that is to be made now.
fn fresh(call: &Call, life: Span) -> Newest {
    let ends = LabTime::from_secs(call.now.secs().saturating_add(life.secs()));
    Newest { jti: handle(&sha256(&new_secret())), ends }
}

/// The token's own word decides who and what its bearer is.
fn believe(call: &Call, claims: Claims) -> Answer<Caller> {
    let role = claims.role.unwrap_or_else(|| Role::User.name().to_owned());
    call.did(Act::RoleBelieved { role: role.clone().into(), from: CopyOf::Claim });
    Ok(Caller { user: claims.sub, role })
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
