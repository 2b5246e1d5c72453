//! What every engine owes to tokens that are kept nowhere, and to opaque ones.

use super::*;

fn access(token: &str) -> AccessRecord {
    AccessRecord { token: hash(token), family: "f".to_owned(), user: "victim".to_owned(), ends: NOW + MINUTE }
}

#[tokio::test]
async fn a_revoked_token_is_listed_until_its_own_end() {
    check(async |store, other| {
        let listed = async |name: &str, now: LabTime| other.is_revoked(name, now).await.expect("answers");
        assert!(!listed("j", NOW).await);
        store.revoke("j", NOW + MINUTE, NOW).await.expect("answers");
        store.revoke("a'); DROP TABLE revoked;-- ü*", NOW + HOUR, NOW).await.expect("answers");
        assert!(listed("j", NOW + MINUTE - TICK).await && !listed("j", NOW + MINUTE).await);
        assert!(!listed("J", NOW).await && !listed("j ", NOW).await);
        // Listing it again can only make it stay longer.
        store.revoke("j", NOW + HOUR, NOW).await.expect("answers");
        store.revoke("j", NOW + MINUTE, NOW).await.expect("answers");
        assert!(listed("j", NOW + HOUR - TICK).await);
        let all = other.revocations(NOW).await.expect("answers");
        assert_eq!(all, [("a'); DROP TABLE revoked;-- ü*".to_owned(), NOW + HOUR), ("j".to_owned(), NOW + HOUR)]);
        assert_eq!(other.revocations(NOW + HOUR).await.expect("answers"), []);
    })
    .await;
}

#[tokio::test]
async fn a_user_s_tokens_have_a_version() {
    check(async |store, other| {
        assert_eq!(store.epoch("victim").await.expect("answers"), 0);
        for version in 1..4 {
            assert_eq!(store.raise_epoch("victim").await.expect("answers"), version);
            assert_eq!(other.epoch("victim").await.expect("answers"), version);
        }
        assert_eq!(store.epoch("victim2").await.expect("answers"), 0);
    })
    .await;
}

#[tokio::test]
async fn an_opaque_token_is_inserted_found_and_ended() {
    check(async |store, other| {
        let first = access("a");
        assert_eq!(store.find_access(&first.token).await.expect("answers"), None);
        assert!(store.create_access(&first, NOW).await.expect("answers"));
        let taken = AccessRecord { user: "attacker".to_owned(), ..first.clone() };
        assert!(!other.create_access(&taken, NOW).await.expect("answers"));
        assert_eq!(other.find_access(&first.token).await.expect("answers"), Some(first.clone()));
        let sooner = AccessRecord { ends: first.ends - TICK, ..access("b") };
        assert!(store.create_access(&sooner, NOW).await.expect("answers"));
        assert_eq!(other.all_access(NOW).await.expect("answers"), [sooner.clone(), first.clone()]);
        assert_eq!(other.all_access(sooner.ends).await.expect("answers"), std::slice::from_ref(&first));
        assert!(other.delete_access(&first.token).await.expect("answers"));
        assert!(!store.delete_access(&first.token).await.expect("answers"));
        assert_eq!(store.find_access(&first.token).await.expect("answers"), None);
    })
    .await;
}

#[tokio::test]
async fn a_name_is_remembered_once_until_its_instant() {
    check(async |store, other| {
        let remember = async |store: &dyn Store, name: &str, now: LabTime| {
            store.remember(name, now + MINUTE, now).await.expect("answers")
        };
        assert!(remember(store, "p", NOW).await);
        assert!(!remember(other, "p", NOW).await);
        assert!(remember(store, "q", NOW).await);
        assert!(!remember(store, "p", NOW + MINUTE - TICK).await, "being asked again did not prolong it, nor end it");
        assert!(remember(other, "p", NOW + MINUTE).await, "forgotten on its instant");
        assert!(!remember(store, "p", NOW + MINUTE).await);
    })
    .await;
}

#[tokio::test]
async fn what_is_known_of_tokens_is_bounded() {
    check_bounded(Limits { records: 3, ..Limits::default() }, async |store, _| {
        for name in ["a", "b", "c"] {
            store.revoke(name, NOW + MINUTE, NOW).await.expect("there is room");
            assert!(store.remember(name, NOW + MINUTE, NOW).await.expect("there is room"));
            assert!(store.create_access(&access(name), NOW).await.expect("there is room"));
        }
        let later = NOW + MINUTE;
        for (now, full) in [(later - TICK, true), (later, false)] {
            let answers = [
                store.revoke("d", now + MINUTE, now).await.err(),
                store.remember("d", now + MINUTE, now).await.err(),
                store.create_access(&AccessRecord { ends: now + MINUTE, ..access("d") }, now).await.err(),
            ];
            let said = answers.iter().all(|answer| matches!(answer, Some(StoreError::Full)) == full);
            assert!(said, "full is {full}: {answers:?}");
        }
        store.revoke("d", later + HOUR, later).await.expect("what is listed already needs no room");
        assert!(!store.remember("d", later + HOUR, later).await.expect("answers"));
    })
    .await;
}

#[tokio::test]
async fn a_wiped_store_is_empty_and_goes_on() {
    check(async |store, other| {
        add(store, &session("s", "victim")).await;
        begin(store, &family("t", "victim")).await;
        rotate(store, "t", "u", OnReuse::EndFamily, NOW).await;
        store.revoke("j", NOW + HOUR, NOW).await.expect("answers");
        store.raise_epoch("victim").await.expect("answers");
        store.create_access(&access("a"), NOW).await.expect("answers");
        store.remember("p", NOW + HOUR, NOW).await.expect("answers");
        other.wipe().await.expect("answers");
        assert_eq!(load(store, "s").await, None);
        assert_eq!(store.all_sessions(NOW).await.expect("answers"), []);
        assert_eq!(store.sessions_of("victim", NOW).await.expect("answers"), []);
        for token in ["t", "u"] {
            assert_eq!(find(store, token, NOW).await, Lookup::Unknown, "{token}");
        }
        assert_eq!(store.all_families(NOW).await.expect("answers"), []);
        assert_eq!(store.revocations(NOW).await.expect("answers"), []);
        assert!(!store.is_revoked("j", NOW).await.expect("answers"));
        assert_eq!(store.epoch("victim").await.expect("answers"), 0);
        assert_eq!(store.find_access(&hash("a")).await.expect("answers"), None);
        assert!(store.remember("p", NOW + HOUR, NOW).await.expect("answers"));
        add(store, &session("s", "victim")).await;
        begin(store, &family("t", "victim")).await;
    })
    .await;
}
