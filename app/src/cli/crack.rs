//! `lockstep crack`: looks for the secret that an HMAC token was signed with.

mod told;

use std::io::{ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail, ensure};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::inspect::input;
use super::{Found, ctrl_c, token};
use crate::inspect::crack::session::{NoSession, Session};
use crate::inspect::crack::{
    self, Control, Ended, List, Mask, Place, Plan, Progress, Report, Rule, Source, Target, Words,
};
use crate::report::Inert;

/// Progress is written down this often: every few seconds.
const KEPT_EVERY: u32 = 25;

/// Looks for the secret that an HMAC token was signed with: among the common secrets, in a word list, or by a mask.
///
/// The exit code is 0 where it is found, 1 where it is none of the candidates, 130 where the search was stopped (Ctrl-C,
/// SIGTERM) before all were tried, and 2 for bad input.
#[derive(Args)]
#[command(after_long_help = HELP)]
pub(super) struct Crack {
    /// The token, signed with HS256, HS384 or HS512; - reads it from the standard input
    #[arg(value_name = "TOKEN")]
    token: String,
    /// A word list, one candidate a line; without it and without a mask, the built-in list of common secrets
    #[arg(long, value_name = "FILE")]
    wordlist: Vec<PathBuf>,
    /// What to make of each word: a file of rules in hashcat's spelling, or `builtin`
    #[arg(long, value_name = "FILE|builtin")]
    rules: Option<PathBuf>,
    /// The secret's shape, such as '?u?l?l?l?d?d'; tried after the lists
    #[arg(long, value_name = "MASK")]
    mask: Option<String>,
    /// Try all beginnings of the mask first, the shortest first
    #[arg(long, requires = "mask")]
    increment: bool,
    /// Threads (default: one for each core)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// A file that remembers where the search is: with it, one that was ended goes on
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

const HELP: &str = "\
Masks: ?l a small letter, ?u a capital letter, ?d a digit, ?h and ?H a hexadecimal digit, ?s a sign or a space, ?a any of
?l?u?d?s, ?b any octet, ?? a question mark; everything else stands for itself.

Word lists hold octets, one candidate a line; $HEX[00ff] stands for octets that a line can't hold. Lines of more than 1024
octets are left out, and counted.

Rules, one a line, their functions carried out from left to right; N and M are places, 0 to 9 and A to Z for 10 to 35:
  :    nothing                   l u   all small, all capital      c C   first letter capital, first letter small
  t TN toggle all, toggle at N   r     reverse                     d pN  double, repeat N times
  f    append its reverse        { }   rotate left, right          $X ^X append X, put X in front
  [ ]  drop the first, the last  DN    drop at N                   xNM   M octets from N on
  ONM  drop M from N on          iNX   put X in at N               oNX   put X at N's place
  'N   cut at N                  sXY   X becomes Y                 @X    drop every X
  zN   repeat the first N times  ZN    repeat the last N times     q     double each
  k K  swap the first, last two  *NM   swap N and M                E eX  capital after each space, after each X
\\xNN stands for an octet. Lines that begin with # are comments.";

impl Crack {
    pub(super) fn run(self) -> anyhow::Result<Found> {
        let target = Target::of(&token::read(&self.token)?)?;
        let jobs = self.jobs.map_or_else(crack::cores, usize::from);
        let plan = Plan { target, sources: self.sources()?, jobs };
        let control = Arc::new(Control::default());
        let stopped = control.clone();
        // A list may be a pipe that nobody writes to.
        ctrl_c::then_end(move || stopped.stop());
        let (session, from) = match &self.resume {
            Some(path) => {
                let (session, from) = Session::open(path, &plan).map_err(|why| named(path, why))?;
                // What can't be written is found out before the work, not after it.
                session.keep(from).map_err(|why| named(path, why))?;
                (Some(session), from)
            }
            None => (None, Place::default()),
        };
        let report = search(&plan, from, session.as_ref(), &control)?;
        if let Some(session) = &session {
            match report.ended {
                Ended::Stopped => session.keep(report.place)?,
                _ => session.end()?,
            }
        }
        let mut out = Inert(std::io::stdout().lock());
        match self.format {
            Format::Text => told::text(&mut out, &plan, from, &report, self.resume.as_deref())?,
            Format::Json => told::json(&mut out, &plan, from, &report)?,
        }
        out.flush()?;
        Ok(match report.ended {
            Ended::Found { .. } => Found::AsExpected,
            Ended::NotFound => Found::Unexpected,
            Ended::Stopped => Found::Stopped,
        })
    }

