//! `transfer`: the actor moves 50 from the account that its credentials open.

use serde_json::json;

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;

const AMOUNT_CENTS: u64 = 5000;

pub(super) fn ask(stage: &Stage, actor: Actor) -> Ask {
    // A thief pays itself; everybody else pays the bystander, who pays the victim.
    let to = match actor {
        Actor::Attacker => Actor::Attacker,
        Actor::Bystander => Actor::Laptop,
        Actor::Laptop | Actor::Phone | Actor::Admin | Actor::Browser => Actor::Bystander,
    };
    let body = json!({ "to": stage.agent(to).account.email, "amount_cents": AMOUNT_CENTS });
    Ask::post("/api/transfer", Some(body), Purpose::Action)
}

pub(crate) async fn run(stage: &mut Stage, actor: Actor) -> anyhow::Result<Done> {
    let ask = ask(stage, actor);
    let number = stage.ask(actor, ask).await?;
    Ok(Done::exchanged(stage, number))
}
