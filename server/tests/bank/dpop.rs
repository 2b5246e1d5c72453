//! Proofs of possession over HTTP: what one must say, each way in which it can be wrong, and what a thief without the key
//! can do, which is nothing.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::actors::{Bank, Device, PASSWORD, VICTIM, config};
use crate::designs::{BOUND, changed, mistaken};
use crate::signed::{Own, Proof, edited, hash, part};

const ME: &str = "/api/me";

/// A proof for a request that presents the device's access token, bent by the test.
fn bent(bank: &Bank, device: &Device<'_>, bend: impl FnOnce(&mut Proof)) -> String {
    let now = bank.running.clock().now().secs();
    let mut proof = Proof::of("GET", &device.address(ME), now, device.access.as_deref());
    bend(&mut proof);
    proof.signed(&device.key)
}

/// `GET /api/me` with these proofs and no other.
fn me_with(device: &Device<'_>, proofs: &[&str]) -> RequestBuilder {
    let mut plain = device.clone();
    plain.design.check.dpop = false;
    let token = plain.access.take().expect("holds a token");
    let mut request = plain.request(Method::GET, ME).header("authorization", format!("DPoP {token}"));
    for proof in proofs {
        request = request.header("dpop", *proof);
    }
    request
}

#[tokio::test]
async fn tokens_are_bound_to_the_key_from_the_log_in_on() {
    for key in [Own::ec(), Own::ed()] {
        let bank = Bank::of(BOUND).await;
        let mut laptop = bank.device("laptop");
        laptop.key = key.into();
        let reply: Value = laptop.log_in(VICTIM, PASSWORD).await.is(200).json();
        assert_eq!(reply["token_type"], "DPoP");
        let thumbprint = hash(&laptop.key.thumbprint_members());
        assert_eq!(part(&laptop.credential(), 1)["cnf"], json!({ "jkt": thumbprint }));
        laptop.me().await.is(200);
        laptop.post("/api/comments", &json!({ "text": "hello" })).await.is(201);
        let reply: Value = laptop.refresh().await.is(200).json();
        assert_eq!(reply["token_type"], "DPoP");
        assert_eq!(part(&laptop.credential(), 1)["cnf"], json!({ "jkt": thumbprint }));
        let change = json!({ "current": PASSWORD, "new": "another horse" });
        laptop.post("/auth/password", &change).await.is(200);
        assert_eq!(part(&laptop.credential(), 1)["cnf"], json!({ "jkt": thumbprint }));
        laptop.refresh().await.is(200);
        laptop.get("/auth/sessions").await.is(200);
        laptop.log_out().await.is(204);
    }
}

