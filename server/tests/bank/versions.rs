//! Tokens that are compared with what the server knows of their user or of their login.

use lockstep_shared::design::Store;
use lockstep_shared::trace::{Act, Record};
use serde_json::json;

use crate::actors::{ADMIN, BYSTANDER, Bank, Device, PASSWORD, VICTIM, config};
use crate::designs::{ROTATION, SILENT, STATELESS, STATIC, changed, checked};

fn epoch(toml: &str) -> String {
    checked(toml, "epoch = true")
}

fn session_id(toml: &str) -> String {
    checked(toml, "session_id = true")
}

async fn versions(bank: &Bank) -> Vec<(String, String)> {
    let kept = bank.running.kept("d").await.expect("answers");
    let versions = kept.into_iter().filter(|record| record.what == Record::Version);
    versions.map(|record| (record.user, record.note)).collect()
}

async fn demote(admin: &mut Device<'_>) {
    admin.post("/api/admin/users/u1/role", &json!({ "role": "user" })).await.is(204);
}

#[tokio::test]
async fn raising_the_version_ends_every_token_of_one_user() {
    for toml in [epoch(ROTATION), epoch(STATIC), epoch(STATELESS), epoch(SILENT)] {
        let bank = Bank::of(&toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut phone = bank.logged_in(VICTIM, "phone").await;
        let mut bystander = bank.logged_in(BYSTANDER, "tablet").await;
        let mut thief = phone.thief();
        let acts = thief.me().await.is(200).acts();
        assert!(acts.contains(&Act::VersionCompared { token: 0, current: 0 }), "{acts:?}");
        laptop.post("/auth/logout-everywhere", &json!({})).await.is(204);
        thief.me().await.refused(401, "stale-version");
        phone.me().await.is(401);
        if phone.design.refresh.is_some() {
            phone.refresh().await.is(401);
        }
        bystander.me().await.is(200);
        assert_eq!(versions(&bank).await, [("u1".to_owned(), "version 1".to_owned())]);
        let mut tablet = bank.logged_in(VICTIM, "tablet").await;
        bank.running.restart().expect("starts again");
        match laptop.design.store {
            // The version went with the process's memory, so what it had ended opens again.
            Store::Memory => {
                tablet.me().await.refused(401, "stale-version");
                thief.me().await.is(200);
            }
            _ => {
                tablet.me().await.is(200);
                thief.me().await.refused(401, "stale-version");
            }
        }
    }
}

#[tokio::test]
async fn a_log_out_raises_nothing() {
    let bank = Bank::of(&epoch(ROTATION)).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let (mut phone, mut thief) = (bank.logged_in(VICTIM, "phone").await, laptop.clone());
    laptop.log_out().await.is(204);
    thief.me().await.is(200);
    thief.refresh().await.refused(401, "revoked");
    phone.me().await.is(200);
    assert_eq!(versions(&bank).await, []);
}

#[tokio::test]
async fn a_new_role_is_in_the_next_token() {
    let bank = Bank::of(&epoch(ROTATION)).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut admin = bank.logged_in(ADMIN, "desk").await;
    let mut thief = laptop.thief();
    demote(&mut admin).await;
    thief.admin_page().await.refused(401, "stale-version");
    laptop.admin_page().await.refused(401, "stale-version");
    laptop.refresh().await.is(200);
    laptop.admin_page().await.refused(403, "not-admin");
    laptop.me().await.is(200);
    thief.me().await.refused(401, "stale-version");
    admin.admin_page().await.is(200);
}

#[tokio::test]
async fn the_server_renews_an_outdated_token_in_silence() {
    let toml = changed(SILENT, "mode = \"signed\"", "mode = \"static\"");
    let bank = Bank::of(&epoch(&toml)).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut admin = bank.logged_in(ADMIN, "desk").await;
    let mut thief = laptop.thief();
    demote(&mut admin).await;
    laptop.admin_page().await.refused(403, "not-admin");
    thief.me().await.refused(401, "stale-version");
    laptop.post("/auth/logout-everywhere", &json!({})).await.is(204);
    assert!(laptop.cookies.is_empty(), "{:?}", laptop.cookies);
    // A new key is an occasion as well: the refresh token knows nothing of keys.
    let mut phone = bank.logged_in(VICTIM, "phone").await;
    assert!(bank.running.rotate_key("d"));
    phone.me().await.is(200);
}

#[tokio::test]
async fn a_password_change_leaves_the_acting_device_alone() {
    for toml in [epoch(ROTATION), session_id(ROTATION), epoch(STATELESS)] {
        let bank = Bank::of(&toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let (mut phone, mut thief) = (bank.logged_in(VICTIM, "phone").await, laptop.thief());
        let change = json!({ "current": PASSWORD, "new": "a new password" });
        laptop.post("/auth/password", &change).await.is(200);
        laptop.me().await.is(200);
        phone.me().await.is(401);
        thief.me().await.is(401);
        if laptop.design.refresh.is_some() {
            laptop.refresh().await.is(200);
            laptop.me().await.is(200);
        }
    }
}

#[tokio::test]
async fn a_ban_ends_all_tokens_at_once() {
    for (toml, reason) in [(epoch(ROTATION), "stale-version"), (session_id(ROTATION), "revoked")] {
        let bank = Bank::of(&toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut admin = bank.logged_in(ADMIN, "desk").await;
        admin.post("/api/admin/users/u1/ban", &json!({})).await.is(204);
        laptop.me().await.refused(401, reason);
        laptop.refresh().await.refused(401, "revoked");
        admin.me().await.is(200);
    }
}

#[tokio::test]
async fn a_token_ends_with_the_login_that_it_names() {
    for toml in [session_id(ROTATION), session_id(STATIC)] {
        let bank = Bank::of(&toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut phone = bank.logged_in(VICTIM, "phone").await;
        let mut bystander = bank.logged_in(BYSTANDER, "tablet").await;
        let mut thief = laptop.thief();
        let acts = thief.me().await.is(200).acts();
        let looked = |act: &Act| matches!(act, Act::StoreRead { what: Record::Family, found: true, .. });
        assert!(acts.iter().any(looked) && !acts.iter().any(|act| matches!(act, Act::UserRead { .. })), "{acts:?}");
        laptop.log_out().await.is(204);
        let refused = thief.me().await.refused(401, "revoked");
        assert!(refused.problem().detail.contains("log-out"), "{}", refused.body);
        bank.running.restart().expect("starts again");
        thief.me().await.refused(401, "revoked");
        phone.me().await.is(200);
        phone.post("/auth/logout-everywhere", &json!({})).await.is(204);
        phone.me().await.refused(401, "revoked");
        bystander.me().await.is(200);
    }
}

#[tokio::test]
async fn a_login_is_named_by_its_access_token_too() {
    let bank = Bank::of(&session_id(ROTATION)).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let (mut thief, mut whole) = (laptop.thief(), laptop.clone());
    laptop.cookies.clear();
    laptop.log_out().await.is(204);
    thief.me().await.refused(401, "revoked");
    whole.refresh().await.refused(401, "revoked");
}

#[tokio::test]
async fn reuse_puts_both_out_at_once() {
    let bank = Bank::of(&session_id(ROTATION)).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut thief = laptop.clone();
    thief.refresh().await.is(200);
    thief.me().await.is(200);
    laptop.me().await.is(200);
    let reused = laptop.refresh().await.refused(401, "reuse-detected");
    assert!(reused.acts().iter().any(|act| matches!(act, Act::Alarm { .. })));
    let refused = thief.me().await.refused(401, "revoked");
    assert!(refused.problem().detail.contains("reuse"), "{}", refused.body);
    laptop.me().await.refused(401, "revoked");
}

#[tokio::test]
async fn a_role_waits_for_the_next_token_where_only_the_login_is_looked_up() {
    let bank = Bank::of(&session_id(ROTATION)).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut admin = bank.logged_in(ADMIN, "desk").await;
    demote(&mut admin).await;
    laptop.admin_page().await.is(200);
    laptop.refresh().await.is(200);
    laptop.admin_page().await.refused(403, "not-admin");
}

#[tokio::test]
async fn an_unread_store_is_no_pass() {
    for (check, table) in
        [("epoch = true", "epoch"), ("session_id = true", "family"), ("denylist = \"store\"", "revoked")]
    {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let toml = checked(ROTATION, check);
        let bank = Bank::open(config(&[("d", &*toml)], Some(folder.path().to_owned()))).await.expect("starts");
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let file = rusqlite::Connection::open(folder.path().join("d.sqlite")).expect("opens");
        file.execute_batch(&format!("ALTER TABLE {table} RENAME TO lost")).expect("is taken away");
        laptop.me().await.refused(503, "store-unavailable");
        file.execute_batch(&format!("ALTER TABLE lost RENAME TO {table}")).expect("is brought back");
        laptop.me().await.is(200);
    }
}
