//! Looking: a text taken apart and checked, as data that a page can draw without any work of its own.

use std::sync::Arc;

use lockstep_shared::clock::LabTime;
use serde_json::{Value, json};

use super::asked::{Against, CookieAsked, KeyGiven, Subject};
use super::tree::{self, short};
use super::{CookieView, Encrypted, Inside, Item, Looked, Part, Token, What};
use crate::browser::octets;
use crate::inspect::cookies::{self, take_apart};
use crate::inspect::crack::Target;
use crate::inspect::decode::{self, Jws, Malformed, Object};
use crate::inspect::keys::{BadKey, Keys, Material};
use crate::inspect::lint::{KeyFacts, lint, lint_encrypted};
use crate::inspect::nested::{self, Inner};
use crate::inspect::plain::{visible, visible_lines};
use crate::inspect::recognise::{Found, Jwe, Recognised, recognise};
use crate::inspect::verify::{self, Expect, verify};
use crate::state::command::Side;

/// More of a part than this is not shown: nobody reads it, and laying it out takes time.
const LONGEST_PART: usize = 24_000;
/// Characters of a part of a token that are shown as they went over the wire.
const LONGEST_SHOWN: usize = 480;

/// Everything that an answer depends on.
#[derive(Clone)]
pub(crate) struct Question {
    pub(crate) subject: Subject,
    pub(crate) pick: usize,
    pub(crate) key: KeyGiven,
    pub(crate) cookie: CookieAsked,
    pub(crate) against: Against,
    /// Whether there is something to go back to.
    pub(crate) before: bool,
}

/// Answers it; an error says why the key is none.
pub(crate) fn look(question: &Question, number: u64, now: LabTime) -> Result<Looked, BadKey> {
    let found = recognise(&question.subject.text);
    let pick = question.pick.min(found.len().saturating_sub(1));
    let items = found.iter().map(|one| Item { words: one.what.to_string(), place: one.place.clone() }).collect();
    let keys = keys(&question.key)?;
    // What can't be read is refused before it comes so far.
    let expect = question.against.expect(now).unwrap_or_else(|_| Expect::at(now));
    let (credential, words, what): (Arc<str>, _, _) = match found.get(pick) {
        Some(one) => (one.text.as_str().into(), one.what.to_string(), what(one, question, &keys, &expect)),
        None => ("".into(), String::new(), What::Malformed("there is nothing in it".to_owned())),
    };
    Ok(Looked {
        number,
        origin: question.subject.origin.clone(),
        found: items,
        pick,
        shown: shown(&credential, &what),
        credential,
        words: visible(&words).into_owned(),
        what,
        key: told(&question.key, &keys),
        against: question.against.clone(),
        at: question.against.moment().ok().flatten(),
        leeway_secs: expect.leeway_secs,
        is_key: matches!(found.get(pick), Some(Found { what: Recognised::Key(_), .. })),
        before: question.before,
    })
}

/// The parts of a token, or all of anything else.
fn shown(credential: &str, what: &What) -> Vec<String> {
    match what {
        What::Token(_) | What::Encrypted(_) => credential.split('.').map(shortened).collect(),
        _ => vec![shortened(credential)],
    }
}

/// The beginning and the end of what is too long to be read.
fn shortened(part: &str) -> String {
    let count = part.chars().count();
    if count <= LONGEST_SHOWN {
        return visible(part).into_owned();
    }
    let head: String = part.chars().take(LONGEST_SHOWN * 3 / 4).collect();
    let tail: String = part.chars().skip(count - LONGEST_SHOWN / 4).collect();
    format!("{} … {} more … {}", visible(&head), count - LONGEST_SHOWN, visible(&tail))
}

fn keys(given: &KeyGiven) -> Result<Keys, BadKey> {
    match given {
        KeyGiven::None => Ok(Keys::none()),
        KeyGiven::Secret(text) => Ok(Keys::secret(text)),
        KeyGiven::SecretBase64url(text) => Keys::secret_base64url(text),
        KeyGiven::File(text) => Keys::read(text.as_bytes()),
        KeyGiven::Lane(_, set) => Keys::jwks(set),
    }
}

