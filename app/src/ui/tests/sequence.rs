//! The sequence in the window: its arrows are pressed, walked by keys and looked at.

use std::path::PathBuf;

use eframe::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{Image, Moment, Page, Window, open_at, press_and_draw};
use crate::state::command::Side;
use crate::state::model::Model;
use crate::ui::memory::ThemeChoice;
use crate::ui::pages::playground::below::Tab;
use crate::ui::pages::playground::below::sequence::fixtures;

fn open(
    model: Model,
    size: [f32; 2],
    zoom: f32,
    theme: ThemeChoice,
    tall: bool,
) -> (Harness<'static, Window>, super::Raster) {
    let (mut harness, raster) = open_at(model, Page::Playground, size, zoom, theme);
    harness.state_mut().memory.below.tab = Tab::Sequence;
    harness.state_mut().memory.below.tall = tall;
    (harness, raster)
}

fn wide(model: Model) -> Harness<'static, Window> {
    let mut harness = open(model, [1440.0, 900.0], 1.0, ThemeChoice::Dark, true).0;
    harness.run();
    harness
}

fn moments() -> [Moment; 5] {
    [
        ("1-nothing", crate::ui::fixtures::empty),
        ("2-first-minute", fixtures::first_minute),
        ("3-long", || fixtures::long(2000)),
        ("4-introspection", fixtures::introspection),
        ("5-hostile", fixtures::hostile),
    ]
}

#[test]
fn a_click_on_an_arrow_opens_its_exchange() {
    let mut harness = wide(fixtures::first_minute());
    harness.get_by_label("left #7 attacker: GET /api/me 200").click();
    harness.run();
    let below = &harness.state().memory.below;
    assert_eq!((below.tab, below.selected), (Tab::Wire, Some((Side::Left, 7))));
}

#[test]
fn the_arrows_of_the_keyboard_walk_and_enter_opens() {
    let mut harness = wide(fixtures::first_minute());
    harness.get_by_label_contains("left #11 ").focus();
    harness.run();
    for key in [egui::Key::ArrowUp, egui::Key::ArrowUp, egui::Key::ArrowRight] {
        harness.key_press(key);
        harness.run();
    }
    let selected = harness.state().memory.below.selected.expect("the keys choose");
    assert_eq!(selected.0, Side::Right, "{selected:?}");
    harness.key_press(egui::Key::Enter);
    harness.run();
    let below = &harness.state().memory.below;
    assert_eq!((below.tab, below.selected), (Tab::Wire, Some(selected)));
}

#[test]
fn the_labs_questions_come_when_they_are_asked_for() {
    let mut harness = wide(fixtures::first_minute());
    let drawn = |harness: &Harness<'static, Window>| harness.query_all_by_label_contains(" phone: GET /api/me").count();
    let few = drawn(&harness);
    harness.get_by_label("The lab's questions").click();
    harness.run();
    assert!(drawn(&harness) > few, "{few}");
}

/// Only what is in sight is laid out, however much there is.
#[test]
fn a_long_run_costs_what_is_in_sight() {
    let mut harness = wide(fixtures::long(5000));
    harness.get_by_label("The lab's questions").click();
    harness.run();
    let names = harness.root().children_recursive().filter_map(|node| node.accesskit_node().label());
    let drawn = names.filter(|name| name.contains(" #")).count();
    assert!((4..200).contains(&drawn), "{drawn}");
    assert!(
        harness.query_by_label_contains("left #5000 ").is_some() || harness.query_by_label_contains("#4999").is_some(),
        "the newest is in sight"
    );
}

#[test]
fn every_size_has_its_sequence() {
    for (name, model) in moments() {
        for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
            for (zoom, tall) in [(1.0, false), (1.0, true), (2.0, true), (2.5, false)] {
                let mut harness = open(model(), size, zoom, ThemeChoice::Light, tall).0;
                let steps = harness.run();
                assert!(steps <= 6, "{name} at {size:?} × {zoom} takes {steps} frames to settle");
            }
        }
    }
}

/// Writes pictures to look at where LOCKSTEP_SCREENS names a folder.
#[test]
fn pictures() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("LOCKSTEP_SCREENS").map(PathBuf::from) else { return Ok(()) };
    let only = std::env::var("LOCKSTEP_SCREEN").unwrap_or_default();
    for (theme_name, theme) in [("dark", ThemeChoice::Dark), ("light", ThemeChoice::Light)] {
        for (name, model) in moments() {
            for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
                for (zoom, tall) in [(1.0, false), (1.0, true), (2.0, true)] {
                    let tall_name = if tall { "-tall" } else { "" };
                    let file = format!("seq-{name}-{}x{}-zoom{zoom}{tall_name}-{theme_name}.png", size[0], size[1]);
                    if !file.contains(&only) {
                        continue;
                    }
                    let image: Image = press_and_draw(open(model(), size, zoom, theme, tall), zoom, &[]);
                    image.save(&folder.join(file))?;
                }
            }
        }
    }
    Ok(())
}
