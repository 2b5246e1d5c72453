//! Refusals and faults, as problem details for HTTP APIs (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lockstep_shared::api;

use crate::store::StoreError;

/// An answer that is no success: a refusal is a value, not an error.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    reason: &'static str,
    detail: String,
    /// The `WWW-Authenticate` challenge of a 401 (RFC 9110 section 11.6.1) or of a 403 for want of a right.
    challenge: Option<&'static str>,
    /// The error code, for clients that speak OAuth (RFC 6749 section 5.2).
    oauth_error: Option<&'static str>,
}

pub(crate) type Answer<T> = Result<T, Problem>;

impl Problem {
    pub(crate) fn new(status: StatusCode, reason: &'static str, detail: impl Into<String>) -> Self {
        Self { status, reason, detail: detail.into(), challenge: None, oauth_error: None }
    }

    /// 401: nothing in the request says who is asking (RFC 6750 section 3.1: then without an error code).
    pub(crate) fn no_credential(detail: impl Into<String>) -> Self {
        Self::unproven("no-credential", detail)
    }

    /// 401: the request holds no token that could be invalid, and does not show who is asking either.
    pub(crate) fn unproven(reason: &'static str, detail: impl Into<String>) -> Self {
        let challenge = Some("Bearer realm=\"bank\"");
        Self { challenge, ..Self::new(StatusCode::UNAUTHORIZED, reason, detail) }
    }

    /// 401: what was presented does not hold.
    pub(crate) fn refused(reason: &'static str, detail: impl Into<String>) -> Self {
        let challenge = Some("Bearer realm=\"bank\", error=\"invalid_token\"");
        Self { challenge, ..Self::new(StatusCode::UNAUTHORIZED, reason, detail) }
    }

    /// 401: the proof of possession that came along is none (RFC 9449 section 7.1).
    pub(crate) fn unproved(reason: &'static str, detail: impl Into<String>) -> Self {
        Self::challenged(reason, detail, "Bearer realm=\"bank\", error=\"invalid_dpop_proof\"")
    }

    /// 401 with a challenge of its own.
    pub(crate) fn challenged(reason: &'static str, detail: impl Into<String>, challenge: &'static str) -> Self {
        Self { challenge: Some(challenge), ..Self::new(StatusCode::UNAUTHORIZED, reason, detail) }
    }

    /// 403: who is asking is known, and lacks a right that other credentials may have (RFC 6750 section 3.1).
    pub(crate) fn lacking(reason: &'static str, detail: impl Into<String>) -> Self {
        let challenge = Some("Bearer realm=\"bank\", error=\"insufficient_scope\"");
        Self { challenge, ..Self::new(StatusCode::FORBIDDEN, reason, detail) }
    }

    /// 403: not allowed, and no other credential of the caller would change that.
    pub(crate) fn forbidden(reason: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, reason, detail)
    }

    /// 404: this design has no such thing, and why.
    pub(crate) fn not_in_this_design(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-in-this-design", detail)
    }

    pub(crate) fn bad_request(reason: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason, detail)
    }

    /// 401: who asks is not the client that may (RFC 6749 section 5.2).
    pub(crate) fn unknown_client(detail: impl Into<String>) -> Self {
        let challenge = Some("Basic realm=\"bank\"");
        let refused = Self { challenge, ..Self::new(StatusCode::UNAUTHORIZED, "unknown-client", detail) };
        refused.with_oauth_error("invalid_client")
    }

    /// Adds the error code of a protocol that has some of its own.
    pub(crate) fn with_oauth_error(self, code: &'static str) -> Self {
        Self { oauth_error: Some(code), ..self }
    }

    /// Whether a credential was refused, and not for a fault of the server's.
    pub(crate) fn is_refusal(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }

    /// The stable name of what happened.
    pub(crate) fn reason(&self) -> &'static str {
        self.reason
    }
}

impl From<StoreError> for Problem {
    /// A store that can't answer is never a pass, and never the client's fault.
    fn from(error: StoreError) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "store-unavailable", error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = api::Problem {
            kind: "about:blank".to_owned(),
            title: self.status.canonical_reason().unwrap_or("Problem").to_owned(),
            status: self.status.as_u16(),
            reason: self.reason.to_owned(),
            detail: self.detail,
            error: self.oauth_error.map(str::to_owned),
        };
        let json = serde_json::to_vec(&body).expect("a problem is strings and a number");
        let mut response = (self.status, json).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}
