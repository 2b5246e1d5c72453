//! Which of the keys a token is checked with, and what comes of it. The token's own `jwk`, `jku`, `x5c` and `x5u` are
//! never among them: whoever forges a token would write the key into it (CVE-2018-0114).

use super::alg::Alg;
use super::{Signature, invalid};
use crate::inspect::decode::Jws;
use crate::inspect::keys::{Key, Keys};

/// The key by which the signature holds; or why it does not, or why that can't be told.
pub(super) fn check<'a>(jws: &Jws, alg: Alg, keys: &'a Keys) -> Result<&'a Key, Signature> {
    let candidates = match keys.set {
        true => of_set(jws, keys)?,
        false => keys.all.iter().collect(),
    };
    let (fit, misfits): (Vec<&Key>, Vec<&Key>) = candidates.iter().partition(|key| alg.takes(key).is_ok());
    if fit.is_empty() {
        let first = misfits.first().map(|key| alg.takes(key));
        let why = match first {
            Some(Err(why)) if misfits.len() == 1 => why,
            _ => invalid(format!("no key of the set is for {}", alg.name())),
        };
        return Err(with_unread(why, keys));
    }
    let mut refused = None;
    for key in &fit {
        match alg.check(key, jws.signing_input.as_bytes(), &jws.signature) {
            Ok(()) => return Ok(key),
            Err(why) => refused = Some(why),
        }
    }
    let why = match refused {
        Some(why) if fit.len() == 1 => why,
        _ => invalid(format!("signature does not match: {} keys of the set were tried", fit.len())),
    };
    Err(with_unread(why, keys))
}

/// The keys of the token's `kid`; where none has it, those without a name, and never one of another name.
fn of_set<'a>(jws: &Jws, keys: &'a Keys) -> Result<Vec<&'a Key>, Signature> {
    if keys.all.is_empty() {
        return Err(with_unread(invalid("the set has no key to check with"), keys));
    }
    let Some(kid) = jws.says("kid") else { return Ok(keys.all.iter().collect()) };
    let named = |name: Option<&str>| keys.all.iter().filter(|key| key.kid.as_deref() == name).collect::<Vec<_>>();
    let found = [named(Some(kid)), named(None)].into_iter().find(|found| !found.is_empty());
    found.ok_or_else(|| with_unread(invalid(format!("no key of the set is named {kid:?}, as the token's `kid`")), keys))
}

fn with_unread(not: Signature, keys: &Keys) -> Signature {
    match keys.unread.first() {
        Some(why) => Signature { why: format!("{}; {why}", not.why), ..not },
        None => not,
    }
}
