//! A Redis server of one's own: a child process on a free port, which ends with its owner.

use std::io::{BufRead, BufReader, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The programs that can be it, in the order in which they are looked for.
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];

/// Below the ports that systems give to outgoing connections, one of which would else be in the way now and then.
const PORTS: std::ops::Range<u16> = 12_000..32_000;

/// Ports that are tried before it is given up.
const ATTEMPTS: usize = 10;

/// Why there is no Redis server.
#[derive(Debug, thiserror::Error)]
pub enum NoRedis {
    /// None is installed.
    #[error("there is no redis-server or valkey-server on the PATH: on Debian, `apt install redis-server`")]
    NotInstalled,
    /// It is there and does not start.
    #[error("{program} does not start: {why}")]
    NotStarted {
        /// The program.
        program: &'static str,
        /// What the system or the program says.
        why: String,
    },
}

/// A Redis server that nobody else uses, on loopback; it is killed when this is dropped.
#[derive(Debug)]
pub struct PrivateRedis {
    child: Child,
    program: &'static str,
    port: u16,
    folder: Option<std::path::PathBuf>,
}

impl PrivateRedis {
    /// Starts one and waits until it takes connections. With a folder it keeps its data there, so that it has them again
    /// after [`PrivateRedis::kill`] and [`PrivateRedis::revive`]; without one it keeps them in memory.
    ///
    /// # Errors
    /// When there is no such program, or it does not start.
    pub fn start(folder: Option<&Path>) -> Result<Self, NoRedis> {
        let mut last = NoRedis::NotInstalled;
        for _ in 0..ATTEMPTS {
            let Some(port) = free_port() else { continue };
            for program in PROGRAMS {
                match launch(program, port, folder) {
                    Ok(child) => return Ok(Self { child, program, port, folder: folder.map(Path::to_owned) }),
                    Err(NoRedis::NotInstalled) => {}
                    // Somebody else may have taken the port meanwhile.
                    Err(error) => last = error,
                }
            }
            if matches!(last, NoRedis::NotInstalled) {
                break;
            }
        }
        Err(last)
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("redis://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Kills the process, as a power cut would.
    pub fn kill(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Starts it again on the same port, with the data of its folder.
    ///
    /// # Errors
    /// When it does not start.
    pub fn revive(&mut self) -> Result<(), NoRedis> {
        self.kill();
        self.child = launch(self.program, self.port, self.folder.as_deref())?;
        Ok(())
    }

    /// The id of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody listens on just now.
fn free_port() -> Option<u16> {
    let mut random = [0; 2];
    getrandom::fill(&mut random).ok()?;
    let port = PORTS.start + u16::from_le_bytes(random) % (PORTS.end - PORTS.start);
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok().map(|_| port)
}

/// Starts the program and reads what it says until it takes connections.
fn launch(program: &'static str, port: u16, folder: Option<&Path>) -> Result<Child, NoRedis> {
    let broken = |why: String| NoRedis::NotStarted { program, why };
    let mut command = Command::new(program);
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
    match folder {
        Some(folder) => command.args(["--appendonly", "yes", "--appendfsync", "no", "--dir"]).arg(folder),
        None => command.args(["--appendonly", "no"]),
    };
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => NoRedis::NotInstalled,
        _ => broken(error.to_string()),
    })?;
    let said = child.stdout.take().expect("its output is piped");
    let mut last = String::new();
    for line in BufReader::new(said).lines().map_while(Result::ok) {
        if line.contains("eady to accept connections") {
            return Ok(child);
        }
        last = line;
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(broken(last))
}
