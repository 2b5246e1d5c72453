//! The mechanisms that designs are assembled from, one a file.

pub(crate) mod cookies;
pub(crate) mod csrf;
pub(crate) mod refresh;
pub(crate) mod token;
