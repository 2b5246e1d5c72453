//! The table: from where, by which kind of request, and with which SameSite a cookie goes along.

use std::time::Duration;

use lockstep_server::{How, Place};

use super::{Plan, Visit, host, other_port};

/// Every kind of request.
const KINDS: [How; 6] = [How::Form, How::Link, How::Image, How::Frame, How::FetchPost, How::FetchGet];

/// The four kinds of cookie.
const COOKIES: [(&str, &str); 4] = [
    ("no SameSite", "none*=1"),
    ("SameSite=Lax", "lax*=1; SameSite=Lax"),
    ("SameSite=Strict", "strict*=1; SameSite=Strict"),
    ("SameSite=None with Secure", "all*=1; SameSite=None; Secure"),
];

/// How much longer than the window is waited.
const MARGIN: Duration = Duration::from_secs(2);

/// The rows and columns.
pub(super) fn add(plan: &mut Plan) {
    let target = host("x.localhost");
    let pages = [host("x.localhost"), other_port("x.localhost"), host("blog.x.localhost"), host("evil.localhost")];
    rows(plan, target, &pages);
    for (target, page) in [("localhost", "127.0.0.1"), ("127.0.0.1", "localhost")] {
        rows(plan, host(target), &[host(page), other_port(target)]);
    }
}

fn rows(plan: &mut Plan, target: Place, pages: &[Place]) {
    let group = plan.group("delivery");
    let cookies = plan.cookies(&COOKIES);
    plan.set(group, Visit::within(target.clone(), How::Link), cookies);
    for page in pages {
        for how in KINDS {
            plan.ask(group, Visit::new(page.clone(), how, target.clone()));
        }
    }
}

/// Sets the cookies of the window; answers with its group and the step that set them.
pub(super) fn begin_window(plan: &mut Plan) -> (usize, usize) {
    let group = plan.group("delivery");
    let cookies = plan.cookies(&COOKIES);
    let set = plan.set(group, Visit::within(host("old.localhost"), How::Link), cookies);
    (group, set)
}

/// Asks for them when the window is over.
pub(super) fn end_window(plan: &mut Plan, (group, set): (usize, usize), window: Duration) {
    for how in KINDS {
        let asked = plan.ask(group, Visit::new(host("evil.localhost"), how, host("old.localhost")));
        plan.steps[asked].probe.after = Some((set, window + MARGIN));
    }
}
