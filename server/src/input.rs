//! Request bodies: JSON or forms, bounded, and refused with a problem that says what is wrong.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::error::Problem;

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

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "the body may have 64 KiB at the most")
        }
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
