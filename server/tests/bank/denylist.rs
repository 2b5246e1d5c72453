//! Lists of revoked tokens: what is listed, for how long, and who can put something there.

use lockstep_server::KeptRecord;
use lockstep_shared::api::LiveSession;
use lockstep_shared::trace::{Act, Record};
use serde_json::json;

use crate::actors::{ADMIN, BYSTANDER, Bank, Device, PASSWORD, VICTIM};
use crate::designs::{ROTATION, SILENT, STATELESS, STATIC, changed, checked};

const ENGINES: [&str; 2] = ["store", "memory"];

fn listing(toml: &str, engine: &str) -> String {
    checked(toml, &format!("denylist = \"{engine}\""))
}

async fn listed(bank: &Bank) -> Vec<KeptRecord> {
    let mut kept = bank.running.kept("d").await.expect("answers");
    kept.retain(|record| record.what == Record::Revocation);
    kept
}

/// The one live session of the victim's on this device, as an admin sees it.
async fn session_of(admin: &mut Device<'_>, device: &str) -> String {
    let live = admin.get("/api/admin/users/u1/sessions").await.is(200).json::<Vec<LiveSession>>();
    live.into_iter().find(|session| session.device == device).expect("is live").id
}

#[tokio::test]
async fn a_log_out_lists_its_token_and_no_other() {
    for engine in ENGINES {
        let bank = Bank::of(&listing(ROTATION, engine)).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut phone = bank.logged_in(VICTIM, "phone").await;
        let mut bystander = bank.logged_in(BYSTANDER, "tablet").await;
        let (mut thief, mut whole) = (laptop.thief(), laptop.clone());
        let asked = thief.me().await.is(200).acts();
        let asks = |act: &Act| matches!(act, Act::StoreRead { what: Record::Revocation, found: false, .. });
        assert_eq!(asked.iter().filter(|act| asks(act)).count(), 1, "{asked:?}");
        laptop.log_out().await.is(204);
        thief.me().await.refused(401, "revoked");
        whole.me().await.refused(401, "revoked");
        whole.refresh().await.refused(401, "revoked");
        phone.me().await.is(200);
        bystander.me().await.is(200);
        let [entry] = &listed(&bank).await[..] else { panic!("one entry") };
        assert_eq!(entry.ends, Some(bank.running.clock().now() + std::time::Duration::from_secs(300)));
        bank.advance(300);
        assert_eq!(listed(&bank).await, [], "what has ended need not be listed");
        thief.me().await.refused(401, "expired");
    }
}

#[tokio::test]
async fn a_restart_forgets_a_list_in_memory_alone() {
    for engine in ENGINES {
        let bank = Bank::of(&listing(ROTATION, engine)).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let (mut thief, mut whole) = (laptop.thief(), laptop.clone());
        laptop.log_out().await.is(204);
        bank.running.restart().expect("starts again");
        match engine {
            "memory" => drop(thief.me().await.is(200)),
            _ => drop(thief.me().await.refused(401, "revoked")),
        }
        whole.refresh().await.refused(401, "revoked");
    }
}

