//! Records as fields of a Redis hash, and back.

use std::collections::HashMap;

use lockstep_shared::clock::LabTime;
use lockstep_shared::span::Span;

use crate::store::{AccessRecord, Ending, FamilyRecord, Hash, Kept, Newest, SessionRecord, StoreError};

/// A hash as Redis gives it; empty where there is none.
pub(super) type Fields = HashMap<String, String>;

/// The names and values to set, one after the other.
pub(super) type Pairs = Vec<String>;

pub(super) fn hex(hash: &Hash) -> String {
    hash.iter().map(|octet| format!("{octet:02x}")).collect()
}

pub(super) fn hash(hex: &str) -> Kept<Hash> {
    let octet = |at: usize| hex.get(2 * at..2 * at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    let mut hash = Hash::default();
    for (at, place) in hash.iter_mut().enumerate() {
        *place = octet(at).ok_or_else(unreadable)?;
    }
    Ok(hash)
}

pub(super) fn millis(at: LabTime) -> String {
    at.millis().to_string()
}

fn pairs<const N: usize>(pairs: [(&str, Option<String>); N]) -> Pairs {
    let given = pairs.into_iter().filter_map(|(name, value)| Some([name.to_owned(), value?]));
    given.flatten().collect()
}

pub(super) fn of_session(session: &SessionRecord) -> Pairs {
    pairs([
        ("id", Some(hex(&session.id))),
        ("user", Some(session.user.clone())),
        ("device", Some(session.device.clone())),
        ("created", Some(millis(session.created))),
        ("last_used", Some(millis(session.last_used))),
        ("idle_ms", Some((u128::from(session.idle.secs()) * 1000).to_string())),
        ("ends", Some(millis(session.ends))),
        ("role", session.cached_role.clone()),
    ])
}

pub(super) fn session(mut fields: Fields) -> Kept<SessionRecord> {
    Ok(SessionRecord {
        id: hash(text(&fields, "id")?)?,
        created: time(&fields, "created")?,
        last_used: time(&fields, "last_used")?,
        idle: Span::from_secs(number(&fields, "idle_ms")? / 1000),
        ends: time(&fields, "ends")?,
        cached_role: fields.remove("role"),
        user: own(&mut fields, "user")?,
        device: own(&mut fields, "device")?,
    })
}

pub(super) fn of_family(family: &FamilyRecord) -> Pairs {
    pairs([
        ("id", Some(family.id.clone())),
        ("user", Some(family.user.clone())),
        ("device", Some(family.device.clone())),
        ("created", Some(millis(family.created))),
        ("last_used", Some(millis(family.last_used))),
        ("ends", Some(millis(family.ends))),
        ("generation", Some(family.generation.to_string())),
        ("current", Some(hex(&family.current))),
        ("newest_jti", family.newest.as_ref().map(|newest| newest.jti.clone())),
        ("newest_ends", family.newest.as_ref().map(|newest| millis(newest.ends))),
        ("key", family.key.clone()),
    ])
}

pub(super) fn family(mut fields: Fields) -> Kept<FamilyRecord> {
    let newest = match fields.remove("newest_jti") {
        Some(jti) => Some(Newest { jti, ends: time(&fields, "newest_ends")? }),
        None => None,
    };
    let ended = match fields.remove("ended_cause") {
        Some(cause) => Some(Ending { at: time(&fields, "ended_at")?, cause }),
        None => None,
    };
    Ok(FamilyRecord {
        created: time(&fields, "created")?,
        last_used: time(&fields, "last_used")?,
        ends: time(&fields, "ends")?,
        generation: u32::try_from(number(&fields, "generation")?).map_err(|_| unreadable())?,
        current: hash(text(&fields, "current")?)?,
        key: fields.remove("key"),
        newest,
        ended,
        id: own(&mut fields, "id")?,
        user: own(&mut fields, "user")?,
        device: own(&mut fields, "device")?,
    })
}

pub(super) fn of_access(access: &AccessRecord) -> Pairs {
    pairs([
        ("family", Some(access.family.clone())),
        ("user", Some(access.user.clone())),
        ("ends", Some(millis(access.ends))),
    ])
}

pub(super) fn access(token: &Hash, mut fields: Fields) -> Kept<AccessRecord> {
    let ends = time(&fields, "ends")?;
    Ok(AccessRecord { token: *token, ends, family: own(&mut fields, "family")?, user: own(&mut fields, "user")? })
}

fn text<'a>(fields: &'a Fields, name: &str) -> Kept<&'a str> {
    fields.get(name).map(String::as_str).ok_or_else(unreadable)
}

fn own(fields: &mut Fields, name: &str) -> Kept<String> {
    fields.remove(name).ok_or_else(unreadable)
}

fn number(fields: &Fields, name: &str) -> Kept<u64> {
    text(fields, name)?.parse().map_err(|_| unreadable())
}

fn time(fields: &Fields, name: &str) -> Kept<LabTime> {
    number(fields, name).map(LabTime::from_millis)
}

/// Somebody else has written under our prefix: nobody is let in on the word of such a record.
pub(super) fn unreadable() -> StoreError {
    StoreError::Down("a record in Redis can't be read".to_owned())
}
