//! `lockstep run`: one scenario against one design, told step by step with its exchanges.

use std::io::Write;

use anyhow::Context;
use clap::{Args, ValueEnum};
use lockstep_shared::clock::LabTime;

use super::Found;
use crate::lab::actor::Actor;
use crate::lab::catalog::Catalog;
use crate::lab::compare::run_alone;
use crate::lab::exchange::Exchange;
use crate::lab::expectation;
use crate::lab::outcome::Status;
use crate::lab::runner::{self, Told};
use crate::lab::scenario::{Scenario, Thief};
use crate::lab::stage::Stage;

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
        let mut found = Found::AsExpected;
        let mut out = std::io::stdout().lock();
        for world in worlds {
            let baseline = (scenario.id != catalog.baseline().id && world.is_some())
                .then(|| run_alone(design, catalog.baseline(), world, None))
                .transpose()?;
            let run = run_alone(design, scenario, world, baseline.as_ref().map(|run| &run.tracks))?;
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
        let world = world.map(|thief| format!(", the thief copied {thief}")).unwrap_or_default();
        writeln!(out, "{} × {}{world}", scenario.title, cell.design)?;
        writeln!(out, "{}\n", scenario.question)?;
        for (at, told) in run.told.iter().enumerate() {
            let mark = if told.step.mark { "  ◂ access should end here" } else { "" };
            writeln!(out, "{:2}  {}  {}{mark}", at + 1, told.at.local_hms(), told.step)?;
            match &run.stage {
                Some(stage) => exchanges(out, stage, told, self.verbose)?,
                None => writeln!(out, "      {}", told.said)?,
            }
        }
        writeln!(out)?;
        for (actor, outcome) in &cell.actors {
            writeln!(out, "{:10} {}", actor.name(), expectation::told(outcome))?;
        }
        writeln!(out, "\n{}", cell.why)?;
        match (&cell.expected, &cell.mismatch) {
            (Some(expected), None) => writeln!(out, "As expected: {expected}\n"),
            (Some(_), Some(mismatch)) => writeln!(out, "NOT AS EXPECTED: {mismatch}\n"),
            (None, _) => writeln!(out),
        }
    }
}

/// Every exchange of a step; of the many alike ones of one actor, only the first and how many followed.
fn exchanges(out: &mut dyn Write, stage: &Stage, told: &Told, verbose: bool) -> std::io::Result<()> {
    let (from, to) = told.exchanges;
    if from == to {
        return writeln!(out, "      {}", told.said);
    }
    let all: Vec<&Exchange> = (from..to).filter_map(|number| stage.exchange(number)).collect();
    let alike = |exchange: &Exchange| (exchange.method, exchange.path.clone(), exchange.verdict());
    for actor in Actor::ALL {
        let mine: Vec<_> = all.iter().filter(|exchange| exchange.actor == actor).collect();
        let mut seen = Vec::new();
        for exchange in &mine {
            let key = alike(exchange);
            if seen.contains(&key) {
                continue;
            }
            let more = mine.iter().filter(|other| alike(other) == key).count() - 1;
            let more = if more > 0 { format!("  (and {more} more like it)") } else { String::new() };
            let (method, path, _) = &key;
            writeln!(
                out,
                "      #{} {} {:9} {method} {path} {}{more}",
                exchange.number,
                exchange.at.local_hms(),
                actor.name(),
                exchange.told(": ", LabTime::local_hms),
            )?;
            seen.push(key);
            if verbose {
                whole(out, exchange)?;
            }
        }
    }
    Ok(())
}

/// Everything that is known of an exchange.
fn whole(out: &mut dyn Write, exchange: &Exchange) -> std::io::Result<()> {
    let line = |out: &mut dyn Write, sign: &str, text: &str| writeln!(out, "          {sign} {text}");
    for cookie in &exchange.cookies {
        let went = if cookie.sent { "sent" } else { "withheld" };
        line(out, "·", &format!("cookie {} {went} ({}): {}", cookie.name, cookie.rule.id(), cookie.rule.why()))?;
    }
    let headers = |out: &mut dyn Write, sign: &str, headers: &[(String, String)]| {
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
        line(out, "·", &format!("{receipt:?}"))?;
    }
    line(out, "=", &format!("{:?}, {} µs", exchange.purpose, exchange.micros))
}
