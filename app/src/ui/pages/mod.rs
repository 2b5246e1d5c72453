//! The pages, one a folder.

pub(super) mod playground;
pub(super) mod comparison;
pub(super) mod inspector;
pub(super) mod browser;
