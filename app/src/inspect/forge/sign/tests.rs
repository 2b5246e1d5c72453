//! Keys in every form sign what the inspector's own checks accept.

use lockstep_shared::clock::LabTime;
use serde_json::json;

use super::*;
use crate::inspect::decode::decode;
use crate::inspect::keys::Keys;
use crate::inspect::verify::{Expect, verify};

/// RFC 8037 appendix A.1, RFC 7515 appendices A.1.1, A.2.1, A.3.1 and A.4.1.
fn vectors() -> Vec<Value> {
    vec![
        json!({ "kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow" }),
        json!({ "kty": "OKP", "crv": "Ed25519", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }),
        json!({ "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI" }),
        json!({ "kty": "EC", "crv": "P-521", "x": "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk", "y": "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2", "d": "AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C" }),
        json!({ "kty": "RSA",
            "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
            "e": "AQAB",
            "d": "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
            "p": "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
            "q": "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
            "dp": "BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
            "dq": "h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
            "qi": "IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U" }),
    ]
}

fn header(alg: &str) -> Object {
    json!({ "alg": alg, "kid": "k" }).as_object().expect("is an object").clone()
}

#[test]
fn a_jwk_signs_with_each_of_its_algorithms_what_is_accepted() {
    let mut algs = Vec::new();
    for jwk in vectors() {
        let key = SigningKey::read(jwk.to_string().as_bytes()).unwrap_or_else(|why| panic!("{}: {why}", jwk["kty"]));
        let keys = Keys::jwk(&jwk).expect("is a key");
        for alg in key.algs() {
            let token = key.sign(&header("none"), b"{}", Some(alg)).expect("fits");
            let verdict = verify(&decode(&token).expect("is a token"), &keys, &Expect::at(LabTime::START));
            assert_eq!(verdict.signature.valid, Some(true), "{alg}: {}", verdict.signature.why);
            algs.push(alg);
        }
    }
    for alg in ["HS256", "HS512", "RS256", "PS256", "PS512", "ES256", "ES512", "EdDSA"] {
        assert!(algs.contains(&alg), "{alg}");
    }
}

#[test]
fn the_header_keeps_its_algorithm_where_the_key_can_sign_it() {
    let key = SigningKey::Secret(b"secret".to_vec());
    let alg = |said: &str, wanted: Option<&str>| {
        let token = key.sign(&header(said), b"{}", wanted)?;
        Ok::<_, NoSigning>(decode(&token).expect("is a token").says("alg").map(str::to_owned))
    };
    assert_eq!(alg("HS512", None), Ok(Some("HS512".to_owned())));
    assert_eq!(alg("ES256", None), Ok(Some("HS256".to_owned())));
    assert_eq!(alg("HS512", Some("HS384")), Ok(Some("HS384".to_owned())));
    let unfit = alg("HS512", Some("ES256")).expect_err("does not fit").to_string();
    assert!(unfit.contains("a secret") && unfit.contains("ES256") && unfit.contains("HS256, HS384"), "{unfit}");
}

#[test]
fn private_keys_are_read_as_pem_and_der() {
    let generated = Ed25519KeyPair::generate().expect("can be made");
    let pkcs8 = generated.to_pkcs8().expect("can be written");
    let pem = |label: &str, der: &[u8]| {
        format!("-----BEGIN {label}-----\r\n{}\r\n-----END {label}-----\r\n", BASE64_STANDARD.encode(der))
    };
    for file in [pkcs8.as_ref().to_vec(), pem("PRIVATE KEY", pkcs8.as_ref()).into_bytes()] {
        assert_eq!(SigningKey::read(&file).map(|key| key.kind()).ok(), Some("Ed25519"));
    }
    for (_, alg, curve) in CURVES {
        let pair = EcdsaKeyPair::generate(curve).expect("can be made");
        let pkcs8 = pair.to_pkcs8v1().expect("can be written");
        assert_eq!(SigningKey::read(pkcs8.as_ref()).map(|key| key.algs()).ok(), Some(vec![alg]));
    }
    let both = pem("PUBLIC KEY", b"x") + pem("PRIVATE KEY", pkcs8.as_ref()).as_str();
    assert!(SigningKey::read(both.as_bytes()).is_ok(), "the private one of several is taken");
}

#[test]
fn what_signs_nothing_says_why() {
    let why = |file: &str| SigningKey::read(file.as_bytes()).err().expect("signs nothing");
    assert_eq!(why(""), NoSigning::NoKey);
    assert_eq!(why("secret"), NoSigning::NoKey);
    assert_eq!(why("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), NoSigning::Public);
    assert_eq!(
        why("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"),
        NoSigning::Encrypted
    );
    assert_eq!(why("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"), NoSigning::Unreadable);
    assert_eq!(why("-----BEGIN PRIVATE KEY-----\n!"), NoSigning::Unreadable);
    assert_eq!(why("-----BEGIN"), NoSigning::NoKey);
    assert_eq!(why("0\u{1}"), NoSigning::Unreadable);
    for (jwk, why_not) in [
        ("{", "no JSON"),
        ("{}", "kty"),
        (r#"{"kty":"RSA","d":"AQ"}"#, "needs n"),
        (r#"{"kty":"EC","crv":"P-1","d":"AQ"}"#, "crv"),
        (r#"{"kty":"oct"}"#, "k is"),
        (r#"{"kty":"EC","crv":"P-256","d":"AQ","x":"AQ","y":"AQ"}"#, "belong"),
    ] {
        assert!(why(jwk).to_string().contains(why_not), "{jwk}: {}", why(jwk));
    }
    for mut jwk in vectors().into_iter().skip(1) {
        jwk.as_object_mut().expect("is an object").remove("d");
        assert_eq!(why(&jwk.to_string()), NoSigning::Public);
    }
}
