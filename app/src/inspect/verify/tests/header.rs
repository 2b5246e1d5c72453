//! What is refused for its text or its header, whatever the key.

use super::*;
use crate::inspect::decode::compact;

const SECRET: &str = "a secret of thirty-two octets ..";

fn made(header: &str) -> String {
    Pair::Secret(SECRET.as_bytes().to_vec()).signed("HS256", header, r#"{"sub":"ada"}"#)
}

#[test]
fn a_header_that_must_be_refused_is_with_any_key_and_with_none() {
    for (header, why) in [
        ("{}", "the header has no `alg`"),
        (r#"{"alg":null}"#, "`alg` is no text"),
        (r#"{"alg":["HS256"]}"#, "`alg` is no text"),
        (r#"{"alg":""}"#, r#"the alg "" is none that is known"#),
        (r#"{"alg":"none"}"#, "alg none: nothing is signed"),
        (r#"{"alg":"nOnE"}"#, "alg nOnE: nothing is signed"),
        (r#"{"alg":"hs256"}"#, r#"the alg "hs256" is none: it is written HS256, and case counts"#),
        (r#"{"alg":"HS256 "}"#, "is none that is known"),
        (r#"{"alg":"HS1"}"#, "is none that is known"),
        (r#"{"alg":"RSA-OAEP"}"#, "encrypts, and signs nothing"),
        (r#"{"alg":"HS256","alg":"HS256"}"#, r#""alg" stands in it twice"#),
        (r#"{"alg":"HS256","kid":1}"#, "`kid` is no text"),
        (r#"{"alg":"HS256","typ":null}"#, "`typ` is no text"),
        (r#"{"alg":"HS256","crit":[]}"#, "`crit` is no list of names with at least one"),
        (r#"{"alg":"HS256","crit":"exp"}"#, "`crit` is no list of names"),
        (r#"{"alg":"HS256","crit":[1]}"#, "`crit` is no list of names"),
        (r#"{"alg":"HS256","crit":null}"#, "`crit` is no list of names"),
        (r#"{"alg":"HS256","crit":["alg"]}"#, r#"`crit` lists "alg", which is no extension"#),
        (r#"{"alg":"HS256","crit":["x"]}"#, r#"`crit` lists "x", which is not in the header"#),
        (r#"{"alg":"HS256","crit":["x"],"x":1}"#, r#"`crit` lists "x", which is not understood here"#),
        (r#"{"alg":"HS256","crit":["exp"],"exp":1}"#, r#"`crit` lists "exp", which is not understood here"#),
        (r#"{"alg":"HS256","crit":["b64","b64"],"b64":true}"#, "stands in it twice"),
        (r#"{"alg":"HS256","crit":["b64"],"b64":false}"#, "`b64` is false: a payload that is not encoded"),
        (r#"{"alg":"HS256","b64":false}"#, "`b64` is false and `crit` does not say so"),
        (r#"{"alg":"HS256","b64":"true"}"#, "`b64` is neither true nor false"),
    ] {
        let token = made(header);
        for keys in [Keys::secret(SECRET), Keys::none()] {
            let found = why_not(&token, &keys);
            assert!(found.contains(why), "{header}: {found}");
        }
    }
    for header in [
        r#"{"alg":"HS256"}"#,
        r#" { "alg" : "HS256", "zip":1, "x":null } "#,
        r#"{"alg":"HS256","b64":true}"#,
        r#"{"alg":"HS256","crit":["b64"],"b64":true}"#,
        r#"{"alg":"HS256","cty":"x","typ":"JWT","kid":""}"#,
    ] {
        assert_eq!(signature(&made(header), &Keys::secret(SECRET)).0, Some(true), "{header}");
    }
    for (name, octets) in [("ES256K", 64), ("Ed448", 114)] {
        let header = format!(r#"{{"alg":"{name}"}}"#);
        let of = |octets: usize| {
            let input = made(&header).rsplit_once('.').expect("has three parts").0.to_owned();
            compact(&input, &vec![1; octets])
        };
        let (valid, found) = signature(&of(octets), &Keys::none());
        assert!(valid.is_none() && found.contains("is not supported here"), "{found}");
        assert_eq!(signature(&of(octets), &Keys::secret(SECRET)).0, Some(false), "a secret is no key for {name}");
        for wrong in [0, 3, octets - 1] {
            assert_eq!(signature(&of(wrong), &Keys::none()).0, Some(false), "{name} of {wrong} octets");
        }
    }
}

#[test]
fn only_the_very_text_is_the_token() {
    let (keys, token) = (Keys::secret(SECRET), made(r#"{"alg":"HS256"}"#));
    let [header, payload, tag] = token.split('.').collect::<Vec<_>>()[..] else { panic!("has three parts") };
    for text in [
        format!("{header}.{payload}.{tag}="),
        format!("{header}=.{payload}.{tag}"),
        format!("{header}.{payload}==.{tag}"),
        format!("{header}.{payload}. {tag}"),
        format!("{header}.\n{payload}.{tag}"),
        format!("{header}\t.{payload}.{tag}"),
    ] {
        assert!(why_not(&text, &keys).contains("no strict reader"), "{text}");
    }
    // What stands around it where people paste it from is no part of it; programs send it alone.
    for text in [format!("Bearer {token}"), format!("\"{token}\""), format!(" {token}\n")] {
        assert_eq!(signature(&text, &keys).0, Some(true), "{text}");
        let exact = Expect { exact: true, ..Expect::at(LabTime::START) };
        let verdict = verify(&decode(&text).expect("is a token"), &keys, &exact);
        assert!(verdict.signature.why.ends_with("this is not the token alone"), "{text}");
        assert!(!verdict.stands());
    }
    assert!(decode(&format!("{token}\"")).is_err(), "one quote is no wrapping");
}

/// RFC 4648 section 3.5: stray bits at the end of a part give a second text for the same octets.
#[test]
fn no_changed_character_is_accepted() {
    const ALPHABET: &str =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \n\"%~\0\u{e9}\u{200b}";
    let mut changes = 0;
    for pair in Pair::all().into_iter().filter(|pair| !matches!(pair, Pair::Ec("P-384" | "P-521", _))) {
        let (alg, keys) = (pair.algs()[0], jwk(&pair.jwk()));
        let token = pair.token(alg, r#"{"sub":"ada","exp":1767607200,"role":"user"}"#);
        assert!(verdict(&token, &keys).stands());
        for (at, _) in token.char_indices() {
            for with in ALPHABET.chars().filter(|with| !token[at..].starts_with(*with)) {
                let changed = format!("{}{with}{}", &token[..at], &token[at + 1..]);
                if let Ok(jws) = decode(&changed) {
                    let verdict = verify(&jws, &keys, &Expect::at(LabTime::START));
                    assert_eq!(verdict.signature.valid, Some(false), "{changed}");
                }
                changes += 1;
            }
            let without = format!("{}{}", &token[..at], &token[at + 1..]);
            if let Ok(jws) = decode(&without) {
                assert!(!verify(&jws, &keys, &Expect::at(LabTime::START)).stands(), "{without}");
            }
        }
    }
    assert!(changes > 18_000, "{changes}");
}
