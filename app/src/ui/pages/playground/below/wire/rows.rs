//! Which exchanges the table shows: all, or what was found last.

use crate::state::model::Model;
use crate::state::wire::query::Query;

/// The places that are shown, in their order.
pub(super) enum Rows<'a> {
    All { first: usize, end: usize },
    Found { places: &'a [usize], pending: bool },
}

impl<'a> Rows<'a> {
    /// What there is to show for a query. Until it has been looked for, that is what was found before.
    pub(super) fn of(model: &'a Model, query: &Query) -> Self {
        let traffic = &model.traffic;
        if query.is_all() {
            return Self::All { first: traffic.first(), end: traffic.end() };
        }
        match &model.found {
            Some(found) if found.generation == traffic.generation() => {
                let dropped = found.places.partition_point(|place| *place < traffic.first());
                let pending = *found.query != *query || found.end < traffic.end();
                Self::Found { places: &found.places[dropped..], pending }
            }
            _ => Self::Found { places: &[], pending: true },
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::All { first, end } => end - first,
            Self::Found { places, .. } => places.len(),
        }
    }

    /// The place of a row.
    pub(super) fn place(&self, row: usize) -> Option<usize> {
        match self {
            Self::All { first, end } => (row < end - first).then_some(first + row),
            Self::Found { places, .. } => places.get(row).copied(),
        }
    }

    /// The row of a place.
    pub(super) fn row(&self, place: usize) -> Option<usize> {
        match self {
            Self::All { first, end } => (*first..*end).contains(&place).then(|| place - first),
            Self::Found { places, .. } => places.binary_search(&place).ok(),
        }
    }

    pub(super) fn has(&self, place: usize) -> bool {
        self.row(place).is_some()
    }

    /// Whether the right answer is still being looked for.
    pub(super) fn is_pending(&self) -> bool {
        matches!(self, Self::Found { pending: true, .. })
    }
}
