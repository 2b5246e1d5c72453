//! What a token is and what none is, and that no text whatever brings the decoder down.

use super::*;

/// RFC 7515 appendix A.1.
const RFC: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn token(header: &str, payload: &str) -> String {
    let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{}", encode(header), encode(payload), encode("sig"))
}

#[test]
fn a_token_of_the_standard_is_read_and_written_back() {
    let jws = decode(RFC).expect("is a token");
    assert_eq!((jws.says("alg"), jws.says("typ"), jws.says("kid")), (Some("HS256"), Some("JWT"), None));
    let claims = jws.claims().expect("are claims");
    assert_eq!(claims.keys().collect::<Vec<_>>(), ["iss", "exp", "http://example.com/is_root"]);
    assert_eq!(compact(&jws.signing_input, &jws.signature), RFC, "not an octet is lost");
    assert!(jws.oddities.is_empty());
}

#[test]
fn members_keep_their_order() {
    let text = token(r#"{"zeta":1,"alg":"HS256","alpha":[2]}"#, r#"{"b":1,"a":2}"#);
    let mut jws = decode(&text).expect("is a token");
    assert_eq!(compact(&signing_input(&jws.header, &jws.payload), &jws.signature), text);
    jws.header.insert("alg".to_owned(), "none".into());
    assert_eq!(jws.header.keys().collect::<Vec<_>>(), ["zeta", "alg", "alpha"], "a change leaves it where it stood");
}

#[test]
fn what_people_paste_is_read() {
    let wrapped = RFC.replace('.', ".\n  ");
    let padded = RFC.replacen('.', "==.", 1);
    let plain = RFC.replace('-', "+").replace('_', "/");
    for text in [&format!("Bearer {RFC}"), &format!(" \"{RFC}\"\n"), &format!("bearer\u{20}{RFC}"), &wrapped, &plain] {
        let jws = decode(text).expect(text);
        assert_eq!(jws.payload, decode(RFC).expect("is a token").payload, "{text}");
    }
    assert_eq!(decode(&padded).expect("is readable").oddities.len(), 1, "padding is noted");
    assert_eq!(decode(&plain).expect("is readable").oddities.len(), 1, "another alphabet is noted");
    let twice = decode(&token(r#"{"alg":"HS256","alg":"none"}"#, r#"{"sub":1,"sub":2}"#)).expect("is readable");
    let name = |part, name: &str| Oddity::Twice(part, name.to_owned());
    assert_eq!(twice.oddities, [name(Part::Header, "alg"), name(Part::Payload, "sub")]);
    // The last character of a 43-character part has two bits to spare: four spellings, one of them right.
    let stray = format!("{}l", &RFC[..RFC.len() - 1]);
    assert_eq!(decode(&stray).expect("is readable").oddities, [Oddity::StrayBits(Part::Signature)]);
}

#[test]
fn what_is_no_token_is_refused_with_the_place() {
    let cases = [
        ("", Malformed::Empty),
        (" \n", Malformed::Empty),
        ("Bearer  ", Malformed::Parts(1)),
        ("a", Malformed::Parts(1)),
        ("a.b", Malformed::Parts(2)),
        ("a.b.c.d.e", Malformed::Parts(5)),
        ("e30.e3!0.", Malformed::Character(Part::Payload, 2, '!')),
        ("e30.e30.\u{202e}", Malformed::Character(Part::Signature, 0, '\u{202e}')),
        ("e30.e30.a", Malformed::Length(Part::Signature, 1)),
        ("=.e30.", Malformed::NotJson(Part::Header, "EOF while parsing a value at line 1 column 0".to_owned())),
        ("W10.e30.", Malformed::NoObject(Part::Header)),
        ("MQ.e30.", Malformed::NoObject(Part::Header)),
    ];
    for (text, why) in cases {
        assert_eq!(decode(text), Err(why), "{text:?}");
    }
    let long = "a".repeat(MOST_OCTETS + 1);
    assert_eq!(decode(&long), Err(Malformed::TooLong(long.len())));
    assert!(Malformed::Parts(5).to_string().ends_with("names `enc` in its header"));
    assert_eq!(decode("e30.W10.").expect("is a token").claims(), Err(Malformed::NoObject(Part::Payload)));
}

/// A generator that gives the same octets in every run (xorshift64).
struct Octets(u64);

impl Octets {
    fn next(&mut self) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 24) as u8
    }

    fn take(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next()).collect()
    }
}

#[test]
fn no_text_brings_it_down() {
    let mut octets = Octets(0x9e37_79b9_7f4a_7c15);
    for round in 0..4000 {
        let length = usize::from(octets.next());
        let noise = octets.take(length);
        let text = String::from_utf8_lossy(&noise);
        assert!(decode(&text).is_err(), "{text:?}");
        // The right alphabet and the right number of parts, with noise in them.
        let three = format!(
            "{}.{}.{}",
            BASE64_URL_SAFE_NO_PAD.encode(&noise),
            BASE64_URL_SAFE_NO_PAD.encode(text.as_bytes()),
            BASE64_URL_SAFE_NO_PAD.encode(&noise)
        );
        assert!(decode(&three).is_err(), "{three}");
        // A real token with one octet replaced: whatever comes out, it is written back or refused.
        let mut damaged = RFC.as_bytes().to_vec();
        damaged[round % RFC.len()] = octets.next();
        if let Ok(jws) = decode(&String::from_utf8_lossy(&damaged)) {
            let _ = jws.claims();
            assert!(!format!("{jws:?}").is_empty());
        }
    }
}

#[test]
fn what_is_large_or_deep_is_refused_or_read_but_never_followed_down() {
    let large = "x".repeat(1_000_000);
    let jws = decode(&token(r#"{"alg":"none"}"#, &format!(r#"{{"sub":"{large}"}}"#))).expect("is a token");
    assert_eq!(jws.claims().expect("are claims")["sub"].as_str().map(str::len), Some(1_000_000));
    assert!(decode(&large).is_err());
    assert!(decode(&".".repeat(1_000_000)).is_err());
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(matches!(decode(&token(&deep, "{}")), Err(Malformed::TooDeep(Part::Header))));
    let jws = decode(&token("{}", &deep)).expect("a payload may be anything");
    assert_eq!(jws.claims(), Err(Malformed::TooDeep(Part::Payload)));
    for hostile in ["\0", "\u{1b}[31m", "{\"alg\":\"\\u0000\"}", "{\"alg\":\"\\ud800\"}", "{\"a\":1e999}", "{} {}"] {
        if let Ok(jws) = decode(&token(hostile, hostile)) {
            assert!(jws.claims().is_ok(), "{hostile}");
        }
    }
}
