//! The Wire by its labels, by the keyboard, and as pixels.

use std::path::PathBuf;

use eframe::egui::{self, Key, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{MARGIN, ThemeChoice, Window, open, press, press_and_draw};
use crate::state::command::{Command, Side};
use crate::state::event::Event;
use crate::state::model::Model;
use crate::state::wire::find::{Found, in_slots};
use crate::ui::fixtures::wire as fixtures;
use crate::ui::raster::{Image, Raster};

type Opened = (Harness<'static, Window>, Raster);

/// The playground with the Wire below it.
fn wire(model: Model, size: [f32; 2], zoom: f32, theme: ThemeChoice, tall: bool) -> Opened {
    let mut opened = open(model, size, zoom, theme);
    let below = &mut opened.0.state_mut().memory.below;
    below.tab = super::super::pages::playground::Tab::Wire;
    below.tall = tall;
    opened.0.run();
    opened
}

fn large(model: Model) -> Harness<'static, Window> {
    wire(model, [1440.0, 900.0], 1.0, ThemeChoice::Dark, true).0
}

/// Does what the finder's thread does with what was asked for.
fn find(harness: &mut Harness<'static, Window>) {
    let window = harness.state_mut();
    for command in std::mem::take(&mut window.pressed) {
        if let Command::Find(query) = command {
            let snapshot = window.model.traffic.snapshot();
            let mut found = Found::nothing(query.clone(), &snapshot);
            found.places = in_slots(&snapshot.slots, &query, 0, &|| false).into();
            found.end = window.model.traffic.end();
            window.model.apply(Event::Found(found));
        }
    }
    harness.run();
}

fn filter(harness: &mut Harness<'static, Window>, text: &str) {
    harness.state_mut().memory.below.wire.filter = text.to_owned();
    harness.run();
    find(harness);
}

/// The rows that are seen.
fn rows(harness: &Harness<'static, Window>) -> Vec<String> {
    let nodes =
        harness.root().children_recursive().filter(|node| node.accesskit_node().role() == egui::accesskit::Role::Row);
    nodes.filter_map(|node| node.accesskit_node().label()).collect()
}

#[test]
fn a_row_opens_its_exchange_with_the_rule_of_every_cookie() {
    let mut harness = large(fixtures::logged_out());
    press(&mut harness, "left 1 laptop POST /auth/login 200");
    assert_eq!(harness.state().memory.below.selected, Some((Side::Left, 1)));
    for words in ["stored", "password hashed with Argon2id", "38.2 ms", "The jar was empty"] {
        assert!(harness.query_all_by_label_contains(words).next().is_some(), "{words}");
    }
    filter(&mut harness, "path:transfer");
    press(&mut harness, "left 13 attacker POST /api/transfer 403");
    for words in ["withheld", "A Lax cookie goes across sites only with a safe method", "not kept", "\\u{202e}"] {
        assert!(harness.query_all_by_label_contains(words).next().is_some(), "{words}");
    }
    press(&mut harness, "Close the exchange");
    assert!(harness.query_by_label("Copy as curl").is_none());
}

#[test]
fn it_is_filtered_as_one_types_and_the_old_answer_stays_meanwhile() {
    let mut harness = large(fixtures::logged_out());
    let all = rows(&harness).len();
    assert!(all > 15, "{all}");
    harness.get_by_label("Filter exchanges").focus();
    harness.run();
    harness.get_by_label("Filter exchanges").type_text("actor:attacker status:401");
    harness.run();
    find(&mut harness);
    assert_eq!(rows(&harness), ["left 11 attacker GET /api/me 401, a probe"]);
    harness.get_by_label("Filter exchanges").type_text(" lane:right");
    harness.run();
    assert_eq!(rows(&harness).len(), 1, "nothing jumps while it is looked for");
    find(&mut harness);
    assert_eq!(rows(&harness).len(), 0);
    harness.get_by_label_contains("No exchange is like that");
    press(&mut harness, "Clear the filter");
    find(&mut harness);
    assert_eq!(rows(&harness).len(), all);
    press(&mut harness, "Hide probes");
    find(&mut harness);
    assert!(rows(&harness).iter().all(|row| !row.contains("probe")) && !rows(&harness).is_empty());
    filter(&mut harness, "stats:401");
    harness.get_by_label_contains("“stats:” is no term");
}

#[test]
fn the_menu_writes_terms() {
    let mut harness = large(fixtures::logged_out());
    press(&mut harness, "Filter terms");
    press(&mut harness, "actor:attacker");
    press(&mut harness, "lane:left");
    assert_eq!(harness.state().memory.below.wire.filter, "actor:attacker lane:left");
    press(&mut harness, "actor:attacker");
    assert_eq!(harness.state().memory.below.wire.filter, "lane:left");
}

#[test]
fn the_keyboard_goes_through_it() {
    let mut harness = large(fixtures::long_run());
    let selected = |harness: &Harness<'static, Window>| {
        let below = &harness.state().memory.below;
        let (side, number) = below.selected.expect("one is selected");
        harness.state().model.traffic.place_of(side, number).expect("is there")
    };
    let traffic = &harness.state().model.traffic;
    let (first, last) = (traffic.first(), traffic.end() - 1);
    harness.get_by_role(egui::accesskit::Role::ListBox).focus();
    harness.run();
    let mut press = |key: Key| {
        harness.key_press(key);
        harness.run();
        let place = selected(&harness);
        let row = &harness.state().model.traffic.at_place(place).expect("is there").exchange;
        let seen = format!(" {} {} ", row.number, row.actor);
        assert!(rows(&harness).iter().any(|row| row.contains(&seen)), "{seen} after {key:?}: {:?}", rows(&harness));
        place
    };
    assert_eq!(press(Key::ArrowUp), last, "the newest is nearest");
    assert_eq!(press(Key::ArrowUp), last - 1);
    assert_eq!(press(Key::Home), first);
    assert_eq!(press(Key::ArrowDown), first + 1);
    let page = press(Key::PageDown);
    assert!(page > first + 10 && page < first + 60);
    assert_eq!(press(Key::PageUp), first + 1);
    assert_eq!(press(Key::End), last);
    press(Key::Enter);
    assert!(harness.query_by_label("Copy as curl").is_some());
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Copy as curl").is_none());
}

