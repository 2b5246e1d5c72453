//! The log of what reached the server: whole, in order, for those who switched it on.

use lockstep_server::{Config, Visit};
use reqwest::Method;

use crate::actors::{Bank, PASSWORD, VICTIM, config};
use crate::designs::{SESSION, mistaken};

fn header<'a>(lines: &'a [(String, String)], name: &str) -> Option<&'a str> {
    lines.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn text(octets: &[u8]) -> String {
    String::from_utf8(octets.to_vec()).expect("is text")
}

#[tokio::test]
async fn every_request_is_there_as_it_came_and_as_it_was_answered() {
    let toml = mistaken(SESSION, "reflect_any_origin");
    let bank = Bank::open(Config { visits: true, ..config(&[("d", &toml)], None) }).await.expect("starts");
    let mut newest = bank.running.visited().expect("is switched on");
    assert_eq!((bank.running.visits(0), *newest.borrow_and_update()), (Vec::<Visit>::new(), 0));
    let mut laptop = bank.device("laptop");
    let login = laptop.log_in(VICTIM, PASSWORD).await.is(200);
    newest.changed().await.expect("the server runs");
    let visits = bank.running.visits(0);
    let [visit] = visits.as_slice() else { panic!("{visits:?}") };
    assert_eq!((visit.method.as_str(), visit.path.as_str(), visit.status), ("POST", "/auth/login", 200));
    assert_eq!(visit.host, format!("d.localhost:{}", bank.running.address().port()));
    assert_eq!(login.header("x-request-id"), Some(visit.number.to_string().as_str()));
    assert_eq!(header(&visit.request_headers, "user-agent"), Some("laptop"));
    assert!(text(&visit.request_body.octets).contains(PASSWORD), "the wire had it");
    assert_eq!(header(&visit.response_headers, "set-cookie"), login.header("set-cookie"));
    assert_eq!(header(&visit.response_headers, "x-request-id"), login.header("x-request-id"));
    assert_eq!((text(&visit.response_body.octets), visit.response_body.cut), (login.body, false));
    assert!(visit.micros > 0 && visit.at == bank.running.clock().now());
    assert!(!format!("{visit:?}").contains(&laptop.credential()) && !format!("{visit:?}").contains(PASSWORD));

    // A preflight, refusals by the guard, the attacker's hosts and the list of doors are visits too.
    let preflight = [("origin", "http://evil.localhost:1"), ("access-control-request-method", "PUT")];
    bank.ask(Method::OPTIONS, "d.localhost", "/api/me", &preflight).await.is(204);
    bank.ask(Method::GET, "bank.example", "/", &[]).await.is(421);
    bank.ask(Method::POST, "d.localhost", "/api/transfer", &[("sec-fetch-site", "cross-site")]).await.is(403);
    bank.tell(Method::POST, "evil.localhost", "/drop", &[], b"loot".to_vec()).await.is(204);
    bank.ask(Method::GET, "blog.d.localhost", "/?a=b", &[]).await.is(200);
    bank.ask(Method::GET, "localhost", "/", &[]).await.is(200);
    let big = vec![b'x'; 30_000];
    let json = [("content-type", "application/json")];
    bank.tell(Method::POST, "d.localhost", "/auth/login", &json, big).await.is(400);
    bank.tell(Method::POST, "d.localhost", "/auth/login", &json, vec![b'x'; 100_000]).await.is(413);
    let more = bank.running.visits(visit.place);
    let told: Vec<_> = more.iter().map(|visit| (visit.host.as_str(), visit.path.as_str(), visit.status)).collect();
    assert_eq!(
        told,
        [
            ("d.localhost", "/api/me", 204),
            ("bank.example", "/", 421),
            ("d.localhost", "/api/transfer", 403),
            ("evil.localhost", "/drop", 204),
            ("blog.d.localhost", "/?a=b", 200),
            ("localhost", "/", 200),
            ("d.localhost", "/auth/login", 400),
            ("d.localhost", "/auth/login", 413),
        ]
    );
    assert_eq!(more.iter().map(|visit| visit.place).collect::<Vec<_>>(), (2..=9).collect::<Vec<_>>());
    assert_eq!(text(&more[3].request_body.octets), "loot");
    let whole: Vec<_> =
        more[6..].iter().map(|visit| (visit.request_body.octets.len(), visit.request_body.cut)).collect();
    assert_eq!(whole, [(16 * 1024, true), (0, true)], "a body that is refused unread was not there to be seen");
    assert_eq!(bank.running.visits_dropped(), 0);
    // A restart of the server forgets nothing of this: it is the lab's.
    bank.running.restart().expect("starts again");
    assert_eq!(bank.running.visits(0).len(), 9);
}

#[tokio::test]
async fn nothing_is_kept_where_nobody_asked_for_it() {
    let bank = Bank::of(SESSION).await;
    bank.device("laptop").log_in(VICTIM, PASSWORD).await.is(200);
    assert!(bank.running.visits(0).is_empty() && bank.running.visited().is_none());
}
