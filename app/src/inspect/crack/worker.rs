//! One thread's part: it takes lots, tries their candidates, and proves that it tried them.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::hmac;
use aws_lc_rs::rand;

use super::feed::{Feed, Lot};
use super::key::{Hit, Key, Lock};
use super::mask::{Mask, Stretch};
use super::rule::Rule;
use super::sha::Sha;
use super::words::Batch;
use super::{Broken, Control, Source, Target};

/// A known answer is planted once in at least so many candidates, so that making it costs next to nothing.
const PLANT_EVERY: u64 = 4096;

/// Rules between two looks at whether to stop.
const RULES: usize = 256;

/// What the threads share.
pub(super) struct Shared<'a> {
    pub(super) feed: Mutex<Feed<'a>>,
    pub(super) control: &'a Control,
    /// Somebody has found the secret, or failed.
    pub(super) over: AtomicBool,
    pub(super) tally: Tally,
    pub(super) found: Mutex<Option<(u64, Vec<u8>)>>,
}

/// What was really done, summed up lot by lot.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) tried: AtomicU64,
    pub(super) compressions: AtomicU64,
    /// Known answers that were planted; each was found, or the run has failed.
    pub(super) planted: AtomicU64,
}

/// One thread.
pub(super) struct Worker<'a, 's, S: Sha> {
    shared: &'a Shared<'s>,
    target: &'a Target,
    sources: &'a [Source],
    lock: Lock<S>,
    key: Key,
    since_planted: u64,
}

/// What is known of one lot while it is tried.
#[derive(Default)]
struct Round {
    /// Candidates that were hashed.
    tried: u64,
    /// The number in the lot of the one after the last of them.
    next: u64,
    /// Those that grew too long for a key.
    too_long: u64,
    /// Compressions that were to be done for long keys.
    longer: u64,
    /// Where a known answer stands, and whether it was found there.
    planted: Option<(u64, bool)>,
    found: Option<u64>,
}

impl<'a> Shared<'a> {
    pub(super) fn feed(&self) -> MutexGuard<'_, Feed<'a>> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stops(&self) -> bool {
        self.over.load(Ordering::Relaxed) || self.control.is_stopped()
    }
}

impl<'a, 's, S: Sha> Worker<'a, 's, S> {
    pub(super) fn new(shared: &'a Shared<'s>, target: &'a Target, sources: &'a [Source]) -> Self {
        let lock = Lock::new(&target.input, &target.tag).expect("a target has a tag of its hash's length");
        // The first lot has a known answer in it.
        Self { shared, target, sources, lock, key: Key::new(), since_planted: PLANT_EVERY }
    }

    /// Works until there is nothing left, somebody has found the secret, or it is stopped.
    pub(super) fn run(&mut self) -> Result<(), Broken> {
        let mut lot = Lot::default();
        let ended = loop {
            if self.shared.stops() {
                break Ok(());
            }
            // The guard is gone before the work begins.
            let taken = self.shared.feed().take(&mut lot);
            match taken {
                Ok(false) => break Ok(()),
                Ok(true) => {}
                Err(why) => break Err(self.unreadable(&lot, why)),
            }
            match self.lot(&lot) {
                Ok(true) => self.shared.feed().finished(&lot),
                Ok(false) => break Ok(()),
                Err(broken) => break Err(broken),
            }
        };
        if ended.is_err() {
            self.shared.over.store(true, Ordering::Relaxed);
        }
        ended
    }

    fn unreadable(&self, lot: &Lot, why: io::Error) -> Broken {
        let list = self.sources.get(lot.start.source).map(Source::name).unwrap_or_default();
        Broken::List { list, why }
    }

    /// Tries a lot; false where it was left before its end.
    fn lot(&mut self, lot: &Lot) -> Result<bool, Broken> {
        let before = self.lock.compressions;
        let mut round = Round { planted: self.plant(lot).map(|at| (at, false)), ..Round::default() };
        let whole = match (&self.sources[lot.start.source], lot.stretch) {
            (Source::Mask(mask), Some(stretch)) => self.mask(mask, stretch, &mut round),
            (Source::Mask(_), None) => true,
            (Source::Words(words), _) => {
                let rules = words.rules.as_slice();
                (0..lot.batch.len())
                    .zip((0..).step_by(rules.len()))
                    .all(|(at, number)| self.word(&lot.batch, at, rules, number, &mut round))
            }
        };
        let left = !whole && round.found.is_none();
        if left {
            self.lock.clear();
        } else {
            round.turn(&mut self.lock);
        }
        let whole = whole && round.found.is_none();
        if !left {
            self.check(lot, &round, whole, self.lock.compressions - before)?;
        }
        self.add_up(&round, self.lock.compressions - before);
        if let Some(at) = round.found {
            let (octets, number) = (self.candidate(lot, at).unwrap_or_default(), lot.start.tried + at);
            // The loop's word is not enough: another implementation has to say so as well.
            if !self.target.opens(&octets) {
                return Err(Broken::NotConfirmed(number));
            }
            self.shared.found.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert((number, octets));
            self.shared.over.store(true, Ordering::Relaxed);
        }
        Ok(whole)
    }