#[test]
fn new_rows_are_followed_unless_somebody_looks_back() {
    use crate::state::traffic::made::probes;

    let mut harness = large(fixtures::long_run());
    let newest = |harness: &Harness<'static, Window>, number: usize| {
        rows(harness).iter().any(|row| row.starts_with(&format!("left {number} ")))
    };
    let add = |harness: &mut Harness<'static, Window>, number: usize| {
        harness.state_mut().model.traffic.take_in(Side::Left, probes(number..number + 1));
        harness.run();
    };
    add(&mut harness, 20_000);
    assert!(newest(&harness, 20_000), "{:?}", rows(&harness));
    harness.get_by_role(egui::accesskit::Role::ListBox).focus();
    harness.key_press(Key::Home);
    harness.run();
    let before = rows(&harness);
    add(&mut harness, 20_001);
    assert_eq!(rows(&harness), before);
}

#[test]
fn what_was_dropped_is_said() {
    let harness = large(fixtures::long_run());
    harness.get_by_label_contains("older exchanges were dropped");
}

#[test]
fn a_masked_window_shows_no_secret_of_any_exchange() {
    let mut harness = large(fixtures::logged_out());
    harness.state_mut().memory.masked = true;
    for side in Side::BOTH {
        let numbers: Vec<usize> = harness.state().model.traffic.of(side).map(|exchange| exchange.number).collect();
        for number in numbers {
            harness.state_mut().memory.below.open_exchange(side, number);
            harness.run();
            for secret in ["k3Jf", "eyJh", "r8Qp", "correct horse"] {
                let shown: Vec<_> = harness.query_all_by_label_contains(secret).collect();
                assert!(shown.is_empty(), "{secret} in {side:?} {number}");
            }
        }
    }
}

#[test]
fn one_exchange_is_opened_from_elsewhere() {
    let mut harness = wire(fixtures::logged_out(), [1440.0, 900.0], 1.0, ThemeChoice::Dark, false).0;
    harness.state_mut().memory.below.tab = Default::default();
    harness.state_mut().memory.below.open_exchange(Side::Right, 2);
    harness.run();
    harness.get_by_label("Copy as curl");
    assert!(rows(&harness).iter().any(|row| row.starts_with("right 2 ")), "{:?}", rows(&harness));
}

/// A frame that changes nothing asks for no other, and every control has a name and its own place.
#[test]
fn it_rests_and_fits_every_window() {
    for (name, model) in moments() {
        for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
            for zoom in [1.0, 1.4, 2.0, 2.5] {
                for tall in [false, true] {
                    let place = format!("{name} at {size:?} × {zoom}, tall {tall}");
                    let mut harness = wire(model(), size, zoom, ThemeChoice::Dark, tall).0;
                    harness.state_mut().memory.below.open_exchange(Side::Left, 2);
                    let steps = harness.run();
                    assert!(steps <= 5, "{place}: {steps} frames");
                    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, vec2(size[0], size[1]) / zoom);
                    for label in ["Hide probes", "Filter terms", "Filter exchanges", "Close the exchange"] {
                        let Some(node) = harness.query_by_label(label) else { continue };
                        let rect = node.rect();
                        assert!(
                            rect.left() >= 0.0 && rect.right() <= screen.right() + MARGIN,
                            "{place}: {label} {rect:?}"
                        );
                    }
                    super::comparison::unnamed(&harness, &place);
                }
            }
        }
    }
}

