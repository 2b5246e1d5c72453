//! Registering, logging in, being somebody and logging out, in every kind of design.

use lockstep_shared::api::{Account, LiveSession, LoginReply};
use lockstep_shared::trace::Act;
use reqwest::Method;
use serde_json::json;

use crate::actors::{ADMIN, BYSTANDER, Bank, PASSWORD, VICTIM};
use crate::designs::{ROTATION, SESSION, SILENT, STATELESS, STATIC, cached_session, mistaken, sqlite_session};

#[tokio::test]
async fn one_registers_logs_in_and_out_in_every_design() {
    let (sqlite, cached) = (sqlite_session(), cached_session());
    for toml in [SESSION, &sqlite, &cached, STATELESS, SILENT, ROTATION, STATIC] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.device("laptop");
        laptop.me().await.refused(401, "no-credential");
        let new = laptop.register("New.User@bank.test", "a fresh password").await.is(201).me();
        laptop.me().await.refused(401, "no-credential");
        let login = laptop.log_in(" new.user@BANK.test", "a fresh password").await.is(200);
        assert_eq!(login.json::<LoginReply>().user, new);
        assert_eq!(laptop.me().await.is(200).me(), new);
        laptop.admin_page().await.refused(403, "not-admin");
        let account = laptop.get("/api/account").await.is(200).json::<Account>();
        assert_eq!((account.email.as_str(), account.balance_cents), ("New.User@bank.test", 1_000_000));
        let out = laptop.log_out().await;
        match toml == STATELESS {
            true => drop(out.refused(404, "not-in-this-design")),
            false => drop(out.is(204)),
        }
        laptop.me().await.refused(401, "no-credential");
        laptop.register("new.user@bank.test", "another password").await.refused(409, "email-taken");
    }
}

#[tokio::test]
async fn a_log_out_ends_the_session_for_whoever_holds_it() {
    for toml in [SESSION, &sqlite_session(), &cached_session()] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let mut phone = bank.logged_in(VICTIM, "phone").await;
        let mut thief = laptop.thief();
        thief.me().await.is(200);
        let out = laptop.log_out().await.is(204);
        assert_eq!(out.set_cookies, ["__Host-sid=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"]);
        let refused = thief.me().await.refused(401, "revoked");
        assert_eq!(refused.header("www-authenticate"), Some("Bearer realm=\"bank\", error=\"invalid_token\""));
        phone.me().await.is(200);
        let mistaken = Bank::of(&mistaken(toml, "logout_forgets_server")).await;
        let mut laptop = mistaken.logged_in(VICTIM, "laptop").await;
        let mut thief = laptop.thief();
        laptop.log_out().await.is(204);
        thief.me().await.is(200);
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_are_answered_alike() {
    for toml in [SESSION, STATELESS] {
        let bank = Bank::of(toml).await;
        let mut attacker = bank.device("attacker");
        let mut answers = Vec::new();
        for email in [VICTIM, "nobody@bank.test"] {
            let answer = attacker.log_in(email, "wrong horse").await.refused(401, "wrong-credentials");
            assert_eq!(answer.acts(), [Act::PasswordHashed], "{email}: one hash, and nothing else");
            // No token was presented, so none is called invalid (RFC 6750 section 3).
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"bank\""));
            let mut headers = answer.headers.clone();
            headers.remove("date");
            headers.remove("x-request-id");
            answers.push((answer.status, headers, answer.body));
        }
        assert_eq!(answers[0], answers[1]);
    }
}

#[tokio::test]
async fn forms_are_as_good_as_json() {
    let bank = Bank::of(STATELESS).await;
    let mut laptop = bank.device("laptop");
    let form = [("email", VICTIM), ("password", PASSWORD)];
    laptop.send(laptop.request(Method::POST, "/auth/login").form(&form)).await.is(200);
    let form = [("to", BYSTANDER), ("amount_cents", "250")];
    let account = laptop.send(laptop.request(Method::POST, "/api/transfer").form(&form)).await.is(200);
    assert_eq!(account.json::<Account>().balance_cents, 999_750);
    let comments = laptop.request(Method::POST, "/api/comments").form(&[("text", "a & b <i>ü</i>")]);
    laptop.send(comments).await.is(201);
    assert!(laptop.get("/api/comments").await.is(200).body.contains("a & b <i>ü</i>"));
}

