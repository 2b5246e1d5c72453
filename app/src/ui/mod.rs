//! What the window draws. It reads the model, pushes commands, and can't fail, wait or lock.

pub(crate) mod shell;

mod commands;
mod fonts;
mod memory;
mod pages;
mod text;
mod theme;
mod widgets;

pub(crate) use memory::UiMemory;
pub(crate) use theme::install;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
pub(crate) mod raster;
#[cfg(test)]
mod tests;