type Moment = (&'static str, fn() -> Model);

fn moments() -> [Moment; 3] {
    [("1-logged-in", fixtures::logged_in), ("2-logged-out", fixtures::logged_out), ("3-long-run", fixtures::long_run)]
}

/// Writes pictures to look at where LOCKSTEP_SCREENS names a folder.
#[test]
fn pictures_of_the_wire() -> anyhow::Result<()> {
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
                    for tall in [false, true] {
                        let take = || press_and_draw(wire(model(), size, zoom, theme, tall), zoom, &[]);
                        save(format!("wire-{name}-tall-{tall}-{end}"), &take)?;
                    }
                }
                for (name, side, number, masked) in [
                    ("log-in", Side::Right, 1, false),
                    ("stolen", Side::Left, 11, false),
                    ("odd", Side::Left, 13, false),
                    ("masked", Side::Right, 8, true),
                ] {
                    for tall in [false, true] {
                        let take = || {
                            let mut opened = wire(fixtures::logged_out(), size, zoom, theme, tall);
                            opened.0.state_mut().memory.masked = masked;
                            opened.0.state_mut().memory.below.open_exchange(side, number);
                            press_and_draw(opened, zoom, &[])
                        };
                        save(format!("wire-4-{name}-tall-{tall}-{end}"), &take)?;
                    }
                }
            }
        }
        let filtered = |text: &'static str, presses: &'static [&'static str]| {
            move || {
                let mut opened = wire(fixtures::logged_out(), [1440.0, 900.0], 1.0, theme, true);
                filter(&mut opened.0, text);
                press_and_draw(opened, 1.0, presses)
            }
        };
        save(format!("wire-5-filter-{theme_name}"), &filtered("actor:attacker revoked", &[]))?;
        save(format!("wire-5-notes-{theme_name}"), &filtered("actr:attacker status:abc", &[]))?;
        save(format!("wire-5-terms-{theme_name}"), &filtered("actor:attacker", &["Filter terms"]))?;
    }
    Ok(())
}

/// How often this thread was given a processor: a frame during which that did not change was not interrupted, so that its
/// time is its own, whatever else runs beside it.
fn turns() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split_whitespace().nth(2)?.parse().ok()
}

#[test]
#[ignore = "a benchmark: cargo test -p lockstep a_million -- --ignored --nocapture"]
fn a_million_exchanges_cost_a_frame_what_a_hundred_do() {
    use lockstep_shared::clock::Stopwatch;

    use crate::state::traffic::made::probes;
    use crate::state::traffic::{Limits, Traffic};

    let with = |count: usize| {
        let mut model = fixtures::logged_out();
        model.traffic = Traffic::within(Limits { rows: count, bytes: usize::MAX });
        for from in (0..count).step_by(100) {
            model.traffic.take_in(Side::Left, probes(from + 1..from + 101));
        }
        let mut harness = large(model);
        harness.get_by_role(egui::accesskit::Role::ListBox).focus();
        harness.run();
        (harness, Vec::new())
    };
    let mut windows = [with(100), with(1_000_000)];
    // Both go through the same frames in turn: moved by a row, by a page, to the ends, and at rest.
    let keys = [Key::ArrowUp, Key::ArrowUp, Key::PageUp, Key::Home, Key::ArrowDown, Key::PageDown, Key::End];
    for frame in 0..1400 {
        for (harness, times) in &mut windows {
            if frame % 2 == 0 {
                harness.key_press(keys[frame / 2 % keys.len()]);
            }
            let (before, watch) = (turns(), Stopwatch::start());
            harness.step();
            let micros = watch.micros();
            // The first frames lay out every word for the first time.
            if frame >= 100 && before == turns() {
                times.push(micros);
            }
        }
    }
    let figures = windows.map(|(_, mut times): (_, Vec<u64>)| {
        times.sort_unstable();
        let at = |share: usize| times[times.len() * share / 1000];
        println!("{} frames: median {} µs, p95 {} µs, p99 {} µs", times.len(), at(500), at(950), at(990));
        (at(500), at(990))
    });
    let ratio = |a: u64, b: u64| b as f64 / a as f64;
    println!(
        "a million to a hundred: median × {:.2}, p99 × {:.2}",
        ratio(figures[0].0, figures[1].0),
        ratio(figures[0].1, figures[1].1)
    );
}
