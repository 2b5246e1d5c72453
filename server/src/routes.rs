//! Every route of the demo bank, on one screen.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};

use crate::error::Problem;
use crate::input::MOST_BODY;
use crate::site::Site;
use crate::{account, admin, auth, host, oauth, web};

pub(crate) fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/auth/register", post(auth::register))
        .route("/auth/login", post(auth::log_in))
        .route("/auth/refresh", post(auth::refresh))
        .route("/auth/logout", post(auth::log_out))
        .route("/auth/logout-everywhere", post(auth::log_out_everywhere))
        .route("/auth/password", post(auth::change_password))
        .route("/auth/token-for", post(auth::token_for))
        .route("/auth/sessions", get(auth::sessions))
        .route("/auth/sessions/{id}", delete(auth::end_session))
        .route("/api/me", get(account::me))
        .route("/api/account", get(account::account))
        .route("/api/transfer", get(account::transfer_by_get).post(account::transfer))
        .route("/api/comments", get(account::comments).post(account::comment))
        .route("/api/admin/users", get(admin::users))
        .route("/api/admin/users/{id}/role", post(admin::role))
        .route("/api/admin/users/{id}/ban", post(admin::ban))
        .route("/api/admin/users/{id}/groups", post(admin::groups))
        .route("/api/admin/users/{id}/sessions", get(admin::sessions))
        .route("/api/admin/users/{id}/sessions/{sid}", delete(admin::end_session))
        .route("/.well-known/jwks.json", get(auth::jwks))
        .route("/oauth/introspect", post(oauth::introspect))
        .route("/oauth/revoke", post(oauth::revoke))
        .merge(web::routes(site.clone()))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "no-such-route", "the bank has no such page"))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "this address takes another method")
        })
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(from_fn_with_state(site, host::guard))
}
