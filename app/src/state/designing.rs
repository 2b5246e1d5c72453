//! What the worker said of designs that were changed in the form: whether one runs, and where one was written.

use super::files::FileNote;

/// The form's answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Designing {
    /// The lab folder that designs are written into unless somebody says otherwise.
    pub(crate) folder: String,
    pub(crate) applied: Applied,
    /// What became of the last file.
    pub(crate) saved: FileNote,
}

/// What became of the last changed design that a lane was given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Applied {
    /// How many there were.
    pub(crate) count: usize,
    /// Whether it runs, and else why not and what to do.
    pub(crate) last: Option<Result<(), String>>,
}

/// What the worker reports.
#[derive(Clone, Debug)]
pub(crate) enum Report {
    /// A lane was given a changed design.
    Applied(Result<(), String>),
    /// A design was written, or could not be.
    Saved(Result<String, String>),
    /// Nothing was written, because there is a file of that name.
    Exists(String),
}

impl Designing {
    pub(super) fn apply(&mut self, report: Report) {
        let (last, exists) = match report {
            Report::Applied(result) => {
                self.applied = Applied { count: self.applied.count + 1, last: Some(result) };
                return;
            }
            Report::Saved(result) => (result, false),
            Report::Exists(path) => {
                (Err(format!("There is a file {path} already: choose another name, or replace it")), true)
            }
        };
        self.saved.answered(last, exists);
    }
}
