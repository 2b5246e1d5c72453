//! A kept result: a comparison read from a file, and the part of it that was asked for.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use anyhow::{anyhow, bail};

use crate::lab::outcome::{self, Cell, Comparison, Totals};

/// As long as a kept result may be: many times that of every design in every scenario.
const LONGEST: u64 = 256 << 20;

/// What was kept.
pub(super) struct Kept {
    pub(super) comparison: Comparison,
}

/// Reads a kept result. An error is one line: the file, what is wrong with it, and what to do.
pub(super) fn read(path: &Path) -> anyhow::Result<Kept> {
    let place = path.display();
    let mut json = Vec::new();
    let file = File::open(path).map_err(|error| anyhow!("can't open {place}: {}", why(&error)))?;
    let read = file.take(LONGEST + 1).read_to_end(&mut json);
    read.map_err(|error| anyhow!("can't read {place}: {}", why(&error)))?;
    if json.len() as u64 > LONGEST {
        bail!("can't read {place}: it is longer than {} MiB, and no kept result is", LONGEST >> 20);
    }
    let comparison = outcome::read(&json).map_err(|wrong| anyhow!("{place}: {wrong}"))?;
    Ok(Kept { comparison })
}

fn why(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file: name one that --format json --out wrote".to_owned(),
        ErrorKind::IsADirectory => "this is a directory: name a file in it".to_owned(),
        ErrorKind::PermissionDenied => "it may not be read: make it readable".to_owned(),
        _ => "it is no file that can be read: name one that --format json --out wrote".to_owned(),
    }
}

impl Kept {
    /// The part with these designs and with scenarios of these ids or groups; all where none is named. A name that the
    /// result does not have is an error.
    pub(super) fn only(mut self, designs: &[String], scenarios: &[String]) -> anyhow::Result<Self> {
        if designs.is_empty() && scenarios.is_empty() {
            return Ok(self);
        }
        let comparison = &mut self.comparison;
        for id in designs {
            if comparison.cells.iter().all(|cell| cell.design != *id) {
                bail!("the kept result has no design `{id}`: it has {}", names(comparison, |cell| &cell.design));
            }
        }
        for name in scenarios {
            if comparison.cells.iter().all(|cell| !is_named(comparison, cell, name)) {
                let there = names(comparison, |cell| &cell.scenario);
                bail!("the kept result has no scenario or group `{name}`: it has {there}");
            }
        }
        let cells = chosen(comparison, designs, scenarios);
        let Totals { wall_ms, floor_ms, logins, .. } = comparison.totals;
        comparison.totals = Totals { wall_ms, floor_ms, logins, ..Totals::count(&cells) };
        comparison.cells = cells;
        comparison.is_part = true;
        Ok(self)
    }

    /// The cells that a comparison of these designs and scenarios can be held against. A kept result may be of more
    /// than is asked for now, and what nobody asked for is not gone.
    pub(super) fn among(mut self, designs: &[String], scenarios: &[String], now: &Comparison) -> Vec<Cell> {
        // What a name stands for is known to the present comparison too, whose scenarios may have been regrouped.
        let known: Vec<String> = self.comparison.scenarios.iter().map(|about| about.id.clone()).collect();
        let new = now.scenarios.iter().filter(|about| !known.contains(&about.id)).cloned();
        self.comparison.scenarios.extend(new.collect::<Vec<_>>());
        chosen(&self.comparison, designs, scenarios)
    }
}

fn chosen(comparison: &Comparison, designs: &[String], scenarios: &[String]) -> Vec<Cell> {
    let wanted = |cell: &&Cell| {
        let design = designs.is_empty() || designs.contains(&cell.design);
        design && (scenarios.is_empty() || scenarios.iter().any(|name| is_named(comparison, cell, name)))
    };
    comparison.cells.iter().filter(wanted).cloned().collect()
}

/// Whether a cell's scenario has this id or is of the group of this name. A name that is both is the scenario's.
fn is_named(comparison: &Comparison, cell: &Cell, name: &str) -> bool {
    if comparison.cells.iter().any(|cell| cell.scenario == name) {
        return cell.scenario == name;
    }
    let about = comparison.scenarios.iter().find(|about| about.id == cell.scenario);
    about.is_some_and(|about| about.group.name() == name)
}

fn names(comparison: &Comparison, of: fn(&Cell) -> &String) -> String {
    let mut names: Vec<&str> = Vec::new();
    for cell in &comparison.cells {
        if !names.contains(&of(cell).as_str()) {
            names.push(of(cell));
        }
    }
    names.join(", ")
}
