//! `lockstep run --browser`: the same cell with a real Chromium for the victim, held against the agents' own.

use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, bail};
use lockstep_shared::design::Design;

use super::Run;
use crate::chromium::{Chromium, Wanted};
use crate::cli::Found;
use crate::lab::browsed;
use crate::lab::engine::Engine;
use crate::lab::outcome::Status;
use crate::lab::runner;
use crate::lab::scenario::{Scenario, Thief};
use crate::report::Inert;

/// Plays each of these worlds twice, and tells the one with the browser.
pub(super) fn run(
    asked: &Run,
    scenario: &Scenario,
    design: &Design,
    worlds: &[Option<Thief>],
    engine: &Engine,
) -> anyhow::Result<Found> {
    if let Some(why) = browsed::refusal(scenario) {
        bail!("{} can't be played with a real browser: {why}", scenario.id);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("can't start the lab's threads")?;
    let mut out = Inert(std::io::stdout().lock());
    runtime.block_on(async {
        let wanted = Wanted { chromium: asked.chromium.clone(), ..Wanted::default() };
        let chromium = Arc::new(Chromium::start(&wanted).await?);
        let mut found = Found::AsExpected;
        for world in worlds {
            let (agents, real) = browsed::both(design, scenario, *world, engine, &chromium).await?;
            let name = format!("{} {}", chromium.name(), chromium.version());
            writeln!(out, "{name} is the victim's laptop, everybody else is an agent.")?;
            if browsed::takes_a_script(scenario) && !design.mistakes.lets_scripts_in() {
                writeln!(out, "A script has to get in somehow: comments are shown as HTML, unlike in the design's own file.")?;
            }
            writeln!(out, "The browser has its own clock: pauses move the server's alone, and after the mark everybody is asked once.\n")?;
            asked.tell(&mut out, scenario, *world, &real)?;
            if !held_against(&mut out, scenario, &agents, &real)? {
                found = Found::Unexpected;
            }
        }
        Ok(found)
    })
}

/// Says whether the browser's cell is the agents'. Answers whether all is as it should be, or explained.
fn held_against(
    out: &mut dyn Write,
    scenario: &Scenario,
    agents: &runner::Run,
    real: &runner::Run,
) -> std::io::Result<bool> {
    let differences = browsed::differences(agents, real);
    let explained = scenario.browser.get(&real.cell.design);
    if differences.is_empty() {
        writeln!(out, "The agents' cell is the same.")?;
        if let Some(rule) = explained {
            writeln!(out, "The scenario's file explains a difference that is not there: {rule}")?;
        }
        return Ok(real.cell.status != Status::Broken && real.cell.as_expected != Some(false));
    }
    let sign = if explained.is_some() { "Differs" } else { "DIFFERS" };
    for difference in differences {
        writeln!(out, "{sign} from the agents' cell: {difference}")?;
    }
    match explained {
        Some(rule) => writeln!(out, "The scenario's file explains it: {rule}")?,
        None => writeln!(out, "Nothing in the scenario's file explains it.")?,
    }
    Ok(explained.is_some() && real.cell.status != Status::Broken)
}
