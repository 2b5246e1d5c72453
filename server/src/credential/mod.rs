//! The credentials that a design can issue, as a closed set: each can be issued, checked, renewed and ended.

mod jwt;
mod session;

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_shared::api::{LiveSession, LoginReply, Me};
use lockstep_shared::design::{Design, Kind};
use lockstep_shared::trace::Act;

use crate::call::Call;
use crate::door::Disk;
use crate::error::{Answer, Problem};
use crate::mechanism::cookies::Presented;
use crate::store::{Kept, SessionRecord, Store};
use crate::users::{Role, User};
use crate::xray::KeptRecord;

pub(crate) use session::BEFORE_SAVE;

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
    Jwt(jwt::Tokens),
}

/// Fresh credentials on their way to the client.
pub(crate) struct Issued {
    pub(crate) reply: LoginReply,
    /// `Set-Cookie` lines.
    pub(crate) cookies: Vec<String>,
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
        Kind::Session => Credential::Session(session::Sessions::new(store)),
        Kind::Sealed | Kind::Introspection => unimplemented!("this kind of credential"),
        Kind::Jwt => {
            let keys = disk.keys.clone().expect("a design with tokens has keys");
            Credential::Jwt(jwt::Tokens::new(store, keys))
        }
    }
}

impl Credential {
    /// Makes credentials for a user who has just shown the password. A credential that the request came with is ended.
    pub(crate) async fn issue(&self, call: &Call, user: &User, device: &str, presented: &Presented) -> Answer<Issued> {
        match self {
            Self::Session(sessions) => sessions.issue(call, user, device, presented).await,
            Self::Jwt(tokens) => tokens.issue(call, user, device, presented).await,
        }
    }

    /// Whom the request's credential speaks for.
    pub(crate) async fn authenticate(&self, call: &Call, presented: &Presented) -> Answer<Caller> {
        match self {
            Self::Session(sessions) => sessions.authenticate(call, presented).await,
            Self::Jwt(tokens) => tokens.authenticate(call, presented).await,
        }
    }

    /// What is left to do when the handler has answered.
    pub(crate) async fn finish(&self, call: &Call, used: SessionRecord) -> Answer<()> {
        match self {
            Self::Session(sessions) => sessions.save(call, used).await,
            Self::Jwt(_) => Ok(()),
        }
    }

    /// Gives new credentials for a refresh token.
    pub(crate) async fn renew(&self, call: &Call, presented: &Presented) -> Answer<Issued> {
        match self {
            Self::Session(_) => Err(Problem::not_in_this_design(
                "a session is renewed by every request that uses it: there is nothing to refresh",
            )),
            Self::Jwt(tokens) => tokens.renew(call, presented).await,
        }
    }

    /// Ends the credential that the request came with.
    pub(crate) async fn log_out(&self, call: &Call, presented: &Presented) -> Answer<()> {
        match self {
            Self::Session(sessions) => sessions.log_out(call, presented).await,
            Self::Jwt(tokens) => tokens.log_out(call, presented).await,
        }
    }

    /// Ends everything that the server keeps for a user, which can be nothing.
    pub(crate) async fn end_all(&self, call: &Call, user: &str, cause: &str) -> Answer<()> {
        match self {
            Self::Session(sessions) => sessions.end_all(call, user, cause).await,
            Self::Jwt(tokens) => tokens.end_all(call, user, cause).await,
        }
    }

    /// Whether a log-out has anything to do on the server or in cookies that only the server can clear.
    pub(crate) fn has_log_out(&self, design: &Design) -> bool {
        match self {
            Self::Session(_) => true,
            Self::Jwt(tokens) => tokens.keeps_families(design) || design.cookie.is_some(),
        }
    }

    /// What is live for a user.
    pub(crate) async fn live(&self, call: &Call, user: &str, presented: &Presented) -> Answer<Vec<LiveSession>> {
        match self {
            Self::Session(sessions) => sessions.live(call, user, presented).await,
            Self::Jwt(tokens) => tokens.live(call, user, presented).await,
        }
    }

    /// Ends one of a user's sessions or families by its public handle; false where the user has none of that name.
    pub(crate) async fn end_one(&self, call: &Call, user: &str, handle: &str, cause: &str) -> Answer<bool> {
        match self {
            Self::Session(sessions) => sessions.end_one(call, user, handle, cause).await,
            Self::Jwt(tokens) => tokens.end_one(call, user, handle, cause).await,
        }
    }

    /// Everything that is kept, for the x-ray view.
    pub(crate) async fn kept(&self, design: &Design, now: lockstep_shared::clock::LabTime) -> Kept<Vec<KeptRecord>> {
        match self {
            Self::Session(sessions) => sessions.kept(now).await,
            Self::Jwt(tokens) => tokens.kept(design, now).await,
        }
    }
}

/// Reads the user's role and ban state now. A user who is banned or gone is refused.
fn standing(call: &Call, user: &str) -> Answer<Role> {
    match call.door.disk.users.standing(user) {
        None => Err(Problem::refused("unknown-user", "the user that this credential speaks for does not exist")),
        Some((role, banned)) => {
            call.did(Act::UserRead { role: role.name().to_owned(), banned });
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
