//! Refresh tokens: static, rotating, signed, and renewed in silence.

use lockstep_shared::api::LoginReply;
use lockstep_shared::trace::Act;
use serde_json::json;

use crate::actors::{Bank, Device, PASSWORD, VICTIM};
use crate::designs::{ROTATION, SESSION, SILENT, STATELESS, STATIC, changed, mistaken};

const DAY: u64 = 86_400;

/// A rotating token that the client keeps itself.
fn in_hand() -> String {
    let toml = changed(ROTATION, "refresh = \"cookie\"", "refresh = \"local-storage\"");
    let start = toml.find("[cookie]").expect("is there");
    let end = toml.find("[jwt]").expect("is there");
    format!("{}{}", &toml[..start], &toml[end..])
}

#[tokio::test]
async fn a_rotating_token_works_once() {
    for toml in [ROTATION, &in_hand()] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut old = laptop.clone();
        let first = laptop.refresh().await.is(200);
        assert!(first.json::<LoginReply>().access_token.is_some());
        laptop.refresh().await.is(200);
        laptop.me().await.is(200);
        let reused = old.refresh().await.refused(401, "reuse-detected");
        assert!(reused.acts().iter().any(|act| matches!(act, Act::Alarm { .. })), "{:?}", reused.acts());
        laptop.refresh().await.refused(401, "revoked");
        old.refresh().await.refused(401, "revoked");
        laptop.me().await.is(200);
        bank.advance(300);
        laptop.me().await.refused(401, "expired");
    }
}

#[tokio::test]
async fn without_detection_reuse_goes_unnoticed() {
    let bank = Bank::of(&changed(ROTATION, "reuse_detection = true", "")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut old = laptop.clone();
    laptop.refresh().await.is(200);
    let reused = old.refresh().await.refused(401, "used-before");
    assert!(!reused.acts().iter().any(|act| matches!(act, Act::Alarm { .. })));
    laptop.refresh().await.is(200);
}

#[tokio::test]
async fn a_static_token_works_till_its_family_ends() {
    let bank = Bank::of(STATIC).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let token = laptop.refresh.clone();
    let mut thief = laptop.clone();
    for _ in 0..13 {
        bank.advance(DAY);
        laptop.me().await.refused(401, "expired");
        let renewed = laptop.refresh().await.is(200).json::<LoginReply>();
        assert!(renewed.refresh_token.is_none() && laptop.refresh == token);
        thief.refresh().await.is(200);
    }
    bank.advance_ms(DAY * 1000 - 1);
    laptop.refresh().await.is(200);
    bank.advance_ms(1);
    laptop.refresh().await.refused(401, "expired");
}

#[tokio::test]
async fn no_renewal_extends_a_family() {
    let bank = Bank::of(ROTATION).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    for day in 1..=13 {
        bank.advance(DAY);
        let renewed = laptop.refresh().await.is(200);
        let max_age = format!("Max-Age={};", (14 - day) * DAY);
        assert!(renewed.set_cookies[0].contains(&max_age), "day {day}: {:?}", renewed.set_cookies);
    }
    bank.advance(DAY);
    laptop.refresh().await.refused(401, "expired");
}

#[tokio::test]
async fn a_log_out_ends_the_family() {
    for toml in [ROTATION, STATIC, &in_hand()] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let (mut thief, mut phone) = (laptop.clone(), bank.logged_in(VICTIM, "phone").await);
        laptop.log_out().await.is(204);
        thief.me().await.is(200);
        thief.refresh().await.refused(401, "revoked");
        phone.refresh().await.is(200);
        let bank = Bank::of(&mistaken(toml, "logout_forgets_server")).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut thief = laptop.clone();
        laptop.log_out().await.is(204);
        thief.refresh().await.is(200);
    }
}

#[tokio::test]
async fn a_refresh_takes_its_token_from_one_place_only() {
    let bank = Bank::of(ROTATION).await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let (_, token) = laptop.cookies["__Secure-refresh"].clone();
    let body = json!({ "refresh_token": token });
    bank.device("thief").post("/auth/refresh", &body).await.refused(401, "no-credential");
    let bank = Bank::of(STATIC).await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut thief = bank.device("thief");
    let cookie = format!("refresh={}", laptop.refresh.clone().expect("holds one"));
    let in_cookie = thief.request(reqwest::Method::POST, "/auth/refresh").header("cookie", cookie);
    thief.send(in_cookie).await.refused(401, "no-credential");
    thief.post("/auth/refresh", &json!({ "refresh_token": laptop.credential() })).await.refused(401, "unknown-token");
    thief.post("/auth/refresh", &json!({ "refresh_token": "" })).await.refused(401, "unknown-token");
    for toml in [SESSION, STATELESS] {
        let bank = Bank::of(toml).await;
        bank.logged_in(VICTIM, "laptop").await.refresh().await.refused(404, "not-in-this-design");
    }
}

#[tokio::test]
async fn the_server_renews_in_silence() {
    let bank = Bank::of(SILENT).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    assert!(laptop.me().await.is(200).set_cookies.is_empty(), "nothing to renew yet");
    let (old, access_cookie) = (laptop.credential(), laptop.design.access_cookie());
    bank.advance(300);
    let renewed = laptop.me().await.is(200);
    let [line] = &renewed.set_cookies[..] else { panic!("{:?}", renewed.set_cookies) };
    assert!(line.starts_with("__Host-access=") && line.contains("; Max-Age=300;"), "{line}");
    assert_ne!(laptop.credential(), old);
    assert!(renewed.acts().iter().any(|act| matches!(act, Act::UserRead { .. })), "the user is read then");
    // A missing token is renewed as well, one that does not hold is not.
    laptop.cookies.remove(&access_cookie);
    laptop.me().await.is(200);
    let mut edited = laptop.clone();
    edited.cookies.insert(access_cookie.clone(), ("/".to_owned(), format!("{}x", laptop.credential())));
    assert!(edited.me().await.is(401).set_cookies.is_empty());
    // The thief of the access token alone can't renew it.
    let mut thief = laptop.thief();
    bank.advance(300);
    thief.me().await.refused(401, "expired");
    bank.advance_ms(14 * DAY * 1000 - 600_001);
    laptop.me().await.is(200);
    bank.advance_ms(1);
    laptop.cookies.remove(&access_cookie);
    laptop.me().await.refused(401, "expired");
}

#[tokio::test]
async fn a_signed_refresh_token_is_no_access_token() {
    let bank = Bank::of(SILENT).await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let (_, refresh) = laptop.cookies["__Host-refresh"].clone();
    laptop.with_credential(&refresh).me().await.refused(401, "wrong-token-type");
    // Nor the other way round.
    let mut swapped: Device<'_> = laptop.clone();
    swapped.forget();
    swapped.cookies.insert("__Host-refresh".to_owned(), ("/".to_owned(), laptop.credential()));
    swapped.me().await.refused(401, "wrong-token-type");
    swapped.refresh().await.refused(401, "wrong-token-type");
    let bank = Bank::of(&mistaken(SILENT, "decode_only")).await;
    let mut laptop = bank.device("laptop");
    laptop.log_in(VICTIM, PASSWORD).await.is(200);
    let (_, refresh) = laptop.cookies["__Host-refresh"].clone();
    laptop.with_credential(&refresh).me().await.is(200);
}
