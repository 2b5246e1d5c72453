//! Keys in every form that people keep them in, made by OpenSSL: each file has one key in all of its forms.

use std::collections::BTreeSet;

use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::*;

const P256: &str = include_str!("tests/p256.pem");
const P384: &str = include_str!("tests/p384.pem");
const P521: &str = include_str!("tests/p521.pem");
const ED25519: &str = include_str!("tests/ed25519.pem");
const RSA: &str = include_str!("tests/rsa.pem");
const PSS: &str = include_str!("tests/pss.pem");
const OTHERS: &str = include_str!("tests/others.pem");

/// The blocks of a file. Parameters, which are no key, stay before the key that they belong to.
fn blocks(file: &str) -> Vec<String> {
    let ends = file.split_inclusive("-----END").collect::<Vec<_>>();
    let mut blocks = vec![String::new()];
    for (at, piece) in ends.iter().enumerate() {
        let (rest_of_line, next) = if at == 0 { ("", *piece) } else { piece.split_once('\n').unwrap_or((piece, "")) };
        let last = blocks.last_mut().expect("is never empty");
        last.push_str(rest_of_line);
        if last.contains("-----END") && !last.contains("EC PARAMETERS") || last.matches("-----END").count() == 2 {
            blocks.push(String::new());
        }
        blocks.last_mut().expect("is never empty").push_str(next);
    }
    blocks.retain(|block| !block.trim().is_empty());
    blocks
}

fn one(text: &[u8]) -> Material {
    let keys = Keys::read(text).unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(text)));
    assert_eq!(keys.all.len(), 1);
    keys.all[0].material.clone()
}

fn refused(text: &[u8]) -> String {
    Keys::read(text).expect_err("is no key").to_string()
}

fn der(block: &str) -> Vec<u8> {
    let last = &block[block.rfind("-----BEGIN").expect("is PEM")..];
    let body: String = last.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64_STANDARD.decode(body).expect("is base64")
}

#[test]
fn a_key_is_the_same_in_all_of_its_forms() {
    for (file, forms, kind) in [
        (P256, 5, "EC on P-256"),
        (P384, 4, "EC on P-384"),
        (P521, 4, "EC on P-521"),
        (ED25519, 3, "Ed25519"),
        (RSA, 5, "RSA"),
        (PSS, 2, "RSA"),
    ] {
        let blocks = blocks(file);
        assert_eq!(blocks.len(), forms, "{blocks:?}");
        let first = one(blocks[0].as_bytes());
        assert_eq!(first.kind(), kind);
        for block in &blocks {
            assert_eq!(one(block.as_bytes()), first, "{block}");
            assert_eq!(one(&der(block)), first, "as DER: {block}");
            let windows = format!("\u{feff}Bag Attributes\r\n  a: b\r\n{}", block.replace('\n', "\r\n"));
            assert_eq!(one(windows.as_bytes()), first, "{windows}");
            assert_eq!(one(jwk(&first).to_string().as_bytes()), first.clone_without_pss(), "as a JWK");
        }
    }
    assert!(matches!(one(PSS.as_bytes()), Material::Rsa { pss_only: true, .. }));
    assert!(matches!(one(RSA.as_bytes()), Material::Rsa { pss_only: false, .. }));
}

impl Material {
    /// A JWK can't say that it is for PSS alone, but by its `alg`.
    fn clone_without_pss(&self) -> Self {
        match self.clone() {
            Self::Rsa { n, e, .. } => Self::Rsa { n, e, pss_only: false },
            other => other,
        }
    }
}

fn jwk(material: &Material) -> Value {
    let text = |octets: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(octets);
    match material {
        Material::Secret(k) => json!({ "kty": "oct", "k": text(k) }),
        Material::Rsa { n, e, .. } => json!({ "kty": "RSA", "n": text(n), "e": text(e) }),
        Material::Ec { curve, point } => {
            let (x, y) = point[1..].split_at(curve.octets());
            json!({ "kty": "EC", "crv": curve.name(), "x": text(x), "y": text(y) })
        }
        Material::Ed25519(x) => json!({ "kty": "OKP", "crv": "Ed25519", "x": text(x) }),
        Material::Other(_) => panic!("has no JWK here"),
    }
}

#[test]
fn kinds_that_are_not_checked_with_are_named() {
    let kinds: Vec<String> = blocks(OTHERS).iter().map(|block| one(block.as_bytes()).kind()).collect();
    assert_eq!(kinds, ["Ed448", "X25519", "X448", "EC on secp256k1"]);
    let ed448 = json!({ "kty": "OKP", "crv": "Ed448", "x": "AA" });
    assert_eq!(Keys::jwk(&ed448).expect("has a name").all[0].material.kind(), "Ed448");
    let k1 = json!({ "kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA" });
    assert_eq!(Keys::jwk(&k1).expect("has a name").all[0].material.kind(), "EC on secp256k1");
}

