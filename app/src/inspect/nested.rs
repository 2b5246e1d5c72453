//! A token within a token (RFC 7519 section 5.2): the payload that is one itself, one level down; what lies deeper is
//! counted.

use super::decode::{Jws, Malformed};
use super::recognise::{self, Recognised};
use super::verify::claims::is_nested;

/// Each level is three quarters of the one around it, so that no token that is read has more.
const DEEPEST: usize = 64;

/// What stands in a payload.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inner {
    /// As it is written.
    pub(crate) text: String,
    /// A signed or an encrypted token, of which nothing is checked.
    pub(crate) what: Recognised,
    /// How many more there are inside of it.
    pub(crate) deeper: usize,
}

/// The token in a payload; an error where the header promises one and there is none. None where nobody speaks of one.
pub(crate) fn of(jws: &Jws) -> Option<Result<Inner, Malformed>> {
    let promised = says_so(jws);
    let text = str::from_utf8(&jws.payload).unwrap_or_default();
    // Any text may have dots in it; a header begins with a brace, and that as base64 with these.
    let looks = text.starts_with("ey") && matches!(text.split('.').count(), 3 | 5);
    if !promised && !looks {
        return None;
    }
    match recognise::token(text) {
        Ok(what) => {
            let deeper = depth(&what);
            Some(Ok(Inner { text: text.to_owned(), what, deeper }))
        }
        Err(why) => promised.then_some(Err(why)),
    }
}

/// Whether the header says that a token is inside.
pub(crate) fn says_so(jws: &Jws) -> bool {
    jws.says("cty").is_some_and(is_nested)
}

fn depth(what: &Recognised) -> usize {
    let mut count = 0;
    let mut inside = next(what);
    while let Some(what) = inside.filter(|_| count < DEEPEST) {
        count += 1;
        inside = next(&what);
    }
    count
}

fn next(what: &Recognised) -> Option<Recognised> {
    let Recognised::Jws(jws) = what else { return None };
    let text = str::from_utf8(&jws.payload).ok().filter(|text| text.starts_with("ey"))?;
    recognise::token(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::decode::{Object, compact, decode, signing_input};

    fn around(inner: &str, header: &str) -> String {
        let header: Object = serde_json::from_str(header).expect("is an object");
        compact(&signing_input(&header, inner.as_bytes()), &[7; 32])
    }

    fn inner(text: &str) -> Option<Result<Inner, Malformed>> {
        of(&decode(text).expect("is a token"))
    }

    const PLAIN: &str = r#"{"alg":"HS256"}"#;
    const SAYS: &str = r#"{"alg":"HS256","cty":"application/JWT"}"#;

    #[test]
    fn one_level_is_shown_and_what_is_deeper_is_counted() {
        let first = around(r#"{"sub":"u1"}"#, PLAIN);
        assert_eq!(inner(&first), None);
        let second = around(&first, SAYS);
        let found = inner(&second).expect("it says so").expect("there is one");
        assert_eq!((found.text.as_str(), found.what.kind(), found.deeper), (first.as_str(), "jwt", 0));
        let unsaid = inner(&around(&first, PLAIN)).expect("it can be seen").expect("there is one");
        assert_eq!(unsaid, found);
        let fourth = around(&around(&second, SAYS), SAYS);
        let found = inner(&fourth).expect("it says so").expect("there is one");
        assert_eq!((found.what.kind(), found.deeper), ("jws", 2));
        let jwe = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA";
        let found = inner(&around(jwe, SAYS)).expect("it says so").expect("there is one");
        assert_eq!((found.what.kind(), found.deeper), ("jwe", 0));
    }

    #[test]
    fn what_is_promised_and_not_there_is_told() {
        for payload in [r#"{"sub":"u1"}"#, "", "a.b", "eyJ.e30.", "text", "\u{202e}.\0.x"] {
            assert!(matches!(inner(&around(payload, SAYS)), Some(Err(_))), "{payload}");
            assert_eq!(inner(&around(payload, PLAIN)), None, "{payload}");
        }
    }

    #[test]
    fn the_deepest_that_fits_is_counted_in_a_moment() {
        let mut token = around("{}", PLAIN);
        while token.len() < 1_000_000 {
            token = around(&token, PLAIN);
        }
        let found = inner(&token).expect("it can be seen").expect("there is one");
        assert!((10..DEEPEST).contains(&found.deeper), "{}", found.deeper);
    }
}
