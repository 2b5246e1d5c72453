//! The attacker's own tools: tokens recognised, taken apart and put together again, with none of the server's code; and
//! what tells a good token from a bad one.

pub(crate) mod recognise;
pub(crate) mod decode;
pub(crate) mod claims;
pub(crate) mod lint;
pub(crate) mod encrypted;
pub(crate) mod nested;
pub(crate) mod cookies;
pub(crate) mod keys;
pub(crate) mod verify;
pub(crate) mod examine;
pub(crate) mod forge;
pub(crate) mod guess;
pub(crate) mod crack;
pub(crate) mod plain;
