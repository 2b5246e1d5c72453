//! Every design and scenario there is: the built-in ones, and a user's own laid over them.

mod folder;

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use lockstep_shared::design::Design;

use super::scenario::{Group, Scenario};
use super::spelling::closest;

mod built_in {
    include!(concat!(env!("OUT_DIR"), "/built_in.rs"));
}

/// The designs and scenarios of a lab, in the order of every list: the built-in ones first, then the user's by name.
#[derive(Clone, Debug)]
pub(crate) struct Catalog {
    designs: Vec<Design>,
    scenarios: Vec<Scenario>,
    lab: Option<PathBuf>,
}

impl Catalog {
    /// The built-in files, and over them those of `lab`: a file of the same name replaces, any other is added. An error
    /// names the file, says what is wrong with it and, where that is not plain, what to do.
    pub(crate) fn load(lab: Option<&Path>) -> anyhow::Result<Self> {
        let mut catalog = Self { designs: Vec::new(), scenarios: Vec::new(), lab: lab.map(Path::to_owned) };
        for (id, text) in built_in::DESIGNS {
            catalog.lay_design(id, &format!("designs/{id}.toml (built in)"), text)?;
        }
        for (id, text) in built_in::SCENARIOS {
            catalog.lay_scenario(id, &format!("scenarios/{id}.toml (built in)"), text)?;
        }
        if let Some(lab) = lab {
            folder::check(lab)?;
            for file in folder::toml_files(&lab.join("designs"))? {
                catalog.lay_design(&file.id, &file.name, &file.text)?;
            }
            for file in folder::toml_files(&lab.join("scenarios"))? {
                catalog.lay_scenario(&file.id, &file.name, &file.text)?;
            }
        }
        catalog.check_together()?;
        Ok(catalog)
    }

    /// All designs.
    pub(crate) fn designs(&self) -> &[Design] {
        &self.designs
    }

    /// All scenarios, the baseline included.
    pub(crate) fn scenarios(&self) -> &[Scenario] {
        &self.scenarios
    }

    /// The scenario that every other is held against.
    pub(crate) fn baseline(&self) -> &Scenario {
        let baseline = self.scenarios.iter().find(|scenario| scenario.group == Group::Baseline);
        baseline.expect("a catalogue without a baseline is not loaded")
    }

    /// The design of this id; the error lists those there are.
    pub(crate) fn design(&self, id: &str) -> anyhow::Result<&Design> {
        let ids = || self.designs.iter().map(|design| design.id.as_str());
        self.designs.iter().find(|design| design.id == id).ok_or_else(|| unknown("design", id, ids()))
    }

    /// Whether Lockstep itself has a design of this id.
    pub(crate) fn is_built_in(id: &str) -> bool {
        built_in::DESIGNS.iter().any(|(known, _)| *known == id)
    }

    /// The folder that was laid over what is built in.
    pub(crate) fn lab(&self) -> Option<&Path> {
        self.lab.as_deref()
    }

    /// The scenario of this id; the error lists those there are.
    pub(crate) fn scenario(&self, id: &str) -> anyhow::Result<&Scenario> {
        let ids = || self.scenarios.iter().map(|scenario| scenario.id.as_str());
        self.scenarios.iter().find(|scenario| scenario.id == id).ok_or_else(|| unknown("scenario", id, ids()))
    }

    /// The designs of these ids, each once and in the catalogue's order; all where none is named.
    pub(crate) fn select_designs(&self, ids: &[String]) -> anyhow::Result<Vec<&Design>> {
        for id in ids {
            self.design(id)?;
        }
        Ok(self.designs.iter().filter(|design| ids.is_empty() || ids.contains(&design.id)).collect())
    }

    /// The scenarios of these ids or groups, each once and in the catalogue's order; all but the baseline where none is
    /// named. A name that is both is the scenario's.
    pub(crate) fn select_scenarios(&self, names: &[String]) -> anyhow::Result<Vec<&Scenario>> {
        let (mut ids, mut groups) = (Vec::new(), Vec::new());
        for name in names {
            if self.scenarios.iter().any(|scenario| scenario.id == *name) {
                ids.push(name.as_str());
            } else if self.groups().any(|group| group.name() == name) {
                groups.push(name.as_str());
            } else {
                let known = self.scenarios.iter().map(|scenario| scenario.id.as_str());
                let groups = self.groups().map(|group| group.name()).filter(|group| self.scenario(group).is_err());
                return Err(unknown("scenario or group", name, known.chain(groups)));
            }
        }
        let wanted = |scenario: &&Scenario| match names.is_empty() {
            true => scenario.group != Group::Baseline,
            false => ids.contains(&scenario.id.as_str()) || groups.contains(&scenario.group.name()),
        };
        Ok(self.scenarios.iter().filter(wanted).collect())
    }

    /// The groups that have a scenario.
    fn groups(&self) -> impl Iterator<Item = Group> {
        Group::ALL.into_iter().filter(|group| self.scenarios.iter().any(|scenario| scenario.group == *group))
    }

    fn lay_design(&mut self, id: &str, file: &str, text: &str) -> anyhow::Result<()> {
        let design = Design::parse(id, file, text)?;
        lay(&mut self.designs, design, |design| &design.id);
        Ok(())
    }

    fn lay_scenario(&mut self, id: &str, file: &str, text: &str) -> anyhow::Result<()> {
        let scenario = Scenario::parse(id, file, text)?;
        lay(&mut self.scenarios, scenario, |scenario| &scenario.id);
        Ok(())
    }

    /// What no file can be checked for alone.
    fn check_together(&self) -> anyhow::Result<()> {
        let baselines: Vec<&str> =
            self.scenarios.iter().filter(|one| one.group == Group::Baseline).map(|one| one.id.as_str()).collect();
        match baselines.as_slice() {
            [_] => {}
            [] => bail!("no scenario has group = \"baseline\": the others have nothing to be held against"),
            more => bail!("only one scenario can have group = \"baseline\", and {} have it", more.join(" and ")),
        }
        for scenario in &self.scenarios {
            for (_, design) in scenario.expect.keys() {
                self.design(design)
                    .with_context(|| format!("scenario {}: its [expect] names a design", scenario.id))?;
            }
        }
        Ok(())
    }
}

/// Replaces the entry of the same id where it stands, or adds one at the end.
fn lay<T>(all: &mut Vec<T>, new: T, id: fn(&T) -> &String) {
    match all.iter_mut().find(|old| id(old) == id(&new)) {
        Some(old) => *old = new,
        None => all.push(new),
    }
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> anyhow::Error {
    let known: Vec<&str> = known.collect();
    let close = closest(name, known.iter().copied()).map(|close| format!("did you mean {close}? "));
    anyhow!("no {what} is called `{name}`: {}there are {}", close.unwrap_or_default(), known.join(", "))
}

#[cfg(test)]
mod tests;
