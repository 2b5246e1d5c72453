//! Mistakes in reading tokens: each lets its own forgery in, alone, and nothing passes where nobody makes it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64};
use lockstep_shared::trace::Act;
use serde_json::{Value, json};

use crate::actors::{BYSTANDER, Bank, Device};
use crate::designs::{BOUND, ROTATION, SESSION, STATELESS, changed, mistaken};
use crate::signed::{Own, edited, guessed, hs256, part, with};

const FORGERIES: [&str; 9] = [
    "accept_alg_none",
    "trust_header_alg",
    "trust_header_jwk",
    "trust_header_jku",
    "trust_kid_path",
    "any_token_type",
    "no_audience",
    "weak_secret",
    "decode_only",
];

/// A place of the attacker's that serves its keys, and counts who asks.
struct Elsewhere {
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Elsewhere {
    fn serving(keys: &Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = format!("http://evil.localhost:{}/keys.json", listener.local_addr().expect("is bound").port());
        let asked = Arc::new(AtomicUsize::new(0));
        let (counter, body) = (asked.clone(), keys.to_string());
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                counter.fetch_add(1, Ordering::Relaxed);
                // What is asked for makes no difference here.
                let _ = stream.read(&mut [0; 4096]);
                let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { address, asked }
    }
}

/// The forgery that a mistake is named after: the device's own token made into an admin's, or into another one.
async fn forged(mistake: &str, device: &mut Device<'_>, own: &Own, elsewhere: &Elsewhere) -> Option<String> {
    let token = device.credential();
    let (header, claims) = (part(&token, 0), with(&part(&token, 1), &json!({ "role": "admin" })));
    let signed = |changes: Value| {
        let header = with(&with(&header, &json!({ "alg": own.alg() })), &changes);
        Some(own.sign(&header.to_string(), &claims.to_string()))
    };
    match mistake {
        "accept_alg_none" => {
            let unsigned = edited(&token, &json!({ "alg": "nOnE" }), &json!({ "role": "admin" }));
            Some(format!("{}.", unsigned.rsplit_once('.').expect("has a signature").0))
        }
        "decode_only" => Some(edited(&token, &json!({}), &json!({ "role": "admin" }))),
        "trust_header_jwk" => signed(json!({ "jwk": own.jwk() })),
        "trust_header_jku" => signed(json!({ "jku": elsewhere.address })),
        "trust_kid_path" => {
            let header = with(&header, &json!({ "alg": "HS256", "kid": "../../../../../../../../dev/null" }));
            Some(hs256(b"", &header.to_string(), &claims.to_string()))
        }
        "trust_header_alg" => {
            let keys: Value = device.get("/.well-known/jwks.json").await.is(200).json();
            let header = with(&header, &json!({ "alg": "HS256" }));
            Some(hs256(pem(&keys["keys"][0]).as_bytes(), &header.to_string(), &claims.to_string()))
        }
        "weak_secret" => {
            guessed(&token).map(|secret| hs256(secret.as_bytes(), &header.to_string(), &claims.to_string()))
        }
        "no_audience" => {
            let reply: Value = device.post("/auth/token-for", &json!({ "audience": "reports" })).await.is(200).json();
            reply["access_token"].as_str().map(str::to_owned)
        }
        "any_token_type" => device.refresh.clone(),
        _ => None,
    }
}

/// The file of a public key, as other programs write it.
fn pem(jwk: &Value) -> String {
    let octets = |name: &str| BASE64.decode(jwk[name].as_str().expect("is text")).expect("is base64url");
    let der = match jwk["kty"].as_str() {
        // The prefixes of RFC 8410 section 4 and RFC 5480 section 2, up to the key's own octets.
        Some("OKP") => [b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00".as_slice(), &octets("x")].concat(),
        _ => {
            let prefix = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04";
            [prefix.as_slice(), &octets("x"), &octets("y")].concat()
        }
    };
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("is ASCII")).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

/// Both tokens are signed and at hand.
fn design(alg: &str) -> String {
    changed(STATELESS, "access = \"local-storage\"", "access = \"local-storage\"\nrefresh = \"local-storage\"")
        .replace("HS256", alg)
        + "[refresh]\nttl = \"14d\"\nmode = \"signed\"\n"
}

#[tokio::test]
async fn each_mistake_lets_its_own_forgery_in_and_no_other() {
    for alg in ["HS256", "ES256", "EdDSA"] {
        for made in FORGERIES.into_iter().chain([""]) {
            let impossible = match made {
                "trust_header_alg" => alg == "HS256",
                "weak_secret" => alg != "HS256",
                _ => false,
            };
            if impossible {
                continue;
            }
            let toml = if made.is_empty() { design(alg) } else { mistaken(&design(alg), made) };
            let bank = Bank::of(&toml).await;
            let mut laptop = bank.logged_in(BYSTANDER, "laptop").await;
            let own = Own::ec();
            let elsewhere = Elsewhere::serving(&json!({ "keys": [own.jwk()] }));
            for tried in FORGERIES {
                if tried == "trust_header_alg" && alg == "HS256" {
                    continue;
                }
                let Some(token) = forged(tried, &mut laptop, &own, &elsewhere).await else { continue };
                let answer = laptop.with_credential(&token).me().await;
                // Who looks at no signature at all is taken in by every one of them.
                let expected = if made == tried || made == "decode_only" { 200 } else { 401 };
                assert_eq!(answer.status, expected, "{alg}: {tried} where the design makes {made:?}: {}", answer.body);
            }
            let asked = elsewhere.asked.load(Ordering::Relaxed);
            assert_eq!(asked, usize::from(made == "trust_header_jku"), "{alg}, {made:?}: connections to elsewhere");
            laptop.me().await.is(200);
            laptop.with_credential("a.b.c").me().await.refused(401, "malformed-token");
        }
    }
}

/// A design that makes them all falls to each, in whichever order it looks at them.
#[tokio::test]
async fn every_mistake_at_once_lets_every_forgery_in() {
    let all: String = FORGERIES[..7].iter().map(|mistake| format!("{mistake} = true\n")).collect();
    let bank = Bank::of(&format!("{}[mistakes]\n{all}", design("ES256"))).await;
    let mut laptop = bank.logged_in(BYSTANDER, "laptop").await;
    let own = Own::ed();
    let elsewhere = Elsewhere::serving(&json!({ "keys": [own.jwk()] }));
    for tried in &FORGERIES[..7] {
        let token = forged(tried, &mut laptop, &own, &elsewhere).await.expect("can be tried");
        let answer = laptop.with_credential(&token).me().await;
        assert_eq!(answer.status, 200, "{tried}: {}", answer.body);
        let taken = answer.acts().iter().any(|act| matches!(act, Act::KeyTaken { .. }));
        assert_eq!(taken, tried.starts_with("trust_"), "{tried}: {:?}", answer.acts());
    }
    // What no mistake was made about is refused all the same.
    let edited = edited(&laptop.credential(), &json!({}), &json!({ "role": "admin" }));
    laptop.with_credential(&edited).me().await.refused(401, "bad-signature");
}

#[tokio::test]
async fn a_place_of_keys_that_does_not_answer_well_is_no_key() {
    let bank = Bank::of(&mistaken(&design("ES256"), "trust_header_jku")).await;
    let mut laptop = bank.logged_in(BYSTANDER, "laptop").await;
    let own = Own::ec();
    for keys in [json!({}), json!({ "keys": [] }), json!([own.jwk()]), json!({ "keys": [own.jwk(), own.jwk()] })] {
        let elsewhere = Elsewhere::serving(&keys);
        let token = forged("trust_header_jku", &mut laptop, &own, &elsewhere).await.expect("can be tried");
        laptop.with_credential(&token).me().await.refused(401, "bad-signature");
    }
    let silent = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = silent.local_addr().expect("is bound").port();
    for address in [format!("http://localhost:{port}/"), "http://example.com/keys.json".to_owned(), "x".to_owned()] {
        let nowhere = Elsewhere { address, asked: Arc::default() };
        let token = forged("trust_header_jku", &mut laptop, &own, &nowhere).await.expect("can be tried");
        laptop.with_credential(&token).me().await.refused(401, "bad-signature");
    }
}

#[tokio::test]
async fn a_token_for_another_service_is_refused_at_the_bank() {
    for toml in [STATELESS, ROTATION, BOUND] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(BYSTANDER, "laptop").await;
        let reply: Value = laptop.post("/auth/token-for", &json!({ "audience": "reports" })).await.is(200).json();
        let token = reply["access_token"].as_str().expect("is there");
        let (mine, theirs) = (part(&laptop.with_credential(token).credential(), 1), part(token, 1));
        assert_eq!(
            (&theirs["aud"], &theirs["sub"], &theirs["role"]),
            (&json!("reports"), &mine["sub"], &json!("user"))
        );
        assert_eq!(part(token, 0)["typ"], "at+jwt");
        laptop.with_credential(token).me().await.refused(401, "wrong-audience");
        for bad in ["", "bank", "bank/auth", "Reports", "a b", &"a".repeat(41)] {
            let answer = laptop.post("/auth/token-for", &json!({ "audience": bad })).await;
            answer.refused(422, "bad-audience");
        }
        bank.device("nobody").post("/auth/token-for", &json!({ "audience": "reports" })).await.is(401);
    }
    let bank = Bank::of(SESSION).await;
    let mut laptop = bank.logged_in(BYSTANDER, "laptop").await;
    laptop.post("/auth/token-for", &json!({ "audience": "reports" })).await.refused(404, "not-in-this-design");
}

/// Each algorithm signs what an independent library can verify with the published key, before and after a rotation, and
/// with overlap nobody notices it.
#[tokio::test]
async fn a_key_can_be_replaced_under_a_running_bank() {
    for alg in ["ES256", "EdDSA", "RS256"] {
        let bank = Bank::of(&STATELESS.replace("HS256", alg)).await;
        let mut laptop = bank.logged_in(BYSTANDER, "laptop").await;
        assert!(bank.running.rotate_key_with_overlap("d"));
        laptop.me().await.is(200);
        let mut phone = bank.logged_in(BYSTANDER, "phone").await;
        phone.me().await.is(200);
        let published: jsonwebtoken::jwk::JwkSet = phone.get("/.well-known/jwks.json").await.is(200).json();
        assert_eq!(published.keys.len(), 2);
        for device in [&laptop, &phone] {
            let token = device.credential();
            let kid = part(&token, 0)["kid"].as_str().expect("is there").to_owned();
            let key =
                jsonwebtoken::DecodingKey::from_jwk(published.find(&kid).expect("is published")).expect("is a key");
            let mut rules = jsonwebtoken::Validation::new(alg.parse().expect("is known"));
            rules.validate_exp = false;
            rules.set_audience(&["bank"]);
            jsonwebtoken::decode::<Value>(&token, &key, &rules).expect("anybody can verify");
        }
        bank.advance(86_400);
        laptop.me().await.refused(401, "unknown-key");
        let left: Value = laptop.get("/.well-known/jwks.json").await.is(200).json();
        assert_eq!(left["keys"].as_array().map(Vec::len), Some(1));
        bank.running.rotate_key("d");
        let mut phone = bank.logged_in(BYSTANDER, "phone").await;
        bank.running.rotate_key("d");
        phone.me().await.refused(401, "unknown-key");
    }
    let bank = Bank::of(SESSION).await;
    assert!(!bank.running.rotate_key_with_overlap("d") && !bank.running.rotate_key_with_overlap("nobody"));
}
