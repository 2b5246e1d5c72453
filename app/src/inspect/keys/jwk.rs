//! A key as JSON (RFC 7517 and 7518 section 6, RFC 8037 section 2).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

use super::{BadKey, Curve, Key, Material, bad, public};
use crate::inspect::decode::Object;

/// Reads a JWK. What it says of its own use is kept, for it binds whoever checks with it.
pub(super) fn read(jwk: &Object) -> Result<Key, BadKey> {
    let kty = text(jwk, "kty")?.ok_or_else(|| bad("the JWK has no `kty`, which says what kind of key it is"))?;
    let material = match kty {
        "oct" => Material::Secret(octets(jwk, "k")?),
        "RSA" => public::rsa(&octets(jwk, "n")?, &octets(jwk, "e")?)?,
        "EC" => ec(jwk)?,
        "OKP" => match required(jwk, "crv")? {
            "Ed25519" => public::ed25519(&octets(jwk, "x")?)?,
            other => Material::Other(other.to_owned()),
        },
        other => return Err(bad(format!("the JWK's `kty` {other:?} is none of oct, RSA, EC and OKP"))),
    };
    let unfit = unfit(jwk, &material)?;
    let owned = |name| text(jwk, name).map(|text| text.map(str::to_owned));
    Ok(Key { material, kid: owned("kid")?, alg: owned("alg")?, unfit })
}

fn ec(jwk: &Object) -> Result<Material, BadKey> {
    let name = required(jwk, "crv")?;
    let Some(curve) = Curve::ALL.into_iter().find(|curve| curve.name() == name) else {
        return Ok(Material::Other(format!("EC on {name}")));
    };
    let mut point = vec![4];
    for name in ["x", "y"] {
        let coordinate = octets(jwk, name)?;
        // RFC 7518 section 6.2.1.2: always the full size of a coordinate.
        if coordinate.len() != curve.octets() {
            let (found, wanted) = (coordinate.len(), curve.octets());
            return Err(bad(format!("the JWK's `{name}` has {found} octets: on {} it has {wanted}", curve.name())));
        }
        point.extend(coordinate);
    }
    public::ec(curve, &point)
}

/// Why the key is not meant for checking signatures (RFC 7517 sections 4.2 and 4.3).
fn unfit(jwk: &Object, material: &Material) -> Result<Option<String>, BadKey> {
    if let Some(other) = text(jwk, "use")?.filter(|purpose| *purpose != "sig") {
        return Ok(Some(format!("the key is meant for something else (`use` {other:?})")));
    }
    let Some(ops) = jwk.get("key_ops") else { return Ok(None) };
    let wrong = || bad("the JWK's `key_ops` is no array of texts");
    let ops: Vec<&str> = ops.as_array().and_then(|ops| ops.iter().map(Value::as_str).collect()).ok_or_else(wrong)?;
    // Of a key that signs, the other half is what checks; a secret has but one.
    let signs = ops.contains(&"sign") && !matches!(material, Material::Secret(_));
    let fit = signs || ops.contains(&"verify");
    Ok((!fit).then(|| "the key is not meant to check signatures (`key_ops` has no \"verify\")".to_owned()))
}

fn required<'a>(jwk: &'a Object, name: &str) -> Result<&'a str, BadKey> {
    text(jwk, name)?.ok_or_else(|| bad(format!("the JWK has no `{name}`")))
}

fn text<'a>(jwk: &'a Object, name: &str) -> Result<Option<&'a str>, BadKey> {
    match jwk.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(bad(format!("the JWK's `{name}` is no text"))),
    }
}

fn octets(jwk: &Object, name: &str) -> Result<Vec<u8>, BadKey> {
    let wrong = |_| bad(format!("the JWK's `{name}` is not base64url without padding"));
    BASE64_URL_SAFE_NO_PAD.decode(required(jwk, name)?).map_err(wrong)
}
