//! What people paste, and what it is taken for.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::*;
use crate::inspect::decode::Part;

/// RFC 7515 appendix A.1.
const JWS: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The header, vector and tag of RFC 7516 appendix A.1, the rest shortened.
const JWE: &str = "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFg.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6ji.XFBoMYUZodetZdvTiFvSkQ";
const ID: &str = "k3JfQm9xV2t2c1pRb0hZd1RuZ0x4YlE5YVE";

/// Every find as its place and its kind.
fn seen(text: &str) -> Vec<(Option<String>, &'static str)> {
    recognise(text).into_iter().map(|found| (found.place, found.what.kind())).collect()
}

/// The only find, which stands alone.
fn alone_is(text: &str, kind: &str) -> Found {
    let mut found = recognise(text);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    assert_eq!((found[0].place.as_deref(), found[0].what.kind()), (None, kind), "{text}: {found:?}");
    found.remove(0)
}

#[test]
fn a_token_is_found_as_people_paste_it() {
    let broken = format!("{}\n  {}\r\n  {}", &JWS[..30], &JWS[30..90], &JWS[90..]);
    for text in [
        JWS,
        &format!(" {JWS}\n"),
        &format!("\"{JWS}\""),
        &format!("'{JWS}'"),
        &format!("Bearer {JWS}"),
        &format!("bearer {JWS}"),
        &format!("\u{feff}{JWS}"),
        &broken,
        &format!("Bearer%20{JWS}"),
        &format!("`Bearer {JWS}`"),
    ] {
        assert_eq!(alone_is(text, "jwt").text, JWS, "{text}");
    }
}

#[test]
fn a_token_is_found_where_it_stands() {
    let cases = [
        (format!("Authorization: Bearer {JWS}"), "in the header `Authorization`, behind `Bearer`"),
        (format!("authorization: DPoP {JWS}"), "in the header `authorization`, behind `DPoP`"),
        (format!("X-Access-Token: {JWS}"), "in the header `X-Access-Token`"),
        (
            format!("GET / HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer {JWS}\r\n\r\n"),
            "in the header `Authorization`, behind `Bearer`",
        ),
        (format!("https://a.example/cb?state=x&id_token={JWS}&y=z"), "in the query, as `id_token`"),
        (format!("https://a.example/cb#access_token={JWS}"), "in the fragment, as `access_token`"),
        (format!("https://a.example/reset/{JWS}/now"), "from character 25 on"),
        (
            format!("curl -H 'Authorization: Bearer {JWS}' http://a.example/"),
            "in the header `Authorization`, behind `Bearer`",
        ),
        (format!("curl \\\n  -H \"X-Token: {JWS}\""), "in the header `X-Token`"),
        (format!("curl 'http://a.example/?t={JWS}'"), "in the query, as `t`"),
        (format!("curl -d 'assertion={JWS}' http://a.example/"), "as `assertion`"),
        (format!("{{\"access_token\":\"{JWS}\",\"expires_in\":300}}"), "in the member `access_token`"),
        (format!("[{{\"log\":{{\"token\":\"Bearer {JWS}\"}}}}]"), "in the member `token`"),
        (format!("INFO token = \"{JWS}\" accepted"), "from character 15 on"),
        (format!("token%3D{JWS}%26a%3Db"), "as `token`"),
    ];
    for (text, place) in &cases {
        let found = recognise(text);
        let at = found.first().and_then(|one| one.place.as_deref());
        assert_eq!((at, found.len(), found[0].what.kind()), (Some(*place), 1, "jwt"), "{text}: {found:?}");
        assert!(found[0].text.ends_with(JWS), "{text}");
    }
}

