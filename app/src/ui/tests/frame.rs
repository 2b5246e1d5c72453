//! The frame: keys, palette, presenter mode, and what is said where something can't be done.

use eframe::egui::accesskit::Toggled;
use eframe::egui::{Event, Key, KeyboardShortcut, Modifiers};

use super::*;
use crate::ui::commands::UiCommand;
use crate::ui::commands::deed::Deed;
use crate::ui::memory::Palette;

fn keys(harness: &mut Harness<'static, Window>, shortcut: KeyboardShortcut) {
    harness.key_press_modifiers(shortcut.modifiers, shortcut.logical_key);
    harness.run();
}

fn find(harness: &mut Harness<'static, Window>, query: &str) {
    keys(harness, UiCommand::Palette.shortcuts()[0]);
    harness.get_by_label("Find a command").type_text(query);
    harness.run();
}

/// Everything that a command may change, so that two windows can be told apart.
fn told(window: &Window) -> String {
    format!("{:?} {:?}", window.memory, window.pressed)
}

/// A model in which as much as possible can be done.
fn able() -> Model {
    let mut model = fixtures::stolen();
    model.stopped = false;
    model
}

#[test]
fn every_key_asks_for_its_command() {
    for command in UiCommand::all() {
        for shortcut in command.shortcuts() {
            let start = || {
                let mut harness = wide(able());
                harness.state_mut().memory.set_zoom(1.5);
                harness
            };
            let mut by_key = start();
            if command == UiCommand::Page(Page::Playground) {
                by_key.state_mut().memory.page = Page::Comparison;
            }
            let before = told(by_key.state());
            keys(&mut by_key, shortcut);
            assert_ne!(told(by_key.state()), before, "{} does nothing with {shortcut:?}", command.name());

            let mut by_name = start();
            let window = by_name.state_mut();
            command.run(&window.model, &mut window.memory, &mut window.pressed);
            by_name.run();
            let asked = |window: &Window| format!("{:?} {:?}", window.pressed, window.memory.page);
            assert_eq!(asked(by_key.state()), asked(by_name.state()), "{}", command.name());
        }
    }
}

#[test]
fn the_palette_reaches_every_command() {
    for command in UiCommand::all() {
        let mut harness = wide(able());
        find(&mut harness, &command.name());
        assert!(harness.query_by_label(&format!("Find: {}", command.name())).is_some(), "{}", command.name());
        let chosen = harness.root().children_recursive().find(|node| {
            node.accesskit_node().toggled() == Some(Toggled::True)
                && node.accesskit_node().label().is_some_and(|label| label.starts_with("Find: "))
        });
        let chosen = chosen.and_then(|node| node.accesskit_node().label()).unwrap_or_default();
        assert_eq!(chosen, format!("Find: {}", command.name()), "its own name finds it first");
    }
}

#[test]
fn the_palette_does_what_is_chosen_with_the_keyboard_alone() {
    use crate::lab::actor::Actor;

    let mut harness = wide(fixtures::logged_in());
    find(&mut harness, "log out");
    harness.key_press(Key::ArrowDown);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(acts(&mut harness), [(Target::Both, Action::ClientOnlyLogOut(Actor::Laptop))]);
    assert_eq!(harness.state().memory.palette, None, "it closes behind itself");

    find(&mut harness, "replay");
    harness.get_by_label_contains("press Steal first");
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(acts(&mut harness), []);
    assert!(harness.state().memory.palette.is_some(), "what can't be done leaves it open, with the reason");
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(harness.state().memory.palette, None);

    find(&mut harness, "theme: light");
    press(&mut harness, "Find: Theme: Light");
    assert_eq!(harness.state().memory.theme, ThemeChoice::Light);

    find(&mut harness, "qqqq");
    harness.key_press(Key::Enter);
    harness.run();
    harness.get_by_label_contains("Nothing is called that");
    keys(&mut harness, UiCommand::Palette.shortcuts()[0]);
    assert_eq!(harness.state().memory.palette, None, "its own key closes it");
}

