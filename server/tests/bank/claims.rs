//! Every claim and header in every shape, signed with the right key: what passes, and each refusal's reason.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

use crate::actors::{Bank, Device, VICTIM};
use crate::designs::{STATELESS, changed, mistaken};
use crate::signed::{guessed, hs256, part};

/// The lab's time in all of these, which nobody moves.
const NOW: u64 = 1_767_603_600;
const LEEWAY: u64 = 10;

/// A bank whose secret is known, so that whatever it is asked is rightly signed.
async fn bank() -> Bank {
    let toml = changed(STATELESS, "audience = ", &format!("leeway = \"{LEEWAY}s\"\naudience = "));
    Bank::of(&mistaken(&toml, "weak_secret")).await
}

/// A good token, and the secret.
struct Sample {
    header: Value,
    claims: Value,
    secret: &'static str,
}

impl Sample {
    fn of(device: &Device<'_>) -> Self {
        let token = device.credential();
        let secret = guessed(&token).expect("stands in the list");
        Self { header: part(&token, 0), claims: part(&token, 1), secret }
    }

    /// The token with one member of a text replaced by whatever is written here; None takes it away.
    fn token(&self, in_header: bool, name: &str, value: Option<&str>) -> String {
        let replaced = |members: &Value, change: bool| {
            let members = members.as_object().expect("is an object").iter();
            let kept = members.filter(|(known, _)| !change || *known != name);
            let kept = kept.map(|(name, value)| format!("{}:{value}", json!(name)));
            let new = value.filter(|_| change).map(|value| format!("{}:{value}", json!(name)));
            format!("{{{}}}", kept.chain(new).collect::<Vec<_>>().join(","))
        };
        hs256(self.secret.as_bytes(), &replaced(&self.header, in_header), &replaced(&self.claims, !in_header))
    }
}

async fn check(device: &Device<'_>, what: &str, token: &str, reason: &str) {
    let answer = device.with_credential(token).me().await;
    match reason {
        "" => assert_eq!(answer.status, 200, "{what}: {}", answer.body),
        _ => {
            assert_eq!((answer.status, answer.problem().reason.as_str()), (401, reason), "{what}: {}", answer.body);
            assert!(answer.body.len() < 500, "{what}: an answer does not repeat what it was sent");
        }
    }
}

#[tokio::test]
async fn a_date_in_every_shape() {
    let bank = bank().await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    assert_eq!(bank.running.clock().now().secs(), NOW);
    let sample = Sample::of(&laptop);
    let (bad, early, over) = ("bad-claim", "not-yet-valid", "expired");
    // The value, and the reason as exp, as nbf and as iat; an empty one passes.
    let shapes: Vec<(String, [&str; 3])> = vec![
        (format!("{}", NOW + 100), ["", early, early]),
        (format!("{}", NOW - 100), [over, "", ""]),
        ("-1".to_owned(), [bad; 3]),
        ("-1.5".to_owned(), [bad; 3]),
        (format!("{}.5", NOW + 100), ["", early, early]),
        (format!("{}.5", NOW - 100), [over, "", ""]),
        ("1e3".to_owned(), [over, "", ""]),
        (format!("\"{}\"", NOW + 100), [bad; 3]),
        ("null".to_owned(), [bad; 3]),
        (format!("[{}]", NOW + 100), [bad; 3]),
        (format!("{{\"at\":{}}}", NOW + 100), [bad; 3]),
        ("1e300".to_owned(), [bad; 3]),
        (u64::MAX.to_string(), [bad; 3]),
        ("253402300799".to_owned(), ["", early, early]),
        ("253402300800".to_owned(), [bad; 3]),
        ("253402300799.5".to_owned(), [bad; 3]),
        ("18446744073709551616".to_owned(), [bad; 3]),
        ("-9223372036854775809".to_owned(), [bad; 3]),
        ("true".to_owned(), [bad; 3]),
        ("NaN".to_owned(), ["malformed-token"; 3]),
        ("1e999".to_owned(), ["malformed-token"; 3]),
        ("\"NaN\"".to_owned(), [bad; 3]),
        ("\"\"".to_owned(), [bad; 3]),
        ("0".to_owned(), [over, "", ""]),
        ("-0.0".to_owned(), [over, "", ""]),
        (format!("{}", NOW - LEEWAY), [over, "", ""]),
        (format!("{}.001", NOW - LEEWAY), ["", "", ""]),
        (format!("{}", NOW - LEEWAY + 1), ["", "", ""]),
        (format!("{}", NOW + LEEWAY), ["", "", ""]),
        (format!("{}.001", NOW + LEEWAY), ["", early, early]),
        (format!("{}", NOW + LEEWAY + 1), ["", early, early]),
    ];
    for (value, reasons) in &shapes {
        for (name, reason) in ["exp", "nbf", "iat"].into_iter().zip(reasons) {
            check(&laptop, &format!("{name} {value}"), &sample.token(false, name, Some(value)), reason).await;
        }
    }
    for (name, reason) in [("exp", "missing-claim"), ("nbf", ""), ("iat", "missing-claim")] {
        check(&laptop, &format!("no {name}"), &sample.token(false, name, None), reason).await;
    }
}

