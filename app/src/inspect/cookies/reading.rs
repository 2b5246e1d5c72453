//! A `Set-Cookie` line read aloud: what each attribute buys, what is missing, and what no browser looks at.

use std::time::Duration;

use lockstep_shared::design::SameSite;
use lockstep_shared::span::in_words;
use serde::Serialize;

use super::{Question, change};
use crate::browser::{LONGEST_LIFE, MOST_ATTRIBUTE_OCTETS, MOST_OCTETS, Rule, SetCookie, octets};

/// A line can have thousands of attributes, of which nobody reads more than these.
const MOST_SHOWN: usize = 32;

/// A line and what became of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reading {
    pub(crate) name: String,
    /// `stored`, `replaced`, `deleted` or `rejected`.
    pub(crate) outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) section: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<&'static str>,
    /// The single change with which it would be stored, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) change: Option<String>,
    /// The attributes of the line, in its order.
    pub(crate) attributes: Vec<Meaning>,
    /// How many more there are.
    pub(crate) left_out: usize,
    /// What the line does not say, and what holds therefore.
    pub(crate) absent: Vec<Meaning>,
    pub(crate) notes: Vec<String>,
}

/// An attribute in plain words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Meaning {
    pub(crate) attribute: String,
    /// As it stands there; none for what is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
    /// Whether it counts: neither too long nor unknown nor said again later.
    pub(crate) counts: bool,
    pub(crate) effect: String,
}

