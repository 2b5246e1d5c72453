//! The protected part of the bank: who one is, the account, transfers and comments.

use axum::Json;
use axum::extract::{FromRequestParts, RawQuery};
use axum::http::StatusCode;
use axum::http::request::Parts;
use lockstep_shared::api::{Account, Comment, Me, NewComment, Transfer};

use crate::call::TheCall;
use crate::credential::Caller;
use crate::error::{Answer, Problem};
use crate::input::Input;
use crate::mistake;

const MOST_COMMENT_CHARS: usize = 1000;

/// `GET /api/me`: just what the credential says, so that no design has to read more than it needs.
pub(crate) async fn me(caller: Caller) -> Json<Me> {
    Json(Me { id: caller.user, role: caller.role })
}

/// `GET /api/account`
pub(crate) async fn account(call: TheCall, caller: Caller) -> Answer<Json<Account>> {
    call.door.disk.users.account(&caller.user).map(Json)
}

/// `POST /api/transfer`: answers the account as it is afterwards.
pub(crate) async fn transfer(call: TheCall, caller: Caller, Input(order): Input<Transfer>) -> Answer<Json<Account>> {
    call.door.disk.users.transfer(&caller.user, &order).map(Json)
}

/// `GET /api/transfer`, which is there in designs that make the mistake of offering it.
pub(crate) async fn transfer_by_get(call: TheCall, RawQuery(query): RawQuery, parts: Parts) -> Answer<Json<Account>> {
    let order = mistake::get_changes_state::order(&call.door.design.mistakes, query.as_deref().unwrap_or_default())?;
    let caller = Caller::from_request_parts(&mut { parts }, &()).await?;
    call.door.credential.commit(&call).await?;
    call.door.disk.users.transfer(&caller.user, &order).map(Json)
}

/// `GET /api/comments`
pub(crate) async fn comments(call: TheCall, _: Caller) -> Json<Vec<Comment>> {
    Json(call.door.disk.users.comments())
}

/// `POST /api/comments`
pub(crate) async fn comment(call: TheCall, caller: Caller, Input(new): Input<NewComment>) -> Answer<StatusCode> {
    let text = new.text.trim();
    if text.is_empty() || text.chars().count() > MOST_COMMENT_CHARS {
        let detail = "a comment has 1 to 1,000 characters";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-comment", detail));
    }
    call.door.disk.users.comment(&caller.user, text.to_owned())?;
    Ok(StatusCode::CREATED)
}
