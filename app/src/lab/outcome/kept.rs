//! What makes a kept comparison readable without the lab that it came from: what its ids stand for, and its real
//! durations as whole numbers.

use anyhow::{anyhow, bail};
use lockstep_shared::design::{Design, Kind};
use serde::{Deserialize, Serialize};

use super::{Cell, Comparison, Floor, SCHEMA, Totals};
use crate::lab::scenario::{Group, Scenario};

/// What a report has to know of a design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AboutDesign {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) kind: Kind,
}

/// What a report has to know of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AboutScenario {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) question: String,
    pub(crate) group: Group,
}

impl Comparison {
    /// A comparison of these designs in these scenarios.
    pub(crate) fn new(
        designs: &[&Design],
        scenarios: &[&Scenario],
        cells: Vec<Cell>,
        totals: Totals,
        floor: Floor,
    ) -> Self {
        let design = |design: &&Design| AboutDesign {
            id: design.id.clone(),
            title: design.title.clone(),
            summary: design.summary.clone(),
            kind: design.kind,
        };
        let scenario = |scenario: &&Scenario| AboutScenario {
            id: scenario.id.clone(),
            title: scenario.title.clone(),
            question: scenario.question.clone(),
            group: scenario.group,
        };
        Self {
            schema: SCHEMA.to_owned(),
            cells,
            totals,
            is_part: false,
            floor,
            designs: designs.iter().map(design).collect(),
            scenarios: scenarios.iter().map(scenario).collect(),
            changes: None,
        }
    }
}

/// Reads a kept comparison. An error says on one line what is wrong.
pub(crate) fn read(json: &[u8]) -> anyhow::Result<Comparison> {
    #[derive(Deserialize)]
    struct Named {
        schema: Option<String>,
    }
    let hint = "give a file that `lockstep compare --format json --out FILE` wrote";
    let named: Named = serde_json::from_slice(json).map_err(|bad| match bad.classify() {
        serde_json::error::Category::Eof => anyhow!("it ends in the middle: {hint}"),
        serde_json::error::Category::Data => anyhow!("it is no kept comparison ({bad}): {hint}"),
        _ => anyhow!("it is no JSON ({bad}): {hint}"),
    })?;
    match named.schema.as_deref() {
        Some(SCHEMA) => {}
        Some(other) => bail!("its `schema` is {other:?}, and this Lockstep reads {SCHEMA:?}: {hint}"),
        None => bail!("it has no `schema`, so it is no kept comparison: {hint}"),
    }
    let mut kept: Comparison =
        serde_json::from_slice(json).map_err(|bad| anyhow!("its cells can't be read ({bad}): {hint}"))?;
    let ids = kept.cells.iter().flat_map(|cell| [&cell.design, &cell.scenario]);
    if let Some(id) = ids.into_iter().find(|id| id.is_empty() || id.chars().any(char::is_control)) {
        bail!("a cell is of {id:?}, which can't be the name of a design or a scenario: {hint}");
    }
    // What the cells say counts, and not what somebody has written beneath them.
    let Totals { wall_ms, floor_ms, logins, .. } = kept.totals;
    kept.totals = Totals { wall_ms, floor_ms, logins, ..Totals::count(&kept.cells) };
    Ok(kept)
}

/// Real durations as whole microseconds.
pub(super) mod micros {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_micros)
    }
}
