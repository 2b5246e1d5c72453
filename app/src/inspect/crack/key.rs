//! The HMAC of one message under many keys (RFC 2104): everything that does not depend on the key is made once.

use super::sha::{Sha, last_blocks};

/// The longest key that is tried, in octets.
pub(crate) const LONGEST_KEY: usize = 1024;

/// A key that is being tried: octets, and zeros behind them.
#[derive(Clone, PartialEq)]
pub(super) struct Key {
    octets: [u8; LONGEST_KEY],
    length: usize,
}

/// Keys that are tried together. One compression has to wait for the one before it, so a processor that looks far enough
/// ahead works on those of another key meanwhile.
const LANES: usize = 4;

/// A message and the tags that are looked for.
pub(super) struct Lock<S: Sha> {
    /// The message behind one block of key, padded.
    message: Vec<S::Block>,
    tag: S::State,
    /// The tag of a key that is known, so that it has to be found as well.
    planted: S::State,
    lanes: [Lane<S>; LANES],
    /// How many lanes have a key.
    filled: usize,
    /// Compressions that were really done.
    pub(super) compressions: u64,
}

/// One key of those that are tried together.
struct Lane<S: Sha> {
    /// Which candidate it is.
    number: u64,
    inner_key: S::Block,
    outer_key: S::Block,
    /// The block behind the outer block of key: the inner result, and the padding.
    result: S::Block,
    inner: S::State,
    outer: S::State,
}

/// Whose tag it was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) wanted: bool,
    pub(super) planted: bool,
}

impl Key {
    /// Octets that most keys fit into, and that are handled together.
    pub(super) const CHUNK: usize = 64;

    pub(super) fn new() -> Self {
        Self { octets: [0; LONGEST_KEY], length: 0 }
    }

    pub(super) fn octets(&self) -> &[u8] {
        &self.octets[..self.length]
    }

    pub(super) fn octets_mut(&mut self) -> &mut [u8] {
        &mut self.octets[..self.length]
    }

    /// Changes one octet.
    #[inline(always)]
    pub(super) fn put(&mut self, at: usize, octet: u8) {
        self.octets[at] = octet;
    }

    /// Takes another key, which has at most `LONGEST_KEY` octets.
    #[inline]
    pub(super) fn set(&mut self, octets: &[u8]) {
        self.octets[..self.length].fill(0);
        self.octets[..octets.len()].copy_from_slice(octets);
        self.length = octets.len();
    }

