//! Request bodies: JSON or forms, bounded, and refused with a problem that says what is wrong.

use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::error::Problem;

/// The largest body that any route takes, in octets.
pub(crate) const MOST_BODY: usize = 64 * 1024;

/// A body of a known form, sent as `application/json` or `application/x-www-form-urlencoded`.
pub(crate) struct Input<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        let body = body(request, state).await?;
        let malformed = |error: String| Problem::bad_request("malformed-body", error);
        match kind.as_str() {
            "application/json" => serde_json::from_slice(&body)
                .map(Self)
                .map_err(|error| malformed(format!("the body is not as expected: {error}"))),
            "application/x-www-form-urlencoded" => axum::extract::Form::<T>::from_request(form(body), state)
                .await
                .map(|form| Self(form.0))
                .map_err(|error| malformed(error.body_text())),
            _ => {
                let detail = "send application/json or application/x-www-form-urlencoded";
                Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong-content-type", detail))
            }
        }
    }
}

/// A body that may be missing.
pub(crate) struct OptionalInput<T>(pub(crate) T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalInput<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, inner) = request.into_parts();
        let body = body(Request::from_parts(parts.clone(), inner), state).await?;
        if body.is_empty() {
            return Ok(Self(T::default()));
        }
        let request = Request::from_parts(parts, axum::body::Body::from(body));
        Input::from_request(request, state).await.map(|input| Self(input.0))
    }
}

/// The ids in a path.
pub(crate) struct Named<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let named = Path::<T>::from_request_parts(parts, state).await;
        named
            .map(|path| Self(path.0))
            .map_err(|_| Problem::bad_request("bad-path", "an id in the path is no UTF-8 text"))
    }
}

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    let too_large =
        || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "the body may have 64 KiB at the most");
    // A client that announces too much is told at once, before it sends any of it.
    if request.body().size_hint().lower() > MOST_BODY as u64 {
        return Err(too_large());
    }
    Bytes::from_request(request, state).await.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => Problem::bad_request("malformed-body", "the body ended before it was complete"),
    })
}

/// The form extractor wants a whole request, so it gets one with the body that was read.
fn form(body: Bytes) -> Request {
    let mut request = Request::new(axum::body::Body::from(body));
    *request.method_mut() = axum::http::Method::POST;
    let kind = axum::http::HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert(header::CONTENT_TYPE, kind);
    request
}
