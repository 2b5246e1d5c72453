//! Masks: a secret's shape, place by place, in the spelling that hashcat made known.

/// The most places that a mask may have, so that each candidate fits into one block of any hash.
const MOST_PLACES: usize = 64;

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &[u8] = b"0123456789";
const HEX: &[u8] = b"0123456789abcdef";
const CAPITAL_HEX: &[u8] = b"0123456789ABCDEF";
const SIGNS: &[u8] = b" !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// For each place of the secret the octets that may stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mask {
    places: Vec<Vec<u8>>,
    /// The shortest candidate; shorter ones than the mask are its beginnings.
    shortest: usize,
}

/// Why a text is no mask.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadMask {
    #[error("there is nothing in it; ?l?l?l?l stands for four small letters")]
    Empty,
    #[error("?{0} at character {1} stands for nothing: there are ?l ?u ?d ?h ?H ?s ?a ?b, and ?? for a question mark")]
    Unknown(char, usize),
    #[error("it ends with a single question mark: ?? stands for one")]
    Unfinished,
    #[error("it has {0} places: at most {MOST_PLACES} are tried")]
    TooLong(usize),
}

/// Candidates of one length, by their numbers in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) length: usize,
    pub(super) from: u64,
    pub(super) count: u64,
}

/// A candidate that is counted on: only the places at which there is a choice are wheels.
pub(super) struct Counter<'a> {
    wheels: Vec<(usize, &'a [u8])>,
    digits: Vec<usize>,
}

impl Mask {
    /// Reads a mask: `?l` a small letter, `?u` a capital, `?d` a digit, `?h` and `?H` hexadecimal digits, `?s` a sign of
    /// ASCII (a space too), `?a` any of `?l?u?d?s`, `?b` any octet, `??` a question mark; all else stands for itself.
    pub(crate) fn parse(text: &str) -> Result<Self, BadMask> {
        let mut places = Vec::new();
        let mut chars = text.chars().enumerate();
        while let Some((at, c)) = chars.next() {
            if c != '?' {
                places.extend(c.to_string().bytes().map(|octet| vec![octet]));
                continue;
            }
            places.push(match chars.next() {
                Some((_, 'l')) => LOWER.to_vec(),
                Some((_, 'u')) => UPPER.to_vec(),
                Some((_, 'd')) => DIGITS.to_vec(),
                Some((_, 'h')) => HEX.to_vec(),
                Some((_, 'H')) => CAPITAL_HEX.to_vec(),
                Some((_, 's')) => SIGNS.to_vec(),
                Some((_, 'a')) => [LOWER, UPPER, DIGITS, SIGNS].concat(),
                Some((_, 'b')) => (0..=255).collect(),
                Some((_, '?')) => vec![b'?'],
                Some((_, other)) => return Err(BadMask::Unknown(other, at + 1)),
                None => return Err(BadMask::Unfinished),
            });
        }
        match places.len() {
            0 => Err(BadMask::Empty),
            shortest @ 1..=MOST_PLACES => Ok(Self { places, shortest }),
            more => Err(BadMask::TooLong(more)),
        }
    }

    /// The same, with all its beginnings before it, the shortest first.
    pub(crate) fn with_beginnings(self) -> Self {
        Self { shortest: 1, ..self }
    }

    /// How many candidates there are; None where that is more than anybody can try.
    pub(crate) fn candidates(&self) -> Option<u64> {
        (self.shortest..=self.places.len()).try_fold(0_u64, |sum, length| sum.checked_add(self.of_length(length)?))
    }

    fn of_length(&self, length: usize) -> Option<u64> {
        self.places[..length].iter().try_fold(1_u64, |all, place| all.checked_mul(place.len() as u64))
    }

    /// At most so many candidates, of one length, from one on; None where there are no more.
    pub(super) fn stretch(&self, at: u64, most: u64) -> Option<Stretch> {
        let mut before = 0_u64;
        for length in self.shortest..=self.places.len() {
            let all = self.of_length(length).unwrap_or(u64::MAX);
            let from = at - before;
            if from < all {
                return Some(Stretch { length, from, count: most.min(all - from) });
            }
            before = before.saturating_add(all);
        }
        None
    }

