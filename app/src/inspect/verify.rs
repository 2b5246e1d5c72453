//! Whether a token holds: its signature with the keys that were given, and its claims at a moment and for a reader.

mod alg;
pub(crate) mod claims;
mod header;
mod pick;

use lockstep_shared::clock::LabTime;

use super::decode::Jws;
use super::encrypted::faults;
use super::keys::{Key, Keys, Material};
use super::recognise::Jwe;

pub(crate) use claims::{Refusal, Times};

/// RFC 7515 appendix F: nobody can tell such a token from one whose payload was taken away.
const APART: &str = "the payload is empty here; where it travels apart (detached), it is missing";

/// What whoever reads the token expects of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expect {
    pub(crate) at: LabTime,
    /// How far the clocks of issuer and reader may differ.
    pub(crate) leeway_secs: u64,
    /// The names that the reader goes by: one of them has to be in `aud`. None: `aud` is not looked at.
    pub(crate) audience: Vec<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) typ: Option<String>,
    /// Whether the text has to be the token alone, as programs send it; people paste more.
    pub(crate) exact: bool,
}

/// What came out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) signature: Signature,
    /// The key by which the signature holds.
    pub(crate) key: Option<Key>,
    pub(crate) times: Times,
    /// Everything but the signature for which the token is to be refused.
    pub(crate) refused: Vec<Refusal>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Signature {
    /// None: not checked.
    pub(crate) valid: Option<bool>,
    /// Why, as a sentence without its full stop.
    pub(crate) why: String,
}

impl Expect {
    /// Nothing but that the token's times are those of this moment.
    pub(crate) fn at(at: LabTime) -> Self {
        Self { at, leeway_secs: 0, audience: Vec::new(), issuer: None, typ: None, exact: false }
    }
}

impl Verdict {
    /// Whether nothing is known to be wrong with it.
    pub(crate) fn stands(&self) -> bool {
        self.signature.valid != Some(false) && self.refused.is_empty()
    }
}

/// Checks a token. Nothing is changed on the way, no key that the token brings along is believed, and whatever
/// RFC 7515 does not allow in its text or its header is refused.
pub(crate) fn verify(jws: &Jws, keys: &Keys, expect: &Expect) -> Verdict {
    let (times, refused) = claims::check(jws, expect);
    let (signature, key) = match key(jws, keys, expect) {
        Ok(key) => (valid(key, keys), Some(key)),
        Err(not) => (not, None),
    };
    Verdict { signature, key: key.cloned(), times, refused }
}

/// What can be told of an encrypted token without its key: that it is certainly none, and why, or nothing.
pub(crate) fn encrypted(jwe: &Jwe, exact: bool) -> Signature {
    let known = |not: &Signature| not.valid == Some(false);
    let written = header::written(&jwe.header, &jwe.oddities, exact).and_then(|()| header::critical(&jwe.header, &[]));
    match (faults(jwe).into_iter().next(), written.err().filter(known)) {
        (Some(fault), _) => invalid(fault.what),
        (None, Some(not)) => not,
        (None, None) => unchecked(format!("not checked: {jwe}")),
    }
}

/// The key by which the signature holds.
fn key<'a>(jws: &Jws, keys: &'a Keys, expect: &Expect) -> Result<&'a Key, Signature> {
    let odd = |key: &Key| matches!(key.material, Material::Other(_));
    let alg = header::alg(jws, expect.exact).map_err(|not| match not.valid {
        // Of an alg that is not checked here, the keys are not either: any other is certainly not its key.
        None if !keys.all.is_empty() && !keys.all.iter().any(odd) => invalid("no key that was given is for this alg"),
        _ => not,
    })?;
    if keys.is_none() {
        alg.shape(&jws.signature)?;
        return Err(unchecked("no key given: not checked"));
    }
    pick::check(jws, alg, keys).map_err(|not| match not.valid {
        Some(false) if jws.payload.is_empty() => invalid(format!("{}: {APART}", not.why)),
        _ => not,
    })
}

fn valid(key: &Key, keys: &Keys) -> Signature {
    let why = match &key.kid {
        Some(kid) if keys.set => format!("the signature matches, by the key {kid:?}"),
        _ => "the signature matches".to_owned(),
    };
    Signature { valid: Some(true), why }
}

/// Something that is certainly wrong.
fn invalid(why: impl Into<String>) -> Signature {
    Signature { valid: Some(false), why: why.into() }
}

/// Something that could not be told.
fn unchecked(why: impl Into<String>) -> Signature {
    Signature { valid: None, why: why.into() }
}

#[cfg(test)]
mod tests;
