//! What an encrypted token has to be, whatever the key: its algorithms, and parts as long as those make them
//! (RFC 7516, RFC 7518 sections 4 and 5). Where it is not, no key opens it.

use serde_json::Value;

use super::decode::{Part, type_of};
use super::plain::visible;
use super::recognise::Jwe;

/// The algorithms that sign (RFC 7518 section 3.1, RFC 8037, RFC 8812, RFC 9864): none of them encrypts.
const SIGNING: [&str; 16] = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
    "ES256K", "EdDSA", "Ed25519", "Ed448",
];
/// How the content is encrypted, with the octets of its key, its initialisation vector and its tag (RFC 7518 section 5).
const ENCS: [(&str, usize, usize, usize); 6] = [
    ("A128CBC-HS256", 32, 16, 16),
    ("A192CBC-HS384", 48, 16, 24),
    ("A256CBC-HS512", 64, 16, 32),
    ("A128GCM", 16, 12, 16),
    ("A192GCM", 24, 12, 16),
    ("A256GCM", 32, 12, 16),
];
/// RFC 7518 section 4.3 has the first two, and the registry the others.
const RSA: [&str; 5] = ["RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"];
const BLOCK: usize = 16;

/// Something for which no reader may take the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) id: &'static str,
    pub(crate) source: &'static str,
    /// A sentence without its full stop; what is quoted is inert.
    pub(crate) what: String,
    pub(crate) why: &'static str,
}

/// What becomes of the content's key (RFC 7518 section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Both sides have it.
    Direct,
    Rsa,
    /// Agreed on, with the sender's key in `epk`; wrapped with the outcome where there is a `+`.
    Agreed {
        wrapped: bool,
    },
    Wrapped,
    /// Wrapped with AES in GCM, whose vector and tag stand in the header.
    Sealed,
    Password,
}

impl Way {
    pub(crate) fn of(alg: &str) -> Option<Self> {
        Some(match alg {
            "dir" => Self::Direct,
            "ECDH-ES" => Self::Agreed { wrapped: false },
            "ECDH-ES+A128KW" | "ECDH-ES+A192KW" | "ECDH-ES+A256KW" => Self::Agreed { wrapped: true },
            "A128KW" | "A192KW" | "A256KW" => Self::Wrapped,
            "A128GCMKW" | "A192GCMKW" | "A256GCMKW" => Self::Sealed,
            "PBES2-HS256+A128KW" | "PBES2-HS384+A192KW" | "PBES2-HS512+A256KW" => Self::Password,
            alg if RSA.contains(&alg) => Self::Rsa,
            _ => return None,
        })
    }

    /// Whether anybody who has a public key can make such a token.
    pub(crate) fn is_public(self) -> bool {
        matches!(self, Self::Rsa | Self::Agreed { .. })
    }
}

/// Every fault, the header's first.
pub(crate) fn faults(jwe: &Jwe) -> Vec<Fault> {
    let mut faults = Faults(Vec::new());
    let way = alg(jwe, &mut faults);
    let enc = enc(jwe, &mut faults);
    if let Some((way, alg)) = way {
        key(jwe, way, alg, enc.map(|enc| enc.1), &mut faults);
        parameters(jwe, way, alg, &mut faults);
    }
    if let Some(enc) = enc {
        content(jwe, enc, &mut faults);
    }
    faults.0
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, id: &'static str, source: &'static str, what: impl Into<String>, why: &'static str) {
        self.0.push(Fault { id, source, what: what.into(), why });
    }
}

fn alg<'a>(jwe: &'a Jwe, faults: &mut Faults) -> Option<(Way, &'a str)> {
    const SOURCE: &str = "RFC 7516 section 4.1.1";
    let alg = match jwe.header.get("alg") {
        Some(Value::String(alg)) => alg.as_str(),
        Some(other) => {
            let what = format!("`alg` is {}, and has to be a text", type_of(other));
            faults.add("alg-type", SOURCE, what, "Nobody can tell how its key is encrypted.");
            return None;
        }
        None => {
            let why = "Nobody can tell how its key is encrypted.";
            faults.add("alg-missing", SOURCE, "The header has no `alg`", why);
            return None;
        }
    };
    if let Some(way) = Way::of(alg) {
        return Some((way, alg));
    }
    let named = quoted(alg);
    if alg.trim().eq_ignore_ascii_case("none") {
        let what = format!("`alg` is {named}, which is for unsigned tokens: nothing is encrypted so");
        let why = "A reader that goes by `alg` alone may take what stands in it for checked.";
        faults.add("alg-none", "RFC 7518 section 4.1, RFC 8725 section 3.1", what, why);
    } else if SIGNING.iter().any(|known| known.eq_ignore_ascii_case(alg.trim())) {
        let what = format!("`alg` is {named}, which signs, and the token has the five parts of an encrypted one");
        let why = "A reader that goes by `alg` alone takes the one kind for the other, and the wrong key.";
        faults.add("alg-signs", "RFC 7518 section 4.1, RFC 8725 section 3.1", what, why);
    } else {
        let what = format!("`alg` is {named}, which is no registered algorithm for encrypting keys");
        faults.add("alg-unknown", "RFC 7518 section 4.1, RFC 8725 section 3.1", what, "A reader can only refuse it.");
    }
    None
}

