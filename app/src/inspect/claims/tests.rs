//! What is said of names and of moments.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::inspect::plain::is_unseen;

#[test]
fn every_name_has_one_sentence_and_a_source() {
    for table in [header::ALL, payload::ALL] {
        let names: BTreeSet<&str> = table.iter().map(|(name, ..)| *name).collect();
        assert_eq!(names.len(), table.len(), "each stands in it once");
        for (name, sentence, source) in table {
            assert!(sentence.starts_with(char::is_uppercase) && !sentence.ends_with('.'), "{name}: {sentence}");
            assert!(!source.is_empty() && !sentence.contains(is_unseen) && sentence.len() < 100, "{name}: {sentence}");
        }
    }
    let exp = meaning(Part::Payload, "exp").expect("is registered");
    assert_eq!(
        exp,
        Meaning { sentence: "When it ends: from then on nobody may accept it", source: "RFC 7519 section 4.1.4" }
    );
    assert_ne!(meaning(Part::Header, "iss"), meaning(Part::Payload, "iss"));
    assert_eq!(meaning(Part::Payload, "alg"), None);
    assert_eq!(meaning(Part::Signature, "exp"), None);
}

#[test]
fn moments_are_told_beside_now() {
    let now = LabTime::START;
    let said = |name: &str, value: Value| moment(name, &value, now).map(|told| (told.utc, told.left));
    let start = now.secs();
    let cases = [
        (json!(start + 252), "in 4 min 12 s"),
        (json!(start), "now"),
        (json!(start as f64 - 0.5), "now"),
        (json!(start as f64 + 0.5), "in 0 s"),
        (json!(start - 7200), "2 h ago"),
        (json!(0), "20458 d 9 h ago"),
    ];
    for (value, left) in cases {
        assert_eq!(said("exp", value.clone()).map(|told| told.1).as_deref(), Some(left), "{value}");
    }
    assert_eq!(said("iat", json!(start)).map(|told| told.0).as_deref(), Some("2026-01-05T09:00:00Z"));
    for none in [json!("1767603600"), json!(-1), json!(1e300), json!(null), json!(true)] {
        assert_eq!(said("exp", none.clone()), None, "{none}");
    }
    let words = |secs: f64| in_plain_words(Part::Payload, "exp", &json!(secs), now).unwrap_or_default();
    assert_eq!(words(-7200.0), "2 h before 1970");
    assert_eq!(words(-1e308), "long before 1970");
    assert_eq!(words(1e308), "beyond the year 9999");
    let milliseconds = "beyond the year 9999; read as milliseconds it would be 2026-01-05T09:00:00Z";
    assert_eq!(words(start as f64 * 1000.0), milliseconds);
    assert_eq!(said("sub", json!(start)), None, "a number is a moment where the standard says so");
}

#[test]
fn short_names_are_told_in_words() {
    let said = |part, name: &str, value: Value| in_plain_words(part, name, &value, LabTime::START);
    assert!(said(Part::Header, "alg", json!("HS256")).is_some_and(|said| said.starts_with("HMAC with SHA-256")));
    assert_eq!(said(Part::Header, "alg", json!("nOnE")).as_deref(), Some("not signed at all"));
    assert_eq!(said(Part::Header, "alg", json!("XS1")), None);
    assert_eq!(said(Part::Header, "typ", json!("application/at+jwt")).as_deref(), Some("an access token (RFC 9068)"));
    assert_eq!(said(Part::Payload, "amr", json!(["pwd", "otp"])).as_deref(), Some("a password, a one-time password"));
    assert_eq!(said(Part::Payload, "amr", json!(["pwd", "xyz"])), None, "half a list would mislead");
    assert!(said(Part::Payload, "cnf", json!({"jkt": "x"})).is_some_and(|said| said.contains("DPoP")));
    assert!(said(Part::Payload, "exp", json!(1_767_603_660)).is_some_and(|said| said.ends_with("in 1 min")));
}