    fn sources(&self) -> anyhow::Result<Vec<Source>> {
        let mask = self.mask.as_deref().map(Mask::parse).transpose().context("--mask")?;
        let mask = mask.map(|mask| if self.increment { mask.with_beginnings() } else { mask });
        ensure!(
            self.rules.is_none() || mask.is_none() || !self.wordlist.is_empty(),
            "--rules make candidates of words, and a mask has none: give --wordlist as well"
        );
        let rules = match &self.rules {
            None => Vec::new(),
            Some(path) if path == Path::new("builtin") => Rule::built_in(),
            Some(path) => rules(path)?,
        };
        for path in &self.wordlist {
            list(path).with_context(|| format!("--wordlist {}", path.display()))?;
        }
        let built_in = self.wordlist.is_empty() && mask.is_none();
        let lists = self.wordlist.iter().cloned().map(List::File).chain(built_in.then_some(List::BuiltIn));
        let words = lists.map(|list| Source::Words(Words::new(list, rules.clone())));
        Ok(words.chain(mask.map(Source::Mask)).collect())
    }
}

fn search(plan: &Plan, from: Place, session: Option<&Session>, control: &Control) -> anyhow::Result<Report> {
    let bar = match std::io::stderr().is_terminal() {
        true => ProgressBar::new(1000),
        false => ProgressBar::hidden(),
    };
    let style = ProgressStyle::with_template("{bar:30} {msg}").expect("the template is well-formed");
    bar.set_style(style);
    let (mut told, mut unkept) = (0, None);
    let report = crack::crack(plan, from, control, |progress: &Progress| {
        let share = progress.all.map_or(0.0, |all| 1000.0 * progress.place.tried as f64 / all.max(1.0));
        bar.set_position(share as u64);
        bar.set_message(told::progress(progress));
        told += 1;
        if let Some(session) = session.filter(|_| told % KEPT_EVERY == 0)
            && let Err(why) = session.keep(progress.place)
        {
            unkept = Some(why);
            control.stop();
        }
    });
    bar.finish_and_clear();
    match unkept {
        Some(why) => Err(why.into()),
        None => Ok(report?),
    }
}

/// Whether a word list can be read, as far as can be told without waiting for whoever writes into a pipe.
fn list(path: &Path) -> anyhow::Result<()> {
    const REMEDY: &str = "give a file with a candidate a line, or no --wordlist for the built-in one";
    let meta = match std::fs::metadata(path) {
        Err(none) if none.kind() == ErrorKind::NotFound => bail!("there is no such file: {REMEDY}"),
        other => other.with_context(|| format!("it can't be opened: {REMEDY}"))?,
    };
    ensure!(!meta.is_dir(), "this is a folder: {REMEDY}");
    if meta.is_file()
        && let Err(why) = std::fs::File::open(path)
    {
        bail!("it can't be opened ({}): {REMEDY}", why.kind());
    }
    Ok(())
}

/// A session's error behind the option that it belongs to.
fn named(session: &Path, why: NoSession) -> anyhow::Error {
    match &why {
        NoSession::NoFile(_) => anyhow!("--wordlist {why}, or --resume left out"),
        NoSession::Unreadable(path, _) | NoSession::Unwritable(path, _) if path == session => {
            let file = if path.is_dir() { path.join("session.json") } else { "session.json".into() };
            anyhow!("--resume {why}: name a file that can be written, such as {}", file.display())
        }
        NoSession::Unreadable(..) => anyhow!("--wordlist {why}"),
        _ => anyhow!("--resume {why}"),
    }
}

fn rules(path: &Path) -> anyhow::Result<Vec<Rule>> {
    let named = || format!("--rules {}", path.display());
    let file = input::file(path).with_context(named)?;
    Rule::parse(&file).with_context(named)
}
