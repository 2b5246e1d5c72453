//! What a payload gives away: it is signed, not encrypted, and everybody who sees it can read it.

mod values;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::values::Told;
use super::{Findings, listed, quoted};
use crate::inspect::decode::{Jws, Malformed, Object};
use crate::inspect::nested::{self, Inner};
use crate::inspect::plain::{is_unseen, visible};

/// More than a finding quotes of one.
const LONGEST_PATH: usize = 100;

/// What else a payload can be than an object.
pub(super) fn other(no_claims: &Malformed, out: &mut Findings) {
    let why = "It can be signed all the same (JWS), and there are no claims in it that a reader could check.";
    match no_claims {
        Malformed::TooDeep(_) => {
            let why = "A reader that follows it down runs out of memory or stack.";
            out.medium("nested-deep", "RFC 8259 section 9", "The payload is nested more than 128 levels deep", why);
        }
        _ => out.low("payload-not-claims", "RFC 7519 section 7.2", "The payload is no JSON object", why),
    }
}

/// A token within the token, or the promise of one.
pub(super) fn nested(jws: &Jws, inner: &Result<Inner, Malformed>, out: &mut Findings) {
    const SOURCE: &str = "RFC 7519 section 5.2";
    match inner {
        Ok(_) if !nested::says_so(jws) => {
            let what = "The payload is a token itself, and `cty` does not say so";
            let why = "A reader that does not look for it takes the outer signature for one of the claims inside.";
            out.low("nested-unsaid", SOURCE, what, why);
        }
        Ok(_) => {}
        Err(_) if jws.claims().is_ok() => {
            let why = "A reader that believes it looks for a token in what are claims.";
            out.low("nested-none", SOURCE, "`cty` says that a token is inside, and there are claims", why);
        }
        Err(why) => {
            let what = format!("`cty` says that a token is inside, and there is none: {}", visible(&why.to_string()));
            out.medium("nested-none", SOURCE, what, "There is nothing in it that a reader could check.");
        }
    }
}

pub(super) fn look(claims: &Object, out: &mut Findings) {
    let mut told: BTreeMap<Told, BTreeSet<String>> = BTreeMap::new();
    let mut unseen = BTreeSet::new();
    for (name, value) in claims {
        walk(&clipped(name), name, value, &mut |path, name, value| {
            if let Some(what) = values::told(name, value) {
                told.entry(what).or_default().insert(quoted(path));
            }
            // Lines and columns are as harmless as blanks.
            let unseen_in = |text: &str| text.contains(|c| !['\n', '\r', '\t'].contains(&c) && is_unseen(c));
            if unseen_in(name) || value.as_str().is_some_and(unseen_in) {
                unseen.insert(quoted(path));
            }
        });
    }
    for (what, paths) in told {
        what.say(&listed(&Vec::from_iter(paths)), out);
    }
    if !unseen.is_empty() {
        let places = listed(&Vec::from_iter(unseen));
        let what = format!("Characters that are not seen, or turn text around, stand in {places}");
        let why = "It looks like something else than it is, and a terminal may obey it.";
        out.medium("unseen-characters", "RFC 8725 section 3.7, UTS #39", what, why);
    }
}

/// Every value with its path and name; as deep as the decoder goes, which is 128 levels.
fn walk(path: &str, name: &str, value: &Value, see: &mut impl FnMut(&str, &str, &Value)) {
    see(path, name, value);
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                // A path is for a sentence, and a long one, written anew for every value under it, would take minutes.
                let under = if path.len() < LONGEST_PATH { &format!("{path}.{}", clipped(name)) } else { path };
                walk(under, name, value, see);
            }
        }
        Value::Array(items) => items.iter().for_each(|value| walk(path, name, value, see)),
        _ => {}
    }
}

fn clipped(name: &str) -> String {
    name.chars().take(LONGEST_PATH).collect()
}