#[tokio::test]
async fn credentials_travel_only_as_the_design_says() {
    let bank = Bank::of(SESSION).await;
    let login = bank.device("laptop").log_in(VICTIM, PASSWORD).await.is(200);
    let [line] = &login.set_cookies[..] else { panic!("{:?}", login.set_cookies) };
    let (pair, attributes) = line.split_once("; ").expect("has attributes");
    assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Lax", "and no Domain, and no end but the browser's");
    let id = pair.strip_prefix("__Host-sid=").expect("has the prefix");
    assert_eq!(id.len(), 43, "256 bits in base64url");
    assert!(!login.body.contains(id) && !login.body.contains("token"), "{}", login.body);
    assert_eq!(login.header("cache-control"), Some("no-store"), "RFC 6749 section 5.1");

    let bank = Bank::of(ROTATION).await;
    let login = bank.device("laptop").log_in(VICTIM, PASSWORD).await.is(200);
    let reply = login.json::<LoginReply>();
    assert_eq!((reply.token_type.as_deref(), reply.expires_in), (Some("Bearer"), Some(300)));
    assert!(reply.refresh_token.is_none() && reply.access_token.is_some());
    let [line] = &login.set_cookies[..] else { panic!("{:?}", login.set_cookies) };
    assert!(line.starts_with("__Secure-refresh="), "{line}");
    assert!(line.ends_with("; Path=/auth; Max-Age=1209600; Secure; HttpOnly; SameSite=Strict"), "{line}");

    // Where a cookie carries it, a header does not, and the other way round.
    let bank = Bank::of(SESSION).await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut other = bank.device("other");
    let bearer = other.request(Method::GET, "/api/me").bearer_auth(laptop.credential());
    other.send(bearer).await.refused(401, "no-credential");
    let bank = Bank::of(STATELESS).await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut other = bank.device("other");
    let cookie = other.request(Method::GET, "/api/me").header("cookie", format!("access={}", laptop.credential()));
    other.send(cookie).await.refused(401, "no-credential");
}

#[tokio::test]
async fn a_login_gives_a_new_id_and_ends_the_one_that_came_with_it() {
    let bank = Bank::of(SESSION).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut old = laptop.thief();
    laptop.log_in(VICTIM, PASSWORD).await.is(200);
    assert_ne!(laptop.credential(), old.credential());
    old.me().await.refused(401, "revoked");
    // Neither an id that somebody made up nor one that is somebody else's is adopted.
    let attacker = bank.logged_in(BYSTANDER, "attacker").await;
    for planted in ["made-up-by-the-attacker".to_owned(), attacker.credential()] {
        let mut phone = bank.device("phone").with_credential(&planted);
        phone.log_in(VICTIM, PASSWORD).await.is(200);
        assert_ne!(phone.credential(), planted);
        bank.device("attacker").with_credential(&planted).me().await.is(401);
    }
    let bank = Bank::of(&mistaken(SESSION, "keep_id_on_login")).await;
    let mut phone = bank.device("phone").with_credential("made-up-by-the-attacker");
    phone.log_in(VICTIM, PASSWORD).await.is(200);
    let mut attacker = bank.device("attacker").with_credential("made-up-by-the-attacker");
    assert_eq!(attacker.me().await.is(200).me(), phone.me().await.is(200).me());
}

