//! Reads a design from TOML and refuses what can't work, naming the file, the key and the reason.

use super::impossible::impossible;
use super::{Design, Kind};

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
    match impossible(&design).first() {
        Some((key, why)) => Err(error(Some(key), (*why).to_owned())),
        None => Ok(design),
    }
}

const HOST_LABEL: &str =
    "the file's name is also a host name: use 1 to 63 of a-z, 0-9 and -, and not localhost, evil, blog or www";

/// Whether an id can stand as a label of a host name (RFC 1123 section 2.1) beside those that the lab has for others.
pub fn is_host_label(id: &str) -> bool {
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
        "introspection" => read::<super::Introspection>(key, value),
        "refresh" => read::<super::Refresh>(key, value),
        "check" => read::<super::Check>(key, value),
        "dpop" => read::<super::Dpop>(key, value),
        "cors" => read::<super::Cors>(key, value),
        "csrf" => read::<super::Csrf>(key, value),
        "mistakes" => read::<super::Mistakes>(key, value),
        "kind" => value.clone().try_into::<Kind>().map(drop).map_err(|bad| (key.to_owned(), one_line(bad.message()))),
        "store" => value.clone().try_into::<super::Store>().map(drop).map_err(|bad| (key.to_owned(), one_line(bad.message()))),
        "title" | "summary" => match value.as_str().map(str::trim) {
            Some(text) if !text.is_empty() => Ok(()),
            _ => Err((key.to_owned(), "write a few words in quotes".to_owned())),
        },
        _ => Err((key.to_owned(), "unknown key: a design has title, summary, kind, store, [carry], [cookie], [session], [jwt], [introspection], [refresh], [check], [dpop], [csrf], [cors] and [mistakes]".to_owned())),
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
