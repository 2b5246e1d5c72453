//! How a token is written: how long it is, and where two readers could read two things in it.

use super::{Findings, listed, quoted};
use crate::inspect::decode::{Jws, Oddity, Part};

/// No browser stores a cookie whose name and value are longer together (RFC 6265bis section 5.6).
const COOKIE_OCTETS: usize = 4096;
/// What nginx, Apache and Node.js take in one header line, unless they are told otherwise.
const HEADER_OCTETS: usize = 8 * 1024;

pub(super) fn look(jws: &Jws, out: &mut Findings) {
    // Four characters of base64url stand for three octets.
    size(jws.signing_input.len() + 1 + (jws.signature.len() * 4).div_ceil(3), out);
    spelling(&jws.oddities, out);
}

/// Where two readers could read two things in what is written.
pub(super) fn spelling(oddities: &[Oddity], out: &mut Findings) {
    let spelling: Vec<String> =
        oddities.iter().filter(|oddity| oddity.is_of_spelling()).map(ToString::to_string).collect();
    if !spelling.is_empty() {
        let why =
            "A reader that forgives it sees the same token in several spellings, which a list of revoked ones misses.";
        out.medium("not-canonical", "RFC 7515 section 2, RFC 4648 section 3.5", listed(&spelling), why);
    }
    for part in [Part::Header, Part::Payload] {
        let twice = oddities.iter().filter_map(|oddity| match oddity {
            Oddity::Twice(of, name) if *of == part => Some(quoted(name)),
            _ => None,
        });
        let twice: Vec<String> = twice.collect();
        if !twice.is_empty() {
            let what = format!("{} stands twice in the {part}", listed(&twice));
            let why = "One reader takes the first and another the last, so what was checked is not what is believed.";
            out.high("duplicate-name", "RFC 7519 section 4, RFC 7515 section 4", what, why);
        }
    }
}

/// What so many octets are too many for.
pub(super) fn size(octets: usize, out: &mut Findings) {
    if octets > HEADER_OCTETS {
        let what = format!("It has {octets} octets, and servers take about {HEADER_OCTETS} in one header");
        let why = "Requests with it are refused, and browsers store no cookie of that size.";
        out.medium("too-large", "RFC 9110 section 5.4", what, why);
    } else if octets > COOKIE_OCTETS {
        let what = format!("It has {octets} octets, and a cookie has at most {COOKIE_OCTETS} with its name");
        out.low("too-large-for-cookie", "RFC 6265bis section 5.6", what, "A browser drops it without a word.");
    }
}
