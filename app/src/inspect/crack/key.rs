//! The HMAC of one message under many keys (RFC 2104): everything that does not depend on the key is made once.

use super::sha::{Sha, last_blocks};

/// The longest key that is tried, in octets.
pub(crate) const LONGEST_KEY: usize = 1024;

/// A key that is being tried: octets, and zeros behind them.
#[derive(Clone)]
pub(super) struct Key {
    octets: [u8; LONGEST_KEY],
    length: usize,
}

/// A message and the tags that are looked for. One costs `compressions()` a key.
pub(super) struct Lock<S: Sha> {
    /// The message behind one block of key, padded.
    message: Vec<S::Block>,
    /// The block behind the outer block of key; its front is the inner result.
    outer: S::Block,
    tag: S::State,
    /// The tag of a key that is known, so that it has to be found as well.
    planted: S::State,
    inner_key: S::Block,
    outer_key: S::Block,
    /// Compressions that were really done.
    pub(super) compressions: u64,
}

/// Whose tag it was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) wanted: bool,
    pub(super) planted: bool,
}

impl Key {
    pub(super) fn new() -> Self {
        Self { octets: [0; LONGEST_KEY], length: 0 }
    }

    pub(super) fn octets(&self) -> &[u8] {
        &self.octets[..self.length]
    }

    pub(super) fn octets_mut(&mut self) -> &mut [u8] {
        &mut self.octets[..self.length]
    }

    /// Takes another key, which has at most `LONGEST_KEY` octets.
    #[inline]
    pub(super) fn set(&mut self, octets: &[u8]) {
        self.octets[..octets.len()].copy_from_slice(octets);
        self.cut(octets.len());
    }

    /// Makes it so long, by dropping octets or by showing zeros; what is behind stays zero.
    #[inline]
    pub(super) fn cut(&mut self, length: usize) {
        if length < self.length {
            self.octets[length..self.length].fill(0);
        }
        self.length = length;
    }

    /// Lengthens it by one octet; false where it is as long as a key may be.
    #[inline]
    pub(super) fn push(&mut self, octet: u8) -> bool {
        let fits = self.length < LONGEST_KEY;
        if fits {
            self.octets[self.length] = octet;
            self.length += 1;
        }
        fits
    }
}

impl<S: Sha> Lock<S> {
    /// None where a tag of this length can't be this hash's.
    pub(super) fn new(message: &[u8], tag: &[u8]) -> Option<Self> {
        let mut outer = S::EMPTY;
        outer.as_mut().copy_from_slice(last_blocks::<S>(1, &[0].repeat(S::RESULT))[0].as_ref());
        let tag = S::read(tag)?;
        let mut lock = Self {
            message: last_blocks::<S>(1, message),
            outer,
            tag,
            planted: tag,
            inner_key: S::EMPTY,
            outer_key: S::EMPTY,
            compressions: 0,
        };
        lock.set(&Key::new());
        Some(lock)
    }

    /// Looks for this tag as well, in place of the one that was planted before.
    pub(super) fn plant(&mut self, tag: &[u8]) {
        self.planted = S::read(tag).expect("it was made with the same hash");
    }

    /// What one key costs that fits into a block.
    pub(super) fn cost(&self) -> u64 {
        self.message.len() as u64 + 3
    }

    /// What a longer key costs more.
    pub(super) fn cost_of_length(length: usize) -> u64 {
        if length <= S::BLOCK { 0 } else { ((length + 1 + S::LENGTH).div_ceil(S::BLOCK)) as u64 }
    }

    /// Takes up a key.
    #[inline]
    pub(super) fn set(&mut self, key: &Key) {
        if key.length > S::BLOCK {
            return self.set_long(key);
        }
        let octets = &key.octets[..S::BLOCK];
        for (to, octet) in self.inner_key.as_mut().iter_mut().zip(octets) {
            *to = octet ^ 0x36;
        }
        for (to, octet) in self.outer_key.as_mut().iter_mut().zip(octets) {
            *to = octet ^ 0x5c;
        }
    }

