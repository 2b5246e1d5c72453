//! What the authorization server tells other servers and does for clients: introspection (RFC 7662), revocation (RFC 7009).

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use lockstep_shared::api::{Introspected, TokenQuery};

use crate::auth::Holds;
use crate::call::TheCall;
use crate::error::{Answer, Problem};
use crate::input::Input;

/// The resource server, which alone may ask what a token stands for: whoever else could ask might try tokens out
/// (RFC 7662 section 4).
pub(crate) struct ResourceServer;

impl<S: Send + Sync> FromRequestParts<S> for ResourceServer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        let Ok(call) = TheCall::from_request_parts(parts, state).await;
        let Some(resource) = &call.door.resource else {
            return Err(Problem::not_in_this_design("this design has no opaque access tokens to ask about"));
        };
        let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        match shown.is_some_and(|shown| resource.is_this(shown)) {
            true => Ok(Self),
            false => Err(Problem::unknown_client("only the resource server may ask what a token stands for")),
        }
    }
}

/// `POST /oauth/introspect`: whether an access token is active, and for whom. Everything else is answered as inactive, in
/// the same words.
pub(crate) async fn introspect(
    call: TheCall,
    _: ResourceServer,
    Input(query): Input<TokenQuery>,
) -> Answer<Json<Introspected>> {
    let tokens = call.door.credential.opaque().expect("a resource server stands before opaque tokens alone");
    match tokens.look_up(&call, &query.token).await {
        Ok(active) => Ok(Json(Introspected {
            active: true,
            sub: Some(active.user),
            scope: Some(active.role.name().to_owned()),
            client_id: Some("bank-page".to_owned()),
            token_type: Some("Bearer".to_owned()),
            iat: Some(active.issued.secs()),
            exp: Some(active.ends.secs()),
            iss: Some(call.door.issuer().to_owned()),
        })),
        Err(refused) if refused.is_refusal() => Ok(Json(Introspected::default())),
        Err(fault) => Err(fault),
    }
}

/// `POST /oauth/revoke`: 200, and the token is ended, or was none. The bank's page is a public client, so the token itself
/// is all that shows a right to end it (RFC 7009 section 2.1).
pub(crate) async fn revoke(
    call: TheCall,
    Holds(presented): Holds,
    Input(query): Input<TokenQuery>,
) -> Answer<StatusCode> {
    call.door.credential.prove(&call, &presented)?;
    call.door.credential.revoke(&call, &query.token).await.map(|()| StatusCode::OK)
}
