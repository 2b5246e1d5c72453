//! The bank's own pages, on each design's host.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use lockstep_shared::design::{CsrfDefence, Design};

use super::files::{self, asset};
use super::template::Html;
use super::{attack, facts};
use crate::call::{Call, TheCall};
use crate::error::{Answer, Problem};
use crate::mistake;
use crate::site::Site;

/// The pages and what they load.
pub(crate) fn routes(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/login", get(log_in))
        .route("/account", get(account))
        .route("/comments", get(comments))
        .route("/script", get(script))
        .route("/web/{file}", get(file))
        .with_state(site)
}

async fn home(call: TheCall) -> Response {
    let design = &call.door.design;
    let port = super::port(call.host());
    let main = Html::fill(
        asset!("home.html"),
        &[
            ("title", Html::text(&design.title)),
            ("summary", Html::text(&design.summary)),
            ("credential", Html::text(facts::credential(design))),
            ("kept", Html::text(facts::kept(design))),
            ("renewed", Html::text(facts::renewed(design))),
            ("defence", Html::text(facts::defence(design))),
            ("evil", Html::text(&attack::evil(&port, &call.door.disk.label))),
            ("sibling", Html::text(&attack::sibling(&port, &call.door.disk.label))),
        ],
    );
    page(&call, "home", "About", main)
}

async fn log_in(State(site): State<Arc<Site>>, call: TheCall) -> Response {
    let hint = |user: &crate::users::SeedUser| {
        Html::fill(
            "<li><p>{{email}}<br><code>{{password}}</code></p>\
             <button type=\"button\" class=\"plain\" data-email=\"{{email}}\" data-password=\"{{password}}\" \
             aria-label=\"Fill in {{email}}\">Fill in</button></li>\n",
            &[("email", Html::text(&user.email)), ("password", Html::text(&user.password))],
        )
    };
    let hints = match site.web.accounts.as_slice() {
        [] => Html::markup(""),
        accounts => Html::fill(
            "<section class=\"card\" aria-labelledby=\"lab\"><h2 id=\"lab\">The lab’s own accounts</h2>\n\
             <p class=\"hint\">Everybody on this machine may use them.</p><ul class=\"list accounts\">{{rows}}</ul></section>",
            &[("rows", Html::all(accounts.iter().map(hint)))],
        ),
    };
    let noscript = Html::text(facts::needs_script(&call.door.design));
    let main = Html::fill(asset!("login.html"), &[("hints", hints), ("noscript", noscript)]);
    page(&call, "login", "Log in", main)
}

async fn account(call: TheCall) -> Response {
    page(&call, "account", "Account", Html::markup(asset!("account.html")))
}

async fn comments(call: TheCall) -> Response {
    let how = match mistake::raw_comments::script(&call.door.design.mistakes) {
        Some(_) => {
            "This page shows comments as HTML, as it is told, and lets any script run: both are mistakes of this design."
        }
        None => "This page shows comments as texts, and runs no script but its own.",
    };
    let main = Html::fill(asset!("comments.html"), &[("how", Html::text(how))]);
    page(&call, "comments", "Comments", main)
}

async fn script(call: TheCall) -> Response {
    let hidden = facts::hidden_cookies(&call.door.design);
    let cookies = hidden.iter().map(|name| {
        let what =
            "<p>The cookie <code>{{name}}</code> is HttpOnly: it travels with requests, and no script sees it.</p>\n";
        Html::fill(what, &[("name", Html::text(name))])
    });
    let key = call.door.design.check.dpop.then(|| {
        Html::markup("<p>The key that proofs are made with: script can have it sign, and can’t carry it away.</p>\n")
    });
    let hidden = match (hidden.is_empty(), &key) {
        (true, None) => Html::markup("<p>Nothing: every credential of this design is open to script.</p>\n"),
        _ => Html::all(cookies.chain(key)),
    };
    page(&call, "script", "What script sees", Html::fill(asset!("script.html"), &[("hidden", hidden)]))
}

async fn file(call: TheCall, Path(name): Path<String>) -> Answer<Response> {
    files::bank(&call.door.design, &name)
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no-such-route", "the bank has no such page"))
}

fn page(call: &Call, name: &'static str, heading: &str, main: Html) -> Response {
    let has_log_out = call.door.credential.has_log_out(&call.door.design);
    whole(&call.door.design, has_log_out, name, heading, main)
}

/// A page of the bank's around its main part.
pub(super) fn whole(design: &Design, has_log_out: bool, name: &'static str, heading: &str, main: Html) -> Response {
    let page = Html::fill(
        asset!("bank.html"),
        &[
            ("title", Html::text(&design.title)),
            ("heading", Html::text(heading)),
            ("facts", Html::json(&facts::for_script(design, has_log_out))),
            ("page", Html::text(name)),
            ("main", main),
        ],
    );
    let mut response = axum::response::Html(page.into_string()).into_response();
    protect(design, &mut response);
    response
}

/// Says what may run in a page and who may frame it. A design that does nothing against forged requests does nothing
/// against borrowed clicks either.
fn protect(design: &Design, response: &mut Response) {
    let mut rules = Vec::new();
    if !mistake::raw_comments::no_script_policy(&design.mistakes) {
        rules.push("default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'");
    }
    let headers = response.headers_mut();
    if design.csrf.defence != CsrfDefence::None {
        rules.push("frame-ancestors 'none'");
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    if !rules.is_empty() {
        let policy = HeaderValue::from_str(&rules.join("; ")).expect("a policy is visible ASCII");
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
}
