//! The window as eframe knows it: takes in events, draws, hands on commands.

use std::sync::Arc;

use eframe::egui::{self, Context, Ui};
use lockstep_shared::clock::Clock;

use super::comparing::folder;
use super::worker::Worker;
use crate::lab::catalog::Catalog;
use crate::state::event::Event;
use crate::state::model::Model;
use crate::ui::{self, UiMemory};

/// The window.
pub(crate) struct LockstepApp {
    pub(crate) model: Model,
    memory: UiMemory,
    worker: Worker,
}

impl LockstepApp {
    /// Starts the lab behind the window. It shows the first design of each kind.
    pub(crate) fn new(ctx: &Context, catalog: Catalog) -> Self {
        ui::install(ctx);
        let wake = ctx.clone();
        Self::behind(catalog, move || wake.request_repaint())
    }

    /// Starts the lab; `wake` is called whenever there is something new to draw.
    pub(super) fn behind(catalog: Catalog, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let clock = Clock::wall();
        let mut model = Model::new(clock.clone(), catalog.designs().to_vec(), catalog.scenarios(), folder());
        model.designing.folder = designs_folder(&catalog);
        let worker = Worker::start(Arc::new(catalog), clock, wake);
        Self { model, memory: UiMemory::default(), worker }
    }

    /// Takes in what the lab has reported since the last frame.
    pub(crate) fn logic(&mut self) {
        while let Some(event) = self.worker.next_event() {
            self.model.apply(event);
        }
    }

    /// Draws one frame and hands on what was asked for in it.
    pub(crate) fn draw(&mut self, ui: &mut Ui) {
        let mut commands = Vec::new();
        ui::shell::show(ui, &self.model, &mut self.memory, &mut commands);
        for command in commands {
            if let Err(gone) = self.worker.send(command) {
                self.model.apply(Event::Failed { side: None, what: gone.to_string() });
            }
        }
    }

    /// Waits for the lab's next report, for tests that can't look in again later; false where none comes.
    #[cfg(test)]
    pub(crate) fn wait(&mut self) -> bool {
        let event = self.worker.wait_for_event();
        let came = event.is_some();
        event.into_iter().for_each(|event| self.model.apply(event));
        came
    }
}

/// The lab folder that the window was started with, or one in the user's own.
fn designs_folder(catalog: &Catalog) -> String {
    let own = || std::path::Path::new(&folder()).join("my-lab");
    catalog.lab().map_or_else(own, std::path::Path::to_owned).display().to_string()
}

impl eframe::App for LockstepApp {
    fn logic(&mut self, _: &Context, _: &mut eframe::Frame) {
        self.logic();
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        self.draw(ui);
    }
}
