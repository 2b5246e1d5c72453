//! Races that must have no loser but the attacker, run by barriers: each is also run with the mistake that loses it.

use std::sync::Arc;
use std::time::Duration;

use lockstep_shared::design::{Design, Mistakes};
use tokio::sync::Barrier;

use super::conformance::{Engine, NOW, engines, family, redis_server, session, using};
use super::*;
use crate::call::{Asked, Call};
use crate::credential::new_secret;
use crate::door::{Disk, Door};
use crate::keys::KeyRing;
use crate::mechanism::cookies::Presented;
use crate::mechanism::refresh::SuccessorKey;
use crate::mistake::save_reinserts;
use crate::parking::Parking;
use crate::users::{Directory, SeedUser};

const SLOW_REQUESTS: usize = 1000;
const REFRESHES: usize = 200;
const CALLERS: usize = 32;

/// A slow request loads its session, somebody logs out (here or everywhere), the request saves. In every other round the
/// save runs against the log-out, in the others it comes after it. Answers how many sessions are there afterwards.
async fn survivors(engine: &Engine, mistakes: &Mistakes) -> usize {
    let barrier = Arc::new(Barrier::new(2));
    let log_outs = tokio::spawn({
        let (store, barrier) = (engine.other.clone(), barrier.clone());
        async move {
            for round in 0..SLOW_REQUESTS {
                barrier.wait().await;
                let ended = match round % 4 < 2 {
                    true => store.delete_session(&sha256(&round.to_string())).await.expect("answers"),
                    false => store.delete_sessions_of("victim").await.expect("answers").len() == 1,
                };
                assert!(ended, "round {round}: the session was there");
                barrier.wait().await;
            }
        }
    });
    let mut survivors = 0;
    for round in 0..SLOW_REQUESTS {
        let store = &*engine.store;
        let fresh = session(&round.to_string(), "victim");
        assert!(store.create_session(&fresh).await.expect("answers"));
        let mut loaded = store.load_session(&fresh.id).await.expect("answers").expect("was just created");
        loaded.last_used = NOW + Duration::from_secs(1);
        barrier.wait().await;
        let strictly_after = round % 2 == 1;
        if strictly_after {
            barrier.wait().await;
        }
        if !store.save_session(&loaded).await.expect("answers") {
            save_reinserts::save(mistakes, store, &loaded).await.expect("answers");
        }
        if !strictly_after {
            barrier.wait().await;
        }
        let there = store.load_session(&fresh.id).await.expect("answers").is_some();
        survivors += usize::from(there);
        // What survived must not be what the next round's log-out finds.
        store.delete_session(&fresh.id).await.expect("answers");
    }
    log_outs.await.expect("every log-out ended its session");
    survivors
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_slow_request_brings_a_session_back() {
    for engine in engines(Limits::default()) {
        assert_eq!(survivors(&engine, &Mistakes::default()).await, 0, "{}", engine.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_save_that_reinserts_brings_sessions_back() {
    let mistakes = Mistakes { save_reinserts: true, ..Mistakes::default() };
    for engine in engines(Limits::default()) {
        let survivors = survivors(&engine, &mistakes).await;
        assert!(survivors >= SLOW_REQUESTS / 2, "{}: only {survivors} survived", engine.name);
    }
}

/// All callers use one token at once. Answers how many were told that they rotated it, and how many of the successors
/// are current then.
async fn refresh_at_once(engine: &Engine, token: &str, on_reuse: OnReuse) -> (usize, usize) {
    let barrier = Arc::new(Barrier::new(CALLERS));
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let store = if caller % 2 == 0 { engine.store.clone() } else { engine.other.clone() };
            let (barrier, token) = (barrier.clone(), sha256(token));
            let successor = sha256(&format!("{token:?} {caller}"));
            tokio::spawn(async move {
                barrier.wait().await;
                let rotation = store.rotate(&using(&token, &successor, on_reuse, NOW)).await.expect("answers");
                (successor, matches!(rotation, Rotation::Rotated(_)))
            })
        })
        .collect();
    let (mut rotated, mut live) = (0, 0);
    let mut successors = Vec::new();
    for caller in callers {
        let (successor, won) = caller.await.expect("does not panic");
        rotated += usize::from(won);
        successors.push(successor);
    }
    for successor in successors {
        let found = engine.store.find_family(&successor, NOW).await.expect("answers");
        live += usize::from(matches!(found, Lookup::Current(_)));
    }
    (rotated, live)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_simultaneous_refreshes_one_gets_a_successor() {
    for engine in engines(Limits::default()) {
        for round in 0..REFRESHES {
            // With detection, the thirty-one that come second end the family; without it, the first goes on.
            let (on_reuse, live) = match round % 2 {
                0 => (OnReuse::EndFamily, 0),
                _ => (OnReuse::Nothing, 1),
            };
            let token = format!("round {round}");
            assert!(engine.store.create_family(&family(&token, "victim")).await.expect("answers"));
            let came = refresh_at_once(&engine, &token, on_reuse).await;
            assert_eq!(came, (1, live), "{}, round {round}", engine.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_simultaneous_claims_to_a_name_one_is_the_first_and_no_raise_is_lost() {
    for engine in engines(Limits::default()) {
        for round in 0..REFRESHES / 10 {
            let barrier = Arc::new(Barrier::new(CALLERS));
            let callers: Vec<_> = (0..CALLERS)
                .map(|caller| {
                    let store = if caller % 2 == 0 { engine.store.clone() } else { engine.other.clone() };
                    let barrier = barrier.clone();
                    tokio::spawn(async move {
                        barrier.wait().await;
                        let raised = store.raise_epoch(&format!("user {round}")).await.expect("answers");
                        let until = NOW + Duration::from_secs(60);
                        let first = store.remember(&format!("proof {round}"), until, NOW).await.expect("answers");
                        (raised, first)
                    })
                })
                .collect();
            let (mut raised, mut firsts) = (Vec::new(), 0);
            for caller in callers {
                let (version, first) = caller.await.expect("does not panic");
                raised.push(version);
                firsts += usize::from(first);
            }
            raised.sort_unstable();
            assert_eq!(raised, (1..=CALLERS as u64).collect::<Vec<_>>(), "{}, round {round}", engine.name);
            assert_eq!(firsts, 1, "{}, round {round}", engine.name);
        }
    }
}

const ROTATION: &str = r#"
title = "Rotation"
summary = "A token."
kind = "jwt"
[carry]
access = "memory"
refresh = "local-storage"
[jwt]
alg = "EdDSA"
access_ttl = "5m"
audience = "bank"
[refresh]
ttl = "14d"
mode = "rotating"
"#;

/// One refresh is held just before it writes, the others use the same token meanwhile, then it goes on. Answers how many
/// of them were given a successor.
async fn refresh_around_a_held_one(store: &str, callers: usize, rest: &str) -> usize {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let design = format!("store = \"{store}\"\n{ROTATION}\n{rest}");
    let design = Design::parse("d", "d.toml", &design).expect("is a design");
    let seed = SeedUser { email: "victim@bank.test".to_owned(), password: "correct horse".to_owned(), admin: false };
    let users = Arc::new(Directory::seeded(&[seed]));
    let keys = Some(Arc::new(KeyRing::generate(&design)));
    let (file, label) = (folder.path().join("d.sqlite"), "d".to_owned());
    let successors = Arc::new(SuccessorKey::generate());
    let server = redis_server();
    let redis = Redis::at(&server.url(), &handle(&sha256(&new_secret()))).expect("is an address");
    let (redis, wait) = (Some(redis), Limits::WAIT);
    let (endings, journal) = (Arc::default(), Journal::WriteAhead);
    let disk = Disk { users: users.clone(), keys, seals: None, successors, endings, file, journal, redis, wait, label };
    let door = Arc::new(Door::open(design, disk).expect("opens"));
    let parking = Arc::new(Parking::default());
    let call = || Call::new(door.clone(), NOW, Asked::default(), parking.clone());
    let user = users.by_email("victim@bank.test").expect("is seeded");
    let issued = door.credential.issue(&call(), &user, "laptop", &Presented::default()).await.expect("logs in");
    let token = issued.reply.refresh_token.expect("there is one");
    let refresh = |barrier: Option<Arc<Barrier>>| {
        let (door, call) = (door.clone(), call());
        let presented = Presented { access: None, refresh: Some(token.clone()), ..Presented::default() };
        tokio::spawn(async move {
            if let Some(barrier) = barrier {
                barrier.wait().await;
            }
            door.credential.renew(&call, &presented).await.is_ok()
        })
    };
    let mut held = parking.hold_next(crate::mechanism::refresh::BEFORE_ROTATE).expect("is a point");
    let slow = refresh(None);
    assert!(held.arrived().await);
    let barrier = Arc::new(Barrier::new(callers - 1));
    let others: Vec<_> = (1..callers).map(|_| refresh(Some(barrier.clone()))).collect();
    let mut given = 0;
    for other in others {
        given += usize::from(other.await.expect("does not panic"));
    }
    held.release();
    given + usize::from(slow.await.expect("does not panic"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_held_refresh_gets_nothing_unless_it_reads_first_and_writes_then() {
    const DETECTION: &str = "reuse_detection = true\n";
    const MISTAKE: &str = "[mistakes]\nrefresh_reads_then_writes = true\n";
    for store in ["memory", "sqlite", "redis"] {
        for _ in 0..10 {
            assert_eq!(refresh_around_a_held_one(store, CALLERS, "").await, 1, "{store}");
            assert_eq!(refresh_around_a_held_one(store, CALLERS, DETECTION).await, 1, "{store}");
            let given = refresh_around_a_held_one(store, CALLERS, MISTAKE).await;
            assert!(given >= 2, "{store}: {given} of {CALLERS} were given a successor");
            // With detection, one of many would read late enough to notice; of two, neither does.
            let given = refresh_around_a_held_one(store, 2, &format!("{DETECTION}{MISTAKE}")).await;
            assert_eq!(given, 2, "{store}");
        }
    }
}
