//! How the report looks: colours by their meaning, light and dark, on a screen and on paper. They are those of the
//! window, and a test here computes their contrast.

/// One theme's colours, by name.
type Tokens = [(&'static str, &'static str); 16];

const LIGHT: Tokens = [
    ("ground", "#f5f6f8"),
    ("panel", "#ffffff"),
    ("raised", "#eef0f4"),
    ("line", "#d9dde4"),
    ("text", "#1a1d23"),
    ("dim", "#566070"),
    ("session", "#0a7468"),
    ("jwt", "#6a45d8"),
    ("good", "#117346"),
    ("good-g", "#dff3e8"),
    ("bad", "#c2332b"),
    ("bad-g", "#fbe3e1"),
    ("amber", "#8a5a00"),
    ("amber-g", "#fbf0d4"),
    ("focus", "#1f6fd6"),
    ("shade", "#0000001f"),
];

const DARK: Tokens = [
    ("ground", "#14161a"),
    ("panel", "#1b1e24"),
    ("raised", "#232730"),
    ("line", "#2e333d"),
    ("text", "#e6e8ec"),
    ("dim", "#9aa2b1"),
    ("session", "#2fb8a6"),
    ("jwt", "#a58bff"),
    ("good", "#4cc38a"),
    ("good-g", "#183226"),
    ("bad", "#ff7a70"),
    ("bad-g", "#3b1f20"),
    ("amber", "#f0b429"),
    ("amber-g", "#35290f"),
    ("focus", "#7ab8ff"),
    ("shade", "#00000080"),
];

/// The whole style sheet.
pub(super) fn sheet() -> String {
    format!(
        ":root{{color-scheme:light dark;{}}}\n@media (prefers-color-scheme:dark){{:root{{{}}}}}\n{RULES}\
         @media print{{:root{{color-scheme:light;{}}}\n{PRINT}}}\n",
        variables(&LIGHT),
        variables(&DARK),
        variables(&LIGHT),
    )
}

fn variables(tokens: &Tokens) -> String {
    tokens.iter().map(|(name, value)| format!("--{name}:{value};")).collect()
}

const RULES: &str = include_str!("style.css");

const PRINT: &str = include_str!("print.css");

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tokens: &Tokens, name: &str) -> [u8; 3] {
        let (_, hex) = tokens.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no {name}"));
        [1, 3, 5].map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("is a colour"))
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(color: [u8; 3]) -> f64 {
        let [r, g, b] = color.map(|value| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(tokens: &Tokens, a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(of(tokens, a)), luminance(of(tokens, b)));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn both_themes_reach_wcag_aa() {
        for tokens in [&LIGHT, &DARK] {
            for ground in ["ground", "panel", "raised", "good-g", "bad-g", "amber-g"] {
                for word in ["text", "dim"] {
                    assert!(contrast(tokens, word, ground) >= 4.5, "{word} on {ground}");
                }
            }
            for (word, ground) in [("good", "good-g"), ("bad", "bad-g"), ("amber", "amber-g")] {
                for ground in [ground, "panel", "ground"] {
                    assert!(contrast(tokens, word, ground) >= 4.5, "{word} on {ground}");
                }
            }
            for shape in ["session", "jwt"] {
                assert!(contrast(tokens, shape, "panel") >= 4.5, "{shape}");
                for ground in ["panel", "good-g", "amber-g", "bad-g"] {
                    assert!(contrast(tokens, shape, ground) >= 3.0, "{shape} on {ground}");
                }
            }
        }
    }

    #[test]
    fn every_colour_that_is_used_is_there_and_none_is_literal() {
        let names: Vec<&str> = LIGHT.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, DARK.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        for rules in [RULES, PRINT] {
            for used in rules.split("var(--").skip(1) {
                let name = used.split(')').next().unwrap_or_default();
                // The number of columns is the table's own.
                assert!(names.contains(&name) || name == "n", "--{name}");
            }
            assert!(!rules.contains("rgb") && !rules.contains("url(") && !rules.contains("@import"));
        }
    }
}
