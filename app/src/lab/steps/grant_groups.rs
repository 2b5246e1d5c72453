//! `grant-groups`: the admin puts the victim into many groups, as large organisations do.

use serde_json::json;

use super::{Done, admin_is_in, victim_id};
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;

pub(super) async fn run(stage: &mut Stage, admin: Actor, count: usize) -> anyhow::Result<Done> {
    admin_is_in(stage, admin).await?;
    let groups: Vec<String> = (1..=count).map(|number| format!("branch-{number:04}-clerks")).collect();
    let path = format!("/api/admin/users/{}/groups", victim_id(stage, admin).await?);
    let number = stage.ask(admin, Ask::post(&path, Some(json!({ "groups": groups })), Purpose::Action)).await?;
    let done = Done::exchanged(stage, number);
    Ok(Done { said: format!("the {admin} put the victim into {count} groups: {}", done.said), ..done })
}
