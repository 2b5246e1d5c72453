//! The window, driven by labels and looked at as pixels, with no server behind it.

mod browser;
mod comparison;
mod family;
mod inspector;
mod sequence;
mod frame;
mod reach;
mod walk;
mod held;
mod wire;
mod stored;

use std::path::PathBuf;

use eframe::egui::{self, Theme, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::fixtures;
use super::memory::{Page, ThemeChoice, UiMemory};
use super::raster::{Image, Raster};
use crate::state::command::{Action, Command, Side, Target};
use crate::state::model::Model;

/// What the harness leaves free around a ui, and a window does not.
const MARGIN: f32 = 8.0;

/// A window over a model that stands still.
struct Window {
    model: Model,
    memory: UiMemory,
    pressed: Vec<Command>,
}

fn open(model: Model, size: [f32; 2], zoom: f32, theme: ThemeChoice) -> (Harness<'static, Window>, Raster) {
    open_at(model, Page::default(), size, zoom, theme)
}

fn open_at(
    model: Model,
    page: Page,
    size: [f32; 2],
    zoom: f32,
    theme: ThemeChoice,
) -> (Harness<'static, Window>, Raster) {
    lockstep_shared::clock::tell_local_times_in_utc();
    let raster = Raster::default();
    let mut memory = UiMemory::default();
    memory.theme = theme;
    memory.page = page;
    // Pixels a point instead of egui's own zoom: the window stays as large as it is.
    let harness = Harness::builder()
        .with_size(vec2(size[0], size[1]) / zoom + egui::Vec2::splat(2.0 * MARGIN))
        .with_pixels_per_point(zoom)
        .with_theme(if theme == ThemeChoice::Light { Theme::Light } else { Theme::Dark })
        .with_context_setup(super::install)
        .with_max_steps(12)
        .renderer(raster.clone())
        .build_ui_state(
            |ui, window: &mut Window| super::shell::show(ui, &window.model, &mut window.memory, &mut window.pressed),
            Window { model, memory, pressed: Vec::new() },
        );
    (harness, raster)
}

fn wide(model: Model) -> Harness<'static, Window> {
    let mut harness = open(model, [1440.0, 900.0], 1.0, ThemeChoice::Dark).0;
    harness.run();
    harness
}

