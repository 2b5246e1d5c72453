//! Which other origins' pages may read answers, and may send what a plain form can't (Fetch standard, "CORS protocol").

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use lockstep_shared::design::{CorsAllow, Design};

use crate::mistake;

/// What is granted to the page that sent one request.
pub(crate) struct Grant {
    origin: HeaderValue,
    credentials: bool,
    /// The answer to a preflight: what the page asked to be allowed.
    preflight: Option<(HeaderValue, Option<HeaderValue>)>,
}

impl Grant {
    /// None where the request names no origin, or its origin is granted nothing.
    pub(crate) fn of(design: &Design, method: &Method, headers: &HeaderMap) -> Option<Self> {
        let from = headers.get(ORIGIN)?;
        let (origin, credentials) = match design.cors.allow {
            _ if mistake::reflect_any_origin::applies(&design.mistakes) => (from.clone(), true),
            CorsAllow::Any => (HeaderValue::from_static("*"), false),
            CorsAllow::Sibling if is_sibling(from, headers) => (from.clone(), true),
            CorsAllow::Sibling | CorsAllow::None => return None,
        };
        let asked = headers.get(ACCESS_CONTROL_REQUEST_METHOD).filter(|_| method == Method::OPTIONS);
        let preflight = asked.map(|asked| (asked.clone(), headers.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned()));
        Some(Self { origin, credentials, preflight })
    }

    /// The answer to a preflight, which no handler need see; None for any other request.
    pub(crate) fn preflight(&self) -> Option<Response> {
        let (method, more) = self.preflight.as_ref()?;
        let mut response = StatusCode::NO_CONTENT.into_response();
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, method.clone());
        if let Some(more) = more {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, more.clone());
        }
        Some(response)
    }

    /// Says so in an answer.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.clone());
        if self.credentials {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
}

/// Whether that is the origin of the page at `blog.` before the host that was asked for.
fn is_sibling(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).map(HeaderValue::as_bytes).unwrap_or_default();
    origin
        .as_bytes()
        .strip_prefix(b"http://blog.")
        .is_some_and(|rest| !host.is_empty() && rest.eq_ignore_ascii_case(host))
}