#[test]
fn several_are_all_found() {
    let other = JWS.replace("dBjft", "eBjft");
    let text =
        format!("{{\"access_token\":\"{JWS}\",\"refresh_token\":\"{ID}\",\"id_token\":\"{other}\",\"x\":\"{JWS}\"}}");
    let kinds: Vec<_> = seen(&text).into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(kinds, ["jwt", "session-id", "jwt"]);
    assert_eq!(seen(&format!("{JWS}\n{other}")).len(), 2);
    assert_eq!(seen(&format!("first {JWS}, then {other}, then {JWE}")).len(), 3);
    let many: String = (0..300).map(|at| format!("t={}{at} ", &JWS[..JWS.len() - 3])).collect();
    assert!(seen(&many).len() <= MOST_FOUND);
}

#[test]
fn cookie_lines_are_found_with_what_they_carry() {
    let place = |text: &str| Some(text.to_owned());
    let line = format!("Cookie: theme=dark; sid={ID}; at={JWS}");
    let expected = vec![
        (place("in the header `Cookie`"), "cookie"),
        (place("in the cookie `sid`"), "session-id"),
        (place("in the cookie `at`"), "jwt"),
    ];
    assert_eq!(seen(&line), expected);
    assert_eq!(seen(&format!("curl -b 'theme=dark; sid={ID}; at={JWS}' http://a.example/")), expected);
    assert_eq!(seen(&format!("curl http://a.example/ -H 'Cookie: theme=dark; sid={ID}; at={JWS}'")), expected);
    let bare = seen(&format!("theme=dark; sid={ID}"));
    assert_eq!(bare, [(None, "cookie"), (place("in the cookie `sid`"), "session-id")]);
    let set = format!("HTTP/1.1 200 OK\nSet-Cookie: __Host-sid={ID}; Path=/; Secure\nset-cookie: a=1");
    assert_eq!(
        seen(&set),
        [
            (place("in the header `Set-Cookie`"), "set-cookie"),
            (place("in the cookie `__Host-sid`"), "session-id"),
            (place("in the header `Set-Cookie`"), "set-cookie"),
        ]
    );
    assert_eq!(seen("a=1; HttpOnly"), [(None, "set-cookie")]);
    assert_eq!(recognise("Set-Cookie: a=1; Path=/")[0].text, "a=1; Path=/");
    assert_eq!(seen(&format!("Cookie: a=\"{}\"", JWS.replace('.', "%2E")))[1].1, "jwt");
    let broken = format!("Cookie: at={}!", JWS);
    assert!(matches!(
        &recognise(&broken)[1].what,
        Recognised::Malformed(Malformed::Character(Part::Signature, 43, '!'))
    ));
}

