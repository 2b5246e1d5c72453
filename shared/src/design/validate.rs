//! Reads a design from TOML and refuses what can't work, naming the file, the key and the reason.

use super::{Carrier, Design, Kind, RefreshMode, Renewal, SameSite};
use crate::span::Span;

/// What is wrong with a design file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {key}{why}", key = key.as_ref().map(|key| format!("`{key}`: ")).unwrap_or_default())]
pub struct DesignError {
    /// The file, as the user knows it.
    pub file: String,
    /// The key, with its table: `cookie.http_only`. None where the file is no TOML.
    pub key: Option<String>,
    /// What is wrong with it and what to do.
    pub why: String,
}

pub(super) fn parse(id: &str, file: &str, text: &str) -> Result<Design, DesignError> {
    let error =
        |key: Option<&str>, why: String| DesignError { file: file.to_owned(), key: key.map(str::to_owned), why };
    if !is_host_label(id) {
        return Err(error(None, HOST_LABEL.to_owned()));
    }
    let table: toml::Table = text.parse().map_err(|bad: toml::de::Error| error(None, at_line(text, &bad)))?;
    // The tables are read one by one, so that an error names the table that it arose in.
    for (key, value) in &table {
        check_table(key, value).map_err(|(key, why)| error(Some(&key), why))?;
    }
    let mut design: Design =
        toml::Value::Table(table).try_into().map_err(|bad: toml::de::Error| error(None, one_line(bad.message())))?;
    design.id = id.to_owned();
    match impossible(&design) {
        Some((key, why)) => Err(error(Some(key), why.to_owned())),
        None => Ok(design),
    }
}

const HOST_LABEL: &str =
    "the file's name is also a host name: use 1 to 63 of a-z, 0-9 and -, and not localhost, evil, blog or www";

