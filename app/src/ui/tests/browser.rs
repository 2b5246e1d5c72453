//! The Browser page: its doors, the table of what a browser sent, and one request whole.

use super::*;
use crate::state::measuring::By;
use crate::ui::fixtures::{browsing, measuring};
use crate::ui::pages::browser::Tab;

fn page(model: Model) -> Harness<'static, Window> {
    let mut harness = open_at(model, Page::Browser, [1440.0, 900.0], 1.0, ThemeChoice::Dark).0;
    harness.run();
    harness
}

pub(super) fn moments() -> [Moment; 6] {
    [
        ("1-starting", fixtures::starting),
        ("2-empty", fixtures::empty),
        ("3-logged-in", browsing::logged_in),
        ("4-attacked", browsing::attacked),
        ("5-many", browsing::many),
        ("6-busy", fixtures::busy_day),
    ]
}

/// What the window asked the system to open, and what it copied.
fn asked_for(harness: &Harness<'static, Window>) -> Vec<String> {
    let commands = harness.output().platform_output.commands.iter();
    let text = |command: &egui::OutputCommand| match command {
        egui::OutputCommand::OpenUrl(open) => Some(format!("open {}", open.url)),
        egui::OutputCommand::CopyText(text) => Some(format!("copy {text}")),
        _ => None,
    };
    commands.filter_map(text).collect()
}

/// Presses once and looks at the frame in which that is done.
fn press_once(harness: &mut Harness<'static, Window>, label: &str) -> Vec<String> {
    harness.get_by_label(label).click();
    let mut asked = Vec::new();
    for _ in 0..4 {
        harness.step();
        asked.extend(asked_for(harness));
    }
    asked
}

#[test]
fn each_door_opens_in_the_users_browser_or_is_copied() {
    let mut harness = page(fixtures::empty());
    for (button, address) in [
        ("Open the left bank in your browser", "open http://session-memory.localhost:8787/"),
        ("Open the right attacker's site in your browser", "open http://evil.localhost:8788/?design=jwt-rotation"),
        ("Open the right sibling in your browser", "open http://blog.jwt-rotation.localhost:8788/"),
        ("Copy the address of the left sibling", "copy http://blog.session-memory.localhost:8787/"),
        ("Copy the e-mail address", "copy alice@bank.example"),
    ] {
        assert_eq!(press_once(&mut harness, button), [address]);
    }
    harness.get_by_label_contains("Your browser was asked to open http://blog.jwt-rotation.localhost:8788/");
    assert!(harness.state().pressed.is_empty(), "the lab is not asked for anything");
}

#[test]
fn no_door_opens_before_its_server_runs() {
    let mut harness = page(fixtures::starting());
    assert_eq!(press_once(&mut harness, "Open the left bank in your browser"), [""; 0]);
}

#[test]
fn the_table_tells_who_started_what_came_and_what_was_held_back() {
    let mut harness = page(browsing::attacked());
    harness.get_by_label_contains("Chrome 150: ");
    harness.get_by_label_contains(
        "left bank POST /api/transfer 403, tab from evil.localhost:8787, 0 cookies came, held back __Host-sid (Lax: not by POST), agent same",
    );
    harness.get_by_label_contains("left bank OPTIONS /api/account 403, preflight from evil.localhost:8787");
    let before = harness.query_all_by_role(egui::accesskit::Role::Row).count();
    press(&mut harness, "Scripts and styles too (2)");
    assert_eq!(harness.query_all_by_role(egui::accesskit::Role::Row).count(), before + 2);
    press(&mut harness, "Only where the agent differs (1)");
    assert_eq!(harness.query_all_by_role(egui::accesskit::Role::Row).count(), 1);
    press(&mut harness, "Empty the table");
    assert!(matches!(harness.state().pressed[..], [Command::ForgetVisits]));
}

#[test]
fn a_request_is_opened_by_the_keyboard_and_leads_on() {
    let mut harness = page(browsing::attacked());
    let table = harness.get_by_label_contains("Requests");
    table.focus();
    harness.run();
    for key in [egui::Key::End, egui::Key::ArrowUp, egui::Key::ArrowUp, egui::Key::Enter] {
        harness.key_press(key);
        harness.run();
    }
    assert_eq!(harness.state().memory.browsing.selected, Some(16));
    harness.get_by_label_contains("see the marked lines");
    harness.get_by_label_contains("Our agent would have withheld it");
    press(&mut harness, "Inspect __Host-sid of browser");
    assert_eq!(harness.state().memory.page, Page::Inspector);
    harness.state_mut().memory.page = Page::Browser;
    harness.run();
    press(&mut harness, "Show in the Wire");
    assert_eq!(harness.state().memory.below.selected, Some((Side::Left, 56)));
}

#[test]
fn a_masked_window_shows_no_secret_of_a_browser() {
    let mut harness = page(browsing::attacked());
    harness.state_mut().memory.browsing.look_at(5);
    harness.run();
    let shows =
        |harness: &Harness<'static, Window>, what: &str| harness.query_all_by_label_contains(what).next().is_some();
    assert!(shows(&harness, "v7Qm") && shows(&harness, "correct horse"));
    harness.state_mut().memory.masked = true;
    harness.run();
    for secret in ["v7Qm", "correct horse"] {
        assert!(!shows(&harness, secret), "{secret}");
    }
}

