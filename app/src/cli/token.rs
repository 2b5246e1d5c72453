//! A token as the command line names it: as it is, or `-` for one on the standard input.

use anyhow::Context;

use super::inspect::input;
use crate::inspect::decode::{self, Jws};

/// The text of a token, of which nothing is known yet.
pub(super) fn text(named: &str) -> anyhow::Result<String> {
    match named {
        "-" => input::standard(),
        text => Ok(text.to_owned()),
    }
}

/// A token, taken apart.
pub(super) fn read(named: &str) -> anyhow::Result<Jws> {
    decode::decode(&text(named)?).context("this is no signed token")
}
