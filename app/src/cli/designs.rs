//! `lockstep designs`: what can be compared.

use std::io::Write;

use clap::Args;

use super::Found;
use crate::lab::catalog::Catalog;
use crate::report::Inert;

#[derive(Args)]
pub(super) struct Designs {}

impl Designs {
    pub(super) fn run(self, catalog: &Catalog) -> anyhow::Result<Found> {
        let mut out = Inert(std::io::stdout().lock());
        let width = catalog.designs().iter().map(|design| design.id.len()).max().unwrap_or(0);
        for design in catalog.designs() {
            writeln!(out, "{:width$}  {}", design.id, design.title)?;
            writeln!(out, "{:width$}  {}", "", design.summary)?;
        }
        Ok(Found::AsExpected)
    }
}
