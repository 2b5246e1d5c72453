//! A Redis server of one's own: a child process on a free port, which ends with its owner.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// The programs that can be it, in the order in which they are looked for.
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];

/// Runs a program for as long as its own standard input is open, so that the program ends with us even where we are
/// killed and can end nothing.
const KEEPER: &str = r#"
"$@" & program=$!
exec >/dev/null
read -r _
kill -9 "$program"
wait "$program"
"#;

/// Below the ports that systems give to outgoing connections, one of which would else be in the way now and then.
const PORTS: std::ops::Range<u16> = 12_000..32_000;

/// Ports that are tried before it is given up.
const ATTEMPTS: usize = 10;

/// How long a server may say nothing while it starts.
const SILENCE: Duration = Duration::from_secs(30);

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
    folder: Option<PathBuf>,
}

impl PrivateRedis {
    /// Starts one and waits until it takes connections. With a folder it keeps its data there, so that it has them again
    /// after [`PrivateRedis::kill`] and [`PrivateRedis::revive`]; without one it keeps them in memory.
    ///
    /// # Errors
    /// When there is no such program, or it does not start.
    pub fn start(folder: Option<&Path>) -> Result<Self, NoRedis> {
        let program = PROGRAMS.into_iter().find(|program| is_installed(program)).ok_or(NoRedis::NotInstalled)?;
        let mut last = "there is no free port".to_owned();
        for _ in 0..ATTEMPTS {
            let Some(port) = free_port() else { continue };
            match launch(program, port, folder) {
                Ok(child) => return Ok(Self { child, program, port, folder: folder.map(Path::to_owned) }),
                // Somebody else may have taken the port meanwhile.
                Err(why) => last = why,
            }
        }
        Err(NoRedis::NotStarted { program, why: last })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("redis://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Kills the process, as a power cut would.
    pub fn kill(&mut self) {
        drop(self.child.stdin.take());
        // It fails only where nothing is left to be waited for.
        let _ = self.child.wait();
    }

    /// Starts it again on the same port, with the data of its folder.
    ///
    /// # Errors
    /// When it does not start.
    pub fn revive(&mut self) -> Result<(), NoRedis> {
        self.kill();
        let child = launch(self.program, self.port, self.folder.as_deref());
        self.child = child.map_err(|why| NoRedis::NotStarted { program: self.program, why })?;
        Ok(())
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        self.kill();
    }
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// A port that nobody listens on just now.
fn free_port() -> Option<u16> {
    let mut random = [0; 2];
    getrandom::fill(&mut random).ok()?;
    let port = PORTS.start + u16::from_le_bytes(random) % (PORTS.end - PORTS.start);
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok().map(|_| port)
}

/// Starts the program and reads what it says until it takes connections. Fails with the last thing that it said.
fn launch(program: &'static str, port: u16, folder: Option<&Path>) -> Result<Child, String> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", KEEPER, "sh", program, "--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
    match folder {
        Some(folder) => command.args(["--appendonly", "yes", "--appendfsync", "no", "--dir"]).arg(folder),
        None => command.args(["--appendonly", "no"]),
    };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let said = child.stdout.take().expect("its output is piped");
    let Err(why) = ready(said, SILENCE) else { return Ok(child) };
    drop(child.stdin.take());
    // It fails only where nothing is left to be waited for.
    let _ = child.wait();
    Err(why)
}

/// Reads what a program says until it takes connections. Fails with the last thing that it said, where it says no more or
/// nothing for too long.
fn ready(said: ChildStdout, silence: Duration) -> Result<(), String> {
    let (sender, lines) = channel();
    let is_ready = |line: &str| line.contains("eady to accept connections");
    // Reading from a pipe has no limit of its own, so a thread does it, which ends with the program at the latest.
    let read = move || {
        BufReader::new(said).lines().map_while(Result::ok).all(|line| {
            let more = !is_ready(&line);
            sender.send(line).is_ok() && more
        });
    };
    std::thread::Builder::new().name("redis".to_owned()).spawn(read).map_err(|error| error.to_string())?;
    let mut last = "it says nothing".to_owned();
    loop {
        match lines.recv_timeout(silence) {
            Ok(line) if is_ready(&line) => return Ok(()),
            Ok(line) => last = line,
            Err(RecvTimeoutError::Disconnected) => return Err(last),
            Err(RecvTimeoutError::Timeout) => return Err(format!("{last} (and nothing for {silence:?} after that)")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saying(script: &str) -> (Child, Result<(), String>) {
        let mut child = Command::new("/bin/sh");
        child.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = child.spawn().expect("there is a shell");
        let said = child.stdout.take().expect("its output is piped");
        (child, ready(said, Duration::from_millis(200)))
    }

    #[test]
    fn a_program_that_does_not_get_ready_is_given_up() {
        let (mut silent, told) = saying("echo loading; read -r _");
        assert_eq!(told, Err("loading (and nothing for 200ms after that)".to_owned()));
        drop(silent.stdin.take());
        silent.wait().expect("it ends with its input");
        let (mut failed, told) = saying("echo address in use");
        assert_eq!(told, Err("address in use".to_owned()));
        failed.wait().expect("it has ended");
        let (mut good, told) = saying("echo Ready to accept connections; read -r _");
        assert_eq!(told, Ok(()));
        drop(good.stdin.take());
        good.wait().expect("it ends with its input");
    }
}