fn press(harness: &mut Harness<'static, Window>, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

fn acts(harness: &mut Harness<'static, Window>) -> Vec<(Target, Action)> {
    let pressed = std::mem::take(&mut harness.state_mut().pressed);
    let acts = pressed.into_iter().filter_map(|command| match command {
        Command::Act(target, action) => Some((target, action)),
        _ => None,
    });
    acts.collect()
}

#[test]
fn the_first_minute_by_its_labels() {
    use crate::lab::actor::Actor;

    let mut harness = wide(fixtures::empty());
    press(&mut harness, "Log in");
    assert_eq!(acts(&mut harness), [(Target::Both, Action::LogIn { actor: Actor::Laptop, account: None })]);
    press(&mut harness, "Steal");
    assert_eq!(acts(&mut harness), [], "nothing can be stolen before somebody logs in");

    let mut harness = wide(fixtures::logged_in());
    press(&mut harness, "Steal");
    assert_eq!(acts(&mut harness), [(Target::Both, Action::Steal { everything: false })]);
    press(&mut harness, "Steal options");
    press(&mut harness, "Everything");
    assert_eq!(acts(&mut harness), [(Target::Both, Action::Steal { everything: true })]);

    let mut harness = wide(fixtures::stolen());
    press(&mut harness, "Do to left");
    press(&mut harness, "Log out");
    assert_eq!(acts(&mut harness), [(Target::One(Side::Left), Action::LogOut(Actor::Laptop))]);

    let harness = wide(fixtures::logged_out());
    harness.get_by_label("left Attacker: locked out after 0 s");
    harness.get_by_label_contains("right Attacker: still inside until ");
}

#[test]
fn the_form_logs_another_device_in() {
    use crate::lab::actor::Actor;

    let mut harness = wide(fixtures::empty());
    press(&mut harness, "Log in options");
    press(&mut harness, "On phone");
    press(&mut harness, "Log in with this account");
    assert_eq!(acts(&mut harness), [(Target::Both, Action::LogIn { actor: Actor::Phone, account: None })]);
}

#[test]
fn the_clock_is_moved_and_the_lab_reset() {
    let mut harness = wide(fixtures::logged_in());
    for label in ["+1 h", "To next expiry", "Reset lab"] {
        press(&mut harness, label);
    }
    let pressed = &harness.state().pressed;
    assert!(matches!(pressed[..], [Command::Advance(_), Command::AdvanceToNextExpiry, Command::Reset]), "{pressed:?}");
}

#[test]
fn one_lane_has_a_menu_of_its_own() {
    let mut harness = wide(fixtures::logged_in());
    press(&mut harness, "Act in the right lane alone");
    press(&mut harness, "right: Ban");
    assert_eq!(acts(&mut harness), [(Target::One(Side::Right), Action::Ban)]);
}

#[test]
fn the_form_of_a_design_changes_it_and_applies_it() {
    let mut harness = wide(fixtures::empty());
    press(&mut harness, "Edit the left design");
    harness.get_by_label("cookie.http_only").scroll_to_me();
    harness.run();
    press(&mut harness, "cookie.http_only");
    press(&mut harness, "Apply the design");
    let pressed = std::mem::take(&mut harness.state_mut().pressed);
    let [Command::ApplyDesign(Side::Left, design)] = pressed.as_slice() else { panic!("{pressed:?}") };
    assert!(design.cookie.as_ref().is_some_and(|cookie| !cookie.http_only));
}

/// Every control of the form can be reached, and is named.
#[test]
fn the_keyboard_reaches_the_whole_form() {
    let mut harness = wide(fixtures::empty());
    press(&mut harness, "Edit the right design");
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..140 {
        harness.key_press(egui::Key::Tab);
        harness.run();
        let focused = harness.root().children_recursive().find(|node| node.is_focused());
        reached.extend(focused.and_then(|node| node.accesskit_node().label()));
    }
    let keys = lockstep_shared::design::keys().iter().filter(|key| key.path.starts_with("mistakes."));
    for name in keys.map(|key| key.path.as_str()).chain(["Find a key", "TOML", "jwt.access_ttl", "kind: sealed"]) {
        assert!(reached.contains(name), "{name} is not in {reached:?}");
    }
    assert!(!reached.contains("Log in"), "what lies behind the form is not reached");
    harness.key_press(egui::Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Find a key").is_none());
}

#[test]
fn a_refusal_leads_to_its_exchange() {
    let mut harness = wide(fixtures::logged_out());
    press(&mut harness, "Exchange 41 of the left lane, which refused the attacker");
    assert_eq!(harness.state().memory.below.selected, Some((Side::Left, 41)));
}

#[test]
fn a_masked_window_shows_no_secret() {
    let mut harness = wide(fixtures::stolen());
    assert!(harness.query_all_by_label_contains("k3Jf").next().is_some());
    press(&mut harness, "Mask secrets");
    assert!(harness.query_all_by_label_contains("k3Jf").next().is_none());
}

#[test]
fn the_keyboard_reaches_every_control_of_the_row() {
    let mut harness = wide(fixtures::stolen());
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..80 {
        harness.key_press(egui::Key::Tab);
        harness.run();
        let focused = harness.root().children_recursive().find(|node| node.is_focused());
        reached.extend(focused.and_then(|node| node.accesskit_node().label()));
    }
    for name in ["+1 h", "Theme", "Log in", "Log in options", "Steal", "Replay", "Restart", "Reset lab", "left design"]
    {
        assert!(reached.contains(name), "{name} is not in {reached:?}");
    }
    harness.get_by_label("Log in").focus();
    harness.run();
    acts(&mut harness);
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(acts(&mut harness).len(), 1, "Enter presses what has the keyboard");
}

/// A frame that changes nothing asks for no other, so that the window rests.
#[test]
fn the_window_settles_at_once_and_rests() {
    for (name, model) in moments() {
        let (mut harness, _) = open(model(), [1440.0, 900.0], 1.0, ThemeChoice::Dark);
        let steps = harness.run();
        assert!(steps <= 4, "{name} takes {steps} frames to settle");
    }
}

/// Every fixture at every size, in both themes: laid out without a missing glyph, a clashing id or an unnamed control.
#[test]
fn every_moment_fits_every_window() {
    for (name, model) in moments() {
        for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
            for zoom in [1.0, 1.1, 1.2, 1.4, 1.5, 1.7, 2.0, 2.5] {
                let (mut harness, _) = open(model(), size, zoom, ThemeChoice::Dark);
                harness.run();
                let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, vec2(size[0], size[1]) / zoom);
                apart(&harness, &format!("{name} at {size:?} × {zoom}"));
                let reset = harness.get_by_label("Reset lab").rect();
                assert!(
                    reset.left() >= 0.0 && reset.right() <= screen.right() + MARGIN,
                    "{name} at {size:?} × {zoom}: {reset:?}"
                );
            }
        }
    }
}

