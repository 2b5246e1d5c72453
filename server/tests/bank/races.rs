//! Races over HTTP, in a chosen order: a request is held inside the server while others pass it.

use std::io::Write;
use std::sync::Arc;

use reqwest::Method;
use serde_json::json;
use tokio::sync::Barrier;

use crate::actors::{Bank, Device, PASSWORD, VICTIM};
use crate::designs::{ROTATION, SESSION, changed, mistaken, sqlite_session};

const ROUNDS: usize = 20;

/// A slow request is held before it saves its session, the victim logs out, the request goes on. Answers how many
/// sessions are alive after that.
async fn survivors(toml: &str) -> usize {
    let bank = Bank::of(toml).await;
    let mut survivors = 0;
    for round in 0..ROUNDS {
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        let (mut slow, mut thief) = (laptop.thief(), laptop.thief());
        let mut held = bank.running.hold_next("before-save").expect("is a point");
        let log_out = async {
            assert!(held.arrived().await, "round {round}");
            laptop.log_out().await.is(204);
            held.release();
        };
        let (slow, ()) = tokio::join!(slow.me(), log_out);
        slow.is(200);
        survivors += usize::from(thief.me().await.status == 200);
    }
    survivors
}

#[tokio::test]
async fn a_slow_request_does_not_bring_a_session_back() {
    for toml in [SESSION, &sqlite_session()] {
        assert_eq!(survivors(toml).await, 0, "{toml}");
        assert_eq!(survivors(&mistaken(toml, "save_reinserts")).await, ROUNDS, "{toml}");
    }
}

/// One token, refreshed by this many at once. Answers how many were given a successor.
async fn refresh_at_once(laptop: &Device<'_>, callers: usize) -> usize {
    let barrier = Arc::new(Barrier::new(callers));
    let requests: Vec<_> = (0..callers)
        .map(|_| {
            let (barrier, request) = (barrier.clone(), laptop.request(Method::POST, "/auth/refresh"));
            tokio::spawn(async move {
                barrier.wait().await;
                request.send().await.expect("the server answers").status().is_success()
            })
        })
        .collect();
    let mut given = 0;
    for request in requests {
        given += usize::from(request.await.expect("does not panic"));
    }
    given
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_simultaneous_refreshes_one_is_answered() {
    for store in ["memory", "sqlite"] {
        let toml = changed(ROTATION, "store = \"sqlite\"", &format!("store = \"{store}\""));
        let bank = Bank::of(&toml).await;
        for _ in 0..ROUNDS {
            let laptop = bank.logged_in(VICTIM, "laptop").await;
            assert_eq!(refresh_at_once(&laptop, 32).await, 1, "{store}");
            laptop.clone().refresh().await.refused(401, "revoked");
        }
        let live = bank.running.kept("d").await.expect("answers");
        assert!(live.iter().all(|family| family.ended.is_some()), "thirty-one came second, every time");
    }
}

#[tokio::test]
async fn a_held_refresh_gets_nothing_unless_it_reads_first_and_writes_then() {
    for store in ["memory", "sqlite"] {
        let good = changed(ROTATION, "store = \"sqlite\"", &format!("store = \"{store}\""));
        for (toml, both) in [(good.clone(), false), (mistaken(&good, "refresh_reads_then_writes"), true)] {
            let bank = Bank::of(&toml).await;
            let laptop = bank.logged_in(VICTIM, "laptop").await;
            let (mut slow, mut quick) = (laptop.clone(), laptop.clone());
            let mut held = bank.running.hold_next("before-rotate").expect("is a point");
            let passes = async {
                assert!(held.arrived().await);
                quick.refresh().await.is(200);
                held.release();
            };
            let (slow, ()) = tokio::join!(slow.refresh(), passes);
            match both {
                true => drop(slow.is(200)),
                false => drop(slow.refused(401, "reuse-detected")),
            }
        }
    }
}

/// Logins with the old password that are being checked while it is changed must open nothing that outlives the change.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_login_with_the_old_password_outlives_its_change() {
    let bank = Bank::of(SESSION).await;
    let mut password = PASSWORD.to_owned();
    for round in 0..5 {
        let mut laptop = bank.device("laptop");
        laptop.log_in(VICTIM, &password).await.is(200);
        let new = format!("password {round}");
        let change = json!({ "current": password, "new": new });
        let mut others: Vec<_> = (0..6).map(|_| bank.device("thief")).collect();
        let [a, b, c, d, e, f] = &mut others[..] else { unreachable!("six of them") };
        let (changed, ..) = tokio::join!(
            laptop.post("/auth/password", &change),
            a.log_in(VICTIM, &password),
            b.log_in(VICTIM, &password),
            c.log_in(VICTIM, &password),
            d.log_in(VICTIM, &password),
            e.log_in(VICTIM, &password),
            f.log_in(VICTIM, &password),
        );
        changed.is(200);
        for thief in &mut others {
            thief.me().await.is(401);
        }
        laptop.me().await.is(200);
        password = new;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_password_changes_at_once_one_wins() {
    let bank = Bank::of(SESSION).await;
    let (mut laptop, mut phone) = (bank.logged_in(VICTIM, "laptop").await, bank.logged_in(VICTIM, "phone").await);
    let change = |new: &str| json!({ "current": PASSWORD, "new": new });
    let (one, two) = (change("the laptop's password"), change("the phone's password"));
    let (one, two) = tokio::join!(laptop.post("/auth/password", &one), phone.post("/auth/password", &two));
    let answers = [one.status, two.status];
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    let inside = [laptop.me().await.status, phone.me().await.status];
    assert_eq!(inside.iter().filter(|status| **status == 200).count(), 1, "{inside:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_client_that_goes_away_leaves_no_half_done_work() {
    let bank = Bank::of(SESSION).await;
    let mut phone = bank.logged_in(VICTIM, "phone").await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let body = json!({ "current": PASSWORD, "new": "a new password" }).to_string();
    let head = format!(
        "POST /auth/password HTTP/1.1\r\nHost: d.localhost\r\nCookie: __Host-sid={}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        laptop.credential(),
        body.len()
    );
    let before = bank.running.traffic().0;
    let mut stream = std::net::TcpStream::connect(bank.running.address()).expect("connects");
    stream.write_all(head.as_bytes()).expect("writes");
    // The server has begun with the request when it counts its octets; then the client is gone.
    while bank.running.traffic().0 == before {
        tokio::task::yield_now().await;
    }
    drop(stream);
    let mut tablet = bank.device("tablet");
    for _ in 0..200 {
        if tablet.log_in(VICTIM, "a new password").await.status == 200 {
            break;
        }
    }
    tablet.me().await.is(200);
    phone.me().await.refused(401, "revoked");
}
