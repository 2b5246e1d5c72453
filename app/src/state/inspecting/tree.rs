//! A JSON object as rows: each member with its value made inert, what it means, and the moment that it names.

use lockstep_shared::clock::LabTime;
use serde_json::Value;

use crate::inspect::claims;
use crate::inspect::decode::{Object, Part};
use crate::inspect::plain::visible;

/// More rows than anybody reads; the text itself shows the rest.
const MOST_ROWS: usize = 400;
/// Characters of a value that stand in its row.
const LONGEST: usize = 160;
/// Below this nothing unfolds.
const DEEPEST: usize = 12;

/// One member of an object or list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) depth: usize,
    /// Its place in the tree, for what is folded: `payload/cnf/jkt`.
    pub(crate) path: String,
    pub(crate) name: String,
    /// As JSON, cut where it is long.
    pub(crate) value: String,
    /// How many members it has, where it has any.
    pub(crate) members: Option<usize>,
    pub(crate) explained: Option<Explained>,
    /// The moment that it names.
    pub(crate) moment: Option<LabTime>,
}

/// What a member means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Explained {
    pub(crate) sentence: String,
    /// What its value says, where that is a short name.
    pub(crate) value: Option<String>,
    pub(crate) source: String,
}

/// The rows of a part, and how many more there would be.
pub(super) fn rows(part: Part, object: &Object) -> (Vec<Row>, usize) {
    let mut rows = Rows { part, all: Vec::new(), left_out: 0 };
    for (name, value) in object {
        rows.add(0, &part.to_string(), name, value);
    }
    (rows.all, rows.left_out)
}

struct Rows {
    part: Part,
    all: Vec<Row>,
    left_out: usize,
}

impl Rows {
    fn add(&mut self, depth: usize, parent: &str, name: &str, value: &Value) {
        if self.all.len() >= MOST_ROWS {
            self.left_out += 1;
            return;
        }
        let path = format!("{parent}/{}", short(name));
        let members = match value {
            Value::Object(object) => Some(object.len()),
            Value::Array(list) => Some(list.len()),
            _ => None,
        };
        let unfolds = members.is_some_and(|members| members > 0) && depth < DEEPEST;
        let top = depth == 0;
        self.all.push(Row {
            depth,
            path: path.clone(),
            name: short(name),
            value: written(value),
            members: members.filter(|_| unfolds),
            explained: top.then(|| explained(self.part, name, value)).flatten(),
            moment: top.then(|| moment(self.part, name, value)).flatten(),
        });
        if !unfolds {
            return;
        }
        match value {
            Value::Object(object) => {
                object.iter().for_each(|(name, value)| self.add(depth + 1, &path, name, value));
            }
            Value::Array(list) => {
                for (at, value) in list.iter().enumerate() {
                    self.add(depth + 1, &path, &at.to_string(), value);
                }
            }
            _ => {}
        }
    }
}

/// A text in one row: inert, and not longer than a row.
pub(super) fn short(text: &str) -> String {
    let mut rest = text.chars();
    let head: String = rest.by_ref().take(LONGEST).collect();
    let more = if rest.next().is_some() { "…" } else { "" };
    format!("{}{more}", visible(&head))
}

/// A value as JSON writes it, and a text without its quotation marks.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => short(text),
        Value::Object(object) if object.is_empty() => "{}".to_owned(),
        Value::Array(list) if list.is_empty() => "[]".to_owned(),
        Value::Object(object) => format!("{{ {} }}", counted(object.len(), "member")),
        Value::Array(list) => {
            // A list of a few names is read at a glance.
            let plain = list.len() <= 6 && !list.iter().any(|one| one.is_object() || one.is_array());
            if plain { short(&value.to_string()) } else { format!("[ {} ]", counted(list.len(), "entry")) }
        }
        other => short(&other.to_string()),
    }
}

fn counted(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}

fn explained(part: Part, name: &str, value: &Value) -> Option<Explained> {
    let meaning = claims::meaning(part, name);
    // What a moment says depends on the clock, so it is said as the row is drawn.
    let is_moment = part == Part::Payload && claims::moment(name, value, LabTime::default()).is_some();
    let words = (!is_moment).then(|| claims::in_plain_words(part, name, value, LabTime::default())).flatten();
    if meaning.is_none() && words.is_none() {
        return None;
    }
    let (sentence, source) = meaning.map_or(("", ""), |meaning| (meaning.sentence, meaning.source));
    Some(Explained { sentence: sentence.to_owned(), value: words, source: source.to_owned() })
}

fn moment(part: Part, name: &str, value: &Value) -> Option<LabTime> {
    (part == Part::Payload).then(|| claims::moment(name, value, LabTime::default())).flatten().map(|told| told.moment)
}
