//! Refresh tokens that the server keeps: a family a login, opaque tokens, only hashes in the store (RFC 9700 section 4.14).

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_shared::clock::Stopwatch;
use lockstep_shared::design::{GraceGives, Refresh, RefreshMode};
use lockstep_shared::span::Span;
use lockstep_shared::trace::{Act, Change, Record};

use crate::call::Call;
use crate::credential::new_secret;
use crate::error::{Answer, Problem};
use crate::mistake;
use crate::store::{FamilyRecord, Lookup, Newest, OnReuse, Rotation, Store, StoreError, Use, handle, sha256};

/// The point at which a refresh can be held, before it touches the store.
pub(crate) const BEFORE_ROTATE: &str = "before-rotate";

/// The secret from which a successor is derived that can be given twice. It survives a restart, as a key file would.
pub(crate) struct SuccessorKey(hmac::Key);

impl SuccessorKey {
    pub(crate) fn generate() -> Self {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).expect("the system gives random bytes");
        Self(hmac::Key::new(hmac::HMAC_SHA256, &secret))
    }

    /// The one successor of a token. Nobody without the key can tell it from a random one, and the store need not keep it
    /// to give it once more.
    fn successor(&self, token: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, token.as_bytes()))
    }
}

/// A login that begins.
pub(crate) struct Login<'a> {
    pub(crate) user: &'a str,
    /// The `User-Agent`.
    pub(crate) device: &'a str,
    /// The access token that is made with it, where that has a name.
    pub(crate) newest: Option<Newest>,
    /// The thumbprint of the key that its tokens are bound to.
    pub(crate) key: Option<String>,
}

/// Begins a family and answers it with its first token.
pub(crate) async fn begin(call: &Call, store: &dyn Store, login: Login<'_>) -> Answer<Renewed> {
    let token = new_secret();
    let family = FamilyRecord {
        id: handle(&sha256(&new_secret())),
        user: login.user.to_owned(),
        device: login.device.to_owned(),
        created: call.now,
        last_used: call.now,
        ends: call.now + rules(call).ttl.duration(),
        generation: 1,
        current: call.at_rest(&token),
        newest: login.newest,
        key: login.key,
        ended: None,
    };
    let watch = Stopwatch::start();
    // Two random values of 256 bits don't meet, so "exists already" can only be a broken source of randomness.
    if !store.create_family(&family).await? {
        return Err(StoreError::Down("a random token was there already".to_owned()).into());
    }
    call.wrote(Record::Family, Change::Created, 1, watch);
    call.did(Act::Issued { what: "refresh token".into(), of: Some(family.id.clone()) });
    Ok(Renewed { family, token })
}

/// A family, and the token to use from now on.
pub(crate) struct Renewed {
    pub(crate) family: FamilyRecord,
    pub(crate) token: String,
}

/// Uses a refresh token once. `newest` is the access token that is made with it, where the record has to name that. A rotating one is replaced in one atomic step.
pub(crate) async fn redeem(call: &Call, store: &dyn Store, token: &str, newest: Option<&Newest>) -> Answer<Renewed> {
    let rules = rules(call);
    if rules.mode == RefreshMode::Static {
        return reuse(call, store, token, newest).await;
    }
    let successor = successor(call, token);
    let (presented, next) = (call.at_rest(token), call.at_rest(&successor));
    let on_reuse = if rules.reuse_detection { OnReuse::EndFamily } else { OnReuse::Nothing };
    let design = &call.door.design;
    let rotation = match mistake::refresh_reads_then_writes::rotate(call, store, design, &presented, &next).await? {
        Some(rotation) => rotation,
        None => {
            call.park(BEFORE_ROTATE).await;
            let watch = Stopwatch::start();
            let (token, successor, now) = (&presented, &next, call.now);
            let used = Use { token, successor, newest, on_reuse, grace: grace(rules), now };
            let rotation = store.rotate(&used).await?;
            let went_on = matches!(rotation, Rotation::Rotated(_) | Rotation::Repeated(_) | Rotation::Forked(_));
            call.read(Record::Family, went_on, watch);
            rotation
        }
    };
    let (family, change) = match rotation {
        Rotation::Rotated(family) => (family, Change::Rotated),
        Rotation::Repeated(family) => {
            call.did(Act::Repeated { fork: false });
            (family, Change::Saved)
        }
        Rotation::Forked(family) => {
            call.did(Act::Repeated { fork: true });
            (family, Change::Rotated)
        }
        Rotation::Reused(family) if on_reuse == OnReuse::EndFamily => {
            call.wrote(Record::Family, Change::Ended, 1, Stopwatch::start());
            call.did(Act::Alarm { what: format!("a used refresh token of family {} came back", family.id).into() });
            let detail = "this refresh token had been used before, so somebody has a copy: the whole family is ended";
            return Err(Problem::refused("reuse-detected", detail));
        }
        Rotation::Reused(_) => {
            return Err(Problem::refused("used-before", "this refresh token had been used before"));
        }
        Rotation::Ended(family) => return Err(ended(&family)),
        Rotation::Expired(family) => return Err(expired(call, &family)),
        Rotation::Unknown => return Err(unknown()),
    };
    call.wrote(Record::Family, change, 1, Stopwatch::start());
    call.did(Act::Issued { what: "refresh token".into(), of: Some(family.id.clone()) });
    Ok(Renewed { family, token: successor })
}

