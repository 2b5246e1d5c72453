//! The rows and columns of a comparison, in the order in which they stand.

use lockstep_shared::design::{Design, Kind};

use crate::lab::outcome::{Cell, Comparison};
use crate::lab::scenario::{Group, Scenario, Thief};

/// One design.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) family: Family,
    /// Whether the catalogue has it, so that it can be run.
    pub(crate) known: bool,
}

/// What a design's access credential is, as far as lists are divided by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Family {
    Session,
    Jwt,
    /// Something between the two.
    Other,
}

/// One scenario in one of the thief's worlds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) scenario: String,
    pub(crate) title: String,
    pub(crate) question: String,
    /// None for one that the catalogue does not have.
    pub(crate) group: Option<Group>,
    pub(crate) thief: Option<Thief>,
    /// Whether the catalogue has it, so that it can be run.
    pub(crate) known: bool,
}

impl Column {
    pub(super) fn of(design: &Design) -> Self {
        Self {
            id: design.id.clone(),
            title: design.title.clone(),
            summary: design.summary.clone(),
            family: Family::of(design.kind),
            known: true,
        }
    }

    /// A design that an opened file alone has.
    pub(super) fn unknown(id: &str, kept: Option<&Comparison>) -> Self {
        let about = kept.and_then(|kept| kept.designs.iter().find(|about| about.id == id));
        Self {
            id: id.to_owned(),
            title: about.map_or_else(|| id.to_owned(), |about| about.title.clone()),
            summary: about.map(|about| about.summary.clone()).unwrap_or_default(),
            family: about.map_or(Family::Other, |about| Family::of(about.kind)),
            known: false,
        }
    }

    /// The id without the family's name before it, which stands above a whole family's columns.
    pub(crate) fn short(&self) -> &str {
        let family = match self.family {
            Family::Session => "session-",
            Family::Jwt => "jwt-",
            Family::Other => "",
        };
        self.id.strip_prefix(family).filter(|rest| !rest.is_empty()).unwrap_or(&self.id)
    }
}

impl Family {
    pub(crate) const ALL: [Self; 3] = [Self::Session, Self::Jwt, Self::Other];

    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Session => Self::Session,
            Kind::Jwt => Self::Jwt,
            _ => Self::Other,
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Session => "Session",
            Self::Jwt => "JWT",
            Self::Other => "Other kinds",
        }
    }
}

impl Row {
    /// A scenario that an opened file alone has.
    pub(super) fn unknown(cell: &Cell, kept: Option<&Comparison>) -> Self {
        let about = kept.and_then(|kept| kept.scenarios.iter().find(|about| about.id == cell.scenario));
        Self {
            scenario: cell.scenario.clone(),
            title: about.map_or_else(|| cell.scenario.clone(), |about| about.title.clone()),
            question: about.map(|about| about.question.clone()).unwrap_or_default(),
            group: about.map(|about| about.group),
            thief: cell.thief,
            known: false,
        }
    }

    /// Whether a cell stands in this row.
    pub(super) fn is_of(&self, cell: &Cell) -> bool {
        self.scenario == cell.scenario && self.thief == cell.thief
    }

    /// The heading above rows of the same group.
    pub(crate) fn heading(&self) -> &'static str {
        self.group.map_or("Only in the opened file", title)
    }
}

/// A group's name in a heading.
pub(crate) fn title(group: Group) -> &'static str {
    match group {
        Group::Baseline => "Baseline",
        Group::Theft => "Theft",
        Group::Ending => "Ending",
        Group::Refresh => "Refresh",
        Group::Expiry => "Expiry",
        Group::Operations => "Operations",
        Group::Races => "Races",
        Group::Forging => "Forging",
        Group::Script => "Script",
        Group::Web => "Web",
    }
}

/// A row for each world of each scenario, group by group; the baseline, which the others are held against, is none.
pub(super) fn rows(scenarios: &[Scenario]) -> Vec<Row> {
    let listed = scenarios.iter().filter(|scenario| scenario.group != Group::Baseline);
    let mut rows: Vec<Row> = listed.flat_map(of).collect();
    // A stable sort keeps the catalogue's order within a group, and groups come in the order of their first scenario.
    let mut groups: Vec<Option<Group>> = Vec::new();
    for row in &rows {
        if !groups.contains(&row.group) {
            groups.push(row.group);
        }
    }
    rows.sort_by_key(|row| groups.iter().position(|group| *group == row.group));
    rows
}

fn of(scenario: &Scenario) -> impl Iterator<Item = Row> {
    scenario.worlds().into_iter().map(|thief| Row {
        scenario: scenario.id.clone(),
        title: scenario.title.clone(),
        question: scenario.question.clone(),
        group: Some(scenario.group),
        thief,
        known: true,
    })
}