#[tokio::test]
async fn each_of_the_checks_refuses() {
    let bank = Bank::of(&changed(BOUND, "audience =", "leeway = \"5s\"\naudience =")).await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let now = bank.running.clock().now().secs();
    let here = laptop.address(ME);
    let set = |at: &str, value: Value| {
        let at = at.to_owned();
        move |proof: &mut Proof| proof.claims[at.as_str()] = value.clone()
    };
    let header = |at: &str, value: Value| {
        let at = at.to_owned();
        move |proof: &mut Proof| proof.header[at.as_str()] = value.clone()
    };
    let without = |at: &str| {
        let at = at.to_owned();
        move |proof: &mut Proof| drop(proof.claims.as_object_mut().expect("is an object").remove(&at))
    };
    let make = |bend: &dyn Fn(&mut Proof)| bent(&bank, &laptop, bend);
    let mut private = laptop.key.jwk();
    private["d"] = "AAAA".into();
    let other = Own::ec();
    let good = || bent(&bank, &laptop, |_| {});
    let invalid = "invalid-proof";
    let one = |proof: String| vec![proof];
    let cases: Vec<(&str, Vec<String>, &str)> = vec![
        // 1: not more than one header field.
        ("none", vec![], "proof-missing"),
        ("two", vec![good(), good()], invalid),
        // 2: a single and well-formed JWT.
        ("empty", one(String::new()), invalid),
        ("a word", one("proof".to_owned()), invalid),
        ("two in one", one(format!("{}, {}", good(), good())), invalid),
        ("JSON form", one("{\"payload\":\"e30\"}".to_owned()), invalid),
        ("long", one("A".repeat(20_000)), invalid),
        ("crit", one(make(&header("crit", json!(["exp"])))), invalid),
        // 3: all required claims.
        ("no jti", one(make(&without("jti"))), invalid),
        ("no htm", one(make(&without("htm"))), invalid),
        ("no htu", one(make(&without("htu"))), invalid),
        ("no iat", one(make(&without("iat"))), invalid),
        ("jti a number", one(make(&set("jti", json!(7)))), invalid),
        ("jti empty", one(make(&set("jti", json!("")))), invalid),
        ("jti long", one(make(&set("jti", json!("x".repeat(257))))), invalid),
        ("iat a text", one(make(&set("iat", json!(now.to_string())))), invalid),
        ("iat negative", one(make(&set("iat", json!(-1)))), invalid),
        // 4: its type.
        ("typ JWT", one(make(&header("typ", json!("JWT")))), invalid),
        ("typ at+jwt", one(make(&header("typ", json!("at+jwt")))), invalid),
        ("the access token itself", one(laptop.credential()), invalid),
        // 5: an asymmetric algorithm that is taken here.
        ("alg none", one(make(&header("alg", json!("none")))), invalid),
        ("alg HS256", one(make(&header("alg", json!("HS256")))), invalid),
        ("alg RS256", one(make(&header("alg", json!("RS256")))), invalid),
        ("alg of another key", one(make(&header("alg", json!("EdDSA")))), invalid),
        // 6: the signature verifies with the key in it.
        ("another's key", one(make(&header("jwk", other.jwk()))), invalid),
        ("changed afterwards", one(edited(&good(), &json!({}), &json!({ "jti": "new" }))), invalid),
        ("no key", one(make(&header("jwk", Value::Null))), invalid),
        // 7: no private key.
        ("private key", one(make(&header("jwk", private))), invalid),
        ("secret key", one(make(&header("jwk", json!({ "kty": "oct", "k": "AAAA" })))), invalid),
        // 8: the method.
        ("htm POST", one(make(&set("htm", json!("POST")))), "proof-wrong-method"),
        ("htm in lower case", one(make(&set("htm", json!("get")))), "proof-wrong-method"),
        // 9: the address.
        ("htu another path", one(make(&set("htu", json!(laptop.address("/api/account"))))), "proof-wrong-url"),
        (
            "htu another host",
            one(make(&set("htu", json!(here.replace("d.localhost", "e.localhost"))))),
            "proof-wrong-url",
        ),
        ("htu https", one(make(&set("htu", json!(here.replace("http:", "https:"))))), "proof-wrong-url"),
        ("htu a path", one(make(&set("htu", json!(ME)))), "proof-wrong-url"),
        // 11: its date.
        ("old", one(make(&set("iat", json!(now - 60)))), "proof-expired"),
        ("of 1970", one(make(&set("iat", json!(0)))), "proof-expired"),
        ("ahead", one(make(&set("iat", json!(now + 6)))), "proof-not-yet-valid"),
        // 12: the access token and its key.
        ("no ath", one(make(&without("ath"))), "proof-wrong-token"),
        ("ath of another", one(make(&set("ath", json!(hash("token"))))), "proof-wrong-token"),
        ("ath a number", one(make(&set("ath", json!(5)))), invalid),
    ];
    for (name, proofs, reason) in &cases {
        let proofs: Vec<&str> = proofs.iter().map(String::as_str).collect();
        let mut device = laptop.clone();
        let answer = device.send(me_with(&laptop, &proofs)).await;
        assert_eq!((answer.status, answer.problem().reason.as_str()), (401, *reason), "{name}: {}", answer.body);
        let challenge = "DPoP realm=\"bank\", error=\"invalid_dpop_proof\", algs=\"ES256 EdDSA\"";
        assert_eq!(answer.header("www-authenticate"), Some(challenge), "{name}");
    }
    let thief = laptop.with_key(other);
    thief.clone().me().await.refused(401, "proof-wrong-key");
    // None of these was counted as used, and these are good.
    for (name, bend) in [
        ("plain", Box::new(|_: &mut Proof| {}) as Box<dyn Fn(&mut Proof)>),
        ("with a query", Box::new(set("htu", json!(format!("{here}?a=b#c"))))),
        ("in capitals", Box::new(set("htu", json!(here.replace("http://d.", "HTTP://D."))))),
        ("59 s old", Box::new(set("iat", json!(now - 59)))),
        ("a little ahead", Box::new(set("iat", json!(now + 5)))),
        ("with parts of a second", Box::new(set("iat", json!(now as f64 - 0.5)))),
        ("with a nonce that nobody asked for", Box::new(set("nonce", json!("x")))),
        ("typ in capitals", Box::new(header("typ", json!("DPOP+JWT")))),
    ] {
        let answer = laptop.clone().send(me_with(&laptop, &[&make(&bend)])).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_proof_is_good_once() {
    let bank = Bank::of(BOUND).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let proof = bent(&bank, &laptop, |_| {});
    laptop.send(me_with(&laptop, &[&proof])).await.is(200);
    laptop.send(me_with(&laptop, &[&proof])).await.refused(401, "proof-replayed");
    bank.advance_ms(59_999);
    laptop.send(me_with(&laptop, &[&proof])).await.refused(401, "proof-replayed");
    bank.advance_ms(1);
    laptop.send(me_with(&laptop, &[&proof])).await.refused(401, "proof-expired");
    // A name is used up by its key alone, or else anybody could use up another's.
    let named = |device: &Device<'_>| bent(&bank, device, |proof| proof.claims["jti"] = "same".into());
    let phone = bank.logged_in(VICTIM, "phone").await;
    laptop.send(me_with(&laptop, &[&named(&laptop)])).await.is(200);
    laptop.send(me_with(&phone, &[&named(&phone)])).await.is(200);
    laptop.send(me_with(&phone, &[&named(&phone)])).await.refused(401, "proof-replayed");
    laptop.me().await.is(200);
}

/// The names that a bank remembers of proofs, as its file has them.
fn remembered(folder: &std::path::Path) -> i64 {
    let file = rusqlite::Connection::open(folder.join("d.sqlite")).expect("opens");
    file.query_row("SELECT count(*) FROM remembered", [], |row| row.get(0)).expect("is a table")
}

#[tokio::test]
async fn nothing_is_remembered_for_strangers() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let toml = changed(BOUND, "store = \"memory\"", "store = \"sqlite\"");
    let bank = Bank::open(config(&[("d", &toml)], Some(folder.path().to_owned()))).await.expect("starts");
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    laptop.me().await.is(200);
    let known = remembered(folder.path());
    assert_eq!(known, 2, "the log-in and the request");
    let mut thief = laptop.with_key(Own::ed());
    thief.me().await.refused(401, "proof-wrong-key");
    thief.refresh().await.refused(401, "proof-wrong-key");
    thief.post("/auth/logout", &thief.refresh_body()).await.is(204);
    thief.post("/oauth/revoke", &json!({ "token": laptop.refresh })).await.is(200);
    thief.log_in(VICTIM, "wrong").await.refused(401, "wrong-credentials");
    thief.refresh = Some("made-up".to_owned());
    thief.refresh().await.refused(401, "unknown-token");
    assert_eq!(remembered(folder.path()), known);
    laptop.refresh().await.is(200);
    let change = json!({ "current": PASSWORD, "new": "another horse" });
    laptop.post("/auth/password", &change).await.is(200);
    let body = laptop.refresh_body();
    laptop.post("/auth/logout", &body).await.is(204);
    assert_eq!(remembered(folder.path()), known + 3, "whoever has the key uses up each proof");
}

#[tokio::test]
async fn a_thief_without_the_key_learns_nothing_of_a_store_that_is_down() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let toml = changed(BOUND, "store = \"memory\"", "store = \"sqlite\"");
    let bank = Bank::open(config(&[("d", &toml)], Some(folder.path().to_owned()))).await.expect("starts");
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let file = rusqlite::Connection::open(folder.path().join("d.sqlite")).expect("opens");
    file.execute_batch("BEGIN EXCLUSIVE").expect("takes the lock");
    let mut thief = laptop.with_key(Own::ed());
    thief.me().await.refused(401, "proof-wrong-key");
    thief.log_in(VICTIM, "wrong").await.refused(401, "wrong-credentials");
    laptop.me().await.refused(503, "store-unavailable");
    laptop.log_in(VICTIM, PASSWORD).await.refused(503, "store-unavailable");
}

