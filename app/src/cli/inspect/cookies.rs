//! `lockstep inspect --cookie`: what a browser makes of `Set-Cookie` lines, and where it sends what it keeps.

mod text;

use std::ffi::OsString;
use std::io::Write;

use anyhow::{anyhow, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;
use lockstep_shared::clock::LabTime;
use serde_json::{Map, Value, json};

use crate::browser::{Policy, octets};
use crate::inspect::cookies::{KINDS, SCHEMA, ask, report, take_apart};
use crate::report::{Inert, escape};

#[derive(Args)]
pub(super) struct Cookies {
    /// Inspect a Set-Cookie line, as a response from --url brings it; can be given for each line, in the order of their
    /// coming. A Cookie line is taken apart
    #[arg(long, value_name = "LINE", conflicts_with_all = ["token", "batch"])]
    cookie: Vec<OsString>,
    /// The address whose response sets the cookies
    #[arg(long, value_name = "URL", requires = "cookie")]
    url: Option<String>,
    /// The address that is asked for afterwards (default: the same)
    #[arg(long, value_name = "URL", requires = "cookie")]
    then: Option<String>,
    /// The page that starts the later request; null for one without an origin, such as a sandboxed frame (default: no page,
    /// as with the address bar)
    #[arg(long, value_name = "URL", requires = "cookie")]
    initiator: Option<String>,
    /// The later request's method (default: GET)
    #[arg(long, value_name = "METHOD", requires = "cookie")]
    method: Option<String>,
    /// How the later request is made: the whole tab goes there, or part of a page, or a script fetches (default: navigate)
    #[arg(long, value_parser = kinds(&[]), requires = "cookie")]
    kind: Option<String>,
    /// How many seconds later it is made
    #[arg(long, value_name = "SECONDS", requires = "cookie")]
    after: Option<u64>,
    /// The page that made the request whose response sets the cookies (default: none, as with the address bar)
    #[arg(long, value_name = "URL", requires = "cookie")]
    set_initiator: Option<String>,
    /// How that request was made; script is a line written by document.cookie in the page at --url (default: navigate)
    #[arg(long, value_parser = kinds(&["script"]), requires = "cookie")]
    set_kind: Option<String>,
    /// Leave out a choice that RFC 6265bis leaves to browsers, and that is made as Chromium makes it
    #[arg(long, value_name = "CHOICE", value_parser = choices(), requires = "cookie")]
    without: Vec<String>,
    /// Take in what Chromium does and RFC 6265bis does not
    #[arg(long, value_name = "CHOICE", value_parser = choices(), requires = "cookie")]
    with: Vec<String>,
}

fn kinds(more: &'static [&'static str]) -> PossibleValuesParser {
    PossibleValuesParser::new(KINDS.map(|(name, _)| name).into_iter().chain(more.iter().copied()))
}

fn choices() -> PossibleValuesParser {
    PossibleValuesParser::new(Policy::NAMES.map(|(name, _)| name))
}

impl Cookies {
    /// Whether the command line asks about cookies.
    pub(super) fn are_asked(&self) -> bool {
        !self.cookie.is_empty()
    }

    /// The first option that says something of a cookie, besides the cookie itself.
    pub(super) fn said(&self) -> Option<&'static str> {
        let texts = [
            ("--url", self.url.is_some()),
            ("--then", self.then.is_some()),
            ("--initiator", self.initiator.is_some()),
            ("--method", self.method.is_some()),
            ("--kind", self.kind.is_some()),
            ("--after", self.after.is_some()),
            ("--set-initiator", self.set_initiator.is_some()),
            ("--set-kind", self.set_kind.is_some()),
            ("--without", !self.without.is_empty()),
            ("--with", !self.with.is_empty()),
        ];
        texts.into_iter().find_map(|(name, given)| given.then_some(name))
    }

    /// The same question about this line.
    pub(super) fn about(mut self, line: String) -> Self {
        self.cookie = vec![line.into()];
        self
    }

    /// Answers, with `at` for the moment at which the lines come.
    pub(super) fn run(&self, at: LabTime, as_json: bool) -> anyhow::Result<()> {
        let lines: Vec<&[u8]> = self.cookie.iter().map(|line| line.as_encoded_bytes()).collect();
        let mut out = std::io::stdout().lock();
        if let [line] = lines[..]
            && let Some(pairs) = take_apart(line)
        {
            match as_json {
                true => writeln!(out, "{}", on_one_line(&json!({ "schema": SCHEMA, "cookie": pairs })))?,
                false => text::pairs(&mut Inert(&mut out), &pairs)?,
            }
            return Ok(out.flush()?);
        }
        if lines.iter().any(|line| take_apart(line).is_some()) {
            bail!("--cookie: a Cookie line is taken apart by itself; give it without others");
        }
        let (question, _) = ask(&self.asked(&lines)?, at).map_err(|why| anyhow!("--{}", why.replacen('_', "-", 1)))?;
        let report = report(&question, true);
        match as_json {
            true => writeln!(out, "{}", on_one_line(&serde_json::to_value(&report)?))?,
            false => text::tell(&mut Inert(&mut out), &report)?,
        }
        Ok(out.flush()?)
    }

    /// The same question as a line of --batch has it.
    fn asked(&self, lines: &[&[u8]]) -> anyhow::Result<Value> {
        let Some(url) = &self.url else {
            bail!("--url is missing: it is the address whose response sets the cookies, such as http://x.localhost/");
        };
        let mut asked = Map::new();
        let lines: Vec<String> = lines.iter().map(|line| octets::from_bytes(line)).collect();
        asked.insert("set_cookie".to_owned(), json!(lines));
        asked.insert("url".to_owned(), json!(url));
        let texts = [
            ("then", &self.then),
            ("initiator", &self.initiator),
            ("method", &self.method),
            ("kind", &self.kind),
            ("set_initiator", &self.set_initiator),
            ("set_kind", &self.set_kind),
        ];
        for (name, text) in texts {
            asked.extend(text.as_ref().map(|text| (name.to_owned(), json!(text))));
        }
        asked.extend(self.after.map(|secs| ("after".to_owned(), json!(secs))));
        let mut policies = Map::new();
        policies.extend(self.without.iter().map(|name| (name.clone(), json!(false))));
        policies.extend(self.with.iter().map(|name| (name.clone(), json!(true))));
        asked.insert("policies".to_owned(), Value::Object(policies));
        Ok(Value::Object(asked))
    }
}

/// JSON on one line, in which nothing but plain text is left for a terminal: JSON has an escape for every character.
fn on_one_line(value: &Value) -> String {
    escape::json(&value.to_string())
}
