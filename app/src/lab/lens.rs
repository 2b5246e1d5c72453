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
use super::view::{
    ActorView, Bar, Claim, Copied, DecodedToken, Holding, KeptRow, KeptView, LaneView, Timeline, UserView,
};

/// Looks at a stage. A store that does not answer shows as empty, and the next request says why.
pub(crate) async fn view(stage: &Stage) -> LaneView {
    let (bytes_up, bytes_down) = stage.server.traffic();
    let bars = Actor::ALL.map(|actor| Bar { actor, stretches: stage.presence(actor).stretches().to_vec() });
    LaneView {
        address: address(stage),
        actors: Actor::ALL.map(|actor| card(stage, actor)).to_vec(),
        kept: kept(stage).await,
        timeline: Timeline { bars: bars.to_vec(), marks: stage.marks.clone() },
        lineage: Default::default(),
        held: stage.held(),
        exchanges: stage.count() as u64,
        bytes_up,
        bytes_down,
    }
}

/// Where the bank is now: it may have moved from the host that its design names.
fn address(stage: &Stage) -> String {
    let page = stage.agent(Actor::Laptop).page();
    format!("{}:{}", page.host_str().unwrap_or_default(), stage.server.address().port())
}

fn card(stage: &Stage, actor: Actor) -> ActorView {
    let agent = stage.agent(actor);
    let last = stage.exchanges().rev().find(|exchange| exchange.actor == actor);
    ActorView {
        actor,
        access: stage.presence(actor).access(),
        holds: agent.holdings(stage.now()).into_iter().map(|held| holding(stage, actor, held)).collect(),
        copied: agent.copied,
        last_answer: last.map(last_answer),
        last_exchange: last.map(|exchange| exchange.number),
        role: role(stage, actor),
    }
}

/// What the server took an actor for when it last let it in.
fn role(stage: &Stage, actor: Actor) -> Option<String> {
    let asked = |exchange: &&Exchange| exchange.actor == actor && exchange.path == "/api/me" && exchange.status == 200;
    let last = stage.exchanges().rev().find(asked)?;
    serde_json::from_str::<Me>(&last.response_body).ok().map(|me| me.role)
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

fn holding(stage: &Stage, actor: Actor, held: Held) -> Holding {
    let token = decode(&held.value);
    let since = held.since.or_else(|| token.as_ref().and_then(|(_, issued)| *issued)).unwrap_or_default();
    Holding {
        copies: copies(stage, actor, &held.value),
        name: held.name,
        value: held.value,
        attributes: held.attributes,
        unsaid: held.unsaid,
        spent: None,
        since,
        expires: held.expires,
        token: token.map(|(token, _)| token),
    }
}

/// Who else has copied a value, now or earlier.
fn copies(stage: &Stage, actor: Actor, value: &str) -> Vec<Copied> {
    let others = Actor::ALL.into_iter().filter(|other| *other != actor);
    let copied = others.filter_map(|by| {
        let agent = stage.agent(by);
        let at = agent.copied_at(value)?;
        let in_use = agent.holdings(stage.now()).iter().any(|held| held.value == value);
        Some(Copied { by, at, in_use })
    });
    copied.collect()
}

/// Header and payload of a signed token in its compact form, and when it was issued. Anybody can read both.
fn decode(value: &str) -> Option<(DecodedToken, Option<LabTime>)> {
    let mut parts = value.split('.');
    let (header, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    let json = |part: &str| serde_json::from_slice::<Value>(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    let (header, payload) = (json(header)?, json(payload)?);
    let claim = |(name, value): (&String, &Value), meaning: Option<String>| Claim {
        name: name.clone(),
        value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        meaning,
    };
    let claims = payload.as_object()?.iter().map(|entry| claim(entry, meaning(entry.0, entry.1)));
    let parameters = header.as_object()?.iter().map(|entry| claim(entry, parameter(entry.0)));
    let alg = header.get("alg").and_then(Value::as_str).unwrap_or("no alg").to_owned();
    let issued = payload.get("iat").and_then(Value::as_u64).map(LabTime::from_secs);
    Some((DecodedToken { alg, header: parameters.collect(), claims: claims.collect() }, issued))
}

/// What a parameter of the header means (RFC 7515 section 4.1).
fn parameter(name: &str) -> Option<String> {
    let meaning = match name {
        "alg" => "how it is signed",
        "typ" => "what kind of token it is",
        "kid" => "which key signed it",
        "jwk" => "a key that it brings along",
        "jku" => "an address of keys that it names",
        _ => return None,
    };
    Some(meaning.to_owned())
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
        "cnf" => Some("the key that whoever sends it must have".to_owned()),
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
        Record::Revocation | Record::RefreshRevocation => "revoked tokens",
        Record::Version => "token versions",
        Record::Access => "access tokens",
        Record::Proof => "proofs",
    }
}

#[cfg(test)]
mod tests {
    use lockstep_shared::clock::Clock;

    use super::*;
    use crate::lab::catalog::Catalog;
    use crate::lab::engine::Engine;

    #[test]
    fn the_address_follows_the_bank() {
        let catalog = Catalog::load(None).expect("what is built in is good");
        let design = catalog.designs().first().expect("there are designs").clone();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("can be started");
        runtime.block_on(async {
            let engine = Engine::default();
            let mut stage =
                Stage::set(design.clone(), Clock::manual(LabTime::START), 0, &engine).await.expect("starts");
            assert!(view(&stage).await.address.starts_with(&format!("{}.localhost:", design.id)));
            stage.move_host("elsewhere").expect("is a host label");
            assert!(view(&stage).await.address.starts_with("elsewhere.localhost:"));
        });
    }
}