    /// A key that is longer than a block stands for its hash.
    fn set_long(&mut self, key: &Key) {
        let blocks = last_blocks::<S>(0, key.octets());
        let (mut state, mut hashed) = (S::START, S::EMPTY);
        S::compress(&mut state, &blocks);
        self.compressions += blocks.len() as u64;
        S::write(&state, &mut hashed);
        let mut short = Key::new();
        short.set(&hashed.as_ref()[..S::RESULT]);
        self.set(&short);
    }

    /// Changes one octet of a key that fits into a block.
    #[inline(always)]
    pub(super) fn put(&mut self, at: usize, octet: u8) {
        self.inner_key.as_mut()[at] = octet ^ 0x36;
        self.outer_key.as_mut()[at] = octet ^ 0x5c;
    }

    /// Whether the key that was taken up made one of the tags.
    #[inline(always)]
    pub(super) fn turn(&mut self) -> Option<Hit> {
        let (mut inner, mut outer) = (S::START, S::START);
        S::compress(&mut inner, std::slice::from_ref(&self.inner_key));
        S::compress(&mut outer, std::slice::from_ref(&self.outer_key));
        S::compress(&mut inner, &self.message);
        S::write(&inner, &mut self.outer);
        S::compress(&mut outer, std::slice::from_ref(&self.outer));
        self.compressions += self.message.len() as u64 + 3;
        let result = S::cut(outer);
        let hit = Hit { wanted: result == self.tag, planted: result == self.planted };
        (hit.wanted || hit.planted).then_some(hit)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;

    use super::super::sha::{Sha256, Sha384, Sha512};
    use super::*;

    fn check<S: Sha>(other: hmac::Algorithm) {
        let octets: Vec<u8> = (1..=LONGEST_KEY).map(|at| (at * 11) as u8).collect();
        for message in [0, 1, 54, 55, 56, 64, 111, 112, 239, 1000] {
            let message: Vec<u8> = (0..message).map(|at| at as u8).collect();
            // Falling lengths, so that nothing of a longer key may be left.
            for length in [1024, 200, 129, 128, 127, 65, 64, 63, 8, 1, 0] {
                let (right, mut wrong) = (&octets[..length], octets[..length].to_vec());
                wrong.push(b'x');
                wrong.truncate(LONGEST_KEY);
                let tag = hmac::sign(&hmac::Key::new(other, right), &message);
                let mut lock = Lock::<S>::new(&message, tag.as_ref()).expect("the tag is this hash's");
                let mut key = Key::new();
                key.set(&octets);
                lock.set(&key);
                assert_eq!(lock.turn().is_some(), length == LONGEST_KEY);
                key.set(&wrong);
                lock.set(&key);
                assert_eq!(lock.turn().is_some(), length == LONGEST_KEY);
                key.set(right);
                lock.set(&key);
                let before = lock.compressions;
                assert!(lock.turn().is_some_and(|hit| hit.wanted), "{length} octets");
                assert_eq!(lock.compressions - before, lock.cost());
            }
        }
        assert!(Lock::<S>::new(b"", &[0; 20]).is_none());
    }

    #[test]
    fn another_implementation_agrees() {
        check::<Sha256>(hmac::HMAC_SHA256);
        check::<Sha384>(hmac::HMAC_SHA384);
        check::<Sha512>(hmac::HMAC_SHA512);
    }

    #[test]
    fn an_octet_can_be_changed_in_its_place() {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"abd"), b"message");
        let mut lock = Lock::<Sha256>::new(b"message", tag.as_ref()).expect("the tag is this hash's");
        let mut key = Key::new();
        key.set(b"abc");
        lock.set(&key);
        assert!(lock.turn().is_none());
        lock.put(2, b'd');
        assert!(lock.turn().is_some());
    }

    #[test]
    fn what_is_cut_off_is_zero_again() {
        let mut key = Key::new();
        key.set(b"abcdef");
        key.cut(2);
        assert!(key.push(b'x') && key.octets() == b"abx");
        assert!(key.octets[3..].iter().all(|octet| *octet == 0));
        key.cut(LONGEST_KEY);
        assert!(!key.push(b'y'));
    }
}
