//! Each attack makes what it says and nothing that another one makes, and says so where it has no object.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, UnparsedPublicKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;

use super::key::OwnKey;
use super::*;
use crate::inspect::decode::{Object, decode};

const CLAIMS: &str = r#"{"iss":"http://bank","sub":"u3","aud":"bank","iat":100,"exp":400,"jti":"a","role":"user"}"#;

fn object(value: Value) -> Object {
    value.as_object().expect("is an object").clone()
}

/// The sample of an attacker who was lucky: a token of this algorithm, and everything else that one can have.
fn sample(alg: &str) -> Sample {
    let key = OwnKey::generate(alg).expect("is an algorithm");
    let header = object(json!({ "typ": "at+jwt", "alg": alg, "kid": "k1" }));
    let mut jwk = object(key.jwk());
    jwk.insert("kid".to_owned(), "k1".into());
    Sample {
        access: key.sign(&header, CLAIMS.as_bytes()),
        sealed: false,
        refresh: Some("R".repeat(43)),
        later: Vec::new(),
        jwks: (alg != "HS256").then(|| json!({ "keys": [jwk] })),
        victim: "u1".to_owned(),
        public_file: None,
        edits: Vec::new(),
        own_url: Some("http://127.0.0.1:9/keys".to_owned()),
        elsewhere: Some(key.sign(&header, CLAIMS.replace("\"bank\"", "\"reports\"").as_bytes())),
        key: None,
        proof: Some("a.proof.b".to_owned()),
    }
}

fn opaque() -> Sample {
    Sample { access: "s-0001".to_owned(), later: vec!["s-0003".to_owned()], ..Sample::default() }
}

/// The header, the claims and the signing input of a forged token.
fn read(forged: &Forged) -> (Object, Object, Jws) {
    let jws = decode(&forged.credential).unwrap_or_else(|bad| panic!("{forged:?}: {bad}"));
    assert!(jws.oddities.is_empty(), "{forged:?}: a server may be strict");
    (jws.header.clone(), jws.claims().expect("has claims"), jws)
}

#[test]
fn every_attack_differs_from_every_other_on_the_wire() {
    for alg in ["ES256", "HS256", "EdDSA"] {
        let mut seen: BTreeMap<(String, Option<String>), String> = BTreeMap::new();
        let mut attacks = 0;
        for attack in Attack::ALL {
            let sample = if attack == Attack::GuessTheId { opaque() } else { sample(alg) };
            let Ok(forged) = forge(&sample, attack) else { continue };
            assert!(!forged.is_empty(), "{attack}");
            attacks += 1;
            assert!(forged.iter().all(|one| one.proof.is_some() || one.credential != sample.access), "{attack}");
            for one in forged {
                let name = format!("{attack}: {}", one.variant);
                if let Some(other) = seen.insert((one.credential, one.proof), name.clone()) {
                    panic!("{name} and {other} are the same");
                }
            }
        }
        // No secret can be guessed of a key pair; a secret has no public half; only ECDSA has twins.
        assert_eq!(attacks, if alg == "ES256" { 13 } else { 12 }, "{alg}");
    }
}

#[test]
fn what_has_no_object_says_why() {
    let no_token = "no signed token";
    let opaque = opaque();
    for (sample, attack, why) in [
        (&opaque, Attack::EditedClaims, no_token),
        (&opaque, Attack::NoSignature, no_token),
        (&opaque, Attack::AlgNone, no_token),
        (&opaque, Attack::KeyConfusion, no_token),
        (&opaque, Attack::EmbeddedJwk, no_token),
        (&opaque, Attack::JkuElsewhere, no_token),
        (&opaque, Attack::KidAsPath, no_token),
        (&opaque, Attack::WeakSecret, no_token),
        (&opaque, Attack::DenylistTwin, no_token),
        (&opaque, Attack::RefreshAsAccess, "no refresh token"),
        (&opaque, Attack::OtherAudience, "no tokens for other services"),
        (&opaque, Attack::ProofReplay, "none to send again"),
        (&sample("EdDSA"), Attack::WeakSecret, "no secret to guess"),
        (&sample("EdDSA"), Attack::DenylistTwin, "this one is EdDSA"),
        (&sample("HS256"), Attack::KeyConfusion, "no public key"),
        (&sample("HS256"), Attack::GuessTheId, "signed token and no id"),
    ] {
        let said = forge(sample, attack).expect_err(why).to_string();
        assert!(said.contains(why), "{attack}: {said}");
    }
}

