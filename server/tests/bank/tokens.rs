//! Signed tokens: what they say, and every forgery refused with its reason.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use lockstep_shared::trace::{Act, SignatureResult};
use serde_json::{Value, json};

use crate::actors::{BYSTANDER, Bank, PASSWORD, VICTIM, config};
use crate::designs::{ROTATION, STATELESS, changed, mistaken};
use crate::signed::{edited, part};

#[tokio::test]
async fn a_token_says_what_it_should() {
    for (toml, alg, life) in [(STATELESS, "HS256", 86_400), (ROTATION, "EdDSA", 300)] {
        let bank = Bank::of(toml).await;
        let token = bank.logged_in(VICTIM, "laptop").await.credential();
        let (header, claims) = (part(&token, 0), part(&token, 1));
        assert_eq!((&header["alg"], &header["typ"]), (&json!(alg), &json!("at+jwt")));
        let now = bank.running.clock().now().secs();
        for (claim, value) in [
            ("iss", json!("http://d.localhost")),
            ("aud", json!("bank")),
            ("iat", json!(now)),
            ("exp", json!(now + life)),
            ("role", json!("admin")),
        ] {
            assert_eq!(claims[claim], value, "{claim}");
        }
        let again = bank.logged_in(VICTIM, "laptop").await.credential();
        assert_ne!(part(&again, 1)["jti"], claims["jti"]);
        assert!(!claims.to_string().contains(VICTIM), "no more about the user than it takes");
    }
}

#[tokio::test]
async fn forged_tokens_are_refused_each_for_its_reason() {
    for toml in [STATELESS, ROTATION] {
        let bank = Bank::open(config(&[("d", toml), ("other", toml)], None)).await.expect("starts");
        let laptop = bank.logged_in(BYSTANDER, "laptop").await;
        let good = laptop.credential();
        let mut elsewhere = bank.device_at("other", "laptop");
        elsewhere.log_in(BYSTANDER, PASSWORD).await.is(200);
        let (none, admin) = (json!({}), json!({ "role": "admin" }));
        let with = |header: Value| edited(&good, &header, &none);
        let unsigned = |alg: &str| {
            let token = edited(&good, &json!({ "alg": alg }), &admin);
            format!("{}.", token.rsplit_once('.').expect("has a signature").0)
        };
        let (body, signature) = good.rsplit_once('.').expect("has a signature");
        let cases = [
            ("edited role", edited(&good, &none, &admin), "bad-signature"),
            ("edited subject", edited(&good, &none, &json!({ "sub": "u1" })), "bad-signature"),
            ("longer life", edited(&good, &none, &json!({ "exp": 99_999_999_999_u64 })), "bad-signature"),
            ("edited header", with(json!({ "cty": "x" })), "bad-signature"),
            ("no signature", format!("{body}."), "bad-signature"),
            ("half a signature", format!("{body}.{}", &signature[..20]), "bad-signature"),
            ("alg none", unsigned("none"), "wrong-algorithm"),
            ("alg None", unsigned("None"), "wrong-algorithm"),
            ("alg nOnE", unsigned("nOnE"), "wrong-algorithm"),
            ("alg none, signed", with(json!({ "alg": "none" })), "wrong-algorithm"),
            ("alg made up", with(json!({ "alg": "x".repeat(3000) })), "wrong-algorithm"),
            ("alg RS256", with(json!({ "alg": "RS256" })), "wrong-algorithm"),
            ("alg HS384", with(json!({ "alg": "HS384" })), "wrong-algorithm"),
            ("alg lower case", with(json!({ "alg": "hs256" })), "wrong-algorithm"),
            ("alg no text", with(json!({ "alg": 1 })), "malformed-token"),
            ("typ JWT", with(json!({ "typ": "JWT" })), "wrong-token-type"),
            ("typ of a refresh token", with(json!({ "typ": "rt+jwt" })), "wrong-token-type"),
            ("typ long", with(json!({ "typ": "x".repeat(3000) })), "wrong-token-type"),
            ("kid unknown", with(json!({ "kid": "0000000000000000" })), "unknown-key"),
            ("kid as path", with(json!({ "kid": "../../dev/null" })), "unknown-key"),
            ("kid as query", with(json!({ "kid": "' OR 1=1 --" })), "unknown-key"),
            ("key in the header", with(json!({ "jwk": { "kty": "oct", "k": "AAAA" } })), "bad-signature"),
            ("key elsewhere", with(json!({ "jku": "http://evil.localhost/jwks.json" })), "bad-signature"),
            ("critical header", with(json!({ "crit": ["b64"], "b64": false })), "unknown-extension"),
            ("another design's", elsewhere.credential(), "unknown-key"),
            ("nothing", String::new(), "malformed-token"),
            ("a word", "token".to_owned(), "malformed-token"),
            ("one part", body.replace('.', ""), "malformed-token"),
            ("dots", "..".to_owned(), "malformed-token"),
            ("no base64", "!.!.!".to_owned(), "malformed-token"),
            ("no JSON", format!("{}.{}.{}", BASE64.encode("x"), BASE64.encode("y"), signature), "malformed-token"),
            ("a deep header", format!("{}.e30.{signature}", BASE64.encode("[".repeat(20_000))), "malformed-token"),
            ("a long one", format!("{good}{}", "A".repeat(10_000)), "bad-signature"),
        ];
        for (name, token, reason) in cases {
            let answer = laptop.with_credential(&token).me().await;
            // An empty Bearer header is no header that presents a token.
            if name == "nothing" {
                answer.refused(401, "no-credential");
                continue;
            }
            let known = answer.status == 401 && answer.problem().reason == reason;
            assert!(known, "{name}: {} {}", answer.status, answer.body);
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"bank\", error=\"invalid_token\""));
            assert!(answer.body.len() < 500, "{name}: an answer does not repeat what it was sent");
            let checks = answer.acts().iter().filter(|act| matches!(act, Act::SignatureChecked { .. })).count();
            assert_eq!(checks, usize::from(["bad-signature", "unknown-key"].contains(&reason)), "{name}");
        }
        laptop.clone().me().await.is(200);
    }
}

