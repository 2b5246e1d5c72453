//! Every finding once where it belongs, and none in a token that is as it should be.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use super::*;
use crate::inspect::decode::{compact, decode, signing_input};
use crate::inspect::{guess, plain};

/// Five minutes after the tokens of these tests were made.
const NOW: LabTime = LabTime::from_secs(1_767_603_900);

fn object(value: Value) -> Object {
    value.as_object().cloned().expect("is an object")
}

/// A token with a signature of the right length, or a right one where `secret` is given.
fn token(header: &Value, payload: &[u8], secret: Option<&[u8]>) -> Jws {
    let input = signing_input(&object(header.clone()), payload);
    let alg = header["alg"].as_str().unwrap_or_default();
    let length = match alg {
        "HS256" => 32,
        "RS256" | "PS512" => 256,
        "ES512" => 132,
        "none" => 0,
        _ => 64,
    };
    let signature = match secret {
        Some(secret) => {
            let key = hmac::Key::new(guess::mac(alg).expect("is an HMAC"), secret);
            hmac::sign(&key, input.as_bytes()).as_ref().to_vec()
        }
        None => vec![0x5a; length],
    };
    decode(&compact(&input, &signature)).expect("is a token")
}

fn good_header() -> Value {
    json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "2026-01"})
}

fn good_claims() -> Value {
    json!({"iss": "https://bank.example", "sub": "u1", "aud": "bank", "client_id": "web", "iat": 1_767_603_600,
           "exp": 1_767_603_900 + 300, "jti": "n7v"})
}

/// The good object with members replaced; null takes one away.
fn with(mut good: Value, changes: Value) -> Value {
    for (name, value) in object(changes) {
        match value {
            Value::Null => drop(good.as_object_mut().expect("is an object").shift_remove(&name)),
            value => good[name] = value,
        }
    }
    good
}

fn ids(jws: &Jws) -> Vec<&'static str> {
    let findings = lint(jws, KeyFacts::default(), NOW);
    assert!(findings.is_sorted_by_key(|finding| finding.severity), "the worst come first");
    for Finding { what, why, source, .. } in &findings {
        assert!(!what.contains(plain::is_unseen) && !why.contains(plain::is_unseen), "{what:?} {why:?}");
        assert!(
            !what.ends_with('.') && (why.ends_with('.') || why.ends_with('?')) && !source.is_empty(),
            "{what} {why}"
        );
    }
    findings.iter().map(|finding| finding.id).collect()
}

/// What is found in a token whose header or claims differ from a good one's.
fn check_header(changes: Value, expected: &[&str]) {
    let header = with(good_header(), changes);
    assert_eq!(ids(&token(&header, good_claims().to_string().as_bytes(), None)), expected, "{header}");
}

fn check_claims(changes: Value, expected: &[&str]) {
    let claims = with(good_claims(), changes);
    assert_eq!(ids(&token(&good_header(), claims.to_string().as_bytes(), None)), expected, "{claims}");
}

#[test]
fn a_token_that_is_as_it_should_be_has_no_findings() {
    check_header(json!({}), &[]);
    for alg in ["RS256", "PS512", "ES256", "ES512", "HS256", "Ed25519"] {
        check_header(json!({"alg": alg}), &[]);
    }
    check_claims(json!({"aud": ["bank", "mail"], "exp": 1_767_604_200.5, "cnf": {"jkt": "x"}, "scope": "read"}), &[]);
}

#[test]
fn algorithms() {
    check_header(json!({"alg": "none"}), &["alg-none"]);
    check_header(json!({"alg": "nOnE"}), &["alg-none", "alg-none-signed"]);
    check_header(json!({"alg": null}), &["alg-missing"]);
    check_header(json!({"alg": ["HS256"]}), &["alg-type"]);
    check_header(json!({"alg": "hs256"}), &["alg-case"]);
    check_header(json!({"alg": "HS1"}), &["alg-unknown"]);
    check_header(json!({"alg": "ES384"}), &["signature-length"]);
    let header = with(good_header(), json!({"alg": "ES256"}));
    let signed = |octets: &[u8]| {
        let input = signing_input(&object(header.clone()), good_claims().to_string().as_bytes());
        decode(&compact(&input, octets)).expect("is a token")
    };
    assert_eq!(ids(&signed(&[0; 64])), ["signature-zero"]);
    assert_eq!(ids(&signed(&[&[1; 32][..], &[0; 32]].concat())), ["signature-zero"]);
    assert_eq!(ids(&signed(&[])), ["signature-missing"]);
    let der = &lint(&signed(&[0x30; 71]), KeyFacts::default(), NOW)[0];
    assert!(der.id == "signature-length" && der.what.contains("DER"), "{der:?}");
}

