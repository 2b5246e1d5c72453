//! The bank's and the attacker's pages in the Chromium of this machine, for every design.

mod cells;
mod cors;
mod frames;
mod hostile;
mod injected;
mod narrow;
mod pages;
mod planted;
mod renewal;
mod sides;

use std::sync::Arc;

use lockstep_shared::clock::{Clock, LabTime};
use lockstep_shared::design::Design;

use crate::chromium::{Chromium, Wanted};
use crate::lab::actor::Actor;
use crate::lab::catalog::Catalog;
use crate::lab::engine::Engine;
use crate::lab::scenario::{Doer, Verb};
use crate::lab::stage::Stage;
use crate::lab::steps::{self, Done};

async fn chromium() -> Arc<Chromium> {
    // One line that says what to install, where it is not there.
    Arc::new(Chromium::start(&Wanted::default()).await.unwrap_or_else(|why| panic!("{why:#}")))
}

fn catalog() -> Catalog {
    Catalog::load(None).expect("the built-in files are well-formed")
}

async fn stage(design: &Design, chromium: &Arc<Chromium>, engine: &Engine) -> Stage {
    chromium.clear_everything().await.expect("the browser forgets");
    let clock = Clock::manual(LabTime::START);
    Stage::set_for_browser(design.clone(), clock, engine, chromium.clone()).await.expect("the lab starts")
}

async fn does(stage: &mut Stage, actor: Actor, verb: Verb) -> Done {
    steps::perform(stage, Doer::Actor(actor), &verb, None).await.unwrap_or_else(|why| panic!("{verb:?}: {why:#}"))
}

/// The address of a page on one of the attacker's hosts, or of the bank's own.
fn at(stage: &Stage, host: &str, path: &str) -> String {
    let bank = stage.agent(super::VICTIM).page();
    let port = bank.port().expect("the lab's port is its own");
    let host = host.replace("{bank}", bank.host_str().expect("the bank has a host"));
    format!("http://{host}:{port}{path}")
}
