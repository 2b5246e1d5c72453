//! The obligations of the store traits, each as a case that every engine passes.

mod file;
mod grace;
mod redis;
mod tokens;

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use lockstep_shared::clock::LabTime;
use lockstep_shared::span::Span;
use tempfile::TempDir;

use super::*;

pub(super) const NOW: LabTime = LabTime::START;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const TICK: Duration = Duration::from_millis(1);

/// An engine under test, and the folder of its file where it has one.
pub(super) struct Engine {
    pub(super) name: &'static str,
    pub(super) store: Arc<dyn Store>,
    /// A second connection to the same records; the same engine where they are in memory.
    pub(super) other: Arc<dyn Store>,
    _folder: Option<TempDir>,
    _server: Option<Arc<PrivateRedis>>,
}

/// Every engine, empty. A new engine takes its place here and has to pass all of this.
pub(super) fn engines(limits: Limits) -> Vec<Engine> {
    let memory: Arc<dyn Store> = Arc::new(Memory::bounded(limits));
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let aside = tempfile::tempdir().expect("there is a temporary folder");
    let open = |folder: &TempDir, journal| -> Arc<dyn Store> {
        Arc::new(Sqlite::open(&folder.path().join("store.sqlite"), limits, journal).expect("opens"))
    };
    let (first, second) = (open(&folder, Journal::WriteAhead), open(&folder, Journal::WriteAhead));
    let (third, fourth) = (open(&aside, Journal::Rollback), open(&aside, Journal::Rollback));
    let server = redis_server();
    let prefix = crate::store::handle(&sha256(&crate::credential::new_secret()));
    let prefix = Redis::at(&server.url(), &prefix).expect("is an address");
    let in_redis = || -> Arc<dyn Store> { Arc::new(RedisStore::open(&prefix, "d", limits)) };
    vec![
        Engine { name: "memory", store: memory.clone(), other: memory, _folder: None, _server: None },
        Engine { name: "sqlite", store: first, other: second, _folder: Some(folder), _server: None },
        Engine { name: "sqlite, rolling back", store: third, other: fourth, _folder: Some(aside), _server: None },
        Engine { name: "redis", store: in_redis(), other: in_redis(), _folder: None, _server: Some(server) },
    ]
}

/// A real Redis server, which all tests that run at the time share; it ends with the last of them.
pub(super) fn redis_server() -> Arc<PrivateRedis> {
    static SHARED: Mutex<Weak<PrivateRedis>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let server = PrivateRedis::start(None).unwrap_or_else(|why| panic!("these tests need a Redis server: {why}"));
        let server = Arc::new(server);
        *shared = Arc::downgrade(&server);
        server
    })
}

/// Runs one case on every engine. The case's second store has the same records as its first.
async fn check(case: impl AsyncFn(&dyn Store, &dyn Store)) {
    check_bounded(Limits::default(), case).await;
}

async fn check_bounded(limits: Limits, case: impl AsyncFn(&dyn Store, &dyn Store)) {
    for engine in engines(limits) {
        println!("engine: {}", engine.name);
        case(&*engine.store, &*engine.other).await;
    }
}

/// A use of a refresh token without any grace.
pub(super) fn using<'a>(token: &'a Hash, successor: &'a Hash, on_reuse: OnReuse, now: LabTime) -> Use<'a> {
    Use { token, successor, newest: None, on_reuse, grace: None, now }
}

fn hash(name: &str) -> Hash {
    sha256(name)
}

pub(super) fn session(id: &str, user: &str) -> SessionRecord {
    SessionRecord {
        id: hash(id),
        user: user.to_owned(),
        device: "laptop".to_owned(),
        created: NOW,
        last_used: NOW,
        idle: Span::from_secs(1800),
        ends: NOW + 12 * HOUR,
        cached_role: None,
    }
}

pub(super) fn family(token: &str, user: &str) -> FamilyRecord {
    FamilyRecord {
        id: format!("family of {token}"),
        user: user.to_owned(),
        device: "laptop".to_owned(),
        created: NOW,
        last_used: NOW,
        ends: NOW + 24 * HOUR,
        generation: 1,
        current: hash(token),
        newest: None,
        key: None,
        ended: None,
    }
}

