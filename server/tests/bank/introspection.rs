//! Opaque tokens: the resource server, what it is told, and for how long it believes that.

use lockstep_shared::api::LiveSession;
use lockstep_shared::trace::{Act, CopyOf, Record};
use reqwest::Method;
use serde_json::{Value, json};

use crate::actors::{ADMIN, BYSTANDER, Bank, Device, PASSWORD, VICTIM, config};
use crate::designs::{OPAQUE, ROTATION, SESSION, changed, mistaken};

fn introspected(acts: &[Act]) -> Option<(bool, bool)> {
    acts.iter().find_map(|act| match act {
        Act::Introspected { cached, active } => Some((*cached, *active)),
        _ => None,
    })
}

async fn admin_of(bank: &Bank) -> Device<'_> {
    bank.logged_in(ADMIN, "desk").await
}

#[tokio::test]
async fn the_resource_server_asks_once_and_believes_for_a_while() {
    let bank = Bank::of(OPAQUE).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    assert!(!laptop.credential().contains('.') && laptop.credential().len() == 43);
    let asked = laptop.me().await.is(200);
    assert_eq!(asked.me().role, "admin");
    let acts = asked.acts();
    assert_eq!(introspected(&acts), Some((false, true)), "{acts:?}");
    let read =
        |what: Record| acts.iter().any(|act| matches!(act, Act::StoreRead { what: w, found: true, .. } if *w == what));
    assert!(read(Record::Access) && read(Record::Family), "what the authorization server did is told too: {acts:?}");
    assert!(acts.iter().any(|act| matches!(act, Act::UserRead { .. })), "{acts:?}");
    bank.advance_ms(29_999);
    let acts = laptop.admin_page().await.is(200).acts();
    let role = Act::RoleBelieved { role: "admin".into(), from: CopyOf::Introspection };
    assert_eq!(acts, [Act::Introspected { cached: true, active: true }, role]);
    bank.advance_ms(1);
    assert_eq!(introspected(&laptop.me().await.is(200).acts()), Some((false, true)));
    bank.device("nobody").me().await.refused(401, "no-credential");
    // The authorization server looks for itself.
    assert_eq!(introspected(&laptop.get("/auth/sessions").await.is(200).acts()), None);
}

#[tokio::test]
async fn everything_ends_within_the_cache() {
    // What is done to the victim's laptop, by whom: and who is out after it.
    for event in ["log-out", "everywhere", "password", "ban", "one"] {
        let bank = Bank::of(OPAQUE).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut phone = bank.logged_in(VICTIM, "phone").await;
        let mut bystander = bank.logged_in(BYSTANDER, "tablet").await;
        let mut admin = admin_of(&bank).await;
        let mut thief = laptop.thief();
        for device in [&mut thief, &mut phone, &mut bystander] {
            device.me().await.is(200);
        }
        match event {
            "log-out" => drop(laptop.log_out().await.is(204)),
            "everywhere" => drop(laptop.post("/auth/logout-everywhere", &json!({})).await.is(204)),
            "password" => {
                let change = json!({ "current": PASSWORD, "new": "a new password" });
                laptop.post("/auth/password", &change).await.is(200);
                laptop.me().await.is(200);
            }
            "ban" => drop(admin.post("/api/admin/users/u1/ban", &json!({})).await.is(204)),
            _ => {
                let live = admin.get("/api/admin/users/u1/sessions").await.is(200).json::<Vec<LiveSession>>();
                let id = &live.iter().find(|session| session.device == "laptop").expect("is live").id;
                admin.delete(&format!("/api/admin/users/u1/sessions/{id}")).await.is(204);
            }
        }
        bank.advance_ms(29_999);
        thief.me().await.is(200);
        bank.advance_ms(1);
        thief.me().await.refused(401, "inactive-token");
        match event {
            "log-out" | "one" => drop(phone.me().await.is(200)),
            _ => drop(phone.me().await.refused(401, "inactive-token")),
        }
        bystander.me().await.is(200);
        if event == "password" {
            laptop.me().await.is(200);
        }
    }
}

