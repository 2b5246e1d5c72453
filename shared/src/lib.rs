//! What both sides of Lockstep's wire agree on: plain data and the clock. No I/O, no server, no window.
#![warn(missing_docs)]

pub mod api;
pub mod clock;
pub mod design;
pub mod span;
pub mod trace;
