//! Credentials made with the server's own key, or with as much of it as another service needs to check them.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

use super::claims::as_victim;
use super::key::OwnKey;
use super::{Forged, NotApplicable, Sample, StolenKey, not_applicable};
use crate::inspect::decode::Object;

/// The victim's credential, made with the key that makes all of them.
pub(super) fn key(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    let none = || not_applicable("there is no key that could leak: the credential is looked up, and not computed");
    made_with(sample, sample.key.as_ref().ok_or_else(none)?)
}

/// The same, with what checks credentials. A secret and a seal's key make them as well. A public key makes none, so that
/// there is nothing better to send than what a key of one's own signed.
pub(super) fn verifying(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    if let Some(key) = &sample.key {
        return made_with(sample, key);
    }
    let token = sample.token()?;
    let alg = token.says("alg").unwrap_or_default();
    let own = OwnKey::generate(alg).ok_or_else(|| not_applicable(format!("{alg} is not known here")))?;
    Ok(vec![Forged::new("the server's public key signs nothing", own.sign(&token.header, &as_victim(sample)?))])
}

fn made_with(sample: &Sample, key: &StolenKey) -> Result<Vec<Forged>, NotApplicable> {
    let unfit = || not_applicable("the key does not fit what it should have made");
    if let StolenKey::Seal { key, purpose } = key {
        let sealed = resealed(sample, key, purpose).ok_or_else(unfit)?;
        return Ok(vec![Forged::new("opened, changed and sealed again", sealed)]);
    }
    let token = sample.token()?;
    let key = match (key, token.says("alg").unwrap_or_default()) {
        (StolenKey::Secret(secret), _) => Some(OwnKey::Secret(secret.clone())),
        (StolenKey::Pair(der), "EdDSA") => Ed25519KeyPair::from_pkcs8(der).ok().map(OwnKey::Ed25519),
        (StolenKey::Pair(der), "ES256") => {
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).ok().map(OwnKey::P256)
        }
        (StolenKey::Pair(der), "RS256") => RsaKeyPair::from_pkcs8(der).ok().map(OwnKey::Rsa),
        _ => None,
    };
    let signed = key.ok_or_else(unfit)?.sign(&token.header, &as_victim(sample)?);
    Ok(vec![Forged::new("signed as the server signs", signed)])
}

/// One's own record as the victim's, with the admin role; None where the key does not open it.
fn resealed(sample: &Sample, key: &[u8], purpose: &str) -> Option<String> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let mut octets = BASE64_URL_SAFE_NO_PAD.decode(&sample.access).ok()?;
    let (nonce, content) = octets.split_at_mut_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let text = key.open_in_place(nonce, Aad::from(purpose), content).ok()?;
    let mut record: Object = serde_json::from_slice(text).ok()?;
    record.insert("user".to_owned(), Value::from(sample.victim.as_str()));
    record.insert("role".to_owned(), Value::from("admin"));
    let mut sealed = serde_json::to_vec(&record).ok()?;
    let nonce = key.seal_in_place_append_tag(Aad::from(purpose), &mut sealed).ok()?;
    Some(BASE64_URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), sealed.as_slice()].concat()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::inspect::decode::decode;
    use crate::inspect::forge::{Attack, forge};

    fn sample(key: &OwnKey) -> Sample {
        let Value::Object(header) = json!({ "typ": "at+jwt", "kid": "k1" }) else { panic!("is an object") };
        let access = key.sign(&header, br#"{"sub":"u3","exp":400,"role":"user"}"#);
        Sample { access, victim: "u1".to_owned(), ..Sample::default() }
    }

    #[test]
    fn a_stolen_secret_signs_for_anybody() {
        let secret = b"any secret at all".to_vec();
        let own = sample(&OwnKey::Secret(secret.clone()));
        for attack in [Attack::LeakedKey, Attack::VerifyingKey] {
            let stolen = Sample { key: Some(StolenKey::Secret(secret.clone())), ..own.clone() };
            let forged = forge(&stolen, attack).expect("has an object");
            let token = decode(&forged[0].credential).expect("is a token");
            assert_eq!(token.claims().expect("has claims")["sub"], "u1");
            assert_eq!(token.header["kid"], "k1");
            let again = OwnKey::Secret(secret.clone()).sign(&token.header, &token.payload);
            assert_eq!(forged[0].credential, again);
        }
    }

    #[test]
    fn a_public_key_signs_nothing_and_no_key_is_no_object() {
        let own = sample(&OwnKey::generate("EdDSA").expect("is an algorithm"));
        assert_eq!(forge(&own, Attack::VerifyingKey).expect("has an object").len(), 1);
        let none = forge(&own, Attack::LeakedKey).expect_err("there is no key").to_string();
        assert!(none.contains("no key that could leak"), "{none}");
        for key in [StolenKey::Pair(vec![1, 2, 3]), StolenKey::Seal { key: vec![0; 32], purpose: String::new() }] {
            let none = forge(&Sample { key: Some(key), ..own.clone() }, Attack::LeakedKey).expect_err("is no key");
            assert!(none.to_string().contains("does not fit"), "{none}");
        }
    }
}
