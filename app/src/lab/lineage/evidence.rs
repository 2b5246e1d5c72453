//! What an exchange says of an end: which act of whose ended something, and why something was refused.

use lockstep_shared::trace::{Act, Change, Record};

use super::OWN_END;
use crate::lab::exchange::Exchange;
use crate::lab::stage::Stage;

/// Whom an ending meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// What the request came with.
    Presented,
    /// Everything of the user whom the request came from.
    OwnUser,
    /// Everything of this user.
    User(String),
    /// The login of this name.
    Login(String),
}

/// What somebody did that ends things: in words, and whom it meant.
pub(super) fn deed(exchange: &Exchange) -> Option<(&'static str, Scope)> {
    let path = exchange.path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    Some(match (exchange.method, parts.as_slice()) {
        (_, ["auth", "login"]) => ("a new log-in", Scope::Presented),
        (_, ["auth", "logout"]) => ("log-out", Scope::Presented),
        (_, ["auth", "logout-everywhere"]) => ("log-out everywhere", Scope::OwnUser),
        (_, ["auth", "password"]) => ("a new password", Scope::OwnUser),
        (_, ["auth", "refresh"]) => ("reuse", Scope::Presented),
        (_, ["oauth", "revoke"]) => ("a revocation", Scope::Presented),
        ("DELETE", ["auth", "sessions", name]) => ("its user", Scope::Login((*name).to_owned())),
        (_, ["api", "admin", "users", user, "ban"]) => ("a ban", Scope::User((*user).to_owned())),
        (_, ["api", "admin", "users", user, "role"]) => ("a new role", Scope::User((*user).to_owned())),
        ("DELETE", ["api", "admin", "users", _, "sessions", name]) => ("an admin", Scope::Login((*name).to_owned())),
        _ => return None,
    })
}

/// The kinds of record that an exchange ended something of.
pub(super) fn ended(exchange: &Exchange) -> Vec<Record> {
    let ended = exchange.trace.acts.iter().filter_map(|timed| match timed.act {
        Act::StoreWritten { what, change: Change::Ended, records: 1.., .. } => Some(what),
        Act::StoreWritten {
            what: what @ (Record::Revocation | Record::RefreshRevocation),
            change: Change::Created,
            ..
        } => Some(what),
        Act::StoreWritten { what: Record::Version, change: Change::Raised, .. } => Some(Record::Version),
        _ => None,
    });
    ended.collect()
}

/// Whether an answer that let somebody in says anything of now: a request that was held after its work had been let in
/// before, unless its session was saved.
pub(super) fn lets_in(exchange: &Exchange) -> bool {
    let acts = || exchange.trace.acts.iter().map(|timed| &timed.act);
    let held = acts().any(|act| matches!(act, Act::Parked { .. })) && !exchange.path.starts_with("/auth/");
    let saved = acts()
        .any(|act| matches!(act, Act::StoreWritten { change: Change::Saved | Change::Reinserted, records: 1.., .. }));
    let too_late = acts().any(|act| matches!(act, Act::StoreWritten { change: Change::SaveRefused, .. }));
    exchange.status < 400 && !too_late && (!held || saved)
}

/// Why a refusal says that what was presented opens nothing any more; None where it speaks of something else, such as a
/// proof that was missing.
pub(super) fn refused(stage: &Stage, exchange: &Exchange) -> Option<String> {
    let problem = exchange.problem().filter(|_| matches!(exchange.status, 401 | 403))?;
    let by = problem.detail.split_once("ended by ").and_then(|(_, rest)| rest.split_once(" at "));
    Some(match problem.reason.as_str() {
        "expired" => OWN_END.to_owned(),
        "revoked" => by.map_or("being listed as revoked", |(by, _)| by).to_owned(),
        "reuse-detected" => "reuse".to_owned(),
        "unknown-session" | "unknown-token" | "unknown-key" | "bad-signature" | "bad-seal" => gone(stage),
        "stale-version" => "a newer version".to_owned(),
        "inactive-token" => "the authorization server's word".to_owned(),
        "banned" => "a ban".to_owned(),
        "unknown-user" => "its user's end".to_owned(),
        _ => return None,
    })
}

/// What the server has lost it in, as far as the lab has done anything of that kind.
fn gone(stage: &Stage) -> String {
    let deeds = ["restart", "wipe store", "rotate key"];
    let last = stage.marks.iter().rev().find(|mark| deeds.contains(&mark.label.as_str()));
    match last.map(|mark| mark.label.as_str()) {
        Some("wipe store") => "the store's loss",
        Some("rotate key") => "a new key",
        Some(_) => "a restart",
        None => "the server's not knowing it",
    }
    .to_owned()
}
