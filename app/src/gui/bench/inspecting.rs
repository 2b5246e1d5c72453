//! What the Inspector wants of a lane: the keys that its server tells everybody, and what becomes of a credential there.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::Context as _;
use lockstep_shared::api::Me;
use lockstep_shared::design::Kind;
use serde_json::Value;

use super::Bench;
use crate::inspect::forge::Attack;
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;
use crate::lab::trial::{self, Trial};
use crate::state::command::{Secret, Side};
use crate::state::event::Event;
use crate::state::inspecting::{Report, Sent, Tried};

/// Anybody can read public keys, so it is somebody whom nothing else concerns.
const READER: Actor = Actor::Bystander;

impl Bench {
    /// Asks a lane's server for its public keys, over HTTP as anybody can.
    pub(super) async fn lane_keys(&mut self, side: Side) {
        self.reports.send(Event::Began { label: "Reading the lane's keys".to_owned() });
        let keys = match &mut self.lanes[side.index()] {
            Some(stage) => published(stage).await,
            None => Err("The lane does not run".to_owned()),
        };
        let said = match &keys {
            Ok(_) => "the lane's public keys were read".to_owned(),
            Err(why) => why.clone(),
        };
        self.ask_around(side).await;
        self.reports.send(Event::Inspected(Report::LaneKeys { side, keys: keys.map(Arc::new) }));
        self.end(said);
    }

    /// Puts a credential into the attacker's hands and asks who the server takes it for.
    pub(super) async fn send_as_attacker(&mut self, side: Side, credential: Secret) {
        self.reports.send(Event::Began { label: "Sending it as the attacker".to_owned() });
        let Some(stage) = &mut self.lanes[side.index()] else {
            return self.fail(Some(side), "the lane does not run: choose a design for it");
        };
        let sent = send(stage, credential).await;
        self.ask_around(side).await;
        match sent {
            Ok(sent) => {
                let said = sent.told.clone();
                self.reports.send(Event::Inspected(Report::Sent { side, sent }));
                self.end(said);
            }
            Err(why) => self.fail(Some(side), &format!("{why:#}")),
        }
    }
}

impl Bench {
    /// Tries every attack in a lane, one after the other, and tells of each.
    pub(super) async fn try_all(&mut self, side: Side) {
        self.reports.send(Event::Began { label: "Trying every attack".to_owned() });
        self.stop_trying.store(false, Ordering::Release);
        let tell = |report: Report| Event::Inspected(report);
        self.reports.send(tell(Report::Trying { side, all: Attack::ALL.len() }));
        let mut accepted = Vec::new();
        let mut broken = None;
        for attack in Attack::ALL {
            let Some(stage) = &mut self.lanes[side.index()] else { break };
            if self.stop_trying.load(Ordering::Acquire) {
                break;
            }
            match trial::try_one(stage, attack).await {
                Ok(trial) => {
                    let tried = tried(&trial);
                    if tried.accepted > 0 {
                        accepted.push(tried.name);
                    }
                    self.reports.send(tell(Report::Tried { side, tried }));
                }
                Err(why) => {
                    broken = Some(format!("{why:#}"));
                    break;
                }
            }
        }
        self.ask_around(side).await;
        self.reports.send(tell(Report::TryingEnded { side }));
        match broken {
            Some(why) => self.fail(Some(side), &why),
            None if accepted.is_empty() => self.end("the lane refused every attack that was tried".to_owned()),
            None => self.end(format!("the lane fell to {}", accepted.join(", "))),
        }
    }
}

fn tried(trial: &Trial) -> Tried {
    let won = trial.accepted().next();
    let last = trial.variants.as_ref().ok().and_then(|variants| variants.last());
    Tried {
        name: trial.attack.name(),
        sent: trial.variants.as_ref().ok().map(Vec::len),
        accepted: trial.accepted().count(),
        told: trial.told(),
        number: won.or(last).map(|variant| variant.number),
    }
}

/// The key set, or why there is none.
async fn published(stage: &mut Stage) -> Result<Value, String> {
    if let Some(jwt) = stage.design.jwt.as_ref().filter(|jwt| jwt.alg.is_symmetric()) {
        return Err(format!(
            "This lane signs with {}: one secret signs and checks, so its server tells it to nobody, and this page \
             does not know it either. Crack it, where it is weak",
            jwt.alg.name()
        ));
    }
    if stage.design.kind != Kind::Jwt {
        return Err("This lane signs no tokens: there is no key that anybody could check with".to_owned());
    }
    let ask = Ask::get("/.well-known/jwks.json", Purpose::Action);
    let number = stage.send(READER, &ask).await.map_err(|why| format!("{why:#}"))?;
    let exchange = stage.exchange(number).ok_or("The answer was not kept")?;
    match (exchange.status, serde_json::from_str(&exchange.response_body)) {
        (200, Ok(keys)) => Ok(keys),
        _ => Err(format!("The lane's server published no keys: it answered {}", exchange.verdict())),
    }
}

async fn send(stage: &mut Stage, credential: Secret) -> anyhow::Result<Sent> {
    let (design, now) = (stage.design.clone(), stage.now());
    stage.agent_mut(Actor::Attacker).take_up(&design, &credential.0, now)?;
    let number = stage.send(Actor::Attacker, &Ask::get("/api/me", Purpose::Probe)).await?;
    let exchange = stage.exchange(number).context("the exchange was dropped")?;
    let me: Option<Me> = serde_json::from_str(&exchange.response_body).ok().filter(|_| exchange.status == 200);
    let answer = exchange.told(": ", |at| at.to_string());
    let told = match &me {
        Some(me) => format!("Let in as {} ({}): {answer}", me.id, me.role),
        None => format!("Refused: {answer}"),
    };
    let let_in = me.is_some();
    stage.agent_mut(Actor::Attacker).me = me;
    Ok(Sent { number, let_in, told, credential })
}
