//! One text through everything: what it is, whether it holds, and what is wrong with it.

use super::decode::{Jws, Malformed, decode};
use super::keys::Keys;
use super::lint::{Finding, KeyFacts, lint, lint_encrypted};
use super::nested::{self, Inner};
use super::recognise::{Found, Recognised, recognise};
use super::verify::{Expect, Signature, Verdict, encrypted, verify};

/// What came of a text.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) found: Found,
    pub(crate) signature: Signature,
    /// Of a signed token alone: everything that is known of it.
    pub(crate) verdict: Option<Verdict>,
    /// The worst first.
    pub(crate) findings: Vec<Finding>,
    /// The token that it holds, or why there is none although it says so.
    pub(crate) inner: Option<Result<Inner, Malformed>>,
    /// What else stood in the text.
    pub(crate) others: Vec<Found>,
}

/// How a text comes out, and the exit code of a program that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Well-formed, and nothing is known to be wrong.
    Stands,
    /// The signature or a claim is refused.
    Refused,
    Malformed,
}

/// Looks at the first signed token in a text; where there is none, at the first thing that can be named. Where the text
/// has to be the token and nothing else, nothing is looked for in it.
pub(crate) fn examine(text: &str, keys: &Keys, expect: &Expect) -> Examined {
    let mut all = if expect.exact { vec![exactly(text)] } else { recognise(text) };
    let first = all.iter().position(|found| found.token().is_some()).unwrap_or_default();
    let found = all.remove(first);
    let Some(jws) = found.token() else {
        let (signature, findings) = match &found.what {
            Recognised::Jwe(jwe) => (encrypted(jwe, expect.exact), lint_encrypted(jwe)),
            other => (not_a_token(other), Vec::new()),
        };
        return Examined { found, signature, verdict: None, findings, inner: None, others: all };
    };
    let verdict = verify(jws, keys, expect);
    let key = verdict.key.as_ref();
    let facts = KeyFacts { secret: key.and_then(|key| key.secret()), rsa_bits: key.and_then(|key| key.rsa_bits()) };
    let findings = lint(jws, facts, expect.at);
    let (signature, inner) = (verdict.signature.clone(), nested::of(jws));
    // It is told of with the token around it.
    all.retain(|other| !matches!(&inner, Some(Ok(inner)) if inner.text == other.text));
    Examined { signature, verdict: Some(verdict), findings, inner, others: all, found }
}

impl Examined {
    pub(crate) fn outcome(&self) -> Outcome {
        match (&self.verdict, &self.found.what) {
            (Some(verdict), _) if verdict.stands() => Outcome::Stands,
            (None, Recognised::Malformed(_) | Recognised::Key(_)) => Outcome::Malformed,
            (None, _) if self.signature.valid != Some(false) => Outcome::Stands,
            _ => Outcome::Refused,
        }
    }

    pub(crate) fn token(&self) -> Option<&Jws> {
        self.found.token()
    }
}

impl Outcome {
    pub(crate) fn exit(self) -> u8 {
        match self {
            Self::Stands => 0,
            Self::Refused => 1,
            Self::Malformed => 2,
        }
    }
}

/// A text that is to be a token as a whole, or is named as what else it is.
fn exactly(text: &str) -> Found {
    let what = match decode(text) {
        Ok(jws) if jws.payload.is_empty() && !jws.signature.is_empty() => Recognised::Detached(jws),
        Ok(jws) => Recognised::Jws(jws),
        Err(why) => {
            let other = recognise(text).into_iter().next();
            let named = |found: &Found| {
                let other = matches!(found.what, Recognised::Jwe(_) | Recognised::Json(_) | Recognised::Paseto(_));
                found.place.is_none() && (other || matches!(found.what, Recognised::Key(_)))
            };
            other.filter(named).map_or(Recognised::Malformed(why), |found| found.what)
        }
    };
    Found { place: None, text: text.to_owned(), what }
}

/// What is to be said of a signature where there is no signed token.
fn not_a_token(what: &Recognised) -> Signature {
    let (valid, why) = match what {
        Recognised::Malformed(why) => (Some(false), why.to_string()),
        // A program that takes both forms can be shown one token as two (RFC 8725 section 2.4).
        Recognised::Json(_) | Recognised::Key(_) => (Some(false), what.to_string()),
        other => (None, format!("not checked: {other}")),
    };
    Signature { valid, why }
}

#[cfg(test)]
mod tests {
    use lockstep_shared::clock::LabTime;

    use super::*;

    fn examined(text: &str, exact: bool) -> (&'static str, Option<bool>, Outcome) {
        let expect = Expect { exact, ..Expect::at(LabTime::START) };
        let examined = examine(text, &Keys::none(), &expect);
        assert_eq!(examined.verdict.is_some(), examined.token().is_some());
        assert!(!examined.signature.why.is_empty());
        (examined.found.what.kind(), examined.signature.valid, examined.outcome())
    }

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.e30.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn each_kind_of_text_has_its_outcome() {
        use Outcome::{Malformed, Refused, Stands};
        let jwe = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA";
        let flat = r#"{"payload":"e30","protected":"eyJhbGciOiJIUzI1NiJ9","signature":"AA"}"#;
        let detached = TOKEN.replace(".e30.", "..");
        for (text, kind, valid, outcome) in [
            (TOKEN, "jwt", None, Stands),
            (detached.as_str(), "jws-detached", None, Stands),
            ("eyJhbGciOiJub25lIn0.e30.", "jwt", Some(false), Refused),
            (jwe, "jwe", None, Stands),
            (flat, "jws-json", Some(false), Refused),
            (r#"{"payload":"e30","signatures":[]}"#, "jws-json", Some(false), Refused),
            ("v4.public.AAAA", "paseto", None, Stands),
            ("a.b", "malformed", Some(false), Malformed),
            ("", "malformed", Some(false), Malformed),
            (r#"{"kty":"oct","k":"AA"}"#, "key", Some(false), Malformed),
        ] {
            for exact in [false, true] {
                assert_eq!(examined(text, exact), (kind, valid, outcome), "{text}");
            }
        }
    }

    #[test]
    fn a_token_is_found_where_people_paste_it_from_and_not_where_a_program_sends_it() {
        for text in [format!("Authorization: Bearer {TOKEN}"), format!(r#"{{"access_token":"{TOKEN}"}}"#)] {
            assert_eq!(examined(&text, false), ("jwt", None, Outcome::Stands), "{text}");
            let (_, valid, outcome) = examined(&text, true);
            assert_eq!((valid, outcome), (Some(false), Outcome::Malformed), "{text}");
        }
        let (_, valid, outcome) = examined(&format!("Bearer {TOKEN}"), true);
        assert_eq!((valid, outcome), (Some(false), Outcome::Refused));
        for damaged in [TOKEN.replacen('J', "=", 1), TOKEN.replace(".e30.", ".e=30."), format!("{TOKEN}=")] {
            for exact in [false, true] {
                assert_ne!(examined(&damaged, exact).2, Outcome::Stands, "{damaged}");
            }
        }
        for before in ["\"", "=", ";", "'", ",", "&"] {
            let stray = examined(&format!("{before}{TOKEN}"), false);
            assert_eq!(stray, ("malformed", Some(false), Outcome::Malformed), "{before}");
        }
        let two = format!("curl -H 'Cookie: a={TOKEN}; b=v4.public.AAAA' https://x.example/");
        let examined = examine(&two, &Keys::none(), &Expect::at(LabTime::START));
        assert!(examined.found.place.is_some() && !examined.others.is_empty(), "{examined:?}");
    }
}