#[test]
fn what_is_no_key_is_refused_with_what_to_do() {
    let cut = &P256[..80];
    let damaged = blocks(P256)[2].replacen("M", "!", 1);
    let other = blocks(P256)[2].replace("PUBLIC KEY", "RSA PUBLIC KEY");
    for (text, why) in [
        ("", "neither PEM, DER, a JWK nor a set of JWKs"),
        ("secret", "a secret is given as such"),
        ("{", "this is no JSON"),
        ("{}", "no `kty`"),
        (r#"{"kty":7}"#, "`kty` is no text"),
        (r#"{"kty":"RSA2"}"#, "none of oct, RSA, EC and OKP"),
        (r#"{"kty":"oct"}"#, "has no `k`"),
        (r#"{"kty":"oct","k":"a+b="}"#, "`k` is not base64url"),
        (r#"{"kty":"oct","k":"YQ","k":"Yg"}"#, "stands in it twice"),
        (r#"{"kty":"oct","k":"YQ","key_ops":"verify"}"#, "`key_ops` is no array"),
        (r#"{"kty":"RSA","n":"AQ","e":"AQAB"}"#, "no RSA key"),
        (r#"{"kty":"RSA","n":"t2U1","e":"AQ"}"#, "no RSA key"),
        (r#"{"kty":"RSA","n":"t2U1","e":"Ag"}"#, "no RSA key"),
        (r#"{"kty":"RSA","n":"t2U0","e":"AQAB"}"#, "no RSA key"),
        (r#"{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}"#, "`x` has 1 octets: on P-256 it has 32"),
        (
            r#"{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}"#,
            "does not lie on P-256",
        ),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"AQ"}"#, "an Ed25519 key has 32 octets"),
        (r#"{"keys":{}}"#, "has to be an array"),
        (cut, "cut off"),
        ("-----BEGIN PUBLIC KEY", "cut off"),
        (&damaged, "is not base64"),
        (&other, "damaged, or of another kind"),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----", "is encrypted"),
        (
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAA==\n-----END EC PRIVATE KEY-----",
            "is encrypted",
        ),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nAA==\n-----END OPENSSH PRIVATE KEY-----", "ssh-keygen"),
        ("-----BEGIN PGP MESSAGE-----\nAA==\n-----END PGP MESSAGE-----", "no key that signatures"),
        ("-----BEGIN EC PARAMETERS-----\nBgUrgQQAIw==\n-----END EC PARAMETERS-----", "no key in it"),
        ("0\u{3}\u{2}\u{1}\u{1}", "this is DER, and neither"),
    ] {
        let found = refused(text.as_bytes());
        assert!(found.contains(why), "{text}: {found}");
        assert!(!found.contains('\n'), "{found}");
    }
    assert!(refused(&vec![b'0'; MOST_OCTETS + 1]).contains("too many"));
    let many = json!({ "keys": vec![json!({ "kty": "oct", "k": "YQ" }); MOST_KEYS + 1] });
    assert!(Keys::jwks(&many).expect_err("are too many").to_string().contains("1001 keys"));
}

#[test]
fn a_set_keeps_what_can_be_read() {
    let set =
        json!({ "keys": [{ "kty": "oct", "k": "YQ", "kid": "a" }, { "kty": "new" }, 7, { "kty": "oct", "kid": 1 }] });
    let keys = Keys::read(set.to_string().as_bytes()).expect("is a set");
    assert_eq!((keys.all.len(), keys.set, keys.unread.len()), (1, true, 3));
    assert_eq!(keys.all[0].kid.as_deref(), Some("a"));
    assert!(keys.unread[0].to_string().starts_with("key 2 of the set: "));
    assert!(!keys.is_none() && Keys::none().is_none());
    assert!(!Keys::jwks(&json!({ "keys": [] })).expect("is a set").is_none(), "an empty set is no key that fits");
}

#[test]
fn a_secret_is_read_as_it_was_written_and_never_shown() {
    let keys = Keys::secret_base64url("hunter2-hunter2_hunter2w==\n").expect("is base64url");
    let Material::Secret(secret) = &keys.all[0].material else { panic!("is a secret") };
    assert_eq!(secret.len(), 18);
    assert!(Keys::secret_base64url("not base64url").is_err());
    let keys = Keys::secret("hunter2");
    assert_eq!(keys.all[0].material, Material::Secret(b"hunter2".to_vec()));
    let shown = format!("{keys:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("104, 117") && shown.contains("a secret"), "{shown}");
}

/// Every form cut off anywhere and with any octet changed is a key or an error, and nothing worse.
#[test]
fn no_damage_brings_it_down() {
    let mut said = BTreeSet::new();
    for file in [P256, P521, ED25519, RSA, OTHERS] {
        for block in blocks(file) {
            let der = der(&block);
            for at in 0..der.len() {
                let mut damaged = der.clone();
                damaged[at] ^= 0x41;
                for octets in [&damaged, &der[..at]] {
                    if let Err(why) = Keys::read(octets) {
                        said.insert(why.to_string());
                    }
                }
            }
        }
    }
    assert!(said.len() > 3, "{said:?}");
    assert!(said.iter().all(|why| why.len() < 200), "{said:?}");
}
