//! What the window knows, and what it can ask for. It draws nothing, waits for nothing and never fails.

pub(crate) mod command;
pub(crate) mod event;
pub(crate) mod model;
pub(crate) mod comparing;
pub(crate) mod traffic;
pub(crate) mod designing;
pub(crate) mod files;
pub(crate) mod inspecting;
pub(crate) mod measuring;
pub(crate) mod visiting;
pub(crate) mod walk;
#[cfg(test)]
pub(crate) mod dice;
pub(crate) mod wire;
