//! What an admin may do: see users, change roles, ban, and end other people's sessions.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use lockstep_shared::api::{BanChange, LiveSession, RoleChange, UserRow};

use crate::auth::no_such_session;
use crate::call::{Call, TheCall};
use crate::credential::Caller;
use crate::error::{Answer, Problem};
use crate::input::{Input, Named, OptionalInput};
use crate::mechanism::cookies::Presented;
use crate::users::{Role, unknown_user};

/// A caller whom the credential calls an admin.
pub(crate) struct Admin;

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        match caller.is_admin() {
            true => Ok(Self),
            false => Err(Problem::lacking("not-admin", format!("role {} may not do this", caller.role))),
        }
    }
}

/// `GET /api/admin/users`
pub(crate) async fn users(call: TheCall, _: Admin) -> Json<Vec<UserRow>> {
    Json(call.door.disk.users.rows())
}

/// `POST /api/admin/users/{id}/role`
pub(crate) async fn role(
    call: TheCall,
    _: Admin,
    Named(id): Named<String>,
    Input(change): Input<RoleChange>,
) -> Answer<StatusCode> {
    let role = Role::named(&change.role)
        .ok_or_else(|| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown-role", "a role is user or admin"))?;
    call.door.disk.users.set_role(&id, role)?;
    call.door.credential.outdate(&call, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/admin/users/{id}/ban`: also ends what the user has open, unless the design believes a copy of the ban state.
pub(crate) async fn ban(
    call: TheCall,
    _: Admin,
    Named(id): Named<String>,
    OptionalInput(change): OptionalInput<BanChange>,
) -> Answer<StatusCode> {
    call.door.disk.users.set_banned(&id, change.banned)?;
    let believes_copy = call
        .door
        .design
        .session
        .as_ref()
        .is_some_and(|session| session.role == lockstep_shared::design::RoleSource::Cached);
    if change.banned && !believes_copy {
        call.door.credential.end_all(&call, &id, "a ban").await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/admin/users/{id}/sessions`
pub(crate) async fn sessions(call: TheCall, _: Admin, Named(id): Named<String>) -> Answer<Json<Vec<LiveSession>>> {
    known(&call, &id)?;
    call.door.credential.live(&call, &id, &Presented::default()).await.map(Json)
}

/// `DELETE /api/admin/users/{id}/sessions/{sid}`
pub(crate) async fn end_session(
    call: TheCall,
    _: Admin,
    Named((id, handle)): Named<(String, String)>,
) -> Answer<StatusCode> {
    known(&call, &id)?;
    match call.door.credential.end_one(&call, &id, &handle, "an admin").await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(no_such_session()),
    }
}

fn known(call: &Call, id: &str) -> Answer<()> {
    call.door.disk.users.standing(id).map(drop).ok_or_else(unknown_user)
}
