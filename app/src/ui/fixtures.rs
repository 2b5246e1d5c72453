//! Models as the window meets them, one for each moment of the first minute.

pub(super) mod browsing;
pub(super) mod inspecting;
pub(super) mod lineage;
pub(super) mod measuring;
pub(super) mod wire;

use std::time::Duration;

use lockstep_shared::clock::{Clock, LabTime};
use lockstep_shared::design::Design;

use crate::lab::actor::Actor;
use crate::lab::view::{
    Access, ActorView, Bar, Claim, Copied, DecodedToken, Holding, KeptRow, KeptView, LaneView, Mark, Stretch, UserView,
};
use crate::state::command::Side;
use crate::state::model::{Lane, Model};

const SESSION: &str = r#"
title = "Session, in memory"
summary = "An opaque id in a cookie; the record lives in the server's memory."
kind = "session"
store = "memory"
[carry]
access = "cookie"
[cookie]
http_only = true
same_site = "lax"
secure = true
host_prefix = true
[session]
idle = "30m"
absolute = "12h"
"#;

const ROTATION: &str = r#"
title = "Short JWT + rotating refresh token"
summary = "A token of five minutes, and a refresh token that is replaced at every use."
kind = "jwt"
store = "sqlite"
[carry]
access = "memory"
refresh = "cookie"
[cookie]
http_only = true
same_site = "lax"
secure = true
host_prefix = true
[jwt]
alg = "EdDSA"
access_ttl = "5m"
audience = "bank"
[refresh]
ttl = "14d"
mode = "rotating"
reuse_detection = true
"#;

const LOG_IN: u64 = 5;
const PHONE: u64 = 50;
const STEAL: u64 = 180;
const LOG_OUT: u64 = 15;

pub(super) fn at(secs: u64) -> LabTime {
    LabTime::START + Duration::from_secs(secs)
}

/// Before the servers are up.
pub(super) fn starting() -> Model {
    let mut model = Model::new(Clock::manual(at(0)), designs(), &[], "/home/alice".to_owned());
    model.designing.folder = "/home/alice/my-lab".to_owned();
    model
}

/// Both lanes run; nobody has done anything.
pub(super) fn empty() -> Model {
    let mut model = starting();
    for side in Side::BOTH {
        let design = model.designs[side.index()].clone();
        let view = LaneView {
            address: format!("{}.localhost:{}", design.id, 8787 + side.index()),
            actors: Actor::ALL.map(|actor| actor_view(actor, Access::NeverIn, vec![])).into(),
            kept: kept(side, vec![]),
            ..LaneView::default()
        };
        model.lanes[side.index()] = Lane { design: Some(design), view, ..Lane::default() };
    }
    model.said = "Both lanes are running".to_owned();
    model
}

/// Laptop, phone and bystander are in.
pub(super) fn logged_in() -> Model {
    let mut model = empty();
    model.clock.advance_to(at(120));
    for side in Side::BOTH {
        let lane = &mut model.lanes[side.index()];
        for (actor, since) in [(Actor::Laptop, LOG_IN), (Actor::Phone, PHONE), (Actor::Bystander, LOG_IN)] {
            set(lane, actor_view(actor, Access::Inside, credentials(side, actor, since)));
            lane.view.timeline.bars.push(bar(actor, since, None));
            let ids = ["7c1e90aa41b2", "b09d11f0c377", "91aa04bc11d0"];
            let row = KeptRow {
                kind: lane.view.kept.noun.clone(),
                id: ids[actor as usize % 3].to_owned(),
                user: if actor == Actor::Bystander { "bob" } else { "alice" }.to_owned(),
                device: if actor == Actor::Bystander { "" } else { actor.name() }.to_owned(),
                note: if side == Side::Left { String::new() } else { "generation 1".to_owned() },
                idle_ends: (side == Side::Left).then(|| at(since + 1800)),
                ends: Some(at(since + if side == Side::Left { 43_200 } else { 14 * 86_400 })),
                ended: None,
            };
            lane.view.kept.rows.push(row);
        }
        lane.view.kept.bytes = 336;
        lane.view.timeline.marks.push(mark(LOG_IN, "log in", false));
        lane.view.exchanges = 12;
        (lane.view.bytes_up, lane.view.bytes_down) = (4200, 3900);
    }
    model.said = "alice logged in on the laptop, on both sides".to_owned();
    model
}

