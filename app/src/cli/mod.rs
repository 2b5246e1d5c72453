//! The command line: one subcommand a file.

mod browser;
mod compare;
mod crack;
pub(crate) mod ctrl_c;
mod designs;
mod forge;
mod inspect;
mod run;
mod scenarios;
mod serve;
mod token;

use std::path::PathBuf;

use anyhow::anyhow;
use clap::{Parser, Subcommand};

use crate::lab::catalog::Catalog;

/// Sessions and JWTs side by side: who is locked out, and when.
///
/// Without a command, the window opens.
#[derive(Parser)]
#[command(version, arg_required_else_help = false)]
struct Args {
    /// A folder with designs/ and scenarios/ of your own, laid over the built-in ones
    #[arg(long, global = true, value_name = "DIR")]
    lab: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve every design for curl and browsers, until Ctrl-C
    Serve(serve::Serve),
    /// Run scenarios against designs and say who was locked out, and when
    Compare(compare::Compare),
    /// Run one scenario against one design, told step by step
    Run(run::Run),
    /// Take a token apart, check it, and say what is wrong with it
    Inspect(Box<inspect::Inspect>),
    /// Make tokens that a careless server would accept, or try every attack against a design
    Forge(Box<forge::Forge>),
    /// Look for the secret that an HMAC token was signed with
    Crack(crack::Crack),
    /// Measure what a real browser does with cookies, and hold it against the agents
    Browser(browser::Browser),
    /// List the designs
    Designs(designs::Designs),
    /// List the scenarios
    Scenarios(scenarios::Scenarios),
}

/// What a command found out: the exit code 0 or 1, or that of an end before it. Bad input is an error, and 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    AsExpected,
    Unexpected,
    /// Somebody ended it before it had found out: 130.
    Stopped,
}

/// Reads the command line and runs the command that it names. What can't be understood is an error of one line.
pub(crate) fn start() -> anyhow::Result<Found> {
    match Args::try_parse() {
        Ok(args) => run(args),
        Err(wrong) if wrong.use_stderr() => Err(anyhow!("{}", on_one_line(&wrong.to_string()))),
        // Help, or the version: that is what was asked for.
        Err(asked) => {
            asked.print()?;
            Ok(Found::AsExpected)
        }
    }
}

/// Clap's page about a mistyped command, as one line.
fn on_one_line(page: &str) -> String {
    let mut line = String::new();
    for part in page.lines().map(str::trim) {
        let part = part.trim_start_matches("error: ").trim_start_matches("tip: ");
        if part.is_empty() || part.starts_with("Usage:") || part.starts_with("For more") {
            continue;
        }
        let goes_on = line.is_empty() || line.ends_with(':') || part.starts_with('[');
        let sign = if line.is_empty() {
            ""
        } else if goes_on {
            " "
        } else {
            "; "
        };
        line.push_str(sign);
        line.push_str(part);
    }
    line + "; --help tells more"
}

/// Runs the command that was given.
fn run(args: Args) -> anyhow::Result<Found> {
    let catalog = Catalog::load(args.lab.as_deref())?;
    match args.command {
        Some(Command::Serve(serve)) => serve.run(&catalog),
        Some(Command::Compare(compare)) => compare.run(&catalog),
        Some(Command::Run(run)) => run.run(&catalog),
        Some(Command::Inspect(inspect)) => inspect.run(),
        Some(Command::Forge(forge)) => forge.run(&catalog),
        Some(Command::Crack(crack)) => crack.run(),
        Some(Command::Browser(browser)) => browser.run(),
        Some(Command::Designs(designs)) => designs.run(&catalog),
        Some(Command::Scenarios(scenarios)) => scenarios.run(&catalog),
        None => window(&catalog),
    }
}

/// Opens the window; where that can't be done, says so in one line and compares in the terminal.
#[cfg(feature = "gui")]
fn window(catalog: &Catalog) -> anyhow::Result<Found> {
    use crate::gui::Ended;
    match crate::gui::open(catalog)? {
        Ended::Closed => Ok(Found::AsExpected),
        Ended::NeverOpened(why) => {
            eprintln_quietly(&format!("lockstep: no window can be opened ({why}), so this compares in the terminal"));
            compare::Compare::default().run(catalog)
        }
    }
}

#[cfg(not(feature = "gui"))]
fn window(catalog: &Catalog) -> anyhow::Result<Found> {
    eprintln_quietly("lockstep: this build has no window, so this compares in the terminal");
    compare::Compare::default().run(catalog)
}

/// Writes a line for people. Where nobody can read it, the work goes on all the same.
fn eprintln_quietly(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{line}");
}