/// The key in words.
fn told(given: &KeyGiven, keys: &Keys) -> Option<String> {
    let kinds = || {
        let mut kinds: Vec<String> = keys.all.iter().map(|key| key.material.kind()).collect();
        kinds.dedup();
        kinds.join(", ")
    };
    let count = keys.all.len();
    Some(match given {
        KeyGiven::None => return None,
        KeyGiven::Secret(text) => format!("A secret of {}", octets_of(text.len())),
        KeyGiven::SecretBase64url(_) => match keys.all.first().map(|key| &key.material) {
            Some(Material::Secret(secret)) => format!("A secret of {}", octets_of(secret.len())),
            _ => "A secret".to_owned(),
        },
        KeyGiven::File(_) if keys.set => format!("A set of {count} keys: {}", kinds()),
        KeyGiven::File(_) => format!("A key: {}", kinds()),
        KeyGiven::Lane(side, _) => {
            let side = if *side == Side::Left { "left" } else { "right" };
            let named = keys.all.first().and_then(|key| key.kid.as_deref()).filter(|_| count == 1);
            let kid = named.map(|kid| format!(", kid {}", short(kid))).unwrap_or_default();
            let these = if count == 1 { "key" } else { "keys" };
            format!("The {side} lane's public {these}: {}{kid}", kinds())
        }
    })
}

fn octets_of(count: usize) -> String {
    if count == 1 { "1 octet".to_owned() } else { format!("{count} octets") }
}

fn what(found: &Found, question: &Question, keys: &Keys, expect: &Expect) -> What {
    match &found.what {
        Recognised::Jws(jws) | Recognised::Detached(jws) => What::Token(Box::new(token(jws, keys, expect))),
        Recognised::Jwe(jwe) => What::Encrypted(Box::new(encrypted(jwe))),
        Recognised::SetCookie => What::SetCookie(Box::new(set_cookie(&found.text, &question.cookie, expect.at))),
        Recognised::Cookie => match take_apart(&line(&found.text, "Cookie")) {
            Some(pairs) => What::Cookies(Box::new(pairs)),
            None => What::Malformed("this is no Cookie line".to_owned()),
        },
        Recognised::Malformed(why) => What::Malformed(visible(&why.to_string()).into_owned()),
        other => What::Named(more(other)),
    }
}

/// What else is to be said of something that has a name and no inside.
fn more(what: &Recognised) -> Vec<String> {
    let said = match what {
        Recognised::SessionId(_) => {
            "Nothing can be read in it: whoever holds it is let in for as long as the server \
                                     keeps a record under it. To end it, the record is deleted"
        }
        Recognised::Sealed(_) => "Whether its seal holds only the server's own key can tell",
        Recognised::Json(_) => "Servers take the compact form: three parts with dots between them",
        Recognised::Paseto(_) => "A format of its own; nothing in this lab issues it or checks it",
        Recognised::Key(_) => "A key is no credential: use it to check the token that was here before, or the next one",
        _ => return Vec::new(),
    };
    vec![said.to_owned()]
}

/// A header line with its name in front.
fn line(text: &str, name: &str) -> Vec<u8> {
    let has_name = text.split(':').next().is_some_and(|start| start.trim().eq_ignore_ascii_case(name));
    if has_name { text.as_bytes().to_vec() } else { format!("{name}: {text}").into_bytes() }
}

fn set_cookie(text: &str, asked: &CookieAsked, now: LabTime) -> CookieView {
    let question = json!({
        "set_cookie": [octets::from_bytes(text.as_bytes())],
        "url": asked.url,
        "then": asked.then,
        "initiator": Some(asked.initiator.trim()).filter(|page| !page.is_empty()),
        "method": Some(asked.method.trim()).filter(|method| !method.is_empty()),
        "kind": asked.kind,
        "explain": true,
    });
    let report = cookies::ask(&question, now).map(|(question, explain)| cookies::report(&question, explain));
    CookieView { asked: asked.clone(), report }
}

fn encrypted(jwe: &Jwe) -> Encrypted {
    Encrypted {
        header: tree::rows(decode::Part::Header, &jwe.header).0,
        signature: verify::encrypted(jwe, false),
        findings: lint_encrypted(jwe),
        oddities: odd(&jwe.oddities),
        lengths: jwe.lengths,
    }
}

