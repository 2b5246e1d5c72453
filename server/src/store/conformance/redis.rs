//! What the Redis engine owes beyond the obligations of every store: it is down without doubt, comes back by itself, and
//! leaves alone what is not ours.

use std::net::TcpListener;

use ::redis::{Client, Connection, cmd};
use lockstep_shared::clock::Stopwatch;

use super::*;

const SHORT: Duration = Duration::from_millis(200);

fn store_at(url: &str, wait: Duration) -> RedisStore {
    let at = Redis::at(url, "test").expect("is an address");
    RedisStore::open(&at, "d", Limits { wait, ..Limits::default() })
}

fn somebody_at(server: &PrivateRedis) -> Connection {
    Client::open(server.url()).and_then(|client| client.get_connection()).expect("connects")
}

/// Every kind of step, and whether it was answered that the store is down.
async fn all_down(store: &dyn Store) -> bool {
    let (token, next) = (hash("t1"), hash("t2"));
    let answers = [
        store.create_session(&session("b", "victim")).await.err(),
        store.load_session(&hash("a")).await.err(),
        store.save_session(&session("a", "victim")).await.err(),
        store.delete_sessions_of("victim").await.err(),
        store.find_family(&token, NOW).await.err(),
        store.rotate(&using(&token, &next, OnReuse::EndFamily, NOW)).await.err(),
        store.is_revoked("j", NOW).await.err(),
        store.epoch("victim").await.err(),
        store.find_access(&token).await.err(),
        store.remember("p", NOW + MINUTE, NOW).await.err(),
        store.wipe().await.err(),
    ];
    answers.iter().all(|answer| matches!(answer, Some(StoreError::Down(_))))
}

#[tokio::test]
async fn a_server_that_is_gone_is_down_at_once_and_found_again() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let mut server = PrivateRedis::start(Some(folder.path())).expect("starts");
    let store = store_at(&server.url(), Limits::WAIT);
    add(&store, &session("a", "victim")).await;
    begin(&store, &family("t1", "victim")).await;
    server.kill();
    let watch = Stopwatch::start();
    assert!(all_down(&store).await, "nothing passes");
    assert!(watch.elapsed() < Limits::WAIT, "nobody waits for what is refused: {:?}", watch.elapsed());
    server.revive().expect("starts again");
    assert_eq!(load(&store, "a").await, Some(session("a", "victim")), "the first request finds it");
    assert!(matches!(rotate(&store, "t1", "t2", OnReuse::EndFamily, NOW).await, Rotation::Rotated(_)));
    // Where nobody asked while it was away, its end was seen all the same.
    server.kill();
    server.revive().expect("starts again");
    // Nothing of this test has let anybody else on this thread go on since then.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert_eq!(load(&store, "a").await, Some(session("a", "victim")));
}

#[tokio::test]
async fn a_server_that_is_silent_is_down_within_the_limit_and_comes_back() {
    let server = PrivateRedis::start(None).expect("starts");
    let store = store_at(&server.url(), SHORT);
    add(&store, &session("a", "victim")).await;
    // Everybody else's commands wait until the pause is over.
    let pause = 3 * SHORT;
    let millis = u64::try_from(pause.as_millis()).expect("is short");
    cmd("CLIENT").arg("PAUSE").arg(millis).arg("ALL").exec(&mut somebody_at(&server)).expect("pauses");
    let watch = Stopwatch::start();
    let answer = store.load_session(&hash("a")).await;
    assert!(matches!(answer, Err(StoreError::Down(_))), "{answer:?}");
    assert!(watch.elapsed() >= SHORT && watch.elapsed() < pause, "{:?}", watch.elapsed());
    while store.load_session(&hash("a")).await.is_err() {
        assert!(watch.elapsed() < Duration::from_secs(20), "it never came back");
    }
}

#[tokio::test]
async fn what_takes_connections_and_never_answers_is_down() {
    let mute = TcpListener::bind("127.0.0.1:0").expect("binds");
    let url = format!("redis://{}", mute.local_addr().expect("has an address"));
    let store = Arc::new(store_at(&url, SHORT));
    let watch = Stopwatch::start();
    let crowd: Vec<_> = (0..20)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.load_session(&hash("a")).await })
        })
        .collect();
    for one in crowd {
        let answer = one.await.expect("does not panic");
        assert!(matches!(answer, Err(StoreError::Down(_))), "{answer:?}");
    }
    assert!(watch.elapsed() < 10 * SHORT, "20 requests one after the other would take 4 s: {:?}", watch.elapsed());
}