#[test]
fn keys() {
    let header = with(good_header(), json!({"alg": "HS256"}));
    let signed = |secret: &[u8]| token(&header, good_claims().to_string().as_bytes(), Some(secret));
    assert_eq!(ids(&signed(b"changeme")), ["weak-secret"]);
    assert_eq!(ids(&signed(b"")), ["weak-secret"]);
    let (short, long) = (b"5vR#9k!qLw2z".as_slice(), [7; 32].as_slice());
    let known = |secret| lint(&signed(secret), KeyFacts { secret: Some(secret), rsa_bits: None }, NOW);
    assert_eq!(known(short)[0].id, "short-secret");
    assert!(known(long).is_empty());
    assert!(ids(&signed(short)).is_empty(), "nobody can tell from the token alone");
    let header = with(good_header(), json!({"alg": "RS256"}));
    let mut jws = token(&header, good_claims().to_string().as_bytes(), None);
    jws.signature.truncate(128);
    assert_eq!(ids(&jws), ["rsa-short"]);
}

#[test]
fn headers() {
    check_header(json!({"jku": "https://evil.example/keys"}), &["jku"]);
    check_header(json!({"x5u": "http://evil.example/x"}), &["x5u"]);
    check_header(json!({"jwk": {"kty": "OKP", "x": "a"}}), &["jwk-inside"]);
    check_header(json!({"jwk": {"kty": "oct", "k": "a"}}), &["jwk-private", "jwk-inside"]);
    check_header(json!({"x5c": ["MII"]}), &["x5c-inside"]);
    for kid in [
        "../../dev/null",
        "/etc/passwd",
        "C:\\keys",
        "x' UNION SELECT 'a",
        "https://evil.example/k",
        "|id",
        "a\0b",
        "",
        "a\u{202e}b",
        &"k".repeat(300),
    ] {
        check_header(json!({ "kid": kid }), &["kid-injection"]);
    }
    check_header(json!({"kid": 7}), &["header-type"]);
    for kid in [
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs",
        "8fd6a3c0-1f2b-4c4e-9f0a-6d2f8c1b7a55",
        "2026-01 (new)",
        "key:1",
        "MTIz+/==",
    ] {
        check_header(json!({ "kid": kid }), &[]);
    }
    check_header(json!({"crit": ["exp"], "exp": 1}), &["crit-unknown"]);
    check_header(json!({"crit": ["gone"]}), &["crit-malformed", "crit-unknown"]);
    for crit in [json!([]), json!("b64"), json!([1]), json!(["alg"])] {
        check_header(json!({ "crit": crit }), &["crit-malformed"]);
    }
    check_header(json!({"zip": "DEF"}), &["zip-in-jws"]);
}