fn odd(oddities: &[decode::Oddity]) -> Vec<String> {
    oddities.iter().map(|oddity| visible(&oddity.to_string()).into_owned()).collect()
}

/// The token in the payload, one level down.
fn inside(inner: &Result<Inner, Malformed>) -> Inside {
    let inner = match inner {
        Ok(inner) => inner,
        Err(why) => {
            let words =
                format!("The header says that a token is inside, and there is none: {}", visible(&why.to_string()));
            return Inside { words, header: None, payload: None };
        }
    };
    let deeper = match inner.deeper {
        0 => String::new(),
        1 => ". It holds another one".to_owned(),
        deeper => format!(". It holds another, and so on: {deeper} more"),
    };
    let (header, payload) = match &inner.what {
        Recognised::Jws(jws) => (Some(header_of(jws)), Some(payload_of(jws, None))),
        Recognised::Jwe(jwe) => (Some(part(decode::Part::Header, &written(&jwe.header), Ok(&jwe.header))), None),
        _ => (None, None),
    };
    Inside { words: format!("{}{deeper}", inner.what), header, payload }
}

fn written(object: &Object) -> Vec<u8> {
    serde_json::to_vec(object).unwrap_or_default()
}

fn header_of(jws: &Jws) -> Part {
    let header = jws.signing_input.split('.').next().unwrap_or_default();
    let header = decode::octets(decode::Part::Header, header, &mut Vec::new()).unwrap_or_default();
    part(decode::Part::Header, &header, Ok(&jws.header))
}

/// The payload, with why it has no claims where that has a better reason than that it is no JSON.
fn payload_of(jws: &Jws, why: Option<&str>) -> Part {
    match jws.claims() {
        Ok(claims) => part(decode::Part::Payload, &jws.payload, Ok(&claims)),
        Err(none) => {
            part(decode::Part::Payload, &jws.payload, Err(why.map_or_else(|| none.to_string(), str::to_owned)))
        }
    }
}

fn token(jws: &Jws, keys: &Keys, expect: &Expect) -> Token {
    let verdict = verify(jws, keys, expect);
    // What the clock decides is said as the page is drawn.
    let by_clock = |claim: &str, why: &str| {
        (claim == "exp" && why == "the token has expired") || (claim == "nbf" && why == "the token is not valid yet")
    };
    let mut refused = verdict.refused;
    refused.retain(|refusal| !by_clock(&refusal.claim, &refusal.why));
    let facts = keys.all.first().map_or(KeyFacts::default(), |key| match &key.material {
        Material::Secret(secret) => KeyFacts { secret: Some(secret), rsa_bits: None },
        Material::Rsa { n, .. } => KeyFacts { secret: None, rsa_bits: Some(n.len() * 8) },
        _ => KeyFacts::default(),
    });
    let inner = nested::of(jws);
    let why = matches!(inner, Some(Ok(_))).then_some("it is a token itself, which stands below");
    Token {
        signature: verdict.signature,
        times: verdict.times,
        refused,
        findings: lint(jws, facts, expect.at),
        header: header_of(jws),
        payload: payload_of(jws, why),
        inside: inner.as_ref().map(inside),
        oddities: odd(&jws.oddities),
        signature_octets: jws.signature.len(),
        uncrackable: Target::of(jws).err().map(|why| visible(&why.to_string()).into_owned()),
    }
}

fn part(part: decode::Part, octets: &[u8], object: Result<&Object, String>) -> Part {
    let raw = cut(&visible(&String::from_utf8_lossy(octets)));
    match object {
        Ok(object) => {
            let (rows, left_out) = tree::rows(part, object);
            let pretty = serde_json::to_string_pretty(&Value::Object(object.clone())).unwrap_or_default();
            let is_cut = pretty.len() > LONGEST_PART;
            Part { rows, left_out, raw, pretty: Some(cut(&visible_lines(&pretty))), none: None, is_cut }
        }
        Err(why) => {
            Part { raw, is_cut: octets.len() > LONGEST_PART, none: Some(visible(&why).into_owned()), ..Part::default() }
        }
    }
}

