//! A scenario done by hand in the left lane: each press is its next step, by the same code that measures cells.

use super::Bench;
use crate::lab::actor::Actor;
use crate::lab::outcome::NotApplicable;
use crate::lab::scenario::{Scenario, Step, Thief, Verb};
use crate::lab::stage::Stage;
use crate::lab::steps;
use crate::lab::view::Access;
use crate::state::command::{CellId, Side};
use crate::state::event::Event;
use crate::state::walk::{Walk, WalkStep};

/// The lane that it is done in.
pub(super) const SIDE: Side = Side::Left;

/// The scenario, and how far it has come.
pub(super) struct Walking {
    scenario: Scenario,
    world: Option<Thief>,
    design: String,
    steps: Vec<Step>,
    said: Vec<Result<String, String>>,
}

impl Bench {
    /// Starts the left lane afresh with a cell's design, and lays the cell's scenario beside it.
    pub(super) async fn step_through(&mut self, cell: &CellId) {
        self.reports.send(Event::Began { label: "Starting the lane".to_owned() });
        let found = self.catalog.design(&cell.design).and_then(|design| {
            let scenario = self.catalog.scenario(&cell.scenario)?;
            Ok((design.clone(), scenario.clone()))
        });
        let (design, scenario) = match found {
            Ok(found) => found,
            Err(why) => return self.fail(Some(SIDE), &why.to_string()),
        };
        let steps = scenario.steps_in(cell.thief).map(|(_, step)| step.clone()).collect();
        let title = design.title.clone();
        self.walking = Some(Walking { scenario, world: cell.thief, design: title, steps, said: Vec::new() });
        let _ = self.start(SIDE, design).await;
        self.tell_steps();
        self.end("the left lane is ready for the first step".to_owned());
    }

    /// Does the next step, and looks who is inside after it.
    pub(super) async fn next_step(&mut self) {
        let Some(walking) = &self.walking else { return };
        let Some(step) = walking.steps.get(walking.said.len()).cloned() else { return };
        let world = walking.world;
        self.reports.send(Event::Began { label: format!("Step {}", walking.said.len() + 1) });
        let said = self.do_step(&step, world).await;
        let told = match &said {
            Ok(said) | Err(said) => said.clone(),
        };
        if let Some(walking) = &mut self.walking {
            walking.said.push(said);
        }
        self.tell_steps();
        self.end(told);
    }

    pub(super) fn leave_steps(&mut self) {
        if self.walking.take().is_some() {
            self.reports.send(Event::Walked(None));
        }
    }

    async fn do_step(&mut self, step: &Step, world: Option<Thief>) -> Result<String, String> {
        if let Verb::Advance { by } = &step.verb {
            self.advance(by.duration()).await;
            return Ok(format!("{by} passed in both lanes"));
        }
        let Some(stage) = &mut self.lanes[SIDE.index()] else { return Err("the left lane does not run".to_owned()) };
        if matches!(step.verb, Verb::KeepTrying { .. }) {
            self.ask_around(SIDE).await;
            let stage = self.lanes[SIDE.index()].as_ref();
            return Ok(stage.map(who_is_in).unwrap_or_default());
        }
        let done = steps::perform(stage, step.by, &step.verb, world).await;
        let said = match done {
            Ok(done) => {
                let label = step.verb.name().replace('-', " ");
                stage.mark_step(&label, step.mark, step.by, &step.verb, done.number);
                Ok(done.said)
            }
            Err(why) if why.downcast_ref::<NotApplicable>().is_some() => Err(format!("Not applicable: {why:#}")),
            Err(why) => Err(format!("{why:#}")),
        };
        self.ask_around(SIDE).await;
        said
    }

    /// Shows the scenario as it stands.
    fn tell_steps(&self) {
        let walk = self.walking.as_ref().map(|walking| {
            let steps = walking.steps.iter().enumerate().map(|(at, step)| WalkStep {
                words: in_words(step),
                mark: step.mark,
                said: walking.said.get(at).cloned(),
            });
            Box::new(Walk {
                design: walking.design.clone(),
                scenario: walking.scenario.title.clone(),
                question: walking.scenario.question.clone(),
                thief: walking.world,
                steps: steps.collect(),
                done: walking.said.len(),
            })
        });
        self.reports.send(Event::Walked(walk));
    }
}

/// A step as people say it; its file has the short names.
fn in_words(step: &Step) -> String {
    let words = step.to_string().replace("log-in", "log in").replace("log-out", "log out");
    match &step.verb {
        Verb::Probe => words.replacen(": probe", " asks whether it is still let in", 1),
        Verb::KeepTrying { .. } => words.replacen("everyone: keep-trying", "everybody goes on trying", 1),
        verb => words.replacen(verb.name(), &verb.name().replace('-', " "), 1),
    }
}

/// Who was let in and who was not, when each last asked.
fn who_is_in(stage: &Stage) -> String {
    let told = |actor: Actor| {
        let state = match stage.presence(actor).access() {
            Access::NeverIn => return None,
            Access::Inside => "is still inside",
            Access::Unavailable => "got no answer",
            Access::Out { .. } => "is out",
        };
        Some(format!("{actor} {state}"))
    };
    let told: Vec<String> = Actor::MEASURED.into_iter().filter_map(told).collect();
    format!("{}. Move the lab clock to see how long that lasts", told.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::catalog::Catalog;

    #[test]
    fn no_step_shows_the_name_that_a_file_has() {
        let catalog = Catalog::load(None).expect("the built-in files are right");
        for scenario in catalog.scenarios() {
            for (_, step) in scenario.steps_in(None) {
                let words = in_words(step);
                let shown =
                    ["keep-trying", ": probe", "log-in", "log-out"].into_iter().find(|name| words.contains(name));
                assert_eq!(shown, None, "{words}");
            }
        }
    }
}
