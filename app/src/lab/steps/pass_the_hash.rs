//! `pass-the-hash`: the attacker logs in as the victim with the hash that a client would have sent which hashes passwords.

use serde_json::json;

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::agent::{Ask, hashed};
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage, attacker: Actor) -> anyhow::Result<Done> {
    let victim = stage.agent(Actor::Laptop).account.clone();
    let body = json!({ "email": victim.email, "password": hashed(&victim.password) });
    stage.agent_mut(attacker).forget();
    let number = stage.send(attacker, &Ask::post("/auth/login", Some(body), Purpose::Action)).await?;
    let done = Done::exchanged(stage, number);
    if done.went_through {
        stage.keep_reply(attacker, number)?;
    }
    Ok(Done { said: format!("the {attacker} sent the hash of the victim's password: {}", done.said), ..done })
}
