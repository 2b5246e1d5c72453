//! `lockstep serve`: every design on its own host name, until Ctrl-C or SIGTERM.

use std::io::{ErrorKind, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::Args;
use lockstep_server::{Config, DemoServer, Journal, Redis, ServerError};
use lockstep_shared::clock::Clock;
use lockstep_shared::design::{Design, Store};

use super::Found;
use super::ctrl_c::Signals;
use crate::lab::cast;
use crate::lab::catalog::Catalog;
use crate::report::Inert;

#[derive(Args)]
pub(super) struct Serve {
    /// The port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// The design that plain localhost stands for, for clients that know no *.localhost
    #[arg(long, value_name = "ID")]
    design: Option<String>,
    /// How many processes serve the designs behind that port, 1 to 8: they share files and no memory
    #[arg(long, value_name = "N", default_value_t = 1)]
    nodes: usize,
    /// Where SQLite stores keep their files; without it they go with the server
    #[arg(long, value_name = "DIR")]
    files: Option<PathBuf>,
    /// The Redis server for designs that need one, such as redis://127.0.0.1:6379; without it they are left out
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
}

impl Serve {
    pub(super) fn run(self, catalog: &Catalog) -> anyhow::Result<Found> {
        let default = self.design.as_deref().map(|id| catalog.design(id)).transpose()?.map(|design| design.id.clone());
        // Always the same prefix, so that what was logged in is found again, as with --files.
        let redis = self.redis.as_deref().map(|url| Redis::at(url, "serve")).transpose()?;
        let served = |design: &&Design| redis.is_some() || design.store != Store::Redis;
        let (designs, left_out): (Vec<&Design>, Vec<&Design>) = catalog.designs().iter().partition(served);
        if let Some(design) = left_out.iter().find(|design| default.as_ref() == Some(&design.id)) {
            return Err(ServerError::NoRedis(design.id.clone()).into());
        }
        let config = Config {
            designs: designs.iter().copied().cloned().collect(),
            default: default.clone(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)),
            clock: Clock::wall(),
            users: cast::users(),
            publisher: Some(cast::attacker()),
            visits: false,
            nodes: self.nodes,
            files: self.files,
            redis: redis.clone(),
            journal: Journal::WriteAhead,
            store_wait: Config::STORE_WAIT,
        };
        let runtime = tokio::runtime::Runtime::new().context("can't start the server's threads")?;
        runtime.block_on(async {
            let server = DemoServer::start(config).await.map_err(told)?;
            // Heard from here on, before the addresses are printed.
            let mut signals = Signals::listen().context("can't listen for Ctrl-C")?;
            self::print(&designs, default.as_deref(), server.address().port(), &server.nodes())?;
            tell_of_redis(redis.as_ref(), &left_out).await?;
            signals.next().await;
            server.stop().await;
            Ok(Found::AsExpected)
        })
    }
}

/// Says what is not as it could be: designs that were left out, or a server that does not answer yet.
async fn tell_of_redis(redis: Option<&Redis>, left_out: &[&Design]) -> std::io::Result<()> {
    let silent = match redis {
        Some(redis) => redis.ping(Config::STORE_WAIT).await.err(),
        None => None,
    };
    let mut out = Inert(std::io::stdout().lock());
    if let Some(why) = silent {
        writeln!(out, "Redis does not answer yet ({why}): what is kept there is answered 503 until it does.")?;
    }
    for design in left_out {
        writeln!(out, "{} is left out: it keeps its records in Redis. Say where with --redis URL.", design.id)?;
    }
    out.flush()
}

/// A server's reason not to start, with what to do about it.
fn told(error: ServerError) -> anyhow::Error {
    let ServerError::Files { at, why } = error else { return error.into() };
    let why = match why.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => "there is a file in the way".to_owned(),
        _ => why.to_string(),
    };
    anyhow!("can't keep files in {}: {why}: name a folder that may be written with --files", at.display())
}

fn print(designs: &[&Design], default: Option<&str>, port: u16, nodes: &[SocketAddr]) -> std::io::Result<()> {
    let mut out = Inert(std::io::stdout().lock());
    let width = designs.iter().map(|design| design.id.len()).max().unwrap_or(0) + 25;
    for design in designs {
        let address = format!("http://{}.localhost:{port}", design.id);
        writeln!(out, "{address:width$}  {}", design.title)?;
    }
    match default {
        Some(id) => writeln!(out, "{:width$}  the same as {id}.localhost", format!("http://localhost:{port}"))?,
        None => writeln!(out, "{:width$}  the list of these", format!("http://localhost:{port}"))?,
    }
    if nodes.len() > 1 {
        writeln!(
            out,
            "\nNodes: port {port} sends each request to one of them, in no fixed order, and X-Node says to which"
        )?;
        for (at, node) in nodes.iter().enumerate() {
            writeln!(out, "  {}  by itself, under the same names at port {}", at + 1, node.port())?;
        }
    }
    writeln!(
        out,
        "\nFor a browser: each is a bank with pages; http://evil.localhost:{port} attacks them from another site, and\n\
         http://blog.<design>.localhost:{port} from a host beside each."
    )?;
    writeln!(out, "\nAccounts:")?;
    for user in cast::users() {
        let role = if user.admin { "admin" } else { "user" };
        writeln!(out, "  {:22} password \"{}\", {role}", user.email, user.password)?;
    }
    writeln!(out, "\nThis server is vulnerable on purpose and answers to this machine alone. Ctrl-C stops it.")?;
    out.flush()
}
