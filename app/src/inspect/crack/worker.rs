//! One thread's part: it takes lots, tries their candidates, and proves that it tried them.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::hmac;
use aws_lc_rs::rand;

use super::feed::{Feed, Lot};
use super::key::{Hit, Key, Lock};
use super::sha::Sha;
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
struct Round {
    /// Candidates of the lot that were made, by the number of the next one.
    made: u64,
    /// Those that could not be: they grew too long for a key.
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
        let plant = self.plant(lot);
        let before = self.lock.compressions;
        let mut round = Round { made: 0, too_long: 0, longer: 0, planted: plant.map(|at| (at, false)), found: None };
        let whole = match (&self.sources[lot.start.source], lot.stretch) {
            (Source::Mask(mask), Some(stretch)) => {
                let (candidate, counter) = mask.counter(stretch.length, stretch.from);
                self.key.set(&candidate);
                self.lock.set(&self.key);
                counter.run(stretch.count, &mut self.lock, Lock::put, |lock, _| {
                    let hit = lock.turn();
                    round.made += 1;
                    hit.is_none_or(|hit| round.hit(hit))
                });
                round.made == stretch.count
            }
            (Source::Words(words), _) => {
                (0..lot.batch.len()).all(|at| self.word(lot.batch.word(at), &words.rules, &mut round))
            }
            (Source::Mask(_), None) => true,
        };
        self.account(lot, &round, self.lock.compressions - before)?;
        if let Some(at) = round.found {
            let (octets, number) = (self.candidate(lot, at).unwrap_or_default(), lot.start.tried + at);
            // The loop's word is not enough: another implementation has to say so as well.
            if !self.target.opens(&octets) {
                return Err(Broken::NotConfirmed(number));
            }
            self.shared.found.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert((number, octets));
            self.shared.over.store(true, Ordering::Relaxed);
        }
        Ok(whole && round.found.is_none())
    }

    /// Tries all that the rules make of one word; false to leave the lot.
    #[inline]
    fn word(&mut self, word: &[u8], rules: &[super::rule::Rule], round: &mut Round) -> bool {
        for (at, rule) in rules.iter().enumerate() {
            if at % RULES == 0 && self.shared.stops() {
                return false;
            }
            self.key.set(word);
            if !rule.apply(&mut self.key) {
                round.too_long += 1;
                round.made += 1;
                continue;
            }
            self.lock.set(&self.key);
            round.longer += Lock::<S>::cost_of_length(self.key.octets().len());
            let hit = self.lock.turn();
            round.made += 1;
            if hit.is_some_and(|hit| !round.hit(hit)) {
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

    /// Holds what was done against what was to be done, and adds it up.
    fn account(&self, lot: &Lot, round: &Round, compressions: u64) -> Result<(), Broken> {
        let tried = round.made - round.too_long;
        let expected = tried * self.lock.cost() + round.longer;
        if compressions != expected {
            return Err(Broken::Miscounted { expected, done: compressions });
        }
        if let Some((at, found)) = round.planted {
            if found {
                self.shared.tally.planted.fetch_add(1, Ordering::Relaxed);
            } else if round.made > at {
                return Err(Broken::Missed(lot.start.tried + at));
            }
        }
        self.shared.tally.tried.fetch_add(tried, Ordering::Relaxed);
        self.shared.tally.compressions.fetch_add(compressions, Ordering::Relaxed);
        Ok(())
    }
}

impl Round {
    /// A tag was met by the candidate before the next one; answers whether to go on.
    fn hit(&mut self, hit: Hit) -> bool {
        let at = self.made - 1;
        if let Some((place, found)) = &mut self.planted
            && hit.planted
            && *place == at
        {
            *found = true;
        }
        if hit.wanted {
            self.found = Some(at);
        }
        !hit.wanted
    }
}

/// The HMAC of another implementation.
pub(super) fn tag(algorithm: hmac::Algorithm, key: &[u8], input: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(algorithm, key), input)
}
