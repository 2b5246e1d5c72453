//! `POST /oauth/revoke` (RFC 7009): what each design can end when it is shown a token, and what it says where it can't.

use lockstep_shared::trace::Act;
use reqwest::Method;
use serde_json::{Value, json};

use crate::actors::{Bank, Device, Reply, VICTIM};
use crate::designs::{OPAQUE, ROTATION, SEALED, SESSION, SILENT, STATELESS, STATIC, checked};

async fn revoke(bank: &Bank, token: &str, hint: Option<&str>) -> Reply {
    let device = bank.device("client");
    let mut form = vec![("token", token)];
    form.extend(hint.map(|hint| ("token_type_hint", hint)));
    let request = device.request(Method::POST, "/oauth/revoke").form(&form);
    bank.device("client").send(request).await
}

fn refresh_of(device: &Device<'_>) -> String {
    let (name, _) = device.design.refresh_cookie();
    device.refresh.clone().unwrap_or_else(|| device.cookies[&name].1.clone())
}

#[tokio::test]
async fn a_kept_refresh_token_ends_its_login() {
    for toml in
        [ROTATION, STATIC, OPAQUE, &checked(ROTATION, "denylist = \"memory\""), &checked(ROTATION, "session_id = true")]
    {
        for hint in [None, Some("refresh_token"), Some("access_token"), Some("nonsense")] {
            let bank = Bank::of(toml).await;
            let mut laptop = bank.logged_in(VICTIM, "laptop").await;
            let mut phone = bank.logged_in(VICTIM, "phone").await;
            let token = refresh_of(&laptop);
            revoke(&bank, &token, hint).await.is(200);
            laptop.refresh().await.refused(401, "revoked");
            phone.refresh().await.is(200);
            // Only these know of the access token's end as well.
            let me = laptop.me().await.status;
            let at_once = toml.contains("denylist") || toml.contains("session_id") || toml == OPAQUE;
            assert_eq!(me, if at_once { 401 } else { 200 }, "{toml}");
            revoke(&bank, &token, hint).await.is(200);
        }
    }
}

#[tokio::test]
async fn an_access_token_is_ended_where_the_server_can_tell() {
    for (toml, login_ends) in [
        (checked(ROTATION, "denylist = \"store\""), false),
        (checked(STATELESS, "denylist = \"memory\""), false),
        (checked(ROTATION, "session_id = true"), true),
        (OPAQUE.to_owned(), false),
    ] {
        let bank = Bank::of(&toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut phone = bank.logged_in(VICTIM, "phone").await;
        revoke(&bank, &laptop.credential(), Some("refresh_token")).await.is(200);
        laptop.me().await.is(401);
        phone.me().await.is(200);
        if laptop.design.refresh.is_some() {
            laptop.refresh().await.is(if login_ends { 401 } else { 200 });
        }
    }
}

#[tokio::test]
async fn a_token_that_nobody_keeps_is_of_an_unsupported_type() {
    for toml in [STATELESS, ROTATION, &checked(ROTATION, "epoch = true"), SILENT] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut tokens = vec![laptop.credential()];
        tokens.extend((toml == SILENT).then(|| refresh_of(&laptop)));
        for token in tokens {
            let refused = revoke(&bank, &token, None).await.refused(400, "unsupported-token-type");
            assert_eq!(refused.json::<Value>()["error"], json!("unsupported_token_type"));
        }
        laptop.me().await.is(200);
    }
}

#[tokio::test]
async fn an_unknown_token_is_as_good_as_revoked() {
    for toml in [STATELESS, ROTATION, SILENT, OPAQUE, &checked(ROTATION, "denylist = \"store\"")] {
        let bank = Bank::of(toml).await;
        let laptop = bank.logged_in(VICTIM, "laptop").await;
        let (body, _) =
            laptop.credential().rsplit_once('.').map_or((String::new(), 0), |(body, _)| (body.to_owned(), 0));
        for token in ["", "x", "a.b.c", &format!("{body}."), &"y".repeat(10_000)] {
            let answer = revoke(&bank, token, None).await.is(200);
            let changed = answer.acts().iter().any(|act| matches!(act, Act::StoreWritten { .. }));
            assert!(!changed && answer.body.is_empty(), "{token}");
        }
        laptop.clone().me().await.is(200);
        let no_token = bank.device("client").request(Method::POST, "/oauth/revoke").form(&[("tokn", "x")]);
        bank.device("client").send(no_token).await.refused(400, "malformed-body");
    }
}

#[tokio::test]
async fn sessions_have_no_tokens_to_revoke() {
    for toml in [SESSION, SEALED] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        revoke(&bank, &laptop.credential(), None).await.refused(404, "not-in-this-design");
        laptop.me().await.is(200);
    }
}

#[tokio::test]
async fn another_site_can_t_revoke() {
    let bank = Bank::of(ROTATION).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let form = [("token", refresh_of(&laptop))];
    let foreign = laptop.request(Method::POST, "/oauth/revoke").header("sec-fetch-site", "cross-site").form(&form);
    laptop.clone().send(foreign).await.refused(403, "cross-site");
    laptop.refresh().await.is(200);
}
