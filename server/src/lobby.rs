//! Plain `localhost` where no design stands for it: a list of the doors.

use std::sync::Arc;

use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};

use crate::door::Door;
use crate::error::Problem;
use crate::node::Process;

/// The list of doors on `/`; anything else says where to go.
pub(crate) fn page(process: &Process, uri: &Uri, host: &str) -> Response {
    let port = host.rsplit_once(':').map(|(_, port)| format!(":{port}")).unwrap_or_default();
    if uri.path() != "/" {
        let detail =
            format!("choose a design: http://<design>.localhost{port}{} (the list is on /)", escape(uri.path()));
        return Problem::new(StatusCode::NOT_FOUND, "no-design-here", detail).into_response();
    }
    let mut doors: Vec<_> = process.doors.values().collect();
    doors.sort_by_key(|door| &door.design.id);
    let row = |door: &Arc<Door>| {
        let design = &door.design;
        let address = format!("http://{}.localhost{port}", door.disk.label);
        format!("<li><code>{address}</code><br>{}: {}</li>\n", escape(&design.title), escape(&design.summary))
    };
    let rows: String = doors.into_iter().map(row).collect();
    Html(format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Lockstep</title>\n\
         <h1>Lockstep</h1><p>A teaching lab on this machine. Each address keeps its users logged in in another way.\n\
         <ul>\n{rows}</ul></html>\n"
    ))
    .into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
