//! Deliberately weak code lives in one folder, so that nothing else has a weak branch.

use super::{Rule, each, word};

pub(crate) const RULES: &[Rule] = &[Rule {
    name: "weakness has one place",
    why: "a mistake is decided and made in server/src/mistake/, one a file; all other code is built as it should be",
    check: |source, names| {
        let home = source.is_in(&["server/src/mistake", "shared/src/design"]) || source.path == "shared/src/design.rs";
        if !source.is_rust() || home {
            return Vec::new();
        }
        // A line that only calls into the folder may name the file that it calls.
        each(source.product().filter(|line| !line.bare.contains("mistake::")), |line| {
            word(&line.bare, &names.mistakes).map(|field| format!("`{field}` is looked at outside server/src/mistake/"))
        })
    },
    bad: &[("server/src/credential/jwt.rs", "if design.mistakes.decode_only {\n    return Ok(claims);\n}")],
    good: &[
        ("server/src/mistake/decode_only.rs", "if mistakes.decode_only {}"),
        ("server/src/credential/jwt.rs", "mistake::decode_only::claims(&design.mistakes, token)"),
        ("shared/src/design/validate.rs", "if design.mistakes.decode_only {}"),
        ("server/src/credential/jwt.rs", "// decode_only would not do this."),
    ],
}];
