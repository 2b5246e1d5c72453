//! What the window knows of a comparison: its rows, columns and cells, how far a run is, and what became of its files.

mod measured;
mod table;

use std::sync::Arc;

use lockstep_shared::design::Design;

use super::command::Selection;
use super::files::FileNote;
use crate::lab::outcome::{Cell, Comparison, Status, Totals};
use crate::lab::scenario::Scenario;

pub(crate) use measured::{Measured, about, tone};
pub(crate) use table::{Column, Family, Row, title};

/// The comparison as the window has it.
#[derive(Default)]
pub(crate) struct Comparing {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// Row by row, as many as there are columns in each.
    cells: Vec<Option<Measured>>,
    /// How far a run is; None where none is under way.
    pub(crate) running: Option<Progress>,
    /// What all cells that are there come to; the times are those of the runs that made them.
    pub(crate) totals: Totals,
    /// How the last run ended, where it did not just end.
    pub(crate) note: Option<Note>,
    /// What became of the last file that was written or opened.
    pub(crate) file: FileNote,
    /// Where results are kept unless somebody says otherwise.
    pub(crate) folder: String,
    /// The file that the cells were read from, where they were not measured here.
    pub(crate) opened: Option<String>,
}

/// How far a run is, in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) ended: usize,
    pub(crate) all: usize,
    /// Whether it was asked to stop, and its last cells are coming to their end.
    pub(crate) stopping: bool,
}

/// A line on how a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) words: String,
    pub(crate) is_failure: bool,
}

/// What the comparison's thread reports.
#[derive(Clone, Debug)]
pub(crate) enum Report {
    /// A run began: these cells are measured anew.
    Began(Selection),
    /// A cell ended, or one of the baseline's that is not shown.
    Cell { cell: Option<Arc<Cell>>, ended: usize, all: usize },
    /// The run is asked to stop.
    Stopping,
    /// The run is over; the times are those of every run that the cells come from.
    Ended { times: Totals, note: Option<Note> },
    /// A kept comparison was read.
    Opened { kept: Arc<Comparison>, from: String },
    /// A file was written, or could not be written or read.
    File(Result<String, String>),
    /// Nothing was written, because there is a file of that name.
    Exists(String),
}

impl Comparing {
    /// An empty table of everything that there is to compare.
    pub(crate) fn new(designs: &[Design], scenarios: &[Scenario], folder: String) -> Self {
        let mut columns: Vec<Column> = designs.iter().map(Column::of).collect();
        columns.sort_by_key(|column| column.family);
        let rows = table::rows(scenarios);
        let cells = vec![None; rows.len() * columns.len()];
        Self { columns, rows, cells, folder, ..Self::default() }
    }

    /// The cell in a row and a column, where it has been measured.
    pub(crate) fn cell(&self, row: usize, column: usize) -> Option<&Measured> {
        self.cells.get(row * self.columns.len() + column).and_then(Option::as_ref)
    }

    /// Whether something holds of any cell.
    pub(crate) fn any(&self, holds: impl Fn(&Measured) -> bool) -> bool {
        self.cells.iter().flatten().any(holds)
    }

    /// Whether any cell is there.
    pub(crate) fn is_empty(&self) -> bool {
        self.totals.cells == 0
    }

    /// Whether the designs of these columns differ in a row.
    pub(crate) fn differs(&self, row: usize, columns: impl Iterator<Item = usize>) -> bool {
        let mut words =
            columns.filter_map(|column| self.cell(row, column)).map(|measured| &measured.digest.glance.word);
        words.next().is_some_and(|first| words.any(|other| other != first))
    }

    /// Takes in what the comparison's thread reports.
    pub(super) fn apply(&mut self, report: Report) {
        match report {
            Report::Began(selection) => {
                if self.opened.take().is_some() {
                    self.reset();
                }
                self.clear(&selection);
                self.running = Some(Progress { ended: 0, all: 0, stopping: false });
                self.note = None;
            }
            Report::Cell { cell, ended, all } => {
                if let Some(progress) = &mut self.running {
                    *progress = Progress { ended, all, ..*progress };
                }
                if let Some(cell) = cell {
                    self.put(cell, None);
                    self.count();
                }
            }
            Report::Stopping => {
                if let Some(progress) = &mut self.running {
                    progress.stopping = true;
                }
            }
            Report::Ended { times, note } => {
                self.running = None;
                self.note = note;
                self.time(times);
            }
            Report::Opened { kept, from } => {
                self.reset();
                for cell in &kept.cells {
                    self.put(Arc::new(cell.clone()), Some(&kept));
                }
                self.count();
                self.time(kept.totals);
                self.note = None;
                self.filed(Ok(format!("Opened {from}")), false);
                self.opened = Some(from);
            }
            Report::File(result) => self.filed(result, false),
            Report::Exists(path) => {
                let words = format!("There is a file {path} already: choose another name, or replace it");
                self.filed(Err(words), true);
            }
        }
    }

    fn filed(&mut self, result: Result<String, String>, exists: bool) {
        self.file.answered(result, exists);
    }

    fn clear(&mut self, selection: &Selection) {
        for (row, of) in self.rows.iter().enumerate() {
            for (column, design) in self.columns.iter().enumerate() {
                if selection.scenarios.contains(&of.scenario) && selection.designs.contains(&design.id) {
                    self.cells[row * self.columns.len() + column] = None;
                }
            }
        }
        self.count();
    }

    /// The empty table of what the catalogue has.
    fn reset(&mut self) {
        self.columns.retain(|column| column.known);
        self.rows.retain(|row| row.known);
        self.cells = vec![None; self.rows.len() * self.columns.len()];
        self.totals = Totals::default();
    }

    /// Puts a cell into its place, which is made where the catalogue has none for it. `kept` may know what its ids mean.
    fn put(&mut self, cell: Arc<Cell>, kept: Option<&Comparison>) {
        let row = self.rows.iter().position(|row| row.is_of(&cell));
        let row = row.unwrap_or_else(|| {
            self.rows.push(Row::unknown(&cell, kept));
            self.cells.extend(vec![None; self.columns.len()]);
            self.rows.len() - 1
        });
        let column = self.columns.iter().position(|column| column.id == cell.design);
        let column = column.unwrap_or_else(|| self.add_column(Column::unknown(&cell.design, kept)));
        let at = row * self.columns.len() + column;
        self.cells[at] = Some(Measured::of(cell));
    }

    fn add_column(&mut self, column: Column) -> usize {
        let before = self.columns.len();
        self.columns.push(column);
        let mut old = std::mem::take(&mut self.cells).into_iter();
        for _ in 0..self.rows.len() {
            self.cells.extend(old.by_ref().take(before));
            self.cells.push(None);
        }
        before
    }

    fn count(&mut self) {
        let cells = self.cells.iter().flatten().map(|measured| &measured.cell);
        let with = |wanted: fn(&Cell) -> bool| cells.clone().filter(|cell| wanted(cell)).count() as u64;
        self.totals = Totals {
            cells: with(|_| true),
            ran: with(|cell| cell.status == Status::Ran),
            not_applicable: with(|cell| cell.status == Status::NotApplicable),
            broken: with(|cell| cell.status == Status::Broken),
            unexpected: with(|cell| cell.as_expected == Some(false)),
            exchanges: cells.clone().map(|cell| cell.exchanges).sum(),
            ..self.totals
        };
    }

    fn time(&mut self, Totals { logins, wall_ms, floor_ms, .. }: Totals) {
        self.totals = Totals { logins, wall_ms, floor_ms, ..self.totals };
    }
}

#[cfg(test)]
mod tests;