/// Whether an id can stand as a label of a host name (RFC 1123 section 2.1).
fn is_host_label(id: &str) -> bool {
    let fits = (1..=63).contains(&id.len()) && !id.starts_with('-') && !id.ends_with('-');
    let reserved = ["localhost", "evil", "blog", "www"].contains(&id);
    fits && !reserved && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn check_table(key: &str, value: &toml::Value) -> Result<(), (String, String)> {
    fn read<T: serde::de::DeserializeOwned>(table: &str, value: &toml::Value) -> Result<(), (String, String)> {
        let Some(entries) = value.as_table() else {
            return Err((table.to_owned(), format!("this is a table: write [{table}] and its keys below")));
        };
        T::deserialize(value.clone()).map(drop).map_err(|bad| {
            let why = one_line(bad.message());
            // serde names the field that is unknown or missing; for a bad value, find the key that alone fails.
            let culprit = backquoted(&why).filter(|name| {
                why.starts_with("unknown field") || why.starts_with("missing field") || entries.contains_key(*name)
            });
            let culprit = culprit.map(str::to_owned).or_else(|| bad_value::<T>(entries));
            (culprit.map_or(table.to_owned(), |key| format!("{table}.{key}")), why)
        })
    }
    match key {
        "carry" => read::<super::Carry>(key, value),
        "cookie" => read::<super::Cookie>(key, value),
        "session" => read::<super::Session>(key, value),
        "jwt" => read::<super::Jwt>(key, value),
        "refresh" => read::<super::Refresh>(key, value),
        "check" => read::<super::Check>(key, value),
        "csrf" => read::<super::Csrf>(key, value),
        "mistakes" => read::<super::Mistakes>(key, value),
        "kind" => value.clone().try_into::<Kind>().map(drop).map_err(|bad| (key.to_owned(), one_line(bad.message()))),
        "store" => value.clone().try_into::<super::Store>().map(drop).map_err(|bad| (key.to_owned(), one_line(bad.message()))),
        "title" | "summary" => match value.as_str().map(str::trim) {
            Some(text) if !text.is_empty() => Ok(()),
            _ => Err((key.to_owned(), "write a few words in quotes".to_owned())),
        },
        _ => Err((key.to_owned(), "unknown key: a design has title, summary, kind, store, [carry], [cookie], [session], [jwt], [refresh], [check], [csrf] and [mistakes]".to_owned())),
    }
}

/// The key whose value is to blame: without it, serde complains of something else (or of nothing).
fn bad_value<T: serde::de::DeserializeOwned>(entries: &toml::Table) -> Option<String> {
    let complaint = |table: &toml::Table| {
        T::deserialize(toml::Value::Table(table.clone())).err().map(|bad| bad.message().to_owned())
    };
    let first = complaint(entries);
    entries
        .keys()
        .find(|key| {
            let mut without = entries.clone();
            without.remove(key.as_str());
            complaint(&without) != first
        })
        .cloned()
}

fn backquoted(text: &str) -> Option<&str> {
    text.split('`').nth(1)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn at_line(text: &str, bad: &toml::de::Error) -> String {
    let start = bad.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..start].iter().filter(|b| **b == b'\n').count() + 1;
    format!("line {line}: {}", one_line(bad.message()))
}

/// The first mix of settings that can't work, as the key to change and the reason.
fn impossible(design: &Design) -> Option<(&'static str, &'static str)> {
    let access = design.carry.access;
    let cookies = access == Carrier::Cookie || design.carry.refresh == Some(Carrier::Cookie);
    let cookie = design.cookie.as_ref();
    let refresh = design.refresh.as_ref();
    let mistakes = &design.mistakes;
    let rules: [(bool, &str, &str); 35] = [
        (
            design.kind == Kind::Session && design.session.is_none(),
            "session",
            "a design of kind session needs [session] with idle and absolute",
        ),
        (
            design.kind == Kind::Session && design.jwt.is_some(),
            "jwt",
            "a design of kind session has no [jwt]: remove it, or set kind = \"jwt\"",
        ),
        (
            design.kind == Kind::Session && (refresh.is_some() || design.carry.refresh.is_some()),
            "refresh",
            "a session is renewed by being used: remove [refresh] and carry.refresh",
        ),
        (
            design.kind == Kind::Jwt && design.jwt.is_none(),
            "jwt",
            "a design of kind jwt needs [jwt] with alg, access_ttl and audience",
        ),
        (
            design.kind == Kind::Jwt && design.session.is_some(),
            "session",
            "a design of kind jwt has no [session]: remove it, or set kind = \"session\"",
        ),
        (
            refresh.is_some() && design.carry.refresh.is_none(),
            "carry.refresh",
            "there is a [refresh] token: say where the client keeps it, cookie or local-storage",
        ),
        (
            refresh.is_none() && design.carry.refresh.is_some(),
            "refresh",
            "carry.refresh has nothing to carry: add [refresh] with ttl and mode",
        ),
        (
            cookies && cookie.is_none(),
            "cookie",
            "something is carried in a cookie, so [cookie] must say its attributes",
        ),
        (
            !cookies && cookie.is_some_and(|cookie| cookie.http_only),
            "cookie.http_only",
            "nothing is carried in a cookie: what travels as Authorization: Bearer is attached by the page's script, which HttpOnly would hide it from",
        ),
        (
            !cookies && cookie.is_some(),
            "cookie",
            "nothing is carried in a cookie: remove [cookie], or set carry.access = \"cookie\"",
        ),
        (
            cookie.is_some_and(|cookie| cookie.host_prefix && !cookie.secure),
            "cookie.host_prefix",
            "browsers reject a __Host- cookie without secure = true",
        ),
        (
            cookie.is_some_and(|cookie| cookie.same_site == Some(SameSite::None) && !cookie.secure),
            "cookie.same_site",
            "browsers reject same_site = \"none\" without secure = true",
        ),
        (
            design.session.as_ref().is_some_and(|session| session.idle == Span::ZERO),
            "session.idle",
            "a session that ends at once lets nobody in: at least 1s",
        ),
        (
            design.session.as_ref().is_some_and(|session| session.absolute < session.idle),
            "session.absolute",
            "the absolute end can't come before the idle one",
        ),
        (
            design.jwt.as_ref().is_some_and(|jwt| jwt.access_ttl == Span::ZERO),
            "jwt.access_ttl",
            "a token that ends at once lets nobody in: at least 1s",
        ),
        (
            design.jwt.as_ref().is_some_and(|jwt| jwt.audience.trim().is_empty()),
            "jwt.audience",
            "name the audience that tokens are made for, for example \"bank\"",
        ),
        (
            design.carry.refresh == Some(Carrier::Memory),
            "carry.refresh",
            "a refresh token must outlive the page: use cookie or local-storage",
        ),
        (
            refresh.zip(design.jwt.as_ref()).is_some_and(|(refresh, jwt)| refresh.ttl < jwt.access_ttl),
            "refresh.ttl",
            "a refresh token must outlive the access token",
        ),
        (
            refresh.is_some_and(|refresh| refresh.reuse_detection && refresh.mode != RefreshMode::Rotating),
            "refresh.reuse_detection",
            "only a rotating refresh token can be used a second time unduly: set mode = \"rotating\"",
        ),
        (
            refresh.is_some_and(|refresh| refresh.renewal == Renewal::Silent && refresh.mode == RefreshMode::Rotating),
            "refresh.renewal",
            "a page sends several requests at once, and each would rotate: silent renewal goes with mode = \"signed\" or \"static\"",
        ),
        (
            refresh.is_some_and(|refresh| refresh.renewal == Renewal::Silent)
                && (access != Carrier::Cookie || design.carry.refresh != Some(Carrier::Cookie)),
            "refresh.renewal",
            "the server can renew silently only what it finds and leaves in cookies",
        ),
        (
            design.session.as_ref().is_some_and(|session| !session.renew_id_on_login) && !mistakes.keep_id_on_login,
            "session.renew_id_on_login",
            "keeping the id at login is a mistake: say so with keep_id_on_login = true in [mistakes]",
        ),
        (
            refresh.is_some_and(|refresh| refresh.grace != Span::ZERO),
            "refresh.grace",
            "a used refresh token is replaced at once and for good: 0s is the only grace there is",
        ),
        (design.check.epoch, "check.epoch", "nobody keeps a version of the user's tokens: leave it false"),
        (design.check.session_id, "check.session_id", "tokens name no session: leave it false"),
        (design.check.dpop, "check.dpop", "tokens are bound to no key: leave it false"),
        (
            mistakes.keep_id_on_login && design.kind != Kind::Session,
            "mistakes.keep_id_on_login",
            "only a session has an id to keep",
        ),
        (mistakes.save_reinserts && design.kind != Kind::Session, "mistakes.save_reinserts", "only a session is saved"),
        (mistakes.decode_only && design.kind != Kind::Jwt, "mistakes.decode_only", "only a token can be decoded"),
        (
            mistakes.refresh_reads_then_writes && !refresh.is_some_and(|refresh| refresh.mode == RefreshMode::Rotating),
            "mistakes.refresh_reads_then_writes",
            "only a rotating refresh token is written at a refresh",
        ),
        (
            mistakes.logout_forgets_server
                && design.kind == Kind::Jwt
                && !refresh.is_some_and(|refresh| refresh.mode != RefreshMode::Signed),
            "mistakes.logout_forgets_server",
            "this design keeps nothing that a log-out could end",
        ),
        (
            design.kind == Kind::Session && access == Carrier::Memory,
            "carry.access",
            "a session id that is gone with the tab can't be renewed: use cookie or local-storage",
        ),
        (design.title.chars().count() > 60, "title", "at most 60 characters, so that it fits above a lane"),
        (design.summary.chars().count() > 300, "summary", "at most 300 characters: one sentence"),
        (
            design.jwt.as_ref().is_some_and(|jwt| jwt.leeway > Span::from_secs(600)),
            "jwt.leeway",
            "leeway makes up for clocks that differ by seconds: at most 10m",
        ),
    ];
    rules.into_iter().find(|(broken, ..)| *broken).map(|(_, key, why)| (key, why))
}
