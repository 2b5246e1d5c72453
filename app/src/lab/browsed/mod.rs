//! The victim's laptop as a real browser: its steps are played in Chromium on the bank's own pages, and everybody else stays
//! an agent.
//!
//! - `page.rs` asks the bank by the bank's own page, logs in by its form, and is what all others stand on.
//! - `lure.rs` opens the attacker's page; `script.rs` has a comment of the attacker's run in the bank's.
//! - `visits.rs` makes exchanges of what reached the server; `landed.rs` reads the pages that a tab is answered with.
//! - `refused.rs` says which scenarios no browser can play, `verdict.rs` whether it comes to the same as with agents.

pub(crate) mod landed;
mod lure;
mod page;
mod refused;
mod script;
mod verdict;
mod visits;

use std::sync::Arc;

use lockstep_shared::design::Design;

use super::actor::Actor;
use super::engine::Engine;
use super::runner::{self, Play, Run};
use super::scenario::{Copying, Scenario, Thief, Verb};
use super::stage::Stage;
use super::steps::Done;
use crate::chromium::Chromium;

pub(crate) use page::ask;
pub(crate) use refused::{refusal, takes_a_script};
pub(crate) use verdict::differences;

/// Whose browser is a real one.
pub(crate) const VICTIM: Actor = Actor::Laptop;

/// The browser of one stage.
pub(crate) struct Browsed {
    chromium: Arc<Chromium>,
    /// The last visit that is recorded.
    seen: u64,
}

impl Browsed {
    pub(crate) fn by(chromium: Arc<Chromium>) -> Self {
        Self { chromium, seen: 0 }
    }
}

/// Whether an actor's client is a real browser.
pub(crate) fn is(stage: &Stage, actor: Actor) -> bool {
    actor == VICTIM && stage.browsed.is_some()
}

/// Does a step in the real browser, where it is done there; None where agents do it.
pub(crate) async fn act(stage: &mut Stage, actor: Actor, verb: &Verb) -> anyhow::Result<Option<Done>> {
    let done = match verb {
        Verb::LogIn if is(stage, actor) => page::log_in(stage).await,
        Verb::Lure { on, site, lure } if is(stage, *on) => lure::run(stage, actor, *site, *lure).await,
        Verb::Steal { from, by: Copying::Script } if is(stage, *from) => script::steal(stage, actor).await,
        Verb::Ride { on } if is(stage, *on) => script::ride(stage, actor).await,
        _ => return Ok(None),
    };
    done.map(Some)
}

/// One cell with agents, and the same with a real browser for the victim; both up to the mark and one question after it.
/// Nothing of an earlier cell is left in the browser.
pub(crate) async fn both(
    design: &Design,
    scenario: &Scenario,
    world: Option<Thief>,
    engine: &Engine,
    chromium: &Arc<Chromium>,
) -> anyhow::Result<(Run, Run)> {
    let agents = runner::play(design, scenario, world, None, engine, Play::ToTheMark).await;
    chromium.clear_everything().await?;
    let mut design = design.clone();
    if takes_a_script(scenario) {
        design.mistakes.let_scripts_in();
    }
    let play = Play::Browsed(chromium.clone());
    Ok((agents, runner::play(&design, scenario, world, None, engine, play).await))
}

#[cfg(test)]
mod tests;
