//! Every algorithm with every kind of key, and keys out of sets.

use serde_json::json;

use super::made::ALGS;
use super::*;

const CLAIMS: &str = r#"{"sub":"ada"}"#;

#[test]
fn every_algorithm_takes_its_own_kind_of_key_and_no_other() {
    let (pairs, others) = (Pair::all(), Pair::all());
    for (pair, other) in pairs.iter().zip(&others) {
        let keys = jwk(&pair.jwk());
        for alg in pair.algs() {
            let token = pair.token(alg, CLAIMS);
            assert_eq!(signature(&token, &keys), (Some(true), "the signature matches".to_owned()), "{alg}");
            let foreign = if matches!(pair, Pair::Secret(_)) { Keys::secret("another") } else { jwk(&other.jwk()) };
            assert_eq!(why_not(&token, &foreign), "signature does not match", "{alg}");
            assert_eq!(signature(&token, &Keys::none()), (None, "no key given: not checked".to_owned()));
        }
        for alg in ALGS.iter().filter(|alg| !pair.algs().contains(alg)) {
            // What it signed by its own algorithm, under the name of another.
            let token = pair.signed(pair.algs()[0], &format!(r#"{{"alg":"{alg}"}}"#), CLAIMS);
            assert_eq!(why_not(&token, &keys), format!("the key is {}, the alg is {alg}", pair.kind()));
        }
    }
}

/// A key of the right kind is not enough: hash, padding and curve are the algorithm's too.
#[test]
fn a_signature_by_one_algorithm_is_none_by_another() {
    for pair in Pair::all() {
        let keys = jwk(&pair.jwk());
        for (signed, named) in pair.algs().iter().flat_map(|one| pair.algs().iter().map(move |other| (*one, *other))) {
            let token = pair.signed(signed, &format!(r#"{{"alg":"{named}"}}"#), CLAIMS);
            let same = signed == named || matches!(pair, Pair::Ed25519(_));
            assert_eq!(signature(&token, &keys).0, Some(same), "{signed} as {named}");
        }
    }
}

#[test]
fn a_signature_of_the_wrong_shape_says_so() {
    for pair in Pair::all() {
        let (alg, keys) = (pair.algs()[0], jwk(&pair.jwk()));
        let token = pair.token(alg, CLAIMS);
        let (input, _) = token.rsplit_once('.').expect("has parts");
        for keys in [&keys, &Keys::none()] {
            assert_eq!(why_not(&format!("{input}."), keys), "there is no signature");
        }
        let jws = decode(&token).expect("is a token");
        let size = jws.signature.len();
        let cut = crate::inspect::decode::compact(input, &jws.signature[1..]);
        let expected = format!("the signature has {} octets, and {alg} makes {size} of them", size - 1);
        assert_eq!(why_not(&cut, &keys), expected);
        let long = crate::inspect::decode::compact(input, &[&jws.signature[..], &[0]].concat());
        assert!(why_not(&long, &keys).starts_with(&format!("the signature has {} octets", size + 1)));
        let zeros = crate::inspect::decode::compact(input, &vec![0; size]);
        let zero = why_not(&zeros, &keys);
        let expected = if alg.starts_with("ES") {
            "r is zero, which no signature has: it is forged"
        } else {
            "signature does not match"
        };
        assert_eq!(zero, expected);
        if alg.starts_with("ES") {
            let mut half = vec![0; size];
            half[size / 2 - 1] = 1;
            assert!(why_not(&crate::inspect::decode::compact(input, &half), &keys).starts_with("s is zero"));
            let der = crate::inspect::decode::compact(input, &[0x30, 0x44, 2, 0x20]);
            assert!(why_not(&der, &keys).contains("it looks like DER"));
        }
    }
}

#[test]
fn what_a_key_says_of_its_use_binds() {
    let pairs = Pair::all();
    let with = |pair: &Pair, name: &str, value: Value| {
        let mut json = pair.jwk();
        json[name] = value;
        jwk(&json)
    };
    for pair in &pairs {
        let alg = pair.algs()[0];
        let token = pair.token(alg, CLAIMS);
        for (name, value) in [("alg", json!(alg)), ("use", json!("sig")), ("key_ops", json!(["sign", "verify"]))] {
            assert_eq!(signature(&token, &with(pair, name, value)).0, Some(true), "{name}");
        }
        assert_eq!(why_not(&token, &with(pair, "alg", json!("XX"))), format!("the key is for XX, the alg is {alg}"));
        assert!(why_not(&token, &with(pair, "use", json!("enc"))).contains("`use` \"enc\""));
        assert!(why_not(&token, &with(pair, "key_ops", json!(["encrypt"]))).contains("`key_ops` has no \"verify\""));
        let signs_only = signature(&token, &with(pair, "key_ops", json!(["sign"]))).0;
        assert_eq!(signs_only, Some(!matches!(pair, Pair::Secret(_))), "a private key's other half checks");
    }
    let rsa = &pairs[1];
    assert_eq!(
        why_not(&rsa.token("RS256", CLAIMS), &with(rsa, "alg", json!("PS256"))),
        "the key is for PS256, the alg is RS256"
    );
    for (own, named) in [("EdDSA", "Ed25519"), ("Ed25519", "EdDSA"), ("EdDSA", "EdDSA")] {
        let keys = with(&pairs[5], "alg", json!(own));
        assert_eq!(signature(&pairs[5].token(named, CLAIMS), &keys).0, Some(true), "two names of one algorithm");
    }
}

#[test]
fn a_set_is_picked_from_by_name_and_else_by_kind() {
    let (pairs, others) = (Pair::all(), Pair::all());
    let named = |pair: &Pair, kid: &str| {
        let mut json = pair.jwk();
        json["kid"] = kid.into();
        json
    };
    let all: Vec<Value> =
        pairs.iter().zip(["oct", "rsa", "256", "384", "521", "ed"]).map(|(pair, kid)| named(pair, kid)).collect();
    let set = Keys::jwks(&json!({ "keys": all })).expect("is a set");
    let es256 = |kid: &str| pairs[2].signed("ES256", &format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#), CLAIMS);
    assert_eq!(signature(&es256("256"), &set), (Some(true), r#"the signature matches, by the key "256""#.to_owned()));
    assert_eq!(why_not(&es256("x"), &set), r#"no key of the set is named "x", as the token's `kid`"#);
    assert_eq!(why_not(&es256("384"), &set), "the key is EC on P-384, the alg is ES256", "a name is a name");
    for pair in &pairs {
        for alg in pair.algs() {
            assert_eq!(signature(&pair.token(alg, CLAIMS), &set).0, Some(true), "{alg}, without a name");
        }
    }
    let foreign = others[2].token("ES256", CLAIMS);
    assert_eq!(why_not(&foreign, &set), "signature does not match");
    let two = Keys::jwks(&json!({ "keys": [others[3].jwk(), others[2].jwk(), pairs[2].jwk(), { "kty": "new" }] }));
    let two = two.expect("is a set");
    assert_eq!(signature(&es256("any"), &two).0, Some(true), "keys without a name are all tried");
    let third = Pair::all();
    let why = why_not(&third[2].token("ES256", CLAIMS), &two);
    assert!(why.starts_with("signature does not match: 2 keys of the set were tried; key 4 of the set: "), "{why}");
    assert!(why_not(&pairs[5].token("EdDSA", CLAIMS), &two).starts_with("no key of the set is for EdDSA; key 4"));
    let none = Keys::jwks(&json!({ "keys": [] })).expect("is a set");
    assert_eq!(why_not(&foreign, &none), "the set has no key to check with");
    // One key alone was chosen by whoever gave it, whatever it is called.
    assert_eq!(signature(&es256("x"), &jwk(&named(&pairs[2], "256"))).0, Some(true));
}

#[test]
fn keys_that_the_token_brings_along_are_not_believed() {
    let [_, _, ours, ..] = Pair::all();
    let [_, _, theirs, ..] = Pair::all();
    let own = theirs.jwk();
    let header =
        json!({ "alg": "ES256", "jwk": own, "jku": "http://evil.example/jwks", "x5u": "http://evil.example/x" });
    let token = theirs.signed("ES256", &header.to_string(), CLAIMS);
    assert_eq!(why_not(&token, &jwk(&ours.jwk())), "signature does not match");
    assert_eq!(signature(&token, &Keys::none()).0, None, "no key given: not checked");
    let set = Keys::jwks(&json!({ "keys": [] })).expect("is a set");
    assert_eq!(signature(&token, &set).0, Some(false));
}

#[test]
fn a_public_key_is_no_secret() {
    let pem = include_str!("../../keys/tests/small.pem");
    for text in [pem, pem.trim_end(), &Pair::all()[2].jwk().to_string()] {
        let token = Pair::Secret(text.as_bytes().to_vec()).token("HS256", CLAIMS);
        assert!(why_not(&token, &Keys::secret(text)).contains("key confusion"), "{text}");
        let keys = Keys::read(text.as_bytes()).expect("is a key");
        assert!(why_not(&token, &keys).ends_with("the alg is HS256"));
    }
}

#[test]
fn a_blank_secret_is_no_secret_and_a_short_one_is() {
    for blank in ["", " ", "\t\r\n"] {
        let token = Pair::Secret(blank.as_bytes().to_vec()).token("HS256", CLAIMS);
        assert_eq!(why_not(&token, &Keys::secret(blank)), "the secret is blank: anybody can sign with it");
    }
    let empty = jwk(&json!({ "kty": "oct", "k": "" }));
    assert!(why_not(&Pair::Secret(Vec::new()).token("HS512", CLAIMS), &empty).contains("blank"));
    for short in ["a", "\0", "0123456789"] {
        let token = Pair::Secret(short.as_bytes().to_vec()).token("HS384", CLAIMS);
        assert_eq!(signature(&token, &Keys::secret(short)).0, Some(true), "weak, and a finding, but a secret");
    }
}

/// Signed by OpenSSL with a key of 1024 bits.
#[test]
fn an_rsa_key_that_is_too_small_proves_nothing() {
    let keys = Keys::read(include_bytes!("../../keys/tests/small.pem")).expect("is a key");
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.TVZ28tXZ9MHc_iqcGj-ogDFNIuTvyhCFhLExCjiY_9bMg8aUf_llhQNFafAceSBb4innSeC3DOI5xAAMgUISKJTEqHjPjLhGWP7Io8eyrgkeBBY1CDOx0TVPScqdZNgidFQDzfOTQPlYUO2AbKPXRG6_iGHM-sxf4ByB1AC3kCo";
    assert!(why_not(token, &keys).starts_with("the RSA key has 1024 bits of at least 2048"));
    let large = jwk(&json!({ "kty": "RSA", "n": "_".repeat(2000), "e": "AQAB" }));
    let (valid, why) = signature(token, &large);
    assert_eq!(valid, None, "{why}");
    let pss = Keys::read(include_bytes!("../../keys/tests/pss.pem")).expect("is a key");
    assert_eq!(why_not(token, &pss), "the key is for RSASSA-PSS alone, the alg is RS256");
}

#[test]
fn a_key_of_small_order_is_none() {
    // With R and S of the identity, such a key takes any message for signed.
    let small = jwk(&json!({ "kty": "OKP", "crv": "Ed25519", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }));
    let forged = format!("eyJhbGciOiJFZERTQSJ9.e30.AQ{}", "A".repeat(84));
    let (valid, why) = signature(&forged, &small);
    assert!(valid == Some(false) && why.contains("small order"), "{why}");
}

#[test]
fn what_is_not_supported_is_not_called_invalid() {
    let ed448 = jwk(&json!({ "kty": "OKP", "crv": "Ed448", "x": "AA" }));
    let token = Pair::all()[5].token("EdDSA", CLAIMS);
    assert_eq!(signature(&token, &ed448), (None, "not checked: keys on Ed448 are not supported here".to_owned()));
    let x25519 = jwk(&json!({ "kty": "OKP", "crv": "X25519", "x": "AA" }));
    assert_eq!(why_not(&token, &x25519), "the key is X25519, the alg is EdDSA");
}