#[tokio::test]
async fn without_a_memory_a_proof_is_good_until_its_end() {
    let bank = Bank::of(&mistaken(BOUND, "no_proof_memory")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let proof = bent(&bank, &laptop, |_| {});
    for _ in 0..2 {
        laptop.send(me_with(&laptop, &[&proof])).await.is(200);
    }
    bank.advance(59);
    laptop.send(me_with(&laptop, &[&proof])).await.is(200);
    bank.advance(1);
    laptop.send(me_with(&laptop, &[&proof])).await.refused(401, "proof-expired");
}

#[tokio::test]
async fn a_copy_without_the_key_opens_nothing_and_harms_nobody() {
    let bank = Bank::of(BOUND).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let old = laptop.refresh.clone();
    laptop.refresh().await.is(200);
    let mut thief = laptop.with_key(Own::ed());
    thief.me().await.refused(401, "proof-wrong-key");
    thief.admin_page().await.refused(401, "proof-wrong-key");
    thief.refresh().await.refused(401, "proof-wrong-key");
    thief.refresh = old;
    thief.refresh().await.refused(401, "proof-wrong-key");
    let mut bearer = laptop.clone();
    bearer.design.check.dpop = false;
    bearer.me().await.refused(401, "bound-token-as-bearer");
    bearer.refresh().await.refused(401, "proof-missing");
    bearer.post("/auth/logout", &bearer.refresh_body()).await.refused(401, "proof-missing");
    // The thief logs out, and in as somebody else, with a key of its own: neither ends what it has copied.
    thief.refresh = laptop.refresh.clone();
    thief.post("/auth/logout", &thief.refresh_body()).await.is(204);
    thief.post("/oauth/revoke", &json!({ "token": laptop.refresh })).await.is(200);
    laptop.me().await.is(200);
    laptop.refresh().await.is(200);
    let body = laptop.refresh_body();
    laptop.post("/auth/logout", &body).await.is(204);
    laptop.refresh().await.refused(401, "revoked");
}

#[tokio::test]
async fn no_log_in_without_a_proof() {
    let bank = Bank::of(BOUND).await;
    let mut plain = bank.device("plain");
    plain.design.check.dpop = false;
    plain.log_in(VICTIM, PASSWORD).await.refused(401, "proof-missing");
    plain.me().await.refused(401, "no-credential");
    let mut laptop = bank.device("laptop");
    let answer = laptop.log_in(VICTIM, "wrong").await.refused(401, "wrong-credentials");
    assert_eq!(answer.header("www-authenticate"), Some("DPoP realm=\"bank\", algs=\"ES256 EdDSA\""));
}

#[tokio::test]
async fn a_server_can_ask_for_its_own_nonce() {
    let bank = Bank::of(&format!("{BOUND}nonce = true\n")).await;
    let mut laptop = bank.device("laptop");
    let asked = laptop.log_in(VICTIM, PASSWORD).await.refused(401, "use-dpop-nonce");
    let challenge = "DPoP realm=\"bank\", error=\"use_dpop_nonce\", algs=\"ES256 EdDSA\"";
    assert_eq!(asked.header("www-authenticate"), Some(challenge));
    laptop.nonce = asked.header("dpop-nonce").map(str::to_owned);
    laptop.log_in(VICTIM, PASSWORD).await.is(200);
    laptop.me().await.is(200);
    bank.advance(119);
    laptop.me().await.is(200);
    bank.advance(60);
    let given = laptop.me().await.refused(401, "use-dpop-nonce");
    let stale = laptop.nonce.replace(given.header("dpop-nonce").expect("comes along").to_owned());
    assert_ne!(laptop.nonce, stale);
    laptop.me().await.is(200);
    laptop.nonce = Some("made-up".to_owned());
    laptop.me().await.refused(401, "use-dpop-nonce");
}

#[tokio::test]
async fn a_token_that_is_bound_to_nothing_opens_nothing() {
    // The same bank without proofs gives a token that is bound to nothing, signed with the same secret.
    let toml = changed(&changed(BOUND, "EdDSA", "HS256"), "[check]", "[mistakes]\nweak_secret = true\n[check]");
    let bank = Bank::of(&toml).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let token = laptop.credential();
    let secret = crate::signed::guessed(&token).expect("stands in the list");
    let mut claims = part(&token, 1);
    claims.as_object_mut().expect("is an object").remove("cnf");
    let unbound = crate::signed::hs256(secret.as_bytes(), &part(&token, 0).to_string(), &claims.to_string());
    laptop.access = Some(unbound);
    laptop.me().await.refused(401, "token-not-bound");
}
