//! The table: from where, by which kind of request, and with which SameSite a cookie goes along.

use std::time::Duration;

use lockstep_server::{How, Place};

use super::{Cookie, Plan, Visit, host, other_port};

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

/// What was set at the beginning, to be asked for when the window is over.
pub(super) struct Window {
    group: usize,
    set: usize,
    /// Cookies that are set again then, with their value or another.
    again: (usize, Vec<Cookie>),
}

/// Sets the cookies of the window.
pub(super) fn begin_window(plan: &mut Plan) -> Window {
    let group = plan.group("delivery");
    let cookies = plan.cookies(&COOKIES);
    let set = plan.set(group, Visit::within(host("old.localhost"), How::Link), cookies);
    let again = plan.group("storing");
    let cookies = plan
        .cookies(&[("old, and set again with its value", "a*=1"), ("old, and set again with another value", "b*=1")]);
    plan.set(again, Visit::within(host("renewed.localhost"), How::Link), cookies.clone());
    Window { group, set, again: (again, cookies) }
}

/// Asks for them when the window is over.
pub(super) fn end_window(plan: &mut Plan, begun: Window, window: Duration) {
    let after = Some((begun.set, window + MARGIN));
    for how in KINDS {
        let asked = plan.ask(begun.group, Visit::new(host("evil.localhost"), how, host("old.localhost")));
        plan.steps[asked].probe.after = after;
    }
    let (group, mut cookies) = begun.again;
    cookies[1].line.push(b'2');
    let place = host("renewed.localhost");
    let set = plan.set(group, Visit::within(place.clone(), How::Link), cookies);
    plan.steps[set].probe.after = after;
    plan.ask(group, Visit::new(host("evil.localhost"), How::Form, place));
}
