//! Base64url as people paste it: read forgivingly, and what had to be forgiven noted.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::{Malformed, Oddity, Part};

const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The octets of one part. Padding, the alphabet of plain base64 and stray bits at the end are read, and noted.
pub(crate) fn octets(part: Part, text: &str, oddities: &mut Vec<Oddity>) -> Result<Vec<u8>, Malformed> {
    if let Ok(octets) = BASE64_URL_SAFE_NO_PAD.decode(text) {
        return Ok(octets);
    }
    let bare = text.trim_end_matches('=');
    let foreign = |c: char| !(c.is_ascii_alphanumeric() || ['-', '_', '+', '/'].contains(&c));
    if let Some((at, c)) = bare.chars().enumerate().find(|(_, c)| foreign(*c)) {
        return Err(Malformed::Character(part, at, c));
    }
    let safe = bare.replace('+', "-").replace('/', "_");
    let octets = FORGIVING.decode(&safe).map_err(|_| Malformed::Length(part, bare.len()))?;
    if bare.len() != text.len() {
        oddities.push(Oddity::Padding(part));
    }
    if safe != bare {
        oddities.push(Oddity::Alphabet(part));
    }
    if BASE64_URL_SAFE_NO_PAD.encode(&octets) != safe {
        oddities.push(Oddity::StrayBits(part));
    }
    Ok(octets)
}
