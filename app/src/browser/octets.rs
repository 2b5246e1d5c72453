//! Cookies are octets, not characters: each is kept in a string of U+0000 to U+00FF, one character for each octet.

/// The string that stands for these octets.
pub(crate) fn from_bytes(octets: &[u8]) -> String {
    octets.iter().map(|octet| char::from(*octet)).collect()
}

/// The octets that a string stands for; where a character stands for none, it and its place among the characters.
pub(crate) fn to_bytes(text: &str) -> Result<Vec<u8>, (char, usize)> {
    text.chars().enumerate().map(|(at, c)| u8::try_from(c).map_err(|_| (c, at))).collect()
}

/// How many octets a string stands for.
pub(crate) fn count(text: &str) -> usize {
    text.chars().count()
}

/// What people would read there: UTF-8 where the octets are that, and otherwise each octet for itself.
pub(crate) fn shown(text: &str) -> String {
    let octets = to_bytes(text).ok();
    octets.and_then(|octets| String::from_utf8(octets).ok()).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        let text = from_bytes(&all);
        assert_eq!((count(&text), to_bytes(&text)), (256, Ok(all)));
    }

    #[test]
    fn a_character_that_is_no_octet_is_named_with_its_place() {
        assert_eq!(to_bytes("a=ä"), Ok(b"a=\xE4".to_vec()));
        assert_eq!(to_bytes("ää€€"), Err(('€', 2)));
    }

    #[test]
    fn utf8_is_shown_as_it_reads_and_anything_else_as_it_is() {
        assert_eq!(shown(&from_bytes("a=春".as_bytes())), "a=春");
        assert_eq!(shown("a=\u{E4}"), "a=\u{E4}");
        assert_eq!(shown("€"), "€");
    }
}
