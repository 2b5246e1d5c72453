//! Models with traffic, as the sequence meets them.

use std::sync::Arc;
use std::time::Duration;

use lockstep_shared::clock::LabTime;
use lockstep_shared::trace::{Act, Change, CopyOf, Record, SignatureResult, Timed, Trace, Word};

use crate::lab::actor::Actor;
use crate::lab::exchange::{Exchange, Purpose};
use crate::lab::view::Mark;
use crate::state::command::Side;
use crate::state::model::Model;
use crate::ui::fixtures;

/// The first minute with all that went over the wire: log in, steal, log out, and who is in after that.
pub(in crate::ui) fn first_minute() -> Model {
    let mut model = fixtures::logged_out();
    for side in Side::BOTH {
        model.lanes[side.index()].view.timeline.marks.clear();
        let mut told = Teller { model: &mut model, side, number: 0 };
        told.did(5, Actor::Laptop, "POST", "/auth/login", 200, log_in(side));
        told.mark(5, "log in", false, Some(Actor::Laptop), None);
        told.probe(5, Actor::Laptop, 200);
        told.did(50, Actor::Phone, "POST", "/auth/login", 200, log_in(side));
        told.mark(50, "log in", false, Some(Actor::Phone), None);
        told.probe(50, Actor::Laptop, 200);
        told.probe(50, Actor::Phone, 200);
        told.mark(180, "steal", false, Some(Actor::Attacker), Some(Actor::Laptop));
        told.probe(180, Actor::Laptop, 200);
        told.probe(180, Actor::Attacker, 200);
        told.did(188, Actor::Attacker, "POST", "/api/transfer", 200, probe(side, 200));
        told.did(195, Actor::Laptop, "POST", "/auth/logout", 204, log_out(side));
        told.mark(195, "log out", true, Some(Actor::Laptop), None);
        told.probe(195, Actor::Phone, 200);
        told.probe(196, Actor::Attacker, if side == Side::Left { 401 } else { 200 });
        told.number += 1;
        if side == Side::Right {
            told.probe(495, Actor::Attacker, 401);
        }
    }
    number_marks(&mut model);
    model.said = "The laptop logged out, on both sides".to_owned();
    model
}

/// So many exchanges, with a log-in every now and then and everybody at work.
pub(in crate::ui) fn long(count: usize) -> Model {
    let mut model = fixtures::logged_out();
    for side in Side::BOTH {
        model.lanes[side.index()].view.timeline.marks.clear();
        let mut told = Teller { model: &mut model, side, number: 0 };
        for at in 0..count as u64 {
            let actor = Actor::ALL[(at % 5) as usize];
            match at % 40 {
                0 => {
                    told.did(5 + at, actor, "POST", "/auth/login", 200, log_in(side));
                    told.mark(5 + at, "log in", false, Some(actor), None);
                }
                // In one lane alone.
                17 if side == Side::Left => told.mark(5 + at, "ban", true, Some(Actor::Admin), None),
                20 => told.did(5 + at, actor, "GET", "/api/account", 200, probe(side, 200)),
                _ => told.probe(5 + at, actor, if at % 7 == 0 { 401 } else { 200 }),
            }
        }
    }
    model.clock.advance_to(fixtures::at(5 + count as u64));
    model
}

/// What a hostile client may put into a request, and a hostile server into its words.
pub(in crate::ui) fn hostile() -> Model {
    let mut model = fixtures::logged_out();
    let mut told = Teller { model: &mut model, side: Side::Left, number: 0 };
    let path = "/api/<script>alert(1)</script>\"'&]]>\u{202e}gnp\u{7}";
    let acts = vec![
        timed(Act::KeyTaken { from: "</text></svg><img src=x onerror=alert(1)>\u{0}\u{1b}[2J".into() }, 0),
        timed(Act::RoleBelieved { role: "<!--\"admin\"-->".into(), from: CopyOf::Claim }, 12),
    ];
    told.did(6, Actor::Attacker, "GET", path, 401, acts);
    told.mark(7, "<b>ban</b> & \"more\"", true, None, None);
    model
}

/// A design whose protected part asks another server, in the right lane.
pub(in crate::ui) fn introspection() -> Model {
    let mut model = first_minute();
    let lane = &mut model.lanes[1];
    if let Some(design) = &mut lane.design {
        design.kind = lockstep_shared::design::Kind::Introspection;
    }
    let mut told = Teller { model: &mut model, side: Side::Right, number: 40 };
    let asked = |cached: bool| {
        let mut acts = vec![];
        if !cached {
            acts.push(timed(Act::StoreRead { what: Record::Access, engine: "sqlite".into(), found: true }, 180));
        }
        acts.push(timed(Act::Introspected { cached, active: true }, 0));
        acts.push(timed(Act::RoleBelieved { role: "admin".into(), from: CopyOf::Introspection }, 0));
        acts
    };
    told.did(500, Actor::Phone, "GET", "/api/account", 200, asked(false));
    told.did(510, Actor::Phone, "POST", "/api/transfer", 200, asked(true));
    model
}

