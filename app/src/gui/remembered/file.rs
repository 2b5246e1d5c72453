//! The file that the window's state is kept in: where it is, how it is read, and a thread that writes it.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use anyhow::{Context as _, bail};

use super::{Remembered, VERSION};

/// Many times as long as what this version writes.
const LONGEST: u64 = 64 << 10;
/// So long nothing must change before it is written, in seconds of the window's time.
const QUIET_SECS: f64 = 1.0;

/// What a window begins with.
pub(in crate::gui) struct Start {
    pub(in crate::gui) kept: Option<Remembered>,
    /// Why the file can't be used; it is left as it is then.
    pub(in crate::gui) trouble: Option<String>,
    path: Option<PathBuf>,
}

impl Start {
    /// Reads the user's file.
    pub(in crate::gui) fn read() -> Self {
        Self::read_at(crate::kept_at::window())
    }

    /// Keeps nothing.
    #[cfg(test)]
    pub(in crate::gui) fn nowhere() -> Self {
        Self::read_at(None)
    }

    pub(in crate::gui) fn read_at(path: Option<PathBuf>) -> Self {
        let Some(at) = path else { return Self { kept: None, trouble: None, path: None } };
        match read(&at) {
            Ok(kept) => Self { kept, trouble: None, path: Some(at) },
            Err(why) => {
                let trouble = format!(
                    "{} can't be used: {why:#}. It is left as it is, and this window's state is not kept: delete the \
                     file, or name another in LOCKSTEP_STATE",
                    at.display()
                );
                Self { kept: None, trouble: Some(trouble), path: None }
            }
        }
    }
}

/// What a file has; None where there is none.
fn read(path: &Path) -> anyhow::Result<Option<Remembered>> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(why.into()),
    };
    if !file.metadata()?.is_file() {
        bail!("it is no file");
    }
    let mut text = String::new();
    file.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        bail!("it is longer than {LONGEST} bytes");
    }
    let not_ours = "it is not what a window of Lockstep has written";
    // A list would be taken for the fields in their order.
    let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).context(not_ours)?;
    let kept: Remembered = serde_json::from_value(fields.into()).context(not_ours)?;
    if kept.lockstep_window > VERSION {
        bail!("a newer Lockstep has written it");
    }
    Ok(Some(kept))
}

/// Writes the whole file or nothing of it.
fn write(path: &Path, state: &Remembered) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    let text = serde_json::to_string_pretty(state)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Hands what has changed to a thread that writes it, once it has been quiet for a while and at the end.
pub(in crate::gui) struct Keeper {
    writer: Option<Writer>,
    /// What the file has, or will have.
    handed: Option<Remembered>,
    /// What has changed since, and when.
    fresh: Option<(Remembered, f64)>,
}

struct Writer {
    states: Sender<Remembered>,
    failures: Receiver<String>,
    thread: JoinHandle<()>,
}

impl Keeper {
    pub(in crate::gui) fn new(start: &Start) -> Self {
        let writer = start.path.clone().and_then(Writer::start);
        Self { writer, handed: start.kept.clone(), fresh: None }
    }

    /// What was known last.
    pub(in crate::gui) fn last(&self) -> Option<&Remembered> {
        self.fresh.as_ref().map(|(state, _)| state).or(self.handed.as_ref())
    }

    /// Takes note of the state at `now`, in seconds of the window's time. Some: look in again after so many seconds.
    pub(in crate::gui) fn note(&mut self, now: f64, state: Remembered) -> Option<f64> {
        self.writer.as_ref()?;
        if self.handed.as_ref() == Some(&state) {
            self.fresh = None;
            return None;
        }
        let since = match &self.fresh {
            Some((fresh, since)) if *fresh == state => *since,
            _ => now,
        };
        self.fresh = Some((state, since));
        let rest = QUIET_SECS - (now - since);
        if rest > 0.0 {
            return Some(rest);
        }
        self.hand_over();
        None
    }

    /// Why the file could not be written, once.
    pub(in crate::gui) fn failure(&mut self) -> Option<String> {
        let why = self.writer.as_ref()?.failures.try_recv().ok()?;
        // What could not be written once would fail at every change.
        self.writer = None;
        Some(why)
    }

    fn hand_over(&mut self) {
        if let (Some(writer), Some((state, _))) = (&self.writer, self.fresh.take()) {
            self.handed = Some(state.clone());
            // A thread that is gone has told why.
            let _ = writer.states.send(state);
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.hand_over();
        if let Some(Writer { states, thread, .. }) = self.writer.take() {
            drop(states);
            let _ = thread.join();
        }
    }
}

impl Writer {
    fn start(path: PathBuf) -> Option<Self> {
        let (states, changes) = channel::<Remembered>();
        let (told, failures) = channel();
        let run = move || {
            while let Ok(mut state) = changes.recv() {
                while let Ok(newer) = changes.try_recv() {
                    state = newer;
                }
                if let Err(why) = write(&path, &state) {
                    let words = format!("The window's state can't be kept in {}: {why:#}", path.display());
                    let _ = told.send(words);
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("window's state".to_owned()).spawn(run).ok()?;
        Some(Self { states, failures, thread })
    }
}
