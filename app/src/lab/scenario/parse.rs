//! Reads a scenario from TOML and refuses what can't be run, naming the file, the key or the step, and the reason.

use std::collections::BTreeMap;

use anyhow::{anyhow, bail};
use serde::Deserialize;
use toml::Value;

use super::{Expectations, Group, Scenario, Thief, rules, step};
use crate::lab::spelling::closest;

const KEYS: [&str; 9] = ["title", "question", "group", "claims", "thief", "baseline", "steps", "expect", "browser"];

/// Characters of one explanation.
const MOST_EXPLANATION: usize = 300;

/// The file as it is written; the steps are read one by one, so that an error can name the step.
#[derive(Deserialize)]
struct File {
    title: String,
    question: String,
    group: Group,
    #[serde(default)]
    claims: Vec<u32>,
    #[serde(default)]
    thief: Vec<Thief>,
    baseline: Option<Thief>,
    steps: Vec<Value>,
    #[serde(default)]
    expect: toml::Table,
    #[serde(default)]
    browser: toml::Table,
}

pub(super) fn scenario(id: &str, file: &str, text: &str) -> anyhow::Result<Scenario> {
    read(id, text).map_err(|why| anyhow!("{file}: {why}"))
}

fn read(id: &str, text: &str) -> anyhow::Result<Scenario> {
    if !is_name(id) {
        bail!("the file's name is also the scenario's: use 1 to 63 of a-z, 0-9 and -");
    }
    let table: toml::Table = text.parse().map_err(|bad| anyhow!("{}", at_line(text, &bad)))?;
    for key in table.keys() {
        if !KEYS.contains(&key.as_str()) {
            let close = closest(key, KEYS).map(|close| format!("did you mean `{close}`? ")).unwrap_or_default();
            bail!("`{key}`: unknown key: {close}a scenario has {}", KEYS.join(", "));
        }
    }
    for key in ["title", "question", "group", "steps"] {
        if !table.contains_key(key) {
            bail!("`{key}` is missing");
        }
    }
    let file = by_key(&table)?;
    let mut steps = Vec::new();
    for (at, value) in file.steps.iter().enumerate() {
        steps.push(step::read(value).map_err(|why| anyhow!("step {}: {why}", at + 1))?);
    }
    let expect = expectations(&file.thief, &file.expect)?;
    let browser = explanations(&file.browser)?;
    let scenario = Scenario {
        id: id.to_owned(),
        title: file.title,
        question: file.question,
        group: file.group,
        claims: file.claims,
        thief: file.thief,
        baseline: file.baseline,
        steps,
        expect,
        browser,
    };
    rules::check(&scenario)?;
    Ok(scenario)
}

/// Reads the whole; where that fails, finds the key that alone fails.
fn by_key(table: &toml::Table) -> anyhow::Result<File> {
    fn bad_value<T: serde::de::DeserializeOwned>(value: &Value) -> Option<String> {
        T::deserialize(value.clone()).err().map(|bad| one_line(bad.message()))
    }
    for (key, value) in table {
        let why = match key.as_str() {
            "title" | "question" => bad_value::<String>(value),
            "group" => bad_value::<Group>(value),
            "claims" => bad_value::<Vec<u32>>(value),
            "thief" => bad_value::<Vec<Thief>>(value),
            "baseline" => bad_value::<Thief>(value),
            "steps" => bad_value::<Vec<Value>>(value),
            _ => bad_value::<toml::Table>(value),
        };
        if let Some(why) = why {
            bail!("`{key}`: {why}");
        }
    }
    Value::Table(table.clone()).try_into().map_err(|bad: toml::de::Error| anyhow!("{}", one_line(bad.message())))
}

/// With a thief, a table for each world; with none, the designs themselves.
fn expectations(thief: &[Thief], expect: &toml::Table) -> anyhow::Result<Expectations> {
    let mut all = Expectations::new();
    let mut read = |world: Option<Thief>, path: &str, designs: &toml::Table| {
        for (design, text) in designs {
            let text = text.as_str().ok_or_else(|| anyhow!("`{path}.{design}`: write the tokens in quotes"))?;
            let expected = text.parse().map_err(|bad| anyhow!("`{path}.{design}`: {bad}"))?;
            all.insert((world, design.clone()), expected);
        }
        anyhow::Ok(())
    };
    if thief.is_empty() {
        read(None, "expect", expect)?;
        return Ok(all);
    }
    for (name, designs) in expect {
        let names: Vec<String> = thief.iter().map(|thief| format!("[expect.{thief}]")).collect();
        let world = thief.iter().copied().find(|thief| thief.name() == name);
        match (world, designs.as_table()) {
            (Some(world), Some(designs)) => read(Some(world), &format!("expect.{name}"), designs)?,
            _ => bail!("`expect.{name}`: this scenario's worlds are {}", names.join(" and ")),
        }
    }
    Ok(all)
}

/// By the design's id, the rule by which a real browser makes a cell come out otherwise.
fn explanations(browser: &toml::Table) -> anyhow::Result<BTreeMap<String, String>> {
    let explanation = |(design, text): (&String, &Value)| {
        let text = text.as_str().map(str::trim).filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| anyhow!("`browser.{design}`: write in quotes by which rule the cells differ"))?;
        if text.chars().count() > MOST_EXPLANATION || text.contains(char::is_control) {
            bail!("`browser.{design}`: one line of plain text, at most {MOST_EXPLANATION} characters");
        }
        Ok((design.clone(), text.to_owned()))
    };
    browser.iter().map(explanation).collect()
}

/// Whether a text can be the name of a scenario or of a point.
pub(super) fn is_name(text: &str) -> bool {
    let fits = (1..=63).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-');
    fits && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn at_line(text: &str, bad: &toml::de::Error) -> String {
    let start = bad.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..start].iter().filter(|b| **b == b'\n').count() + 1;
    format!("line {line}: {}", one_line(bad.message()))
}
