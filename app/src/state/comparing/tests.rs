//! The table fills as reports come, and holds what an opened file alone knows.

use std::sync::Arc;

use super::*;
use crate::lab::actor::Actor;
use crate::lab::catalog::Catalog;
use crate::lab::outcome::{ActorOutcome, Floor, Verdict};

fn table() -> Comparing {
    let catalog = Catalog::load(None).expect("the built-in files are well-formed");
    Comparing::new(catalog.designs(), catalog.scenarios(), "/home/alice".to_owned())
}

fn cell(row: &Row, design: &str, verdict: Verdict) -> Cell {
    let outcome = ActorOutcome { verdict, after_s: None, effect: None, acted: None, role_after_s: None };
    Cell {
        status: Status::Ran,
        actors: [(Actor::Attacker, outcome)].into(),
        exchanges: 10,
        ..Cell::empty(design, &row.scenario, row.thief)
    }
}

fn put(table: &mut Comparing, cell: Cell) {
    table.apply(Report::Cell { cell: Some(Arc::new(cell)), ended: 1, all: 2 });
}

#[test]
fn families_and_groups_stand_together_and_the_baseline_is_no_row() {
    let table = table();
    assert!(table.columns.is_sorted_by_key(|column| column.family));
    let mut groups: Vec<_> = table.rows.iter().map(|row| row.group).collect();
    groups.dedup();
    let all = groups.len();
    groups.sort();
    groups.dedup();
    assert_eq!(groups.len(), all, "no group comes twice");
    assert!(!groups.contains(&Some(crate::lab::scenario::Group::Baseline)));
    assert!(table.columns.iter().all(|column| !column.short().is_empty()));
}

#[test]
fn a_run_clears_what_it_measures_anew_and_fills_it_cell_by_cell() {
    let mut table = table();
    let (row, designs) = (table.rows[0].clone(), [table.columns[0].id.clone(), table.columns[1].id.clone()]);
    for design in &designs {
        put(&mut table, cell(&row, design, Verdict::In));
    }
    assert_eq!((table.totals.cells, table.totals.exchanges), (2, 20));
    let selection = Selection { designs: vec![designs[0].clone()], scenarios: vec![row.scenario.clone()] };
    table.apply(Report::Began(selection));
    assert!(table.cell(0, 0).is_none() && table.cell(0, 1).is_some());
    assert!(table.running.is_some());
    put(&mut table, cell(&row, &designs[0], Verdict::NeverIn));
    assert!(table.differs(0, 0..2) && !table.differs(0, 1..2) && !table.differs(1, 0..2));
    table.apply(Report::Stopping);
    assert_eq!(table.running, Some(Progress { ended: 1, all: 2, stopping: true }));
    let times = Totals { wall_ms: 900, ..Totals::default() };
    table.apply(Report::Ended { times, note: None });
    assert_eq!((table.running, table.totals.wall_ms, table.totals.ran), (None, 900, 2));
}

#[test]
fn an_opened_file_brings_its_own_rows_and_columns_until_the_next_run() {
    let mut table = table();
    let (rows, columns) = (table.rows.len(), table.columns.len());
    let known = table.rows[0].clone();
    let odd = Row { scenario: "mine".to_owned(), ..known.clone() };
    let cells = vec![cell(&known, "my-own", Verdict::In), cell(&odd, &table.columns[0].id, Verdict::In)];
    let kept = Comparison::new(&[], &[], cells, Totals::default(), Floor::default());
    table.apply(Report::Opened { kept: Arc::new(kept), from: "kept.json".to_owned() });
    assert_eq!((table.rows.len(), table.columns.len(), table.totals.cells), (rows + 1, columns + 1, 2));
    assert!(table.cell(0, columns).is_some() && table.cell(rows, 0).is_some() && table.cell(rows, columns).is_none());
    assert_eq!(table.file.count, 1);
    table.apply(Report::Began(Selection::default()));
    assert_eq!((table.rows.len(), table.columns.len(), table.totals.cells), (rows, columns, 0));
    assert_eq!(table.opened, None);
}