#[test]
fn edited_claims_are_the_victims_and_the_rest_stays() {
    let sample = sample("HS256");
    let old = decode(&sample.access).expect("is a token");
    let forged = forge(&sample, Attack::EditedClaims).expect("has an object");
    for (one, sub) in forged.iter().zip(["u1", "u3"]) {
        let (header, claims, jws) = read(one);
        assert_eq!((&header, &jws.signature), (&old.header, &old.signature));
        assert_eq!((&claims["sub"], &claims["role"]), (&sub.into(), &"admin".into()));
        assert_eq!(claims.keys().collect::<Vec<_>>(), ["iss", "sub", "aud", "iat", "exp", "jti", "role"]);
        assert_eq!(claims["exp"], 400 + 10 * 365 * 86_400);
    }
    assert_eq!(forged.len(), 2);
}

#[test]
fn none_comes_in_every_spelling_with_and_without_the_old_signature() {
    let forged = forge(&sample("RS256"), Attack::AlgNone).expect("has an object");
    assert_eq!(forged.len(), 32);
    for one in &forged {
        let (header, claims, jws) = read(one);
        assert!(header["alg"].as_str().is_some_and(|alg| alg.eq_ignore_ascii_case("none")), "{one:?}");
        assert_eq!(
            (claims["sub"].as_str(), jws.signature.len()),
            (Some("u1"), if one.variant.contains("no sig") { 0 } else { 256 })
        );
    }
}

#[test]
fn a_public_key_serves_as_a_secret() {
    for alg in ["EdDSA", "ES256", "RS256"] {
        let sample = sample(alg);
        let jwk = &sample.jwks.as_ref().expect("is public")["keys"][0];
        let spellings = public::spellings(jwk).expect("is a public key");
        let forged = forge(&sample, Attack::KeyConfusion).expect("has an object");
        assert_eq!(forged.len(), spellings.len());
        for (one, (name, secret)) in forged.iter().zip(spellings) {
            let (header, claims, jws) = read(one);
            assert_eq!((header["alg"].as_str(), header["kid"].as_str()), (Some("HS256"), Some("k1")));
            assert_eq!(claims["role"], "admin");
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &secret);
            let checked = aws_lc_rs::hmac::verify(&key, jws.signing_input.as_bytes(), &jws.signature);
            assert!(checked.is_ok() && one.variant.contains(name), "{one:?}");
        }
    }
}

#[test]
fn a_public_key_file_is_a_secret_as_it_is() {
    let sample = sample("ES256");
    let jwk = sample.jwks.as_ref().expect("is public")["keys"][0].clone();
    let pem = public::spellings(&jwk).expect("is a public key").remove(1).1;
    let variants = |file: &[u8]| {
        let with_file = Sample { public_file: Some(file.to_vec()), ..sample.clone() };
        let forged = forge(&with_file, Attack::KeyConfusion).expect("has an object");
        forged.into_iter().map(|one| one.variant).collect::<Vec<_>>()
    };
    let without = forge(&sample, Attack::KeyConfusion).expect("has an object").len();
    assert_eq!(variants(&pem).len(), without, "the same octets are not sent twice");
    let noted = variants(&[b"# the key of 2026\n".as_slice(), &pem, b"\n\n"].concat());
    assert_eq!(noted.len(), without + 3, "{noted:?}");
    let read = set_of(&pem).expect("is a key");
    assert_eq!(
        public::spellings(&read["keys"][0]).expect("is a public key")[3],
        public::spellings(&jwk).expect("is one")[3]
    );
}

#[test]
fn what_is_asked_for_is_written_into_every_attack() {
    let edits = vec![Edit::set("role=\"boss\"").expect("is a change"), Edit::Remove("jti".to_owned())];
    let sample = Sample { edits, victim: String::new(), ..sample("ES256") };
    let claims =
        [Attack::EditedClaims, Attack::NoSignature, Attack::AlgNone, Attack::KeyConfusion, Attack::EmbeddedJwk];
    for attack in claims.into_iter().chain([Attack::JkuElsewhere, Attack::KidAsPath]) {
        for one in forge(&sample, attack).expect("has an object") {
            let (_, claims, _) = read(&one);
            assert_eq!((&claims["sub"], &claims["role"], &claims["exp"]), (&"u3".into(), &"boss".into(), &400.into()));
            assert!(!claims.contains_key("jti"), "{attack}");
        }
    }
}

