//! What a repetition within the grace is given: the same successor, or one of its own.

use lockstep_shared::design::GraceGives;

use super::*;

const GRACE: Span = Span::from_secs(10);
const SECOND: Duration = Duration::from_secs(1);

/// Uses a token within rules that give a repetition something.
async fn repeat(store: &dyn Store, token: &str, next: &str, gives: GraceGives, now: LabTime) -> Rotation {
    let (token, next) = (hash(token), hash(next));
    let used = using(&token, &next, OnReuse::EndFamily, now);
    store.rotate(&Use { grace: Some((GRACE, gives)), ..used }).await.expect("answers")
}

/// Uses a token whose successor is derived from it.
async fn same(store: &dyn Store, token: &str, now: LabTime) -> Rotation {
    repeat(store, token, &format!("{token}'"), GraceGives::Same, now).await
}

async fn is_live(store: &dyn Store, token: &str) -> bool {
    matches!(find(store, token, NOW).await, Lookup::Current(_))
}

#[tokio::test]
async fn a_repetition_gets_the_same_successor() {
    check(async |store, other| {
        let first = family("t", "victim");
        begin(store, &first).await;
        let next = FamilyRecord { generation: 2, current: hash("t'"), ..first };
        assert_eq!(same(store, "t", NOW).await, Rotation::Rotated(next.clone()));
        let late = NOW + 10 * SECOND - TICK;
        let repeated = FamilyRecord { last_used: late, ..next };
        assert_eq!(same(other, "t", late).await, Rotation::Repeated(repeated.clone()));
        assert_eq!(find(store, "t'", NOW).await, Lookup::Current(repeated.clone()), "nobody has used it");
        assert_eq!(find(store, "t", NOW).await, Lookup::Used(repeated));
        assert!(matches!(same(store, "t'", late).await, Rotation::Rotated(family) if family.generation == 3));
    })
    .await;
}

#[tokio::test]
async fn the_grace_ends_on_its_instant_and_counts_from_the_first_use() {
    check(async |store, other| {
        for gives in [GraceGives::Same, GraceGives::Fork] {
            let name = |part: &str| format!("{gives:?} {part}");
            begin(store, &family(&name("t"), "victim")).await;
            repeat(store, &name("t"), &name("n"), gives, NOW).await;
            let again = repeat(other, &name("t"), &name("n"), gives, NOW + 9 * SECOND).await;
            assert!(matches!(again, Rotation::Repeated(_) | Rotation::Forked(_)), "{again:?}");
            let late = NOW + 10 * SECOND;
            let Rotation::Reused(ended) = repeat(store, &name("t"), &name("n"), gives, late).await else {
                panic!("a repetition does not begin the grace anew")
            };
            assert_eq!(ended.ended, Some(Ending { at: late, cause: "reuse".to_owned() }));
            assert!(matches!(find(other, &name("n"), late).await, Lookup::Ended(_)));
        }
    })
    .await;
}

#[tokio::test]
async fn a_successor_that_was_used_is_not_given_again() {
    check(async |store, other| {
        begin(store, &family("t", "victim")).await;
        same(store, "t", NOW).await;
        same(other, "t'", NOW + SECOND).await;
        assert!(is_live(store, "t''").await);
        assert!(matches!(same(store, "t", NOW + 2 * SECOND).await, Rotation::Reused(_)));
        assert!(matches!(find(other, "t''", NOW).await, Lookup::Ended(_)), "two hold the family: it is ended");
        // Where nothing is ended, the reuse is refused all the same.
        begin(store, &family("s", "victim")).await;
        same(store, "s", NOW).await;
        same(store, "s'", NOW).await;
        let (token, next) = (hash("s"), hash("s'"));
        let used = using(&token, &next, OnReuse::Nothing, NOW);
        let reused = store.rotate(&Use { grace: Some((GRACE, GraceGives::Same)), ..used }).await.expect("answers");
        assert!(matches!(reused, Rotation::Reused(_)), "{reused:?}");
        assert!(is_live(store, "s''").await && !is_live(store, "s'").await);
    })
    .await;
}

