//! Single changes, tried out: each is made to the line or to the request, and the browser is asked again.

use std::time::Duration;

use url::Url;

use super::Question;
use crate::browser::{Jar, LONGEST_LIFE, Receipt, RequestKind, Rule};

/// What could be done otherwise.
struct Change {
    /// In words, as the object of "with".
    what: String,
    make: Box<dyn Fn(&mut Question)>,
}

/// The single change with which a line that was rejected by `rule` would be stored, if one of those known is enough.
pub(super) fn to_be_stored(question: &Question, line: &[u8], rule: Rule) -> Option<String> {
    let fixed = match rule {
        Rule::TooLarge => "a name and a value of 4096 octets together at most",
        Rule::Empty => "a name or a value",
        Rule::NoRoom => "fewer cookies of this domain",
        Rule::NamelessPrefix => "a name of its own in front of an equals sign",
        Rule::ControlCharacter | Rule::OverlaysSecure | Rule::OverlaysHttpOnly => {
            return changed_line(question, line, rule);
        }
        _ => "",
    };
    if !fixed.is_empty() {
        return Some(fixed.to_owned());
    }
    let asked = question.about(line);
    let is_stored =
        |question: &Question| match question.receive(&mut Jar::with(question.policy), &question.set_cookie[0]) {
            Receipt::Stored(_) | Receipt::Replaced(_) | Receipt::Deleted { .. } => true,
            Receipt::Rejected { .. } => false,
        };
    first(&asked, of_storing(), is_stored)
}

/// These are about octets or about other cookies, where the same line is tried elsewhere or purged.
fn changed_line(question: &Question, line: &[u8], rule: Rule) -> Option<String> {
    match rule {
        Rule::ControlCharacter => {
            let clean: Vec<u8> =
                line.iter().copied().filter(|octet| *octet == b'\t' || !octet.is_ascii_control()).collect();
            let receipt = question.receive(&mut Jar::with(question.policy), &clean);
            (!matches!(receipt, Receipt::Rejected { .. })).then(|| "no control characters".to_owned())
        }
        Rule::OverlaysSecure => Some("a response over https".to_owned()),
        Rule::OverlaysHttpOnly => Some("a response of the server, instead of a script".to_owned()),
        _ => None,
    }
}

/// The single change with which the cookie of that line would be withheld instead of sent, or sent instead of withheld.
pub(super) fn to_flip(question: &Question, line: &[u8], is_sent: bool) -> Option<String> {
    let asked = question.about(line);
    let goes = |question: &Question| {
        let mut jar = Jar::with(question.policy);
        let receipt = question.receive(&mut jar, &question.set_cookie[0]);
        if matches!(receipt, Receipt::Rejected { .. }) {
            // A line that no browser takes is no answer.
            return is_sent;
        }
        jar.decide(&question.request(), question.at + question.after).iter().any(|decision| decision.sent)
    };
    let changes = if is_sent { of_withholding(question) } else { of_sending(question) };
    first(&asked, changes, |question| goes(question) != is_sent)
}

fn first(asked: &Question, changes: Vec<Change>, is_enough: impl Fn(&Question) -> bool) -> Option<String> {
    let change = changes.into_iter().find(|change| {
        let mut changed = asked.clone();
        (change.make)(&mut changed);
        is_enough(&changed)
    });
    change.map(|change| change.what)
}

/// An attribute behind the line takes the place of one before it, since the last one counts.
fn attribute(text: &str, what: &str) -> Change {
    let text = format!("; {text}");
    change(what, move |question| question.set_cookie[0].extend(text.as_bytes()))
}

fn change(what: &str, make: impl Fn(&mut Question) + 'static) -> Change {
    Change { what: what.to_owned(), make: Box::new(make) }
}

fn of_storing() -> Vec<Change> {
    vec![
        attribute("Secure", "Secure"),
        attribute("Domain=", "no Domain"),
        attribute("Path=/", "Path=/"),
        attribute("SameSite=Lax", "SameSite=Lax, or none"),
        attribute("SameSite=None; Secure", "SameSite=None and Secure"),
        change("a response over https", |question| {
            // Fails for addresses that are not http, which https can't take the place of; then nothing changes.
            let _ = question.url.set_scheme("https");
        }),
        change("an http or https address", |question| {
            let http = Url::parse("https://x.localhost/").expect("is an address");
            question.url = http;
        }),
        change("a response to a request of the same site", |question| {
            let own = Some(question.url.clone());
            question.set_by = super::Setter::Response(own, RequestKind::Navigate);
        }),
    ]
}

fn of_sending(question: &Question) -> Vec<Change> {
    let age = format!("Max-Age={}", LONGEST_LIFE.as_secs());
    let site = registrable(&question.then);
    vec![
        attribute("Path=/", "Path=/"),
        attribute(&format!("Domain={site}"), &format!("Domain={site}")),
        attribute(&age, "a longer Max-Age"),
        attribute("SameSite=Lax", "SameSite=Lax"),
        attribute("SameSite=None; Secure", "SameSite=None and Secure"),
        change("a GET request", |question| "GET".clone_into(&mut question.method)),
        change("a request that says credentials: include", |question| {
            question.kind = RequestKind::Fetch { credentials: true };
        }),
        change("a link in place of it, which moves the whole tab", |question| question.kind = RequestKind::Navigate),
        change("a request over https", |question| {
            let _ = question.then.set_scheme("https");
        }),
    ]
}

fn of_withholding(question: &Question) -> Vec<Change> {
    let below = format!("Path={}/elsewhere", question.then.path().trim_end_matches('/'));
    vec![
        attribute("SameSite=Lax", "SameSite=Lax"),
        attribute("SameSite=Strict", "SameSite=Strict"),
        change("a POST request", |question| "POST".clone_into(&mut question.method)),
        change("the same request two minutes later", |question| question.after += Duration::from_secs(121)),
        attribute(&below, "a Path that the address is not under"),
        attribute("Max-Age=0", "Max-Age=0, which deletes it"),
    ]
}

/// The shortest domain over that host for which a cookie can be.
fn registrable(url: &Url) -> String {
    crate::browser::registrable_domain(url).unwrap_or_default().to_owned()
}