#[test]
fn presenter_mode_is_left_as_it_was_entered() {
    let f5 = UiCommand::Presenter.shortcuts()[0];
    for leave in [f5, KeyboardShortcut::new(Modifiers::NONE, Key::Escape)] {
        let mut harness = wide(fixtures::stolen());
        press(&mut harness, "Replay");
        keys(&mut harness, f5);
        assert!(harness.query_all_by_label_contains("k3Jf").next().is_none(), "no secret is shown to a room");
        assert!(harness.query_by_label("Replay").is_some(), "what was done last");
        assert!(harness.query_by_label("Open account").is_none(), "the buttons are in menus");
        assert_eq!(harness.state().memory.zoom(), 1.6);
        keys(&mut harness, leave);
        let memory = &harness.state().memory;
        assert_eq!((memory.zoom(), memory.masked, memory.is_presenting()), (1.0, false, false));
    }
}

#[test]
fn the_last_result_stands_in_one_line_for_a_room() {
    let mut model = fixtures::stolen();
    model.said = "the laptop is logged out".to_owned();
    let mut harness = wide(model);
    harness.state_mut().memory.last = Some("Log out".to_owned());
    keys(&mut harness, UiCommand::Presenter.shortcuts()[0]);
    harness.get_by_label("the laptop is logged out");
}

#[test]
fn a_room_sees_both_lanes_the_timeline_and_what_comes_next() {
    for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
        let mut harness = open(fixtures::logged_out(), size, 1.0, ThemeChoice::Dark).0;
        harness.state_mut().memory.last = Some("Log out".to_owned());
        keys(&mut harness, UiCommand::Presenter.shortcuts()[0]);
        let screen = harness.ctx.content_rect();
        let seen = |node: egui_kittest::Node<'_>| {
            let rect = node.rect();
            assert!(screen.contains_rect(rect.shrink(0.5)), "{:?} in {screen:?} at {size:?}", rect);
            rect
        };
        let lane = seen(harness.get_by_label("left Attacker: locked out after 0 s"));
        seen(harness.get_by_label_contains("right Attacker: still inside until "));
        seen(harness.get_by_label_contains("the signature holds and nobody asked"));
        let timeline = seen(harness.get_by_label_contains("Access over time; "));
        let next = seen(harness.get_by_label("To next expiry"));
        assert!(lane.bottom() < timeline.top() && timeline.bottom() < next.top(), "{lane:?} {timeline:?} {next:?}");
        assert!(timeline.height() >= 120.0, "{timeline:?}");
        assert!(harness.query_by_label_contains("in the bar above").is_none(), "the button stands here");
        assert!(harness.query_by_label_contains("HttpOnly").is_none(), "what only the desk needs is left out");
        press(&mut harness, "Attacker…");
        press(&mut harness, "Replay");
        assert_eq!(acts(&mut harness), [(Target::Both, Action::Replay)]);
        press(&mut harness, "To next expiry");
        assert!(matches!(harness.state().pressed[..], [Command::AdvanceToNextExpiry]));
    }
}

#[test]
fn the_list_of_designs_begins_at_the_one_that_runs_and_closes_behind_itself() {
    let mut harness = wide(fixtures::empty());
    let all = |harness: &Harness<'static, Window>| harness.root().children_recursive().count();
    let closed = all(&harness);
    harness.get_by_label("right design").focus();
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert!(all(&harness) > closed, "it is open");
    let focused = harness.root().children_recursive().find(|node| node.is_focused());
    let runs = harness.state().model.lanes[1].design.as_ref().map(|design| design.title.clone());
    assert_eq!(focused.and_then(|node| node.accesskit_node().label()), runs);
    harness.key_press(Key::ArrowUp);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    let pressed = &harness.state().pressed;
    assert!(matches!(pressed[..], [Command::ChooseDesign(Side::Right, _)]), "{pressed:?}");
    assert_eq!(all(&harness), closed, "it is closed");
}

#[test]
fn the_buttons_take_two_rows_in_a_small_window() {
    let mut harness = open(fixtures::stolen(), [1024.0, 700.0], 1.0, ThemeChoice::Dark).0;
    harness.run();
    let top = |label: &str| harness.get_by_label(label).rect().top();
    assert_eq!(top("Log in"), top("Ban"));
    assert_eq!(top("Steal"), top("Take the store down"));
    assert!(top("Change password") < top("Steal"));
}

