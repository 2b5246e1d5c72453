//! A long walk of random clicks, keys, words and sizes through the window, with a lab that answers as a script says.
//!
//! `LOCKSTEP_SEED` gives another walk, and `LOCKSTEP_WALK` its length.

use eframe::egui::accesskit::Action as Request;
use eframe::egui::{Event, Key, Modifiers, PointerButton, pos2};

use super::*;
use crate::state::dice::Dice;
use crate::state::event::Event as Report;
use crate::ui::pages::comparison::fixtures as cells;

const STEPS: u64 = 10_000;

#[test]
fn ten_thousand_random_events_bring_nothing_down() {
    let seed = Dice::asked("LOCKSTEP_SEED").unwrap_or(1);
    let steps = Dice::asked("LOCKSTEP_WALK").unwrap_or(STEPS);
    let mut dice = Dice(seed);
    let mut harness = open(fixtures::empty(), [1440.0, 900.0], 1.0, ThemeChoice::Dark).0;
    harness.run_ok();
    let mut last = Vec::new();
    let mut done = 0;
    for step in 0..steps {
        let told = event(&mut dice, &mut harness);
        last.push(told);
        if last.len() > 8 {
            last.remove(0);
        }
        let walk = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| harness.step()));
        assert!(walk.is_ok(), "seed {seed}, step {step}: {last:#?}");
        done += harness.state().pressed.len();
        answer(&mut dice, harness.state_mut());
    }
    assert!(done as u64 > steps / 100, "the walk asks for something now and then: {done}");
    harness.state_mut().model = fixtures::stolen();
    harness.state_mut().memory = UiMemory::default();
    harness.run_ok();
    harness.get_by_label("Reset lab");
}

/// Does one thing, and says what.
fn event(dice: &mut Dice, harness: &mut Harness<'static, Window>) -> String {
    const KEYS: [Key; 23] = [
        Key::Tab,
        Key::Enter,
        Key::Space,
        Key::Escape,
        Key::ArrowDown,
        Key::ArrowUp,
        Key::ArrowLeft,
        Key::ArrowRight,
        Key::Home,
        Key::End,
        Key::PageDown,
        Key::Backspace,
        Key::F5,
        Key::K,
        Key::Num1,
        Key::Num2,
        Key::Num4,
        Key::L,
        Key::S,
        Key::E,
        Key::Plus,
        Key::Minus,
        Key::A,
    ];
    match dice.below(20) {
        0..=8 => {
            // Whatever assistive technology could press.
            let nodes: Vec<_> = harness
                .root()
                .children_recursive()
                .filter(|node| node.accesskit_node().data().supports_action(Request::Click))
                .collect();
            if nodes.is_empty() {
                return "nothing to press".to_owned();
            }
            let node = &nodes[dice.below(nodes.len())];
            node.click_accesskit();
            format!("press {:?}", node.accesskit_node().label())
        }
        9..=12 => {
            let key = dice.one_of(&KEYS);
            let modifiers = dice.one_of(&[
                Modifiers::NONE,
                Modifiers::NONE,
                Modifiers::COMMAND,
                Modifiers::COMMAND | Modifiers::SHIFT,
                Modifiers::SHIFT,
            ]);
            harness.key_press_modifiers(modifiers, key);
            format!("key {modifiers:?} {key:?}")
        }
        13..=15 => {
            let size = harness.ctx.content_rect().size();
            let at = pos2(dice.below(1 + size.x as usize) as f32, dice.below(1 + size.y as usize) as f32);
            harness.event(Event::PointerMoved(at));
            for _ in 0..=dice.below(2) {
                for pressed in [true, false] {
                    let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
                    harness.event(Event::PointerButton { pos: at, button, pressed, modifiers });
                }
            }
            format!("click at {at:?}")
        }
        16 => {
            let words = dice.one_of(&["a", "log out", "ü€…", "", "/tmp/x.json", "0000000000000000000000"]);
            harness.event(Event::Text(words.to_owned()));
            format!("type {words:?}")
        }
        17 => {
            let delta = vec2(0.0, dice.below(2000) as f32 - 1000.0);
            let (unit, phase) = (egui::MouseWheelUnit::Point, egui::TouchPhase::Move);
            harness.event(Event::MouseWheel {
                unit,
                delta,
                phase,
                modifiers: Modifiers::NONE,
                source: egui::MouseWheelSource::Unknown,
            });
            format!("scroll {delta:?}")
        }
        18 => {
            let size = vec2(320.0 + dice.below(1600) as f32, 240.0 + dice.below(900) as f32);
            harness.set_size(size);
            format!("size {size:?}")
        }
        _ => {
            for _ in 0..5 {
                harness.step();
            }
            "wait".to_owned()
        }
    }
}

/// Lets the lab answer: at once, late, with success or with a failure.
fn answer(dice: &mut Dice, window: &mut Window) {
    for command in std::mem::take(&mut window.pressed) {
        let model = &mut window.model;
        let mut become_one = |next: Model| *model = next;
        match command {
            Command::Act(_, Action::LogIn { .. }) => become_one(fixtures::logged_in()),
            Command::Act(_, Action::Steal { .. }) => become_one(fixtures::stolen()),
            Command::Act(_, Action::LogOut(_)) => become_one(fixtures::logged_out()),
            Command::Advance(_) => become_one(fixtures::busy_day()),
            Command::AdvanceToNextExpiry => become_one(fixtures::expired()),
            Command::Reset | Command::StartLab => become_one(fixtures::empty()),
            Command::ChooseDesign(..) => become_one(fixtures::starting()),
            Command::Compare(_) => become_one(cells::running()),
            Command::StopComparing => become_one(cells::stopped()),
            Command::OpenKept(_) => become_one(cells::full()),
            Command::StepThrough(_) | Command::NextStep => become_one(cells::walking()),
            _ => {}
        }
        let side = Side::BOTH[dice.below(2)];
        match dice.below(6) {
            0 => model.apply(Report::Began { label: "Asking the servers".to_owned() }),
            1 => model.apply(Report::Failed { side: Some(side), what: "refused: \u{fffd} ".repeat(40) }),
            2 => model.apply(Report::Failed { side: None, what: "it broke".to_owned() }),
            _ => model.apply(Report::Ended { said: "done".to_owned() }),
        }
    }
    match dice.below(60) {
        0 => window.model.apply(Report::Ended { said: String::new() }),
        1 => window.model.apply(Report::PortTaken { side: Side::Left, port: 8787 }),
        2 => window.model.apply(Report::Stopped),
        3 => window.model = cells::full(),
        4 => window.model = fixtures::empty(),
        6 => window.model = crate::ui::fixtures::measuring::running(),
        5 => window.model = crate::ui::fixtures::browsing::attacked(),
        _ => {}
    }
}
