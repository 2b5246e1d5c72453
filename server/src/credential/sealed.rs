//! Sealed sessions: the whole record, encrypted into the client's cookie. The server keeps nothing but the key.

use std::sync::Arc;

use lockstep_shared::api::LoginReply;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Design, Session};
use lockstep_shared::trace::{Act, CopyOf};
use serde::{Deserialize, Serialize};

use super::{Caller, Issued, me};
use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::mechanism::cookies::{self, Presented};
use crate::mechanism::seal::SealRing;
use crate::users::User;

/// The sealed sessions of one design.
pub(crate) struct Sealed {
    seals: Arc<SealRing>,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    user: String,
    /// The role at login.
    role: String,
    /// The groups at login.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    groups: Vec<String>,
    device: String,
    created: LabTime,
    last_used: LabTime,
    /// When it ends even if it is used.
    ends: LabTime,
}

impl Sealed {
    pub(super) fn new(seals: Arc<SealRing>) -> Self {
        Self { seals }
    }

    pub(super) fn issue(&self, call: &Call, user: &User, device: &str) -> Issued {
        let content = Content {
            user: user.id.clone(),
            role: user.role.name().to_owned(),
            groups: user.groups.clone(),
            device: device.to_owned(),
            created: call.now,
            last_used: call.now,
            ends: call.now + rules(&call.door.design).absolute.duration(),
        };
        let line = self.line(call, &content);
        call.did(Act::Issued { what: "sealed session".into(), of: None });
        Issued { reply: LoginReply::of(me(&user.id, user.role)), cookies: vec![line] }
    }

    /// Opens the cookie, and seals it again with this moment as its last use.
    pub(super) fn authenticate(&self, call: &Call, presented: &Presented) -> Answer<Caller> {
        let Some(sealed) = &presented.access else {
            return Err(Problem::no_credential("the request carries no sealed session"));
        };
        let content = self.seals.open(&purpose(call), sealed, call.now);
        let content: Option<Content> = content.and_then(|json| serde_json::from_str(&json).ok());
        call.did(Act::SealOpened { holds: content.is_some() });
        let Some(mut content) = content else {
            let detail = "the cookie was changed, or sealed with a key that is not in use (any more)";
            return Err(Problem::refused("bad-seal", detail));
        };
        let idle_ends = content.last_used + rules(&call.door.design).idle.duration();
        let ends = content.ends.min(idle_ends);
        let expired = call.now >= ends;
        call.did(Act::ExpiryChecked { what: "session".into(), ends, expired });
        if expired {
            let which = if ends == content.ends { "absolute" } else { "idle" };
            return Err(Problem::refused("expired", format!("the session's {which} end came at {ends}")));
        }
        content.last_used = call.now;
        call.set_cookies(vec![self.line(call, &content)]);
        call.did(Act::RoleBelieved { role: content.role.clone().into(), from: CopyOf::Seal });
        Ok(Caller { user: content.user, role: content.role })
    }

    fn line(&self, call: &Call, content: &Content) -> String {
        let json = serde_json::to_string(content).expect("names and numbers are JSON");
        cookies::set_access(&call.door.design, &self.seals.seal(&purpose(call), &json), None)
    }
}

/// There is nothing to end, and nothing to list.
pub(super) fn keeps_nothing(call: &Call) {
    call.did(Act::NothingKept { why: "the session is in its cookie alone: the server keeps nothing of it".into() });
}

/// What a seal is bound to: it opens at no other design and as nothing else.
fn purpose(call: &Call) -> String {
    format!("{} session 1", call.door.issuer())
}

fn rules(design: &Design) -> &Session {
    design.session.as_ref().expect("a design of kind sealed has [session]")
}
