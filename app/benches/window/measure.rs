//! Opening both windows, one after the other, and reading what the kernel says about them.

use std::io::{Write, stdout};
use std::process::Child;
use std::time::Duration;

use eframe::egui::ViewportBuilder;
use lockstep_shared::clock::Stopwatch;

use super::display::Display;

/// How often each window is opened; what is shown is the median.
const TIMES: usize = 5;
/// After this long a window has drawn all it has to, and from then on it is idle.
const SETTLED: Duration = Duration::from_secs(4);
/// How long an idle window is watched.
const WATCHED: Duration = Duration::from_secs(10);
/// The kernel counts a process's time in these (`man 5 proc_pid_stat`).
const TICKS_A_SECOND: f64 = 100.0;

/// The argument by which this program opens the least window instead of measuring.
const LEAST: &str = "--least";

pub(super) fn main() {
    if std::env::args().any(|arg| arg == LEAST) {
        return open_the_least();
    }
    // Built by `cargo test --benches`, it has nothing to measure.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let own = std::env::current_exe().expect("a program knows where it is");
    let own = own.to_str().expect("cargo's folders are UTF-8");
    let mut out = stdout();
    let mut say = |line: String| writeln!(out, "{line}").expect("somebody reads");
    say(format!("{:<28} {:>12} {:>12} {:>11}", "", "first frame", "memory", "idle"));
    let least = measured("^least$", &[own, LEAST]);
    say(least.row("the least eframe window"));
    let ours = measured("^Lockstep", &[env!("CARGO_BIN_EXE_lockstep")]);
    say(ours.row("Lockstep, with two servers"));
}

/// A window with one word in it.
fn open_the_least() {
    let viewport = ViewportBuilder::default().with_inner_size([1440.0, 900.0]);
    let options = eframe::NativeOptions { viewport, ..Default::default() };
    eframe::run_ui_native("least", options, |ui, _| drop(ui.label("Hello"))).expect("there is a display");
}

/// What one window cost.
struct Figures {
    /// Milliseconds from the start of the program until its window is seen; eframe shows it with its first frame.
    start_ms: f64,
    /// Resident memory once it is settled.
    mib: f64,
    /// Per cent of one core while nothing happens.
    idle: f64,
}

impl Figures {
    fn row(&self, name: &str) -> String {
        format!("{name:<28} {:>9.0} ms {:>8.0} MiB {:>9.1} %", self.start_ms, self.mib, self.idle)
    }
}

fn measured(title: &str, program: &[&str]) -> Figures {
    let display = Display::start();
    let all: Vec<Figures> = (0..TIMES).map(|_| once(&display, title, program)).collect();
    let median = |of: fn(&Figures) -> f64| {
        let mut values: Vec<f64> = all.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[TIMES / 2]
    };
    Figures { start_ms: median(|one| one.start_ms), mib: median(|one| one.mib), idle: median(|one| one.idle) }
}

#[expect(clippy::disallowed_methods, reason = "what is measured is a time in which nothing happens")]
fn once(display: &Display, title: &str, program: &[&str]) -> Figures {
    let watch = Stopwatch::start();
    let mut command = display.command(program[0]);
    // With an empty name nothing is kept from one window to the next.
    let mut window = command.args(&program[1..]).env("LOCKSTEP_STATE", "").spawn().expect("the program starts");
    display.run("xdotool", &["search", "--sync", "--onlyvisible", "--name", title]);
    let start_ms = watch.elapsed().as_secs_f64() * 1000.0;
    std::thread::sleep(SETTLED);
    let before = ticks(&window);
    std::thread::sleep(WATCHED);
    let idle = (ticks(&window) - before) / TICKS_A_SECOND / WATCHED.as_secs_f64() * 100.0;
    let mib = memory_mib(&window);
    window.kill().and_then(|()| window.wait()).expect("a child can be ended");
    Figures { start_ms, mib, idle }
}

/// The processor time that a process has had, in the kernel's ticks.
fn ticks(of: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", of.id())).expect("the window is open");
    // Its name may hold spaces and ends with the last bracket; user and system time are fields 14 and 15.
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    [11, 12].iter().map(|at| fields[*at].parse::<f64>().expect("a number of ticks")).sum()
}

fn memory_mib(of: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", of.id())).expect("the window is open");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells it");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number of KiB") / 1024.0
}
