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