struct Teller<'a> {
    model: &'a mut Model,
    side: Side,
    number: usize,
}

impl Teller<'_> {
    fn did(&mut self, at: u64, actor: Actor, method: &'static str, path: &str, status: u16, acts: Vec<Timed>) {
        self.exchange(at, actor, Purpose::Action, (method, path), status, acts);
    }

    fn probe(&mut self, at: u64, actor: Actor, status: u16) {
        let acts = probe(self.side, status);
        self.exchange(at, actor, Purpose::Probe, ("GET", "/api/me"), status, acts);
    }

    fn mark(&mut self, at: u64, label: &str, ending: bool, by: Option<Actor>, from: Option<Actor>) {
        let (at, label, after) = (fixtures::at(at), label.to_owned(), self.number);
        let number = (after > 0 && from.is_none()).then_some(after);
        let mark = Mark { at, label, ending, by, from, after, number };
        self.model.lanes[self.side.index()].view.timeline.marks.push(mark);
    }

    fn exchange(
        &mut self,
        at: u64,
        actor: Actor,
        purpose: Purpose,
        (method, path): (&'static str, &str),
        status: u16,
        acts: Vec<Timed>,
    ) {
        self.number += 1;
        let micros = acts.iter().map(|timed| timed.micros).sum::<u64>() + 700;
        let response_body = match status {
            401 => r#"{"type":"about:blank","title":"Unauthorized","status":401,"reason":"revoked",
                       "detail":"the record is gone from the store"}"#
                .to_owned(),
            _ => "{}".to_owned(),
        };
        let exchange = Exchange {
            number: self.number,
            at: fixtures::at(at) + Duration::from_millis(self.number as u64),
            actor,
            purpose,
            method,
            path: path.to_owned(),
            request_headers: [("host", "bank.localhost")].into_iter().collect(),
            request_body: None,
            status,
            response_headers: [("content-type", "application/json")].into_iter().collect(),
            response_body,
            cookies: vec![],
            received: vec![],
            trace: Trace { acts },
            micros,
        };
        self.model.traffic.take_in(self.side, vec![Arc::new(exchange)]);
    }
}

/// A mark comes after what it was done by, on a clock that counts milliseconds.
fn number_marks(model: &mut Model) {
    for lane in &mut model.lanes {
        for mark in &mut lane.view.timeline.marks {
            mark.at = mark.at + Duration::from_millis(20);
        }
    }
}

fn timed(act: Act, micros: u64) -> Timed {
    Timed { act, micros }
}

fn engine(side: Side) -> Word {
    if side == Side::Left { "memory" } else { "sqlite" }.into()
}

fn kept(side: Side) -> Record {
    if side == Side::Left { Record::Session } else { Record::Family }
}

fn log_in(side: Side) -> Vec<Timed> {
    let created = Act::StoreWritten { what: kept(side), engine: engine(side), change: Change::Created, records: 1 };
    let issued = |what: &str| {
        timed(serde_json::from_str(&format!(r#"{{"did":"issued","what":"{what}"}}"#)).expect("an act"), 60)
    };
    let mut acts = vec![timed(Act::PasswordHashed, 38_200), timed(created, 240)];
    match side {
        Side::Left => acts.push(issued("session id")),
        Side::Right => acts.extend([issued("access token"), issued("refresh token")]),
    }
    acts
}

fn log_out(side: Side) -> Vec<Timed> {
    let ended = Act::StoreWritten { what: kept(side), engine: engine(side), change: Change::Ended, records: 1 };
    vec![timed(Act::StoreRead { what: kept(side), engine: engine(side), found: true }, 90), timed(ended, 210)]
}

fn probe(side: Side, status: u16) -> Vec<Timed> {
    let read = |found| timed(Act::StoreRead { what: Record::Session, engine: engine(Side::Left), found }, 80);
    let ends: LabTime = fixtures::at(495);
    let signed = Act::SignatureChecked { alg: "EdDSA".into(), kid: None, result: SignatureResult::Valid };
    let user = timed(Act::UserRead { role: "admin".into(), banned: false }, 0);
    let believed = timed(Act::RoleBelieved { role: "admin".into(), from: CopyOf::Claim }, 0);
    let expiry = |expired| timed(Act::ExpiryChecked { what: "access token".into(), ends, expired }, 0);
    match (side, status) {
        (Side::Left, 200) => vec![read(true), user],
        (Side::Left, _) => vec![read(false)],
        (Side::Right, 200) => vec![timed(signed, 140), expiry(false), believed],
        (Side::Right, _) => vec![timed(signed, 140), expiry(true)],
    }
}
