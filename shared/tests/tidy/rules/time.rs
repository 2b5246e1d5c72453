//! Time has one source, so that an hour's expiry takes no hour and the same run gives the same figures.

use super::{Rule, each, part};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "one clock",
        why: "only shared/src/clock.rs reads the time: anything else would not notice that the lab clock was moved",
        check: |source, _| {
            if source.path == "shared/src/clock.rs" {
                return Vec::new();
            }
            each(&source.lines, |line| {
                let sql = if line.test { None } else { part(&line.code.to_ascii_lowercase(), SQL_NOW) };
                part(&line.bare, NOW).or(sql).map(|call| format!("`{call}` reads the time"))
            })
        },
        bad: &[
            ("server/src/keys.rs", "let now = std::time::SystemTime::now();"),
            ("app/tests/cli.rs", "let start = Instant::now();"),
            ("server/src/store/sqlite.rs", "db.execute(\"DELETE FROM sessions WHERE ends < unixepoch()\")"),
        ],
        good: &[
            ("shared/src/clock.rs", "let now = SystemTime::now();"),
            ("server/src/keys.rs", "// Not SystemTime::now(): the lab clock decides.\nlet now = clock.now();"),
        ],
    },
    Rule {
        name: "own expiry",
        why: "jsonwebtoken compares `exp` with the machine's clock and adds 60 s, so it is told not to, and we check",
        check: |source, _| {
            if source
                .lines
                .iter()
                .any(|line| part(&line.bare, &["validate_exp = false", "validate_exp: false"]).is_some())
            {
                return Vec::new();
            }
            each(source.product(), |line| {
                part(&line.bare, &["Validation::new(", "Validation::default("])
                    .map(|call| format!("`{call}…)` in a file that never sets `validate_exp = false`"))
            })
        },
        bad: &[("server/src/credential/jwt.rs", "let v = Validation::new(alg);\nv.leeway = 0;")],
        good: &[("server/src/credential/jwt.rs", "let mut v = Validation::new(alg);\nv.validate_exp = false;")],
    },
];

/// What reads the machine's clock in Rust.
const NOW: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "UNIX_EPOCH.elapsed",
    "OffsetDateTime::now",
    "Timestamp::now",
    "Zoned::now",
    "Utc::now",
    "Local::now",
    "get_current_timestamp",
];

/// What reads it in SQL.
const SQL_NOW: &[&str] = &["current_timestamp", "current_time", "current_date", "unixepoch()", "'now'"];