    /// The candidate of this number among those of its length, and what counts it on.
    pub(super) fn counter(&self, length: usize, number: u64) -> (Vec<u8>, Counter<'_>) {
        let places = &self.places[..length];
        let mut candidate: Vec<u8> = places.iter().map(|place| place[0]).collect();
        let choices = places.iter().enumerate().filter(|(_, place)| place.len() > 1);
        let wheels: Vec<(usize, &[u8])> = choices.map(|(at, place)| (at, place.as_slice())).collect();
        let mut digits = vec![0; wheels.len()];
        let mut rest = number;
        for (digit, (at, octets)) in digits.iter_mut().zip(&wheels).rev() {
            let count = octets.len() as u64;
            *digit = (rest % count) as usize;
            rest /= count;
            candidate[*at] = octets[*digit];
        }
        (candidate, Counter { wheels, digits })
    }
}

impl Counter<'_> {
    /// Calls `put` for each octet that changes and `turn` for each candidate, `count` times; the first one stands already.
    /// Ends early where `turn` says so.
    #[inline(always)]
    pub(super) fn run<L>(
        mut self,
        count: u64,
        lock: &mut L,
        put: impl Fn(&mut L, usize, u8),
        mut turn: impl FnMut(&mut L, u64) -> bool,
    ) {
        let Some(((last, octets), slower)) = self.wheels.split_last() else {
            turn(lock, 0);
            return;
        };
        let Some((fastest, digits)) = self.digits.split_last_mut() else { return };
        let mut number = 0;
        loop {
            for octet in &octets[*fastest..] {
                put(lock, *last, *octet);
                let goes_on = turn(lock, number);
                number += 1;
                if number == count || !goes_on {
                    return;
                }
            }
            *fastest = 0;
            for (digit, (at, octets)) in digits.iter_mut().zip(slower).rev() {
                *digit = if *digit + 1 == octets.len() { 0 } else { *digit + 1 };
                put(lock, *at, octets[*digit]);
                if *digit != 0 {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// All candidates from `from` on, in stretches of `most`.
    fn all(mask: &Mask, from: u64, most: u64) -> Vec<Vec<u8>> {
        let (mut at, mut found) = (from, Vec::new());
        while let Some(stretch) = mask.stretch(at, most) {
            let (mut candidate, counter) = mask.counter(stretch.length, stretch.from);
            counter.run(
                stretch.count,
                &mut candidate,
                |candidate, at, octet| candidate[at] = octet,
                |candidate, _| {
                    found.push(candidate.clone());
                    true
                },
            );
            at += stretch.count;
        }
        found
    }

    #[test]
    fn every_candidate_comes_once_and_in_its_place() {
        for text in ["?d?d", "?dx?d", "a", "?d", "x?dyy", "?h?d?H", "??", "pre?dfix?u"] {
            for mask in [Mask::parse(text), Mask::parse(text).map(Mask::with_beginnings)] {
                let mask = mask.expect("is a mask");
                let whole = all(&mask, 0, u64::MAX);
                assert_eq!(Some(whole.len() as u64), mask.candidates(), "{text}");
                assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), whole.len(), "{text}");
                assert_eq!(all(&mask, 0, 7), whole, "{text}");
                let from = whole.len() / 2;
                assert_eq!(all(&mask, from as u64, 3), whole[from..], "{text}");
            }
        }
    }

    #[test]
    fn a_mask_says_what_may_stand_where() {
        let first = |text: &str| all(&Mask::parse(text).expect("is a mask"), 0, u64::MAX);
        assert_eq!(first("?d")[..2], [b"0", b"1"]);
        assert_eq!(first("a??é"), [[b"a?".as_slice(), "é".as_bytes()].concat()]);
        assert_eq!((first("?a").len(), first("?s").len(), first("?b").len()), (95, 33, 256));
        let beginnings = all(&Mask::parse("ab?d").expect("is a mask").with_beginnings(), 0, u64::MAX);
        assert_eq!(beginnings[..3], [b"a".to_vec(), b"ab".to_vec(), b"ab0".to_vec()]);
    }

    #[test]
    fn what_is_no_mask_says_where() {
        assert_eq!(Mask::parse(""), Err(BadMask::Empty));
        assert_eq!(Mask::parse("ab?x"), Err(BadMask::Unknown('x', 3)));
        assert_eq!(Mask::parse("?l?"), Err(BadMask::Unfinished));
        assert_eq!(Mask::parse(&"x".repeat(65)), Err(BadMask::TooLong(65)));
        let endless = Mask::parse(&"?b".repeat(64)).expect("is a mask");
        assert_eq!(endless.candidates(), None);
        let last = endless.stretch(u64::MAX - 5, 10).expect("there are more");
        assert_eq!(last.count, 5, "nothing overflows");
    }
}
