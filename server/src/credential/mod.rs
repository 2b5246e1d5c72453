//! The credentials that a design can issue, as a closed set: each can be issued, checked, renewed and ended.

mod families;
mod jwt;
mod opaque;
mod sealed;
mod session;

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_shared::api::{LiveSession, LoginReply, Me, TokenReply};
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Carrier, Design, Kind, Store as Place};
use lockstep_shared::span::Span;
use lockstep_shared::trace::Act;

use crate::call::Call;
use crate::door::Disk;
use crate::error::{Answer, Problem};
use crate::mechanism::cookies::{self, Presented};
use crate::store::{Kept, SessionRecord, Store};
use crate::users::{Directory, Role, User};
use crate::xray::KeptRecord;

pub(crate) use session::{BEFORE_SAVE, Endings};

/// 256 random bits, twice what OWASP ASVS 5.0 V7.2.3 asks of a reference token.
const SECRET_BYTES: usize = 32;

/// A new opaque credential.
pub(crate) fn new_secret() -> String {
    let mut secret = [0; SECRET_BYTES];
    getrandom::fill(&mut secret).expect("the system gives random bytes");
    BASE64_URL_SAFE_NO_PAD.encode(secret)
}

/// How a design keeps its users logged in.
pub(crate) enum Credential {
    Session(session::Sessions),
    Sealed(sealed::Sealed),
    Jwt(jwt::Tokens),
    Opaque(opaque::Opaque),
}

/// Fresh credentials on their way to the client.
pub(crate) struct Issued {
    pub(crate) reply: LoginReply,
    /// `Set-Cookie` lines.
    pub(crate) cookies: Vec<String>,
}

impl Issued {
    /// Puts an access token and its life, and a refresh token and what is left of its own, where the design carries them.
    fn carried(design: &Design, reply: LoginReply, access: (String, Span), refresh: Option<(String, Span)>) -> Self {
        let (token, life) = access;
        let mut issued = Self { reply, cookies: Vec::new() };
        match design.carry.access {
            Carrier::Cookie => issued.cookies.push(cookies::set_access(design, &token, Some(life))),
            Carrier::Memory | Carrier::LocalStorage => issued.reply = issued.reply.with_access(token, life.secs()),
        }
        match (refresh, design.carry.refresh) {
            (None, _) => {}
            (Some((token, left)), Some(Carrier::Cookie)) => {
                issued.cookies.push(cookies::set_refresh(design, &token, left));
            }
            (Some((token, _)), _) => issued.reply.refresh_token = Some(token),
        }
        if design.check.dpop {
            issued.reply = issued.reply.bound();
        }
        issued
    }
}

/// Whom a credential speaks for.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: String,
    pub(crate) role: String,
}

impl Caller {
    pub(crate) fn is_admin(&self) -> bool {
        self.role == Role::Admin.name()
    }
}

/// Assembles a design's credential from its mechanisms.
pub(crate) fn assemble(design: &Design, store: Arc<dyn Store>, disk: &Disk) -> Credential {
    match design.kind {
        Kind::Session => {
            // Sessions in a process's memory are its own, and so is what it knows of them.
            let shared = design.store != Place::Memory;
            let endings = if shared { disk.endings.clone() } else { Arc::default() };
            Credential::Session(session::Sessions::new(store, endings))
        }
        Kind::Sealed => {
            let seals = disk.seals.clone().expect("a design that seals has a key for it");
            Credential::Sealed(sealed::Sealed::new(seals))
        }
        Kind::Jwt => {
            let keys = disk.keys.clone().expect("a design with tokens has keys");
            Credential::Jwt(jwt::Tokens::new(design, store, keys))
        }
        Kind::Introspection => Credential::Opaque(opaque::Opaque::new(store)),
    }
}

