//! What a page of the attacker's has a victim's browser send: with which cookies, and what the browser says of it.

use std::time::Duration;

use lockstep_shared::clock::{Clock, LabTime};
use lockstep_shared::design::Design;

use super::*;
use crate::lab::engine::Engine;
use crate::lab::exchange::Exchange;
use crate::lab::scenario::{Doer, Verb};
use crate::lab::steps;

const VICTIM: Actor = Actor::Laptop;

/// Without a defence, so that only the browser decides.
fn session(cookie: &str) -> Design {
    let toml = format!(
        "title = \"t\"\nsummary = \"s\"\nkind = \"session\"\nstore = \"memory\"\n[carry]\naccess = \"cookie\"\n\
         [cookie]\nhttp_only = true\n{cookie}\n[session]\nidle = \"30m\"\nabsolute = \"12h\"\n[csrf]\ndefence = \"none\"\n"
    );
    Design::parse("d", "d.toml", &toml).expect("is a design")
}

fn bearer() -> Design {
    let toml = "title = \"t\"\nsummary = \"s\"\nkind = \"jwt\"\n[carry]\naccess = \"local-storage\"\n\
                [jwt]\nalg = \"HS256\"\naccess_ttl = \"24h\"\naudience = \"bank\"\n[csrf]\ndefence = \"none\"\n";
    Design::parse("d", "d.toml", toml).expect("is a design")
}

/// A stage on which the victim has logged in some time ago.
async fn logged_in(design: Design, ago: Duration) -> Stage {
    let clock = Clock::manual(LabTime::START);
    let mut stage = Stage::set(design, clock, 0, &Engine::default()).await.expect("starts");
    steps::perform(&mut stage, Doer::Actor(VICTIM), &Verb::LogIn, None).await.expect("logs in");
    stage.clock.advance(ago);
    stage
}

/// What came of the lure, and the first exchange that it made, if it made any.
async fn lured(stage: &mut Stage, site: Site, lure: Lure) -> (Done, Option<Exchange>) {
    let first = stage.count() + 1;
    let by = Doer::Actor(Actor::Attacker);
    let done = steps::perform(stage, by, &Verb::Lure { on: VICTIM, site, lure }, None).await.expect("is no fault");
    let exchange = stage.exchange(first).cloned();
    (done, exchange)
}

fn header<'a>(exchange: &'a Exchange, name: &str) -> Option<&'a str> {
    exchange.request_headers.get(name)
}

/// The lures that send a request by the victim's browser, and of which kind it is.
const SENDING: [(Lure, &str, &str, &str); 6] = [
    (Lure::FormPost, "POST", "navigate", "application/x-www-form-urlencoded"),
    (Lure::LogIn, "POST", "navigate", "application/x-www-form-urlencoded"),
    (Lure::Link, "GET", "navigate", ""),
    (Lure::Image, "GET", "no-cors", ""),
    (Lure::FetchPost, "POST", "cors", "application/x-www-form-urlencoded"),
    (Lure::ReadAccount, "GET", "cors", ""),
];

/// The letters of the delivery table: d = no SameSite, L = Lax, S = Strict, N = None.
const COOKIES: [(char, &str); 4] = [
    ('d', "secure = true"),
    ('L', "secure = true\nsame_site = \"lax\""),
    ('S', "secure = true\nsame_site = \"strict\""),
    ('N', "secure = true\nsame_site = \"none\""),
];

#[tokio::test]
async fn each_lure_takes_along_the_cookies_that_a_browser_sends_for_it() {
    let (fresh, later) = (Duration::from_secs(60), Duration::from_secs(121));
    for (lure, method, mode, form) in SENDING {
        let across = match (lure, method) {
            (Lure::Link, _) => ["dLN", "dLN"],
            (_, "POST") if mode == "navigate" => ["dN", "N"],
            _ => ["N", "N"],
        };
        for (ago, evil) in [fresh, later].into_iter().zip(across) {
            for (site, expected) in [(Site::Evil, evil), (Site::Sibling, "dLSN")] {
                let mut sent = String::new();
                for (letter, cookie) in COOKIES {
                    let mut stage = logged_in(session(cookie), ago).await;
                    let (_, exchange) = lured(&mut stage, site, lure).await;
                    let exchange = exchange.expect("is sent");
                    let at = format!("{lure:?} at {site:?} with {cookie}");
                    let is = ["sec-fetch-mode", "sec-fetch-site", "content-type"].map(|name| header(&exchange, name));
                    let from = if site == Site::Evil { "cross-site" } else { "same-site" };
                    assert_eq!((exchange.method, exchange.actor), (method, Actor::Attacker), "{at}");
                    assert_eq!(is, [Some(mode), Some(from), Some(form).filter(|form| !form.is_empty())], "{at}");
                    let page = site.page(stage.agent(VICTIM).page()).origin().ascii_serialization();
                    let named = method == "POST" || mode == "cors";
                    assert_eq!(header(&exchange, "origin"), named.then_some(&*page), "{at}");
                    assert_eq!(header(&exchange, "authorization"), None, "{at}");
                    let goes = header(&exchange, "cookie").is_some_and(|line| line.starts_with("sid="));
                    sent.extend(goes.then_some(letter));
                }
                assert_eq!(sent, expected, "{lure:?} at {site:?} after {ago:?}");
            }
        }
    }
}

