//! What is done with any input, and what must hold for all: nothing panics, and what was read is what is written again.

use lockstep_shared::clock::LabTime;
use lockstep_shared::design::Design;

use crate::browser::{Jar, Request, RequestKind};
use crate::inspect::keys::Keys;
use crate::inspect::lint::{KeyFacts, lint, lint_encrypted};
use crate::inspect::plain::{is_unseen, visible};
use crate::inspect::verify::{Expect, encrypted, verify};
use crate::inspect::{cookies, recognise};
use crate::lab::scenario::Scenario;

/// Something pasted: recognised, taken apart, checked and shown.
pub fn token(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let all = recognise::recognise(&text);
    assert!(!all.is_empty(), "there is always an answer");
    let keys = Keys::secret("secret");
    for found in &all {
        inert(&found.text);
        if let recognise::Recognised::Jwe(jwe) = &found.what {
            for finding in lint_encrypted(jwe) {
                assert!(!finding.what.chars().any(is_unseen), "{:?}", finding.what);
            }
            assert_ne!(encrypted(jwe, false).valid, Some(true), "without a key nothing is known to be good");
        }
        let Some(jws) = found.token() else { continue };
        for finding in lint(jws, KeyFacts::default(), LabTime::START) {
            assert!(!finding.what.chars().any(is_unseen), "{:?}", finding.what);
        }
        let verdict = verify(jws, &keys, &Expect::at(LabTime::START));
        // Nobody guesses 32 octets: a signature that holds was made with that secret.
        assert!(!verdict.signature.why.is_empty());
    }
}

/// One line of a server's: what is kept of it goes back as one pair.
pub fn set_cookie(input: &[u8]) {
    let url = "http://bank.localhost:8787/a/b".parse().expect("is an address");
    let request = Request { url: &url, method: "GET", initiator: None, kind: RequestKind::Navigate };
    let mut jar = Jar::new();
    jar.receive(input, &request, LabTime::START);
    assert!(jar.cookies(LabTime::START).count() <= 1, "one line is one cookie at most");
    let decisions = jar.decide(&request, LabTime::START);
    if let Some(line) = Jar::header(&decisions) {
        assert!(line.chars().count() <= 4096 + 1, "name and value stay within 4096 octets");
        assert!(!line.contains(['\n', '\r', '\0']), "{line:?}");
    }
    let text: String = input.iter().map(|octet| char::from(*octet)).collect();
    let asked = serde_json::json!({ "set_cookie": [text], "url": url.as_str(), "then": url.as_str(), "explain": true });
    let answer = cookies::answer(&asked, LabTime::START).expect("any octets are a line");
    assert!(answer["stored"].is_array() && answer["rejected"].is_array());
}

/// A line of a client's.
pub fn cookie(input: &[u8]) {
    let line = [b"Cookie: ", input].concat();
    let pairs = cookies::take_apart(&line).expect("it has the field's name");
    assert!(pairs.cookies.len() + pairs.left_out <= input.len() / 2 + 1, "a cookie takes an octet and a semicolon");
}

/// A key file.
pub fn key(input: &[u8]) {
    match Keys::read(input) {
        Ok(keys) => assert!(!keys.is_none(), "what was read is a key"),
        Err(why) => inert(&why.to_string()),
    }
}

/// A design: what was read is written so that it is read as the same.
pub fn design(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    if let Ok(design) = Design::parse("fuzzed", "fuzzed.toml", text) {
        let again = Design::parse("fuzzed", "fuzzed.toml", &design.to_toml()).expect("what is written can be read");
        assert_eq!(again, design);
    }
}

/// A scenario.
pub fn scenario(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    if let Ok(scenario) = Scenario::parse("fuzzed", "fuzzed.toml", text) {
        assert!(!scenario.worlds().is_empty(), "it runs in one world at least");
    }
}

fn inert(text: &str) {
    assert!(!visible(text).chars().any(is_unseen), "{text:?} is shown as it is");
}
