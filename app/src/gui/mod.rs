//! The joint between the window, which never waits, and the lab, which does nothing else.

mod app;
mod bench;
mod comparing;
mod files;
mod remembered;
mod finder;
mod inspecting;
mod measuring;
mod worker;

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::anyhow;
use eframe::egui::ViewportBuilder;

use crate::lab::catalog::Catalog;
use remembered::{Remembered, Start};

pub(crate) use app::LockstepApp;

/// How a window came to its end.
pub(crate) enum Ended {
    Closed,
    /// There was none, and why: eframe answers an error without a display, and panics where a library of the window system
    /// is missing.
    NeverOpened(String),
}

/// Opens the window and returns when it is closed. An error is one of a window that was open.
pub(crate) fn open(catalog: &Catalog) -> anyhow::Result<Ended> {
    let viewport = ViewportBuilder::default()
        .with_title("Lockstep")
        .with_app_id("lockstep")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([800.0, 560.0]);
    let start = Start::read();
    let viewport = match start.kept.as_ref().and_then(Remembered::window) {
        Some(place) => place.restore(viewport),
        None => viewport,
    };
    let options = eframe::NativeOptions { viewport, ..Default::default() };
    let catalog = catalog.clone();
    // The panic's own message would be a page of backtrace about a missing library.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let restore = std::sync::Arc::new(std::sync::Mutex::new(Some(hook)));
    let opened = restore.clone();
    let run = catch_unwind(AssertUnwindSafe(|| {
        eframe::run_native(
            "Lockstep",
            options,
            Box::new(move |context| {
                give_back(&opened);
                Ok(Box::new(LockstepApp::new(&context.egui_ctx, catalog, &start)))
            }),
        )
    }));
    let was_open = !give_back(&restore);
    let why = match run {
        Ok(Ok(())) => return Ok(Ended::Closed),
        Ok(Err(error)) => last_clause(&error.to_string()).to_owned(),
        Err(panic) => words(&*panic).to_owned(),
    };
    match was_open {
        true => Err(anyhow!("the window failed: {why}")),
        false => Ok(Ended::NeverOpened(why)),
    }
}

type Hook = Box<dyn Fn(&std::panic::PanicHookInfo<'_>) + Sync + Send>;

/// Puts the usual panic messages back; false where that had been done.
fn give_back(hook: &std::sync::Mutex<Option<Hook>>) -> bool {
    let hook = hook.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    hook.map(std::panic::set_hook).is_some()
}

/// What an error comes down to: winit puts the place in its own source before it.
fn last_clause(error: &str) -> &str {
    error.rsplit(": ").next().unwrap_or(error).trim_end_matches('.')
}

/// The first line of a panic's message.
fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.and_then(|text| text.lines().next()).unwrap_or("the window system failed").trim_end_matches('.')
}

#[cfg(test)]
mod tests;
