//! `log-in`: the actor sends its e-mail address and password, and keeps what it is given.

use serde_json::json;

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::agent::{Agent, Ask};
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;

pub(crate) fn ask(stage: &Stage, actor: Actor) -> Ask {
    let account = &stage.agent(actor).account;
    let body = json!({ "email": account.email, "password": Agent::as_sent(&stage.design, &account.password) });
    Ask::post("/auth/login", Some(body), Purpose::Action)
}

pub(crate) async fn run(stage: &mut Stage, actor: Actor) -> anyhow::Result<Done> {
    let number = stage.send(actor, &ask(stage, actor)).await?;
    stage.sums.logins += 1;
    let done = Done::exchanged(stage, number);
    if done.went_through {
        stage.keep_reply(actor, number)?;
        let agent = stage.agent_mut(actor);
        agent.logins += 1;
        agent.copied = None;
    }
    Ok(done)
}
