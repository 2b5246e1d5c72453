//! A comparison laid out: rows by group and scenario, a column for each design, and a place for each cell. What a kept
//! result does not say of a design or scenario, its id says.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_shared::design::Kind;

use crate::lab::digest::{Digest, digest};
use crate::lab::outcome::{AboutScenario, Cell, Comparison, Status};
use crate::lab::scenario::{Group, Thief};

/// Everything that a report shows, where it shows it.
pub(super) struct Sheet<'a> {
    pub(super) columns: Vec<Column<'a>>,
    pub(super) sections: Vec<Section<'a>>,
    /// Every cell, in the order of the comparison.
    pub(super) cells: Vec<Entry<'a>>,
}

/// One cell with its glance.
pub(super) struct Entry<'a> {
    pub(super) cell: &'a Cell,
    pub(super) digest: Digest,
    pub(super) scenario_title: &'a str,
    pub(super) design_title: &'a str,
}

/// A design.
pub(super) struct Column<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) summary: &'a str,
    pub(super) kind: Option<Kind>,
}

/// The rows of one group.
pub(super) struct Section<'a> {
    /// None where nobody knows.
    pub(super) group: Option<Group>,
    pub(super) rows: Vec<Row<'a>>,
}

/// A scenario in one of its worlds.
pub(super) struct Row<'a> {
    pub(super) title: &'a str,
    pub(super) question: &'a str,
    pub(super) thief: Option<Thief>,
    /// How many rows the scenario has, on the first of them; 0 on the others.
    pub(super) worlds: usize,
    /// For each column the place of its cell in [`Sheet::cells`].
    pub(super) places: Vec<Option<usize>>,
}

impl<'a> Sheet<'a> {
    pub(super) fn of(comparison: &'a Comparison) -> Self {
        let cells = &comparison.cells;
        let columns = columns(comparison);
        let about: BTreeMap<&str, &AboutScenario> =
            comparison.scenarios.iter().map(|about| (about.id.as_str(), about)).collect();
        let titles: BTreeMap<&str, &str> = columns.iter().map(|column| (column.id, column.title)).collect();
        let place: BTreeMap<_, usize> = cells.iter().enumerate().map(|(at, cell)| (key(cell), at)).collect();
        let mut sections: Vec<Section<'a>> = Vec::new();
        for id in ids(cells.iter().map(|cell| cell.scenario.as_str())) {
            let group = about.get(id).map(|about| about.group);
            let at = sections.iter().position(|section| section.group == group).unwrap_or_else(|| {
                sections.push(Section { group, rows: Vec::new() });
                sections.len() - 1
            });
            let worlds: BTreeSet<Option<Thief>> =
                cells.iter().filter(|cell| cell.scenario == id).map(|cell| cell.thief).collect();
            let count = worlds.len();
            let row = |(at, thief): (usize, Option<Thief>)| Row {
                title: about.get(id).map_or(id, |about| about.title.as_str()),
                question: about.get(id).map_or("", |about| about.question.as_str()),
                thief,
                worlds: if at == 0 { count } else { 0 },
                places: columns.iter().map(|column| place.get(&(id, column.id, thief)).copied()).collect(),
            };
            sections[at].rows.extend(worlds.into_iter().enumerate().map(row));
        }
        let entry = |cell: &'a Cell| Entry {
            cell,
            digest: digest(cell),
            scenario_title: about.get(cell.scenario.as_str()).map_or(cell.scenario.as_str(), |about| &about.title),
            design_title: titles.get(cell.design.as_str()).copied().unwrap_or(&cell.design),
        };
        Self { cells: cells.iter().map(entry).collect(), columns, sections }
    }

    /// The places of the cells that are broken or not as expected.
    pub(super) fn odd(&self) -> Vec<usize> {
        let odd = |entry: &Entry<'_>| entry.cell.status == Status::Broken || entry.digest.unexpected;
        (0..self.cells.len()).filter(|at| odd(&self.cells[*at])).collect()
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &Row<'a>> {
        self.sections.iter().flat_map(|section| &section.rows)
    }
}

impl Entry<'_> {
    /// Why the cell did not come out as it should.
    pub(super) fn oddity(&self) -> String {
        match (&self.cell.mismatch, self.cell.status) {
            (_, Status::Broken) => format!("broken: {}", self.cell.why),
            (Some(mismatch), _) => format!("not as expected: {mismatch}. {}", self.cell.why),
            (None, _) => format!("not as expected. {}", self.cell.why),
        }
    }
}

/// The heading of a group.
pub(super) fn group_title(group: Option<Group>) -> &'static str {
    match group {
        Some(Group::Baseline) => "Baseline",
        Some(Group::Theft) => "Theft",
        Some(Group::Ending) => "Ending access",
        Some(Group::Refresh) => "Refreshing",
        Some(Group::Expiry) => "Expiry",
        Some(Group::Operations) => "Operations",
        Some(Group::Races) => "Races",
        Some(Group::Forging) => "Forging",
        Some(Group::Script) => "Script",
        Some(Group::Web) => "Web",
        None => "Scenarios",
    }
}

/// Whether a design is one of the kinds whose credential is looked up or opened by the server as a session.
pub(super) fn is_session(kind: Kind) -> bool {
    matches!(kind, Kind::Session | Kind::Sealed)
}

fn key(cell: &Cell) -> (&str, &str, Option<Thief>) {
    (&cell.scenario, &cell.design, cell.thief)
}

/// The designs that have a cell, in the comparison's own order; those that it does not describe come last.
fn columns(comparison: &Comparison) -> Vec<Column<'_>> {
    let there = ids(comparison.cells.iter().map(|cell| cell.design.as_str()));
    let described = comparison.designs.iter().filter(|about| there.contains(&about.id.as_str()));
    let known: Vec<Column<'_>> = described
        .map(|about| Column { id: &about.id, title: &about.title, summary: &about.summary, kind: Some(about.kind) })
        .collect();
    let unknown = there.into_iter().filter(|id| comparison.designs.iter().all(|about| about.id != **id));
    let unknown: Vec<Column<'_>> = unknown.map(|id| Column { id, title: id, summary: "", kind: None }).collect();
    known.into_iter().chain(unknown).collect()
}

/// Each id once, in the order in which they come.
fn ids<'a>(all: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    all.filter(|id| seen.insert(*id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_cell_has_its_place() {
        let comparison = sample::titled();
        let sheet = Sheet::of(&comparison);
        let places: BTreeSet<usize> = sheet.rows().flat_map(|row| row.places.iter().flatten().copied()).collect();
        assert_eq!(places.len(), comparison.cells.len());
        assert!(sheet.rows().all(|row| row.places.len() == sheet.columns.len()));
    }

    #[test]
    fn what_is_not_described_goes_by_its_id() {
        let comparison = sample::comparison(vec![sample::log_out()]);
        let sheet = Sheet::of(&comparison);
        assert_eq!((sheet.columns[0].title, sheet.columns[0].kind), ("jwt-stateless", None));
        assert_eq!((sheet.sections[0].group, sheet.sections[0].rows[0].title), (None, "log-out"));
    }
}