#[tokio::test]
async fn every_other_claim_in_every_shape() {
    let bank = bank().await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let sample = Sample::of(&laptop);
    for (name, value, reason) in [
        ("iss", None, "missing-claim"),
        ("iss", Some("\"http://d.localhost\""), ""),
        ("iss", Some("\"http://d.localhost/\""), "wrong-issuer"),
        ("iss", Some("\"http://D.localhost\""), "wrong-issuer"),
        ("iss", Some("\"http://other.localhost\""), "wrong-issuer"),
        ("iss", Some("\"\""), "bad-claim"),
        ("iss", Some("null"), "bad-claim"),
        ("iss", Some("[\"http://d.localhost\"]"), "bad-claim"),
        ("aud", None, "missing-claim"),
        ("aud", Some("\"bank\""), ""),
        ("aud", Some("\"Bank\""), "wrong-audience"),
        ("aud", Some("\"bank/auth\""), "wrong-audience"),
        ("aud", Some("\"reports\""), "wrong-audience"),
        ("aud", Some("\"\""), "wrong-audience"),
        ("aud", Some("[]"), "wrong-audience"),
        ("aud", Some("[\"reports\",\"bank\"]"), ""),
        ("aud", Some("[\"reports\"]"), "wrong-audience"),
        ("aud", Some("[\"bank\",1]"), "bad-claim"),
        ("aud", Some("[[\"bank\"]]"), "bad-claim"),
        ("aud", Some("null"), "bad-claim"),
        ("aud", Some("{\"bank\":true}"), "bad-claim"),
        ("sub", None, "missing-claim"),
        ("sub", Some("1"), "bad-claim"),
        ("sub", Some("\"\""), "bad-claim"),
        ("sub", Some("[\"u1\"]"), "bad-claim"),
        ("jti", None, "missing-claim"),
        ("jti", Some("7"), "bad-claim"),
        ("jti", Some("\"\""), "bad-claim"),
        ("role", None, ""),
        ("role", Some("null"), ""),
        ("role", Some("[\"admin\"]"), "bad-claim"),
        ("role", Some("true"), "bad-claim"),
        ("ver", Some("\"1\""), "bad-claim"),
        ("sid", Some("5"), "bad-claim"),
        ("cnf", Some("\"key\""), "bad-claim"),
        ("more", Some("{\"is\":[\"let\",\"be\"]}"), ""),
    ] {
        check(&laptop, &format!("{name} {value:?}"), &sample.token(false, name, value), reason).await;
    }
}

#[tokio::test]
async fn claims_that_are_no_object_or_two() {
    let bank = bank().await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let sample = Sample::of(&laptop);
    let claims = sample.claims.to_string();
    let open = claims.trim_end_matches('}');
    for text in [
        "",
        "null",
        "1",
        "\"text\"",
        "[]",
        &format!("[{claims}]"),
        &format!("{claims}{claims}"),
        &format!("{open},\"exp\":99999999999}}"),
        &format!("{open},\"\\u0065xp\":99999999999}}"),
        &format!("{open},\"role\":\"admin\",\"role\":\"user\"}}"),
        &format!("{open},\"more\":{{\"a\":1,\"a\":2}}}}"),
        &format!("{open},}}"),
        &format!("\u{feff}{claims}"),
        &"[".repeat(9000),
    ] {
        let token = hs256(sample.secret.as_bytes(), &sample.header.to_string(), text);
        check(&laptop, text, &token, "malformed-token").await;
    }
}

#[tokio::test]
async fn the_algorithm_has_one_spelling() {
    let bank = bank().await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let sample = Sample::of(&laptop);
    let spellings = [
        "none",
        "None",
        "NONE",
        "nOnE",
        "NoNe",
        "nonE",
        " none",
        "none ",
        "none\\u0000",
        "n\\u043ene",
        "HS256 ",
        " HS256",
        "hs256",
        "Hs256",
        "HS256\\n",
        "HS256\\u0000",
        "HS-256",
        "HS384",
        "HS512",
        "RS256",
        "ES256",
        "EdDSA",
        "PS256",
        "",
        "HMAC",
        "HS256,none",
    ];
    for alg in spellings {
        let value = format!("\"{alg}\"");
        let token = sample.token(true, "alg", Some(&value));
        let (unsigned, _) = token.rsplit_once('.').expect("has a signature");
        for token in [token.clone(), format!("{unsigned}.")] {
            check(&laptop, &format!("alg {value}"), &token, "wrong-algorithm").await;
        }
    }
    for value in [None, Some("null"), Some("1"), Some("true"), Some("[\"HS256\"]"), Some("{\"HS256\":1}")] {
        check(&laptop, &format!("alg {value:?}"), &sample.token(true, "alg", value), "malformed-token").await;
    }
    check(&laptop, "alg HS256", &sample.token(true, "alg", Some("\"H\\u00532\\u003556\"")), "wrong-algorithm").await;
    check(&laptop, "alg HS256", &sample.token(true, "alg", Some("\"\\u0048S256\"")), "").await;
}

