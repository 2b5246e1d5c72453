//! The first thing that every request meets: which virtual host it is for, and whether another site started it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lockstep_shared::trace::{Act, Timed, Trace};

use crate::call::{Call, TheCall};
use crate::door::Door;
use crate::error::{Answer, Problem};
use crate::lobby;
use crate::mechanism::csrf;
use crate::site::Site;

/// Names of the machine itself, which stand for the default design.
const PLAIN_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// How long a request may take in all, its body included.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);

/// The response header that names a request, by which the lab finds its trace.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Finds the door that a request is for and lets it through, or refuses it; then dates the answer by the lab clock.
pub(crate) async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let number = site.records.number();
    let now = site.clock.now();
    let mut response = match pass(&site, number, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    let text = |text: String| HeaderValue::from_str(&text).expect("dates and numbers are header values");
    headers.insert(header::DATE, text(httpdate::fmt_http_date(now.to_system())));
    headers.insert(REQUEST_ID, text(number.to_string()));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

async fn pass(site: &Arc<Site>, number: u64, mut request: Request, next: Next) -> Answer<Response> {
    let (host, door) = match admit(site, &request) {
        Ok(admitted) => admitted,
        Err(refused) => {
            let act = Act::TurnedAway { reason: refused.reason().to_owned() };
            site.records.keep(number, Trace { acts: vec![Timed { act, micros: 0 }] });
            return Err(refused);
        }
    };
    let Some(door) = door else {
        return Ok(lobby::page(site, request.uri(), &host));
    };
    let call = Arc::new(Call::new(door, site.clock.now(), site.parking.clone()));
    request.extensions_mut().insert(TheCall(call.clone()));
    let site = site.clone();
    // In a task of its own, because a client that goes away must not leave half of a request done: a password changed, and
    // the sessions opened with the old one still open.
    let whole = tokio::spawn(async move {
        let done = tokio::time::timeout(REQUEST_LIMIT, answer(&call, request, next)).await;
        site.records.keep(number, call.take_trace());
        done.unwrap_or_else(|_| {
            Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "the request took more than 30 s"))
        })
    });
    // Whoever made a handler panic gets an answer that says nothing of the inside.
    whole.await.unwrap_or_else(|_| Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", "the bank failed")))
}

/// The host that a request names and the door behind it; refuses a strange host, and what another site started.
fn admit(site: &Site, request: &Request) -> Answer<(String, Option<Arc<Door>>)> {
    let host = host(request.uri(), request.headers())?;
    let door = find(site, &host)?;
    if let Some(door) = &door {
        csrf::check(door.design.csrf.defence, request.method(), request.headers(), &host)?;
    }
    Ok((host, door))
}

async fn answer(call: &Call, request: Request, next: Next) -> Answer<Response> {
    let repeatable = request.method().is_safe();
    let mut response = next.run(request).await;
    if let Some(used) = call.take_used() {
        let saved = call.door.credential.finish(call, used).await;
        // What has been done is answered as done, or else the client would send its money a second time. Only a request
        // that changed nothing is refused like any other that the store fails.
        if repeatable {
            saved?;
        }
    }
    for line in call.take_cookies() {
        append_cookie(response.headers_mut(), &line);
    }
    Ok(response)
}

/// Adds a `Set-Cookie` line. They are made of names and base64url, which are header values.
pub(crate) fn append_cookie(headers: &mut HeaderMap, line: &str) {
    headers.append(header::SET_COOKIE, HeaderValue::from_str(line).expect("a cookie is visible ASCII"));
}

/// The one host that a request names, in lower case, with its port as it was sent.
fn host(uri: &Uri, headers: &HeaderMap) -> Answer<String> {
    let bad = |detail: &str| Problem::bad_request("bad-host", detail);
    let mut named = headers.get_all(header::HOST).iter();
    let host = match (uri.authority(), named.next(), named.next()) {
        (_, _, Some(_)) => return Err(bad("the request has two Host headers")),
        // A target with an authority overrules the header (RFC 9112 section 3.2.2).
        (Some(authority), ..) => authority.as_str(),
        (None, Some(host), None) => host.to_str().map_err(|_| bad("the Host header is no ASCII text"))?,
        (None, None, None) => return Err(bad("the request has no Host header")),
    };
    Ok(host.to_ascii_lowercase())
}

/// The door for a host; None for the machine's own name where no design stands for it. Any other name is refused, so
/// that a page elsewhere can't reach the lab by pointing its own name at this machine.
fn find(site: &Site, host: &str) -> Answer<Option<Arc<Door>>> {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => name,
        _ => host,
    };
    let process = site.process();
    if PLAIN_HOSTS.contains(&name) {
        return Ok(process.default.clone());
    }
    let design = name.strip_suffix(".localhost").and_then(|id| process.doors.get(id));
    design.map(|door| Some(door.clone())).ok_or_else(|| {
        let detail = "this lab answers to localhost and <design>.localhost only";
        Problem::new(StatusCode::MISDIRECTED_REQUEST, "unknown-host", detail)
    })
}
