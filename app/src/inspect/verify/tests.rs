//! Verdicts: the vectors of the standards, every algorithm with every kind of key, and everything that is refused.

mod claims;
mod header;
mod keys;
mod made;
mod vectors;

use serde_json::Value;

use super::*;
use crate::inspect::decode::decode;
use made::Pair;

/// What comes of a token that is read at the start of the lab's time.
fn verdict(token: &str, keys: &Keys) -> Verdict {
    verify(&decode(token).unwrap_or_else(|why| panic!("{why}: {token}")), keys, &Expect::at(LabTime::START))
}

/// Whether its signature holds, and why.
fn signature(token: &str, keys: &Keys) -> (Option<bool>, String) {
    let signature = verdict(token, keys).signature;
    (signature.valid, signature.why)
}

fn why_not(token: &str, keys: &Keys) -> String {
    let (valid, why) = signature(token, keys);
    assert_eq!(valid, Some(false), "{why}: {token}");
    why
}

fn jwk(json: &Value) -> Keys {
    Keys::jwk(json).unwrap_or_else(|why| panic!("{why}: {json}"))
}
