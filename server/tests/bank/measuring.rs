//! A measurement of a browser: its hosts are open to whoever knows its path, while it is open, and to nobody else.

use std::time::Duration;

use lockstep_server::{How, Place, Probe, Progress};
use reqwest::Method;

use crate::actors::Bank;
use crate::designs::SESSION;

fn place(host: &str) -> Place {
    Place { host: host.to_owned(), other_port: false }
}

fn probe(from: &str, how: How, to: &str, lines: &[&str]) -> Probe {
    let lines = lines.iter().map(|line| line.as_bytes().to_vec()).collect();
    Probe { from: place(from), how, to: place(to), rest: "a/b".to_owned(), lines, after: None }
}

/// An address in two: the host with its port, and the path.
fn halves(address: &str) -> (String, String) {
    let rest = address.strip_prefix("http://").expect("addresses are http");
    let (host, path) = rest.split_once('/').expect("addresses have a path");
    (host.to_owned(), format!("/{path}"))
}

#[tokio::test]
async fn a_measurement_sets_what_it_is_told_and_keeps_what_arrives() {
    let bank = Bank::of(SESSION).await;
    let measuring = bank.running.measure().await.expect("a port is free");
    let probes = vec![
        probe("a.localhost", How::Link, "a.localhost", &["x=1", "y=2"]),
        probe("b.localhost", How::Image, "a.localhost", &[]),
    ];
    measuring.plan(probes.clone());
    let mut progress = measuring.progress();
    assert_eq!(*progress.borrow_and_update(), Progress { of: 2, ..Progress::default() });

    let (host, path) = halves(&measuring.start_page());
    let start = bank.ask(Method::GET, &host, &path, &[]).await.is(200);
    let first = measuring.page(&probes[0], 0);
    assert!(start.body.contains(&first), "{}", start.body);
    let (host, path) = halves(&first);
    let page = bank.ask(Method::GET, &host, &path, &[]).await.is(200);
    assert!(page.body.contains(&measuring.address(&probes[0], 0)), "{}", page.body);
    let (host, path) = halves(&measuring.address(&probes[0], 0));
    let set = bank.ask(Method::GET, &host, &path, &[]).await.is(200);
    assert_eq!(set.header("set-cookie"), Some("x=1"));
    let (host, path) = halves(&measuring.address(&probes[1], 1));
    let headers = [("cookie", "x=1"), ("sec-fetch-site", "cross-site"), ("origin", "http://b.localhost")];
    bank.ask(Method::GET, &host, &path, &headers).await.is(200);
    let seen = measuring.seen();
    let arrived = seen[1].arrived.as_ref().expect("it arrived");
    assert_eq!(arrived.cookie.as_deref(), Some(&b"x=1"[..]));
    assert_eq!(arrived.sec_fetch, [("sec-fetch-site", "cross-site".to_owned())]);
    assert_eq!(arrived.origin.as_deref(), Some("http://b.localhost"));
    assert!(seen[0].at.expect("it was answered") <= seen[1].at.expect("it was answered"));
    assert!(progress.has_changed().expect("it is open") && progress.borrow().probes == 2);
    assert!(!format!("{seen:?}").contains("x=1"), "{seen:?}");

    let root = path.split_once("/at/").expect("probes lie there").0.to_owned();
    let own = halves(&measuring.start_page()).0;
    let who = br#"{"name":"Some <b>Browser</b>","version":"1.2\u0000"}"#.to_vec();
    bank.tell(Method::POST, &own, &format!("{root}/who"), &[], who).await.is(204);
    bank.ask(Method::GET, &own, &format!("{root}/done"), &[]).await.is(200);
    let named = Some(("Some <b>Browser</b>".to_owned(), "1.2".to_owned()));
    assert_eq!(*progress.borrow(), Progress { probes: 2, of: 2, done: true, browser: named });
}

#[tokio::test]
async fn nobody_else_finds_a_measurement() {
    let bank = Bank::of(SESSION).await;
    let measuring = bank.running.measure().await.expect("a port is free");
    let only = probe("a.localhost", How::Link, "a.localhost", &["x=1"]);
    measuring.plan(vec![only.clone()]);
    let (host, path) = halves(&measuring.address(&only, 0));
    let port = bank.running.address().port();
    let strangers =
        ["evil.example", "b.localhost", "a.localhost", "a.localhost:1", "localhost", "127.0.0.1", "d.localhost"];
    for stranger in strangers {
        let answer = bank.ask(Method::GET, stranger, &path, &[]).await;
        assert!(answer.status >= 400 && answer.header("set-cookie").is_none(), "{stranger}: {}", answer.status);
        let page = halves(&measuring.page(&only, 0)).1;
        assert!(bank.ask(Method::GET, stranger, &page, &[]).await.status >= 400, "{stranger}");
    }
    for wrong in [
        "/measuring/0/at/a/b?0",
        "/measuring//at/a/b?0",
        "/measuring/",
        &path.replace("?0", "?1"),
        &path.replace("?0", ""),
    ] {
        bank.ask(Method::GET, &host, wrong, &[]).await.refused(421, "unknown-host");
    }
    assert_eq!(measuring.seen()[0].arrived, None);
    bank.ask(Method::GET, &host, &path, &[]).await.is(200);
    // What a page says is bounded, and is heard only of a page of the plan.
    let said = path.replace("at/a/b", "said");
    bank.tell(Method::POST, &host, &said, &[], vec![b'x'; 2 << 20]).await.is(421);
    bank.tell(Method::POST, &format!("b.localhost:{port}"), &said, &[], b"x".to_vec()).await.is(421);
    assert_eq!(measuring.seen()[0].said, None);
    drop(measuring);
    bank.ask(Method::GET, &host, &path, &[]).await.refused(421, "unknown-host");
}

#[tokio::test]
async fn a_page_waits_for_what_must_be_older() {
    let bank = Bank::of(SESSION).await;
    let measuring = bank.running.measure().await.expect("a port is free");
    let set = probe("a.localhost", How::Link, "a.localhost", &["x=1"]);
    let asked =
        Probe { after: Some((0, Duration::from_secs(100))), ..probe("b.localhost", How::Form, "a.localhost", &[]) };
    measuring.plan(vec![set.clone(), asked.clone()]);
    let (host, path) = halves(&measuring.address(&set, 0));
    bank.ask(Method::GET, &host, &path, &[]).await.is(200);
    let (host, path) = halves(&measuring.page(&asked, 1));
    let page = bank.ask(Method::GET, &host, &path, &[]).await.is(200);
    let wait = page.body.split_once("\"wait\":").expect("it says how long").1;
    let wait: u64 = wait.split(['}', ',']).next().and_then(|millis| millis.parse().ok()).expect("that is a number");
    assert!((90_000..=100_000).contains(&wait), "{wait}");
}