#[tokio::test]
async fn one_sees_one_s_sessions_and_ends_them() {
    for toml in [SESSION, &sqlite_session(), ROTATION] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        bank.advance(60);
        let mut phone = bank.logged_in(VICTIM, "phone").await;
        let mut bystander = bank.logged_in(BYSTANDER, "tablet").await;
        let list = laptop.get("/auth/sessions").await.is(200).json::<Vec<LiveSession>>();
        let devices: Vec<_> = list.iter().map(|session| (session.device.as_str(), session.current)).collect();
        assert_eq!(devices, [("laptop", true), ("phone", false)], "oldest first, and nobody else's");
        assert!(!list.iter().any(|session| laptop.credential().contains(&session.id)), "a handle opens nothing");
        let of_bystander = bystander.get("/auth/sessions").await.is(200).json::<Vec<LiveSession>>();
        for (path, reason) in [
            (format!("/auth/sessions/{}", of_bystander[0].id), "no-such-session"),
            ("/auth/sessions/0".to_owned(), "no-such-session"),
        ] {
            laptop.delete(&path).await.refused(404, reason);
        }
        laptop.delete(&format!("/auth/sessions/{}", list[1].id)).await.is(204);
        laptop.delete(&format!("/auth/sessions/{}", list[1].id)).await.refused(404, "no-such-session");
        match toml == ROTATION {
            true => drop(phone.refresh().await.refused(401, "revoked")),
            false => drop(phone.me().await.refused(401, "revoked")),
        }
        bystander.me().await.is(200);
        laptop.me().await.is(200);
    }
}

#[tokio::test]
async fn an_admin_ends_one_session_of_somebody() {
    let bank = Bank::of(SESSION).await;
    let mut admin = bank.logged_in(ADMIN, "desk").await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut phone = bank.logged_in(VICTIM, "phone").await;
    let mut bystander = bank.logged_in(BYSTANDER, "tablet").await;
    let id = laptop.me().await.me().id;
    let of_victim = format!("/api/admin/users/{id}/sessions");
    bystander.get(&of_victim).await.refused(403, "not-admin");
    bank.device("nobody").get(&of_victim).await.refused(401, "no-credential");
    let list = admin.get(&of_victim).await.is(200).json::<Vec<LiveSession>>();
    assert!(list.iter().all(|session| !session.current));
    let laptops = list.iter().find(|session| session.device == "laptop").expect("is listed");
    // An id may come percent-encoded.
    let encoded: String = id.bytes().map(|octet| format!("%{octet:02x}")).collect();
    admin.delete(&format!("/api/admin/users/{encoded}/sessions/{}", laptops.id)).await.is(204);
    admin.delete(&format!("{of_victim}/{}", laptops.id)).await.refused(404, "no-such-session");
    admin.get("/api/admin/users/u99/sessions").await.refused(404, "unknown-user");
    laptop.me().await.refused(401, "revoked");
    phone.me().await.is(200);
}

#[tokio::test]
async fn money_moves_only_as_it_can() {
    let bank = Bank::of(SESSION).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut bystander = bank.logged_in(BYSTANDER, "tablet").await;
    for (to, amount, reason) in [
        (BYSTANDER, 0, "bad-amount"),
        (BYSTANDER, -1, "bad-amount"),
        (BYSTANDER, i64::MIN, "bad-amount"),
        (BYSTANDER, i64::MAX, "not-enough-money"),
        (BYSTANDER, 1_000_001, "not-enough-money"),
        ("nobody@bank.test", 1, "unknown-receiver"),
    ] {
        let order = json!({ "to": to, "amount_cents": amount });
        laptop.post("/api/transfer", &order).await.refused(422, reason);
    }
    let order = json!({ "to": VICTIM, "amount_cents": 100 });
    let account = laptop.post("/api/transfer", &order).await.is(200).json::<Account>();
    assert_eq!(account.balance_cents, 1_000_000, "one's own money stays one's own");
    let order = json!({ "to": BYSTANDER.to_uppercase(), "amount_cents": 1_000_000 });
    let account = laptop.post("/api/transfer", &order).await.is(200).json::<Account>();
    assert_eq!((account.balance_cents, account.transfers.len()), (0, 2));
    assert_eq!(bystander.get("/api/account").await.json::<Account>().balance_cents, 2_000_000);
}