#[tokio::test]
async fn a_fork_has_two_chains_that_rotate_by_themselves() {
    check(async |store, other| {
        let fork = GraceGives::Fork;
        begin(store, &family("t", "victim")).await;
        assert!(matches!(repeat(store, "t", "a1", fork, NOW).await, Rotation::Rotated(_)));
        let Rotation::Forked(forked) = repeat(other, "t", "b1", fork, NOW + SECOND).await else { panic!("no fork") };
        assert_eq!((forked.current, forked.generation), (hash("b1"), 3), "the record as it stands after that");
        for (chain, other_chain) in [("a", "b"), ("b", "a")] {
            for step in 1..4 {
                let now = NOW + step * MINUTE;
                let (token, next) = (format!("{chain}{step}"), format!("{chain}{}", step + 1));
                let moved = repeat(store, &token, &next, fork, now).await;
                assert!(matches!(moved, Rotation::Rotated(_)), "{token}: {moved:?}");
                assert!(matches!(find(other, &token, now).await, Lookup::Used(_)));
            }
            let others = if other_chain == "b" { "b1" } else { "a4" };
            assert!(is_live(store, others).await, "{chain} leaves {others} alone");
        }
        // One reuse ends both: they are one family.
        assert!(matches!(repeat(store, "t", "c", fork, NOW + HOUR).await, Rotation::Reused(_)));
        for token in ["a4", "b4"] {
            assert!(matches!(find(other, token, NOW).await, Lookup::Ended(_)), "{token}");
        }
        assert_eq!(find(other, "c", NOW).await, Lookup::Unknown);
    })
    .await;
}

#[tokio::test]
async fn a_grace_gives_nothing_to_what_has_ended() {
    check(async |store, _| {
        for gives in [GraceGives::Same, GraceGives::Fork] {
            let name = |part: &str| format!("{gives:?} {part}");
            let short = FamilyRecord { ends: NOW + 5 * SECOND, ..family(&name("t"), "victim") };
            begin(store, &short).await;
            repeat(store, &name("t"), &name("n"), gives, NOW).await;
            let late = repeat(store, &name("t"), &name("n"), gives, short.ends).await;
            assert!(matches!(late, Rotation::Expired(_)), "{late:?}");
            store.end_family(&short.id, &ending("log-out")).await.expect("answers");
            let ended = repeat(store, &name("t"), &name("n"), gives, NOW + SECOND).await;
            assert!(matches!(ended, Rotation::Ended(_)), "{ended:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn forks_are_bounded_like_all_tokens() {
    check_bounded(Limits { records: 3, ..Limits::default() }, async |store, _| {
        begin(store, &family("t", "victim")).await;
        repeat(store, "t", "a", GraceGives::Fork, NOW).await;
        repeat(store, "t", "b", GraceGives::Fork, NOW).await;
        let (token, next) = (hash("t"), hash("c"));
        let used = using(&token, &next, OnReuse::EndFamily, NOW);
        let full = store.rotate(&Use { grace: Some((GRACE, GraceGives::Fork)), ..used }).await;
        assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
        assert!(is_live(store, "a").await && is_live(store, "b").await);
    })
    .await;
}

#[tokio::test]
async fn a_family_remembers_its_newest_access_token_and_its_key() {
    check(async |store, other| {
        let newest = |jti: &str| Some(Newest { jti: jti.to_owned(), ends: NOW + 5 * MINUTE });
        let first = FamilyRecord { newest: newest("j1"), key: Some("k".to_owned()), ..family("t", "victim") };
        begin(store, &first).await;
        assert_eq!(find(other, "t", NOW).await, Lookup::Current(first.clone()));
        assert_eq!(other.family(&first.id, NOW).await.expect("answers"), Lookup::Current(first.clone()));
        let step = async |store: &dyn Store, newest: Option<Newest>| {
            let (token, next) = (hash("t"), hash("t'"));
            let used = using(&token, &next, OnReuse::EndFamily, NOW);
            let grace = Some((GRACE, GraceGives::Same));
            store.rotate(&Use { newest: newest.as_ref(), grace, ..used }).await.expect("answers")
        };
        for (made, kept) in [(None, newest("j1")), (newest("j2"), newest("j2")), (newest("j3"), newest("j3"))] {
            let rotation = step(store, made).await;
            let (Rotation::Rotated(family) | Rotation::Repeated(family)) = rotation else { panic!("{rotation:?}") };
            assert_eq!((&family.newest, family.key.as_deref()), (&kept, Some("k")));
            assert_eq!(find(other, "t'", NOW).await, Lookup::Current(family));
        }
        assert_eq!(store.all_families(NOW).await.expect("answers")[0].newest, newest("j3"));
    })
    .await;
}

#[tokio::test]
async fn a_family_is_found_by_its_name() {
    check(async |store, other| {
        let first = family("t", "victim");
        begin(store, &first).await;
        let named = async |store: &dyn Store, now| store.family(&first.id, now).await.expect("answers");
        assert_eq!(store.family("no such family", NOW).await.expect("answers"), Lookup::Unknown);
        assert!(matches!(named(other, first.ends - TICK).await, Lookup::Current(_)));
        rotate(store, "t", "u", OnReuse::EndFamily, NOW).await;
        assert!(matches!(named(other, NOW).await, Lookup::Current(_)), "a name is not used up");
        assert!(matches!(named(other, first.ends).await, Lookup::Expired(_)));
        store.end_family(&first.id, &ending("log-out")).await.expect("answers");
        assert!(matches!(named(other, NOW).await, Lookup::Ended(_)));
    })
    .await;
}
