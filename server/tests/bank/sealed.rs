//! Sealed sessions: what lies in the cookie, who can change it, and what ends it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use lockstep_shared::api::LoginReply;
use lockstep_shared::trace::{Act, CopyOf};
use serde_json::json;

use crate::actors::{ADMIN, BYSTANDER, Bank, Device, PASSWORD, Reply, VICTIM, config};
use crate::designs::SEALED;

const SID: &str = "__Host-sid";

/// The same device with another value in its cookie.
fn holding<'a>(device: &Device<'a>, value: &str) -> Device<'a> {
    device.with_credential(value)
}

fn keeps_nothing(reply: &Reply) -> bool {
    reply.acts().iter().any(|act| matches!(act, Act::NothingKept { .. }))
}

#[tokio::test]
async fn a_sealed_session_says_nothing_to_its_bearer() {
    let bank = Bank::of(SEALED).await;
    let mut laptop = bank.device("laptop");
    let login = laptop.log_in(VICTIM, PASSWORD).await.is(200);
    assert!(login.json::<LoginReply>().access_token.is_none());
    let [line] = &login.set_cookies[..] else { panic!("{:?}", login.set_cookies) };
    assert!(line.starts_with("__Host-sid=") && line.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{line}");
    let sealed = BASE64.decode(laptop.credential()).expect("is base64url");
    let readable = String::from_utf8_lossy(&sealed);
    assert!(!readable.contains("admin") && !readable.contains("laptop") && !readable.contains("user"), "{readable}");
    let me = laptop.me().await.is(200);
    assert_eq!(me.me().role, "admin");
    let acts = me.acts();
    assert!(acts.contains(&Act::SealOpened { holds: true }), "{acts:?}");
    assert!(acts.contains(&Act::RoleBelieved { role: "admin".into(), from: CopyOf::Seal }), "{acts:?}");
    assert!(!acts.iter().any(|act| matches!(act, Act::StoreRead { .. } | Act::UserRead { .. })), "{acts:?}");
    assert_eq!(bank.running.kept("d").await.expect("answers"), []);
    laptop.refresh().await.refused(404, "not-in-this-design");
}

#[tokio::test]
async fn a_changed_seal_opens_nothing() {
    let bank = Bank::open(config(&[("d", SEALED), ("other", SEALED)], None)).await.expect("starts");
    let laptop = bank.logged_in(BYSTANDER, "laptop").await;
    let good = laptop.credential();
    let octets = BASE64.decode(&good).expect("is base64url");
    let flipped = |at: usize| {
        let mut octets = octets.clone();
        octets[at] ^= 0x20;
        BASE64.encode(octets)
    };
    let mut elsewhere = bank.device_at("other", "laptop");
    elsewhere.log_in(VICTIM, PASSWORD).await.is(200);
    let admin = json!({ "user": "u1", "role": "admin", "device": "", "created": 0, "last_used": 0, "ends": u64::MAX });
    let cases = [
        ("nonce", flipped(0)),
        ("first octet", flipped(12)),
        ("middle", flipped(octets.len() / 2)),
        ("tag", flipped(octets.len() - 1)),
        ("shorter", BASE64.encode(&octets[..octets.len() - 1])),
        ("nonce alone", BASE64.encode(&octets[..12])),
        ("less than a nonce", BASE64.encode(&octets[..5])),
        ("nothing", String::new()),
        ("padded", format!("{good}=")),
        ("not sealed at all", BASE64.encode(admin.to_string())),
        ("another design's", elsewhere.credential()),
        ("twice", format!("{good}{good}")),
    ];
    for (name, value) in cases {
        let refused = holding(&laptop, &value).me().await;
        let known = refused.status == 401 && refused.problem().reason == "bad-seal";
        assert!(known, "{name}: {} {}", refused.status, refused.body);
        assert!(refused.set_cookies.is_empty(), "{name}: nothing is sealed again");
    }
    laptop.clone().me().await.is(200);
}

#[tokio::test]
async fn every_use_slides_the_idle_end_and_none_the_absolute_one() {
    let bank = Bank::of(SEALED).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut phone = bank.logged_in(VICTIM, "phone").await;
    let first = laptop.credential();
    bank.advance_ms(30 * 60_000 - 1);
    laptop.me().await.is(200);
    assert_ne!(laptop.credential(), first, "sealed again");
    bank.advance_ms(1);
    // The copy of before is as old as it was: nobody told the server of the newer one.
    let old = holding(&laptop, &first).me().await.refused(401, "expired");
    assert!(old.problem().detail.contains("idle end"), "{}", old.body);
    phone.me().await.refused(401, "expired");
    for _ in 0..34 {
        bank.advance(20 * 60);
        laptop.me().await.is(200);
    }
    bank.advance_ms(10 * 60_000 - 1);
    laptop.me().await.is(200);
    bank.advance_ms(1);
    let ended = laptop.me().await.refused(401, "expired");
    assert!(ended.problem().detail.contains("absolute end"), "{}", ended.body);
}

#[tokio::test]
async fn nothing_ends_a_copy_but_a_new_key() {
    let bank = Bank::of(SEALED).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut phone = bank.logged_in(VICTIM, "phone").await;
    let mut admin = bank.logged_in(ADMIN, "desk").await;
    let mut thief = laptop.thief();
    assert!(laptop.get("/auth/sessions").await.is(200).json::<Vec<serde_json::Value>>().is_empty());
    admin.delete("/api/admin/users/u1/sessions/0123456789abcdef").await.refused(404, "no-such-session");
    admin.post("/api/admin/users/u1/role", &json!({ "role": "user" })).await.is(204);
    admin.post("/api/admin/users/u1/ban", &json!({})).await.is(204);
    thief.admin_page().await.is(200);
    let everywhere = laptop.post("/auth/logout-everywhere", &json!({})).await.is(204);
    assert!(keeps_nothing(&everywhere), "{:?}", everywhere.acts());
    assert_eq!(everywhere.set_cookies, ["__Host-sid=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"]);
    assert!(!laptop.cookies.contains_key(SID), "this browser forgets, and is not given the old session once more");
    let out = phone.log_out().await.is(204);
    assert!(keeps_nothing(&out) && out.set_cookies.len() == 1, "{:?}", out.set_cookies);
    bank.running.restart().expect("starts again");
    thief.admin_page().await.is(200);
    assert!(bank.running.rotate_key("d"));
    thief.me().await.refused(401, "bad-seal");
    admin.me().await.refused(401, "bad-seal");
}

#[tokio::test]
async fn a_new_password_seals_a_new_session_for_this_device_alone() {
    let bank = Bank::of(SEALED).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut thief = laptop.thief();
    bank.advance(3600 / 4);
    let change = json!({ "current": PASSWORD, "new": "a new password" });
    let changed = laptop.post("/auth/password", &change).await.is(200);
    assert_eq!(changed.set_cookies.len(), 1, "the new session and not the old one after it: {:?}", changed.set_cookies);
    thief.me().await.is(200);
    // The new one has a new absolute end: at 12 h after the change the old one, kept busy, is over and this is not.
    for _ in 0..35 {
        bank.advance(20 * 60);
        laptop.me().await.is(200);
        thief.me().await.is(200);
    }
    bank.advance(10 * 60);
    laptop.me().await.is(200);
    thief.me().await.refused(401, "expired");
}

#[tokio::test]
async fn a_restart_with_new_keys_ends_everybody() {
    let bank = Bank::of(SEALED).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    bank.running.restart_with_new_keys().expect("starts again");
    laptop.me().await.refused(401, "bad-seal");
}

#[tokio::test]
async fn with_overlap_nobody_notices_a_new_key() {
    let bank = Bank::of(SEALED).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let first = laptop.credential();
    bank.advance(60);
    assert!(bank.running.rotate_key_with_overlap("d"));
    bank.advance(29 * 60 - 1);
    holding(&laptop, &first).me().await.is(200);
    laptop.me().await.is(200);
    bank.advance(1);
    holding(&laptop, &first).me().await.refused(401, "expired");
    // The last answer was sealed with the new key, so the old one's end, half an hour after the rotation, is none of this.
    bank.advance(60);
    holding(&laptop, &first).me().await.refused(401, "bad-seal");
    laptop.me().await.is(200);
}
