//! The demo bank over real HTTP: who does what, and what the server answers.

mod actors;
mod at_rest;
mod bad_input;
mod claims;
mod cors;
mod cross_site;
mod denylist;
mod designs;
mod dpop;
mod endings;
mod grace;
mod introspection;
mod life;
mod machine;
mod nodes;
mod pages;
mod races;
mod refresh;
mod revocation;
mod sealed;
mod signed;
mod start;
mod token_mistakes;
mod tokens;
mod versions;
mod visits;
