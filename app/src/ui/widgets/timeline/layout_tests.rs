//! The timeline's geometry, without a window.

use super::*;
use crate::ui::fixtures;

fn plan(model: &crate::state::model::Model, width: f32) -> Plan {
    let area = Area { width, height: 240.0, stacked: width < 620.0 };
    // As wide as a label of that many letters is, more or less.
    Plan::new(&Chart::of(model), area, &|words| words.chars().count() as f32 * 6.0)
}

fn attacker(lane: &LanePlan) -> &RowPlan {
    lane.rows.iter().find(|row| row.actor == Actor::Attacker).expect("every lane has the attacker's row")
}

#[test]
fn both_lanes_share_one_axis() {
    let plan = plan(&fixtures::logged_out(), 1000.0);
    let [left, right] = &plan.lanes[..] else { panic!("two lanes") };
    let shift = right.plot.left() - left.plot.left();
    assert_eq!(left.plot.width(), right.plot.width());
    let ending = |lane: &LanePlan| lane.marks.iter().find(|mark| mark.ending).map(|mark| mark.x);
    let (a, b) = (ending(left).expect("a log-out"), ending(right).expect("a log-out"));
    assert!((b - a - shift).abs() < 0.5, "the same instant is at the same place: {a} {b} {shift}");
}

#[test]
fn the_lanes_are_level_however_many_labels_one_has() {
    let mut model = fixtures::logged_out();
    model.lanes[1].view.timeline.marks.clear();
    let plan = plan(&model, 1000.0);
    let [left, right] = &plan.lanes[..] else { panic!("two lanes") };
    assert!(left.marks.len() > right.marks.len());
    assert_eq!(left.plot.y_range(), right.plot.y_range());
}

#[test]
fn marks_alike_that_are_close_have_one_label() {
    let mut model = fixtures::logged_out();
    let marks = &mut model.lanes[0].view.timeline.marks;
    let first = marks.first().expect("a log-in").clone();
    for secs in [1, 2] {
        let at = first.at + Duration::from_secs(secs);
        marks.insert(secs as usize, crate::lab::view::Mark { at, ..first.clone() });
    }
    let plan = plan(&model, 1000.0);
    let words: Vec<&str> =
        plan.lanes[0].marks.iter().filter_map(|mark| mark.label.as_ref().map(|(_, words)| words.as_str())).collect();
    assert!(words.contains(&format!("{} ×3", first.label).as_str()), "{words:?}");
    assert!(!words.contains(&first.label.as_str()), "{words:?}");
}

#[test]
fn a_thief_who_stays_has_a_red_bar_to_the_present() {
    let plan = plan(&fixtures::logged_out(), 1000.0);
    let (out, inside) = (attacker(&plan.lanes[0]), attacker(&plan.lanes[1]));
    assert!(out.bars.iter().all(|(_, tone)| *tone == Tone::Amber), "{:?}", out.bars);
    assert_eq!(out.end.as_ref().map(|(_, end)| end.words.as_str()), Some("out after 0 s"));
    let (bar, tone) = inside.bars.last().expect("a bar");
    assert_eq!(*tone, Tone::Bad);
    assert!((bar.right() - plan.lanes[1].plot.right()).abs() < 1.0, "the axis ends now");
    assert_eq!(inside.end.as_ref().map(|(_, end)| end.words.as_str()), Some("still inside"));
}

#[test]
fn a_thief_refused_at_once_was_never_exposed() {
    let mut model = fixtures::logged_out();
    let timeline = &mut model.lanes[0].view.timeline;
    let bar = timeline.bars.iter_mut().find(|bar| bar.actor == Actor::Attacker).expect("the thief was in");
    let last = bar.stretches.last_mut().expect("the thief was in");
    last.to = last.to.map(|to| to + Duration::from_millis(40));
    let plan = plan(&model, 1000.0);
    let out = attacker(&plan.lanes[0]);
    assert!(out.bars.iter().all(|(_, tone)| *tone == Tone::Amber), "{:?}", out.bars);
}

