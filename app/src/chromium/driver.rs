//! chromedriver as a child process: it takes a free port, and it and every browser of it end with us.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use tempfile::TempDir;

/// How long chromedriver may say nothing while it starts.
const SILENCE: Duration = Duration::from_secs(30);

/// It takes one free port for both kinds of addresses, and may find that somebody else has just taken it for one of them.
const PORT_TAKEN: &str = "port not available";
/// How often it is started before that is given up.
const ATTEMPTS: usize = 5;

/// Waits until we end in whatever way, by the pipe that closes with us; then kills the whole group, since the browsers
/// belong to it and not to us, and removes the profile, in which a process may still write while it dies. Whose child a
/// process is not can't be told of its end, so that is asked for; where nobody takes note of the dead, not for ever.
#[cfg(unix)]
const KEEPER: &str = r#"
read -r _
kill -s KILL -- "-$1"
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  kill -s 0 -- "-$1" || break
  sleep 0.05
done
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf -- "$2" && exit
done
"#;

/// A running chromedriver, and the folder for its browser's profile.
pub(super) struct Driver {
    child: Child,
    #[cfg(unix)]
    keeper: Child,
    port: u16,
    folder: TempDir,
}

impl Driver {
    /// Starts one, and waits until it takes commands.
    pub(super) fn start(program: &Path) -> anyhow::Result<Self> {
        again(|| Self::try_to_start(program))
    }

    fn try_to_start(program: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("lockstep-chromium-").tempdir();
        let folder = folder.context("can't make a folder for the browser's profile")?;
        let mut command = Command::new(program);
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Else a browser that is killed leaves its sockets' folders behind. Elsewhere their paths could get too long.
        #[cfg(target_os = "linux")]
        command.env("TMPDIR", folder.path());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        #[cfg_attr(not(unix), expect(unused_mut, reason = "it is ended early where nothing can keep it"))]
        let mut child = command.spawn().with_context(|| format!("{} does not start", program.display()))?;
        #[cfg(unix)]
        let keeper = keep(&child, folder.path()).inspect_err(|_| drop(child.kill()))?;
        let mut driver = Self {
            child,
            #[cfg(unix)]
            keeper,
            port: 0,
            folder,
        };
        let said = driver.child.stdout.take().expect("its output is piped");
        driver.port = port(said, SILENCE).map_err(|why| anyhow!("{} does not start: {why}", program.display()))?;
        Ok(driver)
    }

    /// Where it takes commands.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// An empty folder for the browser's profile, which goes with this.
    pub(super) fn profile(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        #[cfg(unix)]
        drop(self.keeper.stdin.take());
        // Where there is no such keeper, or it failed, at least the driver ends; it takes its browser along if it can.
        let _ = self.child.kill();
        // Waiting fails only where nothing is left to be waited for. Until the driver has been waited for, it counts as one
        // of the group.
        let _ = self.child.wait();
        #[cfg(unix)]
        let _ = self.keeper.wait();
    }
}

/// Starts something until it finds its port free, or something else is wrong.
fn again<T>(mut start: impl FnMut() -> anyhow::Result<T>) -> anyhow::Result<T> {
    for _ in 1..ATTEMPTS {
        match start() {
            Err(why) if why.to_string().contains(PORT_TAKEN) => {}
            started => return started,
        }
    }
    start()
}

#[cfg(unix)]
fn keep(child: &Child, folder: &Path) -> anyhow::Result<Child> {
    let mut keeper = Command::new("/bin/sh");
    // In a group of its own, for a Ctrl-C in the terminal goes to the whole group in front.
    std::os::unix::process::CommandExt::process_group(&mut keeper, 0);
    keeper.args(["-c", KEEPER, "sh"]).arg(child.id().to_string()).arg(folder);
    keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    keeper.spawn().context("can't start a shell, which ends the browser")
}

/// Reads what chromedriver says until it names its port. Fails with the last thing that it said, where it says no more or
/// nothing for too long.
fn port(said: impl Read + Send + 'static, silence: Duration) -> anyhow::Result<u16> {
    let (sender, lines) = channel();
    // Reading from a pipe has no limit of its own, so a thread does it, which ends with the program at the latest. It reads
    // on when nobody listens any more, since a full pipe would stop the program.
    let read = move || BufReader::new(said).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
    std::thread::Builder::new().name("chromedriver".to_owned()).spawn(read)?;
    let mut last = "it says nothing".to_owned();
    loop {
        match lines.recv_timeout(silence) {
            Ok(line) => match line.split_once("started successfully on port ") {
                Some((_, port)) => {
                    return port.trim_end_matches('.').parse().with_context(|| format!("no port: {line}"));
                }
                None => last = line,
            },
            Err(RecvTimeoutError::Disconnected) => bail!("{last}"),
            Err(RecvTimeoutError::Timeout) => bail!("{last} (and nothing for {silence:?} after that)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_was_just_taken_is_no_reason_to_give_up() {
        let after = |failures: usize, why: &'static str| {
            let mut starts = 0..;
            let started = again(|| match starts.next() {
                Some(start) if start < failures => Err(anyhow!("chromedriver does not start: {why}")),
                start => Ok(start),
            });
            (started.is_ok(), starts.start)
        };
        let taken = "IPv4 port not available. Exiting...";
        assert_eq!(after(0, taken), (true, 1));
        assert_eq!(after(2, taken), (true, 3));
        assert_eq!(after(9, taken), (false, ATTEMPTS));
        assert_eq!(after(2, "cannot bind"), (false, 1));
    }

    #[test]
    fn the_port_is_read_from_what_the_driver_says() {
        let said = |text: &'static str| port(text.as_bytes(), SILENCE).map_err(|why| why.to_string());
        let start = "Starting ChromeDriver 156 on port 0\nOnly local connections are allowed.\n";
        let ready: String = format!("{start}ChromeDriver was started successfully on port 39337.\n");
        assert_eq!(port(std::io::Cursor::new(ready), SILENCE).expect("it is ready"), 39337);
        assert_eq!(said("cannot bind\n"), Err("cannot bind".to_owned()));
        assert_eq!(said(""), Err("it says nothing".to_owned()));
    }
}
