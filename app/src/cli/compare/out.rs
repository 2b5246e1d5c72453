//! Where a result is written: beside its place until it is whole, so that a run that is stopped leaves what was there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::anyhow;

/// A file on its way. Dropped before it is whole, it leaves nothing behind.
pub(in crate::cli) struct Out {
    file: File,
    /// Where it is written, and where it is to be moved; None for what is no file, such as a pipe.
    places: Option<(PathBuf, PathBuf)>,
}

impl Out {
    /// Makes sure that the file can be written, without touching what is there. An error is one line.
    pub(in crate::cli) fn prepare(path: &Path) -> anyhow::Result<Self> {
        open(path).map_err(|error| {
            let why = match error.kind() {
                ErrorKind::NotFound => "there is no such directory: make the directory first".to_owned(),
                ErrorKind::IsADirectory => "this is a directory: name a file in it".to_owned(),
                _ => format!("{error}: name a file that may be written"),
            };
            anyhow!("can't write {}: {why}", path.display())
        })
    }

    /// Lets `write` write everything, and puts it where it belongs.
    pub(in crate::cli) fn fill(mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = BufWriter::new(&self.file);
        write(&mut out)?;
        out.flush()?;
        drop(out);
        if let Some((part, place)) = &self.places {
            fs::rename(part, place)?;
            self.places = None;
        }
        Ok(())
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        if let Some((part, _)) = &self.places {
            let _ = fs::remove_file(part);
        }
    }
}

fn open(path: &Path) -> io::Result<Out> {
    let there = match fs::metadata(path) {
        Ok(there) => there,
        Err(error) if error.kind() == ErrorKind::NotFound => return beside(path.to_owned()),
        Err(error) => return Err(error),
    };
    if !there.is_file() {
        return Ok(Out { file: File::create(path)?, places: None });
    }
    // One that may not be written must not be replaced either.
    OpenOptions::new().write(true).open(path)?;
    // What a link points to is replaced, and not the link.
    beside(fs::canonicalize(path)?)
}

fn beside(place: PathBuf) -> io::Result<Out> {
    let name = place.file_name().ok_or(ErrorKind::IsADirectory)?.to_string_lossy();
    let part = place.with_file_name(format!(".{name}.{}.part", std::process::id()));
    Ok(Out { file: File::create(&part)?, places: Some((part, place)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_stays_until_the_whole_is_written() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("kept.json");
        fs::write(&path, "before").expect("it can be written");
        let left = || fs::read_dir(folder.path()).expect("it can be listed").count();

        drop(Out::prepare(&path).expect("it can be written"));
        let stopped = Out::prepare(&path).expect("it can be written");
        assert!(stopped.fill(|out| out.write_all(b"half").and_then(|()| Err(ErrorKind::StorageFull.into()))).is_err());
        assert_eq!((fs::read_to_string(&path).expect("it is there").as_str(), left()), ("before", 1));

        let whole = Out::prepare(&path).expect("it can be written");
        whole.fill(|out| out.write_all(b"after")).expect("it is written");
        assert_eq!((fs::read_to_string(&path).expect("it is there").as_str(), left()), ("after", 1));
    }

    #[test]
    fn a_new_file_appears_only_when_it_is_whole() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("new.json");
        let out = Out::prepare(&path).expect("it can be written");
        assert!(!path.exists());
        out.fill(|out| out.write_all(b"{}")).expect("it is written");
        assert!(path.exists());
    }
}