impl Credential {
    /// Makes credentials for a user who has just shown the password. A credential that the request came with is ended.
    pub(crate) async fn issue(&self, call: &Call, user: &User, device: &str, presented: &Presented) -> Answer<Issued> {
        match self {
            Self::Session(sessions) => sessions.issue(call, user, device, presented).await,
            Self::Sealed(sealed) => Ok(sealed.issue(call, user, device)),
            Self::Jwt(tokens) => tokens.issue(call, user, device, presented).await,
            Self::Opaque(tokens) => tokens.issue(call, user, device, presented).await,
        }
    }

    /// Checks the proof of possession of a request that is about to be given tokens or to use a refresh token, where the
    /// design demands one.
    pub(crate) fn prove(&self, call: &Call, presented: &Presented) -> Answer<()> {
        match self {
            Self::Jwt(tokens) => tokens.prove(call, presented),
            Self::Session(_) | Self::Sealed(_) | Self::Opaque(_) => Ok(()),
        }
    }

    /// Makes a token for another service than the bank.
    pub(crate) async fn issue_for(&self, call: &Call, caller: &Caller, audience: &str) -> Answer<TokenReply> {
        match self {
            Self::Jwt(tokens) => tokens.issue_for(call, caller, audience).await,
            Self::Session(_) | Self::Sealed(_) | Self::Opaque(_) => Err(Problem::not_in_this_design(
                "what this design gives out means something to the bank alone: no other service could read it",
            )),
        }
    }

    /// Whom the request's credential speaks for.
    pub(crate) async fn authenticate(&self, call: &Call, presented: &Presented) -> Answer<Caller> {
        match self {
            Self::Session(sessions) => sessions.authenticate(call, presented).await,
            Self::Sealed(sealed) => {
                let caller = sealed.authenticate(call, presented)?;
                // What a session saves, this one sends.
                call.park(BEFORE_SAVE).await;
                Ok(caller)
            }
            Self::Jwt(tokens) => tokens.authenticate(call, presented).await,
            Self::Opaque(tokens) => tokens.authenticate(call, presented).await,
        }
    }

    /// What an opaque access token stands for, to tell a resource server; None where the design has no such tokens.
    pub(crate) fn opaque(&self) -> Option<&opaque::Opaque> {
        match self {
            Self::Opaque(tokens) => Some(tokens),
            Self::Session(_) | Self::Sealed(_) | Self::Jwt(_) => None,
        }
    }

    /// What a request that changes something has to do first: where the store can't even note that the session was used,
    /// nothing is done at all.
    pub(crate) async fn commit(&self, call: &Call) -> Answer<()> {
        match (self, call.take_used()) {
            (Self::Session(sessions), Some(used)) => sessions.save_first(call, used).await,
            _ => Ok(()),
        }
    }

    /// What is left to do when the handler of a request that changed nothing has answered.
    pub(crate) async fn finish(&self, call: &Call, used: SessionRecord) -> Answer<()> {
        match self {
            Self::Session(sessions) => sessions.save(call, &used).await.map(drop),
            Self::Sealed(_) | Self::Jwt(_) | Self::Opaque(_) => Ok(()),
        }
    }

    /// Gives new credentials for a refresh token.
    pub(crate) async fn renew(&self, call: &Call, presented: &Presented) -> Answer<Issued> {
        match self {
            Self::Session(_) | Self::Sealed(_) => Err(Problem::not_in_this_design(
                "a session is renewed by every request that uses it: there is nothing to refresh",
            )),
            Self::Jwt(tokens) => tokens.renew(call, presented).await,
            Self::Opaque(tokens) => tokens.renew(call, presented).await,
        }
    }

    /// Ends the credential that the request came with.
    pub(crate) async fn log_out(&self, call: &Call, presented: &Presented) -> Answer<()> {
        match self {
            Self::Session(sessions) => sessions.log_out(call, presented).await,
            Self::Sealed(_) => {
                sealed::keeps_nothing(call);
                Ok(())
            }
            Self::Jwt(tokens) => tokens.log_out(call, presented).await,
            Self::Opaque(tokens) => tokens.log_out(call, presented).await,
        }
    }