/// As much as is shown of a long text.
fn cut(text: &str) -> Arc<str> {
    if text.len() <= LONGEST_PART {
        return text.into();
    }
    let end = (0..=LONGEST_PART).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    format!("{}…\n{} octets more", &text[..end], text.len() - end).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::inspecting::Origin;

    /// RFC 7515 appendix A.1.
    const RFC: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const SECRET: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

    fn looked(text: &str, key: KeyGiven) -> Looked {
        let subject = Subject { text: text.into(), origin: Origin::default() };
        let question = Question {
            subject,
            pick: 0,
            key,
            cookie: CookieAsked::default(),
            against: Against::default(),
            before: false,
        };
        look(&question, 1, LabTime::START).expect("the key can be read")
    }

    #[test]
    fn a_token_is_taken_apart_and_checked() {
        let looked = looked(&format!("Authorization: Bearer {RFC}"), KeyGiven::SecretBase64url(SECRET.to_owned()));
        assert_eq!((&*looked.credential, looked.found.len()), (RFC, 1));
        assert!(looked.found[0].place.as_deref().is_some_and(|place| place.contains("Authorization")));
        assert_eq!(looked.key.as_deref(), Some("A secret of 64 octets"));
        let token = looked.token().expect("is a token");
        assert_eq!(token.signature.valid, Some(true));
        assert!(token.refused.is_empty(), "that it has expired is told by the clock: {:?}", token.refused);
        assert_eq!(token.times.expires, Some(1_300_819_380.0));
        let names: Vec<&str> = token.payload.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["iss", "exp", "http://example.com/is_root"]);
        assert!(token.payload.rows[1].moment.is_some());
        assert!(token.header.raw.contains("\\r\\n"), "as it was signed: {}", token.header.raw);
    }

    #[test]
    fn a_bad_key_is_no_verdict() {
        let subject = Subject::pasted(RFC);
        let key = KeyGiven::File("nonsense".to_owned());
        let question = Question {
            subject,
            pick: 0,
            key,
            cookie: CookieAsked::default(),
            against: Against::default(),
            before: false,
        };
        assert!(look(&question, 1, LabTime::START).is_err());
    }

    #[test]
    fn everything_that_can_be_pasted_is_shown() {
        let check = |text: &str, fits: fn(&What) -> bool| {
            let looked = looked(text, KeyGiven::None);
            assert!(fits(&looked.what), "{text}: {}", looked.words);
        };
        check(
            "Set-Cookie: sid=k3JfpQzV0nTb6yHcWm4RsLd8; Path=/",
            |what| matches!(what, What::SetCookie(view) if view.report.as_ref().is_ok_and(|report| report.stored.len() == 1)),
        );
        check("Cookie: a=b; c=d", |what| matches!(what, What::Cookies(pairs) if pairs.cookies.len() == 2));
        check("k3JfpQzV0nTb6yHcWm4RsLd8XeUa1GiOoNqZ9aQ", |what| matches!(what, What::Named(_)));
        check("eyJhbGciOi!.e30.x", |what| matches!(what, What::Malformed(why) if why.contains("header")));
        check("", |what| matches!(what, What::Malformed(_)));
    }

    /// Nobody waits for long, and nothing that is shown is long.
    #[test]
    fn what_is_huge_is_cut() {
        use base64::Engine as _;
        let encode = |text: &str| base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(text);
        let members: Vec<String> = (0..60_000).map(|at| format!("\"claim{at}\":\"\u{202e}value\"")).collect();
        let text = format!("{}.{}.AAAA", encode(r#"{"alg":"HS256"}"#), encode(&format!("{{{}}}", members.join(","))));
        assert!(text.len() > 1_000_000);
        let looked = looked(&text, KeyGiven::None);
        let token = looked.token().expect("is a token");
        assert_eq!(token.payload.rows.len() + token.payload.left_out, 60_000);
        assert!(token.payload.rows.len() < 1000 && token.payload.raw.len() < 30_000);
        assert!(!token.payload.raw.contains('\u{202e}') && token.payload.rows[0].value.contains("\\u{202e}"));
    }
}
