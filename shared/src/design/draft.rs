//! A design that is being changed, key by key as its file has them, and what is wrong with it meanwhile.

use super::keys::{Key, LeftOut, Takes, keys, put};
use super::{Design, impossible::impossible};
use crate::span::Span;

/// A design as a file that is being written.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    id: String,
    file: toml::Table,
    /// The tables that were taken out, as they last were.
    shelf: toml::Table,
}

/// What keeps a draft from being a design.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key to change, with its table: `cookie.http_only`, or the table itself: `cookie`.
    pub key: String,
    /// What is wrong with it and what to do.
    pub why: String,
}

impl Draft {
    /// The design's own file.
    pub fn of(design: &Design) -> Self {
        let file = toml::Table::try_from(design).expect("a design is plain tables of plain values");
        Self { id: design.id.clone(), file, shelf: toml::Table::new() }
    }

    /// What stands at a key, or what leaving it out means; None where that is something of its own, and for the keys of a
    /// table that is not there.
    pub fn word(&self, key: &Key) -> Option<String> {
        let written = match key.table() {
            None => self.file.get(key.name()),
            Some(table) => self.file.get(table).and_then(|table| table.get(key.name())),
        };
        match (written, &key.left_out) {
            (Some(toml::Value::String(word)), _) => Some(word.clone()),
            (Some(toml::Value::Boolean(on)), _) => Some(on.to_string()),
            (None, LeftOut::Means(word)) if key.takes != Takes::Table && self.has_table_of(key) => Some(word.clone()),
            _ => None,
        }
    }

    /// Whether a table is there: written, or meant where it is left out.
    pub fn has(&self, table: &str) -> bool {
        let meant = |key: &Key| key.path == table && key.left_out != LeftOut::Differs;
        self.file.contains_key(table) || keys().iter().any(meant)
    }

    /// Whether the table that a key stands in is there; at the top of the file, always.
    pub fn has_table_of(&self, key: &Key) -> bool {
        key.table().is_none_or(|table| self.has(table))
    }

    /// Writes a word at a key; None leaves it out. A key's table is there from then on.
    pub fn set(&mut self, key: &Key, word: Option<&str>) {
        if let Some(table) = key.table()
            && !self.file.contains_key(table)
        {
            self.put_in(table);
        }
        put(&mut self.file, key, word);
    }

    /// Puts a table into the file, as it was when it was taken out; else with what must stand in it.
    pub fn put_in(&mut self, table: &str) {
        let shelved = self.shelf.remove(table).unwrap_or_else(|| toml::Value::Table(toml::Table::new()));
        self.file.insert(table.to_owned(), shelved);
        let has = |file: &toml::Table, key: &Key| file.get(table).is_some_and(|table| table.get(key.name()).is_some());
        for key in keys().iter().filter(|key| key.table() == Some(table) && key.left_out == LeftOut::Refused) {
            if !has(&self.file, key) {
                put(&mut self.file, key, Some(key.typical()));
            }
        }
    }

    /// Takes a table out of the file.
    pub fn take_out(&mut self, table: &str) {
        if let Some(taken) = self.file.remove(table) {
            self.shelf.insert(table.to_owned(), taken);
        }
    }

    /// The design that it is, or everything that keeps it from being one.
    pub fn design(&self) -> Result<Design, Vec<Problem>> {
        let problem = |key: &str, why: &str| Problem { key: key.to_owned(), why: why.to_owned() };
        let wrong = |key: &Key| {
            let word = self.word(key)?;
            match key.takes {
                Takes::Span => word.parse::<Span>().err().map(|bad| problem(&key.path, &bad.to_string())),
                // What a text in a table must be is said by the rules.
                Takes::Text if key.table().is_none() && word.trim().is_empty() => {
                    Some(problem(&key.path, "write a few words"))
                }
                Takes::Choice(words) if !words.contains(&word.as_str()) => {
                    Some(problem(&key.path, &format!("there is no `{word}`: there are {}", words.join(", "))))
                }
                _ => None,
            }
        };
        let wrong: Vec<Problem> = keys().iter().filter_map(wrong).collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let mut design: Design = toml::Value::Table(self.file.clone())
            .try_into()
            .map_err(|bad: toml::de::Error| vec![problem("", bad.message())])?;
        design.id.clone_from(&self.id);
        let impossible = impossible(&design);
        match impossible.is_empty() {
            true => Ok(design),
            false => Err(impossible.into_iter().map(|(key, why)| problem(key, why)).collect()),
        }
    }

    /// The keys at which it says something else than another draft, in the order of the form: what that says there, and
    /// what this does; None is nothing.
    pub fn changes(&self, from: &Self) -> Vec<(&'static Key, Option<String>, Option<String>)> {
        let told = |key: &'static Key| (key, from.word(key), self.word(key));
        keys().iter().map(told).filter(|(_, old, new)| old != new).collect()
    }
}

#[cfg(test)]
mod tests;
