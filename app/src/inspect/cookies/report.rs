//! What a browser does with the lines and with the request, as one report: `lockstep.cookies/1`.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::reading::{Reading, read};
use super::table::{Row, rows};
use super::{Question, asked, change};
use crate::browser::{Jar, Receipt, Rule, StoredCookie, octets};

/// The report. Its texts stand for octets, one character each.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) schema: &'static str,
    pub(crate) url: String,
    pub(crate) then: String,
    pub(crate) initiator: Option<String>,
    pub(crate) method: String,
    pub(crate) kind: &'static str,
    /// When the lines came, in words, and how many seconds later the request is made.
    pub(crate) at: String,
    pub(crate) after: u64,
    /// The browser's own choices.
    pub(crate) policies: Map<String, Value>,
    /// What is in the jar after the last line, in the order of the lines.
    pub(crate) stored: Vec<Stored>,
    pub(crate) rejected: Vec<Rejected>,
    /// Lines that say of a cookie that it has ended.
    pub(crate) deleted: Vec<Deleted>,
    /// The value of the `Cookie` header; empty where there is none.
    pub(crate) sent: String,
    /// Why each cookie went, in the header's order.
    pub(crate) carried: Vec<Decided>,
    pub(crate) withheld: Vec<Decided>,
    /// Each line read aloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) explained: Option<Vec<Reading>>,
    /// Who can make a browser send what is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) table: Option<Vec<Row>>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Stored {
    pub(crate) name: String,
    pub(crate) value: String,
    /// The value as people read it, where its octets are UTF-8 past ASCII.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    pub(crate) attributes: Attributes,
    /// Which line set it, from 0.
    pub(crate) line: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Attributes {
    pub(crate) domain: String,
    pub(crate) host_only: bool,
    pub(crate) path: String,
    /// None lasts until the browser closes.
    pub(crate) expires: Option<String>,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    /// `Default` where the line has none that browsers know.
    pub(crate) same_site: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rejected {
    /// The line.
    pub(crate) cookie: String,
    pub(crate) name: String,
    pub(crate) rule: &'static str,
    pub(crate) section: &'static str,
    pub(crate) why: &'static str,
    /// The single change with which it would be stored, if there is one.
    pub(crate) change: Option<String>,
    pub(crate) line: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Deleted {
    pub(crate) name: String,
    pub(crate) line: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Decided {
    pub(crate) name: String,
    pub(crate) rule: &'static str,
    pub(crate) section: &'static str,
    pub(crate) why: &'static str,
    pub(crate) domain: String,
    pub(crate) path: String,
}

/// Asks a browser. Explanations take longer than the answer, so they are made only where they are wanted.
pub(crate) fn report(question: &Question, explain: bool) -> Report {
    let mut jar = Jar::with(question.policy);
    let (mut rejected, mut deleted, mut fates) = (Vec::new(), Vec::new(), Vec::new());
    let mut set: Vec<(StoredCookie, usize)> = Vec::new();
    for (line, cookie) in question.set_cookie.iter().enumerate() {
        let receipt = question.receive(&mut jar, cookie);
        fates.push(fate(&receipt));
        match receipt {
            Receipt::Stored(cookie) | Receipt::Replaced(cookie) => set.push((cookie, line)),
            Receipt::Deleted { name } => deleted.push(Deleted { name, line }),
            Receipt::Rejected { name, rule } => rejected.push(Rejected {
                cookie: octets::from_bytes(cookie),
                name,
                rule: rule.id(),
                section: rule.section(),
                why: rule.why(),
                change: change::to_be_stored(question, cookie, rule),
                line,
            }),
        }
    }
    let line_of =
        |cookie: &StoredCookie| set.iter().rev().find(|(kept, _)| kept == cookie).map_or(0, |(_, line)| *line);
    let mut stored: Vec<Stored> = jar.cookies(question.at).map(|cookie| Stored::of(cookie, line_of(cookie))).collect();
    stored.sort_by_key(|cookie| cookie.line);
    let explained = explain.then(|| {
        let lines = question.set_cookie.iter().zip(&fates);
        lines.map(|(line, fate)| read(line, fate, question)).collect()
    });
    let table = explain.then(|| rows(question, &stored));
    let decisions = jar.decide(&question.request(), question.at + question.after);
    let sent = Jar::header(&decisions).unwrap_or_default();
    let decided = |sent: bool| decisions.iter().filter(move |decision| decision.sent == sent);
    let told = |decision: &crate::browser::Decision| Decided {
        name: decision.name.clone(),
        rule: decision.rule.id(),
        section: decision.rule.section(),
        why: decision.rule.why(),
        domain: decision.domain.clone(),
        path: decision.path.clone(),
    };
    Report {
        schema: super::SCHEMA,
        url: question.url.to_string(),
        then: question.then.to_string(),
        initiator: question.initiator.as_ref().map(asked::page_name),
        method: question.method.clone(),
        kind: asked::name_of(question.kind),
        at: question.at.to_string(),
        after: question.after.as_secs(),
        policies: question
            .policy
            .choices()
            .into_iter()
            .map(|(name, choice)| (name.to_owned(), json!(choice)))
            .collect(),
        stored,
        rejected,
        deleted,
        sent,
        carried: decided(true).map(told).collect(),
        withheld: decided(false).map(told).collect(),
        explained,
        table,
    }
}

/// What became of a line, in one word, and the rule against it.
pub(super) fn fate(receipt: &Receipt) -> (&'static str, Option<Rule>) {
    match receipt {
        Receipt::Stored(_) => ("stored", None),
        Receipt::Replaced(_) => ("replaced", None),
        Receipt::Deleted { .. } => ("deleted", None),
        Receipt::Rejected { rule, .. } => ("rejected", Some(*rule)),
    }
}

impl Stored {
    fn of(cookie: &StoredCookie, line: usize) -> Self {
        Self {
            name: cookie.name.clone(),
            value: cookie.value.clone(),
            text: Some(octets::shown(&cookie.value)).filter(|text| *text != cookie.value),
            attributes: Attributes {
                domain: cookie.domain.clone(),
                host_only: cookie.host_only,
                path: cookie.path.clone(),
                expires: cookie.expires.map(|end| end.to_string()),
                secure: cookie.secure,
                http_only: cookie.http_only,
                same_site: cookie.same_site.map_or("Default", |same_site| same_site.attribute()),
            },
            line,
        }
    }
}
