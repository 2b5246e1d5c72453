//! The window as eframe knows it: takes in events, draws, hands on commands, and keeps its state for the next time.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{self, Context, Ui, ViewportCommand};
use lockstep_shared::clock::Clock;

use super::comparing::folder;
use super::finder::Finder;
use super::inspecting::Inspector;
use super::remembered::{self, Keeper, Remembered, Start};
use super::worker::{Wake, Worker};
use crate::lab::catalog::Catalog;
use crate::state::command::Command;
use crate::state::event::Event;
use crate::state::inspecting::{Ask, KeyGiven, Report};
use crate::state::model::Model;
use crate::ui::{self, UiMemory};

/// In this frame the system has placed the window, so that it can be seen where that is.
const PLACED: u64 = 3;

/// The window.
pub(crate) struct LockstepApp {
    pub(crate) model: Model,
    pub(super) memory: UiMemory,
    worker: Worker,
    finder: Finder,
    inspector: Inspector,
    catalog: Arc<Catalog>,
    wake: Wake,
    keeper: Keeper,
}

impl LockstepApp {
    /// Starts the lab behind the window, which looks as it did the last time.
    pub(super) fn new(ctx: &Context, catalog: Catalog, start: &Start) -> Self {
        ui::install(ctx);
        let wake = ctx.clone();
        Self::behind(catalog, start, move || wake.request_repaint())
    }

    /// Starts the lab; `wake` is called whenever there is something new to draw.
    pub(super) fn behind(catalog: Catalog, start: &Start, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (catalog, wake): (_, Wake) = (Arc::new(catalog), Arc::new(wake));
        let mut memory = UiMemory::default();
        let mut designs = Default::default();
        if let Some(kept) = &start.kept {
            kept.give_back(&mut memory);
            designs = kept.designs();
        }
        let mut missing = designs.iter().flatten().filter(|id| catalog.design(id).is_err());
        let gone = missing.next().map(|id| format!("The design {id}, which was shown last, is not there any more"));
        memory.notice = start.trouble.clone().or(gone);
        let (model, worker) = lab(&catalog, designs, &wake);
        for (side, changed) in start.kept.iter().flat_map(Remembered::changed) {
            let sent = changed.map(|design| worker.send(Command::ApplyDesign(side, Box::new(design))));
            // A lab that is gone says so itself.
            memory.notice = memory.notice.or_else(|| sent.err().map(|why| why.to_string()));
        }
        let (finder, inspector) = (Finder::start(wake.clone()), Inspector::start(wake.clone()));
        Self { model, memory, worker, finder, inspector, catalog, wake, keeper: Keeper::new(start) }
    }

    /// Takes in what the lab has reported since the last frame.
    pub(crate) fn logic(&mut self) {
        while let Some(event) = self.worker.next_event() {
            self.take_in(event);
        }
        self.look_up();
    }

    /// A lane's keys go on to whoever checks with them.
    fn take_in(&mut self, event: Event) {
        if let Event::Inspected(Report::LaneKeys { side, keys }) = &event {
            let ask = match keys {
                Ok(keys) => Ask::Key(KeyGiven::Lane(*side, keys.clone())),
                Err(why) => Ask::NoKey(why.clone()),
            };
            self.inspector.ask(ask, self.model.now());
        }
        self.model.apply(event);
    }

    /// Takes in what was found, and has what was recorded meanwhile searched.
    fn look_up(&mut self) {
        while let Some(event) = self.finder.next_event() {
            self.model.apply(event);
        }
        self.finder.keep_up(&self.model.traffic);
        while let Some(event) = self.inspector.next_event() {
            self.model.apply(event);
        }
    }

    /// Draws one frame and hands on what was asked for in it.
    pub(crate) fn draw(&mut self, ui: &mut Ui) {
        let mut commands = Vec::new();
        ui::shell::show(ui, &self.model, &mut self.memory, &mut commands);
        for command in commands {
            self.hand_on(command);
        }
        let (now, seen) = ui.input(|input| (input.time, input.viewport().clone()));
        let state = Remembered::of(&self.model, &self.memory, &seen, self.keeper.last());
        if let Some(secs) = self.keeper.note(now, state) {
            ui.ctx().request_repaint_after(Duration::from_secs_f64(secs));
        }
        if let Some(why) = self.keeper.failure() {
            self.memory.notice = Some(why);
        }
    }

    pub(super) fn hand_on(&mut self, command: Command) {
        if matches!(command, Command::StartLab) {
            let (model, worker) = lab(&self.catalog, Default::default(), &self.wake);
            (self.model, self.worker) = (model, worker);
            return;
        }
        let Some(command) = self.finder.carry_out(command, &self.model.traffic) else { return };
        let Some(command) = self.inspector.carry_out(command, self.model.now()) else { return };
        // From now on, and not only once the thread has taken it up: a second click must find the lanes busy.
        let taken = command.takes_the_lanes().then(|| self.memory.last.clone()).flatten();
        match self.worker.send(command) {
            Ok(()) => taken.into_iter().for_each(|label| self.model.apply(Event::Began { label })),
            // Its last words are on their way, or have been taken in.
            Err(_gone) => self.model.apply(Event::Stopped),
        }
    }

    /// Waits for the lab's next report, for tests that can't look in again later; false where none comes.
    #[cfg(test)]
    pub(crate) fn wait(&mut self) -> bool {
        let event = match (self.finder.is_searching(), self.inspector.is_working()) {
            (true, _) => self.finder.wait_for_event(),
            (false, true) => self.inspector.wait_for_event(),
            (false, false) => self.worker.wait_for_event(),
        };
        let came = event.is_some();
        event.into_iter().for_each(|event| self.take_in(event));
        self.look_up();
        came
    }
}

/// The lab folder that the window was started with, or one in the user's own.
fn designs_folder(catalog: &Catalog) -> String {
    let own = || std::path::Path::new(&folder()).join("my-lab");
    catalog.lab().map_or_else(own, std::path::Path::to_owned).display().to_string()
}

/// A lab, and what is known of it before it has said anything.
fn lab(catalog: &Arc<Catalog>, first: [Option<String>; 2], wake: &Wake) -> (Model, Worker) {
    let clock = Clock::wall();
    let mut model = Model::new(clock.clone(), catalog.designs().to_vec(), catalog.scenarios(), folder());
    model.designing.folder = designs_folder(catalog);
    (model, Worker::start(catalog.clone(), clock, first, wake.clone()))
}

impl eframe::App for LockstepApp {
    fn logic(&mut self, _: &Context, _: &mut eframe::Frame) {
        self.logic();
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.draw(ui);
        let number = ui.ctx().cumulative_frame_nr();
        if number < PLACED {
            ui.ctx().request_repaint();
        } else if number == PLACED
            && let Some(at) = remembered::rescue_window(frame)
        {
            let at = at / ui.ctx().pixels_per_point();
            ui.ctx().send_viewport_cmd(ViewportCommand::OuterPosition(at));
        }
    }
}
