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
pub(crate) use self::kept::keep;
pub(crate) use self::run::{by_hand, measure};
#[cfg(feature = "gui")]
pub(crate) use self::{kept::kept, run::measure_and_tell};

#[cfg(test)]
mod tests;
