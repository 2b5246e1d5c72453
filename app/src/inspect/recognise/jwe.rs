//! A compact JWE (RFC 7516 section 3.1): its header, and how long the rest is; no more is to be seen without the key.

use std::fmt;

use crate::inspect::decode::{Malformed, Object, Oddity, Part, object, octets, twice, unwrapped};

/// An encrypted token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Jwe {
    pub(crate) header: Object,
    /// Octets of the encrypted key, the initialisation vector, the ciphertext and its tag.
    pub(crate) lengths: [usize; 4],
    /// Octets of the whole, as it is written.
    pub(crate) octets: usize,
    pub(crate) oddities: Vec<Oddity>,
}

/// Takes five parts apart, the first of them a JSON object; what is wrong with that is told of it.
pub(super) fn decode(text: &str) -> Result<Jwe, Malformed> {
    let mut oddities = Vec::new();
    let bare = unwrapped(text, &mut oddities);
    let parts: Vec<&str> = bare.split('.').collect();
    let [header, key, vector, text, tag] = parts[..] else { return Err(Malformed::Parts(parts.len())) };
    let head = octets(Part::Header, header, &mut oddities)?;
    let header = object(Part::Header, &head)?;
    oddities.extend(twice::names(&head).into_iter().map(|name| Oddity::Twice(Part::Header, name)));
    // Two signed tokens below each other have five parts as well.
    if !header.contains_key("enc") && oddities.contains(&Oddity::WhiteSpace) {
        return Err(Malformed::Parts(5));
    }
    let mut lengths = [0; 4];
    let parts = [(Part::EncryptedKey, key), (Part::Vector, vector), (Part::Ciphertext, text), (Part::Tag, tag)];
    for (length, (part, text)) in lengths.iter_mut().zip(parts) {
        *length = octets(part, text, &mut oddities)?.len();
    }
    Ok(Jwe { header, lengths, octets: bare.len(), oddities })
}

impl Jwe {
    /// What the header says under `name`, where that is a text.
    pub(crate) fn says(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }
}

impl fmt::Display for Jwe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("An encrypted token (JWE): there is nothing to see in it without the key")
    }
}