/// Reads a line that was met with that fate.
pub(super) fn read(line: &[u8], fate: &(&'static str, Option<Rule>), question: &Question) -> Reading {
    let (outcome, rule) = *fate;
    let set = SetCookie::parse(line).ok();
    let last = last_that_count(line);
    let attributes: Vec<Meaning> = SetCookie::attributes(line)
        .take(MOST_SHOWN)
        .enumerate()
        .filter(|(_, (name, value))| !name.is_empty() || !value.is_empty())
        .map(|(at, (name, value))| {
            let again = place(name).and_then(|place| last[place]).is_some_and(|last| last > at);
            meaning(name, value, again, set.as_ref(), question)
        })
        .collect();
    let pair = line.split(|octet| *octet == b';').next().unwrap_or_default();
    Reading {
        name: SetCookie::name_in(line),
        outcome,
        rule: rule.map(Rule::id),
        section: rule.map(Rule::section),
        why: rule.map(Rule::why),
        change: rule.and_then(|rule| change::to_be_stored(question, line, rule)),
        attributes,
        left_out: SetCookie::attributes(line).count().saturating_sub(MOST_SHOWN),
        absent: set.as_ref().map(|set| absent(set, question)).unwrap_or_default(),
        notes: set.as_ref().map(|set| notes(set, pair)).unwrap_or_default(),
    }
}

/// The attributes of which the last one counts.
const KNOWN: [&[u8]; 7] = [b"expires", b"max-age", b"domain", b"path", b"secure", b"httponly", b"samesite"];

fn place(name: &[u8]) -> Option<usize> {
    KNOWN.iter().position(|known| name.eq_ignore_ascii_case(known))
}

/// Where in the line each known attribute stands last with a value that counts.
fn last_that_count(line: &[u8]) -> [Option<usize>; 7] {
    let mut last = [None; 7];
    for (at, (name, value)) in SetCookie::attributes(line).enumerate() {
        if let Some(place) = place(name)
            && counts(name, value)
        {
            last[place] = Some(at);
        }
    }
    last
}

/// Whether an attribute by itself would be more to a browser than noise.
fn counts(name: &[u8], value: &[u8]) -> bool {
    let alone = || SetCookie::parse(&[b"a=b;", name, b"=", value].concat()).ok();
    match place(name) {
        _ if value.len() > MOST_ATTRIBUTE_OCTETS => false,
        Some(0) => alone().is_some_and(|set| set.expires.is_some()),
        Some(1) => alone().is_some_and(|set| set.max_age_secs.is_some()),
        known => known.is_some(),
    }
}

fn meaning(name: &[u8], value: &[u8], again: bool, set: Option<&SetCookie>, question: &Question) -> Meaning {
    let known = counts(name, value);
    let effect = if value.len() > MOST_ATTRIBUTE_OCTETS {
        "Its value is over 1024 octets, so it is as if it were not there (section 5.6, attributes, step 6).".to_owned()
    } else if again && known {
        "The same attribute comes again later, and the last one counts.".to_owned()
    } else {
        effect(name, value, set, question)
    };
    let shown = |octets: &[u8]| octets::shown(&octets::from_bytes(&octets[..octets.len().min(MOST_ATTRIBUTE_OCTETS)]));
    Meaning { attribute: shown(name), value: Some(shown(value)), counts: known && !again, effect }
}

fn effect(name: &[u8], value: &[u8], set: Option<&SetCookie>, question: &Question) -> String {
    let text = octets::shown(&octets::from_bytes(value));
    match &*name.to_ascii_lowercase() {
        b"secure" => {
            let more = if value.is_empty() { "" } else { " Its value says nothing: it is on wherever it stands." };
            format!(
                "It goes over https only, so that nobody on the way reads it, and no page over plain http can lay \
                 another over it. Plain http to this machine itself counts as secure.{more}"
            )
        }
        b"httponly" => {
            let what = "Scripts can't see it, so an injected one can't take it away; it can still make requests that \
                        carry it.";
            what.to_owned()
        }
        b"samesite" => same_site(&text),
        b"domain" => domain(value, question),
        b"path" if value == b"/" => "It goes to the whole host.".to_owned(),
        b"path" if value.first() == Some(&b'/') => format!(
            "It goes to {text} and what lies under it. That keeps order and no secret: other pages of this host can \
             reach it."
        ),
        b"path" => {
            "It does not begin with a slash, so the directory of the address that sets it holds (section 5.6.4, \
                    5.1.4)."
                .to_owned()
        }
        b"max-age" => max_age(value, question),
        b"expires" => expires(value, set, question),
        b"partitioned" => "RFC 6265bis has no such attribute. Browsers that know it (CHIPS) keep one cookie for each \
                           site in the tab, where it is Secure."
            .to_owned(),
        b"priority" => {
            "RFC 6265bis has no such attribute. Chromium looks at it when a domain has too many cookies.".to_owned()
        }
        b"max_age" | b"maxage" => "RFC 6265bis has no such attribute; it is spelled Max-Age.".to_owned(),
        b"http-only" | b"http_only" => "RFC 6265bis has no such attribute; it is spelled HttpOnly.".to_owned(),
        b"same-site" | b"same_site" => "RFC 6265bis has no such attribute; it is spelled SameSite.".to_owned(),
        _ => "RFC 6265bis has no such attribute, so it says nothing.".to_owned(),
    }
}

fn same_site(text: &str) -> String {
    let known = [SameSite::Strict, SameSite::Lax, SameSite::None];
    match known.into_iter().find(|known| text.eq_ignore_ascii_case(known.attribute())) {
        Some(SameSite::Strict) => {
            "It never goes with what another site starts, not even when a link is clicked there, \
                                   so whoever comes by a link is met as a stranger."
                .to_owned()
        }
        Some(SameSite::Lax) => "Of what another site starts, it goes only where the whole tab goes by a safe method: \
                                links work, while forged forms, images, frames and fetches come without it."
            .to_owned(),
        Some(SameSite::None) => "It goes with whatever anybody starts, forged requests too, so the server needs a \
                                 defence of its own. It asks for Secure."
            .to_owned(),
        None => "No browser knows this value, so it is as without SameSite: Lax by default (section 5.6.7).".to_owned(),
    }
}

fn domain(value: &[u8], question: &Question) -> String {
    let name = octets::shown(&octets::from_bytes(value.strip_prefix(b".").unwrap_or(value)).to_ascii_lowercase());
    if name.is_empty() {
        return "An empty Domain is as none: it goes to this very host alone (section 5.6.3).".to_owned();
    }
    let dot = if value.starts_with(b".") { " The leading dot is dropped." } else { "" };
    if crate::browser::is_public_suffix(&name) && Some(&*name) == question.url.host_str() {
        return format!(
            "{name} is a public suffix and this very host, so it goes to this host alone (section 5.7).{dot}"
        );
    }
    format!(
        "It goes to {name} and to every host under it, and each of them can set another of its name. Without Domain it \
         goes to this very host alone.{dot}"
    )
}

fn max_age(value: &[u8], question: &Question) -> String {
    let Some(secs) = SetCookie::parse(&[b"a=b;Max-Age=", value].concat()).ok().and_then(|set| set.max_age_secs) else {
        return "It is no whole number of seconds, so it is ignored (section 5.6.2).".to_owned();
    };
    if secs <= 0 {
        return "Its end has come already: the cookie is deleted.".to_owned();
    }
    let life = Duration::from_secs(secs.unsigned_abs());
    let cut = if life > LONGEST_LIFE { " No cookie lives longer than 400 days (section 5.5)." } else { "" };
    let life = life.min(LONGEST_LIFE);
    format!("It ends {} after it was set, at {}, whatever Expires says.{cut}", in_words(life), question.at + life)
}

fn expires(value: &[u8], set: Option<&SetCookie>, question: &Question) -> String {
    let Some(end) = SetCookie::parse(&[b"a=b;Expires=", value].concat()).ok().and_then(|set| set.expires) else {
        return "It is no date that browsers can read, so it is ignored (section 5.6.1).".to_owned();
    };
    if set.is_some_and(|set| set.max_age_secs.is_some()) {
        return format!("It says {end}, but Max-Age outranks it.");
    }
    let latest = question.at + LONGEST_LIFE;
    match end {
        end if end <= question.at => format!("Its end has come already, at {end}: the cookie is deleted."),
        end if end > latest => format!("It says {end}, but no cookie lives longer than 400 days: it ends at {latest}."),
        end => format!("It ends at {end}."),
    }
}

fn absent(set: &SetCookie, question: &Question) -> Vec<Meaning> {
    let mut absent = Vec::new();
    let mut add = |is_absent: bool, attribute: &str, effect: String| {
        if is_absent {
            absent.push(Meaning { attribute: attribute.to_owned(), value: None, counts: true, effect });
        }
    };
    add(
        !set.secure,
        "Secure",
        "It goes over plain http too, where anybody on the way can read and change it.".to_owned(),
    );
    add(!set.http_only, "HttpOnly", "Every script in a page of the host can read it and take it away.".to_owned());
    let lax = "Lax by default: it stays behind when another site starts something, but for links";
    let by_policy = match question.policy.lax_allowing_unsafe {
        true => format!("{lax}, and for forms sent by POST within two minutes after it was set."),
        false => format!("{lax}."),
    };
    add(set.same_site.is_none(), "SameSite", by_policy);
    let has_end = set.max_age_secs.is_some() || set.expires.is_some();
    add(!has_end, "Max-Age", "It lasts until the browser closes, which some never do.".to_owned());
    let has_domain = set.domain.as_ref().is_some_and(|domain| !domain.is_empty());
    add(!has_domain, "Domain", "It goes to the very host that sets it and to none under it, which is best.".to_owned());
    let own = "It goes to the directory of the address that sets it (section 5.1.4).".to_owned();
    add(set.path.is_none(), "Path", own);
    absent
}

/// What a cookie's name promises about how it was set.
pub(super) fn promise_of(name: &str) -> Option<&'static str> {
    let starts = |prefix: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if starts("__Host-") {
        Some("it was set over a secure connection, by this very host and for all of it")
    } else if starts("__Secure-") {
        Some("it was set over a secure connection, with Secure")
    } else {
        None
    }
}

