//! A server's public key, and the many ways in which its octets can be written down.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::der;
use crate::inspect::keys::{BadKey, Keys, Material};

/// The algorithm identifiers of a public key (RFC 8410 section 3, RFC 5480 section 2.1.1, RFC 3279 section 2.3.1), as DER
/// with their tag and length.
const ED25519: [u8; 7] = [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];
const P384: [u8; 18] =
    [0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];
const P521: [u8; 18] =
    [0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23];
const P256: [u8; 21] = [
    0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
    0x01, 0x07,
];
const RSA: [u8; 15] = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// The key of a set that a token was signed with: the one of its `kid`, or the only one there is.
pub(super) fn key_of<'a>(jwks: &'a Value, kid: Option<&str>) -> Option<&'a Value> {
    let keys = jwks.get("keys")?.as_array()?;
    let named = keys.iter().find(|key| kid.is_some() && key.get("kid").and_then(Value::as_str) == kid);
    named.or(keys.first())
}

/// The keys of a file, whatever it keeps them in, as a set of JWKs; of a private key its public half.
pub(crate) fn set_of(file: &[u8]) -> Result<Value, BadKey> {
    let keys = Keys::read(file)?;
    if let Ok(json @ Value::Object(_)) = serde_json::from_slice(file) {
        return Ok(if json.get("keys").is_some() { json } else { json!({ "keys": [json] }) });
    }
    let text = |octets: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(octets);
    let jwk = |material: &Material| match material {
        Material::Rsa { n, e, .. } => Some(json!({ "kty": "RSA", "n": text(n), "e": text(e) })),
        Material::Ec { curve, point } => {
            let (x, y) = point.get(1..)?.split_at_checked(curve.octets())?;
            Some(json!({ "kty": "EC", "crv": curve.name(), "x": text(x), "y": text(y) }))
        }
        Material::Ed25519(x) => Some(json!({ "kty": "OKP", "crv": "Ed25519", "x": text(x) })),
        Material::Secret(_) | Material::Other(_) => None,
    };
    let jwks: Vec<Value> = keys.all.iter().filter_map(|key| jwk(&key.material)).collect();
    Ok(json!({ "keys": jwks }))
}

/// What a program may hold a public key as, and so feed to an HMAC as its secret: each with its name.
pub(super) fn spellings(jwk: &Value) -> Option<Vec<(&'static str, Vec<u8>)>> {
    let (raw, der) = match jwk.get("kty")?.as_str()? {
        "OKP" => {
            let x = member(jwk, "x")?;
            let der = der::sequence(&[&ED25519, &der::bit_string(&x)]);
            (x, der)
        }
        "EC" => {
            let point = [vec![4], member(jwk, "x")?, member(jwk, "y")?].concat();
            let curve: &[u8] = match jwk.get("crv")?.as_str()? {
                "P-256" => &P256,
                "P-384" => &P384,
                "P-521" => &P521,
                _ => return None,
            };
            let der = der::sequence(&[curve, &der::bit_string(&point)]);
            (point, der)
        }
        "RSA" => {
            let (n, e) = (member(jwk, "n")?, member(jwk, "e")?);
            let key = der::sequence(&[&der::integer(&n), &der::integer(&e)]);
            let der = der::sequence(&[&RSA, &der::bit_string(&key)]);
            (key, der)
        }
        _ => return None,
    };
    let written = pem("PUBLIC KEY", &der);
    let json = jwk.to_string();
    let text = ["x", "n"].iter().find_map(|name| jwk.get(*name)?.as_str()).unwrap_or_default();
    let mut spellings = vec![
        ("the key's bare octets", raw.clone()),
        ("PEM", written.clone().into_bytes()),
        ("PEM without its last line break", written.trim_end().to_owned().into_bytes()),
        ("DER", der.clone()),
        ("the JWK's JSON", json.clone().into_bytes()),
        ("the JWK's own text", text.to_owned().into_bytes()),
        ("PEM with the line breaks of DOS", written.replace('\n', "\r\n").into_bytes()),
        ("the JWK's JSON and a line break", (json + "\n").into_bytes()),
        ("DER in base64, as between the lines of PEM", BASE64_STANDARD.encode(&der).into_bytes()),
    ];
    if jwk.get("kty")? == "RSA" {
        let written = pem("RSA PUBLIC KEY", &raw);
        spellings.push(("PEM of PKCS #1 without its last line break", written.trim_end().to_owned().into_bytes()));
        spellings.push(("PEM of PKCS #1", written.into_bytes()));
    }
    Some(spellings)
}

/// A file with a public key, as programs read one: octet by octet, and with one line break less or more at its end.
pub(super) fn as_it_is(file: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let bare = file.trim_ascii_end().to_vec();
    let with = [bare.as_slice(), b"\n"].concat();
    vec![
        ("the file as it is", file.to_vec()),
        ("the file without its last line break", bare),
        ("the file with one line break", with),
    ]
}

fn member(jwk: &Value, name: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok()
}

/// RFC 7468 section 13.
fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| str::from_utf8(line).expect("base64 is ASCII")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::forge::key::OwnKey;

    #[test]
    fn a_key_is_written_as_other_programs_write_it() {
        // RFC 8410 section 10.1, as PEM, and as a JWK.
        let x = "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE";
        let all = spellings(&json!({ "kty": "OKP", "crv": "Ed25519", "x": x })).expect("is a key");
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        assert_eq!(all[1], ("PEM", pem.as_bytes().to_vec()));
        assert_eq!((all[0].1.len(), all[3].1.len()), (32, 44));
        for alg in ["EdDSA", "ES256", "RS256"] {
            let jwk = OwnKey::generate(alg).expect("can be made").jwk();
            let lengths: Vec<usize> = spellings(&jwk).expect("is public").iter().map(|(_, key)| key.len()).collect();
            let [raw, der] = [lengths[0], lengths[3]];
            assert_eq!(
                (raw, der),
                match alg {
                    "EdDSA" => (32, 44),
                    "ES256" => (65, 91),
                    _ => (270, 294),
                }
            );
        }
        assert_eq!(spellings(&json!({ "kty": "oct", "k": "c2VjcmV0" })), None);
        assert_eq!(spellings(&json!({ "kty": "OKP", "x": "!" })), None);
    }

    #[test]
    fn a_set_is_searched_by_name() {
        let set = json!({ "keys": [{ "kid": "a" }, { "kid": "b" }] });
        assert_eq!(key_of(&set, Some("b")), Some(&json!({ "kid": "b" })));
        assert_eq!(key_of(&set, None), Some(&json!({ "kid": "a" })));
        assert_eq!(key_of(&json!({ "keys": [] }), None), None);
        assert_eq!(key_of(&json!([]), None), None);
    }
}
