//! Times, audience, issuer and type.

use serde_json::json;

use super::*;
use crate::inspect::verify::claims::State;

/// The lab's time starts at this second.
const NOW: i64 = 1_767_603_600;

fn checked(payload: &str, change: impl Fn(&mut Expect)) -> Verdict {
    with_header(r#"{"alg":"HS256"}"#, payload.as_bytes(), change)
}

fn with_header(header: &str, payload: &[u8], change: impl Fn(&mut Expect)) -> Verdict {
    let token = Pair::Secret(b"secret".to_vec()).signed("HS256", header, payload);
    let mut expect = Expect::at(LabTime::START);
    change(&mut expect);
    let verdict = verify(&decode(&token).expect("is a token"), &Keys::secret("secret"), &expect);
    assert_eq!(verdict.signature.valid, Some(true), "a signature is one, whatever it is under");
    assert_eq!(verdict.stands(), verdict.refused.is_empty());
    verdict
}

fn state(payload: &Value, leeway_secs: u64) -> (State, Vec<String>) {
    let verdict = checked(&payload.to_string(), |expect| expect.leeway_secs = leeway_secs);
    (verdict.times.state, verdict.refused.into_iter().map(|refused| refused.claim).collect())
}

#[test]
fn a_token_ends_on_its_instant_and_begins_on_it() {
    for (payload, leeway, expected, refused) in [
        (json!({}), 0, State::NoExpiry, ""),
        (json!({ "iat": NOW + 9000 }), 0, State::NoExpiry, ""),
        (json!({ "exp": NOW + 1 }), 0, State::Valid, ""),
        (json!({ "exp": NOW }), 0, State::Expired, "exp"),
        (json!({ "exp": NOW as f64 + 0.5 }), 0, State::Valid, ""),
        (json!({ "exp": NOW as f64 - 0.5 }), 0, State::Expired, "exp"),
        (json!({ "exp": NOW - 59 }), 60, State::Valid, ""),
        (json!({ "exp": NOW - 60 }), 60, State::Expired, "exp"),
        (json!({ "exp": 0 }), 0, State::Expired, "exp"),
        (json!({ "nbf": NOW }), 0, State::NoExpiry, ""),
        (json!({ "nbf": NOW + 1 }), 0, State::NotYet, "nbf"),
        (json!({ "nbf": NOW + 60, "exp": NOW + 99 }), 60, State::Valid, ""),
        (json!({ "nbf": NOW + 61, "exp": NOW + 99 }), 60, State::NotYet, "nbf"),
        (json!({ "nbf": NOW + 9, "exp": NOW - 9 }), 0, State::Expired, "exp nbf"),
    ] {
        let (found, claims) = state(&payload, leeway);
        assert_eq!((found, claims.join(" ").as_str()), (expected, refused), "{payload}");
    }
    let verdict = checked(r#"{"exp":1300819380,"iat":1300819000.25}"#, |expect| {
        expect.at = LabTime::from_secs(1_300_819_379);
    });
    assert!(verdict.stands());
    assert_eq!(verdict.times.issued, Some(1_300_819_000.25));
    assert_eq!(verdict.times.expires, Some(1_300_819_380.0));
}

/// CVE-2026-25537: a time of another type was taken for none.
#[test]
fn what_is_no_time_is_refused() {
    for name in ["exp", "nbf", "iat"] {
        for value in
            [json!("1767607200"), json!("9999999999"), json!(true), json!(null), json!([NOW + 9]), json!({ "t": 1 })]
        {
            let (found, claims) = state(&json!({ name: value }), 0);
            assert_eq!((found, claims), (State::Unreadable, vec![name.to_owned()]), "{value}");
        }
    }
    let (_, claims) = state(&json!({ "exp": "x", "nbf": "y", "iat": "z" }), 86_400);
    assert_eq!(claims, ["exp", "nbf", "iat"]);
}

/// RFC 7519 section 2: a NumericDate is any JSON number.
#[test]
fn any_number_is_a_time() {
    let early = [json!(-1), json!(-0.5), json!(-1e308), json!(i64::MIN), json!(0), json!(-0.0), json!(1e-9)];
    let late =
        [json!(u64::MAX), json!(1e308), json!(253_402_300_800_u64), json!((NOW + 9) * 1000), json!(NOW as f64 + 1e-3)];
    for (times, exp, nbf) in [(&early[..], State::Expired, State::NoExpiry), (&late, State::Valid, State::NotYet)] {
        for secs in times {
            assert_eq!(state(&json!({ "exp": secs }), 0).0, exp, "{secs}");
            assert_eq!(state(&json!({ "nbf": secs }), 0).0, nbf, "{secs}");
            assert_eq!(state(&json!({ "iat": secs }), 0), (State::NoExpiry, Vec::new()), "{secs}");
        }
    }
    assert_eq!(state(&json!({ "exp": 1e308 }), 86_400).0, State::Valid, "no sum is too large");
}

#[test]
fn who_it_is_about_is_a_text() {
    for name in ["sub", "jti"] {
        for value in [json!(1), json!(null), json!([]), json!({})] {
            assert_eq!(state(&json!({ name: value }), 0).1, [name], "{value}");
        }
        assert!(state(&json!({ name: "" }), 0).1.is_empty());
    }
}