/// The public key is no secret, so nothing signed with it as one may pass.
#[tokio::test]
async fn the_public_key_signs_nothing() {
    let bank = Bank::of(ROTATION).await;
    let mut laptop = bank.logged_in(BYSTANDER, "laptop").await;
    let jwks: Value = laptop.get("/.well-known/jwks.json").await.is(200).json();
    let x = jwks["keys"][0]["x"].as_str().expect("is there").to_owned();
    let raw = BASE64.decode(&x).expect("is base64url");
    let mut claims = part(&laptop.credential(), 1);
    claims["role"] = json!("admin");
    for secret in [raw.as_slice(), x.as_bytes(), jwks.to_string().as_bytes()] {
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some("at+jwt".to_owned());
        header.kid = jwks["keys"][0]["kid"].as_str().map(str::to_owned);
        let forged = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret)).expect("signs");
        laptop.with_credential(&forged).me().await.refused(401, "wrong-algorithm");
    }
}

#[tokio::test]
async fn published_keys_verify_and_do_not_sign() {
    let bank = Bank::of(ROTATION).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let published = laptop.get("/.well-known/jwks.json").await.is(200);
    let keys: Value = published.json();
    let [key] = &keys["keys"].as_array().expect("is a list")[..] else { panic!("{keys}") };
    assert_eq!((&key["kty"], &key["crv"], &key["use"]), (&json!("OKP"), &json!("Ed25519"), &json!("sig")));
    assert!(key.get("d").is_none() && key.get("k").is_none(), "no private part: {key}");
    assert_eq!(key["kid"], part(&laptop.credential(), 0)["kid"]);
    let verify = DecodingKey::from_ed_components(key["x"].as_str().expect("is there")).expect("is a key");
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.validate_exp = false;
    validation.set_audience(&["bank"]);
    jsonwebtoken::decode::<Value>(laptop.credential(), &verify, &validation).expect("anybody can verify");
    assert!(bank.running.rotate_key("d"));
    let after: Value = laptop.get("/.well-known/jwks.json").await.is(200).json();
    assert_ne!(after["keys"][0]["kid"], key["kid"]);
    assert_eq!(after["keys"].as_array().map(Vec::len), Some(1), "without overlap");
    let bank = Bank::of(STATELESS).await;
    bank.device("anybody").get("/.well-known/jwks.json").await.refused(404, "not-in-this-design");
}

#[tokio::test]
async fn a_token_ends_on_its_instant_and_leeway_moves_it() {
    for (toml, ends) in
        [(STATELESS.to_owned(), 86_400), (changed(STATELESS, "audience", "leeway = \"60s\"\naudience"), 86_460)]
    {
        let bank = Bank::of(&toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        bank.advance_ms(ends * 1000 - 1);
        laptop.me().await.is(200);
        bank.advance_ms(1);
        let refused = laptop.me().await.refused(401, "expired");
        let acts = refused.acts();
        assert!(acts.iter().any(|act| matches!(act, Act::ExpiryChecked { expired: true, .. })), "{acts:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_only_decoded_can_say_anything() {
    let bank = Bank::of(&mistaken(STATELESS, "decode_only")).await;
    let laptop = bank.logged_in(BYSTANDER, "laptop").await;
    let admin = json!({ "role": "admin" });
    let forged = edited(&laptop.credential(), &json!({}), &admin);
    let unsigned = edited(&laptop.credential(), &json!({ "alg": "none" }), &admin);
    for token in [forged, unsigned] {
        let page = laptop.with_credential(&token).admin_page().await.is(200);
        let unchecked = |act: &Act| matches!(act, Act::SignatureChecked { result: SignatureResult::NotChecked, .. });
        assert!(page.acts().iter().any(unchecked), "{:?}", page.acts());
    }
    laptop.with_credential("not.a.token").me().await.refused(401, "malformed-token");
    bank.advance(86_400);
    laptop.clone().me().await.refused(401, "expired");
}
