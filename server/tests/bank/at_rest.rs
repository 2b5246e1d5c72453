//! What a store keeps of secrets, and what a server takes for a password.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_server::LeakedKey;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::actors::{Bank, PASSWORD, VICTIM, config};
use crate::designs::{ROTATION, SESSION, STATELESS, STATIC, mistaken, sqlite_session};

/// What an attacker makes of the one record in a store.
async fn leaked(bank: &Bank) -> String {
    let rows = bank.running.leak("d").await.expect("the store answers");
    let [row] = rows.as_slice() else { panic!("one login makes one record: {rows:?}") };
    assert_eq!(row.device, "laptop");
    assert!(!format!("{row:?}").contains("key"), "a record shows no secret by accident");
    BASE64_URL_SAFE_NO_PAD.encode(row.key)
}

#[tokio::test]
async fn a_leaked_session_opens_nothing_unless_its_id_is_kept_as_it_is() {
    for toml in [SESSION, &sqlite_session()] {
        let bank = Bank::of(toml).await;
        let laptop = bank.logged_in(VICTIM, "laptop").await;
        laptop.with_credential(&leaked(&bank).await).me().await.refused(401, "unknown-session");

        let bank = Bank::of(&mistaken(toml, "plain_at_rest")).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        assert_eq!(leaked(&bank).await, laptop.credential());
        laptop.me().await.is(200);
        laptop.with_credential(&leaked(&bank).await).me().await.is(200);
        laptop.log_out().await.is(204);
        assert!(bank.running.leak("d").await.expect("the store answers").is_empty(), "what has ended is gone");
    }
}

#[tokio::test]
async fn a_leaked_family_opens_nothing_unless_its_token_is_kept_as_it_is() {
    for toml in [STATIC, ROTATION] {
        for (toml, opens) in [(toml.to_owned(), false), (mistaken(toml, "plain_at_rest"), true)] {
            let bank = Bank::of(&toml).await;
            let laptop = bank.logged_in(VICTIM, "laptop").await;
            let mut thief = laptop.clone();
            thief.forget();
            let (cookie, path) = laptop.design.refresh_cookie();
            let token = leaked(&bank).await;
            thief.cookies.insert(cookie, (path.to_owned(), token.clone()));
            thief.refresh = Some(token);
            let reply = thief.refresh().await;
            match opens {
                true => drop(reply.is(200)),
                false => drop(reply.refused(401, "unknown-token")),
            }
        }
    }
}

#[tokio::test]
async fn what_keeps_nothing_leaks_nothing() {
    let bank = Bank::of(STATELESS).await;
    let _laptop = bank.logged_in(VICTIM, "laptop").await;
    assert_eq!(bank.running.leak("d").await.expect("the store answers"), []);
    assert!(bank.running.leak("e").await.is_err(), "there is no such design");
}

#[tokio::test]
async fn only_what_computes_its_credentials_has_a_key_that_could_leak() {
    let key = async |toml: &str| Bank::of(toml).await.running.leak_key("d");
    assert!(matches!(key(STATELESS).await, Some(LeakedKey::Secret(secret)) if secret.len() == 32));
    assert!(matches!(key(ROTATION).await, Some(LeakedKey::Pair(_))));
    assert_eq!(key(SESSION).await, None);
    let bank = Bank::of(STATELESS).await;
    let before = bank.running.leak_key("d");
    assert_eq!(before, bank.running.leak_key("d"));
    bank.running.rotate_key("d");
    assert_ne!(before, bank.running.leak_key("d"), "a new key is another one");
    assert_eq!(format!("{:?}", before.expect("has a key")), "Secret(..)");
}

fn hashed(password: &str) -> String {
    Sha256::digest(password.as_bytes()).iter().map(|octet| format!("{octet:02x}")).collect()
}

#[tokio::test]
async fn a_hash_logs_in_only_where_clients_send_hashes() {
    let careless = mistaken(SESSION, "client_hashes_password");
    let bank = Bank::open(config(&[("d", &careless), ("e", SESSION)], None)).await.expect("starts");
    let (mut laptop, mut other) = (bank.device_at("d", "laptop"), bank.device_at("e", "laptop"));
    laptop.log_in(VICTIM, &hashed(PASSWORD)).await.is(200);
    other.log_in(VICTIM, &hashed(PASSWORD)).await.refused(401, "wrong-credentials");
    for device in [&mut laptop, &mut other] {
        device.log_in(VICTIM, PASSWORD).await.is(200);
        device.log_in(VICTIM, &hashed("another")).await.refused(401, "wrong-credentials");
        device.log_in("nobody@bank.test", &hashed(PASSWORD)).await.refused(401, "wrong-credentials");
    }

    laptop.register("new@bank.test", "a new password").await.is(201);
    laptop.log_in("new@bank.test", &hashed("a new password")).await.is(200);
    laptop.log_in("new@bank.test", "a new password").await.is(200);

    // A client that hashes sends hashes of both, and the old one is of no use after that.
    let change = json!({ "current": hashed("a new password"), "new": hashed("a newer password") });
    laptop.post("/auth/password", &change).await.is(200);
    laptop.log_in("new@bank.test", &hashed("a newer password")).await.is(200);
    laptop.log_in("new@bank.test", &hashed("a new password")).await.refused(401, "wrong-credentials");
}