#[test]
fn the_tabs_stay_where_they_are_clicked() {
    for (size, zoom) in [([1024.0, 700.0], 1.0), ([1024.0, 700.0], 1.6), ([1440.0, 900.0], 1.0), ([1440.0, 900.0], 2.0)]
    {
        let mut harness = open(fixtures::logged_out(), size, zoom, ThemeChoice::Dark).0;
        harness.run();
        harness.get_by_label("Sequence").scroll_to_me();
        harness.run();
        for tab in ["Sequence", "Wire", "Family tree", "Access over time"] {
            let before = harness.get_by_label(tab).rect().y_range();
            press(&mut harness, tab);
            assert_eq!(harness.get_by_label(tab).rect().y_range(), before, "{tab} at {size:?} × {zoom}");
        }
    }
}

#[test]
fn a_key_for_what_cannot_be_done_says_why() {
    let mut harness = wide(fixtures::empty());
    keys(&mut harness, UiCommand::Do(Deed::Steal).shortcuts()[0]);
    assert_eq!(acts(&mut harness), []);
    harness.get_by_label_contains("Steal: The laptop holds nothing that could be stolen");
    keys(&mut harness, UiCommand::Next.shortcuts()[0]);
    assert_eq!(acts(&mut harness).len(), 1, "the next step is to log in");
    assert_eq!(harness.state().memory.notice, None);
}

#[test]
fn one_click_too_many_is_not_kept_for_later() {
    let mut harness = wide(fixtures::stolen());
    let press = |harness: &mut Harness<'static, Window>, label: &str| {
        let at = harness.get_by_label(label).rect().center();
        for pressed in [true, false] {
            let button = eframe::egui::PointerButton::Primary;
            harness.event(Event::PointerMoved(at));
            harness.event(Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE });
        }
    };
    press(&mut harness, "Log out");
    harness.step();
    harness.step();
    harness.state_mut().model.busy = Some("Log out".to_owned());
    press(&mut harness, "Log out");
    press(&mut harness, "Ban");
    harness.run();
    assert_eq!(acts(&mut harness).len(), 1);
}

#[test]
fn a_lab_that_has_stopped_is_started_again_by_a_button() {
    let mut model = fixtures::stolen();
    model.apply(crate::state::event::Event::Stopped);
    let mut harness = wide(model);
    press(&mut harness, "Log out");
    assert_eq!(acts(&mut harness), [], "nobody is there to do it");
    press(&mut harness, "Start the lab again");
    assert!(matches!(harness.state().pressed[..], [Command::StartLab]));
}

type Scene = (&'static str, fn() -> Model, fn(&mut UiMemory));

/// What the frame can show beside the pages.
const SCENES: [Scene; 7] = [
    ("palette", fixtures::logged_in, |memory| memory.palette = Some(Default::default())),
    ("palette-found", fixtures::logged_in, |memory| {
        memory.palette = Some(Palette { query: "re".to_owned(), chosen: 2, refused: None });
    }),
    ("presenter", fixtures::logged_out, |memory| {
        memory.present();
        memory.last = Some("Log out".to_owned());
    }),
    ("stopped", stopped, |_| {}),
    ("taken", taken, |_| {}),
    ("notice", fixtures::empty, |memory| memory.notice = Some("Steal: The laptop holds nothing yet".to_owned())),
    ("verdict", fixtures::expired, |_| {}),
];

fn stopped() -> Model {
    let mut model = fixtures::stolen();
    model.apply(crate::state::event::Event::Stopped);
    model
}

fn taken() -> Model {
    let mut model = fixtures::empty();
    model.said.clear();
    for (lane, port) in model.lanes.iter_mut().zip([41237, 38211]) {
        lane.view.address = format!("one.localhost:{port}");
    }
    model.taken = [Some(8787), Some(8788)];
    model
}

/// Writes pictures to look at where LOCKSTEP_SCREENS names a folder.
#[test]
fn frame_pictures() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("LOCKSTEP_SCREENS").map(PathBuf::from) else { return Ok(()) };
    for (theme_name, theme) in [("dark", ThemeChoice::Dark), ("light", ThemeChoice::Light)] {
        for (name, model, prepare) in SCENES {
            for (size, zoom) in [([1440.0, 900.0], 1.0), ([1024.0, 700.0], 1.0), ([1440.0, 900.0], 2.0)] {
                let (mut harness, raster) = open(model(), size, zoom, theme);
                prepare(&mut harness.state_mut().memory);
                let image = press_and_draw((harness, raster), zoom, &[]);
                let file = format!("frame-{name}-{}x{}-zoom{zoom}-{theme_name}.png", size[0], size[1]);
                image.save(&folder.join(file))?;
            }
        }
    }
    Ok(())
}
