//! What is wrong with a token, however well its signature holds: findings, each with its reason and its source.

mod alg;
mod claims;
mod encrypted;
mod header;
mod keys;
mod kind;
mod payload;
mod times;
mod writing;

use lockstep_shared::clock::LabTime;
use serde::Serialize;

#[cfg(feature = "gui")]
pub(crate) use self::keys::WEAK_SECRET;
pub(crate) use self::kind::Kind;
use super::decode::{Jws, Object};
use super::nested;
use super::recognise::Jwe;

/// How much a finding matters; the worst comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// Whoever accepts this lets others in, or it gives a secret away.
    High,
    /// Against a standard in a way that attacks have made use of.
    Medium,
    /// Something to know or to do better.
    Low,
}

/// One thing that is wrong. What is quoted of the token is inert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// Stays the same between versions.
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    /// What there is, in words that name the place.
    pub(crate) what: String,
    /// What comes of it.
    pub(crate) why: String,
    /// The standard and its section, or the name of the failure.
    pub(crate) source: &'static str,
}

/// What is known of the key besides the token; its `Debug` would show a secret, so it has none.
#[derive(Clone, Copy, Default)]
pub(crate) struct KeyFacts<'a> {
    /// The secret of an HMAC.
    pub(crate) secret: Option<&'a [u8]>,
    /// The length of an RSA modulus.
    pub(crate) rsa_bits: Option<usize>,
}

/// Everything that is wrong with a token at this moment, the worst first; what an expired one says of itself is no
/// finding, and neither is whether its signature holds.
pub(crate) fn lint(jws: &Jws, key: KeyFacts<'_>, now: LabTime) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    alg::look(jws, &mut findings);
    keys::look(jws, key, &mut findings);
    header::look(jws, &mut findings);
    writing::look(jws, &mut findings);
    let inner = nested::of(jws);
    match jws.claims() {
        Ok(claims) => {
            let kind = Kind::of(jws, &claims);
            claims::look(jws, &claims, kind, &mut findings);
            times::look(&claims, kind, now, &mut findings);
            payload::look(&claims, &mut findings);
        }
        Err(no_claims) if inner.is_none() => payload::other(&no_claims, &mut findings),
        Err(_) => {}
    }
    if let Some(inner) = &inner {
        payload::nested(jws, inner, &mut findings);
    }
    findings.0.sort_by_key(|finding| finding.severity);
    findings.0
}

/// Everything that can be told of an encrypted token without its key, the worst first.
pub(crate) fn lint_encrypted(jwe: &Jwe) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    encrypted::look(jwe, &mut findings);
    findings.0.sort_by_key(|finding| finding.severity);
    findings.0
}

/// What has been found so far.
struct Findings(Vec<Finding>);

impl Findings {
    fn high(&mut self, id: &'static str, source: &'static str, what: impl Into<String>, why: impl Into<String>) {
        self.add(Severity::High, id, source, what.into(), why.into());
    }

    fn medium(&mut self, id: &'static str, source: &'static str, what: impl Into<String>, why: impl Into<String>) {
        self.add(Severity::Medium, id, source, what.into(), why.into());
    }

    fn low(&mut self, id: &'static str, source: &'static str, what: impl Into<String>, why: impl Into<String>) {
        self.add(Severity::Low, id, source, what.into(), why.into());
    }

    fn add(&mut self, severity: Severity, id: &'static str, source: &'static str, what: String, why: String) {
        self.0.push(Finding { id, severity, what, why, source });
    }
}

/// Something of the token between backquotes: inert, and short enough for a sentence.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let short: String = text.chars().take(LONGEST).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("`{}{more}`", super::plain::visible(&short))
}

/// `a`, `a and b`, `a, b and 3 more`: a list that stays a sentence however long it is.
fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, three] => format!("{one}, {two} and {three}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
}

/// Whether the object has at least one of the members.
fn has_any(object: &Object, names: &[&str]) -> bool {
    names.iter().any(|name| object.contains_key(*name))
}

#[cfg(test)]
mod tests;
