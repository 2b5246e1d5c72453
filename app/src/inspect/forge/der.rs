//! As much of DER (ITU-T X.690) as a public key takes.

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;

/// A sequence of what is encoded already.
pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

/// An integer that is not negative, from its octets, the highest first.
pub(super) fn integer(octets: &[u8]) -> Vec<u8> {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let mut content = octets[zeros..].to_vec();
    // A first bit that is set would make it negative.
    if content.first().is_none_or(|octet| octet & 0x80 != 0) {
        content.insert(0, 0);
    }
    element(INTEGER, &content)
}

/// Whole octets as a string of bits.
pub(super) fn bit_string(octets: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], octets].concat())
}

/// The two integers of an RSA public key (RFC 8017 appendix A.1.1), without leading zeros.
pub(super) fn two_integers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (inside, _) = take(SEQUENCE, der)?;
    let (first, rest) = take(INTEGER, inside)?;
    let (second, _) = take(INTEGER, rest)?;
    Some((without_zeros(first), without_zeros(second)))
}

fn without_zeros(octets: &[u8]) -> &[u8] {
    &octets[octets.iter().take_while(|octet| **octet == 0).count()..]
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length = without_zeros(&length);
    let mut element = vec![tag];
    match content.len() {
        short @ 0..0x80 => element.push(u8::try_from(short).expect("is below 128")),
        _ => {
            element.push(0x80 | u8::try_from(length.len()).expect("is at most 8"));
            element.extend(length);
        }
    }
    element.extend(content);
    element
}

/// The content of the element that starts `der`, and what follows it.
fn take(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match *first {
        short @ 0..0x80 => (usize::from(short), rest),
        long => {
            let (octets, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let length =
                octets.iter().try_fold(0_usize, |sum, octet| sum.checked_mul(256)?.checked_add((*octet).into()))?;
            (length, rest)
        }
    };
    (*found == tag).then(|| rest.split_at_checked(length)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_signs_are_written_as_der_wants_them() {
        assert_eq!(integer(&[0, 0, 1]), [2, 1, 1]);
        assert_eq!(integer(&[0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[]), [2, 1, 0]);
        assert_eq!(bit_string(&[7]), [3, 2, 0, 7]);
        assert_eq!(element(SEQUENCE, &[0; 127])[..2], [0x30, 127]);
        assert_eq!(element(SEQUENCE, &[0; 128])[..3], [0x30, 0x81, 128]);
        assert_eq!(element(SEQUENCE, &[0; 256])[..4], [0x30, 0x82, 1, 0]);
    }

    #[test]
    fn two_integers_are_found_again() {
        let (n, e) = (vec![0xf1; 256], [1, 0, 1]);
        let der = sequence(&[&integer(&n), &integer(&e)]);
        assert_eq!(two_integers(&der), Some((n.as_slice(), e.as_slice())));
        for end in 0..der.len() {
            assert_eq!(two_integers(&der[..end]), None);
        }
        assert_eq!(two_integers(&[0x30, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
