//! Trees that are placed without a window: nothing covers anything else, and everything is inside.

use eframe::egui::Rect;

use super::data::{Picture, picture};
use super::layout::Plan;
use crate::state::command::Side;
use crate::state::model::{Model, Tone};
use crate::ui::fixtures::{self, lineage};

fn pictures(model: &Model) -> [Picture; 2] {
    Side::BOTH.map(|side| picture(model, side))
}

#[test]
fn nothing_overlaps_and_everything_is_inside() {
    for model in [lineage::stolen(fixtures::logged_out()), lineage::crowded(fixtures::stolen())] {
        for picture in pictures(&model) {
            for width in [180.0, 476.0, 900.0] {
                let plan = Plan::new(&picture.trees, width);
                let whole = Rect::from_min_size(eframe::egui::Pos2::ZERO, plan.size);
                let all: Vec<Rect> =
                    plan.trees.iter().flat_map(|tree| tree.boxes.iter().chain([&tree.heading])).copied().collect();
                for (at, one) in all.iter().enumerate() {
                    assert!(whole.contains_rect(*one), "{one:?} is not in {whole:?}");
                    for other in &all[at + 1..] {
                        assert!(!one.shrink(0.5).intersects(other.shrink(0.5)), "{one:?} covers {other:?}");
                    }
                }
                let ends = plan.trees.iter().flat_map(|tree| tree.lines.iter().flatten());
                assert!(ends.clone().count() > 0 && ends.clone().all(|at| whole.contains(*at)));
            }
        }
    }
}

#[test]
fn a_chain_goes_to_the_right_and_its_leaves_hang_below() {
    let model = lineage::stolen(fixtures::logged_out());
    let [_, right] = pictures(&model);
    let plan = Plan::new(&right.trees, 476.0);
    let boxes = &plan.trees[0].boxes;
    assert!(boxes[2].left() > boxes[0].right() && boxes[2].top() == boxes[0].top());
    assert!(boxes[1].top() >= boxes[0].bottom() && boxes[1].right() == boxes[0].right());
    assert!(boxes.iter().all(|one| one.right() <= 476.0), "two generations fit into half of the smallest window");
}

#[test]
fn the_words_tell_who_holds_what_and_what_ended_it() {
    let model = lineage::stolen(fixtures::logged_out());
    let [left, right] = pictures(&model);
    let id = &left.trees[0].boxes[0];
    assert_eq!((id.line.as_str(), id.exchange, id.is_over), ("log-out #14", Some(14), true));
    assert!(id.spoken.contains("Held by the attacker, who copied it from the laptop at "), "{}", id.spoken);
    assert!(id.spoken.ends_with("Ended by log-out #14"), "{}", id.spoken);
    assert_eq!(left.summary, "2 log-ins, 1 credential still good");
    assert!(right.spoken().contains("a used refresh token came back (#14)"), "{}", right.spoken());
    let [first, old, second, new] = &right.trees[0].boxes[..] else { panic!("four boxes") };
    assert_eq!((first.line.as_str(), first.alarm, first.holders.len()), ("used again #14", true, 1));
    assert!(second.spoken.contains("in exchange for generation 1"), "{}", second.spoken);
    assert_eq!((old.tone, new.tone), (Tone::Bad, Tone::Bad), "both open what they should not");
    assert_eq!(new.line, "outlived log-out #12");
    let crowded = lineage::crowded(fixtures::stolen());
    let spoken: Vec<_> = pictures(&crowded)[0].trees[0].boxes.iter().map(|one| one.spoken.clone()).collect();
    assert!(spoken.contains(&"3,996 generations between, which nobody holds".to_owned()), "{spoken:?}");
}
