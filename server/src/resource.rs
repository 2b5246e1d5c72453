//! The resource server: the protected part of the bank where it knows no token itself, and asks who does (RFC 7662).

mod line;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lockstep_shared::api::Introspected;
use lockstep_shared::clock::LabTime;
use lockstep_shared::span::Span;
use lockstep_shared::trace::{Act, CopyOf};

use crate::call::Call;
use crate::credential::{Caller, new_secret};
use crate::error::{Answer, Problem};
use crate::mechanism::cookies::Presented;
use crate::store::{Hash, sha256};

use line::Line;

/// Answers that are believed at a time.
const MOST_ANSWERS: usize = 10_000;

/// One resource server. All that it keeps is lost with its process.
pub(crate) struct Resource {
    /// What it shows to the authorization server, as an `Authorization` header; made anew by every process.
    credential: String,
    /// How long it believes an answer.
    cache: Span,
    believed: Mutex<HashMap<Hash, Believed>>,
    line: Line,
}

/// An answer and the instant on which it is too old.
#[derive(Clone)]
struct Believed {
    caller: Caller,
    until: LabTime,
}

impl Resource {
    pub(crate) fn new(cache: Span) -> Self {
        let credential = format!("Basic {}", BASE64_STANDARD.encode(format!("resource-server:{}", new_secret())));
        Self { credential, cache, believed: Mutex::default(), line: Line::default() }
    }

    /// Whether an `Authorization` header is this server's own. Hashes are compared, so that the time that it takes says
    /// nothing of the secret.
    pub(crate) fn is_this(&self, shown: &str) -> bool {
        sha256(shown) == sha256(&self.credential)
    }

    /// Whom an access token speaks for, by an answer of the authorization server's that is not too old.
    pub(crate) async fn authenticate(&self, call: &Call, presented: &Presented) -> Answer<Caller> {
        let Some(token) = &presented.access else {
            return Err(Problem::no_credential("the request carries no access token"));
        };
        let caller = match self.believed(token, call.now) {
            Some(caller) => {
                call.did(Act::Introspected { cached: true, active: true });
                caller
            }
            None => self.ask(call, token).await?,
        };
        call.did(Act::RoleBelieved { role: caller.role.clone().into(), from: CopyOf::Introspection });
        Ok(caller)
    }

    async fn ask(&self, call: &Call, token: &str) -> Answer<Caller> {
        let answer = self.line.introspect(call, &self.credential, token).await?;
        call.did(Act::Introspected { cached: false, active: answer.active });
        let Introspected { active: true, sub: Some(user), scope: Some(role), exp: Some(exp), .. } = answer else {
            let detail = "the authorization server says that this access token is not active (any more)";
            return Err(Problem::refused("inactive-token", detail));
        };
        let caller = Caller { user, role };
        let until = LabTime::from_secs(exp).min(call.now + self.cache.duration());
        self.believe(token, Believed { caller: caller.clone(), until }, call.now);
        Ok(caller)
    }

    fn believed(&self, token: &str, now: LabTime) -> Option<Caller> {
        let believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        believed.get(&sha256(token)).filter(|answer| now < answer.until).map(|answer| answer.caller.clone())
    }

    /// Only tokens that are active are remembered, or else whoever sends made-up ones could push them out.
    fn believe(&self, token: &str, answer: Believed, now: LabTime) {
        let mut believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        if believed.len() >= MOST_ANSWERS {
            believed.retain(|_, answer| now < answer.until);
        }
        // What has no room is asked again.
        if believed.len() < MOST_ANSWERS {
            believed.insert(sha256(token), answer);
        }
    }
}