/// A page elsewhere knows nothing of what the bank's page keeps: no lure makes a token of it go along.
#[tokio::test]
async fn no_lure_takes_along_what_the_page_attaches_itself() {
    for (lure, ..) in SENDING {
        for site in Site::ALL {
            let mut stage = logged_in(bearer(), Duration::from_secs(1)).await;
            let (done, exchange) = lured(&mut stage, site, lure).await;
            let exchange = exchange.expect("is sent");
            assert_eq!(header(&exchange, "cookie"), None, "{lure:?}");
            assert_eq!(header(&exchange, "authorization"), None, "{lure:?}");
            // A log-in goes through for anybody, but the page goes on with its own token.
            assert!(!done.went_through, "{lure:?}: {}", done.said);
            if lure == Lure::ReadAccount {
                assert_eq!(exchange.method, "OPTIONS", "what only a script can send is asked for first");
            }
        }
    }
    let mut token = session("secure = true\nhost_prefix = true");
    token.csrf.defence = lockstep_shared::design::CsrfDefence::Token;
    let mut stage = logged_in(token, Duration::from_secs(1)).await;
    let (done, exchange) = lured(&mut stage, Site::Sibling, Lure::FormPost).await;
    let exchange = exchange.expect("is sent");
    assert!(header(&exchange, "cookie").is_some_and(|line| line.contains("__Host-csrf=")), "the cookie goes along");
    assert_eq!(header(&exchange, lockstep_shared::api::CSRF_HEADER), None, "and no form repeats what is in it");
    assert_eq!((done.went_through, exchange.status), (false, 403), "{}", done.said);
}

#[tokio::test]
async fn a_cookie_is_planted_from_beside_the_bank_and_from_nowhere_else() {
    for (cookie, site, kept) in [
        ("", Site::Sibling, true),
        ("", Site::Evil, false),
        ("secure = true\nhost_prefix = true", Site::Sibling, false),
        ("secure = true\nhost_prefix = true", Site::Evil, false),
    ] {
        let mut stage = logged_in(session(cookie), Duration::from_secs(1)).await;
        stage.agent_mut(VICTIM).forget();
        let (done, exchange) = lured(&mut stage, site, Lure::PlantId).await;
        assert_eq!(done.went_through, kept, "{cookie} from {site:?}: {}", done.said);
        assert!(exchange.is_none(), "nothing is sent for it");
        let number = stage.send(VICTIM, &Ask::get("/api/me", Purpose::Probe)).await.expect("is answered");
        let sent = stage.exchange(number).and_then(|exchange| header(exchange, "cookie").map(str::to_owned));
        assert_eq!(sent, kept.then(|| format!("sid={PLANTED}")), "{cookie} from {site:?}");
        assert_eq!(stage.foils().count(), usize::from(!kept));
    }
}

#[tokio::test]
async fn a_tossed_cookie_goes_before_the_victims_own() {
    let mut stage = logged_in(session(""), Duration::from_secs(1)).await;
    let (done, _) = lured(&mut stage, Site::Sibling, Lure::TossCookie).await;
    assert!(done.went_through, "{}", done.said);
    let exchange = done.number.and_then(|number| stage.exchange(number)).expect("the page asked who it is");
    let line = header(exchange, "cookie").expect("both go along");
    assert_eq!(line.matches("sid=").count(), 2, "{line}");
    assert!(
        exchange.response_body.contains("\"role\":\"user\""),
        "the attacker is no admin: {}",
        exchange.response_body
    );

    for (cookie, site) in [("", Site::Evil), ("secure = true\nhost_prefix = true", Site::Sibling)] {
        let mut stage = logged_in(session(cookie), Duration::from_secs(1)).await;
        let (done, _) = lured(&mut stage, site, Lure::TossCookie).await;
        assert!(!done.went_through, "{cookie} from {site:?}: {}", done.said);
    }
}
