//! `revoke-one`: the admin ends the one login of the victim that the thief copied from.

use lockstep_shared::api::LiveSession;

use super::{Done, admin_is_in, victim_id};
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage, admin: Actor) -> anyhow::Result<Done> {
    admin_is_in(stage, admin).await?;
    let id = victim_id(stage, admin).await?;
    let path = format!("/api/admin/users/{id}/sessions");
    let number = stage.ask(admin, Ask::get(&path, Purpose::Action)).await?;
    let listed = Done::exchanged(stage, number);
    if !listed.went_through {
        return Ok(listed);
    }
    let body = stage.exchange(number).map_or("[]", |exchange| &exchange.response_body);
    let live: Vec<LiveSession> = serde_json::from_str(body)?;
    let device = stage.agent(Actor::Laptop).user_agent();
    let Some(session) = live.into_iter().find(|session| session.device == device) else {
        return Ok(Done { said: format!("{}: the server knows of nothing to revoke", listed.said), ..listed });
    };
    let ask = Ask { method: "DELETE", ..Ask::get(&format!("{path}/{}", session.id), Purpose::Action) };
    let number = stage.ask(admin, ask).await?;
    let done = Done::exchanged(stage, number);
    // The handle is random, and a cell that is run again must tell the same.
    Ok(Done { said: done.said.replace(&session.id, "…"), ..done })
}
