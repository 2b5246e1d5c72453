//! `ban`: the admin bans the victim.

use serde_json::json;

use super::{Done, admin_is_in, victim_id};
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage, admin: Actor) -> anyhow::Result<Done> {
    admin_is_in(stage, admin).await?;
    let path = format!("/api/admin/users/{}/ban", victim_id(stage, admin).await?);
    let number = stage.ask(admin, Ask::post(&path, Some(json!({ "banned": true })), Purpose::Action)).await?;
    Ok(Done::exchanged(stage, number))
}
