//! `change-password`: the actor replaces its password, and goes on with the credentials that it is given for that.

use serde_json::json;

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::agent::{Agent, Ask};
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage, actor: Actor) -> anyhow::Result<Done> {
    let account = stage.agent(actor).account.clone();
    let new = format!("{}, again", account.password);
    let sent = |password: &str| Agent::as_sent(&stage.design, password);
    let body = json!({ "current": sent(&account.password), "new": sent(&new) });
    let number = stage.ask(actor, Ask::post("/auth/password", Some(body), Purpose::Action)).await?;
    let done = Done::exchanged(stage, number);
    if done.went_through {
        stage.keep_reply(actor, number)?;
        stage.agent_mut(actor).logins += 1;
        // The password is in its owner's head, so every device of the same owner knows the new one.
        for device in Actor::ALL.into_iter().filter(|device| *device != Actor::Attacker) {
            let known = &mut stage.agent_mut(device).account;
            if known.email == account.email {
                known.password.clone_from(&new);
            }
        }
    }
    Ok(done)
}
