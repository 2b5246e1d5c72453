//! Files that a user names in a form: where they lie, and writing them so that no half of one is left.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::state::event::Event;

/// `~/…` as shells write it.
pub(super) fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// Writes a drawing, and tells what became of that.
pub(super) fn write_sequence(path: &Path, svg: &str, replace: bool) -> Event {
    let path = at_home(path);
    let written = match replace {
        true => write_over(&path, svg.as_bytes()),
        false => write_new(&path, svg.as_bytes()),
    };
    let exists = !replace && path.is_file();
    let result = match written {
        Ok(()) => {
            return Event::SequenceWritten { result: Ok(format!("Written to {}", path.display())), exists: false };
        }
        Err(_) if exists => format!("There is a file {} already: choose another name, or replace it", path.display()),
        Err(why) => format!("Can't write {}: {why}. Name a file in a folder that you may write to", path.display()),
    };
    Event::SequenceWritten { result: Err(result), exists }
}

/// Writes a file beside its place and moves it there when it is whole, over one that may be there.
pub(super) fn write_over(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, path)).inspect_err(|_| {
        let _ = std::fs::remove_file(&part);
    })
}

/// Writes a file where there is none; where there is one, that is the error, also if it came a moment ago.
pub(super) fn write_new(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::File::create_new(path)?;
    file.write_all(text).inspect_err(|_| {
        let _ = std::fs::remove_file(path);
    })
}
