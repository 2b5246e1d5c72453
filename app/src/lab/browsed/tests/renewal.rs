//! The bank's pages go on by themselves: an access token that ends is renewed, and a nonce that is asked for is given.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_shared::design::Renewal;
use serde_json::Value;

use super::sides::{AMOUNT, OPENING, Shown, asked, books, newest, open_account};
use super::*;
use crate::lab::cast;

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn a_page_whose_token_has_ended_renews_it_and_goes_on() {
    let (chromium, engine) = (chromium().await, Engine::default());
    let catalog = catalog();
    let renews = |design: &&Design| design.refresh.as_ref().is_some_and(|refresh| refresh.renewal == Renewal::Explicit);
    let designs: Vec<_> = catalog.designs().iter().filter(renews).collect();
    assert!(designs.len() >= 10, "most designs with a refresh token renew by request");
    for design in designs {
        let mut stage = stage(design, &chromium, &engine).await;
        assert!(does(&mut stage, super::super::VICTIM, Verb::LogIn).await.went_through, "{}", design.id);
        let ttl = design.jwt.as_ref().map(|jwt| jwt.access_ttl.duration());
        stage.clock.advance(ttl.unwrap_or(Duration::from_secs(3600)) + Duration::from_secs(120));
        let (seen, to) = (newest(&stage), cast::account(Actor::Bystander).email);
        chromium.fill("to", &to).await.expect("is a field");
        chromium.fill("amount", "50").await.expect("is a field");
        chromium.press("transfer").await.expect("is a button");
        let over = "document.getElementById('said').textContent !== 'Logged in.'";
        chromium.wait_for(over, "an answer").await.expect("it comes");
        let shown = Shown::now(&chromium).await;
        assert_eq!(shown.said, format!("€50.00 went to {to}."), "{}", design.id);
        assert_eq!(shown.cents, Some(OPENING - AMOUNT), "{}", design.id);
        // A proof is dated by the last answer, so after a pause it may be refused once itself.
        let asked = asked(&stage, seen);
        let first = |line: &str| asked.iter().position(|one| one == line);
        let (refused, renewed) = (first("POST /api/transfer 401"), first("POST /auth/refresh 200"));
        assert!(refused.is_some() && refused < renewed, "{}: {asked:?}", design.id);
        assert_eq!(asked.last().map(String::as_str), Some("POST /api/transfer 200"), "{}: {asked:?}", design.id);
        assert_eq!(asked.iter().filter(|line| *line == "POST /auth/refresh 200").count(), 1, "{}", design.id);
        let again = open_account(&stage, &chromium).await;
        assert!(again.is_of(super::super::VICTIM, OPENING - AMOUNT), "{}: {again:?}", design.id);
        assert_eq!(books(&mut stage).await.balance_cents, OPENING - AMOUNT, "{}", design.id);
    }
}

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn a_page_proves_with_the_nonce_that_it_was_given() {
    let (chromium, engine) = (chromium().await, Engine::default());
    let catalog = catalog();
    let bound = catalog.designs().iter().find(|design| design.check.dpop).expect("some design binds its tokens");
    let mut design = bound.clone();
    design.dpop.as_mut().expect("it says how").nonce = true;
    let mut stage = stage(&design, &chromium, &engine).await;
    let seen = newest(&stage);
    let login = does(&mut stage, super::super::VICTIM, Verb::LogIn).await;
    assert!(login.went_through, "{}", login.said);
    let shown = open_account(&stage, &chromium).await;
    assert!(shown.is_of(super::super::VICTIM, OPENING), "{shown:?}");
    // The first nonce came with the time, which the page asks for before its first proof: nothing is refused for it.
    let refused = asked(&stage, seen).into_iter().find(|line| line.ends_with(" 401"));
    assert_eq!(refused, None);
    // The token is good for longer than the nonce.
    stage.clock.advance(Duration::from_secs(180));
    let (later, to) = (newest(&stage), cast::account(Actor::Bystander).email);
    chromium.fill("to", &to).await.expect("is a field");
    chromium.fill("amount", "50").await.expect("is a field");
    chromium.press("transfer").await.expect("is a button");
    let over = "document.getElementById('said').textContent !== 'Logged in.'";
    chromium.wait_for(over, "an answer").await.expect("it comes");
    let shown = Shown::now(&chromium).await;
    assert_eq!((shown.said, shown.cents), (format!("€50.00 went to {to}."), Some(OPENING - AMOUNT)));
    assert_eq!(asked(&stage, later), ["POST /api/transfer 401", "POST /api/transfer 200"], "challenged once");
    let mut given = Vec::new();
    let mut visits = stage.server.visits(seen);
    visits.sort_by_key(|visit| visit.number);
    let mut challenged = 0;
    for visit in &visits {
        let one = |headers: &[(String, String)], name: &str| {
            headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
        };
        if visit.path.starts_with("/api/") || visit.path.starts_with("/auth/") {
            let proof = one(&visit.request_headers, "dpop").expect("each request proves the key");
            let claims = proof.split('.').nth(1).and_then(|part| BASE64_URL_SAFE_NO_PAD.decode(part).ok());
            let claims: Value = serde_json::from_slice(&claims.expect("a proof has claims")).expect("is JSON");
            let nonce = claims.get("nonce").and_then(Value::as_str).map(str::to_owned);
            assert!(
                nonce.is_some() && nonce.as_ref() == given.last(),
                "{}: the last that was given: {claims}",
                visit.path
            );
            if visit.status == 401 {
                let body = String::from_utf8_lossy(&visit.response_body.octets);
                assert!(body.contains("\"use-dpop-nonce\""), "{body}");
                challenged += 1;
            }
        }
        given.extend(one(&visit.response_headers, "dpop-nonce"));
    }
    assert_eq!(challenged, 1);
    given.dedup();
    assert!(given.len() >= 2, "the challenge gave another: {given:?}");
    assert_eq!(books(&mut stage).await.balance_cents, OPENING - AMOUNT);
}