/// Uses a token that stays the same.
async fn reuse(call: &Call, store: &dyn Store, token: &str, newest: Option<&Newest>) -> Answer<Renewed> {
    call.park(BEFORE_ROTATE).await;
    let found = match newest {
        None => look(call, store, token).await?,
        // It is its own successor, so that the record names the access token that is made with it.
        Some(_) => {
            let watch = Stopwatch::start();
            let (hash, on_reuse, now) = (sha256(token), OnReuse::Nothing, call.now);
            let used = Use { token: &hash, successor: &hash, newest, on_reuse, grace: None, now };
            let rotation = store.rotate(&used).await?;
            call.read(Record::Family, matches!(rotation, Rotation::Rotated(_)), watch);
            match rotation {
                Rotation::Rotated(family) => {
                    call.wrote(Record::Family, Change::Saved, 1, Stopwatch::start());
                    Lookup::Current(family)
                }
                Rotation::Repeated(family) | Rotation::Forked(family) | Rotation::Reused(family) => {
                    Lookup::Used(family)
                }
                Rotation::Ended(family) => Lookup::Ended(family),
                Rotation::Expired(family) => Lookup::Expired(family),
                Rotation::Unknown => Lookup::Unknown,
            }
        }
    };
    Ok(Renewed { family: alive(call, found)?, token: token.to_owned() })
}

/// What a refresh token means, without using it.
pub(crate) async fn look(call: &Call, store: &dyn Store, token: &str) -> Answer<Lookup> {
    let watch = Stopwatch::start();
    let found = store.find_family(&call.at_rest(token), call.now).await?;
    call.read(Record::Family, matches!(found, Lookup::Current(_)), watch);
    Ok(found)
}

/// The family, or why it is not to be used.
pub(crate) fn alive(call: &Call, found: Lookup) -> Answer<FamilyRecord> {
    match found {
        Lookup::Current(family) => Ok(family),
        Lookup::Used(family) | Lookup::Ended(family) => Err(ended(&family)),
        Lookup::Expired(family) => Err(expired(call, &family)),
        Lookup::Unknown => Err(unknown()),
    }
}

/// Where a repetition must be given the same token again, that is derived; else it is random.
fn successor(call: &Call, token: &str) -> String {
    match grace(rules(call)) {
        Some((_, GraceGives::Same)) => call.door.disk.successors.successor(token),
        _ => new_secret(),
    }
}

fn grace(rules: &Refresh) -> Option<(Span, GraceGives)> {
    (rules.grace != Span::ZERO).then_some((rules.grace, rules.grace_gives))
}

fn rules(call: &Call) -> &Refresh {
    call.door.design.refresh.as_ref().expect("only designs with [refresh] have families")
}

fn ended(family: &FamilyRecord) -> Problem {
    let how = match &family.ended {
        Some(ending) => format!("{} at {}", ending.cause, ending.at),
        None => "an earlier use".to_owned(),
    };
    Problem::refused("revoked", format!("the refresh family was ended by {how}"))
}

fn expired(call: &Call, family: &FamilyRecord) -> Problem {
    call.did(Act::ExpiryChecked { what: "refresh family".into(), ends: family.ends, expired: true });
    Problem::refused("expired", format!("the refresh family ended at {}, counted from the login", family.ends))
}

fn unknown() -> Problem {
    Problem::refused("unknown-token", "no refresh family has this token")
}
