//! A comparison, written out: one renderer a file. A renderer returns what the writer says, a closed pipe included, so
//! that the caller can end quietly.

pub(crate) mod escape;
mod figures;
mod inert;
mod sheet;

pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod text;

pub(crate) use inert::Inert;

#[cfg(test)]
mod sample;