#[tokio::test]
async fn a_role_is_read_at_each_introspection() {
    let bank = Bank::of(OPAQUE).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut admin = admin_of(&bank).await;
    laptop.admin_page().await.is(200);
    admin.post("/api/admin/users/u1/role", &json!({ "role": "user" })).await.is(204);
    laptop.admin_page().await.is(200);
    bank.advance(30);
    laptop.admin_page().await.refused(403, "not-admin");
    laptop.me().await.is(200);
}

#[tokio::test]
async fn no_answer_outlives_its_token_nor_its_login() {
    let bank = Bank::of(OPAQUE).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    bank.advance(290);
    laptop.me().await.is(200);
    bank.advance_ms(9_999);
    laptop.me().await.is(200);
    bank.advance_ms(1);
    laptop.me().await.refused(401, "inactive-token");
    laptop.get("/auth/sessions").await.refused(401, "expired");
    laptop.refresh().await.is(200);
    laptop.me().await.is(200);
    let bank = Bank::of(&changed(OPAQUE, "ttl = \"14d\"", "ttl = \"5m\"")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    bank.advance(200);
    laptop.refresh().await.is(200);
    bank.advance(90);
    laptop.me().await.is(200);
    bank.advance(10);
    laptop.me().await.refused(401, "inactive-token");
}

#[tokio::test]
async fn a_restart_forgets_what_was_believed() {
    let bank = Bank::of(OPAQUE).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut phone = bank.logged_in(VICTIM, "phone").await;
    let mut thief = laptop.thief();
    thief.me().await.is(200);
    laptop.log_out().await.is(204);
    thief.me().await.is(200);
    bank.running.restart().expect("starts again");
    thief.me().await.refused(401, "inactive-token");
    phone.me().await.is(200);
    phone.refresh().await.is(200);
    phone.me().await.is(200);
}

#[tokio::test]
async fn reuse_puts_both_out_within_the_cache() {
    let bank = Bank::of(OPAQUE).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut thief = laptop.clone();
    thief.refresh().await.is(200);
    thief.me().await.is(200);
    laptop.me().await.is(200);
    let reused = laptop.refresh().await.refused(401, "reuse-detected");
    assert!(reused.acts().iter().any(|act| matches!(act, Act::Alarm { .. })));
    bank.advance(30);
    thief.me().await.refused(401, "inactive-token");
    laptop.me().await.refused(401, "inactive-token");
}

#[tokio::test]
async fn nobody_else_may_ask() {
    let bank = Bank::of(OPAQUE).await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let token = laptop.credential();
    let ask = || bank.device("thief").request(Method::POST, "/oauth/introspect").form(&[("token", &token)]);
    let shown = [
        ask(),
        ask().bearer_auth(&token),
        ask().basic_auth("resource-server", Some("")),
        ask().basic_auth("resource-server", Some(&token)),
        ask().basic_auth("resource-server", None::<&str>),
        ask().header("authorization", "Basic !"),
        laptop.request(Method::POST, "/oauth/introspect").form(&[("token", &token)]),
    ];
    for request in shown {
        let refused = bank.device("thief").send(request).await.is(401);
        let problem: Value = refused.json();
        assert_eq!((&problem["reason"], &problem["error"]), (&json!("unknown-client"), &json!("invalid_client")));
        assert_eq!(refused.header("www-authenticate"), Some("Basic realm=\"bank\""));
        assert!(!refused.acts().iter().any(|act| matches!(act, Act::StoreRead { .. })), "nothing is looked up");
    }
    bank.device("thief").get("/oauth/introspect").await.is(405);
    for toml in [ROTATION, SESSION] {
        let bank = Bank::of(toml).await;
        let request = bank.device("thief").request(Method::POST, "/oauth/introspect").form(&[("token", "x")]);
        bank.device("thief").send(request).await.refused(404, "not-in-this-design");
    }
}

#[tokio::test]
async fn strange_tokens_are_not_active() {
    let bank = Bank::open(config(&[("d", OPAQUE), ("other", OPAQUE)], None)).await.expect("starts");
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut elsewhere = bank.device_at("other", "laptop");
    elsewhere.log_in(VICTIM, PASSWORD).await.is(200);
    let (_, refresh) = laptop.cookies["__Secure-refresh"].clone();
    let long = "x".repeat(20_000);
    for token in ["x", "a&token=b", "a%00b", "a=b&client_id=c", "+", &long, &refresh, &elsewhere.credential()] {
        let refused = laptop.with_credential(token).me().await.refused(401, "inactive-token");
        assert_eq!(introspected(&refused.acts()), Some((false, false)), "{:?}", refused.acts());
    }
    // Of two tokens in one header only one can be meant, and neither passes.
    let both = format!("{} {}", laptop.credential(), laptop.credential());
    laptop.with_credential(&both).me().await.refused(401, "inactive-token");
    laptop.clone().me().await.is(200);
    // Nor does an access token renew.
    let mut swapped = laptop.clone();
    swapped.cookies.insert("__Secure-refresh".to_owned(), ("/auth".to_owned(), laptop.credential()));
    swapped.refresh().await.refused(401, "unknown-token");
}

#[tokio::test]
async fn a_silent_authorization_server_is_no_pass() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let bank = Bank::open(config(&[("d", OPAQUE)], Some(folder.path().to_owned()))).await.expect("starts");
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut phone = bank.logged_in(VICTIM, "phone").await;
    laptop.me().await.is(200);
    let file = rusqlite::Connection::open(folder.path().join("d.sqlite")).expect("opens");
    file.execute_batch("ALTER TABLE access RENAME TO lost").expect("is taken away");
    phone.me().await.refused(503, "introspection-unavailable");
    // What was said before is still believed.
    laptop.me().await.is(200);
    file.execute_batch("ALTER TABLE lost RENAME TO access").expect("is brought back");
    phone.me().await.is(200);
}