#[test]
fn unencoded_payloads() {
    let head = |json: &str| base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, json);
    let jws = |header: &str| decode(&format!("{}.$!.{}", head(header), "Wlpa".repeat(21) + "Wg"));
    let right = jws(r#"{"alg":"HS256","typ":"x","b64":false,"crit":["b64"]}"#).expect("is a token");
    assert_eq!(right.payload, b"$!");
    assert!(ids(&right).contains(&"b64-false"));
    let wrong = jws(r#"{"alg":"HS256","typ":"x","b64":false}"#).expect("is a token");
    assert!(
        lint(&wrong, KeyFacts::default(), NOW).iter().any(|finding| finding.what.contains("`crit` does not name it"))
    );
    assert!(jws(r#"{"alg":"HS256","b64":"false"}"#).is_err(), "anything but false is no leave to write plain text");
}

#[test]
fn claims() {
    for name in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
        check_claims(json!({ name: null }), &["at-jwt-claims"]);
    }
    let bare =
        |payload: Value| ids(&token(&json!({"alg": "EdDSA", "typ": "JWT"}), payload.to_string().as_bytes(), None));
    assert_eq!(
        bare(json!({})),
        ["exp-missing", "aud-missing", "iss-missing", "sub-missing", "iat-missing", "jti-missing"]
    );
    for aud in [json!("*"), json!(""), json!([]), json!(["bank", "*"])] {
        check_claims(json!({ "aud": aud }), &["aud-anyone"]);
    }
    for wrong in [
        json!({"exp": "1767604200"}),
        json!({"nbf": true}),
        json!({"iat": [1]}),
        json!({"sub": 7}),
        json!({"aud": {"a": 1}}),
        json!({"aud": ["a", 1]}),
        json!({"iss": ["x"]}),
        json!({"cnf": "x"}),
        json!({"exp": {}}),
    ] {
        check_claims(wrong, &["claim-type"]);
    }
    check_claims(json!({"role": "admin"}), &["role-inside"]);
    let typed = |typ: &str, changes: Value| {
        ids(&token(&json!({"alg": "EdDSA", "typ": typ}), with(good_claims(), changes).to_string().as_bytes(), None))
    };
    assert_eq!(typed("JWT", json!({"token_use": "refresh"})), ["typ-generic"]);
    assert_eq!(typed("JWT", json!({"client_id": null})), [""; 0]);
    assert_eq!(typed("JWT", json!({"nonce": "n", "scope": "read"})), ["kinds-mixed", "typ-generic"]);
    assert_eq!(typed("dpop+jwt", json!({"exp": null})), ["proof-claims"]);
    assert_eq!(typed("dpop+jwt", json!({"htm": "GET", "htu": "https://bank.example/", "exp": null})), [""; 0]);
    assert_eq!(typed("logout+jwt", json!({})), [""; 0]);
}

#[test]
fn times() {
    let end = |exp: f64| json!({ "exp": exp });
    check_claims(end(1_767_604_200_000.0), &["time-in-milliseconds"]);
    check_claims(end(1e300), &["time-too-far"]);
    check_claims(end(-1.0), &["time-negative"]);
    check_claims(end(1_767_603_600.0), &["times-disordered"]);
    check_claims(json!({"nbf": 1_767_604_300}), &["times-disordered"]);
    check_claims(json!({"iat": 1_767_603_600 + 601, "exp": 1_767_603_600 + 900}), &["iat-future"]);
    check_claims(end(1_767_603_600.0 + 3601.0), &["lifetime-long"]);
    check_claims(end(1_767_603_600.0 + 86_400.0 * 30.0), &["lifetime-long"]);
    let severity = |exp: f64| {
        let claims = with(good_claims(), end(exp));
        lint(&token(&good_header(), claims.to_string().as_bytes(), None), KeyFacts::default(), NOW)[0].severity
    };
    assert_eq!(severity(1_767_603_600.0 + 7200.0), Severity::Low);
    assert_eq!(severity(1_767_603_600.0 + 86_400.0 * 7.0), Severity::Medium);
}

#[test]
fn what_a_payload_gives_away() {
    for (claims, expected) in [
        (json!({"password": "hunter2"}), "password-inside"),
        (json!({"user": {"hash": "$2b$12$abcdefghijklmnopqrstuv"}}), "password-inside"),
        (json!({"db": {"client-secret": "x"}}), "secret-inside"),
        (json!({"notes": ["-----BEGIN PRIVATE KEY-----\nMIG"]}), "secret-inside"),
        (json!({"payment": "4111 1111 1111 1111"}), "card-inside"),
        (json!({"payment": 4111111111111111_u64}), "card-inside"),
        (json!({"x": "078-05-1120"}), "national-id-inside"),
        (json!({"refresh_token": "x"}), "token-inside"),
        (json!({"upn": "eve@example.com"}), "personal-data"),
        (json!({"email": "eve"}), "personal-data"),
        (json!({"name": "a\u{202e}b"}), "unseen-characters"),
        (json!({"a\u{1b}[2J": 1}), "unseen-characters"),
    ] {
        check_claims(claims, &[expected]);
    }
    for harmless in [
        json!({"payment": "4111 1111 1111 1112"}),
        json!({"password_changed": true}),
        json!({"n": 1234567890123_u64}),
        json!({"url": "https://user@host.example/"}),
        json!({"email_verified": true}),
    ] {
        check_claims(harmless, &[]);
    }
    let many: Vec<Value> = (0..9).map(|_| json!({"pin": "1234"})).collect();
    let jws = token(&good_header(), with(good_claims(), json!({ "cards": many })).to_string().as_bytes(), None);
    assert_eq!(lint(&jws, KeyFacts::default(), NOW)[0].what, "A password, or its hash, stands in `cards.pin`");
}

#[test]
fn writing() {
    let jws = token(&good_header(), good_claims().to_string().as_bytes(), None);
    let text = compact(&jws.signing_input, &jws.signature);
    let read = |text: &str| decode(text).expect("is readable");
    assert_eq!(ids(&read(&format!("{text}=="))), ["not-canonical"]);
    assert_eq!(ids(&read(&format!("Bearer {text}"))), [""; 0], "what surrounds it is not of it");
    let pad = |length: usize| with(good_claims(), json!({"pad": "x".repeat(length)})).to_string();
    assert_eq!(ids(&token(&good_header(), pad(3000).as_bytes(), None)), ["too-large-for-cookie"]);
    assert_eq!(ids(&token(&good_header(), pad(9000).as_bytes(), None)), ["too-large"]);
    let twice = good_claims().to_string().replacen('{', r#"{"sub":"u2","#, 1);
    assert_eq!(ids(&token(&good_header(), twice.as_bytes(), None)), ["duplicate-name"]);
    let deep = format!("{}{}", "[".repeat(400), "]".repeat(400));
    assert_eq!(ids(&token(&good_header(), deep.as_bytes(), None)), ["nested-deep"]);
    assert_eq!(ids(&token(&good_header(), b"hello", None)), ["payload-not-claims"]);
    let inner = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA";
    let holds =
        |cty: Value, payload: &str| ids(&token(&with(good_header(), json!({ "cty": cty })), payload.as_bytes(), None));
    assert_eq!(holds(json!("JWT"), inner), [""; 0]);
    assert_eq!(holds(json!(null), inner), ["nested-unsaid"]);
    assert_eq!(holds(json!("JWT"), "hello"), ["nested-none"]);
    assert_eq!(holds(json!("jwt"), &good_claims().to_string()), ["nested-none"]);
    assert_eq!(ids(&token(&good_header(), b"\x00\xff", None)), ["payload-not-claims"]);
}

#[test]
fn what_is_large_or_deep_is_judged_in_a_moment() {
    let many = |count: usize, member: &dyn Fn(usize) -> String| (0..count).map(member).collect::<Vec<_>>().join(",");
    let deep = |inside: &str, levels: usize| "{\"a\":".repeat(levels) + inside + "}".repeat(levels).as_str();
    let payloads = [
        format!("{{\"a\":\"{}\"}}", "x".repeat(1_000_000)),
        format!("{{{}}}", many(60_000, &|at| format!("\"password{at}\":\"{at}\""))),
        format!("{{\"{}\":{{{}}}}}", "n".repeat(500_000), many(60_000, &|at| format!("\"{at}\":{{\"pin\":1}}"))),
        deep(&format!("{{{}}}", many(60_000, &|at| format!("\"{}\":1,\"{}\":2", at / 2, at / 2))), 120),
        deep("1", 127),
        deep("1", 100_000),
        format!("{{\"list\":[{}]}}", many(100_000, &|_| "\"4111 1111\"".to_owned())),
        format!("{{\"at\":\"{}\"}}", "@.".repeat(500_000)),
    ];
    let watch = lockstep_shared::clock::Stopwatch::start();
    for payload in &payloads {
        let jws = token(&json!({"alg": "HS256"}), payload.as_bytes(), None);
        assert!(ids(&jws).contains(&"too-large") || payload.len() < 6000);
    }
    // Half a second where nothing else runs; what is quadratic takes minutes.
    assert!(watch.elapsed().as_secs() < 30, "{:?}", watch.elapsed());
    let long = lint(&token(&good_header(), payloads[1].as_bytes(), None), KeyFacts::default(), NOW);
    assert!(long.iter().all(|finding| finding.what.len() < 400), "{long:?}");
}

#[test]
fn what_no_key_opens() {
    let jwe =
        |header: Value, lengths: [usize; 4]| Jwe { header: object(header), lengths, octets: 500, oddities: Vec::new() };
    let check = |header: Value, lengths: [usize; 4], expected: &[&str]| {
        let findings = lint_encrypted(&jwe(header.clone(), lengths));
        assert_eq!(findings.iter().map(|finding| finding.id).collect::<Vec<_>>(), expected, "{header} {findings:?}");
        assert!(
            findings.iter().all(|finding| !finding.what.ends_with('.') && finding.why.ends_with('.')),
            "{findings:?}"
        );
        let signature = crate::inspect::verify::encrypted(&jwe(header.clone(), lengths), true);
        let refused = findings.first().is_some_and(|finding| {
            finding.severity == Severity::High && finding.id != "p2c-huge" && finding.id != "jku"
        });
        assert_eq!(signature.valid, refused.then_some(false), "{header}: {}", signature.why);
        assert!(!signature.why.contains("5 parts"), "{}", signature.why);
    };
    let direct = [0, 12, 9, 16];
    let dir = |changes: Value| with(json!({"alg": "dir", "enc": "A128GCM"}), changes);
    check(dir(json!({})), direct, &[]);
    check(dir(json!({"alg": null})), direct, &["alg-missing"]);
    check(dir(json!({"alg": 7})), direct, &["alg-type"]);
    check(dir(json!({"alg": "none"})), direct, &["alg-none"]);
    check(dir(json!({"alg": "HS256"})), direct, &["alg-signs"]);
    check(dir(json!({"alg": "A128"})), direct, &["alg-unknown"]);
    check(dir(json!({"enc": null})), direct, &["enc-missing"]);
    check(dir(json!({"enc": ["A128GCM"]})), direct, &["enc-type"]);
    check(dir(json!({"enc": "A128CBC"})), direct, &["enc-unknown"]);
    check(dir(json!({"crit": ["exp"], "exp": 1})), direct, &["crit-unknown"]);
    check(dir(json!({"crit": ["b64"], "b64": true})), direct, &["crit-unknown"]);
    check(dir(json!({"crit": []})), direct, &["crit-malformed"]);
    check(dir(json!({"jku": "https://evil.example/k"})), direct, &["jku"]);
    check(dir(json!({"zip": "DEF"})), direct, &["zip"]);
    check(dir(json!({})), [24, 12, 9, 16], &["key-there"]);
    check(dir(json!({})), [0, 16, 9, 16], &["part-length"]);
    check(dir(json!({})), [0, 12, 9, 0], &["part-length"]);
    let cbc = json!({"alg": "A128KW", "enc": "A128CBC-HS256"});
    check(cbc.clone(), [40, 16, 32, 16], &[]);
    check(cbc.clone(), [40, 16, 33, 16], &["part-length"]);
    check(cbc.clone(), [40, 16, 0, 16], &["part-length"]);
    check(cbc, [0, 16, 32, 16], &["key-length"]);
    let rsa = |alg: &str| json!({"alg": alg, "enc": "A256GCM", "cty": "JWT"});
    check(rsa("RSA-OAEP"), [256, 12, 1, 16], &[]);
    check(rsa("RSA-OAEP"), [0, 12, 1, 16], &["key-missing"]);
    check(rsa("RSA-OAEP-256"), [128, 12, 1, 16], &["rsa-short"]);
    check(rsa("RSA1_5"), [256, 12, 1, 16], &["rsa1-5"]);
    check(json!({"alg": "RSA-OAEP", "enc": "A256GCM"}), [256, 12, 1, 16], &["encrypted-not-signed"]);
    let agreed = json!({"alg": "ECDH-ES", "enc": "A128GCM", "cty": "JWT", "epk": {"kty": "OKP", "x": "a"}});
    check(agreed.clone(), direct, &[]);
    check(with(agreed.clone(), json!({"epk": null})), direct, &["parameter"]);
    let private = lint_encrypted(&jwe(with(agreed, json!({"epk": {"kty": "OKP", "d": "a"}})), direct));
    assert_eq!(private[0].id, "jwk-private");
    check(json!({"alg": "A256GCMKW", "enc": "A256GCM", "iv": "a", "tag": "b"}), [32, 12, 1, 16], &[]);
    check(json!({"alg": "A256GCMKW", "enc": "A256GCM", "iv": "a"}), [32, 12, 1, 16], &["parameter"]);
    let password = |p2c: Value| json!({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2s": "AAAAAAAAAAAAAAAAAAAAAA", "p2c": p2c});
    check(password(json!(310_000)), [24, 12, 1, 16], &[]);
    check(password(json!(10)), [24, 12, 1, 16], &["p2c-small"]);
    check(password(json!(2_147_483_647)), [24, 12, 1, 16], &["p2c-huge"]);
    check(password(json!(-1)), [24, 12, 1, 16], &["parameter"]);
}
