//! The delivery table, measured: what a real browser does with cookies, beside what our own agents do in the same place.
//!
//! - `cases/` is what is tried, as data: the table, everything around it, and combinations that a generator makes.
//! - `run.rs` lets a browser go through it: one that we drive, or the user's own.
//! - `agent.rs` asks the agents' rules the same.
//! - `compare.rs` holds the two against each other, and finds out which choice of a browser explains a difference.
//! - `kept.rs` keeps the result by browser and version.

mod cases;
mod agent;
mod compare;
mod run;
mod kept;

#[allow(unused_imports, reason = "what a measurement gives is whole, whatever has been asked of it so far")]
pub(crate) use self::compare::{Difference, Explained, Report, Row};
#[allow(unused_imports, reason = "what was kept is looked at by the window")]
pub(crate) use self::kept::{keep, kept};
#[allow(unused_imports, reason = "the window opens a measurement for a browser of the user's own")]
pub(crate) use self::run::{ByHand, by_hand, measure};

#[cfg(test)]
mod tests;
