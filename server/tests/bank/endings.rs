//! What ends a login and when: bans, roles, passwords, restarts, keys and time.

use lockstep_server::{Config, Journal};
use lockstep_shared::api::{Account, Comment, UserRow};
use lockstep_shared::trace::Act;
use serde_json::json;

use crate::actors::{ADMIN, BYSTANDER, Bank, Device, PASSWORD, VICTIM, config};
use crate::designs::{
    OPAQUE, ROTATION, SESSION, SILENT, STATELESS, STATIC, cached_session, changed, checked, mistaken, sqlite_session,
};

async fn id_of(admin: &mut Device<'_>, email: &str) -> String {
    let rows = admin.admin_page().await.is(200).json::<Vec<UserRow>>();
    rows.into_iter().find(|row| row.email == email).expect("is a user").id
}

async fn demote(admin: &mut Device<'_>, email: &str) {
    let id = id_of(admin, email).await;
    admin
        .post(&format!("/api/admin/users/{id}/role"), &json!({ "role": "emperor" }))
        .await
        .refused(422, "unknown-role");
    admin.post(&format!("/api/admin/users/{id}/role"), &json!({ "role": "user" })).await.is(204);
}

async fn ban(admin: &mut Device<'_>, email: &str) {
    let id = id_of(admin, email).await;
    admin.post(&format!("/api/admin/users/{id}/ban"), &json!({})).await.is(204);
}

#[tokio::test]
async fn a_role_is_read_live_or_copied() {
    // Whether the demoted admin is still one at once, and after the access token's life.
    for (toml, at_once, later) in [
        (SESSION, false, false),
        (&*cached_session(), true, true),
        (STATELESS, true, true),
        (SILENT, true, false),
        (ROTATION, true, false),
    ] {
        let bank = Bank::of(toml).await;
        let mut admin = bank.logged_in(ADMIN, "desk").await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        laptop.admin_page().await.is(200);
        demote(&mut admin, VICTIM).await;
        let is_admin = async |laptop: &mut Device<'_>| match laptop.admin_page().await {
            page if page.status == 200 => true,
            page => {
                page.refused(403, "not-admin");
                false
            }
        };
        assert_eq!(is_admin(&mut laptop).await, at_once, "at once: {toml}");
        assert_eq!(laptop.me().await.is(200).me().role == "admin", at_once);
        bank.advance(300);
        if toml == ROTATION {
            laptop.admin_page().await.refused(401, "expired");
            laptop.refresh().await.is(200);
        }
        assert_eq!(is_admin(&mut laptop).await, later, "later: {toml}");
    }
}

#[tokio::test]
async fn a_ban_ends_what_the_design_can_end() {
    for toml in [SESSION, &sqlite_session(), &cached_session(), STATELESS, SILENT, ROTATION, STATIC] {
        let bank = Bank::of(toml).await;
        let mut admin = bank.logged_in(ADMIN, "desk").await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        ban(&mut admin, VICTIM).await;
        let now = laptop.me().await;
        match toml {
            toml if toml == SESSION || toml == sqlite_session() => drop(now.refused(401, "revoked")),
            _ => drop(now.is(200)),
        }
        bank.advance(300);
        let later = laptop.me().await;
        match toml {
            SILENT => drop(later.refused(401, "banned")),
            ROTATION | STATIC => {
                later.refused(401, "expired");
                laptop.refresh().await.refused(401, "revoked");
            }
            toml if toml == STATELESS || toml == cached_session() => drop(later.is(200)),
            _ => drop(later.refused(401, "revoked")),
        }
        let mut phone = bank.device("phone");
        phone.log_in(VICTIM, PASSWORD).await.refused(403, "banned");
        phone.log_in(VICTIM, "wrong horse").await.refused(401, "wrong-credentials");
        let id = id_of(&mut admin_again(&bank).await, VICTIM).await;
        let mut admin = admin_again(&bank).await;
        admin.post(&format!("/api/admin/users/{id}/ban"), &json!({ "banned": false })).await.is(204);
        phone.log_in(VICTIM, PASSWORD).await.is(200);
    }
}

async fn admin_again(bank: &Bank) -> Device<'_> {
    bank.logged_in(ADMIN, "desk").await
}

