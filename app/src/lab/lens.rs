//! Makes the view of a stage: everything that a screen shows, as plain data.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_server::KeptRecord;
use lockstep_shared::api::Me;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Denylist, Design, Kind};
use lockstep_shared::trace::Record;
use serde_json::Value;

use super::actor::Actor;
use super::agent::Held;
use super::exchange::{Exchange, Purpose};
use super::stage::Stage;
use super::steps;
use super::view::{ActorView, Bar, Claim, DecodedToken, Holding, KeptRow, KeptView, LaneView, Timeline, UserView};

/// Looks at a stage. A store that does not answer shows as empty, and the next request says why.
pub(crate) async fn view(stage: &Stage) -> LaneView {
    let (bytes_up, bytes_down) = stage.server.traffic();
    let bars = Actor::ALL.map(|actor| Bar { actor, stretches: stage.presence(actor).stretches().to_vec() });
    LaneView {
        address: format!("{}.localhost:{}", stage.design.id, stage.server.address().port()),
        actors: Actor::ALL.map(|actor| card(stage, actor)).to_vec(),
        kept: kept(stage).await,
        timeline: Timeline { bars: bars.to_vec(), marks: stage.marks.clone() },
        exchanges: stage.count() as u64,
        bytes_up,
        bytes_down,
    }
}

fn card(stage: &Stage, actor: Actor) -> ActorView {
    let agent = stage.agent(actor);
    let last = stage.exchanges().rev().find(|exchange| exchange.actor == actor);
    ActorView {
        actor,
        access: stage.presence(actor).access(),
        holds: agent.holdings(stage.now()).into_iter().map(holding).collect(),
        copied: agent.copied,
        last_answer: last.map(last_answer),
    }
}

/// A probe tells why somebody is in or out; an action tells what it did.
fn last_answer(exchange: &Exchange) -> String {
    match exchange.purpose {
        // The window writes moments out, as only there it is known which are today's.
        Purpose::Probe => {
            let sign = match serde_json::from_str::<Me>(&exchange.response_body) {
                Ok(me) => format!(" as {} — ", me.role),
                Err(_) => " — ".to_owned(),
            };
            exchange.told(&sign, |moment| moment.to_string())
        }
        Purpose::Action | Purpose::Renewal => steps::told(exchange),
    }
}

fn holding(held: Held) -> Holding {
    let token = decode(&held.value);
    let since = held.since.or_else(|| token.as_ref().and_then(|(_, issued)| *issued)).unwrap_or_default();
    Holding {
        name: held.name,
        value: held.value,
        attributes: held.attributes,
        since,
        expires: held.expires,
        token: token.map(|(token, _)| token),
    }
}

/// Header and payload of a signed token in its compact form, and when it was issued. Anybody can read both.
fn decode(value: &str) -> Option<(DecodedToken, Option<LabTime>)> {
    let mut parts = value.split('.');
    let (header, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    let json = |part: &str| serde_json::from_slice::<Value>(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    let (header, payload) = (json(header)?, json(payload)?);
    let claims = payload.as_object()?.iter().map(|(name, value)| Claim {
        name: name.clone(),
        value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        meaning: meaning(name, value),
    });
    let alg = header.get("alg").and_then(Value::as_str).unwrap_or("no alg").to_owned();
    let issued = payload.get("iat").and_then(Value::as_u64).map(LabTime::from_secs);
    Some((DecodedToken { alg, claims: claims.collect() }, issued))
}

/// What a claim means: the registered ones of RFC 7519 section 4.1, and `role`.
fn meaning(name: &str, value: &Value) -> Option<String> {
    let time = || value.as_u64().map(|secs| LabTime::from_secs(secs).local_long());
    match name {
        "iss" => Some("issuer: who signed it".to_owned()),
        "sub" => Some("subject: the user it speaks for".to_owned()),
        "aud" => Some("audience: whom it is made for".to_owned()),
        "jti" => Some("the token's own id".to_owned()),
        "role" => Some("the role at the time of signing".to_owned()),
        "sid" => Some("the login that it belongs to".to_owned()),
        "ver" => Some("the version of its user's tokens".to_owned()),
        "exp" => time().map(|time| format!("expires {time}")),
        "nbf" => time().map(|time| format!("not before {time}")),
        "iat" => time().map(|time| format!("issued {time}")),
        _ => None,
    }
}

async fn kept(stage: &Stage) -> KeptView {
    let records = stage.server.kept(&stage.design.id).await.unwrap_or_default();
    let users = stage.server.users();
    let name = |id: &str| {
        let user = users.iter().find(|user| user.id == id);
        user.map_or_else(|| id.to_owned(), |user| user.email.split('@').next().unwrap_or_default().to_owned())
    };
    let bytes = records.iter().map(|record| record.bytes).sum();
    let row = |record: KeptRecord| KeptRow {
        kind: plural(record.what).to_owned(),
        user: name(&record.user),
        id: record.id,
        device: record.device,
        note: record.note,
        idle_ends: record.idle_ends,
        ends: record.ends,
        ended: record.ended.map(|(at, cause)| format!("ended by {cause} at {}", at.local_hms())),
    };
    KeptView {
        noun: noun(&stage.design).to_owned(),
        rows: records.into_iter().map(row).collect(),
        bytes,
        users: users
            .iter()
            .map(|user| UserView {
                email: user.email.clone(),
                role: user.role.clone(),
                banned: user.banned,
                phc: user.phc.clone(),
            })
            .collect(),
    }
}

/// What a design keeps on the server; empty where it keeps nothing.
fn noun(design: &Design) -> &'static str {
    let families = design.refresh.as_ref().is_some_and(|refresh| refresh.is_kept());
    match design.kind {
        Kind::Session => plural(Record::Session),
        Kind::Jwt | Kind::Introspection if families => plural(Record::Family),
        Kind::Jwt if design.check.denylist != Denylist::Off => plural(Record::Revocation),
        Kind::Jwt if design.check.epoch => plural(Record::Version),
        Kind::Jwt | Kind::Introspection | Kind::Sealed => "",
    }
}

fn plural(record: Record) -> &'static str {
    match record {
        Record::Session => "sessions",
        Record::Family => "refresh families",
        Record::Revocation => "revoked tokens",
        Record::Version => "token versions",
        Record::Access => "access tokens",
        Record::Proof => "proofs",
    }
}
