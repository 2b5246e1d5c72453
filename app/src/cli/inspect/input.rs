//! What is read from files and from the standard input, never more of it than fits.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, anyhow, bail};

/// More than any token or key that is read.
const MOST_OCTETS: u64 = 8 * 1024 * 1024;

/// The standard input, as text.
pub(in crate::cli) fn standard() -> anyhow::Result<String> {
    let octets = bounded(io::stdin().lock()).context("the standard input")?;
    String::from_utf8(octets).context("the standard input is no text")
}

/// A file, whatever is in it.
pub(in crate::cli) fn file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let file = File::open(path).map_err(|why| match why.kind() {
        io::ErrorKind::NotFound => anyhow!("it can't be opened: there is no such file"),
        _ => anyhow!("it can't be opened: {why}"),
    })?;
    bounded(file)
}

fn bounded(reader: impl Read) -> anyhow::Result<Vec<u8>> {
    let mut octets = Vec::new();
    reader.take(MOST_OCTETS + 1).read_to_end(&mut octets).context("it can't be read")?;
    if octets.len() as u64 > MOST_OCTETS {
        bail!("it is too large: at most {MOST_OCTETS} octets are read");
    }
    Ok(octets)
}
