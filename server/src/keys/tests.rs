//! Keys are told apart, replaced and named as they should be.

use super::*;

fn ring(alg: &str) -> KeyRing {
    let toml = format!(
        "title = \"t\"\nsummary = \"s\"\nkind = \"jwt\"\n[carry]\naccess = \"memory\"\n[jwt]\nalg = \"{alg}\"\naccess_ttl = \"5m\"\naudience = \"bank\"\n"
    );
    KeyRing::generate(&Design::parse("d", "d.toml", &toml).expect("is a design"))
}

const ALGS: [&str; 4] = ["HS256", "ES256", "EdDSA", "RS256"];

#[test]
fn a_key_verifies_what_it_signed_and_nothing_else() {
    for alg in ALGS {
        let (one, other) = (ring(alg).current(), ring(alg).current());
        assert_eq!(one.verifier.alg().name(), alg);
        assert_ne!(one.kid, other.kid);
        let signature = one.sign(b"content");
        assert!(one.verifier.holds(b"content", &signature), "{alg}");
        assert!(!one.verifier.holds(b"Content", &signature), "{alg}");
        assert!(!other.verifier.holds(b"content", &signature) || alg == "RS256", "{alg}");
        assert!(!one.verifier.holds(b"content", &signature[1..]), "{alg}");
        assert!(!one.verifier.holds(b"content", &[]), "{alg}");
    }
}

/// What is published is the key that verifies, and whoever reads it gets the same one.
#[test]
fn the_published_key_is_the_key() {
    for alg in ALGS {
        let ring = ring(alg);
        let Some(jwks) = ring.jwks(LabTime::START) else {
            assert_eq!(alg, "HS256");
            continue;
        };
        let read = PublicKey::read(&jwks["keys"][0]).expect("is a key");
        let key = ring.current();
        assert_eq!(read.verifier.alg().name(), alg);
        assert!(read.verifier.holds(b"content", &key.sign(b"content")), "{alg}");
        assert_eq!(read.verifier.spki(), key.verifier.spki());
    }
}

/// Two rings that live at the same time never hold one pair, and one ring never gets back what it has put away.
#[test]
fn a_pair_is_lent_to_one_ring_at_a_time() {
    let n = |ring: &KeyRing| ring.jwks(LabTime::START).expect("is public")["keys"][0]["n"].to_string();
    let (one, other) = (ring("RS256"), ring("RS256"));
    let mut seen = vec![n(&one), n(&other)];
    one.rotate();
    seen.push(n(&one));
    one.rotate();
    seen.push(n(&one));
    let before = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), before);
}

#[test]
fn a_replaced_key_verifies_as_long_as_it_was_given() {
    let ring = ring("ES256");
    let (first, start) = (ring.current().kid.clone(), LabTime::START);
    let known = |kid: &str, now| ring.named(kid, now).is_some();
    let published = |now| ring.jwks(now).expect("is public")["keys"].as_array().map_or(0, Vec::len);
    let until = start + Span::from_secs(300).duration();
    ring.rotate_with_overlap(start);
    let second = ring.current().kid.clone();
    assert!(known(&first, start) && known(&second, start));
    assert_eq!(published(start), 2);
    let just_before = until - std::time::Duration::from_millis(1);
    assert!(known(&first, just_before) && !known(&first, until) && known(&second, until));
    assert_eq!(published(until), 1);
    ring.rotate_with_overlap(start);
    ring.rotate();
    assert!(!known(&first, start) && !known(&second, start));
    assert_eq!(published(start), 1);
}

/// The example of RFC 8037 appendix A.3.
#[test]
fn a_thumbprint_is_as_the_standard_says() {
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    let key = PublicKey::read(&jwk).expect("is a key");
    assert_eq!(key.thumbprint, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn what_is_no_public_key_is_not_read() {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    for (jwk, why) in [
        (json!(null), "its jwk is no object"),
        (json!([1]), "its jwk is no object"),
        (json!({}), "its jwk is of a kind that is not known here"),
        (json!({ "kty": "oct", "k": "AAAA" }), "its jwk holds a private key"),
        (json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "d": x }), "its jwk holds a private key"),
        (json!({ "kty": "OKP", "crv": "Ed448", "x": x }), "its jwk is of a kind that is not known here"),
        (json!({ "kty": "OKP", "crv": "Ed25519" }), "its jwk is not complete"),
        (json!({ "kty": "OKP", "crv": "Ed25519", "x": 5 }), "its jwk is not complete"),
        (json!({ "kty": "OKP", "crv": "Ed25519", "x": format!("{x}=") }), "its jwk is not in base64url"),
        (json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" }), "its jwk has a number of another length"),
        (json!({ "kty": "EC", "crv": "P-256", "x": x, "y": x }), "its jwk is no key"),
        (json!({ "kty": "RSA", "n": "A".repeat(2000), "e": "AQAB" }), "its jwk is larger than any key that is used"),
    ] {
        assert_eq!(PublicKey::read(&jwk).err(), Some(why), "{jwk}");
    }
}
