//! What every file owes its reader.

use super::{Finding, Rule, each, part, word};
use crate::source::Source;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "a file says what it is",
        why: "its first line is a `//!` sentence that says what lives there",
        check: |source, _| {
            let says = source.lines.first().is_some_and(|line| line.raw.starts_with("//! "));
            if says || !source.is_rust() {
                return Vec::new();
            }
            vec![Finding { line: 1, what: "no `//!` sentence opens the file".to_owned() }]
        },
        bad: &[("app/src/main.rs", "fn main() {}"), ("app/src/lab/mod.rs", "//!\n//! The lab.")],
        good: &[("app/src/main.rs", "//! The program.\nfn main() {}")],
    },
    Rule {
        name: "no unwrap",
        why: "`expect` tells the reader, and whoever meets the panic, which invariant was thought to hold",
        check: |source, _| each(source.product(), |line| part(&line.bare, &[".unwrap()"]).map(str::to_owned)),
        bad: &[("server/src/keys.rs", "let key = made()\n    .unwrap();")],
        good: &[
            ("server/src/keys.rs", "let key = made().expect(\"32 bytes are a key\");"),
            ("server/src/keys.rs", "#[test]\n#[cfg(test)]\nfn f() { made().unwrap(); }"),
        ],
    },
    Rule {
        name: "nothing left over",
        why: "what is still to be done is not kept in the code, and what helped to find a bug goes with it",
        check: |source, _| {
            each(&source.lines, |line| {
                let note = word(&line.prose, &["TODO", "FIXME", "XXX", "HACK"]);
                note.or(part(&line.bare, &["todo!", "unimplemented!", "dbg!"])).map(|found| format!("a `{found}`"))
            })
        },
        bad: &[
            ("server/src/keys.rs", "// TODO: rotate"),
            ("app/tests/cli.rs", "dbg!(out);"),
            ("app/src/a.rs", "todo!()"),
        ],
        good: &[("server/src/keys.rs", "// HACKING.md\nlet mask = \"XXX\";")],
    },
    Rule {
        name: "exceptions have reasons",
        why: "a lint that is silenced and a test that is skipped say why, for the next reader can't guess",
        check: |source, _| silenced(source),
        bad: &[
            ("app/src/main.rs", "#![allow(dead_code)]"),
            ("app/src/main.rs", "fn f() {\n    #[expect(\n        clippy::too_many_arguments\n    )]\n    g();\n}"),
            ("app/src/main.rs", "#[cfg_attr(test, allow(dead_code))]"),
            ("app/tests/cli.rs", "#[test]\n#[ignore]\nfn f() {}"),
        ],
        good: &[
            ("app/src/main.rs", "#[expect(dead_code, reason = \"read by the debugger\")]"),
            ("app/src/main.rs", "#[arg(default_value = port().expect(\"has one\"))]"),
            ("app/tests/cli.rs", "#[ignore = \"needs a display\"]"),
        ],
    },
];

/// The attributes that silence a lint or a test without a reason.
fn silenced(source: &Source) -> Vec<Finding> {
    let bare = source.bare();
    let starts = bare.match_indices("#[").chain(bare.match_indices("#![")).map(|(at, _)| at);
    let bad = starts.filter_map(|at| {
        let body = attribute(&bare[at..]);
        let what = if ["allow(", "expect("].iter().any(|lint| silences(body, lint)) && !body.contains("reason =") {
            "a lint is silenced without `reason = …`"
        } else if body == "#[ignore]" {
            "a test is ignored without `= \"…\"`"
        } else {
            return None;
        };
        Some(Finding { line: 1 + bare[..at].matches('\n').count(), what: what.to_owned() })
    });
    bad.collect()
}

/// The attribute that starts `text`, up to the bracket that closes it.
fn attribute(text: &str) -> &str {
    let mut depth = 0;
    let end = text.find(|c| {
        depth += match c {
            '[' => 1,
            ']' => -1,
            _ => 0,
        };
        c == ']' && depth == 0
    });
    &text[..end.map_or(text.len(), |at| at + 1)]
}

/// Whether `lint` is called in an attribute as a lint level, rather than as a method.
fn silences(attribute: &str, lint: &str) -> bool {
    let before = attribute.match_indices(lint).map(|(at, _)| attribute[..at].chars().next_back());
    before.flatten().any(|c| !c.is_alphanumeric() && c != '_' && c != '.')
}