fn enc(jwe: &Jwe, faults: &mut Faults) -> Option<(&'static str, usize, usize, usize)> {
    const SOURCE: &str = "RFC 7516 section 4.1.2";
    let why = "Nobody can tell how its content is encrypted, and whether anything protects it from changes.";
    match jwe.header.get("enc") {
        Some(Value::String(enc)) => {
            let known = ENCS.iter().find(|(name, ..)| name == enc).copied();
            if known.is_none() {
                let what = format!("`enc` is {}, which is no registered algorithm for content", quoted(enc));
                faults.add("enc-unknown", "RFC 7518 section 5.1", what, "A reader can only refuse it.");
            }
            return known;
        }
        Some(other) => {
            let what = format!("`enc` is {}, and has to be a text", type_of(other));
            faults.add("enc-type", SOURCE, what, why);
        }
        None => faults.add("enc-missing", SOURCE, "The token has five parts, and its header no `enc`", why),
    }
    None
}

/// The second part, whose length follows from how and what is encrypted.
fn key(jwe: &Jwe, way: Way, alg: &str, content: Option<usize>, faults: &mut Faults) {
    let found = jwe.lengths[0];
    let wanted = match way {
        Way::Direct | Way::Agreed { wrapped: false } => Some(0),
        // RFC 3394 adds one half of a block.
        Way::Wrapped | Way::Password | Way::Agreed { wrapped: true } => content.map(|octets| octets + 8),
        Way::Sealed => content,
        Way::Rsa => None,
    };
    let why = "No key opens it; it was put together wrongly, or from two tokens.";
    match wanted {
        Some(0) if found > 0 => {
            let what = format!("`alg` is `{alg}`, and an encrypted key of {found} octets stands there all the same");
            faults.add("key-there", "RFC 7516 section 5.2, RFC 7518 sections 4.5 and 4.6", what, why);
        }
        Some(wanted) if found != wanted => {
            let what = format!("The encrypted key has {found} octets, and `{alg}` makes {wanted} for this `enc`");
            faults.add("key-length", "RFC 7518 sections 4.4, 4.6, 4.7 and 4.8", what, why);
        }
        None if found == 0 => {
            faults.add(
                "key-missing",
                "RFC 7518 section 4",
                format!("`alg` is `{alg}`, and no encrypted key is there"),
                why,
            );
        }
        _ => {}
    }
}

/// What the header has to have besides, for this algorithm.
fn parameters(jwe: &Jwe, way: Way, alg: &str, faults: &mut Faults) {
    let (names, source): (&[&str], _) = match way {
        Way::Agreed { .. } => (&["epk"], "RFC 7518 section 4.6.1"),
        Way::Sealed => (&["iv", "tag"], "RFC 7518 section 4.7.1"),
        Way::Password => (&["p2s", "p2c"], "RFC 7518 section 4.8.1"),
        _ => return,
    };
    for name in names {
        let wrong = match (*name, jwe.header.get(*name)) {
            (_, None) => format!("`alg` is `{alg}`, and the header has no `{name}`"),
            ("epk", Some(value)) if !value.is_object() => format!("`epk` is {}, and has to be a key", type_of(value)),
            ("p2c", Some(value)) if value.as_u64().is_none_or(|count| count == 0) => {
                "`p2c` is no whole number of rounds".to_owned()
            }
            ("iv" | "tag" | "p2s", Some(value)) if !value.is_string() => {
                format!("`{name}` is {}, and has to be a text", type_of(value))
            }
            _ => continue,
        };
        faults.add("parameter", source, wrong, "Without it nobody can get at the key.");
    }
}

/// The other three parts.
fn content(jwe: &Jwe, (enc, _, vector, tag): (&'static str, usize, usize, usize), faults: &mut Faults) {
    let [_, found_vector, text, found_tag] = jwe.lengths;
    let why = "No key opens it: a reader that tries all the same checks something else than was protected.";
    for (part, found, wanted) in [(Part::Vector, found_vector, vector), (Part::Tag, found_tag, tag)] {
        if found != wanted {
            let what = format!("The {part} has {found} octets, and one of `{enc}` has {wanted}");
            faults.add("part-length", "RFC 7518 sections 5.2 and 5.3", what, why);
        }
    }
    if enc.contains("CBC") && (text == 0 || text % BLOCK != 0) {
        let what = format!("The ciphertext has {text} octets, and `{enc}` makes whole blocks of {BLOCK}");
        faults.add("part-length", "RFC 7518 section 5.2", what, why);
    }
}

fn quoted(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    format!("`{}`", visible(&short))
}
