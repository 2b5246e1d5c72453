//! The parts that pages are made of. Each is drawn by us where a font could lack a glyph.

pub(super) mod button;
pub(super) mod chip;
pub(super) mod file_form;
pub(super) mod flash;
pub(super) mod flow;
pub(super) mod icon;
pub(super) mod pill;
pub(super) mod progress;
pub(super) mod secret;
pub(super) mod time_left;
pub(super) mod timeline;
