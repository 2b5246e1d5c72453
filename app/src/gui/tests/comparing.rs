//! The comparison driven by its labels: cells are measured beside the lanes, kept, opened, and stepped through.

use std::sync::Arc;

use lockstep_shared::clock::Clock;
use lockstep_shared::design::Store;

use super::super::worker::Worker;
use super::*;
use crate::state::command::{Command, Selection};
use crate::state::comparing::Report;
use crate::state::event::Event;

const FIND: &str = "Find scenario or design";

impl Window {
    /// Shows the comparison with one scenario and one family of designs in it.
    fn at_few_cells(scenario: &str) -> Self {
        let mut window = Self::open();
        window.unfold("Comparison");
        window.unfold("Designs shown: All designs");
        window.unfold("Session");
        window.type_into(Role::TextInput, FIND, scenario);
        window
    }

    /// Measures what is shown.
    fn measure(&mut self) {
        self.unfold("Run what is shown");
        self.until(|app| app.model.comparing.running.is_some());
        self.until(|app| app.model.comparing.running.is_none());
    }
}

fn a_scenario() -> crate::lab::scenario::Scenario {
    let catalog = Catalog::load(None).expect("the built-in files are right");
    let wanted = |scenario: &&crate::lab::scenario::Scenario| {
        scenario.steps.iter().any(|step| step.mark && step.verb.name() == "log-out-everywhere")
    };
    catalog.scenarios().iter().find(wanted).expect("there is one").clone()
}

#[test]
fn cells_come_as_they_are_measured_and_are_kept_and_opened() {
    let scenario = a_scenario();
    let mut window = Window::at_few_cells(&scenario.title);
    window.measure();
    let comparing = &window.0.state().model.comparing;
    let sessions = comparing.columns.iter().filter(|column| column.family == crate::state::comparing::Family::Session);
    let expected = sessions.count() * scenario.worlds().len();
    let totals = comparing.totals;
    assert_eq!((totals.cells as usize, totals.broken, totals.unexpected), (expected, 0, 0), "{:?}", comparing.note);
    window.reads(&format!("{} · thief with access × ", scenario.title));

    let folder = tempfile::tempdir().expect("there is room for a file");
    let path = folder.path().join("kept.json");
    window.unfold("Export…");
    window.unfold("As JSON");
    window.type_into(Role::TextInput, "File", path.to_str().expect("is UTF-8"));
    window.unfold("Write the file");
    window.until(|app| app.model.comparing.file.count == 1);
    assert!(path.is_file(), "{:?}", window.0.state().model.comparing.file);
    window.unfold("Write the file");
    window.until(|app| app.model.comparing.file.count == 2);
    assert!(window.0.state().model.comparing.file.exists, "a file is not written over unasked");
    window.unfold("Replace the file");
    window.until(|app| app.model.comparing.file.count == 3);
    assert!(matches!(window.0.state().model.comparing.file.last, Some(Ok(_))));
    window.0.key_press(Key::Escape);
    window.draw();

    window.unfold("Open…");
    window.type_into(Role::TextInput, "File", "/nowhere/at all.json");
    window.unfold("Open this file");
    window.until(|app| matches!(app.model.comparing.file.last, Some(Err(_))));
    window.type_into(Role::TextInput, "File", path.to_str().expect("is UTF-8"));
    window.unfold("Open this file");
    window.until(|app| app.model.comparing.opened.is_some());
    assert_eq!(window.0.state().model.comparing.totals, totals, "what is opened is what was kept");
}

#[test]
fn a_cancelled_run_keeps_what_it_has_and_the_lanes_stay_free() {
    let mut window = Window::open();
    window.unfold("Comparison");
    window.unfold("Run all");
    window.until(|app| app.model.comparing.totals.cells > 0);
    window.unfold("Playground");
    window.press("Log in");
    window.reads("left Victim · laptop: inside");
    window.unfold("Comparison");
    window.unfold("Cancel");
    window.until(|app| app.model.comparing.running.is_none());
    let comparing = &window.0.state().model.comparing;
    let note = comparing.note.as_ref().expect("it says that it was stopped");
    assert!(note.words.starts_with("Stopped after ") && !note.is_failure, "{note:?}");
    let all = comparing.rows.len() * comparing.columns.len();
    assert!(comparing.totals.cells > 0 && (comparing.totals.cells as usize) < all);

    // A window that is closed in the middle of a run ends with it.
    window.unfold("Run all");
    window.until(|app| app.model.comparing.running.is_some());
}

#[test]
fn a_cell_is_stepped_through_in_the_left_lane() {
    let scenario = a_scenario();
    let mut window = Window::at_few_cells(&scenario.title);
    window.measure();
    let name = format!("{} · thief with access × ", scenario.title);
    window.0.query_all_by_label_contains(&name).next().expect("the cell is there").click();
    window.draw();
    window.unfold("Step through it in the playground");
    window.until(|app| app.model.walk.is_some() && app.model.busy.is_none());
    let steps = window.0.state().model.walk.as_ref().map_or(0, |walk| walk.steps.len());
    for done in 1..=steps {
        window.press("Next step");
        let walk = window.0.state().model.walk.as_ref().expect("it is still there");
        assert_eq!(walk.done, done);
        assert!(walk.steps[done - 1].said.as_ref().is_some_and(Result::is_ok), "{:?}", walk.steps[done - 1]);
    }
    assert!(matches!(window.access(Side::Left, Actor::Attacker), Access::Out { own_act: false, .. }));
    assert_eq!(window.access(Side::Left, Actor::Bystander), Access::Inside);
    window.unfold("Put the scenario away");
    window.until(|app| app.model.walk.is_none());
}

/// Behind a run's end there is some clearing up to do (a Redis server to stop, where a cell needed one): nobody who has read
/// that it ended need wait for that.
#[test]
fn a_run_begins_also_where_the_last_one_has_only_just_ended() {
    let catalog = Catalog::load(None).expect("the built-in files are right");
    let designs = catalog.designs().iter().filter(|design| design.store == Store::Redis);
    let designs = designs.map(|design| design.id.clone()).collect();
    let selection = Selection { designs, scenarios: [catalog.baseline().id.clone()].into_iter().collect() };
    let worker = Worker::start(Arc::new(catalog), Clock::wall(), Default::default(), Arc::new(|| {}));
    let until = |what: &str, wanted: fn(&Report) -> bool| loop {
        match worker.wait_for_event() {
            Some(Event::Comparison(report)) if wanted(&report) => return,
            Some(_) => {}
            None => panic!("never {what}"),
        }
    };
    for _ in 0..3 {
        worker.send(Command::Compare(selection.clone())).expect("the lab is there");
        until("began", |report| matches!(report, Report::Began(_)));
        until("ended", |report| matches!(report, Report::Ended { .. }));
    }
}
