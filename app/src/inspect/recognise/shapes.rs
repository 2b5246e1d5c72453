//! Records that a server gave away sealed or signed, in the forms of well-known frameworks.

use std::fmt;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::inspect::decode::Jws;

/// A record in a cookie, by its shape alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Whose form that is.
    pub(crate) form: &'static str,
    /// It is signed, and not encrypted.
    pub(crate) readable: bool,
}

/// A nonce of 12 octets, a tag of 16, and the least that makes a record.
const LEAST_SEALED_OCTETS: usize = 12 + 16 + 40;

/// A record that somebody sealed or signed.
pub(super) fn sealed(text: &str) -> Option<Sealed> {
    let sealed = |form| Some(Sealed { form, readable: false });
    let signed = |form| Some(Sealed { form, readable: true });
    if text.contains(char::is_whitespace) {
        None
    } else if text.starts_with("Fe26.") && text.matches('*').count() >= 5 {
        sealed("iron (hapi, iron-session)")
    } else if text.starts_with("CfDJ8") {
        sealed("ASP.NET Core data protection")
    } else if text.starts_with("gAAAAA") && text.len() >= 100 {
        sealed("Fernet")
    } else if text.strip_prefix("s:").is_some_and(|rest| rest.contains('.')) {
        signed("Express (`s:` id `.` signature)")
    } else if text.starts_with(".eJ") && text.matches('.').count() == 3 {
        signed("Flask, compressed")
    } else if text.starts_with("eyJpdiI6") && is_laravel(text) {
        sealed("Laravel")
    } else if let [content, rest @ ..] = &text.split("--").collect::<Vec<_>>()[..]
        && (1..=2).contains(&rest.len())
        && content.len() >= 16
        && [&[*content], rest].concat().iter().all(|part| part.len() >= 16 && is_base64(part))
    {
        if rest.len() == 2 { sealed("Rails") } else { signed("Rails") }
    } else {
        let octets = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let random = octets.len() >= LEAST_SEALED_OCTETS && str::from_utf8(&octets).is_err();
        random.then_some(Sealed { form: "a nonce, a record and its tag, in base64url", readable: false })
    }
}

/// Flask's session has three parts as a token has, the first of them the record and the second the moment.
pub(super) fn flask(jws: &Jws) -> Option<Sealed> {
    let stamp = (1..=6).contains(&jws.payload.len()) && jws.claims().is_err();
    let signature = [20, 32, 64].contains(&jws.signature.len());
    let is = stamp && signature && !jws.header.contains_key("alg");
    is.then_some(Sealed { form: "Flask (record, moment, signature)", readable: true })
}

fn is_laravel(text: &str) -> bool {
    let json = BASE64_STANDARD.decode(text).ok().and_then(|octets| serde_json::from_slice::<Value>(&octets).ok());
    json.is_some_and(|json| ["iv", "value", "mac"].iter().all(|name| json.get(name).is_some()))
}

fn is_base64(text: &str) -> bool {
    text.trim_end_matches('=').chars().all(|c| c.is_ascii_alphanumeric() || ['+', '/', '-', '_'].contains(&c))
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.readable {
            true => "A signed record: everybody can read it, and nobody can change it without the key",
            false => "A sealed record: there is nothing to see in it without the key",
        };
        write!(f, "{what}. By its shape: {}", self.form)
    }
}
