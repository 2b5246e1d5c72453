//! Lockstep: sessions and JWTs side by side.
#![allow(dead_code, reason = "the parts are joined one by one")]

mod lab;
#[cfg(feature = "gui")]
mod state;
#[cfg(feature = "gui")]
mod ui;

fn main() {}