#[test]
fn the_event_that_counts_keeps_its_label() {
    let mut model = fixtures::logged_out();
    let timeline = &mut model.lanes[1].view.timeline;
    let due = timeline.due_end(Actor::Attacker).expect("a log-out").clone();
    // An older event that ended nothing of the thief's, right before the one that should have.
    let steal = timeline.last_stretch(Actor::Attacker).expect("the thief is in").from;
    let older =
        crate::lab::view::Mark { at: steal - Duration::from_secs(1), label: "rotate key".to_owned(), ..due.clone() };
    timeline.marks.insert(0, older);
    let plan = plan(&model, 360.0);
    let labelled = |words: &str| plan.lanes[1].marks.iter().any(|m| m.label.as_ref().is_some_and(|(_, l)| l == words));
    assert!(labelled(&due.label));
}

#[test]
fn no_label_covers_another_and_none_is_cut() {
    for model in [fixtures::logged_out(), fixtures::busy_day()] {
        for width in [360.0, 700.0, 1000.0, 1800.0] {
            let plan = plan(&model, width);
            for lane in &plan.lanes {
                let labels: Vec<Rect> = lane.marks.iter().filter_map(|m| m.label.as_ref().map(|(r, _)| *r)).collect();
                assert!(!labels.is_empty());
                for (index, label) in labels.iter().enumerate() {
                    assert!(label.left() >= lane.left - 0.1 && label.right() <= width + 0.1, "{label:?} at {width}");
                    assert!(labels[index + 1..].iter().all(|other| !other.shrink(0.5).intersects(*label)));
                }
                for row in &lane.rows {
                    if let Some((x, end)) = &row.end {
                        assert!(x + END_MARK + end.words.chars().count() as f32 * 6.0 <= width + THINNEST + 0.1);
                    }
                }
            }
        }
    }
}

#[test]
fn ticks_are_round_and_apart() {
    let plan = plan(&fixtures::busy_day(), 1000.0);
    let xs: Vec<f32> = plan.lanes[0].ticks.iter().map(|(x, _)| *x).collect();
    assert!(xs.len() >= 2, "{xs:?}");
    assert!(xs.windows(2).all(|pair| pair[1] - pair[0] >= 60.0), "{xs:?}");
}

#[test]
fn a_closer_look_keeps_both_lanes_aligned_and_its_labels_apart() {
    let model = fixtures::busy_day();
    let mut look = crate::ui::widgets::timeline::look::Look::default();
    let area = Area { width: 1000.0, height: 240.0, stacked: false };
    let measure = |words: &str| words.chars().count() as f32 * 6.0;
    let mut labelled = Vec::new();
    for factor in [1.0, 4.0, 4.0, 4.0] {
        Chart::seen(&model, &mut look);
        look.zoom(factor, 0.05);
        let plan = Plan::new(&Chart::seen(&model, &mut look), area, &measure);
        let [left, right] = &plan.lanes[..] else { panic!("two lanes") };
        let shift = right.plot.left() - left.plot.left();
        for (one, other) in left.marks.iter().zip(&right.marks) {
            assert!((other.x - one.x - shift).abs() < 0.5, "the same instant is at the same place");
        }
        for row in plan.lanes.iter().flat_map(|lane| &lane.rows) {
            assert!(row.bars.iter().all(|(bar, _)| bar.left() >= NAMES - 0.1 && bar.right() <= 1000.1));
        }
        let own =
            left.marks.iter().filter(|mark| mark.label.as_ref().is_some_and(|(_, words)| !words.starts_with('+')));
        labelled.push(own.count() as f32 / left.marks.len().max(1) as f32);
    }
    assert!(labelled[3] > labelled[0], "closer, more events have room for their names: {labelled:?}");
}

#[test]
fn a_change_leads_to_its_exchange() {
    let mut model = fixtures::logged_out();
    for bar in &mut model.lanes[0].view.timeline.bars {
        for stretch in &mut bar.stretches {
            (stretch.began_by, stretch.ended_by) = (Some(7), stretch.to.map(|_| 11));
        }
    }
    let plan = plan(&model, 1000.0);
    let changes = &attacker(&plan.lanes[0]).changes;
    let numbers: Vec<_> = changes.iter().map(|(_, change)| (change.number, change.is_in)).collect();
    assert_eq!(numbers, [(7, true), (11, false)]);
    let bars = &attacker(&plan.lanes[0]).bars;
    assert!((changes[1].0 - bars.last().expect("a bar").0.right()).abs() < 0.5, "at the end of its bar");
}
