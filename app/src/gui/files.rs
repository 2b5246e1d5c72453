//! Files that a user names in a form: where they lie, and writing them so that no half of one is left.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// `~/…` as shells write it.
pub(super) fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
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
