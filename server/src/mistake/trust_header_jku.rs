//! The token names the address of the keys that it is checked with, and the server fetches them (CWE-918, CWE-347).
//!
//! What it shows is the request itself. It never leaves this machine: only names of the machine itself are taken, and
//! those are not looked up anywhere.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::uri::Scheme;
use axum::http::{Request, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use lockstep_shared::design::Mistakes;
use serde_json::Value;
use tokio::net::TcpStream;

use super::trust_header_jwk::any;
use crate::keys::Verifier;
use crate::mechanism::token::{Jws, object};

/// How long the other server may take in all.
const PATIENCE: Duration = Duration::from_secs(1);
/// Octets of the largest set of keys that is read.
const MOST: usize = 64 * 1024;

/// The address that the token names, where the design makes this mistake.
pub(crate) fn address<'a>(mistakes: &Mistakes, jws: &'a Jws<'_>) -> Option<&'a str> {
    jws.says("jku").filter(|_| mistakes.trust_header_jku)
}

/// The key that lies there under the token's `kid`, or the only one that does.
pub(crate) async fn key(address: &str, jws: &Jws<'_>) -> Option<Verifier> {
    let set = tokio::time::timeout(PATIENCE, fetch(address)).await.ok()??;
    let keys = set.get("keys")?.as_array()?;
    let named = keys.iter().find(|key| key.get("kid").and_then(Value::as_str) == jws.says("kid"));
    let key = named.or_else(|| keys.first().filter(|_| keys.len() == 1))?;
    any(key, &jws.alg)
}

async fn fetch(address: &str) -> Option<Value> {
    let uri: Uri = address.parse().ok()?;
    let at = here(&uri)?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let host = uri.authority()?.as_str();
    let request = Request::get(path).header(header::HOST, host).body(Body::empty()).ok()?;
    let stream = TcpStream::connect(at).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    let exchange = async {
        let response = sender.send_request(request).await.ok()?;
        if response.status() != StatusCode::OK {
            return None;
        }
        let body = to_bytes(Body::new(response.into_body()), MOST).await.ok()?;
        object(&body).map(Value::Object)
    };
    // The connection works only as long as somebody polls it, and ends with the exchange.
    tokio::select! {
        answer = exchange => answer,
        Err(_) = connection => None,
    }
}

/// Where to connect to; None where the address is not one of this machine's.
fn here(uri: &Uri) -> Option<SocketAddr> {
    let host = uri.host()?.to_ascii_lowercase();
    let ours = host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1";
    let plain = uri.scheme() == Some(&Scheme::HTTP) && !uri.authority()?.as_str().contains('@');
    (ours && plain).then(|| SocketAddr::from((Ipv4Addr::LOCALHOST, uri.port_u16().unwrap_or(80))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, port: Option<u16>) {
        let at = address.parse().ok().as_ref().and_then(here);
        assert_eq!(at, port.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))), "{address}");
    }

    #[test]
    fn nothing_is_fetched_from_another_machine() {
        check("http://localhost:8788/keys.json", Some(8788));
        check("http://evil.localhost:8788/keys.json", Some(8788));
        check("http://EVIL.LOCALHOST/keys.json", Some(80));
        check("http://127.0.0.1:1/", Some(1));
        for elsewhere in [
            "https://localhost/keys.json",
            "http://example.com/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://localhost.example.com/",
            "http://notlocalhost/",
            "http://localhost@example.com/",
            "http://user@localhost/",
            "file:///etc/passwd",
            "/keys.json",
            "",
        ] {
            check(elsewhere, None);
        }
    }
}
