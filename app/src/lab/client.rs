//! The HTTP client under every agent: no cookies, no redirects, no proxies, and `*.localhost` pinned to this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context;
use lockstep_shared::clock::Stopwatch;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;

use super::headers::Headers;

/// Real time after which a request to this machine is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client that reaches this machine and no other.
pub(crate) fn client() -> anyhow::Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .tcp_nodelay(true)
        .timeout(PATIENCE)
        .dns_resolver(Loopback)
        .build()
        .context("can't make an HTTP client")
}

/// The system's resolver may not know `*.localhost`, and nothing else may be asked for (RFC 6761 section 6.3).
struct Loopback;

impl Resolve for Loopback {
    fn resolve(&self, name: Name) -> Resolving {
        let is_local = name.as_str() == "localhost" || name.as_str().ends_with(".localhost");
        let answer = match is_local {
            true => Ok(Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))) as Addrs),
            false => Err(format!("{} is not on this machine", name.as_str()).into()),
        };
        Box::pin(std::future::ready(answer))
    }
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: String,
    pub(crate) micros: u64,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }
}

/// Sends a request and reads the whole response.
pub(crate) async fn exchange(client: &reqwest::Client, request: reqwest::Request) -> anyhow::Result<Reply> {
    let what = format!("{} {}", request.method(), request.url().path());
    let watch = Stopwatch::start();
    let response = client.execute(request).await.with_context(|| format!("{what} got no answer"))?;
    let status = response.status().as_u16();
    let headers = Headers::from(response.headers());
    let body = response.text().await.with_context(|| format!("the answer to {what} broke off"))?;
    Ok(Reply { status, headers, body, micros: watch.micros() })
}
