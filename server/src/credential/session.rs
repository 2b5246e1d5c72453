//! Server-side sessions: an opaque id at the client, the record in a store.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use lockstep_shared::api::{LiveSession, LoginReply};
use lockstep_shared::clock::{LabTime, Stopwatch};
use lockstep_shared::design::{Carrier, RoleSource};
use lockstep_shared::trace::{Act, Change, CopyOf, Record};

use super::{Caller, Issued, me, new_secret, standing};
use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::mechanism::cookies::{self, Presented};
use crate::mistake;
use crate::store::{Ending, Hash, Kept, SessionRecord, Store};
use crate::users::User;
use crate::xray::KeptRecord;

/// The point at which a request can be held before its session is saved: when its work is done, or before that where it
/// changes something.
pub(crate) const BEFORE_SAVE: &str = "before-save";

/// The sessions of one design.
pub(crate) struct Sessions {
    store: Arc<dyn Store>,
    endings: Arc<Endings>,
    counter: mistake::guessable_id::Counter,
}

impl Sessions {
    /// `endings` is the log of all who share the store.
    pub(super) fn new(store: Arc<dyn Store>, endings: Arc<Endings>) -> Self {
        Self { store, endings, counter: Default::default() }
    }

    pub(super) async fn issue(&self, call: &Call, user: &User, device: &str, presented: &Presented) -> Answer<Issued> {
        let design = &call.door.design;
        let rules = design.session.as_ref().expect("a design of kind session has [session]");
        // Whoever logs in anew leaves the old session (OWASP ASVS 5.0 V7.2.4); also when it was planted by somebody.
        if let Some(old) = &presented.access {
            self.end(call, &call.at_rest(old), "a new login").await?;
        }
        let kept = mistake::keep_id_on_login::id(&design.mistakes, presented);
        let adopts = kept.is_some();
        let id = kept.or_else(|| self.counter.id(&design.mistakes)).unwrap_or_else(new_secret);
        let session = SessionRecord {
            id: call.at_rest(&id),
            user: user.id.clone(),
            device: device.to_owned(),
            created: call.now,
            last_used: call.now,
            idle: rules.idle,
            ends: call.now + rules.absolute.duration(),
            cached_role: (rules.role == RoleSource::Cached).then(|| user.role.name().to_owned()),
        };
        let watch = Stopwatch::start();
        if !self.store.create_session(&session).await? {
            return Err(crate::store::StoreError::Down("a random id was there already".to_owned()).into());
        }
        call.wrote(Record::Session, Change::Created, 1, watch);
        if adopts {
            call.did(Act::Adopted { what: "session id".into() });
        }
        call.did(Act::Issued { what: "session id".into(), of: Some(session.handle()) });
        let mut reply = LoginReply::of(me(&user.id, user.role));
        let mut lines = Vec::new();
        match design.carry.access {
            Carrier::Cookie => lines.push(cookies::set_access(design, &id, None)),
            Carrier::Memory | Carrier::LocalStorage => reply = reply.with_access(id, rules.absolute.secs()),
        }
        Ok(Issued { reply, cookies: lines })
    }

    pub(super) async fn authenticate(&self, call: &Call, presented: &Presented) -> Answer<Caller> {
        let Some(id) = &presented.access else {
            return Err(Problem::no_credential("the request carries no session id"));
        };
        let id = call.at_rest(id);
        let watch = Stopwatch::start();
        let found = self.store.load_session(&id).await?;
        let alive = found.as_ref().is_some_and(|session| session.expiry() > call.now);
        call.read(Record::Session, alive, watch);
        let Some(mut session) = found else { return Err(self.missing(&id)) };
        if alive {
            session.last_used = call.now;
        }
        call.did(Act::ExpiryChecked { what: "session".into(), ends: session.expiry(), expired: !alive });
        if !alive {
            let which = if session.expiry() == session.ends { "absolute" } else { "idle" };
            return Err(Problem::refused("expired", format!("the session's {which} end came at {}", session.expiry())));
        }
        let role = match &session.cached_role {
            Some(role) => {
                call.did(Act::RoleBelieved { role: role.clone().into(), from: CopyOf::Session });
                role.clone()
            }
            None => standing(call, &session.user)?.name().to_owned(),
        };
        let caller = Caller { user: session.user.clone(), role };
        call.used(session);
        Ok(caller)
    }

    /// Saves that the session was used, before anything is done with it. Refuses one that was ended meanwhile.
    pub(super) async fn save_first(&self, call: &Call, session: SessionRecord) -> Answer<()> {
        match self.save(call, &session).await? {
            true => Ok(()),
            false => Err(self.missing(&session.id)),
        }
    }

