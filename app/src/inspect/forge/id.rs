//! Session ids of other people, worked out from one's own where these follow a rule.

use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::{Forged, NotApplicable, Sample, not_applicable};
use crate::inspect::decode;

/// How far on each side of one's own numbers the others are looked for.
const REACH: u128 = 20;

/// Two numbers of one's own that lie farther apart were drawn, or at least not counted in between.
const CLOSE: u128 = 10_000;

/// The ids close to one's own: counted on where two of one's own differ in a number; else with other last characters,
/// which opens nothing where ids are random, and is all that there is to try.
pub(super) fn guessed(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    if decode::decode(&sample.access).is_ok() {
        return Err(not_applicable("the access credential is a signed token and no id: a guess has no signature"));
    }
    let own: BTreeSet<&str> = std::iter::once(&sample.access).chain(&sample.later).map(String::as_str).collect();
    let counted = sample.later.last().and_then(|later| counted(&sample.access, later));
    let (variant, guesses) = match counted {
        Some(guesses) => ("counted on from one's own", guesses),
        None => ("one's own with another end", neighbours(&sample.access)),
    };
    let new = guesses.into_iter().filter(|guess| !own.contains(guess.as_str()));
    Ok(new.map(|guess| Forged::new(variant, guess)).collect())
}

/// The ids around two that are alike but for one number, the nearest ones first; None where no number tells them apart.
fn counted(first: &str, second: &str) -> Option<Vec<String>> {
    in_radix(first, second, 10).or_else(|| in_radix(first, second, 16)).or_else(|| in_octets(first, second))
}

/// The number is written with digits.
fn in_radix(first: &str, second: &str, radix: u32) -> Option<Vec<String>> {
    let [(head, one, tail), (other_head, two, other_tail)] =
        [(first, second), (second, first)].map(|(id, other)| number_in(id, other, radix));
    if (head, tail) != (other_head, other_tail) {
        return None;
    }
    let values = [one, two].map(|digits| u128::from_str_radix(digits, radix).ok());
    let capitals = [one, two].concat().contains(|c: char| c.is_ascii_uppercase());
    let write = |value: u128| {
        let digits = match (radix, capitals) {
            (16, true) => format!("{value:0width$X}", width = one.len()),
            (16, false) => format!("{value:0width$x}", width = one.len()),
            _ => format!("{value:0width$}", width = if one.starts_with('0') { one.len() } else { 1 }),
        };
        format!("{head}{digits}{tail}")
    };
    Some(around(values[0]?, values[1]?)?.map(write).collect())
}

/// Splits an id around the number in which it differs from another one.
fn number_in<'a>(id: &'a str, other: &str, radix: u32) -> (&'a str, &'a str, &'a str) {
    let differs = id.char_indices().zip(other.chars()).find(|((_, a), b)| a != b).map_or(id.len(), |((at, _), _)| at);
    let digit = |c: char| c.is_digit(radix);
    let start = id[..differs].trim_end_matches(digit).len();
    let end = id.len() - id[differs..].trim_start_matches(digit).len();
    (&id[..start], &id[start..end], &id[end..])
}

/// The number is octets, the highest first, that are written as base64url.
fn in_octets(first: &str, second: &str) -> Option<Vec<String>> {
    let [one, two] = [first, second].map(|id| BASE64_URL_SAFE_NO_PAD.decode(id).ok());
    let (one, two) = (one?, two?);
    let from = one.len().saturating_sub(16);
    if one.len() != two.len() || one[..from] != two[..from] {
        return None;
    }
    let value = |octets: &[u8]| octets.iter().fold(0_u128, |sum, octet| sum << 8 | u128::from(*octet));
    let write = |value: u128| {
        let octets = value.to_be_bytes();
        let octets = [&one[..from], &octets[16 - (one.len() - from)..]].concat();
        BASE64_URL_SAFE_NO_PAD.encode(octets)
    };
    Some(around(value(&one[from..]), value(&two[from..]))?.map(write).collect())
}

/// The numbers between two close ones and on both sides of them, the nearest to the first one first.
fn around(one: u128, two: u128) -> Option<impl Iterator<Item = u128>> {
    let (low, high) = (one.min(two), one.max(two));
    let between = high - low;
    (1..=CLOSE).contains(&between).then(|| {
        let reach = between + REACH;
        (1..=reach).flat_map(move |far| [one.checked_sub(far), one.checked_add(far)]).flatten()
    })
}

/// The id with other last characters.
fn neighbours(id: &str) -> Vec<String> {
    let Some(last) = id.chars().last() else { return Vec::new() };
    let stem = &id[..id.len() - last.len_utf8()];
    // As many whatever the last one is, so that every run sends as much.
    let others = "0123456789abcdef".chars().filter(|c| *c != last).take(15);
    others.map(|c| format!("{stem}{c}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(first: &str, second: &str, found: &[&str]) {
        let guesses = counted(first, second).unwrap_or_default();
        for id in found {
            assert!(guesses.iter().any(|guess| guess == id), "{id} from {first} and {second}: {guesses:?}");
        }
        assert_eq!(guesses.is_empty(), found.is_empty(), "{first} and {second}: {guesses:?}");
        assert!(guesses.len() <= 2 * (CLOSE + REACH) as usize);
    }

    #[test]
    fn what_is_counted_is_counted_on() {
        check("5", "6", &["4", "7", "0", "25"]);
        check("9", "10", &["8", "11"]);
        check("s-0041", "s-0043", &["s-0042", "s-0040"]);
        check("sid00ff", "sid0100", &["sid00fe", "sid0101"]);
        check("00FE.x", "00FF.x", &["0100.x"]);
        check("1767225600-7", "1767225600-8", &["1767225600-6", "1767225600-9"]);
        let octets = |number: u64| BASE64_URL_SAFE_NO_PAD.encode(number.to_be_bytes());
        check(&octets(300), &octets(301), &[&octets(299), &octets(302)]);
    }

    #[test]
    fn what_is_drawn_is_not() {
        check("kDq3V0n-x7cQfW", "0PzX5mTb2s_rLe", &[]);
        check("3f9ac81be0577d24", "b04c21d9117e60a3", &[]);
        check("", "", &[]);
        check("7", "7", &[]);
        check("é1", "è2", &[]);
        assert_eq!((neighbours("abc").len(), neighbours("abz").len()), (15, 15));
        assert!(neighbours("").is_empty());
    }
}
