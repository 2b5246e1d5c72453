//! Used refresh tokens that come back a moment later: the same successor once more, or one of their own.

use lockstep_shared::trace::{Act, Record};

use crate::actors::{Bank, Device, VICTIM};
use crate::designs::{ROTATION, changed};

fn graced(gives: &str) -> String {
    let with = format!("reuse_detection = true\ngrace = \"10s\"\ngrace_gives = \"{gives}\"");
    changed(ROTATION, "reuse_detection = true", &with)
}

fn token(device: &Device<'_>) -> String {
    device.cookies["__Secure-refresh"].1.clone()
}

fn repeated(acts: &[Act]) -> Option<bool> {
    acts.iter().find_map(|act| match act {
        Act::Repeated { fork } => Some(*fork),
        _ => None,
    })
}

fn alarmed(acts: &[Act]) -> bool {
    acts.iter().any(|act| matches!(act, Act::Alarm { .. }))
}

#[tokio::test]
async fn a_repetition_gives_the_same_successor() {
    let bank = Bank::of(&graced("same")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let (mut tab, mut late) = (laptop.clone(), laptop.clone());
    assert_eq!(repeated(&laptop.refresh().await.is(200).acts()), None);
    bank.advance_ms(9_999);
    // The key that successors are derived from outlives the process.
    bank.running.restart().expect("starts again");
    let again = tab.refresh().await.is(200).acts();
    assert_eq!((repeated(&again), alarmed(&again)), (Some(false), false), "{again:?}");
    assert_eq!(token(&tab), token(&laptop));
    assert_ne!(tab.credential(), laptop.credential());
    for device in [&mut laptop, &mut tab] {
        device.me().await.is(200);
    }
    let kept = bank.running.kept("d").await.expect("answers");
    assert!(kept.iter().filter(|record| record.what == Record::Family).count() == 1, "{kept:?}");
    bank.advance_ms(1);
    let reused = late.refresh().await.refused(401, "reuse-detected");
    assert!(alarmed(&reused.acts()));
    laptop.refresh().await.refused(401, "revoked");
}

#[tokio::test]
async fn a_successor_that_was_used_is_not_given_again() {
    let bank = Bank::of(&graced("same")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut thief = laptop.clone();
    laptop.refresh().await.is(200);
    laptop.refresh().await.is(200);
    thief.refresh().await.refused(401, "reuse-detected");
    laptop.refresh().await.refused(401, "revoked");
}

#[tokio::test]
async fn successors_can_t_be_told_from_random_ones() {
    let bank = Bank::of(&graced("same")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let other = Bank::of(&graced("same")).await;
    let mut seen = vec![token(&laptop)];
    for _ in 0..5 {
        laptop.refresh().await.is(200);
        assert!(!seen.contains(&token(&laptop)));
        seen.push(token(&laptop));
    }
    assert!(seen.iter().all(|token| token.len() == 43), "256 bits: {seen:?}");
    // Another server derives something else, and knows none of these.
    let mut elsewhere = other.logged_in(VICTIM, "laptop").await;
    elsewhere.cookies.insert("__Secure-refresh".to_owned(), ("/auth".to_owned(), seen[0].clone()));
    elsewhere.refresh().await.refused(401, "unknown-token");
}

#[tokio::test]
async fn a_fork_gives_two_chains_that_nobody_notices() {
    let bank = Bank::of(&graced("fork")).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let (mut thief, mut late) = (laptop.clone(), laptop.clone());
    laptop.refresh().await.is(200);
    bank.advance(9);
    let forked = thief.refresh().await.is(200).acts();
    assert_eq!((repeated(&forked), alarmed(&forked)), (Some(true), false), "{forked:?}");
    assert_ne!(token(&thief), token(&laptop));
    for _ in 0..20 {
        bank.advance(300);
        for device in [&mut laptop, &mut thief] {
            let acts = device.refresh().await.is(200).acts();
            assert!(!alarmed(&acts));
            device.me().await.is(200);
        }
    }
    // Both belong to one login, and end with it.
    let mut copy = thief.clone();
    laptop.log_out().await.is(204);
    thief.refresh().await.refused(401, "revoked");
    late.refresh().await.refused(401, "revoked");
    copy.refresh().await.refused(401, "revoked");
}

#[tokio::test]
async fn a_grace_without_detection_still_ends() {
    let toml = changed(&graced("same"), "reuse_detection = true", "reuse_detection = false");
    let bank = Bank::of(&toml).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut thief = laptop.clone();
    laptop.refresh().await.is(200);
    bank.advance(10);
    let refused = thief.refresh().await.refused(401, "used-before");
    assert!(!alarmed(&refused.acts()));
    laptop.refresh().await.is(200);
}
