//! The lab: actors who do things to a running design over real HTTP, and what is measured of it.

pub(crate) mod actor;
pub(crate) mod catalog;
pub(crate) mod scenario;
pub(crate) mod expectation;
pub(crate) mod headers;
pub(crate) mod client;
pub(crate) mod engine;
pub(crate) mod exchange;
pub(crate) mod prover;
pub(crate) mod agent;
pub(crate) mod cast;
pub(crate) mod presence;
pub(crate) mod forger;
pub(crate) mod stage;
pub(crate) mod steps;
pub(crate) mod trial;
pub(crate) mod rhythm;
pub(crate) mod outcome;
pub(crate) mod digest;
pub(crate) mod runner;
pub(crate) mod floor;
pub(crate) mod compare;
mod spelling;
pub(crate) mod view;
pub(crate) mod lens;
pub(crate) mod lineage;
pub(crate) mod lure;
