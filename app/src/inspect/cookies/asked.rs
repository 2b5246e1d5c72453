//! A question about cookies as it stands in a JSON object.

use std::time::Duration;

use lockstep_shared::clock::LabTime;
use serde_json::{Map, Value};
use url::Url;

use super::{Question, Setter};
use crate::browser::{Policy, RequestKind, octets};

/// The kinds of request, by the names that stand in files.
pub(crate) const KINDS: [(&str, RequestKind); 5] = [
    ("navigate", RequestKind::Navigate),
    ("subresource", RequestKind::Subresource),
    ("frame", RequestKind::Frame),
    ("fetch", RequestKind::Fetch { credentials: false }),
    ("fetch-include", RequestKind::Fetch { credentials: true }),
];

/// What `Origin` says of a page whose origin equals no other (HTML section 7.1.1).
const OPAQUE: &str = "null";

/// A page as it was asked about.
pub(super) fn page_name(page: &Url) -> String {
    if page.scheme() == OPAQUE { OPAQUE.to_owned() } else { page.to_string() }
}

/// What a script is called where a kind of request could stand.
const SCRIPT: &str = "script";

/// More lines than a browser keeps cookies, and more octets than a server would be let say in one response; past them a
/// question is refused, since every line comes back with its answer.
const MOST_LINES: usize = 10_000;
const MOST_OCTETS: usize = 1024 * 1024;

/// A century: nobody asks about later, and sums of it stay dates.
const LONGEST_WAIT_SECS: u64 = 100 * 366 * 86_400;

/// The kind of that name.
fn kind_called(name: &str) -> Option<RequestKind> {
    KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

/// The name of that kind.
pub(super) fn name_of(kind: RequestKind) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == kind).map_or("navigate", |(name, _)| name)
}

/// The question in a JSON object, and whether it asks for explanations.
pub(crate) fn read(asked: &Value, now: LabTime) -> Result<(Question, bool), String> {
    let fields = Fields(asked.as_object().ok_or("this is no JSON object")?);
    let url = fields.url("url")?.ok_or("url is missing: it is the address whose response sets the cookies")?;
    let kind = fields.kind("kind")?.unwrap_or(Some(RequestKind::Navigate));
    let question = Question {
        set_cookie: fields.lines()?,
        set_by: match (fields.page("set_initiator")?, fields.kind("set_kind")?) {
            (tab, Some(None)) => Setter::Script(tab),
            (page, kind) => Setter::Response(page, kind.flatten().unwrap_or(RequestKind::Navigate)),
        },
        then: fields.url("then")?.unwrap_or_else(|| url.clone()),
        url,
        initiator: fields.page("initiator")?,
        method: method(fields.text("method")?.unwrap_or("GET"))?,
        kind: kind.ok_or("kind is script, but a script only sets cookies: say what it sends, such as fetch")?,
        at: fields.at(now)?,
        after: fields.after()?,
        policy: fields.policy()?,
    };
    Ok((question, fields.flag("explain")?.unwrap_or(false)))
}

/// The method as browsers send it: six names in any case (Fetch standard, section 2.2.1), and others as they are.
fn method(text: &str) -> Result<String, String> {
    const IN_ANY_CASE: [&str; 6] = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if text.is_empty() || text.len() > 32 || !text.chars().all(is_token) {
        return Err("method is no HTTP method: write one such as GET or POST".to_owned());
    }
    let upper = text.to_ascii_uppercase();
    Ok(if IN_ANY_CASE.contains(&&*upper) { upper } else { text.to_owned() })
}

/// The octets that a text stands for, without the name of the header field in front of them.
fn octets_of(what: &str, text: &str) -> Result<Vec<u8>, String> {
    octets::to_bytes(text).map_err(|(c, at)| {
        format!(
            "{what} has U+{:04X} as its character {}: cookies are octets, and each character stands for one of them, \
             U+0000 to U+00FF",
            u32::from(c),
            at + 1
        )
    })
}

/// The value of a header field that may stand there with its name.
pub(super) fn without_name<'a>(line: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let start = line.get(..name.len())?;
    let rest = line.get(name.len()..)?.strip_prefix(b":").filter(|_| start.eq_ignore_ascii_case(name.as_bytes()))?;
    // With the name, the line may have come with its end.
    let rest = rest.strip_suffix(b"\n").unwrap_or(rest);
    Some(rest.strip_suffix(b"\r").unwrap_or(rest))
}

