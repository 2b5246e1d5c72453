//! `lockstep scenarios`: what can be done to a design.

use std::io::Write;

use clap::Args;

use super::Found;
use crate::lab::catalog::Catalog;
use crate::report::Inert;

#[derive(Args)]
pub(super) struct Scenarios {}

impl Scenarios {
    pub(super) fn run(self, catalog: &Catalog) -> anyhow::Result<Found> {
        let mut out = Inert(std::io::stdout().lock());
        let width = catalog.scenarios().iter().map(|scenario| scenario.id.len()).max().unwrap_or(0);
        let mut group = None;
        for scenario in catalog.scenarios() {
            if group.replace(scenario.group) != Some(scenario.group) {
                writeln!(out, "[{}]", scenario.group)?;
            }
            writeln!(out, "  {:width$}  {}", scenario.id, scenario.question)?;
        }
        Ok(Found::AsExpected)
    }
}
