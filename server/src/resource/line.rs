//! The resource server's line to the authorization server: HTTP on the machine's own loopback, one connection kept open.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use lockstep_shared::api::Introspected;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::host::REQUEST_ID;

/// How long the authorization server may take. It answers that its own store is down sooner than that.
const LIMIT: Duration = Duration::from_secs(5);
/// The largest answer that is read, in octets.
const MOST_ANSWER: usize = 64 * 1024;

/// A connection that nobody uses at the moment, if there is one, and where it leads.
#[derive(Default)]
pub(super) struct Line(Mutex<Option<(SocketAddr, SendRequest<Body>)>>);

impl Line {
    /// Asks what a token stands for. Whatever goes wrong is a fault, never a pass.
    pub(super) async fn introspect(&self, call: &Call, credential: &str, token: &str) -> Answer<Introspected> {
        let unavailable = |why: String| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "introspection-unavailable", why);
        let (at, records) = call.arrival().ok_or_else(|| unavailable("the request came over no wire".to_owned()))?;
        let host = format!("{}.localhost:{}", call.door.disk.label, at.port());
        let request = || {
            let body = format!("token={}&token_type_hint=access_token", percent_encoded(token));
            Request::post("/oauth/introspect")
                .header(header::HOST, &host)
                .header(header::AUTHORIZATION, credential)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::ACCEPT, "application/json")
                .body(Body::from(body))
                .expect("names and base64 are header values")
        };
        let asked = timeout(LIMIT, self.exchange(at, request)).await;
        let asked = asked.unwrap_or_else(|_| Err("the authorization server took too long".to_owned()));
        let answer = asked.map_err(unavailable)?;
        if let Some(trace) = answer.request.and_then(|number| records.take(number)) {
            call.others_did(trace);
        }
        if answer.status != StatusCode::OK {
            return Err(unavailable(format!("the authorization server answered {}", answer.status)));
        }
        serde_json::from_slice(&answer.body)
            .map_err(|_| unavailable("the authorization server's answer can't be read".to_owned()))
    }

    /// Sends a request over the kept connection, or over a new one where that has been closed meanwhile. Asking twice
    /// does no harm.
    async fn exchange(&self, at: SocketAddr, request: impl Fn() -> Request<Body>) -> Result<Heard, String> {
        let kept = self.idle().take();
        if let Some((_, kept)) = kept.filter(|(to, kept)| *to == at && kept.is_ready())
            && let Ok(answer) = self.over(at, kept, request()).await
        {
            return Ok(answer);
        }
        let fresh = connect(at).await.map_err(|why| format!("the authorization server can't be reached: {why}"))?;
        self.over(at, fresh, request()).await.map_err(|why| format!("the authorization server did not answer: {why}"))
    }

    async fn over(
        &self,
        at: SocketAddr,
        mut connection: SendRequest<Body>,
        request: Request<Body>,
    ) -> Result<Heard, String> {
        let response = connection.send_request(request).await.map_err(|why| why.to_string())?;
        let number = response.headers().get(REQUEST_ID).and_then(|number| number.to_str().ok()?.parse().ok());
        let (status, body) = (response.status(), Body::new(response.into_body()));
        let body = to_bytes(body, MOST_ANSWER).await.map_err(|why| why.to_string())?;
        *self.idle() = Some((at, connection));
        Ok(Heard { status, request: number, body: body.to_vec() })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Option<(SocketAddr, SendRequest<Body>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer, and the number under which the authorization server noted what it did for it.
struct Heard {
    status: StatusCode,
    request: Option<u64>,
    body: Vec<u8>,
}

async fn connect(at: SocketAddr) -> std::io::Result<SendRequest<Body>> {
    let stream = TcpStream::connect(at).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(std::io::Error::other)?;
    // How it ended is told to whoever has a request on it.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

/// A value of a form (WHATWG URL, "application/x-www-form-urlencoded"); more is encoded than must be.
fn percent_encoded(text: &str) -> String {
    let octet = |octet: u8| match octet {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(octet).to_string(),
        _ => format!("%{octet:02X}"),
    };
    text.bytes().map(octet).collect()
}
