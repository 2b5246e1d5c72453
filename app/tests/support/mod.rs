//! A lab of one's own in a temporary folder, and the real program run on it.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;
use tempfile::TempDir;
use toml::{Table, Value};

/// What a thief can have copied.
pub(crate) const WORLDS: [&str; 2] = ["access", "everything"];

/// A folder with designs and scenarios, laid over the built-in ones.
pub(crate) struct Lab {
    folder: TempDir,
}

impl Lab {
    pub(crate) fn new() -> Self {
        let lab = Self { folder: TempDir::new().expect("a temporary folder can be made") };
        for kind in ["designs", "scenarios"] {
            fs::create_dir(lab.path().join(kind)).expect("the folder is new");
        }
        lab
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder as an argument.
    pub(crate) fn arg(&self) -> &str {
        self.path().to_str().expect("temporary folders have plain names")
    }

    pub(crate) fn design(&self, id: &str, text: &str) {
        self.write(&format!("designs/{id}.toml"), text);
    }

    pub(crate) fn scenario(&self, id: &str, text: &str) {
        self.write(&format!("scenarios/{id}.toml"), text);
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), bytes).expect("the lab's folders can be written");
    }

    /// Writes a copy of a built-in design under a new id, with some keys changed: `("session.idle", "1h".into())`.
    pub(crate) fn copy(&self, from: &str, id: &str, changes: &[(&str, Value)]) {
        let mut design = built_in("designs", from);
        for (path, value) in changes {
            set(&mut design, path, value.clone());
        }
        self.design(id, &design.to_string());
    }

    /// Writes a copy of a built-in scenario that also expects something of other designs: in which world, or none where
    /// there is but one, of which design, what.
    pub(crate) fn expect(&self, scenario: &str, more: &[(&str, &str, &str)]) {
        let mut copy = built_in("scenarios", scenario);
        for (world, design, tokens) in more {
            let world = if world.is_empty() { String::new() } else { format!(".{world}") };
            set(&mut copy, &format!("expect{world}.{design}"), (*tokens).into());
        }
        self.scenario(scenario, &copy.to_string());
    }

    /// Compares some designs of this lab in one scenario.
    pub(crate) fn compare(&self, designs: &[&str], scenario: &str) -> Comparison {
        let mut args = vec!["compare", "--lab", self.arg(), "--format", "json", "--scenario", scenario];
        args.extend(designs.iter().flat_map(|design| ["--design", design]));
        Comparison::of(&lockstep(&args))
    }
}

/// What `compare --format json` printed.
pub(crate) struct Comparison {
    pub(crate) code: i32,
    pub(crate) json: Json,
}

impl Comparison {
    pub(crate) fn of(ran: &Ran) -> Self {
        let json = serde_json::from_str(&ran.out).unwrap_or_else(|bad| panic!("no JSON ({bad}): {ran:?}"));
        Self { code: ran.code, json }
    }

    pub(crate) fn cells(&self) -> &[Json] {
        self.json["cells"].as_array().expect("a comparison has cells")
    }

    pub(crate) fn cell(&self, design: &str, world: Option<&str>) -> &Json {
        let wanted = |cell: &&Json| cell["design"] == design && cell["thief"].as_str() == world;
        self.cells().iter().find(wanted).unwrap_or_else(|| panic!("no cell for {design} {world:?}: {}", self.json))
    }

    /// One actor's outcome in a cell.
    pub(crate) fn actor(&self, design: &str, world: Option<&str>, actor: &str) -> &Json {
        &self.cell(design, world)["actors"][actor]
    }

    pub(crate) fn why(&self, design: &str, world: Option<&str>) -> &str {
        self.cell(design, world)["why"].as_str().expect("every cell says why")
    }
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
        let code = output.status.code().unwrap_or_else(|| panic!("{}", output.status));
        Self { code, out: text(output.stdout), err: text(output.stderr) }
    }
}

/// The program, not started yet, with nothing to read.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program to its end.
pub(crate) fn lockstep(args: &[&str]) -> Ran {
    command(args).output().expect("the program was built").into()
}

/// A built-in design or scenario, as its file is written.
pub(crate) fn built_in(kind: &str, id: &str) -> Table {
    let text = built_in_text(kind, id);
    text.parse().unwrap_or_else(|bad| panic!("{kind}/{id}: {bad}"))
}

pub(crate) fn built_in_text(kind: &str, id: &str) -> String {
    let path = assets(kind).join(format!("{id}.toml"));
    fs::read_to_string(&path).unwrap_or_else(|bad| panic!("{}: {bad}", path.display()))
}

/// The ids of all built-in designs or scenarios, in the order of every list.
pub(crate) fn built_in_ids(kind: &str) -> Vec<String> {
    let order = fs::read_to_string(assets(kind).join("order.txt")).expect("each kind has its order");
    order.split_whitespace().map(str::to_owned).collect()
}

fn assets(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets").join(kind)
}

/// Sets a key in its table, which is made where there is none.
fn set(table: &mut Table, path: &str, value: Value) {
    match path.split_once('.') {
        None => drop(table.insert(path.to_owned(), value)),
        Some((first, rest)) => {
            let inner = table.entry(first).or_insert_with(|| Table::new().into());
            set(inner.as_table_mut().unwrap_or_else(|| panic!("{first} is no table")), rest, value);
        }
    }
}
