//! Every key of a design's file, read off the types that read the file: what it takes, and what it means to leave it out.

use std::sync::OnceLock;

use serde::de::value::Error;
use serde::de::{Deserializer, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use super::{Design, words};
use crate::span::Span;

/// One key of a design's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// With its table: `cookie.http_only`.
    pub path: String,
    /// What may stand there.
    pub takes: Takes,
    /// What it means not to write it.
    pub left_out: LeftOut,
}

/// What may stand at a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A table of further keys, which follow it in the list.
    Table,
    /// True or false.
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A span of time.
    Span,
    /// Any text.
    Text,
}

/// What it means to leave a key out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// It must be written.
    Refused,
    /// The same as to write this.
    Means(String),
    /// Something that can't be written otherwise.
    Differs,
}

impl Key {
    /// The table that it stands in; None at the top of the file, where the tables are too.
    pub fn table(&self) -> Option<&str> {
        self.path.split_once('.').map(|(table, _)| table)
    }

    /// Its name within the table.
    pub fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    /// What stands there to begin with, where something must.
    pub fn typical(&self) -> &str {
        words::typical(&self.path).unwrap_or_else(|| self.takes.sample())
    }
}

impl Takes {
    /// Something that may stand there.
    fn sample(&self) -> &'static str {
        match self {
            Self::Table => "",
            Self::Switch => "false",
            Self::Choice(words) => words.first().copied().unwrap_or_default(),
            Self::Span => "1h",
            Self::Text => "text",
        }
    }

    /// What leaving out may mean, as far as that can be tried.
    fn candidates(&self) -> &[&'static str] {
        match self {
            Self::Table | Self::Text => &[],
            Self::Switch => &["false", "true"],
            Self::Choice(words) => words,
            Self::Span => &["0s"],
        }
    }

    /// The word as the value that a file has there.
    pub(super) fn value(&self, word: &str) -> toml::Value {
        match self {
            Self::Table => toml::Value::Table(toml::Table::new()),
            Self::Switch => toml::Value::Boolean(word == "true"),
            Self::Choice(_) | Self::Span | Self::Text => toml::Value::String(word.to_owned()),
        }
    }
}

/// Every key, in the order of the types' fields; a table comes right before the keys in it.
pub fn keys() -> &'static [Key] {
    static KEYS: OnceLock<Vec<Key>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let mut found = Vec::new();
        let walk = Walk { path: String::new(), optional: false, found: &mut found };
        Design::deserialize(walk).expect("a design is made of tables, switches, choices, spans and texts");
        meanings(&mut found);
        found
    })
}

/// Finds out what it means to leave each key out, by doing so and comparing.
fn meanings(keys: &mut [Key]) {
    let read = |table: &toml::Table| Design::deserialize(toml::Value::Table(table.clone()));
    let mut whole = toml::Table::new();
    for key in keys.iter() {
        put(&mut whole, key, Some(key.takes.sample()));
    }
    for key in keys.iter_mut().filter(|key| key.left_out == LeftOut::Refused) {
        let mut without = whole.clone();
        put(&mut without, key, None);
        let Ok(without) = read(&without) else { continue };
        let same = key.takes.candidates().iter().find(|word| {
            let mut with = whole.clone();
            put(&mut with, key, Some(word));
            read(&with).is_ok_and(|with| with == without)
        });
        key.left_out = LeftOut::Means(same.map(|word| (*word).to_owned()).unwrap_or_default());
    }
}

/// Writes a key into a file, in its table; None takes it out.
pub(super) fn put(file: &mut toml::Table, key: &Key, word: Option<&str>) {
    let within = match key.table() {
        None => Some(file),
        Some(table) => file.get_mut(table).and_then(toml::Value::as_table_mut),
    };
    let Some(within) = within else { return };
    match word {
        Some(word) => within.insert(key.name().to_owned(), key.takes.value(word)),
        None => within.remove(key.name()),
    };
}

/// Plays a file that has everything, and notes what is asked of it.
struct Walk<'a> {
    path: String,
    optional: bool,
    found: &'a mut Vec<Key>,
}

impl Walk<'_> {
    fn note(&mut self, takes: Takes) {
        let left_out = if self.optional { LeftOut::Differs } else { LeftOut::Refused };
        self.found.push(Key { path: self.path.clone(), takes, left_out });
    }
}

impl<'de> Deserializer<'de> for Walk<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom(format!(
            "`{}` takes what `Takes` has no word for: give it one, and the form a control",
            self.path
        )))
    }

    fn deserialize_bool<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        self.note(Takes::Switch);
        visitor.visit_bool(false)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        self.note(Takes::Text);
        visitor.visit_str(Takes::Text.sample())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(Self { optional: true, ..self })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name != Span::TYPE {
            return visitor.visit_newtype_struct(self);
        }
        self.note(Takes::Span);
        visitor.visit_str(Takes::Span.sample())
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.note(Takes::Choice(variants));
        visitor.visit_enum(Takes::Choice(variants).sample().into_deserializer())
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if !self.path.is_empty() {
            self.note(Takes::Table);
        }
        visitor.visit_map(Fields { path: self.path, left: fields.iter(), next: "", found: self.found })
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map
        identifier ignored_any
    }
}

struct Fields<'a> {
    path: String,
    left: std::slice::Iter<'static, &'static str>,
    next: &'static str,
    found: &'a mut Vec<Key>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: serde::de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(next) = self.left.next() else { return Ok(None) };
        self.next = next;
        seed.deserialize((*next).into_deserializer()).map(Some)
    }

    fn next_value_seed<V: serde::de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let sign = if self.path.is_empty() { "" } else { "." };
        let path = format!("{}{sign}{}", self.path, self.next);
        seed.deserialize(Walk { path, optional: false, found: &mut *self.found })
    }
}
