//! Designs, scenarios and code don't know each other by name, so that there are N + M files and not N × M cases.

use super::{Rule, each, part, word};
use crate::source::{Line, Source};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "no design by name",
        why: "code that knows a design's id is a special case: a design that a user writes would behave otherwise",
        check: |source, names| {
            if !source.is_rust() {
                return Vec::new();
            }
            each(source.product(), |line| {
                word(&line.raw, &names.designs).map(|id| format!("the design `{id}` by name"))
            })
        },
        bad: &[
            ("app/src/gui/app.rs", "let left = \"session-memory\";"),
            ("app/src/cli/serve.rs", "/// For example `session-memory`."),
        ],
        good: &[
            ("app/src/gui/app.rs", "#[cfg(test)]\nmod tests {\n    const LEFT: &str = \"session-memory\";\n}"),
            ("app/tests/cli.rs", "run(\"session-memory\");"),
            ("app/src/gui/app.rs", "let kind = \"session-memory-like\";"),
        ],
    },
    Rule {
        name: "scenarios name no design",
        why: "a scenario runs against designs that nobody has seen; only its [expect] tables, read by tests, name them",
        check: |source, names| {
            if !source.is_in(&["assets/scenarios"]) {
                return Vec::new();
            }
            each(beside_expectations(source), |line| {
                word(&line.raw, &names.designs).map(|id| format!("the design `{id}` by name"))
            })
        },
        bad: &[
            ("assets/scenarios/log-out.toml", "only = \"session-memory\"\n[expect]\nsession-memory = \"0s\""),
            ("assets/scenarios/log-out.toml", "[expect.access]\nsession-memory = \"0s\"\n[more]\nsession-memory = 1"),
        ],
        good: &[(
            "assets/scenarios/log-out.toml",
            "title = \"A\"\n[expect]\n# As in session-memory:\nsession-memory = \"0s\"",
        )],
    },
    Rule {
        name: "designs name no scenario",
        why: "a design says how a credential is kept, never what happens to it",
        check: |source, names| {
            if !source.is_in(&["assets/designs"]) {
                return Vec::new();
            }
            each(&source.lines, |line| {
                // A scenario's id may also be a plain word, such as that for logging out, so only a quoted one counts.
                let quoted = |id: &&String| ['"', '\'', '`'].iter().any(|q| line.raw.contains(&format!("{q}{id}{q}")));
                names.scenarios.iter().find(quoted).map(|id| format!("the scenario `{id}` by name"))
            })
        },
        bad: &[("assets/designs/a.toml", "title = \"A\"\nscenarios = [\"log-out\"]")],
        good: &[("assets/designs/a.toml", "summary = \"A log-out ends nothing.\"")],
    },
    Rule {
        name: "the server knows no actor",
        why: "a server that knew who attacks, or what is being played, would measure itself",
        check: |source, _| {
            if !source.is_rust() || !source.is_in(&["server"]) {
                return Vec::new();
            }
            each(source.product(), |line| {
                let found = part(&line.code.to_ascii_lowercase(), &["victim", "attacker", "bystander", "scenario"]);
                found.map(|word| format!("the server speaks of a {word}"))
            })
        },
        bad: &[
            ("server/src/users.rs", "const SEEDED: &str = \"victim@bank.test\";"),
            ("server/src/auth.rs", "struct ScenarioHook;"),
        ],
        good: &[
            ("server/src/auth.rs", "// An attacker learns nothing from this answer."),
            ("app/src/lab/actor.rs", "enum Actor { Victim, Attacker }"),
        ],
    },
];

/// The lines of a scenario outside its `[expect]` tables.
fn beside_expectations(source: &Source) -> impl Iterator<Item = &Line> {
    let mut inside = false;
    source.lines.iter().filter(move |line| {
        if line.raw.starts_with('[') {
            inside = line.raw.starts_with("[expect]") || line.raw.starts_with("[expect.");
        }
        !inside
    })
}