fn ending(cause: &str) -> Ending {
    Ending { at: NOW + MINUTE, cause: cause.to_owned() }
}

async fn add(store: &dyn Store, session: &SessionRecord) {
    assert!(store.create_session(session).await.expect("answers"), "{session:?} is new");
}

async fn begin(store: &dyn Store, family: &FamilyRecord) {
    assert!(store.create_family(family).await.expect("answers"), "{family:?} is new");
}

async fn load(store: &dyn Store, id: &str) -> Option<SessionRecord> {
    store.load_session(&hash(id)).await.expect("answers")
}

async fn find(store: &dyn Store, token: &str, now: LabTime) -> Lookup {
    store.find_family(&hash(token), now).await.expect("answers")
}

async fn rotate(store: &dyn Store, token: &str, next: &str, on_reuse: OnReuse, now: LabTime) -> Rotation {
    store.rotate(&using(&hash(token), &hash(next), on_reuse, now)).await.expect("answers")
}

#[tokio::test]
async fn what_is_created_is_loaded_unchanged() {
    check(async |store, other| {
        let mut odd = session("a", "Robert'); DROP TABLE session;-- ü \u{0}\u{1F512}");
        odd.device = "x".repeat(100_000);
        odd.cached_role = Some("admin".to_owned());
        odd.last_used = NOW + MINUTE;
        add(store, &odd).await;
        assert_eq!(load(store, "a").await, Some(odd.clone()));
        assert_eq!(load(other, "a").await, Some(odd));
        assert_eq!(load(store, "b").await, None);
    })
    .await;
}

#[tokio::test]
async fn create_inserts_or_fails_and_never_takes_over() {
    check(async |store, other| {
        let first = session("a", "victim");
        add(store, &first).await;
        let mut second = session("a", "attacker");
        second.ends = NOW + 99 * HOUR;
        assert!(!store.create_session(&second).await.expect("answers"));
        assert!(!other.create_session(&second).await.expect("answers"));
        assert_eq!(load(store, "a").await, Some(first));
    })
    .await;
}

#[tokio::test]
async fn load_gives_expired_sessions_and_lists_do_not() {
    check(async |store, _| {
        let idles = session("idles", "victim");
        let mut ends = session("ends", "victim");
        ends.ends = NOW + MINUTE;
        add(store, &idles).await;
        add(store, &ends).await;
        // Both ends come on their instant, and not a millisecond before.
        for (name, end) in [("idles", NOW + 30 * MINUTE), ("ends", NOW + MINUTE)] {
            let ids = |listed: Vec<SessionRecord>| listed.iter().any(|session| session.id == hash(name));
            assert!(ids(store.all_sessions(end - TICK).await.expect("answers")), "{name}");
            assert!(ids(store.sessions_of("victim", end - TICK).await.expect("answers")), "{name}");
            assert!(!ids(store.all_sessions(end).await.expect("answers")), "{name}");
            assert!(!ids(store.sessions_of("victim", end).await.expect("answers")), "{name}");
        }
        assert_eq!(load(store, "ends").await, Some(ends), "the caller says which end came");
    })
    .await;
}

#[tokio::test]
async fn save_moves_last_use_forward_and_nothing_else() {
    check(async |store, other| {
        let kept = session("a", "victim");
        add(store, &kept).await;
        let mut used = session("a", "attacker");
        used.last_used = NOW + MINUTE;
        used.ends = NOW + 99 * HOUR;
        used.idle = Span::from_secs(9999);
        used.cached_role = Some("admin".to_owned());
        assert!(store.save_session(&used).await.expect("answers"));
        assert_eq!(load(other, "a").await, Some(SessionRecord { last_used: NOW + MINUTE, ..kept.clone() }));
        // Of two requests, the slower one may have begun earlier.
        assert!(other.save_session(&kept).await.expect("answers"), "the session is there");
        assert_eq!(load(store, "a").await.map(|session| session.last_used), Some(NOW + MINUTE));
    })
    .await;
}