/// The value of a `Set-Cookie` field, with or without the field's name.
fn set_cookie(line: &[u8]) -> &[u8] {
    without_name(line, "set-cookie").unwrap_or(line)
}

struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// A field that is there and not null.
    fn field(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Result<Option<&'a str>, String> {
        let wrong = || format!("{name} is {}, and must be a string", kind_of(&self.0[name]));
        self.field(name).map(|value| value.as_str().ok_or_else(wrong)).transpose()
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, String> {
        let wrong = || format!("{name} is {}, and must be true or false", kind_of(&self.0[name]));
        self.field(name).map(|value| value.as_bool().ok_or_else(wrong)).transpose()
    }

    fn url(&self, name: &str) -> Result<Option<Url>, String> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let wrong = |error| format!("{name} is no address ({error}): write it whole, such as http://x.localhost/");
        Url::parse(text).map(Some).map_err(wrong)
    }

    /// A page, which can be one without an origin of its own: a sandboxed frame, a file.
    fn page(&self, name: &str) -> Result<Option<Url>, String> {
        match self.text(name)? {
            Some(OPAQUE) => Ok(Url::parse("null:").ok()),
            _ => self.url(name),
        }
    }

    /// A kind of request; within, none for a script.
    fn kind(&self, name: &str) -> Result<Option<Option<RequestKind>>, String> {
        match self.text(name)? {
            None => Ok(None),
            Some(SCRIPT) => Ok(Some(None)),
            Some(text) => match kind_called(text) {
                Some(kind) => Ok(Some(Some(kind))),
                None => {
                    let names = KINDS.map(|(name, _)| name).join(", ");
                    Err(format!("{name} is no kind of request: there are {names}"))
                }
            },
        }
    }

    fn lines(&self) -> Result<Vec<Vec<u8>>, String> {
        let one = |what: &str, value: &Value| {
            let text = value.as_str().ok_or_else(|| format!("{what} is {}, and must be a string", kind_of(value)))?;
            octets_of(what, text).map(|octets| set_cookie(&octets).to_vec())
        };
        let lines: Vec<Vec<u8>> = match self.field("set_cookie") {
            Some(Value::Array(lines)) if lines.len() > MOST_LINES => {
                return Err(format!("set_cookie has {} lines: at most {MOST_LINES} are read", lines.len()));
            }
            Some(Value::Array(lines)) => {
                let lines = lines.iter().enumerate().map(|(at, line)| one(&format!("set_cookie[{at}]"), line));
                lines.collect::<Result<_, _>>()?
            }
            Some(line @ Value::String(_)) => vec![one("set_cookie", line)?],
            Some(other) => return Err(format!("set_cookie is {}, and must be a list of strings", kind_of(other))),
            None => return Err("set_cookie is missing: it is a list of Set-Cookie lines".to_owned()),
        };
        match lines.iter().map(Vec::len).sum::<usize>() {
            octets if octets > MOST_OCTETS => {
                Err(format!("set_cookie has {octets} octets in all: at most {MOST_OCTETS} are read"))
            }
            _ => Ok(lines),
        }
    }

    fn at(&self, now: LabTime) -> Result<LabTime, String> {
        match self.field("at") {
            None => Ok(now),
            Some(Value::String(text)) => text.parse().map_err(|why| format!("at: {why}")),
            Some(value) => value
                .as_f64()
                .and_then(LabTime::from_epoch_secs)
                .ok_or_else(|| "at is no moment: write 2026-01-05T09:00:00Z, or seconds since 1970".to_owned()),
        }
    }

    fn after(&self) -> Result<Duration, String> {
        let Some(value) = self.field("after") else { return Ok(Duration::ZERO) };
        let secs = value.as_u64().filter(|secs| *secs <= LONGEST_WAIT_SECS);
        let wrong = || format!("after must be a whole number of seconds, {LONGEST_WAIT_SECS} at most");
        secs.map(Duration::from_secs).ok_or_else(wrong)
    }

    fn policy(&self) -> Result<Policy, String> {
        let mut policy = Policy::draft();
        let Some(value) = self.field("policies") else { return Ok(policy) };
        for (name, choice) in value.as_object().ok_or("policies must be an object of names with true or false")? {
            let choice = choice.as_bool().ok_or_else(|| format!("policies.{name} must be true or false"))?;
            if !policy.choose(name, choice) {
                let names = Policy::NAMES.map(|(name, _)| name).join(", ");
                return Err(format!("no policy is called that: there are {names}"));
            }
        }
        Ok(policy)
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