#[tokio::test]
async fn every_header_in_every_shape() {
    let bank = bank().await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let sample = Sample::of(&laptop);
    let kid = sample.header["kid"].as_str().expect("is there").to_owned();
    let upper = format!("\"{}\"", kid.to_ascii_uppercase());
    let long = format!("\"{}\"", "x".repeat(3000));
    for (name, value, reason) in [
        ("typ", Some("\"AT+JWT\""), ""),
        ("typ", Some("\"application/at+jwt\""), ""),
        ("typ", None, "wrong-token-type"),
        ("typ", Some("\"\""), "wrong-token-type"),
        ("typ", Some("\"JWT\""), "wrong-token-type"),
        ("typ", Some("\"rt+jwt\""), "wrong-token-type"),
        ("typ", Some("\"at+jwt \""), "wrong-token-type"),
        ("typ", Some("\"x/at+jwt\""), "wrong-token-type"),
        ("typ", Some("\"dpop+jwt\""), "wrong-token-type"),
        ("typ", Some(&long), "wrong-token-type"),
        ("typ", Some("null"), "malformed-token"),
        ("typ", Some("[\"at+jwt\"]"), "malformed-token"),
        ("kid", None, "unknown-key"),
        ("kid", Some("\"\""), "unknown-key"),
        ("kid", Some(&upper), "unknown-key"),
        ("kid", Some("\"../../dev/null\""), "unknown-key"),
        ("kid", Some("\"' UNION SELECT 'x'--\""), "unknown-key"),
        ("kid", Some(&long), "unknown-key"),
        ("kid", Some("0"), "malformed-token"),
        ("kid", Some("null"), "malformed-token"),
        ("crit", Some("[\"b64\"]"), "unknown-extension"),
        ("crit", Some("[\"exp\"]"), "unknown-extension"),
        ("crit", Some("[]"), "unknown-extension"),
        ("crit", Some("null"), "unknown-extension"),
        ("crit", Some("\"none\""), "unknown-extension"),
        ("b64", Some("false"), "unknown-extension"),
        ("b64", Some("0"), "unknown-extension"),
        ("b64", Some("null"), "unknown-extension"),
        ("b64", Some("true"), ""),
        ("jwk", Some("{\"kty\":\"oct\",\"k\":\"AAAA\"}"), ""),
        ("jku", Some("\"http://evil.localhost/keys.json\""), ""),
        ("x5c", Some("[\"AAAA\"]"), ""),
        ("zip", Some("\"DEF\""), ""),
        ("cty", Some("\"JWT\""), ""),
    ] {
        check(&laptop, &format!("{name} {value:?}"), &sample.token(true, name, value), reason).await;
    }
    let header = sample.header.to_string();
    let open = header.trim_end_matches('}');
    for text in
        [format!("{open},\"alg\":\"HS256\"}}"), format!("{open},\"\\u0061lg\":\"none\"}}"), format!("[{header}]")]
    {
        let token = hs256(sample.secret.as_bytes(), &text, &sample.claims.to_string());
        check(&laptop, &text, &token, "malformed-token").await;
    }
}

#[tokio::test]
async fn a_token_has_one_spelling() {
    let bank = bank().await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let good = laptop.credential();
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let last = signature.chars().last().expect("is not empty");
    // A hash of 32 octets leaves two bits over in its last letter. They must be zero, so that there is one spelling.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = alphabet.find(last).expect("is base64url");
    assert_eq!(at % 4, 0);
    let stray = |by: usize| format!("{}{}", &signature[..signature.len() - 1], &alphabet[at + by..=at + by]);
    let json = json!({ "protected": header, "payload": payload, "signature": signature });
    let general = json!({ "payload": payload, "signatures": [{ "protected": header, "signature": signature }] });
    for token in [
        format!("{header}.{payload}.{signature}="),
        format!("{header}.{payload}.{}", stray(1)),
        format!("{header}.{payload}.{}", stray(2)),
        format!("{header}.{payload}.{}", stray(3)),
        format!("{header}=.{payload}.{signature}"),
        format!("{header}.{payload}.{signature}."),
        format!(".{header}.{payload}.{signature}"),
        format!("{header}.{payload}.+{}", &signature[1..]),
        format!("{header}.{payload}./{}", &signature[1..]),
        format!("{header}.{payload}. {}", &signature[1..]),
        format!("{header}.{payload}"),
        format!("{header}..{payload}.{signature}.x"),
        format!("{header}.{payload}.{signature}.x.y"),
        json.to_string(),
        general.to_string(),
        format!("{header}.{payload}.{}", "A".repeat(30_000)),
        format!("{header}.{}.{signature}", "A".repeat(30_000)),
        ".".repeat(10_000),
    ] {
        check(&laptop, &token, &token, "malformed-token").await;
    }
    // Other octets under the signature are another token, and not a malformed one.
    let spaced = BASE64.encode(format!(" {}", part(&good, 1)));
    check(&laptop, "a space more", &format!("{header}.{spaced}.{signature}"), "bad-signature").await;
    check(&laptop, "no signature", &format!("{header}.{payload}."), "bad-signature").await;
    check(&laptop, "the good one", &good, "").await;
}