#[tokio::test]
async fn a_password_change_ends_all_but_the_acting_device() {
    for toml in [SESSION, &sqlite_session(), ROTATION, STATIC] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut phone = bank.logged_in(VICTIM, "phone").await;
        let mut thief = laptop.clone();
        let change = |current: &str, new: &str| json!({ "current": current, "new": new });
        laptop.post("/auth/password", &change("wrong horse", "a new password")).await.refused(403, "wrong-password");
        laptop.post("/auth/password", &change(PASSWORD, "short")).await.refused(422, "bad-password");
        phone.me().await.is(200);
        laptop.post("/auth/password", &change(PASSWORD, "a new password")).await.is(200);
        laptop.me().await.is(200);
        for other in [&mut phone, &mut thief] {
            match toml == SESSION || toml == sqlite_session() {
                true => drop(other.me().await.refused(401, "revoked")),
                false => drop(other.refresh().await.refused(401, "revoked")),
            }
        }
        if toml == ROTATION || toml == STATIC {
            laptop.refresh().await.is(200);
        }
        let mut tablet = bank.device("tablet");
        tablet.log_in(VICTIM, PASSWORD).await.refused(401, "wrong-credentials");
        tablet.log_in(VICTIM, "a new password").await.is(200);
    }
}

#[tokio::test]
async fn a_log_out_everywhere_leaves_nobody_but_the_bystander() {
    for toml in [SESSION, &sqlite_session(), ROTATION, SILENT] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut phone = bank.logged_in(VICTIM, "phone").await;
        let mut bystander = bank.logged_in(BYSTANDER, "tablet").await;
        let everywhere = laptop.post("/auth/logout-everywhere", &json!({})).await.is(204);
        assert!(everywhere.set_cookies.iter().all(|line| line.contains("=; ") && line.contains("Max-Age=0")));
        assert!(laptop.cookies.is_empty(), "the acting client's cookies are cleared");
        match toml {
            ROTATION => drop(phone.refresh().await.refused(401, "revoked")),
            SILENT => {
                let kept = |act: &Act| matches!(act, Act::NothingKept { .. });
                assert!(everywhere.acts().iter().any(kept), "and the trace says that this was all");
                phone.me().await.is(200);
            }
            _ => drop(phone.me().await.refused(401, "revoked")),
        }
        bystander.me().await.is(200);
    }
}

#[tokio::test]
async fn a_restart_forgets_memory_and_nothing_else() {
    let (sqlite, on_disk) = (sqlite_session(), changed(ROTATION, "store = \"sqlite\"", "store = \"memory\""));
    let designs =
        [("memory", SESSION), ("sqlite", &*sqlite), ("stateless", STATELESS), ("kept", ROTATION), ("lost", &*on_disk)];
    let bank = Bank::open(config(&designs, None)).await.expect("starts");
    let mut devices = Vec::new();
    for (id, _) in designs {
        let mut device = bank.device_at(id, "laptop");
        device.log_in(VICTIM, PASSWORD).await.is(200);
        devices.push(device);
    }
    devices[1].register("new@bank.test", "a new password").await.is(201);
    bank.running.restart().expect("starts again");
    let [memory, sqlite, stateless, kept, lost] = &mut devices[..] else { unreachable!("five designs") };
    memory.me().await.refused(401, "unknown-session");
    for device in [sqlite, stateless, &mut *kept, &mut *lost] {
        device.me().await.is(200);
    }
    kept.refresh().await.is(200);
    lost.refresh().await.refused(401, "unknown-token");
    // Users are on disk in every design, and what was ended stays ended.
    memory.log_in("new@bank.test", "a new password").await.is(200);
    let mut thief = devices[1].thief();
    devices[1].log_out().await.is(204);
    bank.running.restart().expect("starts again");
    thief.me().await.refused(401, "revoked");
}

#[tokio::test]
async fn a_new_key_ends_what_the_old_one_signed() {
    for toml in [STATELESS, SILENT, ROTATION, STATIC] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        assert!(bank.running.rotate_key("d"));
        laptop.me().await.refused(401, "unknown-key");
        if toml == ROTATION || toml == STATIC {
            laptop.refresh().await.is(200);
            laptop.me().await.is(200);
        }
        if toml == SILENT {
            // Its refresh token was signed with the same key.
            bank.advance(300);
            laptop.me().await.refused(401, "unknown-key");
            laptop.refresh().await.refused(401, "unknown-key");
        }
    }
    let bank = Bank::of(SESSION).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    assert!(!bank.running.rotate_key("d"), "it signs nothing");
    assert!(!bank.running.rotate_key("no-such-design"));
    laptop.me().await.is(200);
}

#[tokio::test]
async fn an_idle_session_ends_on_its_instant() {
    for toml in [SESSION, &sqlite_session()] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut phone = bank.logged_in(VICTIM, "phone").await;
        bank.advance_ms(30 * 60_000 - 1);
        laptop.me().await.is(200);
        bank.advance_ms(1);
        laptop.me().await.is(200);
        let refused = phone.me().await.refused(401, "expired");
        assert!(refused.problem().detail.contains("idle end"), "{}", refused.body);
        let kept = bank.running.kept("d").await.expect("answers");
        assert_eq!(kept.iter().map(|record| record.device.as_str()).collect::<Vec<_>>(), ["laptop"]);
    }
}

