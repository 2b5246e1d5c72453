//! Plain `localhost` where no design stands for it: a list of the doors.

use std::sync::Arc;

use axum::http::{StatusCode, Uri};
use axum::response::{self, IntoResponse, Response};

use crate::door::Door;
use crate::error::Problem;
use crate::node::Process;
use crate::web::{self, Html};

/// The list of doors on `/`, and what it looks like; anything else says where to go.
pub(crate) fn page(process: &Process, uri: &Uri, host: &str) -> Response {
    let port = web::port(host);
    if uri.path() != "/" {
        if let Some(file) = web::shared(uri.path()) {
            return file;
        }
        let path = Html::text(uri.path()).into_string();
        let detail = format!("choose a design: http://<design>.localhost{port}{path} (the list is on /)");
        return Problem::new(StatusCode::NOT_FOUND, "no-design-here", detail).into_response();
    }
    let row = |door: &Arc<Door>| {
        let (design, label) = (&door.design, &door.disk.label);
        Html::fill(
            include_str!("../../assets/web/door.html"),
            &[
                ("bank", Html::text(&format!("http://{label}.localhost{port}"))),
                ("title", Html::text(&design.title)),
                ("summary", Html::text(&design.summary)),
                ("evil", Html::text(&web::evil(&port, label))),
                ("sibling", Html::text(&web::sibling(&port, label))),
            ],
        )
    };
    let doors = Html::all(process.in_order().map(row));
    let page = Html::fill(include_str!("../../assets/web/lobby.html"), &[("doors", doors)]);
    web::closed(response::Html(page.into_string()).into_response())
}
