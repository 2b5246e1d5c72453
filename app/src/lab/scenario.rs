//! A scenario: a script of steps by actors, with a mark where access should end, as data that is checked when it is
//! loaded.

mod parse;
mod rules;
mod step;
mod verb;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::expectation::Expectation;

pub(crate) use step::{Doer, Step};
pub(crate) use verb::{Copying, Glimpse, Verb};

/// One script. Read from `scenarios/<id>.toml`; it names no design but in its expectations.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scenario {
    /// The file's name without its ending.
    pub(crate) id: String,
    /// A short name for a heading.
    pub(crate) title: String,
    /// What it finds out.
    pub(crate) question: String,
    pub(crate) group: Group,
    /// The numbers of the claims that it tests.
    pub(crate) claims: Vec<u32>,
    /// The worlds it is run in, by what the thief copied; where this is empty there is one world and no thief.
    pub(crate) thief: Vec<Thief>,
    /// The baseline's world that a scenario of one world is held against; None: it is held against nothing.
    pub(crate) baseline: Option<Thief>,
    pub(crate) steps: Vec<Step>,
    pub(crate) expect: Expectations,
    /// Why a cell comes to something else with a real browser than with agents, by the design's id.
    pub(crate) browser: BTreeMap<String, String>,
}

/// What is expected, by world and by the design's id.
pub(crate) type Expectations = BTreeMap<(Option<Thief>, String), Expectation>;

/// What a scenario is about: how lists are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Group {
    /// Nothing happens: what every other scenario is held against.
    Baseline,
    Theft,
    Ending,
    Refresh,
    Expiry,
    Operations,
    Races,
    Forging,
    Script,
    Web,
}

/// What the thief copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Thief {
    /// The access credential alone.
    Access,
    /// The refresh token too. The laptop keeps quiet after the mark.
    Everything,
}

impl Scenario {
    /// Reads a scenario and checks it. `file` names the source in errors, which fit on one line.
    pub(crate) fn parse(id: &str, file: &str, toml: &str) -> anyhow::Result<Self> {
        parse::scenario(id, file, toml)
    }

    /// The worlds to run it in: one for each thing that the thief may have copied, or the one there is.
    pub(crate) fn worlds(&self) -> Vec<Option<Thief>> {
        match self.thief.as_slice() {
            [] => vec![None],
            thief => thief.iter().copied().map(Some).collect(),
        }
    }

    /// The steps of one world, each with its number in the file, counted from 1.
    pub(crate) fn steps_in(&self, world: Option<Thief>) -> impl Iterator<Item = (usize, &Step)> {
        let here = move |step: &Step| step.only.is_none() || step.only == world;
        self.steps.iter().enumerate().filter(move |(_, step)| here(step)).map(|(at, step)| (at + 1, step))
    }

    /// Who keeps quiet after the mark in one world.
    pub(crate) fn quiet_in(&self, world: Option<Thief>) -> Vec<Actor> {
        let named = self.steps_in(world).find_map(|(_, step)| match &step.verb {
            Verb::KeepTrying { quiet, .. } => Some(quiet.as_slice()),
            _ => None,
        });
        let named = named.unwrap_or_default();
        let by_theft = |actor: Actor| actor == Actor::Laptop && world == Some(Thief::Everything);
        Actor::MEASURED.into_iter().filter(|actor| by_theft(*actor) || named.contains(actor)).collect()
    }

    /// The baseline's world that an actor is held against. The laptop, who is not asked in one of them, is held against
    /// the other: what becomes of its own login does not depend on what was copied.
    pub(crate) fn baseline_of(&self, actor: Actor, world: Option<Thief>) -> Option<Thief> {
        match (world, self.baseline) {
            (None, Some(_)) if actor == Actor::Laptop => Some(Thief::Access),
            (None, named) => named,
            (world, _) => world,
        }
    }

    /// What is expected of a design in one world, where the file says something about it.
    pub(crate) fn expected(&self, world: Option<Thief>, design: &str) -> Option<&Expectation> {
        self.expect.iter().find(|((thief, id), _)| *thief == world && id == design).map(|(_, expected)| expected)
    }
}

impl Group {
    pub(crate) const ALL: [Self; 10] = [
        Self::Baseline,
        Self::Theft,
        Self::Ending,
        Self::Refresh,
        Self::Expiry,
        Self::Operations,
        Self::Races,
        Self::Forging,
        Self::Script,
        Self::Web,
    ];

    /// The name in scenario files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Theft => "theft",
            Self::Ending => "ending",
            Self::Refresh => "refresh",
            Self::Expiry => "expiry",
            Self::Operations => "operations",
            Self::Races => "races",
            Self::Forging => "forging",
            Self::Script => "script",
            Self::Web => "web",
        }
    }
}

impl Thief {
    pub(crate) const ALL: [Self; 2] = [Self::Access, Self::Everything];

    /// The name in scenario files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Everything => "everything",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Thief {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;
