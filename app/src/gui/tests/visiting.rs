//! Requests as a browser makes them, sent to the lanes' real servers and judged in the window.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::*;
use crate::state::command::Command;
use crate::state::visiting::made::CHROME;
use crate::state::visiting::{Place, Way};

/// Sends a request as a browser would, and answers with the whole answer.
fn send(window: &Window, host: &str, head: &str, headers: &[(&str, &str)], body: &str) -> String {
    let address = window.0.state().model.lane(Side::Left).view.address.clone();
    let port = address.rsplit_once(':').expect("has a port").1.to_owned();
    let label = address.split_once(".localhost").expect("is below localhost").0.to_owned();
    let put = |text: &str| text.replace("LABEL", &label).replace("PORT", &port);
    let mut request = put(&format!("{head} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {CHROME}\r\n"));
    for (name, value) in headers {
        request.push_str(&put(&format!("{name}: {value}\r\n")));
    }
    request.push_str(&format!("Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()));
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).expect("the lane listens");
    stream.write_all(request.as_bytes()).expect("it is taken");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it is answered");
    answer
}

const BANK: &str = "LABEL.localhost:PORT";
const HERE: [(&str, &str); 3] =
    [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty")];

#[test]
fn what_a_browser_sends_appears_with_what_the_agent_would_have_done() {
    let mut window = Window::open();
    window.press("Log in");
    assert!(window.0.state().model.visiting.is_empty(), "the lab's own agents are no browsers");

    let own = ("Origin", "http://LABEL.localhost:PORT");
    let login = [&HERE[..], &[own, ("Content-Type", "application/json")]].concat();
    let body = r#"{"email":"alice@bank.example","password":"correct horse battery"}"#;
    let answer = send(&window, BANK, "POST /auth/login", &login, body);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let set = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("sets a cookie");
    let cookie = set.split(';').next().expect("has a pair").to_owned();
    window.until(|app| app.model.visiting.rows().len() == 1);

    // The tab is led to the bank by a form of another site, which no Lax cookie goes along with.
    let evil = [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "document"),
        ("Origin", "http://evil.localhost:PORT"),
        ("Referer", "http://evil.localhost:PORT/"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    send(&window, BANK, "POST /api/transfer", &evil, "to=mallory%40bank.example&amount_cents=5000");
    send(&window, BANK, "GET /api/me", &[&HERE[..], &[("Cookie", &cookie)]].concat(), "");
    send(&window, "evil.localhost:PORT", "GET /?design=LABEL", &[("Sec-Fetch-Site", "none")], "");
    window.until(|app| app.model.visiting.rows().len() == 4);
    let visits: Vec<_> = window.0.state().model.visiting.rows().cloned().collect();
    assert_eq!(visits[0].row.exchange.received.len(), 1);
    assert!(visits.iter().all(|visited| !visited.differs()), "{visits:#?}");
    assert_eq!((visits[1].way, visits[1].cookies.len(), visits[1].cookies[0].was_held_back()), (Way::Tab, 1, true));
    assert!(visits[2].cookies[0].came() && !visits[2].row.exchange.trace.acts.is_empty());
    assert_eq!((visits[3].place, visits[3].in_wire), (Place::Evil, None));

    // They are in the lane's own record, and what the server keeps has changed.
    let model = &window.0.state().model;
    let of_browser: Vec<_> = model.traffic.of(Side::Left).filter(|one| one.actor == Actor::Browser).collect();
    assert_eq!(
        of_browser.iter().map(|one| Some(one.number)).collect::<Vec<_>>(),
        [0, 1, 2].map(|at: usize| visits[at].in_wire)
    );
    assert_eq!(model.lane(Side::Left).view.kept.rows.len(), 2, "the laptop's session and the browser's");
    window.press("Open account");

    window.0.state_mut().hand_on(Command::ForgetVisits);
    window.until(|app| app.model.visiting.is_empty());
    // What the browser holds back, where it has a cookie, is known over that.
    let image = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")];
    send(&window, BANK, "GET /api/account", &[&image[..], &[("Cookie", &cookie)]].concat(), "");
    window.until(|app| app.model.visiting.rows().len() == 1);
    assert!(window.0.state().model.visiting.rows().all(|visited| visited.differs()), "no browser of today sends that");

    window.0.state_mut().hand_on(Command::Reset);
    window.until(|app| app.model.visiting.is_empty() && app.model.said == "the lab is as new");
    send(&window, BANK, "GET /", &[("Sec-Fetch-Site", "none"), ("Cookie", &cookie)], "");
    window.until(|app| app.model.visiting.rows().len() == 1);
}
