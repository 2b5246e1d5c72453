//! `lockstep inspect`: a token taken apart, checked and explained.

mod batch;
mod cookies;
pub(super) mod input;
mod json;
mod text;

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clap::{ArgGroup, Args, ValueEnum};
use lockstep_shared::clock::{Clock, LabTime};

use super::Found;
use crate::inspect::examine::{Outcome, examine};
use crate::inspect::keys::Keys;
use crate::inspect::recognise::{self as recognised, Recognised, recognise};
use crate::inspect::verify::Expect;
use crate::report::Inert;

/// Whoever needs more than a day has another problem than clocks.
const MOST_LEEWAY_SECS: u64 = 86_400;

#[derive(Args)]
#[command(group = ArgGroup::new("keys").multiple(false))]
pub(super) struct Inspect {
    /// The token; - reads it from the standard input
    #[arg(value_name = "TOKEN", conflicts_with = "batch")]
    token: Option<String>,
    /// The key to check with: PEM (also a certificate), DER, a JWK or a set of them
    #[arg(long, value_name = "FILE", group = "keys")]
    key: Option<PathBuf>,
    /// The secret to check with, as text
    #[arg(long, value_name = "TEXT", group = "keys", allow_hyphen_values = true)]
    secret: Option<String>,
    /// The secret to check with, as base64url
    #[arg(long, value_name = "TEXT", group = "keys", allow_hyphen_values = true)]
    secret_base64url: Option<String>,
    /// A set of JWKs, out of which the token's kid picks
    #[arg(long, value_name = "FILE", group = "keys")]
    jwks: Option<PathBuf>,
    /// The payload of a token that has none between its dots (detached, RFC 7515 appendix F)
    #[arg(long, value_name = "FILE", conflicts_with = "batch")]
    payload: Option<PathBuf>,
    /// The moment to hold the token's times against: 2026-01-05T09:00:00Z, or seconds since 1970 (default: now)
    #[arg(long, value_name = "TIME")]
    at: Option<LabTime>,
    /// Refuse the token where its aud does not have this name; can be given for each name that the reader goes by
    #[arg(long, value_name = "NAME")]
    aud: Vec<String>,
    /// Refuse the token where its iss is another
    #[arg(long, value_name = "NAME")]
    iss: Option<String>,
    /// Refuse the token where its typ is another, such as at+jwt
    #[arg(long, value_name = "TYPE")]
    typ: Option<String>,
    /// How far the clocks of issuer and reader may differ
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=MOST_LEEWAY_SECS))]
    leeway: u64,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Inspect many: a file (or -, the standard input) with a JSON object a line, each with a token and what to check it
    /// with; one result a line comes out, in the same order
    #[arg(long, value_name = "FILE")]
    batch: Option<String>,
    #[command(flatten)]
    cookies: cookies::Cookies,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs: one object on one line
    Json,
}

/// The cookie line that a text is, where it is one.
fn cookie_line(text: &str) -> Option<String> {
    match recognise(text).into_iter().next()? {
        recognised::Found { text, what: Recognised::SetCookie, .. } => Some(format!("Set-Cookie: {text}")),
        recognised::Found { text, what: Recognised::Cookie, .. } => Some(format!("Cookie: {text}")),
        _ => None,
    }
}

/// A detached token with its payload put back where it was signed.
fn attached(text: &str, payload: &[u8]) -> anyhow::Result<String> {
    let found = recognise(text).into_iter().find(|found| found.token().is_some());
    let Some(recognised::Found { text, what: Recognised::Detached(_), .. }) = &found else {
        bail!("--payload is for a token with nothing between its two dots, and this is none");
    };
    let (header, signature) = text.split_once("..").context("a detached token has two dots beside each other")?;
    Ok(format!("{header}.{}.{signature}", BASE64_URL_SAFE_NO_PAD.encode(payload)))
}

impl Inspect {
    pub(super) fn run(self) -> anyhow::Result<Found> {
        let expect = Expect {
            leeway_secs: self.leeway,
            audience: self.aud.clone(),
            issuer: self.iss.clone(),
            typ: self.typ.clone(),
            exact: self.batch.is_some(),
            ..Expect::at(self.at.unwrap_or_else(|| Clock::wall().now()))
        };
        if self.cookies.are_asked() {
            if let Some(option) = self.said() {
                bail!("{option} is about a token, and --cookie asks about a cookie: leave one of them out");
            }
            self.cookies.run(expect.at, self.format == Format::Json)?;
            return Ok(Found::AsExpected);
        }
        let keys = self.keys()?;
        if let Some(from) = &self.batch {
            return batch::run(from, &keys, &expect);
        }
        let Some(token) = &self.token else {
            bail!(
                "there is nothing to inspect: give a token, or - and the token on the standard input, or --batch FILE"
            );
        };
        let mut text = super::token::text(token)?;
        if let Some(file) = &self.payload {
            let payload = input::file(file).with_context(|| format!("--payload {}", file.display()))?;
            text = attached(&text, &payload)?;
        }
        let line = cookie_line(&text);
        if let Some(option) = self.cookies.said() {
            let Some(line) = line else {
                bail!("{option} is about a cookie, and this is none: give the line with --cookie instead of a token");
            };
            self.cookies.about(line).run(expect.at, self.format == Format::Json)?;
            return Ok(Found::AsExpected);
        }
        let examined = examine(&text, &keys, &expect);
        let mut out = std::io::stdout().lock();
        match self.format {
            Format::Json => writeln!(out, "{}", json::line(&json::told(&examined, &expect)))?,
            Format::Text => {
                let mut out = Inert(&mut out);
                text::tell(&mut out, &examined, &expect)?;
                if line.is_some() {
                    writeln!(out, "\nWhat a browser makes of it: the same with --url and the address that sets it.")?;
                }
            }
        }
        out.flush()?;
        match examined.outcome() {
            Outcome::Stands => Ok(Found::AsExpected),
            Outcome::Refused => Ok(Found::Unexpected),
            Outcome::Malformed => Err(anyhow!("this is no token: {}", examined.signature.why)),
        }
    }

    /// The first option that says something of a token.
    fn said(&self) -> Option<&'static str> {
        let options = [
            ("--key", self.key.is_some()),
            ("--secret", self.secret.is_some()),
            ("--secret-base64url", self.secret_base64url.is_some()),
            ("--jwks", self.jwks.is_some()),
            ("--payload", self.payload.is_some()),
            ("--aud", !self.aud.is_empty()),
            ("--iss", self.iss.is_some()),
            ("--typ", self.typ.is_some()),
            ("--leeway", self.leeway > 0),
        ];
        options.into_iter().find_map(|(name, given)| given.then_some(name))
    }

    fn keys(&self) -> anyhow::Result<Keys> {
        if let Some(secret) = &self.secret {
            return Ok(Keys::secret(secret));
        }
        if let Some(secret) = &self.secret_base64url {
            return Keys::secret_base64url(secret).context("--secret-base64url");
        }
        if let Some(file) = &self.jwks {
            let keys = input::file(file).and_then(|text| Ok(Keys::read(&text)?));
            let keys = keys.with_context(|| format!("--jwks {}", file.display()))?;
            if !keys.set {
                bail!("--jwks {}: this is one key and no set of JWKs: give it with --key", file.display());
            }
            return Ok(keys);
        }
        let Some(file) = &self.key else { return Ok(Keys::none()) };
        let keys = input::file(file).and_then(|text| Ok(Keys::read(&text)?));
        keys.with_context(|| format!("--key {}", file.display()))
    }
}
