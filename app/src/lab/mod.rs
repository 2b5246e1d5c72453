//! The lab: actors who do things to a running design over real HTTP, and what is measured of it.

pub(crate) mod actor;
pub(crate) mod catalog;
pub(crate) mod expectation;
pub(crate) mod outcome;
pub(crate) mod rhythm;
pub(crate) mod scenario;
mod spelling;
pub(crate) mod view;
