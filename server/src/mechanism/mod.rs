//! The mechanisms that designs are assembled from, one a file.

pub(crate) mod cookies;
pub(crate) mod csrf;
pub(crate) mod denylist;
pub(crate) mod dpop;
pub(crate) mod epoch;
pub(crate) mod refresh;
pub(crate) mod seal;
pub(crate) mod token;
