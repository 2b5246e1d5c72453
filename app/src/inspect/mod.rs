//! The attacker's own tools: tokens taken apart and put together again, with none of the server's code.

pub(crate) mod decode;
pub(crate) mod forge;
pub(crate) mod guess;