fn notes(set: &SetCookie, pair: &[u8]) -> Vec<String> {
    let mut notes = Vec::new();
    let starts = |prefix: &str| set.name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if let Some(promise) = promise_of(&set.name) {
        notes.push(format!("The name promises that {promise}, and browsers hold the server to it."));
    }
    if starts("__Http-") || starts("__Host-Http-") {
        let what =
            "Draft 22 does not know the prefixes __Http- and __Host-Http-; newer browsers ask for HttpOnly with them.";
        notes.push(what.to_owned());
    }
    if set.name.is_empty() && !set.value.is_empty() {
        notes.push("It has no name: servers are sent the value alone, and most can't tell whose it is.".to_owned());
    }
    let size = octets::count(&set.name) + octets::count(&set.value);
    if size * 10 > MOST_OCTETS * 9 {
        notes.push(format!("Name and value are {size} octets; a browser drops the whole line past {MOST_OCTETS}."));
    }
    if set.value.starts_with('"') && set.value.ends_with('"') && set.value.len() > 1 {
        notes.push("The quotation marks are part of the value: browsers send them back.".to_owned());
    } else if set.value.starts_with('"') {
        notes.push("The value ends at the first semicolon: quotation marks do not protect one.".to_owned());
    }
    if !pair.is_ascii() {
        let what = "It has octets past ASCII, which browsers keep and servers read in different ways.";
        notes.push(what.to_owned());
    }
    notes
}
