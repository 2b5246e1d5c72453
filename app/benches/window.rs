//! What the window costs beside the least that eframe can open, of the same build and on the same display: how long until
//! its first frame is seen, its memory, and the processor's time while nobody touches it.
//!
//! `cargo bench -p lockstep --bench window`, on Linux with Xvfb and xdotool.

#[cfg(all(feature = "gui", target_os = "linux"))]
#[path = "../tests/display/mod.rs"]
#[expect(dead_code, reason = "a test closes its window as a user would")]
mod display;

#[cfg(all(feature = "gui", target_os = "linux"))]
#[path = "window/measure.rs"]
mod measure;

fn main() {
    #[cfg(all(feature = "gui", target_os = "linux"))]
    measure::main();
}
