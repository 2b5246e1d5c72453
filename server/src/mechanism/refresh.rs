//! Refresh tokens that the server keeps: a family a login, opaque tokens, only hashes in the store (RFC 9700 section 4.14).

use lockstep_shared::clock::Stopwatch;
use lockstep_shared::design::{Design, RefreshMode};
use lockstep_shared::trace::{Act, Change, Record};

use crate::call::Call;
use crate::credential::new_secret;
use crate::error::{Answer, Problem};
use crate::mistake;
use crate::store::{FamilyRecord, Lookup, OnReuse, Rotation, Store, Use, handle, sha256};
use crate::users::User;

/// The point at which a refresh can be held, before it touches the store.
pub(crate) const BEFORE_ROTATE: &str = "before-rotate";

/// Begins a family and answers its first token.
pub(crate) async fn begin(
    call: &Call,
    store: &dyn Store,
    design: &Design,
    user: &User,
    device: &str,
) -> Answer<String> {
    let rules = design.refresh.as_ref().expect("only designs with [refresh] begin families");
    let token = new_secret();
    let current = sha256(&token);
    let family = FamilyRecord {
        id: handle(&sha256(&new_secret())),
        user: user.id.clone(),
        device: device.to_owned(),
        created: call.now,
        last_used: call.now,
        ends: call.now + rules.ttl.duration(),
        generation: 1,
        current,
        newest: None,
        key: None,
        ended: None,
    };
    let watch = Stopwatch::start();
    // Two random values of 256 bits don't meet, so "exists already" can only be a broken source of randomness.
    if !store.create_family(&family).await? {
        return Err(crate::store::StoreError::Down("a random token was there already".to_owned()).into());
    }
    call.wrote(Record::Family, Change::Created, 1, watch);
    call.did(Act::Issued { what: "refresh token".to_owned() });
    Ok(token)
}

/// A used refresh token: its family, and the token to use from now on.
pub(crate) struct Renewed {
    pub(crate) family: FamilyRecord,
    pub(crate) token: String,
}

/// Uses a refresh token once. A rotating one is replaced in one atomic step.
pub(crate) async fn redeem(call: &Call, store: &dyn Store, design: &Design, token: &str) -> Answer<Renewed> {
    let rules = design.refresh.as_ref().expect("only designs with [refresh] redeem tokens");
    let presented = sha256(token);
    if rules.mode == RefreshMode::Static {
        call.park(BEFORE_ROTATE).await;
        let watch = Stopwatch::start();
        let found = store.find_family(&presented, call.now).await?;
        call.read(Record::Family, matches!(found, Lookup::Current(_)), watch);
        return match found {
            Lookup::Current(family) => Ok(Renewed { family, token: token.to_owned() }),
            Lookup::Used(family) | Lookup::Ended(family) => Err(ended(&family)),
            Lookup::Expired(family) => Err(expired(call, &family)),
            Lookup::Unknown => Err(unknown()),
        };
    }
    let successor = new_secret();
    let on_reuse = if rules.reuse_detection { OnReuse::EndFamily } else { OnReuse::Nothing };
    let next = sha256(&successor);
    let rotation = match mistake::refresh_reads_then_writes::rotate(call, store, design, &presented, &next).await? {
        Some(rotation) => rotation,
        None => {
            call.park(BEFORE_ROTATE).await;
            let watch = Stopwatch::start();
            let used = Use { token: &presented, successor: &next, newest: None, on_reuse, grace: None, now: call.now };
            let rotation = store.rotate(&used).await?;
            call.read(Record::Family, matches!(rotation, Rotation::Rotated(_)), watch);
            rotation
        }
    };
    match rotation {
        Rotation::Rotated(family) | Rotation::Repeated(family) | Rotation::Forked(family) => {
            call.wrote(Record::Family, Change::Rotated, 1, Stopwatch::start());
            call.did(Act::Issued { what: "refresh token".to_owned() });
            Ok(Renewed { family, token: successor })
        }
        Rotation::Reused(family) if on_reuse == OnReuse::EndFamily => {
            call.wrote(Record::Family, Change::Ended, 1, Stopwatch::start());
            call.did(Act::Alarm { what: format!("a used refresh token of family {} came back", family.id) });
            let detail = "this refresh token had been used before, so somebody has a copy: the whole family is ended";
            Err(Problem::refused("reuse-detected", detail))
        }
        Rotation::Reused(_) => Err(Problem::refused("used-before", "this refresh token had been used before")),
        Rotation::Ended(family) => Err(ended(&family)),
        Rotation::Expired(family) => Err(expired(call, &family)),
        Rotation::Unknown => Err(unknown()),
    }
}

fn ended(family: &FamilyRecord) -> Problem {
    let how = match &family.ended {
        Some(ending) => format!("{} at {}", ending.cause, ending.at),
        None => "an earlier use".to_owned(),
    };
    Problem::refused("revoked", format!("the refresh family was ended by {how}"))
}

fn expired(call: &Call, family: &FamilyRecord) -> Problem {
    call.did(Act::ExpiryChecked { what: "refresh family".to_owned(), ends: family.ends, expired: true });
    Problem::refused("expired", format!("the refresh family ended at {}, counted from the login", family.ends))
}

fn unknown() -> Problem {
    Problem::refused("unknown-token", "no refresh family has this token")
}