#[tokio::test]
async fn save_never_inserts() {
    check(async |store, other| {
        let never = session("never", "victim");
        assert!(!store.save_session(&never).await.expect("answers"));
        assert_eq!(load(store, "never").await, None);
        let ended = session("ended", "victim");
        add(store, &ended).await;
        assert!(other.delete_session(&ended.id).await.expect("answers"));
        assert!(!store.save_session(&ended).await.expect("answers"));
        assert_eq!(load(store, "ended").await, None);
        let everywhere = session("everywhere", "victim");
        add(store, &everywhere).await;
        assert_eq!(other.delete_sessions_of("victim").await.expect("answers"), [everywhere.id]);
        assert!(!store.save_session(&everywhere).await.expect("answers"));
        assert_eq!(store.all_sessions(NOW).await.expect("answers"), []);
    })
    .await;
}

#[tokio::test]
async fn delete_ends_one_session_once() {
    check(async |store, other| {
        add(store, &session("a", "victim")).await;
        add(store, &session("b", "victim")).await;
        assert!(other.delete_session(&hash("a")).await.expect("answers"));
        assert!(!store.delete_session(&hash("a")).await.expect("answers"));
        assert!(load(store, "a").await.is_none() && load(store, "b").await.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_user_has_an_index_and_loses_all_at_once() {
    check(async |store, other| {
        let at = |id: &str, user: &str, later: Duration| SessionRecord { created: NOW + later, ..session(id, user) };
        let (old, new) = (at("old", "victim", Duration::ZERO), at("new", "victim", MINUTE));
        let bystander = at("other", "victim2", Duration::ZERO);
        for session in [&new, &bystander, &old] {
            add(store, session).await;
        }
        let listed = other.sessions_of("victim", NOW).await.expect("answers");
        assert_eq!(listed, [old.clone(), new.clone()], "oldest first, and nobody else's");
        assert_eq!(store.all_sessions(NOW).await.expect("answers").last(), Some(&new), "oldest first");
        let mut ended = store.delete_sessions_of("victim").await.expect("answers");
        ended.sort_unstable();
        let mut ids = [old.id, new.id];
        ids.sort_unstable();
        assert_eq!(ended, ids);
        assert_eq!(other.delete_sessions_of("victim").await.expect("answers"), Vec::<Hash>::new());
        assert_eq!(other.all_sessions(NOW).await.expect("answers"), [bystander]);
    })
    .await;
}

#[tokio::test]
async fn a_full_store_says_so_until_something_ends() {
    check_bounded(Limits { records: 3, ..Limits::default() }, async |store, _| {
        for id in ["a", "b", "c"] {
            add(store, &session(id, "victim")).await;
        }
        let late = SessionRecord { created: NOW + MINUTE, ..session("d", "victim") };
        let full = store.create_session(&late).await;
        assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
        assert_eq!(store.all_sessions(NOW).await.expect("answers").len(), 3, "nobody is thrown out");
        assert!(store.delete_session(&hash("a")).await.expect("answers"));
        add(store, &late).await;
        // Sessions that have expired make room by themselves.
        add(store, &SessionRecord { created: NOW + HOUR, ..session("e", "victim") }).await;
    })
    .await;
}

#[tokio::test]
async fn a_family_is_inserted_or_refused() {
    check(async |store, other| {
        let mut first = family("t1", "victim");
        first.device = "Robert'); DROP TABLE family;-- ü".to_owned();
        begin(store, &first).await;
        let same_id = FamilyRecord { id: first.id.clone(), ..family("t2", "attacker") };
        let same_token = FamilyRecord { id: "another".to_owned(), ..family("t1", "attacker") };
        for taken in [&same_id, &same_token] {
            assert!(!store.create_family(taken).await.expect("answers"));
            assert!(!other.create_family(taken).await.expect("answers"));
        }
        assert_eq!(find(other, "t1", NOW).await, Lookup::Current(first.clone()));
        assert_eq!(find(store, "t2", NOW).await, Lookup::Unknown, "a refused family leaves no token");
        assert_eq!(store.all_families(NOW).await.expect("answers"), [first]);
    })
    .await;
}

#[tokio::test]
async fn a_token_is_replaced_once() {
    check(async |store, other| {
        let first = family("t1", "victim");
        begin(store, &first).await;
        let next = FamilyRecord { generation: 2, current: hash("t2"), last_used: NOW + MINUTE, ..first.clone() };
        let rotated = rotate(store, "t1", "t2", OnReuse::EndFamily, NOW + MINUTE).await;
        assert_eq!(rotated, Rotation::Rotated(next.clone()), "the record as it stands after that");
        assert_eq!(find(other, "t2", NOW + MINUTE).await, Lookup::Current(next.clone()));
        assert_eq!(find(other, "t1", NOW + MINUTE).await, Lookup::Used(next), "looking changes nothing");
        assert_eq!(rotate(store, "tx", "t3", OnReuse::EndFamily, NOW).await, Rotation::Unknown);
        assert_eq!(find(store, "t3", NOW).await, Lookup::Unknown, "no successor came of an unknown token");
    })
    .await;
}

#[tokio::test]
async fn reuse_without_ending_leaves_the_family_alone() {
    check(async |store, other| {
        begin(store, &family("t1", "victim")).await;
        rotate(store, "t1", "t2", OnReuse::Nothing, NOW).await;
        let reused = rotate(other, "t1", "t3", OnReuse::Nothing, NOW + MINUTE).await;
        assert!(matches!(&reused, Rotation::Reused(family) if family.ended.is_none()), "{reused:?}");
        assert_eq!(find(store, "t3", NOW).await, Lookup::Unknown, "no successor came of a used token");
        assert!(matches!(rotate(store, "t2", "t4", OnReuse::Nothing, NOW).await, Rotation::Rotated(_)));
    })
    .await;
}

#[tokio::test]
async fn reuse_with_ending_ends_the_whole_family() {
    check(async |store, other| {
        begin(store, &family("t1", "victim")).await;
        begin(store, &family("s1", "victim")).await;
        rotate(store, "t1", "t2", OnReuse::EndFamily, NOW).await;
        rotate(store, "t2", "t3", OnReuse::EndFamily, NOW).await;
        let reused = rotate(other, "t1", "t4", OnReuse::EndFamily, NOW + MINUTE).await;
        let Rotation::Reused(ended) = reused else { panic!("{reused:?}") };
        assert_eq!(ended.ended, Some(ending("reuse")), "the record as it stands after that");
        for token in ["t1", "t2", "t3"] {
            assert_eq!(find(store, token, NOW + MINUTE).await, Lookup::Ended(ended.clone()), "{token}");
            let again = rotate(store, token, "t5", OnReuse::EndFamily, NOW + 2 * MINUTE).await;
            assert_eq!(again, Rotation::Ended(ended.clone()), "{token}: the first ending stays");
        }
        assert_eq!(find(store, "t4", NOW).await, Lookup::Unknown);
        assert!(matches!(find(store, "s1", NOW).await, Lookup::Current(_)), "another login's family goes on");
    })
    .await;
}

#[tokio::test]
async fn a_family_is_ended_once_and_stays() {
    check(async |store, other| {
        let first = family("t1", "victim");
        begin(store, &first).await;
        rotate(store, "t1", "t2", OnReuse::EndFamily, NOW).await;
        assert!(!store.end_family("no such family", &ending("log-out")).await.expect("answers"));
        assert!(store.end_family(&first.id, &ending("log-out")).await.expect("answers"));
        assert!(!other.end_family(&first.id, &ending("a ban")).await.expect("answers"));
        for token in ["t1", "t2"] {
            let Lookup::Ended(family) = find(other, token, NOW).await else { panic!("{token} is alive") };
            assert_eq!(family.ended, Some(ending("log-out")), "the first ending stays");
        }
        assert!(matches!(rotate(store, "t2", "t3", OnReuse::EndFamily, NOW).await, Rotation::Ended(_)));
        assert_eq!(store.all_families(NOW).await.expect("answers").len(), 1, "ended ones are listed");
        let late = find(store, "t2", first.ends).await;
        assert!(matches!(late, Lookup::Ended(_)), "why it was ended says more than that it would have: {late:?}");
    })
    .await;
}

#[tokio::test]
async fn a_user_s_families_end_in_one_step() {
    check(async |store, other| {
        for (token, user) in [("a", "victim"), ("b", "victim"), ("c", "victim"), ("d", "victim2")] {
            begin(store, &family(token, user)).await;
        }
        store.end_family("family of a", &ending("log-out")).await.expect("answers");
        assert_eq!(other.end_families_of("victim", &ending("a ban")).await.expect("answers"), 2);
        assert_eq!(store.end_families_of("victim", &ending("again")).await.expect("answers"), 0);
        let causes: Vec<_> = store.all_families(NOW).await.expect("answers");
        let causes: Vec<_> = causes.iter().map(|family| family.ended.as_ref().map(|end| &*end.cause)).collect();
        assert_eq!(causes, [Some("log-out"), Some("a ban"), Some("a ban"), None]);
    })
    .await;
}

#[tokio::test]
async fn a_family_s_absolute_end_comes_on_its_instant_and_never_moves() {
    check(async |store, other| {
        let first = family("t0", "victim");
        begin(store, &first).await;
        for hour in 1..24 {
            let now = NOW + hour * HOUR;
            let (token, next) = (format!("t{}", hour - 1), format!("t{hour}"));
            let Rotation::Rotated(family) = rotate(store, &token, &next, OnReuse::EndFamily, now).await else {
                panic!("hour {hour}")
            };
            assert_eq!((family.ends, family.created), (first.ends, first.created), "hour {hour}");
        }
        assert!(matches!(find(other, "t23", first.ends - TICK).await, Lookup::Current(_)));
        assert!(matches!(find(other, "t23", first.ends).await, Lookup::Expired(_)));
        assert!(matches!(find(other, "t0", first.ends).await, Lookup::Expired(_)), "a used one has expired as well");
        assert_eq!(store.all_families(first.ends - TICK).await.expect("answers").len(), 1);
        assert_eq!(store.all_families(first.ends).await.expect("answers"), []);
        assert!(matches!(rotate(store, "t23", "t24", OnReuse::EndFamily, first.ends).await, Rotation::Expired(_)));
        assert_eq!(find(store, "t24", NOW).await, Lookup::Unknown, "no successor came of an expired token");
    })
    .await;
}

#[tokio::test]
async fn families_are_listed_oldest_first() {
    check(async |store, other| {
        for (token, minutes) in [("b", 2), ("a", 3), ("c", 1)] {
            begin(store, &FamilyRecord { created: NOW + minutes * MINUTE, ..family(token, "victim") }).await;
        }
        let ids: Vec<_> = other.all_families(NOW).await.expect("answers").into_iter().map(|family| family.id).collect();
        assert_eq!(ids, ["family of c", "family of b", "family of a"]);
    })
    .await;
}

#[tokio::test]
async fn a_store_full_of_tokens_says_so_and_loses_none() {
    check_bounded(Limits { records: 3, ..Limits::default() }, async |store, _| {
        let short = FamilyRecord { ends: NOW + HOUR, ..family("short", "victim") };
        for family in [&short, &family("a1", "victim")] {
            begin(store, family).await;
        }
        rotate(store, "a1", "a2", OnReuse::EndFamily, NOW).await;
        let full = store.create_family(&family("b", "victim")).await;
        assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
        let full = store.rotate(&using(&hash("a2"), &hash("a3"), OnReuse::EndFamily, NOW)).await;
        assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
        assert!(matches!(find(store, "a2", NOW).await, Lookup::Current(_)), "what could not rotate can try again");
        // Families past their end make room, for a renewal as well as for a login.
        let late = rotate(store, "a2", "a3", OnReuse::EndFamily, NOW + HOUR).await;
        assert!(matches!(late, Rotation::Rotated(_)), "{late:?}");
        assert_eq!(find(store, "short", NOW).await, Lookup::Unknown);
        assert!(matches!(find(store, "a1", NOW).await, Lookup::Used(_)), "a used token of a live family is remembered");
    })
    .await;
}

#[test]
fn a_browser_s_patience_outlasts_the_wait_for_a_lock() {
    assert!(Limits::default().wait <= Duration::from_secs(2));
}

#[test]
fn a_store_sees_only_hashes() {
    // FIPS 180-4's own example: the hash of "abc".
    let hash = sha256("abc");
    assert_eq!(handle(&hash), "ba7816bf8f01cfea");
    assert_eq!(hash[8..12], [0x41, 0x41, 0x40, 0xde]);
}