#[tokio::test]
async fn redis_s_own_expiry_never_decides() {
    let server = PrivateRedis::start(None).expect("starts");
    let store = store_at(&server.url(), Limits::WAIT);
    add(&store, &session("a", "victim")).await;
    begin(&store, &family("t1", "victim")).await;
    rotate(&store, "t1", "t2", OnReuse::EndFamily, NOW + HOUR).await;
    store.revoke("j", NOW + HOUR, NOW).await.expect("answers");
    store.remember("p", NOW + HOUR, NOW).await.expect("answers");
    let access = AccessRecord { token: hash("x"), family: "f".to_owned(), user: "u".to_owned(), ends: NOW + HOUR };
    store.create_access(&access, NOW).await.expect("answers");
    store.raise_epoch("victim").await.expect("answers");
    let mut somebody = somebody_at(&server);
    let keys: Vec<String> = cmd("KEYS").arg("*").query(&mut somebody).expect("answers");
    assert!(keys.len() >= 13, "{keys:?}");
    for key in keys {
        assert!(key.starts_with("lockstep:test:d:"), "{key}");
        let ttl: i64 = cmd("TTL").arg(&key).query(&mut somebody).expect("answers");
        let least = match key.trim_start_matches("lockstep:test:d:") {
            // A version never ends.
            "epochs" => -1..=-1,
            name if name.starts_with("session") => 36 * 3600 - 60..=36 * 3600,
            name if name.contains("famil") || name.contains("token:") || name == "tokens" => 48 * 3600 - 60..=48 * 3600,
            _ => 25 * 3600 - 60..=25 * 3600,
        };
        assert!(least.contains(&ttl), "{key} is kept for {ttl} s");
    }
}

#[tokio::test]
async fn only_what_is_ours_is_deleted() {
    let server = PrivateRedis::start(None).expect("starts");
    let (one, other) = (Redis::at(&server.url(), "one"), Redis::at(&server.url(), "one.more"));
    let (one, other) = (one.expect("is an address"), other.expect("is an address"));
    let mut somebody = somebody_at(&server);
    for key in ["lockstep", "lockstep:", "lockstep:on", "session", "xlockstep:one:d:"] {
        cmd("SET").arg(key).arg("theirs").exec(&mut somebody).expect("sets");
    }
    let open = |at: &Redis, design: &str| RedisStore::open(at, design, Limits::default());
    let (first, second, third) = (open(&one, "a"), open(&one, "b"), open(&other, "a"));
    for store in [&first, &second, &third] {
        for id in 0..20 {
            add(store, &session(&id.to_string(), "victim")).await;
        }
    }
    let count = |somebody: &mut Connection| cmd("DBSIZE").query::<usize>(somebody).expect("answers");
    assert_eq!(count(&mut somebody), 5 + 3 * 22);
    first.wipe().await.expect("answers");
    assert_eq!(count(&mut somebody), 5 + 2 * 22, "another design's records are not in this store");
    one.clear(Limits::WAIT).await.expect("answers");
    assert_eq!(count(&mut somebody), 5 + 22, "another prefix is another lab");
    other.clear(Limits::WAIT).await.expect("answers");
    assert_eq!(count(&mut somebody), 5);
}

#[test]
fn an_address_is_checked_and_keeps_its_password_to_itself() {
    for (url, prefix) in [("127.0.0.1:6379", "p"), ("http://127.0.0.1", "p"), ("", "p"), ("redis://h", "a:b")] {
        let Err(error) = Redis::at(url, prefix) else { panic!("{url} {prefix}") };
        let said = error.to_string();
        assert!(said.starts_with("this is no Redis server's address: ") && !said.contains('\n'), "{said}");
    }
    for prefix in ["", "*", "a b", "a/b", "[a]", "ü"] {
        assert!(Redis::at("redis://h", prefix).is_err(), "{prefix}");
    }
    let with_password = Redis::at("redis://:sesame@127.0.0.1", "p").expect("is an address");
    assert!(!format!("{with_password:?}").contains("sesame"));
    let Err(tls) = Redis::at("rediss://:sesame@127.0.0.1", "p") else { panic!("it speaks no TLS") };
    assert!(!tls.to_string().contains("sesame"), "{tls}");
}

#[test]
fn a_private_server_ends_with_its_owner() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    for folder in [None, Some(folder.path())] {
        let server = PrivateRedis::start(folder).expect("starts");
        let url = server.url();
        let answers = || Client::open(url.clone()).and_then(|client| client.get_connection()).is_ok();
        assert!(answers());
        drop(server);
        assert!(!answers());
    }
}
