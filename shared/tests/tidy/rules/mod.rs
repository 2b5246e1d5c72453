//! What a rule is, and the list of them.

mod layers;
mod mistakes;
mod names;
mod style;
mod time;

use crate::source::{Line, Source};

/// One rule that a text scan can hold.
pub(crate) struct Rule {
    /// A short name, as the list of exceptions uses it.
    pub(crate) name: &'static str,
    /// Why breaking it matters.
    pub(crate) why: &'static str,
    /// Finds where a file breaks the rule.
    pub(crate) check: fn(&Source, &Names) -> Vec<Finding>,
    /// Files, as path and text, that break it: each has to be found.
    pub(crate) bad: &'static [(&'static str, &'static str)],
    /// Files that come close and don't.
    pub(crate) good: &'static [(&'static str, &'static str)],
}

/// Every rule.
pub(crate) const RULES: &[&[Rule]] = &[time::RULES, names::RULES, layers::RULES, mistakes::RULES, style::RULES];

/// A place where a rule is broken.
pub(crate) struct Finding {
    /// From 1.
    pub(crate) line: usize,
    /// What stands there.
    pub(crate) what: String,
}

/// The names that are data, and that code is therefore not to know.
pub(crate) struct Names {
    /// The ids of the designs.
    pub(crate) designs: Vec<String>,
    /// The ids of the scenarios.
    pub(crate) scenarios: Vec<String>,
    /// The fields of a design's `[mistakes]`.
    pub(crate) mistakes: Vec<String>,
}

/// A finding for every line of which `what` has something to say.
fn each<'a>(lines: impl IntoIterator<Item = &'a Line>, what: impl Fn(&Line) -> Option<String>) -> Vec<Finding> {
    lines.into_iter().filter_map(|line| what(line).map(|what| Finding { line: line.number, what })).collect()
}

/// The first of `words` that `text` contains as a whole word. A hyphen belongs to a word, as it does in an id.
fn word<'a, W: AsRef<str>>(text: &str, words: &'a [W]) -> Option<&'a str> {
    let joins = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    words.iter().map(AsRef::as_ref).find(|word| {
        text.match_indices(word)
            .any(|(at, _)| !text[..at].ends_with(joins) && !text[at + word.len()..].starts_with(joins))
    })
}

/// The first of `parts` that `text` contains.
fn part(text: &str, parts: &[&'static str]) -> Option<&'static str> {
    parts.iter().copied().find(|part| text.contains(part))
}
