//! The comparison's page: filled, filtered, walked through by keyboard, and looked at.

use super::*;
use crate::state::command::{CellId, Selection};
use crate::ui::pages::comparison::fixtures as cells;

fn page(model: Model, size: [f32; 2], zoom: f32, theme: ThemeChoice) -> (Harness<'static, Window>, Raster) {
    open_at(model, Page::Comparison, size, zoom, theme)
}

fn wide(model: Model) -> Harness<'static, Window> {
    let mut harness = page(model, [1440.0, 900.0], 1.0, ThemeChoice::Dark).0;
    harness.run();
    harness
}

fn pressed(harness: &mut Harness<'static, Window>) -> Vec<Command> {
    std::mem::take(&mut harness.state_mut().pressed)
}

/// The start of the first cell's name.
const FIRST: &str = "Stolen, then logged out · thief with access × Session: memory: ";

fn names(harness: &Harness<'static, Window>) -> Vec<String> {
    harness.root().children_recursive().filter_map(|node| node.accesskit_node().label()).collect()
}

#[test]
fn the_empty_page_has_one_button_that_fills_it() {
    let mut harness = wide(cells::empty());
    press(&mut harness, "Measure every cell");
    let all = cells::empty().comparing;
    let Some(Command::Compare(Selection { designs, scenarios })) = pressed(&mut harness).pop() else {
        panic!("a run is asked for")
    };
    assert_eq!(designs.len(), all.columns.len());
    assert!(all.rows.iter().all(|row| scenarios.contains(&row.scenario)));
}

#[test]
fn what_is_shown_is_what_runs() {
    let mut harness = wide(cells::full());
    press(&mut harness, "Scenarios shown: All scenarios");
    press(&mut harness, "Web");
    press(&mut harness, "Designs shown: All designs");
    press(&mut harness, "JWT");
    press(&mut harness, "Run what is shown");
    let Some(Command::Compare(Selection { designs, scenarios })) = pressed(&mut harness).pop() else {
        panic!("a run is asked for")
    };
    assert_eq!((designs.len(), scenarios.len()), (16, 4));
    assert!(designs.iter().all(|design| design.starts_with("jwt")));
}

#[test]
fn a_run_can_be_cancelled_and_no_other_begins_meanwhile() {
    let mut harness = wide(cells::running());
    assert!(harness.query_by_label("Run all").is_none());
    harness.get_by_label_contains("Measured 2");
    press(&mut harness, "Cancel");
    assert!(matches!(pressed(&mut harness)[..], [Command::StopComparing]));
    press(&mut harness, "Export…");
    assert!(harness.query_by_label("Write the file").is_none(), "what is not whole is not written");
}

#[test]
fn a_cell_tells_its_story_and_is_stepped_through() {
    let mut harness = wide(cells::full());
    assert!(harness.query_by_label("What decided it").is_none());
    harness.get_by_label_contains(FIRST).click();
    harness.run();
    for part in ["What decided it", "What was done", "Who came to what", "As expected", "Access should end here"] {
        assert!(harness.query_all_by_label_contains(part).next().is_some(), "{part}");
    }
    press(&mut harness, "Step through it in the playground");
    let Some(Command::StepThrough(CellId { design, scenario, thief })) = pressed(&mut harness).pop() else {
        panic!("the scenario is asked for")
    };
    assert_eq!((design.as_str(), scenario.as_str()), ("session-memory", "stolen-then-logged-out"));
    assert_eq!(thief, Some(crate::lab::scenario::Thief::Access));
    assert_eq!(harness.state().memory.page, Page::Playground);

    let mut harness = super::wide(cells::walking());
    press(&mut harness, "Next step");
    assert!(matches!(pressed(&mut harness)[..], [Command::NextStep]));
    press(&mut harness, "Put the scenario away");
    assert!(matches!(pressed(&mut harness)[..], [Command::LeaveSteps]));
}

#[test]
fn arrows_move_from_cell_to_cell_and_enter_opens() {
    let mut harness = wide(cells::full());
    harness.get_by_label_contains(FIRST).focus();
    harness.run();
    let focused = |harness: &Harness<'static, Window>| {
        let node = harness.root().children_recursive().find(|node| node.is_focused());
        node.and_then(|node| node.accesskit_node().label()).unwrap_or_default()
    };
    for (keys, name) in [
        (&[egui::Key::ArrowRight; 2][..], "Stolen, then logged out · thief with access × Session: redis"),
        (&[egui::Key::ArrowDown], "Stolen, then logged out · thief with everything × Session: redis"),
        (&[egui::Key::End], "Stolen, then logged out · thief with everything × JWT: two services"),
        (&[egui::Key::PageDown; 9], "A neighbour's cookie × JWT: two services"),
    ] {
        for key in keys {
            harness.key_press(*key);
            harness.run();
        }
        assert!(focused(&harness).starts_with(name), "{name}: {}", focused(&harness));
    }
    let edge = harness.get_by_label_contains("A neighbour's cookie × JWT: two services").rect();
    assert!(edge.right() < 1440.0 && edge.bottom() < 900.0, "the cursor is in sight: {edge:?}");
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert!(harness.query_by_label("Step through it in the playground").is_some());
    harness.key_press(egui::Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Step through it in the playground").is_none());
}

#[test]
fn a_file_is_written_where_it_is_typed() {
    let mut harness = wide(cells::full());
    press(&mut harness, "Export…");
    press(&mut harness, "As JSON");
    press(&mut harness, "Write the file");
    let Some(Command::Keep { path, replace: false, .. }) = pressed(&mut harness).pop() else {
        panic!("a file is asked for")
    };
    assert_eq!(path.to_str(), Some("/home/alice/lockstep-comparison.json"));
    press(&mut harness, "Open…");
    press(&mut harness, "Open this file");
    assert!(matches!(pressed(&mut harness)[..], [Command::OpenKept(_)]));
}

