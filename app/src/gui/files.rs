//! Files that a user names in a form: where they lie, and writing them so that no half of one is left.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::lab::digest::grouped;
use crate::state::event::Event;
use crate::state::files::Content;
use crate::state::wire::json;

/// `~/…` as shells write it.
pub(super) fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// Writes what was asked for, and tells what became of that.
pub(super) fn write(path: &Path, content: &Content, replace: bool) -> Event {
    let path = at_home(path);
    let mut begins = "Written".to_owned();
    let put = |file: &mut File| match content {
        Content::Sequence(svg) => file.write_all(svg.as_bytes()),
        Content::Exchanges { of, places } => {
            let wanted = |place| places.as_ref().is_none_or(|places| places.binary_search(&place).is_ok());
            let rows = of.rows().filter(|(place, _)| wanted(*place)).map(|(_, row)| row);
            let mut out = BufWriter::new(file);
            let count = json::all(rows, &mut out)?;
            begins = format!("{} exchange{} written", grouped(count), if count == 1 { "" } else { "s" });
            out.flush()
        }
    };
    let written = if replace { write_over(&path, put) } else { write_new(&path, put) };
    let exists = written.is_err() && !replace && path.is_file();
    let shown = path.display();
    let result = match written {
        Ok(()) => Ok(format!("{begins} to {shown}")),
        Err(_) if exists => Err(format!("There is a file {shown} already: choose another name, or replace it")),
        Err(why) => Err(format!("Can't write {shown}: {why}. Name a file in a folder that you may write to")),
    };
    Event::FileWritten { kind: content.kind(), result, exists }
}

/// Writes a file beside its place and moves it there when it is whole, over one that may be there.
pub(super) fn write_over(path: &Path, put: impl FnOnce(&mut File) -> std::io::Result<()>) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    File::create(&part).and_then(|mut file| put(&mut file)).and_then(|()| std::fs::rename(&part, path)).inspect_err(
        |_| {
            let _ = std::fs::remove_file(&part);
        },
    )
}

/// Writes a file where there is none; where there is one, that is the error, also if it came a moment ago.
pub(super) fn write_new(path: &Path, put: impl FnOnce(&mut File) -> std::io::Result<()>) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    put(&mut file).inspect_err(|_| {
        let _ = std::fs::remove_file(path);
    })
}
