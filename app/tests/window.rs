//! The real window: it opens on a display of its own, draws a page, and ends well when it is closed.
#![cfg(all(feature = "gui", target_os = "linux"))]

mod display;

use std::time::Duration;

use display::Display;
use lockstep_shared::clock::Stopwatch;

/// A page with text in it has several hundred shades, for its letters are smoothed; an empty window has one or two.
const FEWEST_COLOURS: u32 = 300;

#[test]
#[ignore = "needs Xvfb, xdotool and ImageMagick: test.sh installs and runs them"]
fn the_real_window_opens_draws_and_closes() {
    let display = Display::start();
    // `timeout` ends the window where the test could not, so that waiting for it always comes to an end.
    let state = concat!(env!("CARGO_TARGET_TMPDIR"), "/window-state.json");
    // Where there is none, a window begins as a new one.
    let _ = std::fs::remove_file(state);
    let mut app = display.command("timeout");
    app.env("LOCKSTEP_STATE", state);
    app.args(["--signal=KILL", "120", env!("CARGO_BIN_EXE_lockstep")]);
    let mut app = app.spawn().expect("coreutils has timeout");

    let found = display.run("xdotool", &["search", "--sync", "--onlyvisible", "--name", "^Lockstep"]);
    let window = found.split_whitespace().next().expect("xdotool prints the window that it found");

    let picture = concat!(env!("CARGO_TARGET_TMPDIR"), "/window.png");
    let watch = Stopwatch::start();
    loop {
        display.run("import", &["-window", window, picture]);
        let colours: u32 = display.run("identify", &["-format", "%k", picture]).parse().expect("%k is a number");
        if colours >= FEWEST_COLOURS {
            break;
        }
        assert!(watch.elapsed() < Duration::from_secs(30), "the window has only {colours} colours: see {picture}");
    }

    display.ask_to_close(window.parse().expect("xdotool prints numbers")).expect("the display answers");
    let ended = app.wait().expect("a child can be waited for");
    assert!(ended.success(), "closing the window ended the program with {ended}");
    let kept = std::fs::read_to_string(state).expect("the window's state was written as it closed");
    assert!(kept.contains("\"playground\""), "{kept}");
}