    /// Saves that the session was used. One that was ended meanwhile stays ended, and false is the answer.
    pub(super) async fn save(&self, call: &Call, session: &SessionRecord) -> Answer<bool> {
        call.park(BEFORE_SAVE).await;
        let watch = Stopwatch::start();
        let (saved, how) = match self.store.save_session(session).await {
            Ok(false) => {
                let mistakes = &call.door.design.mistakes;
                (mistake::save_reinserts::save(mistakes, &*self.store, session).await, Change::Reinserted)
            }
            saved => (saved, Change::Saved),
        };
        let change = match saved {
            Ok(true) => how,
            Ok(false) => Change::SaveRefused,
            Err(_) => Change::SaveFailed,
        };
        call.wrote(Record::Session, change, u64::from(change == how), watch);
        Ok(saved?)
    }

    pub(super) async fn log_out(&self, call: &Call, presented: &Presented) -> Answer<()> {
        if mistake::logout_forgets_server::applies(&call.door.design.mistakes) {
            call.did(Act::NothingKept { why: "the session's record is left alone".into() });
            return Ok(());
        }
        match &presented.access {
            Some(id) if self.end(call, &call.at_rest(id), "log-out").await? => {}
            _ => call.did(Act::NothingKept { why: "nothing that came with the log-out could be ended".into() }),
        }
        Ok(())
    }

    pub(super) async fn end_all(&self, call: &Call, user: &str, cause: &str) -> Answer<()> {
        let watch = Stopwatch::start();
        let ended = self.store.delete_sessions_of(user).await?;
        call.wrote(Record::Session, Change::Ended, ended.len() as u64, watch);
        for id in ended {
            self.endings.note(id, call.now, cause);
        }
        Ok(())
    }

    pub(super) async fn live(&self, call: &Call, user: &str, presented: &Presented) -> Answer<Vec<LiveSession>> {
        let watch = Stopwatch::start();
        let sessions = self.store.sessions_of(user, call.now).await?;
        call.read(Record::Session, !sessions.is_empty(), watch);
        let current = presented.access.as_deref().map(|id| call.at_rest(id));
        let row = |session: &SessionRecord| LiveSession {
            id: session.handle(),
            device: session.device.clone(),
            created_at: session.created.secs(),
            last_used_at: session.last_used.secs(),
            ends_at: session.ends.secs(),
            current: Some(session.id) == current,
        };
        Ok(sessions.iter().map(row).collect())
    }

    pub(super) async fn end_one(&self, call: &Call, user: &str, handle: &str, cause: &str) -> Answer<bool> {
        let watch = Stopwatch::start();
        let sessions = self.store.sessions_of(user, call.now).await?;
        let named = sessions.iter().find(|session| session.handle() == handle);
        call.read(Record::Session, named.is_some(), watch);
        match named {
            Some(session) => self.end(call, &session.id, cause).await,
            None => Ok(false),
        }
    }

    pub(super) async fn kept(&self, now: LabTime) -> Kept<Vec<KeptRecord>> {
        let sessions = self.store.all_sessions(now).await?;
        Ok(sessions.into_iter().map(KeptRecord::from).collect())
    }

    async fn end(&self, call: &Call, id: &Hash, cause: &str) -> Answer<bool> {
        let watch = Stopwatch::start();
        let ended = self.store.delete_session(id).await?;
        if ended {
            call.wrote(Record::Session, Change::Ended, 1, watch);
            self.endings.note(*id, call.now, cause);
        }
        Ok(ended)
    }

    /// Why there is no such session, as far as the log tells.
    fn missing(&self, id: &Hash) -> Problem {
        match self.endings.of(id) {
            Some(Ending { at, cause }) => {
                Problem::refused("revoked", format!("the session was ended by {cause} at {at}, and its record is gone"))
            }
            None => Problem::refused("unknown-session", "the server has no record of this session id"),
        }
    }
}

/// Why the last sessions were ended, as a log file would tell. It decides nothing: the record is gone, and this only lets
/// a refusal say why, which is the same at each node that shares the store.
#[derive(Default)]
pub(crate) struct Endings(Mutex<VecDeque<(Hash, Ending)>>);

impl Endings {
    const MOST: usize = 1000;

    fn note(&self, id: Hash, at: LabTime, cause: &str) {
        let mut endings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        endings.truncate(Self::MOST - 1);
        endings.push_front((id, Ending { at, cause: cause.to_owned() }));
    }

    fn of(&self, id: &Hash) -> Option<Ending> {
        let endings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        endings.iter().find(|(ended, _)| ended == id).map(|(_, ending)| ending.clone())
    }
}
