//! The lab: actors who do things to a running design over real HTTP, and what is measured of it.

pub(crate) mod actor;
pub(crate) mod view;
