//! Reads a user's own files, and says of each that can't be read why.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail, ensure};

/// A hundred times what a design or a scenario needs.
const LARGEST: u64 = 256 * 1024;

/// More files than a person would write.
const MOST_FILES: usize = 1000;

/// One TOML file.
pub(super) struct TomlFile {
    /// The name without its ending.
    pub(super) id: String,
    /// The path, as the user would write it.
    pub(super) name: String,
    pub(super) text: String,
}

/// Refuses what can't be a lab directory.
pub(super) fn check(lab: &Path) -> anyhow::Result<()> {
    let shown = lab.display();
    let found = fs::metadata(lab).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => anyhow!("{shown}: there is no such directory"),
        _ => anyhow!("{shown}: can't be opened: {error}"),
    })?;
    ensure!(found.is_dir(), "{shown}: this is a file, and a lab is a directory with designs/ and scenarios/ in it");
    let any = ["designs", "scenarios", "lessons"].iter().any(|folder| lab.join(folder).symlink_metadata().is_ok());
    // A directory that can't be searched looks empty, so say so before complaining of what is missing.
    fs::read_dir(lab).with_context(|| format!("{shown}: can't be listed"))?;
    ensure!(any, "{shown}: has neither designs/ nor scenarios/ in it: put your TOML files there");
    Ok(())
}

/// The TOML files of a folder, by name; none where there is no such folder. Hidden files are an editor's, and left out.
pub(super) fn toml_files(folder: &Path) -> anyhow::Result<Vec<TomlFile>> {
    let shown = folder.display();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && folder.symlink_metadata().is_err() => {
            return Ok(Vec::new());
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => bail!("{shown}: this must be a directory"),
        other => other.with_context(|| format!("{shown}: can't be listed"))?,
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("{shown}: can't be listed"))?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
        ensure!(paths.len() <= MOST_FILES, "{shown}: more than {MOST_FILES} files");
    }
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> anyhow::Result<TomlFile> {
    let shown = path.display();
    let cant_open = |error: io::Error| anyhow!("{shown}: can't be read: {error}");
    let id = path.file_stem().and_then(|stem| stem.to_str());
    let id = id.ok_or_else(|| anyhow!("{shown}: the file's name is not UTF-8: use a-z, 0-9 and -"))?;
    // Looked at before it is opened, because opening a pipe would wait for its other end.
    let found = fs::metadata(path).map_err(cant_open)?;
    ensure!(!found.is_dir(), "{shown}: this is a directory, and a TOML file is wanted: move it or rename it");
    ensure!(found.is_file(), "{shown}: this is no ordinary file");
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(cant_open)?;
    ensure!(bytes.len() as u64 <= LARGEST, "{shown}: over {} KiB, which no design or scenario needs", LARGEST / 1024);
    let text = String::from_utf8(bytes).map_err(|error| {
        anyhow!("{shown}: not UTF-8 text (at byte {}): save it as UTF-8", error.utf8_error().valid_up_to())
    })?;
    Ok(TomlFile { id: id.to_owned(), name: shown.to_string(), text })
}