    /// Takes the first `length` octets of a chunk. Nothing in it depends on the length, so that the processor has none to guess.
    #[inline]
    pub(super) fn set_front(&mut self, chunk: &[u8; Self::CHUNK], length: usize) {
        const KEPT: [u8; 2 * Key::CHUNK] = {
            let mut kept = [0; 2 * Key::CHUNK];
            let mut at = 0;
            while at < Key::CHUNK {
                kept[at] = 0xff;
                at += 1;
            }
            kept
        };
        if self.length > Self::CHUNK {
            self.octets[..self.length].fill(0);
        }
        let kept = &KEPT[Self::CHUNK - length..][..Self::CHUNK];
        for ((to, octet), kept) in self.octets.iter_mut().zip(chunk).zip(kept) {
            *to = octet & kept;
        }
        self.length = length;
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
        let tag = S::read(tag)?;
        let result = last_blocks::<S>(1, &vec![0; S::RESULT])[0];
        let lane =
            |_| Lane { number: 0, inner_key: S::EMPTY, outer_key: S::EMPTY, result, inner: S::START, outer: S::START };
        let lanes = std::array::from_fn(lane);
        Some(Self { message: last_blocks::<S>(1, message), tag, planted: tag, lanes, filled: 0, compressions: 0 })
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

    /// Takes up a key, the candidate of this number; true where there is no room for another before the next turn.
    #[inline]
    pub(super) fn push(&mut self, key: &Key, number: u64) -> bool {
        if key.length > S::BLOCK {
            let short = self.hashed(key);
            return self.push(&short, number);
        }
        let lane = &mut self.lanes[self.filled];
        lane.number = number;
        let octets = &key.octets[..S::BLOCK];
        for (to, octet) in lane.inner_key.as_mut().iter_mut().zip(octets) {
            *to = octet ^ 0x36;
        }
        for (to, octet) in lane.outer_key.as_mut().iter_mut().zip(octets) {
            *to = octet ^ 0x5c;
        }
        self.filled += 1;
        self.filled == LANES
    }

    /// A key that is longer than a block stands for its hash.
    fn hashed(&mut self, key: &Key) -> Key {
        let blocks = last_blocks::<S>(0, key.octets());
        let (mut state, mut hashed) = (S::START, S::EMPTY);
        S::compress(&mut state, &blocks);
        self.compressions += blocks.len() as u64;
        S::write(&state, &mut hashed);
        let mut short = Key::new();
        short.set(&hashed.as_ref()[..S::RESULT]);
        short
    }

    /// Tries the keys that were taken up, and tells of each that made one of the tags. Answers how many there were, and the
    /// number after the last one's.
    #[inline(always)]
    pub(super) fn turn(&mut self, mut hit: impl FnMut(u64, Hit)) -> (u64, u64) {
        let lanes = &mut self.lanes[..self.filled];
        for lane in lanes.iter_mut() {
            lane.inner = S::START;
            S::compress(&mut lane.inner, std::slice::from_ref(&lane.inner_key));
        }
        for block in &self.message {
            for lane in lanes.iter_mut() {
                S::compress(&mut lane.inner, std::slice::from_ref(block));
            }
        }
        for lane in lanes.iter_mut() {
            lane.outer = S::START;
            S::compress(&mut lane.outer, std::slice::from_ref(&lane.outer_key));
            S::write(&lane.inner, &mut lane.result);
        }
        for lane in lanes.iter_mut() {
            S::compress(&mut lane.outer, std::slice::from_ref(&lane.result));
        }
        let (count, mut next) = (lanes.len() as u64, 0);
        for lane in lanes.iter() {
            let result = S::cut(lane.outer);
            let found = Hit { wanted: result == self.tag, planted: result == self.planted };
            if found.wanted || found.planted {
                hit(lane.number, found);
            }
            next = lane.number + 1;
        }
        self.filled = 0;
        self.compressions += count * (self.message.len() as u64 + 3);
        (count, next)
    }

    /// Forgets the keys that were taken up and not tried.
    pub(super) fn clear(&mut self) {
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;

    use super::super::sha::{Sha256, Sha384, Sha512};
    use super::*;

    /// The numbers of the keys that made the tag.
    fn tried<S: Sha>(lock: &mut Lock<S>, keys: &[&[u8]]) -> Vec<u64> {
        let (mut key, mut found) = (Key::new(), Vec::new());
        for (octets, number) in keys.iter().zip(0..) {
            key.set(octets);
            if lock.push(&key, number) {
                lock.turn(|number, _| found.push(number));
            }
        }
        lock.turn(|number, _| found.push(number));
        found
    }

    fn check<S: Sha>(other: hmac::Algorithm) {
        let octets: Vec<u8> = (1..=LONGEST_KEY).map(|at| (at * 11) as u8).collect();
        // Rising and falling, so that nothing of a longer key may be left.
        let lengths = [0, 1, 8, 63, 64, 65, 127, 128, 129, 200, 1024, 130, 66, 62, 2];
        let keys: Vec<&[u8]> = lengths.iter().map(|length| &octets[..*length]).collect();
        for message in [0, 1, 54, 55, 56, 64, 111, 112, 239, 1000] {
            let message: Vec<u8> = (0..message).map(|at| at as u8).collect();
            for (right, number) in keys.iter().zip(0..) {
                let tag = hmac::sign(&hmac::Key::new(other, right), &message);
                let mut lock = Lock::<S>::new(&message, tag.as_ref()).expect("the tag is this hash's");
                assert_eq!(tried(&mut lock, &keys), [number], "{} octets", right.len());
                let longer: u64 = lengths.iter().map(|length| Lock::<S>::cost_of_length(*length)).sum();
                assert_eq!(lock.compressions, keys.len() as u64 * lock.cost() + longer);
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
    fn what_is_planted_is_found_beside_what_is_wanted() {
        let tag = |key: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), b"message");
        let mut lock = Lock::<Sha256>::new(b"message", tag(b"c").as_ref()).expect("the tag is this hash's");
        lock.plant(tag(b"b").as_ref());
        let (mut key, mut found) = (Key::new(), Vec::new());
        for (octets, number) in [b"a", b"b", b"c"].into_iter().zip(7..) {
            key.set(octets);
            lock.push(&key, number);
        }
        assert_eq!(lock.turn(|number, hit| found.push((number, hit.wanted, hit.planted))), (3, 10));
        assert_eq!(found, [(8, false, true), (9, true, false)]);
        lock.push(&key, 1);
        lock.clear();
        assert_eq!(lock.turn(|_, _| panic!("there is none")).0, 0);
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
