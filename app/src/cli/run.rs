//! `lockstep run`: one scenario against one design, told step by step with its exchanges.

mod browsed;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use lockstep_shared::clock::LabTime;
use lockstep_shared::span::in_words;

use super::Found;
use crate::browser::Receipt;
use crate::lab::actor::Actor;
use crate::lab::catalog::Catalog;
use crate::lab::compare::run_alone;
use crate::lab::digest;
use crate::lab::engine::Engine;
use crate::lab::exchange::{Exchange, Purpose};
use crate::lab::headers::Headers;
use crate::lab::outcome::{Status, Verdict};
use crate::lab::runner::{self, Told};
use crate::lab::scenario::{Scenario, Thief, Verb};
use crate::lab::stage::Stage;
use crate::report::Inert;

#[derive(Args)]
pub(super) struct Run {
    /// The scenario's id
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// The design's id
    #[arg(long, value_name = "ID")]
    design: String,
    /// What the thief copied; without it, every world of the scenario is told
    #[arg(long, value_enum)]
    thief: Option<World>,
    /// Show each exchange whole: headers, bodies, every cookie with its rule, and what the server did
    #[arg(long, short)]
    verbose: bool,
    /// The Redis server for a design that needs one, such as redis://127.0.0.1:6379 (default: a private one, where
    /// redis-server is installed)
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// The victim's laptop is a real Chromium, and the cell is held against the agents' own
    #[arg(long)]
    browser: bool,
    /// The Chromium to use (default: the one of the PATH)
    #[arg(long, value_name = "PATH", requires = "browser")]
    chromium: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum World {
    Access,
    Everything,
}

impl World {
    fn thief(self) -> Thief {
        match self {
            Self::Access => Thief::Access,
            Self::Everything => Thief::Everything,
        }
    }
}

impl Run {
    pub(super) fn run(self, catalog: &Catalog) -> anyhow::Result<Found> {
        let (scenario, design) = (catalog.scenario(&self.scenario)?, catalog.design(&self.design)?);
        let mut worlds = scenario.worlds();
        if let Some(wanted) = self.thief.map(World::thief) {
            worlds.retain(|world| *world == Some(wanted));
            let missing = || format!("{} has no world in which the thief copied {wanted}", scenario.id);
            worlds.first().with_context(missing)?;
        }
        let engine = Engine::at(self.redis.as_deref())?;
        if self.browser {
            return browsed::run(&self, scenario, design, &worlds, &engine);
        }
        let mut found = Found::AsExpected;
        let mut out = Inert(std::io::stdout().lock());
        for world in worlds {
            let mut usual = BTreeMap::new();
            for thief in Thief::ALL {
                let wanted = Actor::MEASURED.iter().any(|actor| scenario.baseline_of(*actor, world) == Some(thief));
                if wanted && scenario.id != catalog.baseline().id {
                    let run = run_alone(design, catalog.baseline(), Some(thief), None, &engine)?;
                    if run.cell.status != Status::Ran {
                        let why = run.cell.why;
                        bail!("the baseline, which {} is held against, could not be run: {why}", scenario.id);
                    }
                    usual.insert(Some(thief), run.tracks);
                }
            }
            let baseline = runner::baseline(scenario, world, |world| anyhow::Ok(usual.get(&world)))?;
            let run = run_alone(design, scenario, world, baseline.as_ref(), &engine)?;
            self.tell(&mut out, scenario, world, &run)?;
            if run.cell.status == Status::Broken || run.cell.as_expected == Some(false) {
                found = Found::Unexpected;
            }
        }
        Ok(found)
    }
}

impl Run {
    fn tell(
        &self,
        out: &mut dyn Write,
        scenario: &Scenario,
        world: Option<Thief>,
        run: &runner::Run,
    ) -> std::io::Result<()> {
        let cell = &run.cell;
        let world = match world {
            None => "",
            Some(Thief::Access) => ": the thief copied the access credential",
            Some(Thief::Everything) => ": the thief copied everything",
        };
        writeln!(out, "{} × {}{world}", scenario.title, cell.design)?;
        writeln!(out, "{}\n", scenario.question)?;
        let mark = run.told.iter().find(|told| told.step.mark).map(|told| told.at);
        for (at, told) in run.told.iter().enumerate() {
            let ending = if told.step.mark { "  ◂ access should end here" } else { "" };
            writeln!(out, "{:2}  {}  {}{ending}", at + 1, told.at, told.step)?;
            match &run.stage {
                Some(stage) => self.exchanges(out, stage, told, mark, &cell.deciding)?,
                None => writeln!(out, "      {}", told.said)?,
            }
        }
        writeln!(out)?;
        for (actor, outcome) in &cell.actors {
            let told = match (self.browser, outcome.verdict) {
                (true, Verdict::In) => "in right after the mark".to_owned(),
                _ => digest::told(outcome),
            };
            writeln!(out, "{:10} {told}", actor.name())?;
        }
        if cell.detected {
            writeln!(out, "The server raised an alarm.")?;
        }
        let broken = if cell.status == Status::Broken { "BROKEN: " } else { "" };
        writeln!(out, "\n{broken}{}", cell.why)?;
        let so_far = if self.browser { ", as far as one sees at the mark" } else { "" };
        match (&cell.expected, &cell.mismatch) {
            (Some(expected), None) => writeln!(out, "As expected{so_far}: {expected}\n"),
            (Some(_), Some(mismatch)) => writeln!(out, "NOT AS EXPECTED: {mismatch}\n"),
            (None, _) => writeln!(out),
        }
    }

