//! The table's geometry, for few and for many designs, in narrow and in wide windows.

use eframe::egui::{Rect, pos2, vec2};

use super::super::fixtures;
use super::super::looking::{Looking, View};
use super::layout::{Line, Names, Plan};
use crate::state::model::Model;

const NAMES: Names = Names { widest: 130.0, widest_part: 62.0 };

fn plan(model: &Model, names: &Names, width: f32) -> (Plan, View) {
    let view = View::of(&model.comparing, &Looking::default());
    (Plan::new(&model.comparing, &view, names, vec2(width, 400.0)), view)
}

#[test]
fn cells_stand_apart_and_inside_the_table() {
    let model = fixtures::full();
    for width in [300.0, 640.0, 948.0, 1272.0, 1752.0] {
        let (plan, view) = plan(&model, &NAMES, width);
        let whole = Rect::from_min_size(pos2(0.0, 0.0), plan.size());
        let cells = (0..plan.lines.len()).flat_map(|line| (0..view.columns.len()).map(move |at| (line, at)));
        for (line, at) in cells {
            let cell = plan.cell(line, at);
            assert!(whole.contains_rect(cell) && cell.width() >= 40.0, "{width}: {cell:?} in {whole:?}");
            assert!(!cell.intersects(plan.cell(line, at + 1)) && cell.left() >= plan.label && cell.top() >= plan.head);
        }
    }
}

#[test]
fn what_is_seen_is_what_the_window_shows() {
    let model = fixtures::full();
    let (plan, view) = plan(&model, &NAMES, 640.0);
    for offset in [vec2(0.0, 0.0), vec2(133.0, 410.0), vec2(9000.0, 9000.0)] {
        let window = Rect::from_min_size(pos2(0.0, 0.0) + offset, vec2(640.0, 400.0));
        let (lines, columns) = plan.seen(window);
        for line in 0..plan.lines.len() {
            for column in 0..view.columns.len() {
                let cell = plan.cell(line, column);
                let body = Rect::from_min_max(window.min + vec2(plan.label, plan.head), window.max);
                let drawn = lines.contains(&line) && columns.contains(&column);
                assert!(drawn || !cell.intersects(body.shrink(1.0)), "{offset:?}: {cell:?} is seen and not drawn");
            }
        }
    }
}

#[test]
fn names_that_do_not_fit_are_slanted() {
    let model = fixtures::full();
    assert!(plan(&model, &NAMES, 1272.0).0.slanted);
    let short = Names { widest: 50.0, widest_part: 40.0 };
    assert!(!plan(&model, &short, 1752.0).0.slanted);
}

#[test]
fn worlds_stand_together_under_one_name() {
    let model = fixtures::full();
    let (plan, _) = plan(&model, &NAMES, 948.0);
    assert!(matches!(plan.lines[0], Line::Heading(_)));
    let firsts = plan.lines.iter().filter(|line| matches!(line, Line::Row(_, true))).count();
    let mut scenarios: Vec<&str> = model.comparing.rows.iter().map(|row| row.scenario.as_str()).collect();
    scenarios.dedup();
    assert_eq!(firsts, scenarios.len());
}

#[test]
fn filters_leave_what_fits_them() {
    let model = fixtures::full();
    let table = &model.comparing;
    let view = |looking: &Looking| View::of(table, looking);
    let all = view(&Looking::default());
    assert_eq!((all.rows.len(), all.columns.len()), (table.rows.len(), table.columns.len()));

    let family = Looking { family: Some(table.columns[0].family), ..Looking::default() };
    assert!(view(&family).columns.len() < all.columns.len() && view(&family).rows.len() == all.rows.len());

    let by_scenario = Looking { text: "  LOG OUT ".to_owned(), ..Looking::default() };
    let found = view(&by_scenario);
    assert!(!found.rows.is_empty() && found.rows.len() < all.rows.len() && found.columns == all.columns);
    let by_design = Looking { text: "dpop".to_owned(), ..Looking::default() };
    assert_eq!((view(&by_design).columns.len(), view(&by_design).rows.len()), (1, all.rows.len()));
    let nothing = Looking { text: "no such thing".to_owned(), ..Looking::default() };
    assert!(view(&nothing).is_empty() && view(&nothing).selection(table).designs.is_empty());

    let differing = Looking { differing: true, ..Looking::default() };
    let rows = view(&differing).rows;
    assert!(!rows.is_empty() && rows.len() < all.rows.len());
    assert!(rows.iter().all(|row| table.differs(*row, all.columns.iter().copied())));
    assert_eq!(view(&Looking::default()).cells(table), table.rows.len() * table.columns.len());
}