#[test]
fn only_the_rows_that_differ_are_left() {
    let mut harness = wide(cells::full());
    let rows = |harness: &Harness<'static, Window>| names(harness).iter().filter(|name| name.contains(" × ")).count();
    let before = rows(&harness);
    press(&mut harness, "Only where they differ");
    let alike = "Stolen, then logged out · thief with everything";
    assert!(harness.query_all_by_label_contains(alike).next().is_none(), "every design comes out alike in it");
    assert!(harness.state().memory.comparison.differing && before > 0);
}

/// What is out of sight costs nothing: the number of controls is bounded by the window and not by the table.
#[test]
fn only_what_is_seen_is_drawn() {
    let harness = page(cells::full(), [1024.0, 700.0], 1.0, ThemeChoice::Dark);
    let mut harness = harness.0;
    harness.run();
    let shown = names(&harness).iter().filter(|name| name.contains(" × ")).count();
    let table = &harness.state().model.comparing;
    assert!(shown > 40 && shown < table.rows.len() * table.columns.len() / 2, "{shown} cells");
}

#[test]
fn the_page_settles_at_once_and_rests() {
    for (name, model) in moments() {
        let mut harness = page(model(), [1440.0, 900.0], 1.0, ThemeChoice::Dark).0;
        let steps = harness.run();
        assert!(steps <= 4, "{name} takes {steps} frames to settle");
    }
}

/// Every fixture at every size: no control without a name, none outside the window, none over another.
#[test]
fn every_moment_of_the_page_fits_every_window() {
    let controls = ["Cancel", "Run all", "Only where they differ", "Hide empty", "Export…", "Open…", "Close the story"];
    for (name, model) in moments() {
        for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
            for zoom in [1.0, 1.4, 2.0, 2.5] {
                let place = format!("{name} at {size:?} × {zoom}");
                let mut harness = page(model(), size, zoom, ThemeChoice::Dark).0;
                harness.run();
                let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, vec2(size[0], size[1]) / zoom);
                let found: Vec<_> = controls.iter().filter_map(|name| harness.query_by_label(name)).collect();
                let rects: Vec<egui::Rect> = found.iter().map(|node| node.rect()).collect();
                for (index, rect) in rects.iter().enumerate() {
                    assert!(rect.left() >= 0.0 && rect.right() <= screen.right() + MARGIN, "{place}: {rect:?}");
                    let covered = rects[index + 1..].iter().find(|other| rect.shrink(0.6).intersects(**other));
                    assert!(covered.is_none(), "{place}: {rect:?} covers {covered:?}");
                }
                unnamed(&harness, &place);
            }
        }
    }
}

/// Every control has a name.
pub(super) fn unnamed(harness: &Harness<'static, Window>, place: &str) {
    use egui::accesskit::Role;

    let controls = [Role::Button, Role::CheckBox, Role::TextInput, Role::ComboBox, Role::Link, Role::Image];
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        let named = node.label().is_some_and(|name| !name.trim().is_empty()) || node.labelled_by().next().is_some();
        assert!(
            named || !controls.contains(&node.role()),
            "{place}: a {:?} at {:?} has no name",
            node.role(),
            node.raw_bounds()
        );
    }
}

fn moments() -> [Moment; 4] {
    [("1-empty", cells::empty), ("2-running", cells::running), ("3-full", cells::full), ("4-stopped", cells::stopped)]
}

/// Writes pictures to look at where LOCKSTEP_SCREENS names a folder.
#[test]
fn pictures_of_the_comparison() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("LOCKSTEP_SCREENS").map(PathBuf::from) else { return Ok(()) };
    let only = std::env::var("LOCKSTEP_SCREEN").unwrap_or_default();
    let save = |name: String, take: &dyn Fn() -> Image| -> anyhow::Result<()> {
        if name.contains(&only) {
            take().save(&folder.join(format!("{name}.png")))?;
        }
        Ok(())
    };
    for (theme_name, theme) in [("dark", ThemeChoice::Dark), ("light", ThemeChoice::Light)] {
        for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
            for zoom in [1.0, 2.0] {
                let end = format!("{}x{}-zoom{zoom}-{theme_name}", size[0], size[1]);
                for (name, model) in moments() {
                    let take = || press_and_draw(page(model(), size, zoom, theme), zoom, &[]);
                    save(format!("comparison-{name}-{end}"), &take)?;
                }
                let story = || {
                    let mut opened = page(cells::full(), size, zoom, theme);
                    opened.0.state_mut().memory.comparison.open((4, 10));
                    press_and_draw(opened, zoom, &[])
                };
                save(format!("comparison-5-story-{end}"), &story)?;
                let walk = || press_and_draw(open(cells::walking(), size, zoom, theme), zoom, &[]);
                save(format!("comparison-6-walk-{end}"), &walk)?;
            }
        }
        for (name, presses) in [
            ("export", &["Export…"][..]),
            ("open", &["Open…"][..]),
            ("filters", &["Scenarios shown: All scenarios"][..]),
            ("sessions", &["Designs shown: All designs", "Session"][..]),
            ("differ", &["Only where they differ", TAB, TAB][..]),
        ] {
            let size = [1440.0, 900.0];
            save(format!("comparison-7-{name}-{theme_name}"), &|| {
                press_and_draw(page(cells::full(), size, 1.0, theme), 1.0, presses)
            })?;
        }
    }
    Ok(())
}