#[test]
fn the_page_settles_at_once_and_rests() {
    for (name, model) in moments() {
        let (mut harness, _) = open_at(model(), Page::Browser, [1440.0, 900.0], 1.0, ThemeChoice::Dark);
        let steps = harness.run();
        assert!(steps <= 5, "{name} takes {steps} frames to settle");
    }
}

#[test]
fn every_moment_fits_every_window() {
    for (name, model) in moments() {
        for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
            for zoom in [1.0, 1.5, 2.0, 2.5] {
                let (mut harness, _) = open_at(model(), Page::Browser, size, zoom, ThemeChoice::Dark);
                harness.state_mut().memory.browsing.look_at(12);
                harness.run();
                for label in ["Open the left bank in your browser", "Copy the address of the right sibling"] {
                    let rect = harness.get_by_label(label).rect();
                    let right = size[0] / zoom + MARGIN;
                    assert!(
                        rect.left() >= 0.0 && rect.right() <= right,
                        "{name} at {size:?} × {zoom}: {label} {rect:?}"
                    );
                }
            }
        }
    }
}

/// The delivery table in each of its states.
pub(super) fn tables() -> [Moment; 4] {
    [
        ("unmeasured", measuring::unmeasured),
        ("waiting", measuring::waiting),
        ("running", measuring::running),
        ("measured", measuring::measured),
    ]
}

fn delivery(model: Model) -> Harness<'static, Window> {
    let mut harness = page(model);
    press(&mut harness, "Delivery table");
    harness
}

#[test]
fn a_browser_is_measured_by_its_button() {
    let mut harness = delivery(measuring::measured());
    press(&mut harness, "Fill the table with this browser");
    press(&mut harness, "With headless Chromium");
    let pressed = &harness.state().pressed;
    assert!(matches!(pressed[..], [Command::Measure(By::Hand), Command::Measure(By::Headless)]), "{pressed:?}");

    let mut harness = delivery(measuring::unmeasured());
    harness.get_by_label_contains("apt-get install chromium chromium-driver");
    press(&mut harness, "With headless Chromium");
    assert!(harness.state().pressed.is_empty(), "there is none");

    let mut harness = delivery(measuring::running());
    harness.get_by_label("412 of 1630 requests");
    press(&mut harness, "Cancel measuring");
    assert!(matches!(harness.state().pressed[..], [Command::StopMeasuring]));
}

#[test]
fn the_measuring_page_is_opened_once() {
    let mut harness = page(fixtures::logged_in());
    harness.state_mut().model = measuring::waiting();
    let mut asked = Vec::new();
    for _ in 0..6 {
        harness.step();
        asked.extend(asked_for(&harness));
    }
    assert_eq!(asked, ["open http://measuring.localhost:41234/measuring/0123456789abcdef/"]);
}

#[test]
fn what_differs_is_told_first_and_choices_are_named() {
    let mut harness = delivery(measuring::measured());
    harness.get_by_label_contains("Firefox 140.0: 174 of 180 agree");
    harness.get_by_label_contains("third-party-cookies");
    harness.get_by_label_contains("evil.localhost → a.localhost: POST form d N, GET link d L N, image · ≠ agent N");
    press(&mut harness, "Only where they differ");
    assert_eq!(harness.query_all_by_label_contains(": browser withheld, agent sent").count(), 6);
    press(&mut harness, "Only where they differ");
    press(&mut harness, "Chromium 150");
    harness.get_by_label_contains("Chromium 150.0.7871.46: 180 of 180 agree");
    press(&mut harness, "Storing (60)");
    assert!(harness.query_all_by_label_contains("__Host- with Domain, case").count() > 8);
}

/// Writes pictures to look at where LOCKSTEP_SCREENS names a folder.
#[test]
fn pictures() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("LOCKSTEP_SCREENS").map(PathBuf::from) else { return Ok(()) };
    for (theme_name, theme) in [("dark", ThemeChoice::Dark), ("light", ThemeChoice::Light)] {
        for (name, model) in moments() {
            for (size, zoom) in
                [([1024.0, 700.0], 1.0), ([1440.0, 900.0], 1.0), ([1920.0, 1080.0], 1.0), ([1440.0, 900.0], 2.0)]
            {
                for (table, model) in if name == "2-empty" { tables().to_vec() } else { Vec::new() } {
                    let (mut harness, raster) = open_at(model(), Page::Browser, size, zoom, theme);
                    harness.state_mut().memory.browsing.tab = Tab::Delivery;
                    let image = press_and_draw((harness, raster), zoom, &[]);
                    let file = format!("browser-table-{table}-{}x{}-zoom{zoom}-{theme_name}.png", size[0], size[1]);
                    image.save(&folder.join(file))?;
                }
                for (look, id) in [("", 0), ("-opened", 12)] {
                    let (mut harness, raster) = open_at(model(), Page::Browser, size, zoom, theme);
                    if id > 0 {
                        harness.state_mut().memory.browsing.look_at(id);
                    }
                    let image = press_and_draw((harness, raster), zoom, &[]);
                    let file = format!("browser-{name}{look}-{}x{}-zoom{zoom}-{theme_name}.png", size[0], size[1]);
                    image.save(&folder.join(file))?;
                }
            }
        }
    }
    Ok(())
}
