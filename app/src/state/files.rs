//! Files that are written for whoever looks on: what goes into them, and what became of that.

use std::sync::Arc;

use super::traffic::Snapshot;

/// What a file is to hold.
#[derive(Clone)]
pub(crate) enum Content {
    /// The sequence as it is drawn, as SVG.
    Sequence(Arc<str>),
    /// Exchanges as JSON: those at the places, or all of them.
    Exchanges { of: Snapshot, places: Option<Arc<Vec<usize>>> },
}

/// Which kind of content it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sequence,
    Exchanges,
}

/// What became of the last file of each kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    sequence: FileNote,
    exchanges: FileNote,
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileNote {
    /// How many were written or opened, or could not be.
    pub(crate) count: usize,
    /// What was done, or what went wrong and what to do.
    pub(crate) last: Option<Result<String, String>>,
    /// Whether nothing was written because there is a file of that name.
    pub(crate) exists: bool,
}

impl Content {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Sequence(_) => Kind::Sequence,
            Self::Exchanges { .. } => Kind::Exchanges,
        }
    }
}

impl Files {
    pub(crate) fn of(&self, kind: Kind) -> &FileNote {
        match kind {
            Kind::Sequence => &self.sequence,
            Kind::Exchanges => &self.exchanges,
        }
    }

    pub(super) fn answered(&mut self, kind: Kind, result: Result<String, String>, exists: bool) {
        let note = match kind {
            Kind::Sequence => &mut self.sequence,
            Kind::Exchanges => &mut self.exchanges,
        };
        note.answered(result, exists);
    }
}

impl FileNote {
    pub(super) fn answered(&mut self, result: Result<String, String>, exists: bool) {
        *self = Self { count: self.count + 1, last: Some(result), exists };
    }
}

/// The content itself may hold credentials.
impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.kind().fmt(f)
    }
}