/// No two controls of the bar and of the row of actions cover each other.
fn apart(harness: &Harness<'static, Window>, place: &str) {
    let names = [
        "+1 min",
        "+15 min",
        "+1 h",
        "To next expiry",
        "Clock…",
        "View…",
        "Theme",
        "Zoom in",
        "Zoom out",
        "Mask secrets",
        "Do to both",
        "Do to left",
        "Do to right",
        "Reset lab",
        "Log in",
        "Log in options",
        "Open account",
        "Transfer €50",
        "Refresh",
        "Log out",
        "Log out options",
        "Steal",
        "Steal options",
        "Attacker: Open account",
        "Attacker: Transfer",
        "Replay",
        "Revoke",
        "Ban",
        "Demote",
        "Rotate key",
        "Restart",
    ];
    let rects: Vec<_> =
        names.iter().filter_map(|name| harness.query_by_label(name).map(|node| (*name, node.rect()))).collect();
    assert!(rects.len() >= 20, "{place}: {rects:?}");
    for (index, (name, rect)) in rects.iter().enumerate() {
        for (other, covered) in &rects[index + 1..] {
            assert!(
                !rect.shrink(0.6).intersects(covered.shrink(0.6)),
                "{place}: {name} {rect:?} covers {other} {covered:?}"
            );
        }
    }
}

type Moment = (&'static str, fn() -> Model);

fn moments() -> [Moment; 7] {
    [
        ("1-starting", fixtures::starting),
        ("2-empty", fixtures::empty),
        ("3-logged-in", fixtures::logged_in),
        ("4-stolen", fixtures::stolen),
        ("5-logged-out", fixtures::logged_out),
        ("6-expired", fixtures::expired),
        ("7-busy-day", fixtures::busy_day),
    ]
}

/// In a list of presses: the key instead of a label.
const TAB: &str = "⇥";

fn shoot(model: Model, size: [f32; 2], zoom: f32, theme: ThemeChoice, presses: &[&str]) -> Image {
    press_and_draw(open(model, size, zoom, theme), zoom, presses)
}

fn press_and_draw((mut harness, raster): (Harness<'static, Window>, Raster), zoom: f32, presses: &[&str]) -> Image {
    harness.run_ok();
    for label in presses {
        if *label == TAB {
            harness.key_press(egui::Key::Tab);
            harness.run_ok();
            continue;
        }
        harness.get_by_label(label).scroll_to_me();
        harness.run_ok();
        harness.get_by_label(label).click();
        harness.run_ok();
    }
    let margin = (MARGIN * zoom) as usize;
    raster.draw(&harness.ctx, harness.output()).inner(margin)
}

#[test]
fn the_same_moment_gives_the_same_pixels() {
    let take = || shoot(fixtures::logged_out(), [1024.0, 700.0], 1.0, ThemeChoice::Dark, &[]);
    let image = take();
    assert!(image == take());
    let ground = super::theme::DARK.ground;
    assert!(image.pixels.contains(&ground), "the page's ground is seen");
}

/// Writes pictures to look at where LOCKSTEP_SCREENS names a folder.
#[test]
fn pictures() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("LOCKSTEP_SCREENS").map(PathBuf::from) else { return Ok(()) };
    let only = std::env::var("LOCKSTEP_SCREEN").unwrap_or_default();
    let themes = [("dark", ThemeChoice::Dark), ("light", ThemeChoice::Light)];
    let save = |name: String, take: &dyn Fn() -> Image| -> anyhow::Result<()> {
        if name.contains(&only) {
            take().save(&folder.join(format!("{name}.png")))?;
        }
        Ok(())
    };
    for (theme_name, theme) in themes {
        for (name, model) in moments() {
            for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
                for zoom in [1.0, 2.0] {
                    let file = format!("{name}-{}x{}-zoom{zoom}-{theme_name}", size[0], size[1]);
                    save(file, &|| shoot(model(), size, zoom, theme, &[]))?;
                }
            }
        }
        let size = [1920.0, 1080.0];
        for (name, presses) in [
            ("log-in-form", &["Log in options"][..]),
            ("log-out-menu", &["Log out options"][..]),
            ("lane-menu", &["Act in the right lane alone"][..]),
            ("designs", &["left design"][..]),
            ("claims", &["claims right laptop access", "Reveal left laptop __Host-sid"][..]),
            ("users", &["left users", "left stored password of alice@bank.example"][..]),
            ("masked", &["Mask secrets"][..]),
            ("theme", &["Theme"][..]),
            ("attributes", &["attributes left laptop __Host-sid"][..]),
            ("design", &["Edit the left design"][..]),
            ("design-bad", &["Edit the left design", "cookie.secure", "Show what can't work"][..]),
            ("design-toml", &["Edit the right design", "cookie.http_only", "TOML"][..]),
            ("design-save", &["Edit the left design", "Save as TOML…"][..]),
            ("focus-button", &[TAB; 9][..]),
            ("focus-lit", &[TAB; 29][..]),
        ] {
            save(format!("8-{name}-{theme_name}"), &|| shoot(fixtures::stolen(), size, 1.0, theme, presses))?;
            if name.starts_with("design") {
                for (zoom, size) in [(1.0, [1024.0, 700.0]), (2.0, [1024.0, 700.0])] {
                    let file = format!("9-{name}-1024x700-zoom{zoom}-{theme_name}");
                    save(file, &|| shoot(fixtures::stolen(), size, zoom, theme, presses))?;
                }
            }
        }
    }
    Ok(())
}
