//! How many more rows a table takes.

use std::collections::HashMap;

use lockstep_shared::clock::LabTime;
use rusqlite::{Connection, params};

use super::ms;

/// Rows that may be added before they are counted again: what somebody else adds to the file is noticed by then.
const UNCOUNTED: usize = 1000;

/// A table that is bounded, and how to delete the rows of it that have expired.
pub(super) struct Bounded {
    pub(super) table: &'static str,
    pub(super) expire: &'static [&'static str],
}

/// Keeps an account of the room in each table, because counting the rows at every insertion would cost more than the
/// insertion.
pub(super) struct Room {
    most: usize,
    left: HashMap<&'static str, usize>,
}

impl Room {
    pub(super) fn new(most: usize) -> Self {
        Self { most, left: HashMap::new() }
    }

    /// Makes room for one more row, by deleting expired ones where there is no other; false where there is none.
    pub(super) fn take(&mut self, connection: &Connection, table: &Bounded, now: LabTime) -> rusqlite::Result<bool> {
        let left = self.left.entry(table.table).or_default();
        if *left == 0 {
            *left = free(connection, table.table, self.most)?;
        }
        if *left == 0 {
            for delete in table.expire {
                connection.execute(delete, params![ms(now)])?;
            }
            *left = free(connection, table.table, self.most)?;
        }
        let taken = *left > 0;
        *left = left.saturating_sub(1);
        Ok(taken)
    }
}

/// `table` is one of this engine's own names.
fn free(connection: &Connection, table: &str, most: usize) -> rusqlite::Result<usize> {
    let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
    Ok(most.saturating_sub(usize::try_from(rows).unwrap_or(usize::MAX)).min(UNCOUNTED))
}