#[tokio::test]
async fn each_node_asks_for_itself() {
    let bank = Bank::of(OPAQUE).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    laptop.me().await.is(200);
    bank.running.add_node(lockstep_shared::clock::Skew::NONE).await.expect("starts");
    for _ in 0..12 {
        laptop.me().await.is(200);
        bank.advance(10);
    }
}

#[tokio::test]
async fn a_moved_bank_asks_itself_under_its_new_name() {
    let bank = Bank::of(OPAQUE).await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let label = "moved";
    assert!(bank.running.move_host("d", label).is_ok());
    let at = bank.running.address();
    let client = reqwest::Client::builder().no_proxy().resolve("moved.localhost", at).build().expect("needs nothing");
    let me = client.get(format!("http://moved.localhost:{}/api/me", at.port())).bearer_auth(laptop.credential());
    assert_eq!(me.send().await.expect("answers").status(), 200);
}

#[tokio::test]
async fn a_log_out_that_forgets_the_server_ends_nothing() {
    let bank = Bank::of(&mistaken(OPAQUE, "logout_forgets_server")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut thief = laptop.thief();
    laptop.log_out().await.is(204);
    bank.advance(30);
    thief.me().await.is(200);
}

#[tokio::test]
async fn what_is_kept_names_no_token() {
    let bank = Bank::of(OPAQUE).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    laptop.refresh().await.is(200);
    let kept = bank.running.kept("d").await.expect("answers");
    let of = |what: Record| kept.iter().filter(|record| record.what == what).count();
    assert_eq!((of(Record::Family), of(Record::Access)), (1, 2), "{kept:?}");
    assert!(!format!("{kept:?}").contains(&laptop.credential()));
}
