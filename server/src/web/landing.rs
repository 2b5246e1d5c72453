//! What a tab shows that was led to an address of the API: the answer in words, in place of bare JSON. Programs and scripts
//! get JSON as ever.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use lockstep_shared::api;
use lockstep_shared::design::Carrier;

use super::bank;
use super::files::asset;
use super::template::Html;
use crate::door::Door;

/// A request of a tab or a frame, which wants a page.
pub(crate) struct Landing {
    /// Method and path.
    asked: String,
    /// Whether it only looks at something.
    reads: bool,
    logs_in: bool,
    wants: bool,
}

impl Landing {
    pub(crate) fn of(request: &Request) -> Self {
        let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        let path = request.uri().path();
        // The one address that does something for a GET, where a design makes that mistake.
        let reads = request.method() == Method::GET && path != "/api/transfer";
        let logs_in = request.method() == Method::POST && path == "/auth/login";
        Self { asked: format!("{} {path}", request.method()), reads, logs_in, wants: accept.contains("text/html") }
    }

    /// The same answer as a page, with its status and headers. A tab that has logged in by a cookie goes on to the account.
    pub(crate) async fn dress(self, door: &Door, response: Response) -> Response {
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_json = ["application/json", "application/problem+json"].contains(&kind);
        if !self.wants || !(is_json || response.status() == StatusCode::NO_CONTENT) {
            return response;
        }
        let (mut head, body) = response.into_parts();
        if self.logs_in && head.status.is_success() && door.design.carry.access == Carrier::Cookie {
            head.status = StatusCode::SEE_OTHER;
            head.headers.insert(header::LOCATION, HeaderValue::from_static("/account"));
            head.headers.remove(header::CONTENT_TYPE);
            head.headers.remove(header::CONTENT_LENGTH);
            return Response::from_parts(head, Body::empty());
        }
        // Every answer of the bank's was made in memory, so reading it can't fail.
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let text = String::from_utf8_lossy(&body).into_owned();
        let page = self.page(door, head.status, &text);
        let (dressed, page) = page.into_parts();
        for (name, value) in &dressed.headers {
            head.headers.insert(name, value.clone());
        }
        head.headers.remove(header::CONTENT_LENGTH);
        head.status = if head.status == StatusCode::NO_CONTENT { StatusCode::OK } else { head.status };
        Response::from_parts(head, page)
    }

    fn page(&self, door: &Door, status: StatusCode, body: &str) -> Response {
        let problem: Option<api::Problem> = serde_json::from_str(body).ok().filter(|_| !status.is_success());
        let (heading, detail, reason) = match &problem {
            Some(problem) => (
                "The bank refused",
                format!("{} {}: {}.", problem.status, problem.reason, problem.detail),
                problem.reason.as_str(),
            ),
            None if self.reads => ("The bank answered", format!("{status}."), ""),
            None => ("The bank did it", format!("{status}."), ""),
        };
        let shown = match problem.is_some() || body.is_empty() {
            true => Html::markup(""),
            false => Html::fill("<pre id=\"answer\">{{body}}</pre><p></p>", &[("body", Html::text(body))]),
        };
        let good = status.is_success();
        let main = Html::fill(
            asset!("answer.html"),
            &[
                ("heading", Html::text(heading)),
                ("role", Html::markup(if good { "status" } else { "alert" })),
                ("tone", Html::markup(if good { "good" } else { "bad" })),
                ("status", Html::text(status.as_str())),
                ("reason", Html::text(reason)),
                ("detail", Html::text(&detail)),
                ("asked", Html::text(&self.asked)),
                ("body", shown),
            ],
        );
        bank::whole(&door.design, door.credential.has_log_out(&door.design), "answer", heading, main)
    }
}
