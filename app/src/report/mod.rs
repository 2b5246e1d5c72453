//! A comparison, written out: one renderer a file. A renderer returns what the writer says, a closed pipe included, so
//! that the caller can end quietly.

pub(crate) mod json;
pub(crate) mod text;

#[cfg(test)]
mod sample;
