//! Lockstep: sessions and JWTs side by side. Reads the command line, runs it, and says what went wrong in one line.

#[allow(dead_code, reason = "a browser's rules are whole, whatever the lab has asked of them so far")]
mod browser;
#[allow(dead_code, reason = "tools are whole, whatever the commands and the window have asked of them so far")]
mod inspect;
#[allow(dead_code, reason = "what a browser can do is whole, whatever has been asked of it so far")]
mod chromium;
#[allow(dead_code, reason = "what a measurement gives is whole, whatever has been asked of it so far")]
mod delivery;
#[cfg_attr(not(feature = "gui"), allow(dead_code, reason = "the window's state is kept by the window alone"))]
mod kept_at;
#[cfg_attr(not(feature = "gui"), allow(dead_code, reason = "parts of the lab are looked at by the window alone"))]
mod lab;
mod report;
mod cli;
#[cfg(test)]
mod corpus;
#[cfg(feature = "gui")]
mod state;
#[cfg(feature = "gui")]
mod gui;
#[cfg(feature = "gui")]
mod ui;

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::start() {
        Ok(cli::Found::AsExpected) => ExitCode::SUCCESS,
        Ok(cli::Found::Unexpected) => ExitCode::from(1),
        Ok(cli::Found::Stopped) => ExitCode::from(cli::ctrl_c::INTERRUPTED),
        // Whoever closed the pipe has read enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Where even the error stream is closed, the exit code alone has to tell.
            let _ = writeln!(std::io::stderr(), "lockstep: {}", inspect::plain::visible(&format!("{error:#}")));
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}