#[tokio::test]
async fn an_admin_lists_the_newest_token_of_one_login() {
    let rotating = listing(ROTATION, "store");
    let fixed = listing(STATIC, "memory");
    for toml in [rotating, fixed] {
        let bank = Bank::of(&toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut phone = bank.logged_in(VICTIM, "phone").await;
        let mut admin = bank.logged_in(ADMIN, "desk").await;
        let mut first = laptop.thief();
        bank.advance(60);
        laptop.refresh().await.is(200);
        laptop.me().await.is(200);
        let id = session_of(&mut admin, "laptop").await;
        admin.delete(&format!("/api/admin/users/u1/sessions/{id}")).await.is(204);
        laptop.me().await.refused(401, "revoked");
        laptop.refresh().await.refused(401, "revoked");
        phone.me().await.is(200);
        // Of the tokens before it nobody kept the name: they live to their own end.
        first.me().await.is(200);
        bank.advance(240);
        first.me().await.refused(401, "expired");
    }
}

#[tokio::test]
async fn everywhere_passwords_and_bans_list_nothing() {
    let bank = Bank::of(&listing(ROTATION, "store")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut phone = bank.logged_in(VICTIM, "phone").await;
    let mut admin = bank.logged_in(ADMIN, "desk").await;
    let change = json!({ "current": PASSWORD, "new": "a new password" });
    laptop.post("/auth/password", &change).await.is(200);
    phone.me().await.is(200);
    phone.refresh().await.refused(401, "revoked");
    laptop.post("/auth/logout-everywhere", &json!({})).await.is(204);
    laptop.me().await.is(200);
    admin.post("/api/admin/users/u1/ban", &json!({})).await.is(204);
    laptop.me().await.is(200);
    assert_eq!(listed(&bank).await, []);
}

#[tokio::test]
async fn a_log_out_without_the_access_token_lists_the_newest() {
    let bank = Bank::of(&listing(ROTATION, "store")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut thief = laptop.thief();
    // The page was closed, and its memory with it; the cookie is still there.
    laptop.access = None;
    laptop.log_out().await.is(204);
    thief.me().await.refused(401, "revoked");
}

#[tokio::test]
async fn nobody_lists_what_does_not_hold() {
    let bank = Bank::of(&listing(ROTATION, "store")).await;
    let victim = bank.logged_in(VICTIM, "laptop").await;
    let token = victim.credential();
    let (body, _) = token.rsplit_once('.').expect("has a signature");
    for forged in [format!("{body}.AAAA"), format!("{body}."), "x".to_owned(), "..".to_owned()] {
        let mut thief = victim.with_credential(&forged);
        let out = thief.log_out().await.is(204);
        assert!(out.acts().iter().any(|act| matches!(act, Act::NothingKept { .. })), "{:?}", out.acts());
        let revoke = victim.request(reqwest::Method::POST, "/oauth/revoke").form(&[("token", &forged)]);
        victim.clone().send(revoke).await.is(200);
    }
    assert_eq!(listed(&bank).await, []);
    victim.clone().me().await.is(200);
}

#[tokio::test]
async fn a_token_that_lives_longer_is_listed_longer() {
    let lenient =
        changed(&listing(STATELESS, "memory"), "access_ttl = \"24h\"", "access_ttl = \"24h\"\nleeway = \"60s\"");
    let bank = Bank::of(&lenient).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let (mut thief, mut other) = (laptop.thief(), bank.logged_in(VICTIM, "phone").await);
    laptop.log_out().await.is(204);
    bank.advance_ms(86_459_999);
    other.me().await.is(200);
    thief.me().await.refused(401, "revoked");
    bank.advance_ms(1);
    thief.me().await.refused(401, "expired");
}

#[tokio::test]
async fn signed_refresh_tokens_are_listed_as_well() {
    let bank = Bank::of(&listing(SILENT, "store")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut thief = laptop.clone();
    laptop.log_out().await.is(204);
    thief.me().await.refused(401, "revoked");
    thief.refresh().await.refused(401, "revoked");
    thief.cookies.remove("__Host-access");
    thief.me().await.refused(401, "revoked");
    // Two entries: the access token for its five minutes, the refresh token for its fortnight.
    assert_eq!(listed(&bank).await.len(), 2);
}

#[tokio::test]
async fn a_list_by_octets_knows_no_twins() {
    let toml = changed(ROTATION, "alg = \"EdDSA\"", "alg = \"ES256\"");
    for (mistake, twin_is_in) in [("", false), ("\n[mistakes]\ndenylist_by_bytes = true\n", true)] {
        let bank = Bank::of(&format!("{}{mistake}", listing(&toml, "store"))).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let token = laptop.credential();
        let mut thief = laptop.thief();
        let mut twin = laptop.with_credential(&twin_of(&token));
        twin.me().await.is(200);
        laptop.log_out().await.is(204);
        thief.me().await.refused(401, "revoked");
        match twin_is_in {
            true => drop(twin.me().await.is(200)),
            false => drop(twin.me().await.refused(401, "revoked")),
        }
    }
}

/// The other signature that holds for the same content: (r, s) and (r, n - s) are both good for ECDSA.
fn twin_of(token: &str) -> String {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
    const N: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
        0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let (body, signature) = token.rsplit_once('.').expect("has a signature");
    let mut signature = BASE64.decode(signature).expect("is base64url");
    let mut borrow = 0;
    for at in (0..32).rev() {
        let difference = i16::from(N[at]) - i16::from(signature[32 + at]) - borrow;
        borrow = i16::from(difference < 0);
        signature[32 + at] = u8::try_from(difference.rem_euclid(256)).expect("is an octet");
    }
    format!("{body}.{}", BASE64.encode(signature))
}