    /// Tries a stretch of a mask; false where it was left.
    #[inline]
    fn mask(&mut self, mask: &Mask, stretch: Stretch, round: &mut Round) -> bool {
        let (candidate, counter) = mask.counter(stretch.length, stretch.from);
        self.key.set(&candidate);
        let lock = &mut self.lock;
        counter.run(stretch.count, &mut self.key, Key::put, |key, number| !lock.push(key, number) || round.turn(lock));
        round.found.is_none()
    }

    /// Tries all that the rules make of one word, the first of which has this number; false to leave the lot.
    #[inline]
    fn word(&mut self, batch: &Batch, word: usize, rules: &[Rule], first: u64, round: &mut Round) -> bool {
        for ((at, rule), number) in rules.iter().enumerate().zip(first..) {
            if at % RULES == 0 && self.shared.stops() {
                return false;
            }
            batch.load(word, &mut self.key);
            if !rule.apply(&mut self.key) {
                round.too_long += 1;
                continue;
            }
            round.longer += Lock::<S>::cost_of_length(self.key.octets().len());
            if self.lock.push(&self.key, number) && !round.turn(&mut self.lock) {
                return false;
            }
        }
        true
    }

    /// Takes one candidate of a lot by lot, computes its tag with another implementation, and has the loop look for that as
    /// well. Answers its number in the lot.
    fn plant(&mut self, lot: &Lot) -> Option<u64> {
        self.since_planted += lot.count;
        if self.since_planted < PLANT_EVERY {
            return None;
        }
        let mut random = [0; 8];
        rand::fill(&mut random).ok()?;
        let at = u64::from_le_bytes(random) % lot.count;
        let tag = self.target.tag_of(&self.candidate(lot, at)?);
        self.lock.plant(tag.as_ref());
        self.since_planted = 0;
        Some(at)
    }

    /// The candidate of this number in a lot; None where it grew too long.
    fn candidate(&self, lot: &Lot, at: u64) -> Option<Vec<u8>> {
        match (&self.sources[lot.start.source], lot.stretch) {
            (Source::Mask(mask), Some(stretch)) => Some(mask.counter(stretch.length, stretch.from + at).0),
            (Source::Mask(_), None) => None,
            (Source::Words(words), _) => {
                let rules = words.rules.len() as u64;
                let mut key = Key::new();
                key.set(lot.batch.word((at / rules) as usize));
                let fits = words.rules[(at % rules) as usize].apply(&mut key);
                fits.then(|| key.octets().to_vec())
            }
        }
    }

    /// Holds what was done against what was to be done.
    fn check(&self, lot: &Lot, round: &Round, whole: bool, compressions: u64) -> Result<(), Broken> {
        let expected = round.tried * self.lock.cost() + round.longer;
        if compressions != expected || (whole && round.tried + round.too_long != lot.count) {
            return Err(Broken::Miscounted { expected, done: compressions });
        }
        match round.planted {
            Some((at, false)) if round.next > at => Err(Broken::Missed(lot.start.tried + at)),
            _ => Ok(()),
        }
    }

    fn add_up(&self, round: &Round, compressions: u64) {
        let planted = round.planted.is_some_and(|(_, found)| found);
        let tally = &self.shared.tally;
        for (sum, more) in
            [(&tally.tried, round.tried), (&tally.compressions, compressions), (&tally.planted, u64::from(planted))]
        {
            sum.fetch_add(more, Ordering::Relaxed);
        }
    }
}

impl Round {
    /// Tries the keys that were taken up; answers whether to go on.
    #[inline(always)]
    fn turn<S: Sha>(&mut self, lock: &mut Lock<S>) -> bool {
        let (tried, next) = lock.turn(|number, hit| self.hit(number, hit));
        if tried > 0 {
            self.tried += tried;
            self.next = next;
        }
        self.found.is_none()
    }

    /// A candidate made one of the tags.
    fn hit(&mut self, number: u64, hit: Hit) {
        if let Some((place, found)) = &mut self.planted
            && hit.planted
            && *place == number
        {
            *found = true;
        }
        if hit.wanted {
            self.found.get_or_insert(number);
        }
    }
}

/// The HMAC of another implementation.
pub(super) fn tag(algorithm: hmac::Algorithm, key: &[u8], input: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(algorithm, key), input)
}
