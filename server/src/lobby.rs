//! Plain `localhost` where no design stands for it: a list of the doors.

use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};

use crate::error::Problem;
use crate::site::Site;

/// The list of doors on `/`; anything else says where to go.
pub(crate) fn page(site: &Site, uri: &Uri, host: &str) -> Response {
    let port = host.rsplit_once(':').map(|(_, port)| format!(":{port}")).unwrap_or_default();
    if uri.path() != "/" {
        let detail =
            format!("choose a design: http://<design>.localhost{port}{} (the list is on /)", escape(uri.path()));
        return Problem::new(StatusCode::NOT_FOUND, "no-design-here", detail).into_response();
    }
    let mut ids: Vec<_> = site.process().doors.values().map(|door| door.design.clone()).collect();
    ids.sort_by(|a, b| a.id.cmp(&b.id));
    let row = |design: &lockstep_shared::design::Design| {
        let address = format!("http://{}.localhost{port}", design.id);
        format!("<li><code>{address}</code><br>{}: {}</li>\n", escape(&design.title), escape(&design.summary))
    };
    let rows: String = ids.iter().map(row).collect();
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