    /// What a step sent. While everybody keeps trying, each actor's own: of the many alike ones the first, how many
    /// more there were, and any that decided the cell.
    fn exchanges(
        &self,
        out: &mut dyn Write,
        stage: &Stage,
        told: &Told,
        mark: Option<LabTime>,
        deciding: &[usize],
    ) -> std::io::Result<()> {
        let (from, to) = told.exchanges;
        if from == to {
            return writeln!(out, "      {}", told.said);
        }
        let mut all: Vec<&Exchange> = (from..to).filter_map(|number| stage.exchange(number)).collect();
        let trying = matches!(told.step.verb, Verb::KeepTrying { .. });
        let mark = mark.filter(|_| trying);
        if trying {
            all.sort_by_key(|exchange| exchange.actor);
        }
        let mut kinds: BTreeMap<_, usize> = BTreeMap::new();
        let kind = |exchange: &Exchange| (exchange.actor, exchange.method, exchange.path.clone(), exchange.verdict());
        for exchange in &all {
            *kinds.entry(kind(exchange)).or_default() += 1;
        }
        for exchange in &all {
            // Only the first of its kind finds the count.
            let count = kinds.remove(&kind(exchange));
            let decided = deciding.contains(&exchange.number);
            if count.is_none() && !decided {
                continue;
            }
            let after = mark.map(|mark| format!(" after {}:", in_words(exchange.at.since(mark)))).unwrap_or_default();
            let more = count.filter(|count| *count > 1).map(|count| format!("  (and {} more like it)", count - 1));
            writeln!(
                out,
                "      #{:<4} {:9}{after} {} {} {}{}{}",
                exchange.number,
                exchange.actor.name(),
                exchange.method,
                exchange.path,
                answer(exchange),
                more.unwrap_or_default(),
                if decided { "  ◂ this decided" } else { "" },
            )?;
            if self.verbose {
                whole(out, exchange)?;
            }
        }
        Ok(())
    }
}

/// The verdict, and why: a refusal's own words, what a probe's acceptance rested on, or what else the server did.
fn answer(exchange: &Exchange) -> String {
    let acts: Vec<String> = exchange.trace.acts.iter().map(|timed| timed.act.to_string()).collect();
    match exchange.problem() {
        None if exchange.purpose != Purpose::Probe && !acts.is_empty() => {
            format!("{}: {}", exchange.verdict(), acts.join(", "))
        }
        _ => exchange.told(": ", |at| at.to_string()),
    }
}

/// Everything that is known of an exchange.
fn whole(out: &mut dyn Write, exchange: &Exchange) -> std::io::Result<()> {
    let line = |out: &mut dyn Write, sign: &str, text: &str| writeln!(out, "          {sign} {text}");
    for cookie in &exchange.cookies {
        let went = if cookie.sent { "sent" } else { "withheld" };
        line(out, "·", &format!("cookie {} {went} ({}): {}", cookie.name, cookie.rule.id(), cookie.rule.why()))?;
    }
    let headers = |out: &mut dyn Write, sign: &str, headers: &Headers| {
        headers.iter().try_for_each(|(name, value)| line(out, sign, &format!("{name}: {value}")))
    };
    headers(out, ">", &exchange.request_headers)?;
    if let Some(body) = &exchange.request_body {
        line(out, ">", body)?;
    }
    for timed in &exchange.trace.acts {
        line(out, "*", &timed.act.to_string())?;
    }
    headers(out, "<", &exchange.response_headers)?;
    if !exchange.response_body.is_empty() {
        line(out, "<", &exchange.response_body)?;
    }
    for receipt in &exchange.received {
        line(
            out,
            "·",
            &match receipt {
                Receipt::Stored(cookie) => format!("cookie {} stored", cookie.name),
                Receipt::Replaced(cookie) => format!("cookie {} replaced", cookie.name),
                Receipt::Deleted { name } => format!("cookie {name} deleted"),
                Receipt::Rejected { name, rule } => format!("cookie {name} rejected ({}): {}", rule.id(), rule.why()),
            },
        )?;
    }
    let purpose = match exchange.purpose {
        Purpose::Action => "a step",
        Purpose::Probe => "asked by the lab",
        Purpose::Renewal => "a renewal after a 401",
    };
    line(out, "=", &format!("{purpose}, {} µs", exchange.micros))
}
