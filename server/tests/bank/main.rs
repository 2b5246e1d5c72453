//! The demo bank over real HTTP: who does what, and what the server answers.

mod actors;
mod bad_input;
mod designs;
mod endings;
mod life;
mod nodes;
mod races;
mod refresh;
mod start;
mod tokens;
