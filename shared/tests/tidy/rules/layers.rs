//! Each part knows what lies below it and nothing else, so that the window and the terminal run the same code.

use super::{Finding, Rule, each, part};
use crate::source::Source;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "plain data is plain",
        why: "both sides of the wire agree on data and a clock; input and output belong to one side",
        check: |source, _| {
            let words = ["axum", "egui", "eframe", "reqwest", "rusqlite", "tokio", "std::fs", "std::net", "std::env"];
            forbid(source, &["shared/src"], &words)
        },
        bad: &[("shared/src/design.rs", "let text = std::fs::read_to_string(path);")],
        good: &[("shared/tests/tidy/main.rs", "let text = std::fs::read_to_string(path);")],
    },
    Rule {
        name: "the lab has no window",
        why: "the terminal runs the same lab without a window library",
        check: |source, _| {
            let folders = ["server/src", "app/src/browser", "app/src/lab", "app/src/report"];
            forbid(source, &folders, &["egui", "eframe", "crate::ui", "crate::gui", "crate::state"])
        },
        bad: &[
            ("app/src/lab/runner.rs", "fn run(ctx: &egui::Context) {}"),
            ("app/src/browser/jar.rs", "use crate::state::Model;"),
        ],
        good: &[("app/src/ui/shell.rs", "use eframe::egui;"), ("app/src/lab/view.rs", "// What egui draws.")],
    },
    Rule {
        name: "ui never waits",
        why: "a frame that waits freezes the window: pages draw what is known and push commands, the worker does the rest",
        check: |source, _| forbid(source, &["app/src/ui"], WAITS),
        bad: &[
            ("app/src/ui/pages/playground.rs", "let reply = send().await;"),
            ("app/src/ui/shell.rs", "let model = self.model.lock().expect(\"unpoisoned\");"),
        ],
        good: &[
            ("app/src/gui/worker.rs", "let reply = send().await;"),
            ("app/src/ui/shell.rs", "// The worker runs on tokio.\nlet all = names.join(\", \");"),
        ],
    },
    Rule {
        name: "ui changes nothing",
        why: "the model changes by the worker's events alone, so that what is shown is what happened",
        check: |source, _| forbid(source, &["app/src/ui"], &["&mut Model", ".apply("]),
        bad: &[
            ("app/src/ui/shell.rs", "fn show(model: &mut Model) {}"),
            ("app/src/ui/shell.rs", "model.apply(event);"),
        ],
        good: &[("app/src/ui/shell.rs", "fn show(model: &Model, commands: &mut Vec<Command>) {}")],
    },
    Rule {
        name: "colours by meaning",
        why: "a colour has a meaning, a light and a dark form and a measured contrast, and all that is in ui/theme.rs",
        check: |source, _| {
            if !source.is_in(&["app/src/ui", "app/src/gui"]) || source.path == "app/src/ui/theme.rs" {
                return Vec::new();
            }
            each(source.product(), |line| {
                literal_colour(&line.bare).map(|colour| format!("the literal colour `{colour}`"))
            })
        },
        bad: &[
            ("app/src/ui/shell.rs", "let red = egui::Color32::from_rgb(255, 0, 0);"),
            ("app/src/ui/pages/playground.rs", "ui.colored_label(Color32::WHITE, text);"),
            ("app/src/ui/shell.rs", "let red = egui::hex_color!(\"#ff0000\");"),
        ],
        good: &[
            ("app/src/ui/theme.rs", "const RED: Color32 = Color32::from_rgb(255, 0, 0);"),
            ("app/src/ui/shell.rs", "fn dot(colour: Color32) -> Color32 { Color32::TRANSPARENT }"),
        ],
    },
];

/// What waits, or what only something that waits needs.
const WAITS: &[&str] = &[
    ".await",
    "block_on",
    ".lock()",
    ".recv()",
    ".blocking_",
    "reqwest",
    "tokio",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
];

fn forbid(source: &Source, folders: &[&str], words: &[&'static str]) -> Vec<Finding> {
    if !source.is_rust() || !source.is_in(folders) {
        return Vec::new();
    }
    each(source.product(), |line| part(&line.bare, words).map(|word| format!("`{word}` has no place here")))
}

/// The first colour that is written down as figures, or taken from egui's own palette.
fn literal_colour(code: &str) -> Option<String> {
    if let Some(literal) = part(code, &["hex_color!", "Rgba::from_", "Hsva::new"]) {
        return Some(literal.to_owned());
    }
    let mut names = code.split("Color32::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    });
    let literal = |name: &str| {
        name.starts_with("from_") || (!name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
    };
    names
        .find(|name| literal(name) && !["PLACEHOLDER", "TRANSPARENT"].contains(name))
        .map(|name| format!("Color32::{name}"))
}
