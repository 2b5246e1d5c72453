//! `visit-other-service`: the actor has the bank sign a token for another service and gives it to that one, which the
//! attacker runs.

use anyhow::{Context, ensure};
use lockstep_shared::design::{Design, Kind};
use serde_json::{Value, json};

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::exchange::Purpose;
use crate::lab::outcome::NotApplicable;
use crate::lab::stage::Stage;

const SERVICE: &str = "reports";

/// Only signed tokens are made for others.
pub(super) fn no_object(design: &Design) -> Option<String> {
    let why = "the credential opens the bank alone: no token is signed for other services";
    (design.kind != Kind::Jwt).then(|| why.to_owned())
}

pub(super) async fn run(stage: &mut Stage, actor: Actor) -> anyhow::Result<Done> {
    let ask = Ask::post("/auth/token-for", Some(json!({ "audience": SERVICE })), Purpose::Action);
    let number = stage.ask(actor, ask).await?;
    let done = Done::exchanged(stage, number);
    let exchange = stage.exchange(number).context("the exchange was dropped")?;
    if exchange.status == 404 {
        return Err(NotApplicable("the server signs no tokens for other services".to_owned()).into());
    }
    ensure!(done.went_through, "{}", done.said);
    let reply: Value = serde_json::from_str(&exchange.response_body)?;
    let token = reply["access_token"].as_str().map(str::to_owned);
    ensure!(token.is_some(), "the server's reply to /auth/token-for has no access_token");
    stage.forger.elsewhere = token;
    let said =
        format!("{}: the {actor} gave a token for \"{SERVICE}\" to that service, which the attacker runs", done.said);
    Ok(Done { said, ..done })
}
