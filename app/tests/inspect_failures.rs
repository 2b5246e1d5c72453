//! The failures that became public in other readers of tokens, each by its name: none of them happens here.

mod support;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};
use support::{Lab, lockstep};

/// Half an hour before the tokens end.
const AT: &str = "1767603600";
const CLAIMS: &str =
    r#"{"iss":"https://bank.example","sub":"eve","aud":"bank","iat":1767603600,"exp":1767605400,"jti":"a"}"#;
const SECRET: &[u8] = b"thirty-two octets that nobody has";

/// What came of one token.
struct Verdict {
    code: i32,
    json: Json,
}

impl Verdict {
    fn of(token: &str, key: &[&str]) -> Self {
        let ran = lockstep(&[&["inspect", token, "--at", AT, "--format", "json"], key].concat());
        let json = serde_json::from_str(&ran.out).unwrap_or_else(|bad| panic!("no JSON ({bad}): {ran:?}"));
        Self { code: ran.code, json }
    }

    /// A token that is not accepted: the signature does not hold, and the exit code says so.
    #[track_caller]
    fn refused(&self, why: &str) {
        let said = self.json["signature"]["why"].as_str().unwrap_or_default();
        assert_eq!((self.code, &self.json["signature"]["valid"]), (1, &json!(false)), "{}", self.json);
        assert!(said.contains(why), "{why:?} is not in {said:?}");
    }

    /// What is refused although the signature holds.
    #[track_caller]
    fn refused_for(&self, claim: &str) {
        assert_eq!((self.code, &self.json["signature"]["valid"]), (1, &json!(true)), "{}", self.json);
        let refused = self.json["refused"].as_array().expect("is a list");
        assert!(refused.iter().any(|one| one["claim"] == claim), "{}", self.json);
    }

    #[track_caller]
    fn finds(&self, id: &str) {
        let findings = self.json["findings"].as_array().expect("is a list");
        assert!(findings.iter().any(|one| one["id"] == id), "{id}: {}", self.json);
    }
}

fn text(octets: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(octets)
}

/// A token of which the signature is made by `sign`.
fn signed(header: &str, payload: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let input = format!("{}.{}", text(header), text(payload));
    let signature = sign(input.as_bytes());
    format!("{input}.{}", text(signature))
}

fn hs256(header: &str, payload: &str, secret: &[u8]) -> String {
    signed(header, payload, |input| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), input).as_ref().to_vec())
}

/// The pair of a server, whose public half everybody has: as a file, and as the texts that an attacker may sign with.
struct Server {
    lab: Lab,
    pair: RsaKeyPair,
    /// The same key as people and programs write it.
    spellings: Vec<Vec<u8>>,
}

impl Server {
    fn new() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("can be made");
        let key = pair.public_key();
        let (n, e) = (key.modulus(), key.exponent());
        let [n, e] = [n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero()].map(text);
        let jwk = json!({"kty": "RSA", "n": n, "e": e}).to_string();
        let der = aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::PublicKeyX509Der<'_>>::as_der(key)
            .expect("can be written");
        let body = BASE64_STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| str::from_utf8(line).expect("is ASCII")).collect();
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", lines.join("\n"));
        let lab = Lab::new();
        lab.write("key.pem", format!("{pem}\n"));
        lab.write("key.jwk", &jwk);
        lab.write("key.der", der.as_ref());
        let spellings = vec![pem.clone().into(), format!("{pem}\n").into(), jwk.into(), der.as_ref().to_vec()];
        Self { lab, pair, spellings }
    }

    fn file(&self, name: &str) -> String {
        self.lab.path().join(name).to_string_lossy().into_owned()
    }

    fn sign(&self, input: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input, &mut signature).expect("signs");
        signature
    }
}

