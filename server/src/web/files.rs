//! What pages load: styles and scripts, each built into the program.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lockstep_shared::design::Design;

use crate::mistake;

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! asset {
    ($name:literal) => {
        include_str!(concat!("../../../assets/web/", $name))
    };
}
pub(super) use asset;

/// A file that every host has; None where there is none of this path.
pub(crate) fn shared(path: &str) -> Option<Response> {
    let (kind, content) = match path {
        "/web/style.css" => (CSS, asset!("style.css")),
        "/web/icon.svg" => (SVG, asset!("icon.svg")),
        _ => return None,
    };
    Some(file(kind, content))
}

/// A file of the attacker's pages.
pub(super) fn outside(path: &str) -> Option<Response> {
    let content = match path {
        "/web/attack.js" => asset!("attack.js"),
        "/payload.js" => asset!("payload.js"),
        _ => return shared(path),
    };
    Some(file(JS, content))
}

/// A file of a bank's pages.
pub(super) fn bank(design: &Design, name: &str) -> Option<Response> {
    let content = match name {
        "bank.js" => asset!("bank.js"),
        "client.js" => asset!("client.js"),
        "proof.js" => asset!("proof.js"),
        "comments.js" => mistake::raw_comments::script(&design.mistakes).unwrap_or(asset!("comments.js")),
        // An answer without content: its date is the lab's time.
        "time" => return Some(StatusCode::NO_CONTENT.into_response()),
        name => return shared(&format!("/web/{name}")),
    };
    Some(file(JS, content))
}

fn file(kind: &'static str, content: &'static str) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], content).into_response()
}

#[cfg(test)]
mod tests {
    const STYLE: &str = asset!("style.css");
    const PAGES: [&str; 14] = [
        asset!("account.html"),
        asset!("answer.html"),
        asset!("attack.html"),
        asset!("attacks.html"),
        asset!("bank.html"),
        asset!("comments.html"),
        asset!("door.html"),
        asset!("frame.html"),
        asset!("home.html"),
        asset!("lobby.html"),
        asset!("login.html"),
        asset!("outside.html"),
        asset!("script.html"),
        asset!("toss.html"),
    ];

    /// The relative luminance of a colour of one theme (WCAG 2.2).
    fn luminance(theme: &str, name: &str) -> f64 {
        let hex = theme.split(&format!("--{name}: #")).nth(1).unwrap_or_else(|| panic!("no --{name}"));
        let [r, g, b] = [0, 2, 4].map(|at| {
            let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("is a colour")) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    #[test]
    fn both_themes_reach_wcag_aa() {
        let themes: Vec<&str> = STYLE.split(":root {").skip(1).take(2).collect();
        assert_eq!(themes.len(), 2, "light and dark");
        for theme in themes {
            let contrast = |word: &str, ground: &str| {
                let (word, ground) = (luminance(theme, word), luminance(theme, ground));
                (word.max(ground) + 0.05) / (word.min(ground) + 0.05)
            };
            let read = ["ground", "panel", "raised", "good-g", "bad-g"].map(|ground| ("text", ground));
            let dim = ["ground", "panel", "raised"].map(|ground| ("dim", ground));
            let others = [("link", "ground"), ("link", "panel"), ("on-lane", "lane")];
            let bands = [("amber", "amber-g"), ("on-band", "red-band")];
            for (word, ground) in read.into_iter().chain(dim).chain(others).chain(bands) {
                assert!(contrast(word, ground) >= 4.5, "{word} on {ground}: {}", contrast(word, ground));
            }
            for (shape, ground) in [("edge", "panel"), ("lane", "panel"), ("focus", "panel"), ("focus", "ground")] {
                assert!(contrast(shape, ground) >= 3.0, "{shape} on {ground}: {}", contrast(shape, ground));
            }
        }
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere_and_no_script_stands_in_a_page() {
        for text in PAGES.into_iter().chain([STYLE]) {
            assert!(!text.contains("://") && !text.contains("@import") && !text.contains("url("), "{text}");
            assert!(!text.contains(" onclick=") && !text.contains(" onload=") && !text.contains(" style="), "{text}");
            for script in text.split("<script").skip(1) {
                let is_file = script.contains("src=\"/web/");
                assert!(is_file || script.starts_with(" type=\"application/json\""), "{script}");
            }
        }
    }
}
