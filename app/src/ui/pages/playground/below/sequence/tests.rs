//! What is drawn of a sequence and where, without a window.

use std::ops::Range;

use super::index::{Index, Shown};
use super::layout::{self, Columns, Scene};
use super::sections::Sections;
use super::shape::{Anchor, Font, Of, Picture, Shape};
use super::{fixtures, svg};
use crate::lab::exchange::Purpose;
use crate::state::command::Side;
use crate::state::model::Model;

/// As wide as words of that many letters are, more or less.
fn measure(words: &str, _: Font) -> f32 {
    words.chars().count() as f32 * 6.4
}

const EVERYTHING: Shown = Shown { probes: true, steps: true };

fn index(model: &Model, shown: Shown) -> Index {
    let mut index = Index::default();
    index.follow(model, shown);
    index
}

fn with_scene<T>(model: &Model, shown: Shown, width: f32, then: impl FnOnce(&Scene<'_>) -> T) -> T {
    let index = index(model, shown);
    let sections = Sections::of(model, &index, &Side::BOTH);
    let lanes: Vec<Columns> = layout::columns(model, &index, &Side::BOTH, width, &measure);
    let with_steps = shown.steps;
    then(&Scene { model, index: &index, sections: &sections, lanes: &lanes, with_steps, measure: &measure })
}

fn whole(scene: &Scene<'_>) -> Range<f64> {
    0.0..scene.sections.height
}

#[test]
fn every_exchange_stands_below_the_one_before() {
    for model in [fixtures::first_minute(), fixtures::long(700), fixtures::introspection()] {
        for width in [640.0, 1200.0] {
            with_scene(&model, EVERYTHING, width, |scene| {
                let picture = scene.cut(&whole(scene));
                for side in Side::BOTH {
                    let mut hits: Vec<_> = picture.hits.iter().filter(|hit| hit.side == side).collect();
                    hits.sort_by(|one, other| one.rect.top().total_cmp(&other.rect.top()));
                    for pair in hits.windows(2) {
                        assert!(pair[0].rect.bottom() <= pair[1].rect.top() + 0.1, "{pair:?}");
                    }
                    let number = |of: Of| if let Of::Exchange { number, .. } = of { Some(number) } else { None };
                    let numbers: Vec<usize> = hits.iter().filter_map(|hit| number(hit.of)).collect();
                    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
                    assert_eq!(numbers.len(), model.traffic.of(side).count(), "each is drawn once");
                }
            });
        }
    }
}

#[test]
fn words_cover_no_others_and_stay_in_their_lane() {
    for model in [fixtures::first_minute(), fixtures::introspection(), fixtures::hostile(), fixtures::long(300)] {
        for width in [640.0, 900.0, 1300.0] {
            with_scene(&model, EVERYTHING, width, |scene| {
                let mut picture = scene.cut(&whole(scene));
                let is_session = |_| true;
                picture.shapes.extend(layout::heading(scene.lanes, &is_session).shapes.into_iter().map(|mut shape| {
                    // The heading stands above everything else.
                    if let Shape::Words { at, words, width, .. } = &mut shape {
                        (at.y, *width) = (at.y - 200.0, measure(words, Font::Strong));
                    }
                    shape
                }));
                let mut rects: Vec<_> = picture.shapes.iter().filter_map(words_rect).collect();
                rects.sort_by(|one, other| one.top().total_cmp(&other.top()));
                for (at, rect) in rects.iter().enumerate() {
                    let lane = scene.lanes.iter().find(|lane| (lane.left..=lane.right).contains(&rect.center().x));
                    let lane = lane.expect("words stand in a lane");
                    let fits = rect.left() >= lane.left - 1.0 && rect.right() <= lane.right + 1.0;
                    assert!(fits, "{rect:?} at {width} in {}..{}", lane.left, lane.right);
                    for other in rects[at + 1..].iter().take_while(|other| other.top() < rect.bottom()) {
                        assert!(!other.shrink(1.0).intersects(rect.shrink(1.0)), "{rect:?} {other:?} at {width}");
                    }
                }
            });
        }
    }
}

fn words_rect(shape: &Shape) -> Option<eframe::egui::Rect> {
    use eframe::egui::{Rect, pos2, vec2};

    let Shape::Words { at, anchor, width, .. } = shape else { return None };
    let left = match anchor {
        Anchor::Left => at.x,
        Anchor::Middle => at.x - width / 2.0,
        Anchor::Right => at.x - width,
    };
    Some(Rect::from_min_size(pos2(left, at.y - 6.0), vec2(*width, 12.0)))
}

/// What is laid out for a window is what the whole picture has there.
#[test]
fn a_window_shows_the_cut_of_the_whole() {
    for model in [fixtures::first_minute(), fixtures::long(400)] {
        with_scene(&model, EVERYTHING, 1100.0, |scene| {
            let all = scene.cut(&whole(scene));
            let mut top = 0.0;
            while top < scene.sections.height {
                let range = top..top + 333.0;
                let cut = scene.cut(&range);
                let within: Vec<_> = hits(&all, 0.0, &range);
                assert_eq!(hits(&cut, top, &range), within, "{range:?}");
                top += 97.0;
            }
        });
    }
}

/// What some part of a range shows, by its place in the whole.
fn hits(picture: &Picture, down: f64, range: &Range<f64>) -> Vec<(Side, Of, i64)> {
    let place = |y: f32| f64::from(y) + down;
    let seen = picture
        .hits
        .iter()
        .filter(|hit| place(hit.rect.bottom()) > range.start + 2.0 && place(hit.rect.top()) < range.end - 25.0);
    seen.map(|hit| (hit.side, hit.of, place(hit.rect.top()).round() as i64)).collect()
}

#[test]
fn the_same_event_is_at_the_same_height_on_both_sides() {
    with_scene(&fixtures::first_minute(), Shown::default(), 1100.0, |scene| {
        let picture = scene.cut(&whole(scene));
        let tops = |side: Side| -> Vec<f32> {
            let marks = picture.hits.iter().filter(|hit| hit.side == side && matches!(hit.of, Of::Mark(_)));
            marks.map(|hit| hit.rect.top()).collect()
        };
        assert_eq!(tops(Side::Left).len(), 4);
        assert_eq!(tops(Side::Left), tops(Side::Right));
    });
}

#[test]
fn the_labs_questions_are_drawn_where_the_answer_is_news() {
    let model = fixtures::first_minute();
    let few = index(&model, Shown::default());
    let all = index(&model, EVERYTHING);
    for side in Side::BOTH {
        let (lane, every) = (&few.lanes[side.index()], &all.lanes[side.index()]);
        assert_eq!(lane.entries.len() + lane.hidden, every.entries.len());
        let drawn = |number| lane.find(number).is_some();
        for exchange in model.traffic.of(side).filter(|exchange| exchange.purpose != Purpose::Probe) {
            assert!(drawn(exchange.number), "what people did is always there");
        }
        assert!(drawn(7), "the thief is in");
        assert!(drawn(11), "and after the log-out, it is news whether it still is");
        assert!(!drawn(6) && !drawn(10), "whoever goes on being let in is not");
    }
}

/// Taken in bit by bit, in whatever pieces the events come, the index is the one that is made at once.
#[test]
fn an_index_that_grows_is_the_one_made_at_once() {
    let whole = fixtures::long(300);
    let mut grown = Index::default();
    let mut model = fixtures::long(0);
    for (at, row) in whole.traffic.rows().enumerate() {
        model.traffic.take_in(row.side, vec![row.exchange.clone()]);
        let number = row.exchange.number;
        let marks = &whole.lane(row.side).view.timeline.marks;
        // Sometimes the events come a moment later than what followed them.
        let known = marks.iter().filter(|mark| mark.after + usize::from(at % 3 == 0) < number).cloned().collect();
        model.lanes[row.side.index()].view.timeline.marks = known;
        grown.follow(&model, Shown::default());
    }
    for side in Side::BOTH {
        model.lanes[side.index()].view.timeline.marks = whole.lane(side).view.timeline.marks.clone();
    }
    grown.follow(&model, Shown::default());
    let once = index(&whole, Shown::default());
    for side in Side::BOTH {
        assert_eq!(grown.lanes[side.index()].entries, once.lanes[side.index()].entries);
    }
    model.traffic.forget(Side::Left);
    model.lanes[0].view.timeline.marks.clear();
    grown.follow(&model, Shown::default());
    assert!(grown.lanes[0].entries.is_empty() && !grown.lanes[1].entries.is_empty());
}

#[test]
fn a_picture_is_well_formed_and_whatever_came_from_the_wire_is_inert() {
    for (model, least) in [(fixtures::hostile(), 1), (fixtures::first_minute(), 20), (fixtures::long(2500), 900)] {
        let drawn = svg::write(&model, &index(&model, EVERYTHING), true, &measure);
        let elements = well_formed(&drawn);
        assert!(elements.iter().filter(|name| *name == "text").count() > least);
        let known = ["svg", "title", "style", "rect", "path", "circle", "text"];
        assert!(elements.iter().all(|name| known.contains(&name.as_str())), "{elements:?}");
        assert!(
            !drawn.contains("<script") && !drawn.contains("<img") && !drawn.contains(['\u{202e}', '\u{1b}', '\u{0}'])
        );
        assert!(!drawn.contains("http://") || drawn.matches("http://").count() == 1, "the namespace alone");
    }
    let long = fixtures::long(2500);
    let drawn = svg::write(&long, &index(&long, EVERYTHING), true, &measure);
    assert!(drawn.contains("the last 1000 of each lane") && drawn.len() < 4_000_000, "{}", drawn.len());
}

/// The elements of an XML document, all of which are closed, with attributes in quotes and no stray sign (XML 1.0).
fn well_formed(xml: &str) -> Vec<String> {
    let legal = |c: char| matches!(c, '\n' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}');
    assert!(xml.chars().all(legal), "a character that XML has not");
    let (mut open, mut all) = (Vec::new(), Vec::new());
    let mut rest = xml;
    while let Some(from) = rest.find('<') {
        let between = &rest[..from];
        assert!(!between.contains('>'), "{between}");
        for (at, _) in between.match_indices('&') {
            let entity = between[at..].split_once(';').map(|(name, _)| name);
            assert!(["&amp", "&lt", "&gt", "&quot", "&#39"].contains(&entity.unwrap_or_default()), "{between}");
        }
        let to = from + rest[from..].find('>').expect("a tag ends");
        let tag = &rest[from + 1..to];
        rest = &rest[to + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closed in the order of opening");
            continue;
        }
        let (tag, alone) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        all.push(name.clone());
        if !alone {
            open.push(name);
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
    all
}

/// Writes a picture to look at where LOCKSTEP_SCREENS names a folder.
#[test]
fn pictures() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("LOCKSTEP_SCREENS").map(std::path::PathBuf::from) else { return Ok(()) };
    for (name, model) in
        [("first", fixtures::first_minute()), ("hostile", fixtures::hostile()), ("asks", fixtures::introspection())]
    {
        std::fs::write(
            folder.join(format!("{name}.svg")),
            svg::write(&model, &index(&model, Shown::default()), true, &measure),
        )?;
    }
    Ok(())
}
