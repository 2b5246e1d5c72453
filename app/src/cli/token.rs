//! A token as the command line names it: as it is, or `-` for one on the standard input.

use std::io::Read;

use anyhow::{Context, ensure};

use crate::inspect::decode::{self, Jws};

/// The most octets that are read: more than any token that is taken apart.
const MOST_OCTETS: u64 = 8 * 1024 * 1024;

/// The text of a token, of which nothing is known yet.
pub(super) fn text(named: &str) -> anyhow::Result<String> {
    if named != "-" {
        return Ok(named.to_owned());
    }
    let mut text = Vec::new();
    std::io::stdin().lock().take(MOST_OCTETS + 1).read_to_end(&mut text).context("can't read the standard input")?;
    ensure!(
        text.len() as u64 <= MOST_OCTETS,
        "the standard input holds more than {MOST_OCTETS} octets: that is no token"
    );
    String::from_utf8(text).context("the standard input holds octets that are no text: a token is all ASCII")
}

/// A token, taken apart.
pub(super) fn read(named: &str) -> anyhow::Result<Jws> {
    decode::decode(&text(named)?).context("this is no signed token")
}
