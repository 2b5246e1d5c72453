//! What an SQLite file owes beyond the obligations of every store: it is found again, and waits for others.

use std::sync::Arc;
use std::time::Duration;

use lockstep_shared::clock::Stopwatch;
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;

#[tokio::test]
async fn a_file_is_found_again_and_memory_is_not() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let path = folder.path().join("store.sqlite");
    let (kept, first) = (session("a", "victim"), family("t1", "victim"));
    {
        let store = Sqlite::open(&path, Limits::default(), Journal::WriteAhead).expect("opens");
        add(&store, &kept).await;
        begin(&store, &first).await;
        begin(&store, &family("e", "victim")).await;
        rotate(&store, "t1", "t2", OnReuse::EndFamily, NOW).await;
        store.end_family("family of e", &ending("log-out")).await.expect("answers");
    }
    let store = Sqlite::open(&path, Limits::default(), Journal::WriteAhead).expect("opens again");
    assert_eq!(load(&store, "a").await, Some(kept));
    assert!(matches!(find(&store, "t2", NOW).await, Lookup::Current(family) if family.generation == 2));
    assert!(matches!(find(&store, "t1", NOW).await, Lookup::Used(_)), "reuse is noticed after a restart");
    assert!(matches!(find(&store, "e", NOW).await, Lookup::Ended(_)), "an ending survives a restart");
    assert_eq!(load(&Memory::default(), "a").await, None);
}

/// A file that somebody else has locked for writing, and a store that waits for it only shortly.
struct Locked {
    store: Sqlite,
    somebody: Connection,
    _folder: TempDir,
}

async fn locked(wait: Duration) -> Locked {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let path = folder.path().join("store.sqlite");
    let store = Sqlite::open(&path, Limits { wait, ..Limits::default() }, Journal::WriteAhead).expect("opens");
    add(&store, &session("a", "victim")).await;
    begin(&store, &family("t1", "victim")).await;
    let somebody = Connection::open(&path).expect("opens");
    somebody.execute_batch("BEGIN IMMEDIATE").expect("takes the lock");
    Locked { store, somebody, _folder: folder }
}

#[tokio::test]
async fn a_locked_file_answers_down_and_recovers() {
    let Locked { store, somebody, _folder } = locked(Duration::from_millis(40)).await;
    let watch = Stopwatch::start();
    let answers = [
        store.create_session(&session("b", "victim")).await.err(),
        store.save_session(&session("a", "victim")).await.err(),
        store.delete_session(&hash("a")).await.err(),
        store.delete_sessions_of("victim").await.err(),
        store.create_family(&family("t9", "victim")).await.err(),
        store.rotate(&using(&hash("t1"), &hash("t2"), OnReuse::EndFamily, NOW)).await.err(),
        store.end_family("family of t1", &ending("log-out")).await.err(),
        store.end_families_of("victim", &ending("log-out")).await.err(),
    ];
    assert!(answers.iter().all(|answer| matches!(answer, Some(StoreError::Down(_)))), "{answers:?}");
    assert!(watch.elapsed() < Duration::from_secs(2), "each answers within its limit: {:?}", watch.elapsed());
    assert!(load(&store, "a").await.is_some(), "reading waits for no writer");
    somebody.execute_batch("ROLLBACK").expect("gives the lock back");
    add(&store, &session("b", "victim")).await;
    assert!(matches!(rotate(&store, "t1", "t2", OnReuse::EndFamily, NOW).await, Rotation::Rotated(_)));
}