#[test]
fn a_key_that_is_brought_along_fits_its_token() {
    for attack in [Attack::EmbeddedJwk, Attack::JkuElsewhere] {
        let forged = forge(&sample("ES256"), attack).expect("has an object");
        let last = forged.last().map(|one| read(one).0).expect("there are some");
        assert_eq!((&last["alg"], &last["kid"]), (&"ES256".into(), &"k1".into()), "the likeliest stays in the hand");
        for one in &forged {
            let (header, _, jws) = read(one);
            let jwk = match &one.publishes {
                Some(set) => set["keys"][0].clone(),
                None => header["jwk"].clone(),
            };
            let octets = |name: &str| {
                BASE64_URL_SAFE_NO_PAD.decode(jwk[name].as_str().expect("is there")).expect("is base64url")
            };
            let checked = match header["alg"].as_str() {
                Some("EdDSA") => {
                    UnparsedPublicKey::new(&ED25519, octets("x")).verify(jws.signing_input.as_bytes(), &jws.signature)
                }
                _ => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [vec![4], octets("x"), octets("y")].concat())
                    .verify(jws.signing_input.as_bytes(), &jws.signature),
            };
            assert!(checked.is_ok(), "{one:?}");
            if attack == Attack::JkuElsewhere {
                assert_eq!(jwk["kid"], header["kid"]);
                assert_eq!(header.get("jku").or(header.get("x5u")), Some(&"http://127.0.0.1:9/keys".into()));
            }
        }
    }
    let forged = forge(&sample("RS256"), Attack::EmbeddedJwk).expect("has an object");
    assert_eq!(read(&forged[forged.len() - 1]).0["jwk"]["kty"], "RSA");
}

#[test]
fn a_twin_holds_and_is_another_token() {
    let sample = sample("ES256");
    let jwk = &sample.jwks.as_ref().expect("is public")["keys"][0];
    let forged = forge(&sample, Attack::DenylistTwin).expect("has an object");
    let (twin, old) = (decode(&forged[0].credential).expect("is a token"), decode(&sample.access).expect("is a token"));
    assert_eq!((&twin.signing_input, forged.len()), (&old.signing_input, 1));
    assert_ne!(twin.signature, old.signature);
    let octets =
        |name: &str| BASE64_URL_SAFE_NO_PAD.decode(jwk[name].as_str().expect("is there")).expect("is base64url");
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [vec![4], octets("x"), octets("y")].concat());
    for signature in [&twin.signature, &old.signature] {
        assert!(key.verify(twin.signing_input.as_bytes(), signature).is_ok());
    }
}

#[test]
fn a_common_secret_is_found_and_used() {
    let key = OwnKey::Secret(b"changeme".to_vec());
    let header = object(json!({ "alg": "HS256" }));
    let weak = Sample { access: key.sign(&header, CLAIMS.as_bytes()), victim: "u1".to_owned(), ..Sample::default() };
    let forged = forge(&weak, Attack::WeakSecret).expect("has an object");
    assert!(forged[0].variant.starts_with("one of "), "{forged:?}");
    let (_, claims, jws) = read(&forged[0]);
    assert_eq!((claims["sub"].as_str(), crate::inspect::guess::secret_of(&jws)), (Some("u1"), Some("changeme")));
    let strong = forge(&sample("HS256"), Attack::WeakSecret).expect("has an object");
    assert!(strong[0].variant.starts_with("none of "), "{strong:?}");
}

#[test]
fn a_sample_of_any_kind_is_no_reason_to_fail() {
    let header = object(json!({ "alg": "HS256", "kid": 5, "jwk": [] }));
    let key = OwnKey::Secret(Vec::new());
    for payload in ["[]", "", "{\"exp\":\"soon\",\"sub\":[1]}", "{\"exp\":18446744073709551615}", "\0"] {
        let sample = Sample { access: key.sign(&header, payload.as_bytes()), jwks: Some(json!(7)), ..sample("HS256") };
        for attack in Attack::ALL {
            let _ = forge(&sample, attack);
        }
    }
    for access in ["", ".", "..", "e30.e30.", "é", "a.b.c.d.e"] {
        for attack in Attack::ALL {
            let _ = forge(&Sample { access: access.to_owned(), ..sample("HS256") }, attack);
        }
    }
}

#[test]
fn names_are_stable_and_secrets_stay_out_of_debug_output() {
    let names: Vec<&str> = Attack::ALL.iter().map(|attack| attack.name()).collect();
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-')), "{names:?}");
    let sample = sample("HS256");
    assert_eq!(format!("{sample:?}"), "Sample { .. }");
    let forged = forge(&sample, Attack::EditedClaims).expect("has an object");
    assert!(!format!("{:?}", forged[0]).contains("ey"));
}