    /// Ends everything that the server keeps for a user, which can be nothing.
    pub(crate) async fn end_all(&self, call: &Call, user: &str, cause: &str) -> Answer<()> {
        match self {
            Self::Session(sessions) => sessions.end_all(call, user, cause).await,
            Self::Sealed(_) => {
                sealed::keeps_nothing(call);
                Ok(())
            }
            Self::Jwt(tokens) => tokens.end_all(call, user, cause).await,
            Self::Opaque(tokens) => tokens.end_all(call, user, cause).await,
        }
    }

    /// Ends what says something of a user that is no longer so, where the design can tell; the logins go on.
    pub(crate) async fn outdate(&self, call: &Call, user: &str) -> Answer<()> {
        match self {
            Self::Session(_) | Self::Sealed(_) | Self::Opaque(_) => Ok(()),
            Self::Jwt(tokens) => tokens.outdate(call, user).await,
        }
    }

    /// Ends one token that somebody names, as far as the design can (RFC 7009).
    pub(crate) async fn revoke(&self, call: &Call, token: &str) -> Answer<()> {
        match self {
            Self::Session(_) | Self::Sealed(_) => {
                Err(Problem::not_in_this_design("this design has no tokens: a session is ended by logging out with it"))
            }
            Self::Jwt(tokens) => tokens.revoke(call, token).await,
            Self::Opaque(tokens) => tokens.revoke(call, token).await,
        }
    }

    /// Whether a log-out has anything to do on the server or in cookies that only the server can clear.
    pub(crate) fn has_log_out(&self, design: &Design) -> bool {
        match self {
            Self::Session(_) | Self::Sealed(_) | Self::Opaque(_) => true,
            Self::Jwt(tokens) => tokens.can_end(design) || design.cookie.is_some(),
        }
    }

    /// What is live for a user.
    pub(crate) async fn live(&self, call: &Call, user: &str, presented: &Presented) -> Answer<Vec<LiveSession>> {
        match self {
            Self::Session(sessions) => sessions.live(call, user, presented).await,
            Self::Sealed(_) => {
                sealed::keeps_nothing(call);
                Ok(Vec::new())
            }
            Self::Jwt(tokens) => tokens.live(call, user, presented).await,
            Self::Opaque(tokens) => tokens.live(call, user, presented).await,
        }
    }

    /// Ends one of a user's sessions or families by its public handle; false where the user has none of that name.
    pub(crate) async fn end_one(&self, call: &Call, user: &str, handle: &str, cause: &str) -> Answer<bool> {
        match self {
            Self::Session(sessions) => sessions.end_one(call, user, handle, cause).await,
            Self::Sealed(_) => Ok(false),
            Self::Jwt(tokens) => tokens.end_one(call, user, handle, cause).await,
            Self::Opaque(tokens) => tokens.end_one(call, user, handle, cause).await,
        }
    }

    /// Everything that is kept, for the x-ray view.
    pub(crate) async fn kept(&self, design: &Design, users: &Directory, now: LabTime) -> Kept<Vec<KeptRecord>> {
        match self {
            Self::Session(sessions) => sessions.kept(now).await,
            Self::Sealed(_) => Ok(Vec::new()),
            Self::Jwt(tokens) => tokens.kept(design, users, now).await,
            Self::Opaque(tokens) => tokens.kept(now).await,
        }
    }
}

/// Reads the user's role and ban state now. A user who is banned or gone is refused.
fn standing(call: &Call, user: &str) -> Answer<Role> {
    match call.door.disk.users.standing(user) {
        None => Err(Problem::refused("unknown-user", "the user that this credential speaks for does not exist")),
        Some((role, banned)) => {
            call.did(Act::UserRead { role: role.name().into(), banned });
            match banned {
                true => Err(Problem::refused("banned", "this user is banned")),
                false => Ok(role),
            }
        }
    }
}

fn me(user: &str, role: Role) -> Me {
    Me { id: user.to_owned(), role: role.name().to_owned() }
}
