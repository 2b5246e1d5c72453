//! Where a text is not what the standards ask for, and was read all the same.

use super::Part;

/// One departure from what RFC 7515 and RFC 8259 ask for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Oddity {
    /// Quotes or white space, which are no part of the token.
    #[error("something stands around it")]
    Around,
    /// What some editors write at the beginning of a file (U+FEFF).
    #[error("a byte order mark (U+FEFF), which can't be seen, stands before it")]
    Mark,
    /// The scheme of an `Authorization` header: no part of the token.
    #[error("it stands behind `Bearer`")]
    Bearer,
    #[error("white space stands within it")]
    WhiteSpace,
    /// RFC 7515 section 2.
    #[error("{0}: it ends in `=`, which base64url leaves out")]
    Padding(Part),
    /// The alphabet of plain base64.
    #[error("{0}: `+` or `/` stands in it, which base64url writes as `-` and `_`")]
    Alphabet(Part),
    /// RFC 4648 section 3.5.
    #[error("{0}: its last character has bits that stand for nothing and are not zero")]
    StrayBits(Part),
    /// RFC 7515 section 4, RFC 7519 section 4.
    #[error("{0}: {1:?} stands in it twice")]
    Twice(Part, String),
    /// `b64` is false in the header (RFC 7797).
    #[error("payload: it stands as it is, and not in base64url")]
    Unencoded,
}

impl Oddity {
    /// Whether a part is written as a strict reader refuses it. What surrounds a token in a paste is not of the token.
    pub(crate) fn is_of_spelling(&self) -> bool {
        matches!(self, Self::Padding(_) | Self::Alphabet(_) | Self::StrayBits(_))
    }
}
