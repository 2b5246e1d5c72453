//! Who can make a browser send what is stored: a row for each way in which a request starts.

use serde::Serialize;
use url::Url;

use super::report::Stored;
use super::{Question, asked, change};
use crate::browser::{Jar, RequestKind, registrable_domain, same_site};

/// Every cookie's cells need a browser of their own, many times; more than these can't be looked at anyway.
const MOST_COOKIES: usize = 20;

/// A way in which a request to the address starts.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) what: &'static str,
    pub(crate) initiator: Option<String>,
    pub(crate) method: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) cookies: Vec<Cell>,
}

/// What it means for one cookie.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cell {
    pub(crate) name: String,
    pub(crate) sent: bool,
    pub(crate) rule: &'static str,
    pub(crate) section: &'static str,
    pub(crate) why: &'static str,
    /// The single change that would turn it around, if there is one.
    pub(crate) change: Option<String>,
}

/// The rows about what is stored, at the address and the moment of the later request.
pub(super) fn rows(question: &Question, stored: &[Stored]) -> Vec<Row> {
    let own = question.then.clone();
    let (sibling, other) = (sibling_of(&own), other_than(&own));
    let ways = [
        ("address-bar", "typed into the address bar, or a bookmark", None, "GET", RequestKind::Navigate),
        (
            "same-page",
            "fetch in a page of its own origin",
            Some(&own),
            "GET",
            RequestKind::Fetch { credentials: false },
        ),
        (
            "same-site-sibling",
            "fetch with credentials from another host or port of the same site",
            Some(&sibling),
            "POST",
            RequestKind::Fetch { credentials: true },
        ),
        ("cross-site-link", "a link in another site's page is clicked", Some(&other), "GET", RequestKind::Navigate),
        ("cross-site-form", "another site's page sends a form by POST", Some(&other), "POST", RequestKind::Navigate),
        (
            "cross-site-fetch",
            "another site's script fetches with credentials",
            Some(&other),
            "POST",
            RequestKind::Fetch { credentials: true },
        ),
        ("cross-site-image", "another site's page shows an image", Some(&other), "GET", RequestKind::Subresource),
        ("cross-site-iframe", "another site's page has a frame", Some(&other), "GET", RequestKind::Subresource),
    ];
    let row = |(id, what, initiator, method, kind): (_, _, Option<&Url>, &'static str, _)| {
        let cells = stored.iter().take(MOST_COOKIES).filter_map(|cookie| {
            let asked = question.about(&question.set_cookie[cookie.line]);
            cell(&Question { initiator: initiator.cloned(), method: method.to_owned(), kind, ..asked })
        });
        let cookies = cells.collect();
        let initiator = initiator.map(ToString::to_string);
        Row { id, what, initiator, method, kind: asked::name_of(kind), cookies }
    };
    ways.map(row).into()
}

/// What becomes of the cookie that the line sets, in a browser that knows nothing else.
fn cell(asked: &Question) -> Option<Cell> {
    let line = &asked.set_cookie[0];
    let mut jar = Jar::with(asked.policy);
    asked.receive(&mut jar, line);
    let decision = jar.decide(&asked.request(), asked.at + asked.after).pop()?;
    Some(Cell {
        name: decision.name,
        sent: decision.sent,
        rule: decision.rule.id(),
        section: decision.rule.section(),
        why: decision.rule.why(),
        change: change::to_flip(asked, line, decision.sent),
    })
}

/// Another origin of the same site: another host where the site has hosts, and another port where it has none.
fn sibling_of(url: &Url) -> Url {
    let mut sibling = url.clone();
    sibling.set_path("/");
    sibling.set_query(None);
    let host = registrable_domain(url).filter(|domain| domain.contains(|c: char| c.is_ascii_alphabetic()));
    let names = ["sibling", "other"].map(|label| host.map(|domain| format!("{label}.{domain}")));
    let name = names.into_iter().flatten().find(|name| url.host_str() != Some(name));
    let is_renamed = name.is_some_and(|name| sibling.set_host(Some(&name)).is_ok() && same_site(&sibling, url));
    if !is_renamed {
        sibling.clone_from(url);
        let port = if url.port() == Some(8443) { 9443 } else { 8443 };
        // Only addresses without a host can't have a port, and those have no site either.
        let _ = sibling.set_port(Some(port));
    }
    sibling
}

/// A page of another site over the same scheme, since http and https would be two sites by themselves.
fn other_than(url: &Url) -> Url {
    let pages = ["other.example", "another.example"].map(|host| {
        let scheme = if url.scheme() == "https" { "https" } else { "http" };
        Url::parse(&format!("{scheme}://{host}/")).expect("is an address")
    });
    let [first, second] = pages;
    if same_site(&first, url) { second } else { first }
}