/// The attacker has the laptop's access credential.
pub(super) fn stolen() -> Model {
    let mut model = logged_in();
    model.clock.advance_to(at(STEAL + 5));
    for side in Side::BOTH {
        let lane = &mut model.lanes[side.index()];
        let mut view = actor_view(Actor::Attacker, Access::Inside, credentials(side, Actor::Laptop, LOG_IN));
        view.holds.truncate(1);
        // A copy of a token was issued when the original was.
        view.copied = Some((Actor::Laptop, at(STEAL)));
        view.last_answer = Some("200 — the server takes it for the laptop".to_owned());
        set(lane, view);
        for laptop in lane.view.actors.iter_mut().filter(|view| view.actor == Actor::Laptop) {
            laptop.holds[0].copies = vec![Copied { by: Actor::Attacker, at: at(STEAL), in_use: true }];
        }
        lane.view.timeline.bars.push(bar(Actor::Attacker, STEAL, None));
        lane.view.timeline.marks.push(mark(STEAL, "steal", false));
    }
    model.said = "The attacker copied the access credential of the laptop, on both sides".to_owned();
    model
}

/// The laptop has logged out; the thief is out on the left and still inside on the right.
pub(super) fn logged_out() -> Model {
    let mut model = stolen();
    let left_at = at(STEAL + LOG_OUT);
    model.clock.advance_to(left_at + Duration::from_secs(45));
    for side in Side::BOTH {
        let lane = &mut model.lanes[side.index()];
        set(lane, actor_view(Actor::Laptop, Access::Out { since: left_at, own_act: true }, vec![]));
        lane.view.timeline.marks.push(mark(STEAL + LOG_OUT, "log out", true));
        for bar in &mut lane.view.timeline.bars {
            let ends = bar.actor == Actor::Laptop || (bar.actor == Actor::Attacker && side == Side::Left);
            if ends && let Some(last) = bar.stretches.last_mut() {
                last.to = Some(left_at);
            }
        }
        for view in &mut lane.view.actors {
            if view.actor == Actor::Attacker {
                view.last_answer = Some(match side {
                    Side::Left => "401 revoked — the record is gone from the store".to_owned(),
                    Side::Right => "200 — the signature holds and nobody asked whether it was revoked".to_owned(),
                });
                view.last_exchange = Some(41);
                if side == Side::Left {
                    view.access = Access::Out { since: left_at, own_act: false };
                }
            }
        }
        match side {
            Side::Left => {
                lane.view.kept.rows.remove(0);
            }
            Side::Right => lane.view.kept.rows[0].ended = Some(format!("revoked {}", left_at.local_hms())),
        }
        lane.view.exchanges = 64;
        (lane.view.bytes_up, lane.view.bytes_down) = (20_500, 19_100);
    }
    model.ahead_secs = 900;
    model.said = "The laptop logged out, on both sides".to_owned();
    model
}

/// The stolen token has reached its end.
pub(super) fn expired() -> Model {
    let mut model = logged_out();
    let out = at(STEAL + LOG_OUT + 290);
    model.clock.advance_to(out + Duration::from_secs(10));
    let lane = &mut model.lanes[Side::Right.index()];
    for bar in lane.view.timeline.bars.iter_mut().filter(|bar| bar.actor == Actor::Attacker) {
        bar.stretches[0].to = Some(out);
    }
    for view in lane.view.actors.iter_mut().filter(|view| view.actor == Actor::Attacker) {
        view.access = Access::Out { since: out, own_act: false };
        view.last_answer = Some("401 expired — its exp claim has passed".to_owned());
    }
    model
}

/// Many events close together, then a long time.
pub(super) fn busy_day() -> Model {
    let mut model = logged_out();
    for side in Side::BOTH {
        let marks = &mut model.lanes[side.index()].view.timeline.marks;
        for (index, label) in
            ["transfer", "key rotation", "restart", "ban", "demote", "password change"].iter().enumerate()
        {
            marks.push(mark(200 + 4 * index as u64, label, index % 2 == 1));
        }
    }
    model.clock.advance_to(at(4000));
    model.lanes[0].failure =
        Some("The server did not answer within 5 s. Press Reset lab to start both lanes afresh".to_owned());
    model.busy = Some("Logging in on both sides".to_owned());
    model
}

fn designs() -> Vec<Design> {
    [("session-memory", SESSION), ("jwt-rotation", ROTATION)]
        .map(|(id, toml)| Design::parse(id, "fixture", toml).expect("a fixture is a valid design"))
        .into()
}