#[tokio::test]
async fn a_busy_session_ends_on_its_absolute_instant() {
    for toml in [SESSION, &sqlite_session()] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        for _ in 0..35 {
            bank.advance(20 * 60);
            laptop.me().await.is(200);
        }
        bank.advance_ms(20 * 60_000 - 1);
        laptop.me().await.is(200);
        bank.advance_ms(1);
        let refused = laptop.me().await.refused(401, "expired");
        assert!(refused.problem().detail.contains("absolute end"), "{}", refused.body);
    }
}

#[tokio::test]
async fn what_can_not_be_looked_up_is_unavailable() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let listing = checked(ROTATION, "denylist = \"store\"");
    let (versions, logins) = (checked(ROTATION, "epoch = true"), checked(ROTATION, "session_id = true"));
    let sqlite = sqlite_session();
    let asking = [("s", &*sqlite), ("l", &*listing), ("v", &*versions), ("n", &*logins), ("o", OPAQUE)];
    let designs = [&asking[..], &[("r", ROTATION), ("j", STATELESS)]].concat();
    let config = Config { journal: Journal::Rollback, ..config(&designs, Some(folder.path().to_owned())) };
    let bank = Bank::open(config).await.expect("starts");
    for (id, _) in designs {
        let mut laptop = bank.device_at(id, "laptop");
        laptop.log_in(VICTIM, PASSWORD).await.is(200);
        let lock = rusqlite::Connection::open(folder.path().join(format!("{id}.sqlite"))).expect("opens");
        lock.execute_batch("BEGIN EXCLUSIVE").expect("takes the lock");
        let order = json!({ "to": BYSTANDER, "amount_cents": 1 });
        let answers = [laptop.me().await, laptop.admin_page().await, laptop.post("/api/transfer", &order).await];
        for answer in answers {
            match asking.iter().any(|(asks, _)| *asks == id) {
                true => assert_eq!(answer.status, 503, "{id}: {}", answer.body),
                false => assert_eq!(answer.status, 200, "{id}: {}", answer.body),
            }
        }
        drop(lock);
        laptop.me().await.is(200);
    }
}

/// A transfer, where the mistake is made to offer it as a link.
const LINK: &str = "/api/transfer?to=bystander@bank.test&amount_cents=5000";

#[tokio::test]
async fn a_locked_store_is_unavailable_and_never_a_pass() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let sqlite = sqlite_session();
    let by_get = mistaken(&sqlite, "get_changes_state");
    let designs = [("s", &*sqlite), ("g", &*by_get), ("r", ROTATION), ("j", STATELESS)];
    let bank = Bank::open(config(&designs, Some(folder.path().to_owned()))).await.expect("starts");
    let mut by_link = bank.device_at("g", "laptop");
    by_link.log_in(VICTIM, PASSWORD).await.is(200);
    let mut session = bank.device_at("s", "laptop");
    session.log_in(VICTIM, PASSWORD).await.is(200);
    let mut rotation = bank.device_at("r", "laptop");
    rotation.log_in(VICTIM, PASSWORD).await.is(200);
    let mut stateless = bank.device_at("j", "laptop");
    stateless.log_in(VICTIM, PASSWORD).await.is(200);
    let lock = |id: &str| {
        let file = rusqlite::Connection::open(folder.path().join(format!("{id}.sqlite"))).expect("opens");
        file.execute_batch("BEGIN EXCLUSIVE").expect("takes the lock");
        file
    };
    let locks = [lock("s"), lock("g"), lock("r")];
    let (mut phone, mut thief) = (bank.device_at("s", "phone"), rotation.clone());
    // It can be read who is asking. But where not even that can be noted, nothing is done.
    session.post("/api/comments", &json!({ "text": "never written" })).await.refused(503, "store-unavailable");
    let order = json!({ "to": BYSTANDER, "amount_cents": 5000 });
    session.post("/api/transfer", &order).await.refused(503, "store-unavailable");
    by_link.get(LINK).await.refused(503, "store-unavailable");
    let before = rotation.clone();
    let (me, login, refresh) = tokio::join!(session.me(), phone.log_in(VICTIM, PASSWORD), thief.refresh());
    for answer in [me, login, refresh] {
        let refused = answer.refused(503, "store-unavailable");
        assert!(refused.set_cookies.is_empty() && !refused.body.contains("token\""), "{}", refused.body);
    }
    stateless.me().await.is(200);
    rotation.me().await.is(200);
    drop(locks);
    session.me().await.is(200);
    let comments: Vec<Comment> = session.get("/api/comments").await.is(200).json();
    assert!(comments.is_empty(), "{comments:?}");
    let account: Account = session.get("/api/account").await.is(200).json();
    assert!(account.transfers.is_empty(), "all designs have the same users: {account:?}");
    by_link.get(LINK).await.is(200);
    before.clone().refresh().await.is(200);
}
