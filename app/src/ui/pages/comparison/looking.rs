//! What the page itself remembers: which cells are looked at, which one is opened, and what is typed.

use crate::lab::scenario::Group;
use crate::state::command::{Format, Selection};
use crate::state::comparing::{Comparing, Family};

/// How the comparison is looked at; it lasts as long as the window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Looking {
    pub(crate) group: Option<Group>,
    pub(crate) family: Option<Family>,
    /// What is typed to find scenarios or designs.
    pub(crate) text: String,
    /// Only rows in which the designs that are shown differ.
    pub(crate) differing: bool,
    /// Only rows and columns in which something was measured.
    pub(crate) measured: bool,
    /// The row and the column that the keyboard is at.
    pub(crate) cursor: Option<(usize, usize)>,
    /// Whether that cell's story is shown.
    pub(crate) story: bool,
    /// The cursor was moved, and is to be brought into sight.
    pub(crate) moved: bool,
    pub(crate) file: Option<FileForm>,
}

/// What is typed into the form that writes or opens a file.
#[derive(Clone, Debug)]
pub(crate) struct FileForm {
    /// None: a kept comparison is opened.
    pub(crate) format: Option<Format>,
    pub(crate) path: String,
    /// How many files had been dealt with before; None until this one is asked for.
    pub(crate) asked: Option<usize>,
}

/// The rows and columns that are shown, as places in the whole table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    pub(super) rows: Vec<usize>,
    pub(super) columns: Vec<usize>,
}

impl Looking {
    /// Whether everything is shown.
    pub(super) fn is_whole(&self) -> bool {
        self.group.is_none()
            && self.family.is_none()
            && self.text.trim().is_empty()
            && !self.differing
            && !self.measured
    }

    /// Shows everything again.
    pub(super) fn show_all(&mut self) {
        *self = Self { cursor: self.cursor, story: self.story, ..Self::default() };
    }

    /// Puts the cursor on a cell and shows its story.
    pub(in crate::ui) fn open(&mut self, at: (usize, usize)) {
        self.cursor = Some(at);
        self.story = true;
        self.moved = true;
    }
}

impl View {
    pub(super) fn of(table: &Comparing, looking: &Looking) -> Self {
        let words = looking.text.trim().to_lowercase();
        let has = |texts: &[&str]| texts.iter().any(|text| text.to_lowercase().contains(&words));
        let row_has = |row: &usize| {
            let row = &table.rows[*row];
            has(&[&row.scenario, &row.title, row.heading()])
        };
        let column_has = |column: &usize| {
            let column = &table.columns[*column];
            has(&[&column.id, &column.title])
        };
        let mut columns: Vec<usize> = (0..table.columns.len()).collect();
        columns.retain(|at| looking.family.is_none_or(|family| table.columns[*at].family == family));
        let mut rows: Vec<usize> = (0..table.rows.len()).collect();
        rows.retain(|at| looking.group.is_none_or(|group| table.rows[*at].group == Some(group)));
        // What is typed is a scenario's name, or else a design's.
        if !words.is_empty() {
            match rows.iter().any(row_has) {
                true => rows.retain(row_has),
                false => columns.retain(column_has),
            }
        }
        if looking.measured {
            let ran = |row: usize, column: usize| table.cell(row, column).is_some_and(|cell| !cell.is_blank());
            rows.retain(|row| columns.iter().any(|column| ran(*row, *column)));
            columns.retain(|column| rows.iter().any(|row| ran(*row, *column)));
        }
        if looking.differing {
            rows.retain(|row| table.differs(*row, columns.iter().copied()));
        }
        Self { rows, columns }
    }

    /// The cells that a run of what is shown measures. A scenario's worlds are measured together.
    pub(super) fn selection(&self, table: &Comparing) -> Selection {
        let mut selection = Selection::default();
        for row in self.rows.iter().map(|row| &table.rows[*row]).filter(|row| row.known) {
            if !selection.scenarios.contains(&row.scenario) {
                selection.scenarios.push(row.scenario.clone());
            }
        }
        let columns = self.columns.iter().map(|column| &table.columns[*column]).filter(|column| column.known);
        selection.designs = columns.map(|column| column.id.clone()).collect();
        selection
    }

    /// How many cells that makes.
    pub(super) fn cells(&self, table: &Comparing) -> usize {
        let selection = self.selection(table);
        let rows = table.rows.iter().filter(|row| row.known && selection.scenarios.contains(&row.scenario));
        rows.count() * selection.designs.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() || self.columns.is_empty()
    }

    /// The cursor, or where it starts: the first cell that is shown.
    pub(super) fn cursor(&self, looking: &Looking) -> Option<(usize, usize)> {
        let shown = |(row, column): &(usize, usize)| self.rows.contains(row) && self.columns.contains(column);
        looking.cursor.filter(shown).or_else(|| Some((*self.rows.first()?, *self.columns.first()?)))
    }

    /// The cell so many places right and down of another, as far as there are any.
    pub(super) fn beside(&self, (row, column): (usize, usize), right: isize, down: isize) -> Option<(usize, usize)> {
        let step = |all: &[usize], at: usize, by: isize| {
            let place = all.iter().position(|one| *one == at)?;
            all.get(place.saturating_add_signed(by).min(all.len() - 1)).copied()
        };
        Some((step(&self.rows, row, down)?, step(&self.columns, column, right)?))
    }
}
