//! A compact JWE (RFC 7516 section 3.1): its header, and how long the rest is; no more is to be seen without the key.

use std::fmt;

use crate::inspect::decode::{Malformed, Object, Oddity, Part, object, octets};

/// An encrypted token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Jwe {
    pub(crate) header: Object,
    /// Octets of the encrypted key, the initialisation vector, the ciphertext and its tag.
    pub(crate) lengths: [usize; 4],
    pub(crate) oddities: Vec<Oddity>,
}

/// Takes five parts apart. What the header of an encrypted token has to name is its content's cipher (`enc`).
pub(super) fn decode(text: &str) -> Result<Jwe, Malformed> {
    let bare: String = text.split_whitespace().collect();
    let bare = bare.trim_matches(['"', '\'', '`']);
    let bare = bare.get(..6).filter(|start| start.eq_ignore_ascii_case("bearer")).map_or(bare, |_| &bare[6..]);
    let parts: Vec<&str> = bare.split('.').collect();
    let [header, key, vector, text, tag] = parts[..] else { return Err(Malformed::Parts(parts.len())) };
    let mut oddities = Vec::new();
    let header = object(Part::Header, &octets(Part::Header, header, &mut oddities)?)?;
    if !header.get("enc").is_some_and(serde_json::Value::is_string) {
        return Err(Malformed::Parts(5));
    }
    let mut lengths = [0; 4];
    let parts = [(Part::EncryptedKey, key), (Part::Vector, vector), (Part::Ciphertext, text), (Part::Tag, tag)];
    for (length, (part, text)) in lengths.iter_mut().zip(parts) {
        *length = octets(part, text, &mut oddities)?.len();
    }
    Ok(Jwe { header, lengths, oddities })
}

impl fmt::Display for Jwe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("An encrypted token (JWE): there is nothing to see in it without the key")
    }
}
