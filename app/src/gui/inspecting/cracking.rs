//! The search for a secret: a thread of its own, so that tokens can be looked at meanwhile.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::{Answers, Reports};
use crate::inspect::crack::{self, Control, Ended, List, Mask, Place, Plan, Progress, Rule, Source, Target, Words};
use crate::state::inspecting::{CrackAsked, Cracked, Cracking, Failure, Report, Work};

/// The search that is under way or was the last one.
#[derive(Default)]
pub(super) struct Search {
    control: Arc<Control>,
    thread: Option<JoinHandle<()>>,
    /// What was asked for last, and where it was stopped.
    last: Option<CrackAsked>,
    place: Arc<Mutex<Place>>,
}

impl Search {
    pub(super) fn start(&mut self, asked: &CrackAsked, target: Result<Target, String>, reports: &Reports) -> Report {
        self.end();
        let plan = target.and_then(|target| Ok(Plan { target, sources: sources(asked)?, jobs: crack::cores() }));
        let plan = match plan {
            Ok(plan) => plan,
            Err(why) => return Report::Failed(Failure { of: Work::Crack, why }),
        };
        let same = self.last.as_ref().is_some_and(|last| CrackAsked { go_on: asked.go_on, ..last.clone() } == *asked);
        if !(same && asked.go_on) {
            self.place = Arc::default();
        }
        self.last = Some(asked.clone());
        self.control = Arc::default();
        let from = *self.place.lock().unwrap_or_else(PoisonError::into_inner);
        let (control, place, reports) = (self.control.clone(), self.place.clone(), reports.clone());
        let threads = plan.jobs;
        let search = move || run(&plan, from, &control, &place, &reports);
        match std::thread::Builder::new().name("crack".to_owned()).spawn(search) {
            Ok(thread) => {
                self.thread = Some(thread);
                Report::Cracking(Cracking { tried: from.tried, threads, ..begun() })
            }
            Err(why) => {
                let why = format!("The search could not be started: {why}. Close other programs and try again");
                Report::Failed(Failure { of: Work::Crack, why })
            }
        }
    }

    /// Ends the search, whose last report has come before this one.
    pub(super) fn stop(&mut self) -> Report {
        self.end();
        let tried = self.place.lock().unwrap_or_else(PoisonError::into_inner).tried;
        Report::Cracking(Cracking { running: false, tried, ended: Some(Cracked::Stopped), ..begun() })
    }

    fn end(&mut self) {
        self.control.stop();
        if let Some(thread) = self.thread.take() {
            // It gives up within a few milliseconds.
            let _ = thread.join();
        }
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        self.end();
    }
}

fn begun() -> Cracking {
    Cracking { running: true, tried: 0, per_second: 0.0, share: None, left: None, threads: crack::cores(), ended: None }
}

fn run(plan: &Plan, from: Place, control: &Control, place: &Mutex<Place>, reports: &Reports) {
    let mut last = begun();
    let done = crack::crack(plan, from, control, |progress: &Progress| {
        let share = progress.all.map(|all| (progress.place.tried as f64 / all.max(1.0)).min(1.0));
        last = Cracking {
            tried: progress.place.tried,
            per_second: progress.per_second,
            share,
            left: progress.left,
            threads: progress.jobs,
            ..begun()
        };
        reports.send(Report::Cracking(last.clone()), Answers::Nothing);
    });
    let ended = match done {
        Ok(report) => {
            *place.lock().unwrap_or_else(PoisonError::into_inner) = report.place;
            let seconds = report.elapsed.as_secs_f64();
            (last.tried, last.per_second) = (report.place.tried, report.tried as f64 / seconds.max(0.001));
            match report.ended {
                Ended::Found { secret, .. } => Cracked::Found { secret },
                Ended::NotFound => Cracked::NotFound,
                Ended::Stopped => Cracked::Stopped,
            }
        }
        Err(why) => Cracked::Broken(why.to_string()),
    };
    let report = Cracking { running: false, ended: Some(ended), left: None, ..last };
    reports.send(Report::Cracking(report), Answers::Nothing);
}

fn sources(asked: &CrackAsked) -> Result<Vec<Source>, String> {
    let rules = if asked.rules { Rule::built_in() } else { Vec::new() };
    let list = match asked.list.trim() {
        "" => List::BuiltIn,
        path => {
            let path = crate::gui::files::at_home(&PathBuf::from(path));
            let is_file = std::fs::metadata(&path).map_err(|why| format!("Can't open {}: {why}", path.display()))?;
            if !is_file.is_file() {
                return Err(format!("{} is no file: name a list with one word a line", path.display()));
            }
            List::File(path)
        }
    };
    let mut sources = vec![Source::Words(Words::new(list, rules))];
    if !asked.mask.trim().is_empty() {
        let mask = Mask::parse(asked.mask.trim()).map_err(|why| format!("mask: {why}"))?;
        sources.push(Source::Mask(mask.with_beginnings()));
    }
    Ok(sources)
}
