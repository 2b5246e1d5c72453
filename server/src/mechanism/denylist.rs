//! The list of tokens that were revoked before their own end, which is asked about every token.

use std::sync::Arc;

use lockstep_shared::clock::{LabTime, Stopwatch};
use lockstep_shared::design::{Denylist as Place, Design};
use lockstep_shared::trace::{Change, Record};

use super::token::{Claims, TokenKind};
use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::mistake;
use crate::store::{Kept, Memory, Store};

/// A design's list, where it has one.
pub(crate) struct Denylist {
    list: Option<Arc<dyn Store>>,
    /// Where the list lies.
    engine: &'static str,
}

impl Denylist {
    /// The list that a design asks for. One in memory is the process's own, whatever else the design keeps elsewhere.
    pub(crate) fn of(design: &Design, store: &Arc<dyn Store>) -> Self {
        let (list, engine): (Option<Arc<dyn Store>>, _) = match design.check.denylist {
            Place::Off => (None, ""),
            Place::Memory => (Some(Arc::new(Memory::default())), "memory"),
            Place::Store => (Some(store.clone()), design.store.name()),
        };
        Self { list, engine }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.list.is_some()
    }

    /// Refuses a token that is listed. Without a list nothing is asked.
    pub(crate) async fn ask(&self, call: &Call, kind: TokenKind, claims: &Claims, token: &str) -> Answer<()> {
        let Some(list) = &self.list else { return Ok(()) };
        let watch = Stopwatch::start();
        let listed = list.is_revoked(&name_of(call, claims, token), call.now).await?;
        call.read_in(self.engine, record(kind), listed, watch);
        match listed {
            false => Ok(()),
            true => Err(Problem::refused("revoked", "this token is on the list of revoked ones")),
        }
    }

    /// Lists a token that was presented and holds, until it would end anyway.
    pub(crate) async fn list(&self, call: &Call, kind: TokenKind, claims: &Claims, token: &str) -> Answer<()> {
        let until = LabTime::from_secs(claims.exp) + leeway(call);
        self.write(call, kind, &name_of(call, claims, token), until).await
    }

    /// Lists an access token that is known by its name alone.
    pub(crate) async fn list_unseen(&self, call: &Call, jti: &str, ends: LabTime) -> Answer<()> {
        self.write(call, TokenKind::Access, &name(call.door.issuer(), jti), ends + leeway(call)).await
    }

    /// Everything on the list that has not ended by itself.
    pub(crate) async fn all(&self, now: LabTime) -> Kept<Vec<(String, LabTime)>> {
        match &self.list {
            Some(list) => list.revocations(now).await,
            None => Ok(Vec::new()),
        }
    }

    async fn write(&self, call: &Call, kind: TokenKind, name: &str, until: LabTime) -> Answer<()> {
        let Some(list) = &self.list else { return Ok(()) };
        if until <= call.now {
            return Ok(());
        }
        let watch = Stopwatch::start();
        list.revoke(name, until, call.now).await?;
        call.wrote_in(self.engine, record(kind), Change::Created, 1, watch);
        Ok(())
    }
}

/// What a trace calls an entry.
fn record(kind: TokenKind) -> Record {
    match kind {
        TokenKind::Access => Record::Revocation,
        TokenKind::Refresh => Record::RefreshRevocation,
    }
}

/// The name of a token on the list. A `jti` is unique only together with who gave it (RFC 7519 section 4.1.7), and unlike
/// the token's own octets it stands under the signature.
fn name(issuer: &str, jti: &str) -> String {
    format!("{issuer} {jti}")
}

fn name_of(call: &Call, claims: &Claims, token: &str) -> String {
    let named = mistake::denylist_by_bytes::name(&call.door.design.mistakes, token);
    named.unwrap_or_else(|| name(&claims.iss, &claims.jti))
}

/// A token that is accepted for some time after its end must stay listed as long.
fn leeway(call: &Call) -> std::time::Duration {
    call.door.design.jwt.as_ref().expect("only designs with [jwt] have a list").leeway.duration()
}
