//! The demo bank over real HTTP: who does what, and what the server answers.

mod actors;
mod bad_input;
mod claims;
mod designs;
mod dpop;
mod endings;
mod life;
mod nodes;
mod races;
mod refresh;
mod signed;
mod start;
mod token_mistakes;
mod tokens;
