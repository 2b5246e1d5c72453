//! A window that is opened again is as it was; a file that is not its own is named, and left as it is.

use eframe::egui::{Rect, ViewportBuilder, pos2, vec2};
use lockstep_shared::clock::Clock;

use super::place::rescue;
use super::*;

fn model() -> Model {
    Model::new(Clock::wall(), Vec::new(), &[], String::new())
}

fn seen(x: f32, y: f32, width: f32, height: f32) -> ViewportInfo {
    let rect = Rect::from_min_size(pos2(x, y), vec2(width, height));
    ViewportInfo { inner_rect: Some(rect), outer_rect: Some(rect), ..ViewportInfo::default() }
}

#[test]
fn a_window_is_as_it_was() {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let path = folder.path().join("deep").join("window.json");
    let mut memory = UiMemory::default();
    memory.restore("comparison", "dark", 1.3, true);
    memory.log_in.password = "correct horse".to_owned();
    let start = Start::read_at(Some(path.clone()));
    assert!(start.kept.is_none() && start.trouble.is_none());
    let mut keeper = Keeper::new(&start);
    let state = Remembered::of(&model(), &memory, &seen(10.0, 20.0, 1000.0, 700.0), None);
    assert_eq!(keeper.note(0.0, state.clone()), Some(1.0));
    assert_eq!(keeper.note(0.5, state.clone()), Some(0.5), "one change is written once");
    assert_eq!(keeper.note(1.0, state.clone()), None);
    drop(keeper);

    let text = std::fs::read_to_string(&path).expect("it was written");
    assert!(!text.contains("horse"), "{text}");
    let start = Start::read_at(Some(path.clone()));
    assert_eq!(start.kept.as_ref(), Some(&state));
    let mut again = UiMemory::default();
    state.give_back(&mut again);
    assert_eq!(Remembered::of(&model(), &again, &seen(10.0, 20.0, 1000.0, 700.0), None), state);
    let names: Vec<_> = std::fs::read_dir(path.parent().expect("it has a folder")).expect("it is there").collect();
    assert_eq!(names.len(), 1, "nothing half-written is left: {names:?}");

    // What has changed last is written even where the window closes at once.
    let mut keeper = Keeper::new(&start);
    let moved = Remembered::of(&model(), &again, &seen(50.0, 20.0, 1000.0, 700.0), None);
    assert!(keeper.note(2.0, moved.clone()).is_some());
    drop(keeper);
    assert_eq!(Start::read_at(Some(path)).kept, Some(moved));
}

#[test]
fn a_file_that_is_not_its_own_is_named_and_left() {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let path = folder.path().join("window.json");
    let newer = r#"{"lockstep_window": 99, "zoom": 1.0}"#;
    let long = "x".repeat(70_000);
    for text in ["", "{", "[1]", "\u{0}\u{1}", r#"{"zoom": 1.0}"#, newer, &long] {
        std::fs::write(&path, text).expect("the folder is ours");
        let start = Start::read_at(Some(path.clone()));
        let told = start.trouble.clone().unwrap_or_default();
        assert!(told.contains("window.json") && told.contains("LOCKSTEP_STATE"), "{text:?}: {told}");
        let mut keeper = Keeper::new(&start);
        let state = Remembered::of(&model(), &UiMemory::default(), &seen(0.0, 0.0, 900.0, 600.0), None);
        assert_eq!(keeper.note(0.0, state), None);
        drop(keeper);
        assert_eq!(std::fs::read_to_string(&path).expect("it is still there"), text);
    }
    let trouble = Start::read_at(Some(folder.path().to_owned())).trouble.unwrap_or_default();
    assert!(trouble.contains("left as it is"), "a folder is no file: {trouble}");
}

#[test]
fn a_file_that_cannot_be_written_is_told_once() {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "in the way").expect("the folder is ours");
    let start = Start::read_at(Some(folder.path().join("none.json")));
    let mut keeper = Keeper::new(&start);
    drop(folder);
    std::fs::write(blocked.parent().expect("it had a folder"), "in the way").expect("the temporary folder is ours");
    let state = Remembered::of(&model(), &UiMemory::default(), &seen(0.0, 0.0, 900.0, 600.0), None);
    keeper.note(0.0, state.clone());
    keeper.note(9.0, state);
    let told = (0..10_000_000).find_map(|_| {
        std::thread::yield_now();
        keeper.failure()
    });
    assert!(told.is_some_and(|told| told.contains("none.json")));
    assert_eq!(keeper.failure(), None);
    std::fs::remove_file(blocked.parent().expect("it had a folder")).expect("it was written");
}

#[test]
fn what_was_written_by_hand_is_taken_within_bounds() {
    let text = r#"{"lockstep_window": 1, "page": "nowhere", "theme": "pink", "zoom": 400.0, "later": true,
        "window": {"at": [1e30, 5.0], "size": [1.0, 1e9], "maximized": false}}"#;
    let kept: Remembered = serde_json::from_str(text).expect("it is the form");
    let mut memory = UiMemory::default();
    kept.give_back(&mut memory);
    assert_eq!(memory.zoom(), 2.5);
    let viewport = kept.window().expect("it has one").restore(ViewportBuilder::default());
    assert_eq!(viewport.inner_size, Some(vec2(800.0, 16_384.0)));
    assert_eq!(viewport.position, Some(pos2(16_384.0, 5.0)));
}

#[test]
fn a_maximized_window_keeps_the_place_it_goes_back_to() {
    let before = Place::of(&seen(10.0, 20.0, 1000.0, 700.0), 1.0, None);
    let whole = ViewportInfo { maximized: Some(true), ..seen(0.0, 0.0, 1920.0, 1080.0) };
    let kept = Place::of(&whole, 1.0, before).expect("it has a place");
    let viewport = kept.restore(ViewportBuilder::default());
    assert_eq!((viewport.inner_size, viewport.maximized), (Some(vec2(1000.0, 700.0)), Some(true)));
    let zoomed = Place::of(&seen(10.0, 20.0, 500.0, 350.0), 2.0, None).expect("it has a place");
    assert_eq!(zoomed.restore(ViewportBuilder::default()).inner_size, Some(vec2(1000.0, 700.0)));
}

#[test]
fn a_window_outside_of_every_monitor_comes_back() {
    let monitor = |x: f32, width: f32| Rect::from_min_size(pos2(x, 0.0), vec2(width, 1080.0));
    let two = [monitor(0.0, 1920.0), monitor(1920.0, 1280.0)];
    let window = |x: f32, y: f32| Rect::from_min_size(pos2(x, y), vec2(1000.0, 700.0));
    assert_eq!(rescue(window(100.0, 100.0), &two), None);
    assert_eq!(rescue(window(2000.0, 100.0), &two), None, "on the second monitor");
    assert_eq!(rescue(window(1500.0, -5.0), &two), None, "its edge can be seen");
    assert_eq!(rescue(window(2000.0, 100.0), &two[..1]), Some(pos2(460.0, 190.0)), "the second monitor is gone");
    assert_eq!(rescue(window(100.0, -300.0), &two), Some(pos2(460.0, 190.0)), "its upper edge is out of reach");
    assert_eq!(rescue(window(5000.0, 0.0), &[]), None, "where no monitor is known, nothing is moved");
    let huge = Rect::from_min_size(pos2(9000.0, 0.0), vec2(5000.0, 5000.0));
    assert_eq!(rescue(huge, &two), Some(pos2(0.0, 0.0)));
}
