//! The physical limit of a comparison: what its hashes and its exchanges cost on this machine when nothing else is done.

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::routing::get;
use lockstep_shared::clock::Stopwatch;
use tokio::net::TcpListener;

use super::client;
use super::outcome::Floor;

/// Exchanges that are timed, after some that are not.
const TIMED: u32 = 5000;
const WARM_UP: u32 = 200;

/// What one hash and one exchange cost at some moment. A machine is not always equally fast, so a run is held against what
/// they cost before it and after it.
pub(crate) struct Factors {
    hash: Duration,
    exchange: Duration,
}

impl Factors {
    /// Measures both, one after the other, with nothing else running.
    pub(crate) fn measure() -> anyhow::Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().context("can't start a runtime")?;
        Ok(Self { hash: lockstep_server::one_hash(), exchange: runtime.block_on(one_exchange())? })
    }

    /// The limit of a run that did so much between the two.
    pub(crate) fn floor(&self, after: &Self, hashes: u64, exchanges: u64) -> Floor {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Floor {
            hashes,
            hash: (self.hash + after.hash) / 2,
            exchanges,
            exchange: (self.exchange + after.exchange) / 2,
            cores: u32::try_from(cores).unwrap_or(u32::MAX),
        }
    }
}

/// One GET by the agents' own client to a route that does nothing.
async fn one_exchange() -> anyhow::Result<Duration> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("can't listen on a free port")?;
    let url = format!("http://{}/", listener.local_addr()?);
    let router = Router::new().route("/", get(async || "{}"));
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let client = client::client()?;
    let send = async |times: u32| -> anyhow::Result<()> {
        for _ in 0..times {
            client::exchange(&client, client.get(&url).build()?).await?;
        }
        Ok(())
    };
    send(WARM_UP).await?;
    let watch = Stopwatch::start();
    send(TIMED).await?;
    let took = watch.elapsed() / TIMED;
    server.abort();
    Ok(took)
}