#[test]
fn other_kinds_are_named() {
    assert!(
        matches!(alone_is(JWE, "jwe").what, Recognised::Jwe(jwe) if jwe.header["enc"] == "A256GCM" && jwe.lengths[1] == 12)
    );
    alone_is(&format!("Bearer {JWE}"), "jwe");
    assert_eq!(lint_encrypted_ids(JWE), ["rsa-short", "encrypted-not-signed"], "its key is shortened");
    let twice = format!("{}.AA.AA.AA.AA", BASE64_URL_SAFE_NO_PAD.encode(r#"{"enc":"x","enc":"y"}"#));
    assert!(lint_encrypted_ids(&twice).contains(&"duplicate-name"));
    // Five parts are an encrypted token, whatever is wrong with it.
    assert!(lint_encrypted_ids(&format!("{JWS}.AA.AA")).contains(&"enc-missing"));
    let nested = format!(
        "{}.{}.AAAA",
        BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","cty":"JWT"}"#),
        BASE64_URL_SAFE_NO_PAD.encode(JWS)
    );
    let all = recognise(&nested);
    assert_eq!(all.iter().map(|one| one.what.kind()).collect::<Vec<_>>(), ["jws", "jwt"]);
    assert_eq!(all[1].text, JWS);
    let detached =
        format!("{}..{}", JWS.split('.').next().expect("has parts"), JWS.rsplit('.').next().expect("has parts"));
    alone_is(&detached, "jws-detached");
    let parts: Vec<&str> = JWS.split('.').collect();
    let flat = format!(r#"{{"protected":"{}","payload":"{}","signature":"{}"}}"#, parts[0], parts[1], parts[2]);
    let general = format!(
        r#"{{"payload":"{}","signatures":[{{"protected":"{}","signature":"{}"}}]}}"#,
        parts[1], parts[0], parts[2]
    );
    for text in [&flat, &general] {
        assert!(alone_is(text, "jws-json").what.to_string().contains("never written so"));
    }
    alone_is(r#"{"protected":"x","ciphertext":"y","iv":"z","tag":"t"}"#, "jwe-json");
    for (text, version, local) in [
        ("v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIn2.Zm9vdGVy", 4, false),
        (
            "v2.local.97TTOvgwIxNGvV80XKiGZg_kD3tsXM_-qB4dZGHOeN1cTkgQ4PnW8888l802W8d9AvEGnoNBY3BnqHORy8a5cC8aKpbA0En8XELw2yDk2f1sVODyfnDbi6rEGMY3pSfCbLWMM2oHJxvlEl2XbQ",
            2,
            true,
        ),
    ] {
        assert!(matches!(alone_is(text, "paseto").what, Recognised::Paseto(p) if p == Paseto { version, local }));
    }
    alone_is(r#"{"kty":"EC","crv":"P-256"}"#, "key");
    alone_is(r#"{"keys":[]}"#, "key");
    alone_is("-----BEGIN PUBLIC KEY-----\nMIG\n-----END PUBLIC KEY-----", "key");
    let no_claims = format!("{}.{}.{}", parts[0], BASE64_URL_SAFE_NO_PAD.encode("hello"), parts[2]);
    alone_is(&no_claims, "jws");
}

#[test]
fn sealed_records_are_told_by_their_shape() {
    // As the bank seals: a nonce, the record and its tag.
    let octets: Vec<u8> = (0..180_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let ours = BASE64_URL_SAFE_NO_PAD.encode(&octets);
    let laravel = base64::prelude::BASE64_STANDARD.encode(r#"{"iv":"a","value":"b","mac":"c","tag":""}"#);
    let flask =
        format!("{}.Zxyzvw.{}", BASE64_URL_SAFE_NO_PAD.encode(r#"{"user":1}"#), BASE64_URL_SAFE_NO_PAD.encode([7; 20]));
    let rails = format!("{}--{}--{}", "Qm".repeat(30), "aWRpdmlkaXZpZGl2", "dGFndGFndGFndGFndGFndA==");
    for (text, readable) in [
        (ours.as_str(), false),
        ("Fe26.2**a*b*c*d*e*f", false),
        ("CfDJ8NqlVxTbHr", false),
        (&laravel, false),
        (&rails, false),
        (&flask, true),
        ("s:4fJzRZ8T8vV.xQd3", true),
    ] {
        let found = alone_is(text, "sealed");
        assert!(matches!(found.what, Recognised::Sealed(sealed) if sealed.readable == readable), "{text}: {found:?}");
    }
}

#[test]
fn an_id_is_measured_in_words() {
    for (text, said) in [
        (ID, "can't be guessed if they are random"),
        ("5f4dcc3b5aa765d61d8327deb882cf99", "at most 128 random bits, so it can't"),
        ("8fd6a3c0-1f2b-4c4e-9f0a-6d2f8c1b7a55", "at most 122 random bits"),
        ("1b4e28ba-2fa1-11d2-883f-0016d3cca427", "counter or a moment"),
        ("1767603600000123", "counter or a moment"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "can be guessed"),
        ("5f4dcc3b5aa765d6", "at most 64 random bits"),
    ] {
        let found = alone_is(text, "session-id");
        assert!(found.what.to_string().contains(said), "{text}: {}", found.what);
    }
}

#[test]
fn what_is_nothing_says_which_part_which_character_and_why() {
    let cases = [
        ("", "there is nothing in it"),
        ("   \n", "there is nothing in it"),
        ("hello", "1 part between dots"),
        ("hello world, how are you", "1 part between dots"),
        ("eyJhbGciOiJIUzI1NiJ9", "1 part between dots"),
        ("eyJhbGciOiJIUzI1NiJ9.e30", "2 parts between dots"),
        ("eyJhbGciOiJIUzI1NiJ9.e3!0.c2ln", "payload: character 3 of it is '!'"),
        ("eyJhbGciOiJIUzI1NiJ9.e30.c2ln\0", "signature: character 5 of it is '\\0'"),
        ("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2l\u{202e}n", "signature: character 4 of it is '\\u{202e}'"),
        ("eyJhbGciOiJIUzI1NiJ9.e30.c", "signature: 1 characters are the length"),
        ("eyJhbGciOiJIUzI1Ni.e30.c2ln", "header: this is not JSON"),
        ("W10.e30.c2ln", "header: this is JSON and no object"),
        ("a.b.c.d.e", "header: 1 characters"),
        ("e30.e30 .e30.e30.e30", "an encrypted one of five names `enc`"),
        ("{\"a\":1}", "no token, cookie or id"),
        ("{\"a\":", "begins like JSON and is none"),
    ];
    for (text, said) in cases {
        let found = recognise(text);
        assert!(matches!(found[0].what, Recognised::Malformed(_)) && found.len() == 1, "{text:?}: {found:?}");
        assert!(found[0].what.to_string().contains(said), "{text:?}: {}", found[0].what);
    }
    // What is stuck to a token is not cut off to make it one.
    for text in [
        format!("{JWS}!"),
        format!("{JWS};"),
        format!("{JWS}.e30"),
        format!("x{JWS}"),
        format!("{JWS}/../"),
        format!("={JWS}"),
        format!("\"{JWS}"),
        format!(" ;{JWS}\n"),
        JWS.replacen('J', "=", 1),
    ] {
        let found = recognise(&text);
        let same = found[0].token().is_some_and(|jws| decode::compact(&jws.signing_input, &jws.signature) == JWS);
        assert!(!same, "{text}: {found:?}");
    }
}

#[test]
fn no_text_takes_long_or_brings_it_down() {
    let cases = [
        "%25".repeat(300_000),
        "a=".repeat(500_000),
        "cookie:a\n".repeat(100_000),
        "e30.e30.e30 ".repeat(100_000),
        format!("curl {}", "-H ".repeat(300_000)),
        "{".repeat(1_000_000),
        "[".repeat(1_000_000),
        "\"".repeat(1_000_000),
        ".".repeat(1_000_000),
        ";".repeat(1_000_000),
        "=;".repeat(500_000),
        "é".repeat(400_000),
        "--".repeat(500_000),
        "curl \\".to_owned(),
        "curl '".to_owned(),
        "%".to_owned(),
        "%é".to_owned(),
        "s:.".to_owned(),
        "v4.public.".to_owned(),
        "é:é".to_owned(),
        format!("[{}1]", "\"e30.e30.e30\",".repeat(100_000)),
    ];
    for text in &cases {
        let found = recognise(text);
        assert!(!found.is_empty() && found.len() <= MOST_FOUND);
        assert!(!format!("{found:?}").is_empty());
    }
    let large = format!(
        "{}.{}.{}",
        BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#),
        BASE64_URL_SAFE_NO_PAD.encode(format!("{{\"a\":\"{}\"}}", "x".repeat(1_000_000))),
        "c2ln"
    );
    alone_is(&large, "jwt");
    assert_eq!(seen(&"a".repeat(MOST_OCTETS + 1)), [(None, "malformed")]);
}

fn lint_encrypted_ids(text: &str) -> Vec<&'static str> {
    let Recognised::Jwe(jwe) = alone_is(text, "jwe").what else { panic!("{text}") };
    crate::inspect::lint::lint_encrypted(&jwe).iter().map(|finding| finding.id).collect()
}