#[test]
fn cve_2015_9235_a_token_that_says_it_is_unsigned() {
    let server = Server::new();
    let key = server.file("key.pem");
    for alg in ["none", "None", "NONE", "nOnE"] {
        for signature in ["", "c2ln"] {
            let token = format!("{}.{}.{signature}", text(format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#)), text(CLAIMS));
            for keys in [&[][..], &["--secret", ""], &["--secret", "secret"], &["--key", &key]] {
                let verdict = Verdict::of(&token, keys);
                verdict.refused("nothing is signed");
                verdict.finds("alg-none");
            }
        }
    }
}

#[test]
fn cve_2016_10555_a_public_key_taken_for_a_secret() {
    let server = Server::new();
    let right = signed(r#"{"alg":"RS256"}"#, CLAIMS, |input| server.sign(input));
    for name in ["key.pem", "key.jwk", "key.der"] {
        let verdict = Verdict::of(&right, &["--key", &server.file(name)]);
        assert_eq!((verdict.code, &verdict.json["signature"]["valid"]), (0, &json!(true)), "{name}: {}", verdict.json);
        for secret in &server.spellings {
            Verdict::of(&hs256(r#"{"alg":"HS256"}"#, CLAIMS, secret), &["--key", &server.file(name)]).refused("RSA");
        }
    }
}

#[test]
fn cve_2018_0114_a_token_that_brings_its_own_key() {
    let (server, attacker) = (Server::new(), Server::new());
    let jwk = str::from_utf8(&attacker.spellings[2]).expect("is JSON").to_owned();
    let header = format!(r#"{{"alg":"RS256","jwk":{jwk}}}"#);
    let token = signed(&header, CLAIMS, |input| attacker.sign(input));
    let with_key = Verdict::of(&token, &["--key", &server.file("key.pem")]);
    with_key.refused("does not match");
    with_key.finds("jwk-inside");
    let without = Verdict::of(&token, &[]);
    assert_eq!(without.json["signature"]["valid"], Json::Null, "what it brings along proves nothing: {}", without.json);
}

#[test]
fn cve_2022_21449_a_signature_of_zeros() {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("can be made");
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let lab = Lab::new();
    lab.write("key.jwk", json!({"kty": "EC", "crv": "P-256", "x": text(x), "y": text(y)}).to_string());
    let key = lab.path().join("key.jwk").to_string_lossy().into_owned();
    // The order of P-256, which is zero to whoever counts modulo it.
    let order = [
        &[0xff; 4][..],
        &[0; 4],
        &[0xff; 8],
        &[0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51],
    ]
    .concat();
    let (zero, one) = (vec![0; 32], [&[0; 31][..], &[1]].concat());
    for (r, s) in [(&zero, &zero), (&zero, &one), (&one, &zero), (&order, &order), (&order, &one), (&one, &order)] {
        let token = signed(r#"{"alg":"ES256"}"#, CLAIMS, |_| [&r[..], s].concat());
        let why = if [r, s].contains(&&zero) { "zero" } else { "" };
        Verdict::of(&token, &["--key", &key]).refused(why);
    }
    let zeros = signed(r#"{"alg":"ES256"}"#, CLAIMS, |_| vec![0; 64]);
    Verdict::of(&zeros, &["--key", &key]).finds("signature-zero");
    for short in [0, 1, 63, 65] {
        Verdict::of(&signed(r#"{"alg":"ES256"}"#, CLAIMS, |_| vec![0; short]), &["--key", &key]).refused("");
    }
}

#[test]
fn cve_2026_25537_a_claim_of_a_type_that_is_skipped() {
    let secret = text(SECRET);
    for (name, value) in [
        ("exp", r#""1""#),
        ("exp", "null"),
        ("exp", "[1]"),
        ("exp", "true"),
        ("exp", "{}"),
        ("nbf", r#""99999999999""#),
        ("iat", r#""x""#),
    ] {
        let payload = format!(r#"{{"sub":"eve","{name}":{value}}}"#);
        let verdict = Verdict::of(&hs256(r#"{"alg":"HS256"}"#, &payload, SECRET), &["--secret-base64url", &secret]);
        verdict.refused_for(name);
        verdict.finds("claim-type");
    }
    let payload = r#"{"sub":"eve","exp":1767605400,"aud":{"bank":1}}"#;
    let asked = ["--secret-base64url", &secret, "--aud", "bank"];
    Verdict::of(&hs256(r#"{"alg":"HS256"}"#, payload, SECRET), &asked).refused_for("aud");
}

#[test]
fn an_extension_that_has_to_be_understood_and_is_not() {
    let secret = text(SECRET);
    for header in [r#"{"alg":"HS256","crit":["x"],"x":1}"#, r#"{"alg":"HS256","crit":["exp"],"exp":1}"#] {
        let verdict = Verdict::of(&hs256(header, CLAIMS, SECRET), &["--secret-base64url", &secret]);
        verdict.refused("not understood");
        verdict.finds("crit-unknown");
    }
    for header in
        [r#"{"alg":"HS256","crit":[]}"#, r#"{"alg":"HS256","crit":["x"]}"#, r#"{"alg":"HS256","crit":"x","x":1}"#]
    {
        let verdict = Verdict::of(&hs256(header, CLAIMS, SECRET), &["--secret-base64url", &secret]);
        verdict.refused("`crit`");
        verdict.finds("crit-malformed");
    }
}

#[test]
fn a_blank_secret() {
    let token = hs256(r#"{"alg":"HS256"}"#, CLAIMS, b"");
    for key in [["--secret", ""], ["--secret-base64url", ""], ["--secret", " "]] {
        Verdict::of(&token, &key).refused("blank");
    }
    Verdict::of(&token, &[]).finds("weak-secret");
}

#[test]
fn a_payload_that_is_not_encoded() {
    let secret = text(SECRET);
    for header in [r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#, r#"{"alg":"HS256","b64":false}"#] {
        // As one reader sees it, and as the other does.
        let encoded = hs256(header, CLAIMS, SECRET);
        let input = format!("{}.$plain", text(header));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), input.as_bytes());
        for token in [encoded, format!("{input}.{}", text(tag))] {
            let verdict = Verdict::of(&token, &["--secret-base64url", &secret]);
            verdict.refused("`b64` is false");
            verdict.finds("b64-false");
        }
    }
}

#[test]
fn json_serialisation() {
    let token = hs256(r#"{"alg":"HS256"}"#, CLAIMS, SECRET);
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("has three parts") };
    let flat = json!({"protected": header, "payload": payload, "signature": signature});
    let general = json!({"payload": payload, "signatures": [{"protected": header, "signature": signature}]});
    for text in [flat, general] {
        let verdict = Verdict::of(&text.to_string(), &["--secret-base64url", &self::text(SECRET)]);
        assert_ne!(verdict.code, 0, "{}", verdict.json);
        assert_ne!(verdict.json["signature"]["valid"], true, "{}", verdict.json);
        assert_eq!(verdict.json["kind"], "jws-json", "{}", verdict.json);
    }
}
