//! What a user may do in any order: close the window while something runs, click twice, move the clock a year, and see
//! the lab's thread go down.

use std::io::Write as _;
use std::time::Duration;

use lockstep_shared::clock::Stopwatch;

use super::*;
use crate::state::command::{Action, Command, Target};

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

#[test]
fn a_lab_that_goes_down_is_told_once_and_started_again() {
    let mut window = Window::open();
    window.press("Log in");
    window.0.state_mut().hand_on(Command::Panic);
    window.until(|app| app.model.stopped);
    window.reads("The lab behind this window has stopped");
    // What was known stays to be read, and nothing that is pressed brings anything down.
    window.reads("left Victim · laptop: inside");
    for label in ["Log out", "Comparison", "Playground", "Reset lab", "+1 h"] {
        window.unfold(label);
    }
    assert_eq!(window.0.state().model.busy, None);
    window.unfold("Start the lab again");
    window.until(|app| Side::BOTH.iter().all(|side| app.model.lane(*side).design.is_some()));
    assert!(!window.0.state().model.stopped);
    window.press("Log in");
    window.reads("right Victim · laptop: inside");
}

#[test]
fn closing_the_window_gives_up_what_runs() {
    let catalog = || Catalog::load(None).expect("the built-in files are right");
    let act = |action| Command::Act(Target::Both, action);
    let log_in = || act(Action::LogIn { actor: Actor::Laptop, account: None });
    for commands in [vec![], vec![log_in()], vec![log_in(), Command::Advance(YEAR)], vec![Command::Reset]] {
        let what = format!("{commands:?}");
        let mut app = LockstepApp::behind(catalog(), &Start::nowhere(), || {});
        if !commands.is_empty() {
            while app.model.lanes.iter().any(|lane| lane.design.is_none()) {
                app.wait();
            }
        }
        let last = commands.len();
        for (at, command) in commands.into_iter().enumerate() {
            app.hand_on(command);
            app.model.busy = Some(String::new());
            // The last one is under way when the window closes.
            while at + 1 < last && app.model.busy.is_some() {
                app.wait();
            }
        }
        let watch = Stopwatch::start();
        drop(app);
        assert!(watch.elapsed() < Duration::from_secs(2), "{what}: {:?}", watch.elapsed());
    }
}

#[test]
fn a_year_passes_in_a_moment() {
    let mut window = Window::open();
    for label in ["Log in", "Steal"] {
        window.press(label);
    }
    let watch = Stopwatch::start();
    window.0.state_mut().hand_on(Command::Advance(YEAR));
    window.until(|app| app.model.said == "365 d passed");
    let took = watch.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(window.0.state().model.ahead_secs >= YEAR.as_secs());
    window.press("Log in");
    window.reads("right Victim · laptop: inside");
}

#[test]
fn a_double_click_acts_once() {
    let mut window = Window::open();
    window.0.get_by_label("Log in").click();
    window.0.get_by_label("Log in").click();
    window.draw();
    window.0.get_by_label("Log in").click();
    window.0.get_by_label("Ban").click();
    window.draw();
    window.until(|app| app.model.busy.is_none());
    window.press("Open account");
    for side in Side::BOTH {
        let kept = &window.0.state().model.lane(side).view.kept;
        let of_the_victim = kept.rows.iter().filter(|row| row.device == "laptop").count();
        assert!(of_the_victim <= 1, "one click, one log-in: {:?}", kept.rows);
        assert!(kept.users.iter().all(|user| !user.banned));
    }
}

#[test]
fn a_reset_takes_less_than_a_second() {
    let mut window = Window::open();
    for label in ["Log in", "Steal", "+1 h"] {
        window.press(label);
    }
    let watch = Stopwatch::start();
    window.press("Reset lab");
    let took = watch.elapsed();
    // To be read with --nocapture.
    let _ = writeln!(std::io::stderr(), "a reset takes {took:?}");
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[test]
fn a_second_lab_on_this_machine_says_where_it_is() {
    let first = Window::open();
    let second = Window::open();
    let port = |window: &Window, side: Side| {
        let address = window.0.state().model.lane(side).view.address.clone();
        address.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok()).expect("an address has a port")
    };
    for side in Side::BOTH {
        assert_ne!(port(&first, side), port(&second, side));
        // The first one has the port and the second doesn't, unless another program of this machine had it before both.
        let told = [&first, &second].into_iter().find_map(|window| {
            let wanted = window.0.state().model.taken[side.index()]?;
            Some((window, wanted))
        });
        let (window, wanted) = told.expect("two can't both have it");
        assert_ne!(wanted, port(window, side));
        window.reads(" taken by another program: serving on localhost:");
    }
}