#[tokio::test]
async fn a_locked_file_without_a_log_is_read_by_nobody() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let path = folder.path().join("store.sqlite");
    let limits = Limits { wait: Duration::from_millis(1), ..Limits::default() };
    let store = Sqlite::open(&path, limits, Journal::Rollback).expect("opens");
    add(&store, &session("a", "victim")).await;
    begin(&store, &family("t1", "victim")).await;
    assert!(load(&store, "a").await.is_some());
    let somebody = Connection::open(&path).expect("opens");
    somebody.execute_batch("BEGIN EXCLUSIVE").expect("takes the lock from a store that does nothing");
    let answers = [
        store.load_session(&hash("a")).await.err(),
        store.save_session(&session("a", "victim")).await.err(),
        store.find_family(&hash("t1"), NOW).await.err(),
        store.family("family of t1", NOW).await.err(),
        store.is_revoked("jti", NOW).await.err(),
        store.epoch("victim").await.err(),
        store.find_access(&hash("access")).await.err(),
        store.remember("proof", NOW + HOUR, NOW).await.err(),
    ];
    assert!(answers.iter().all(|answer| matches!(answer, Some(StoreError::Down(_)))), "{answers:?}");
    somebody.execute_batch("ROLLBACK").expect("gives the lock back");
    assert!(load(&store, "a").await.is_some(), "nothing was lost");
    assert!(matches!(rotate(&store, "t1", "t2", OnReuse::EndFamily, NOW).await, Rotation::Rotated(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_at_a_locked_file_does_not_queue_for_its_turn_to_wait() {
    let wait = Duration::from_millis(200);
    let Locked { store, somebody, _folder } = locked(wait).await;
    let store = Arc::new(store);
    let watch = Stopwatch::start();
    let crowd: Vec<_> = (0..30)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.save_session(&session("a", "victim")).await })
        })
        .collect();
    for one in crowd {
        let answer = one.await.expect("does not panic");
        assert!(matches!(answer, Err(StoreError::Down(_))), "{answer:?}");
    }
    assert!(watch.elapsed() < 10 * wait, "30 requests one after the other would take 6 s: {:?}", watch.elapsed());
    somebody.execute_batch("ROLLBACK").expect("gives the lock back");
    assert!(store.save_session(&session("a", "victim")).await.expect("answers again"));
}

#[test]
fn what_is_no_store_is_not_opened() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let garbage = folder.path().join("garbage.sqlite");
    std::fs::write(&garbage, "this is a shopping list, and a long one at that\n".repeat(100)).expect("is written");
    for path in [garbage.as_path(), folder.path(), &folder.path().join("no/such/folder/store.sqlite")] {
        let Err(error) = Sqlite::open(path, Limits::default(), Journal::WriteAhead) else {
            panic!("{} was opened", path.display())
        };
        assert!(error.to_string().starts_with("the store does not answer: "), "{error}");
    }
    let kept = std::fs::read_to_string(&garbage).expect("is there");
    assert!(kept.starts_with("this is a shopping list"), "somebody else's file is left alone");
}

/// The tables of a file that was made before a token said when it was used.
const OLD_FILE: &str = "
    CREATE TABLE family (
        id TEXT PRIMARY KEY, user TEXT NOT NULL, device TEXT NOT NULL, created INTEGER NOT NULL,
        last_used INTEGER NOT NULL, ends INTEGER NOT NULL, generation INTEGER NOT NULL, current BLOB NOT NULL,
        ended_at INTEGER, ended_cause TEXT
    ) WITHOUT ROWID;
    CREATE TABLE token (hash BLOB PRIMARY KEY, family TEXT NOT NULL REFERENCES family) WITHOUT ROWID;
";

#[tokio::test]
async fn an_older_file_is_brought_up_to_date() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let path = folder.path().join("store.sqlite");
    let old = Connection::open(&path).expect("opens");
    old.execute_batch(OLD_FILE).expect("makes tables");
    let ends = i64::try_from((NOW + HOUR).millis()).expect("is small");
    let row = "INSERT INTO family VALUES ('f', 'victim', 'laptop', 0, 0, ?1, 2, ?2, NULL, NULL)";
    old.execute(row, rusqlite::params![ends, hash("t2")]).expect("inserts");
    for token in ["t1", "t2"] {
        old.execute("INSERT INTO token VALUES (?1, 'f')", [hash(token)]).expect("inserts");
    }
    for _ in 0..2 {
        let store = Sqlite::open(&path, Limits::default(), Journal::WriteAhead).expect("opens");
        assert!(matches!(find(&store, "t1", NOW).await, Lookup::Used(_)));
        assert!(matches!(find(&store, "t2", NOW).await, Lookup::Current(family) if family.generation == 2));
        assert_eq!(store.epoch("victim").await.expect("answers"), 0, "there is a table for what it did not know");
    }
}