#[test]
fn the_audience_has_to_be_the_reader() {
    let aud = |payload: Value, own: &[&str]| {
        let verdict = checked(&payload.to_string(), |expect| {
            expect.audience = own.iter().map(|own| (*own).to_owned()).collect();
        });
        verdict.refused.into_iter().map(|refused| format!("{}: {}", refused.claim, refused.why)).collect::<Vec<_>>()
    };
    for (payload, own) in [
        (json!({ "aud": "bank" }), vec!["bank"]),
        (json!({ "aud": ["shop", "bank"] }), vec!["bank"]),
        (json!({ "aud": "bank" }), vec!["shop", "bank"]),
        (json!({ "aud": "bank" }), vec![]),
        (json!({ "aud": [] }), vec![]),
        (json!({}), vec![]),
    ] {
        assert_eq!(aud(payload.clone(), &own), Vec::<String>::new(), "{payload}");
    }
    for (payload, own, why) in [
        (json!({ "aud": "bank" }), vec!["Bank"], r#"aud: is "bank", and "Bank" is expected"#),
        (json!({ "aud": "bank.example" }), vec!["bank"], r#"aud: is "bank.example", and "bank" is expected"#),
        (json!({ "aud": ["a", "b"] }), vec!["c", "d"], r#"aud: is "a" or "b", and "c" or "d" is expected"#),
        (json!({ "aud": [] }), vec!["c"], r#"aud: is an empty list, and "c" is expected"#),
        (json!({}), vec!["c"], r#"aud: there is none, and "c" is expected"#),
        (json!({ "aud": 7 }), vec![], "aud: is a number, and not a text or a list of them"),
        (json!({ "aud": { "a": "c" } }), vec!["c"], "aud: is an object, and not a text or a list of them"),
        (json!({ "aud": ["c", 7] }), vec!["c"], "aud: has something in its list that is no text"),
        (json!({ "aud": null }), vec![], "aud: is null, and not a text or a list of them"),
    ] {
        assert_eq!(aud(payload.clone(), &own), [why], "{payload}");
    }
}

#[test]
fn the_issuer_is_compared_octet_by_octet() {
    let iss = |payload: Value| {
        let verdict = checked(&payload.to_string(), |expect| expect.issuer = Some("https://a.example".to_owned()));
        verdict.refused.first().map(|refused| refused.why.clone())
    };
    assert_eq!(iss(json!({ "iss": "https://a.example" })), None);
    for other in [json!("https://a.example/"), json!("HTTPS://a.example"), json!(["https://a.example"]), json!(null)] {
        assert!(iss(json!({ "iss": other })).is_some(), "{other}");
    }
    assert_eq!(iss(json!({})).as_deref(), Some(r#"there is none, and "https://a.example" is expected"#));
    assert!(!checked(r#"{"iss":7}"#, |_| {}).stands(), "an issuer is a text even where none is expected");
}

/// RFC 8725 section 3.11 and RFC 7515 section 4.1.9.
#[test]
fn a_type_is_compared_as_a_media_type() {
    let typ = |header: &str, expected: &str| {
        with_header(header, b"{}", |expect| expect.typ = Some(expected.to_owned())).stands()
    };
    for (own, expected) in [
        ("at+jwt", "at+jwt"),
        ("AT+JWT", "at+jwt"),
        ("application/at+jwt", "at+jwt"),
        ("at+jwt", "application/at+jwt"),
        ("JWT", "jwt"),
    ] {
        assert!(typ(&format!(r#"{{"alg":"HS256","typ":"{own}"}}"#), expected), "{own}");
    }
    for (own, expected) in
        [("JWT", "at+jwt"), ("at+jwt", "JWT"), ("text/at+jwt", "at+jwt"), ("application/a/b", "a/b"), ("", "JWT")]
    {
        assert!(!typ(&format!(r#"{{"alg":"HS256","typ":"{own}"}}"#), expected), "{own}");
    }
    assert!(!typ(r#"{"alg":"HS256"}"#, "JWT"), "none is another");
}

#[test]
fn anything_may_be_signed_but_claims_that_were_promised_have_to_be_there() {
    let plain = r#"{"alg":"HS256"}"#;
    let jwt = r#"{"alg":"HS256","typ":"JWT"}"#;
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500));
    for (header, payload, stands) in [
        (plain, &b"hello"[..], true),
        (plain, b"", true),
        (plain, b"[1,2]", true),
        (plain, b"\xff\xfe", true),
        (plain, b"{\"exp\":1e999}", false),
        (plain, b" {not json", true),
        (plain, b"{", true),
        (plain, b"{\"sub\":\"u1\"", true),
        (plain, b"{\"exp\":NaN}", false),
        (plain, b"{\"exp\":-Infinity}", false),
        (plain, b"{\"sub\":\"u1\"}}", false),
        (plain, b"{\"sub\":\"u1\",}", false),
        (plain, b"{\"sub\":\"\\ud800\"}", false),
        (plain, b"{\"sub\":\"\x01\"}", false),
        (jwt, b" {not json", false),
        (plain, deep.as_bytes(), false),
        (jwt, b"hello", false),
        (jwt, b"[1]", false),
        (jwt, b"{}", true),
        (r#"{"alg":"HS256","typ":"at+jwt"}"#, b"", false),
        (r#"{"alg":"HS256","typ":"JWT","cty":"JWT"}"#, b"e30.e30.", true),
    ] {
        let verdict = with_header(header, payload, |_| {});
        assert_eq!(verdict.stands(), stands, "{header} {}: {verdict:?}", String::from_utf8_lossy(payload));
        assert_eq!(verdict.times.state, State::NoExpiry);
    }
    let asked = with_header(plain, b"hello", |expect| expect.audience = vec!["bank".to_owned()]);
    assert_eq!(asked.refused[0].claim, "payload");
    let twice = checked(r#"{"role":"user","role":"admin"}"#, |_| {});
    assert_eq!(twice.refused[0].claim, "role");
}