fn actor_view(actor: Actor, access: Access, holds: Vec<Holding>) -> ActorView {
    ActorView { actor, access, holds, copied: None, last_answer: None, last_exchange: None, role: None }
}

fn set(lane: &mut Lane, view: ActorView) {
    let actors = &mut lane.view.actors;
    let at = actors.iter().position(|other| other.actor == view.actor).expect("every actor has a card");
    actors[at] = view;
}

fn bar(actor: Actor, from: u64, to: Option<u64>) -> Bar {
    Bar { actor, stretches: vec![Stretch { from: at(from), to: to.map(at), began_by: None, ended_by: None }] }
}

fn mark(secs: u64, label: &str, ending: bool) -> Mark {
    Mark { at: at(secs), label: label.to_owned(), ending, ..Mark::default() }
}

fn credentials(side: Side, actor: Actor, since: u64) -> Vec<Holding> {
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
    let number = actor as usize;
    match side {
        Side::Left => vec![Holding {
            name: "__Host-sid".to_owned(),
            value: format!("k3Jf{number}pQzV0nTb6yHcWm4RsLd8XeUa1GiOoNqZ9aQ"),
            attributes: words(&["HttpOnly", "Secure", "Lax", "Path=/"]),
            unsaid: words(&["__Host-", "no Domain", "no Expires"]),
            copies: Vec::new(),
            spent: None,
            since: at(since),
            expires: None,
            token: None,
        }],
        Side::Right => vec![
            Holding {
                name: "access".to_owned(),
                value: format!("eyJhbGciOiJFZERTQSIsImtpZCI6Ijd{number}.eyJzdWIiOiJhbGljZSJ9.3yXbTk0"),
                attributes: words(&["page memory"]),
                unsaid: Vec::new(),
                copies: Vec::new(),
                spent: None,
                since: at(since),
                expires: Some(at(since + 480)),
                token: Some(DecodedToken { alg: "EdDSA".to_owned(), header: header(), claims: claims(since) }),
            },
            Holding {
                name: "__Secure-refresh".to_owned(),
                value: format!("r8Qp{number}VbN2mKx7ZtYwHs5LfDj3GcRaEu0Iox2"),
                attributes: words(&["HttpOnly", "Secure", "Lax", "Path=/auth"]),
                unsaid: words(&["__Secure-", "no Domain", "Expires"]),
                copies: Vec::new(),
                spent: None,
                since: at(since),
                expires: Some(at(since + 14 * 86_400)),
                token: None,
            },
        ],
    }
}

fn header() -> Vec<Claim> {
    let claim = |name: &str, value: &str, meaning: &str| Claim {
        name: name.to_owned(),
        value: value.to_owned(),
        meaning: Some(meaning.to_owned()),
    };
    vec![claim("alg", "EdDSA", "how it is signed"), claim("typ", "at+jwt", "what kind of token it is")]
}

fn claims(since: u64) -> Vec<Claim> {
    let claim = |name: &str, value: String, meaning: &str| Claim {
        name: name.to_owned(),
        value,
        meaning: (!meaning.is_empty()).then(|| meaning.to_owned()),
    };
    vec![
        claim("sub", "\"alice\"".to_owned(), "whom it speaks for"),
        claim("aud", "\"bank\"".to_owned(), "who may take it"),
        claim("exp", at(since + 300).secs().to_string(), "ends at 09:05:05"),
        claim("role", "\"user\"".to_owned(), ""),
    ]
}

fn kept(side: Side, rows: Vec<KeptRow>) -> KeptView {
    let user = |email: &str, role: &str, salt: &str| UserView {
        email: email.to_owned(),
        role: role.to_owned(),
        banned: false,
        phc: format!("$argon2id$v=19$m=19456,t=2,p=1${salt}$4Mx0yTTAjzJ3mFZ3Ch0vTtdqCwbxwDkPdmQZ2UqHn1o"),
    };
    KeptView {
        noun: if side == Side::Left { "sessions" } else { "refresh families" }.to_owned(),
        rows,
        bytes: 0,
        users: vec![
            user("alice@bank.example", "user", "pUq7x0vGd2m1R9sKcYtZwA"),
            user("bob@bank.example", "user", "Zk3nB8yQe5hTfLw2Xr6JuA"),
            user("admin@bank.example", "admin", "Ty1cV9mHs4dPbNg7Ka0EiQ"),
        ],
    }
}
