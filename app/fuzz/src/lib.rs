//! The parsers of Lockstep alone, so that they can be built to be fuzzed: `cargo fuzz run token` in the folder `app`.
#![allow(dead_code, unused_imports, reason = "only what reads input is used here")]

#[path = "../../src/browser/mod.rs"]
mod browser;
#[path = "../../src/inspect/mod.rs"]
mod inspect;

#[path = "../../src/lab/mod.rs"]
mod lab;

pub mod inputs;
