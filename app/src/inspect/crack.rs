//! Cracking: looking for the secret of an HMAC among words, what rules make of them, and masks, on all cores.
//!
//! Every thread proves what it does: the compressions that were done are held against those that its candidates cost, and a
//! known answer, made by another implementation and planted at a random place, has to be found at that place.

mod feed;
mod key;
pub(crate) mod limit;
mod mask;
mod progress;
mod rule;
pub(crate) mod session;
mod sha;
mod words;
mod worker;

use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac;
use lockstep_shared::clock::Stopwatch;

use super::decode::Jws;
use super::guess;
use feed::Feed;
pub(crate) use key::LONGEST_KEY;
pub(crate) use mask::Mask;
pub(crate) use progress::Progress;
pub(crate) use rule::Rule;
use sha::{Sha, Sha256, Sha384, Sha512};
pub(crate) use words::{List, Words};
use worker::{Shared, Tally, Worker};

/// How often progress is told, in real time.
const TOLD_EVERY: Duration = Duration::from_millis(200);

/// Compressions of one lot: some milliseconds, so that no thread has long to wait for the last one.
const LOT: u64 = 1 << 16;

/// The hash of an HMAC (RFC 7518 section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// The token whose secret is looked for; its `Debug` shows nothing of it.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) hash: Hash,
    input: Vec<u8>,
    tag: Vec<u8>,
}

/// Why there is no secret to look for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoTarget {
    #[error("its header says alg {0}: a secret can be guessed of HS256, HS384 and HS512 alone")]
    Alg(String),
    #[error("its signature has {0} octets, and {1} that of {2}: no secret could have made it")]
    Length(usize, usize, &'static str),
}

/// Where candidates come from.
#[derive(Clone)]
pub(crate) enum Source {
    Words(Words),
    Mask(Mask),
}

/// A whole search.
pub(crate) struct Plan {
    pub(crate) target: Target,
    /// One after the other.
    pub(crate) sources: Vec<Source>,
    /// Threads; `cores()` is as many as there is any use for.
    pub(crate) jobs: usize,
}

/// A place in a plan: every candidate before it has been tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) source: usize,
    /// Octets of a list, or candidates of a mask.
    pub(crate) at: u64,
    /// Candidates before it, all sources together.
    pub(crate) tried: u64,
}

/// Held by whoever may stop a search.
#[derive(Default)]
pub(crate) struct Control {
    stopped: AtomicBool,
}

/// What came of a search.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) ended: Ended,
    /// Where it ended: to go on from there loses nothing and repeats little.
    pub(crate) place: Place,
    /// Candidates that were hashed in this run.
    pub(crate) tried: u64,
    pub(crate) compressions: u64,
    /// Known answers that were planted, all of which were found at their places.
    pub(crate) planted: u64,
    /// Lines of lists that are too long for any key.
    pub(crate) left_out: u64,
    pub(crate) elapsed: Duration,
    /// Compressions a second of the bare hash on as many threads; None where the run was too short to compare.
    pub(crate) limit: Option<f64>,
}

/// How a search ended.
pub(crate) enum Ended {
    /// The secret, and its number among the candidates, counted from 1.
    Found {
        secret: Vec<u8>,
        number: u64,
    },
    /// Everything was tried.
    NotFound,
    Stopped,
}

/// A search that proved nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    #[error("{list}: {}", said(.why))]
    List { list: String, why: io::Error },
    #[error("candidate {0} is a known answer and was not found, so this search proves nothing: a bug in Lockstep")]
    Missed(u64),
    #[error(
        "{expected} compressions were to be done and {done} were, so this search proves nothing: a bug in Lockstep"
    )]
    Miscounted { expected: u64, done: u64 },
    #[error("candidate {0} seemed to fit and does not: a bug in Lockstep")]
    NotConfirmed(u64),
}

/// Why a file can't be read or written, for whoever named it.
fn said(why: &io::Error) -> String {
    match why.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "this is a folder, and a file is needed".to_owned(),
        io::ErrorKind::PermissionDenied => "this may not be read or written".to_owned(),
        _ => why.to_string(),
    }
}

/// As many threads as there is any use for.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Looks for the secret from a place on, until it is found, everything was tried, or `control` stops it. `told` hears of
/// progress a few times a second, on the calling thread.
pub(crate) fn crack(
    plan: &Plan,
    from: Place,
    control: &Control,
    told: impl FnMut(&Progress),
) -> Result<Report, Broken> {
    match plan.target.hash {
        Hash::Sha256 => search::<Sha256>(plan, from, control, told),
        Hash::Sha384 => search::<Sha384>(plan, from, control, told),
        Hash::Sha512 => search::<Sha512>(plan, from, control, told),
    }
}

fn search<S: Sha>(
    plan: &Plan,
    from: Place,
    control: &Control,
    mut told: impl FnMut(&Progress),
) -> Result<Report, Broken> {
    let lot = (LOT / plan.target.cost::<S>()).max(1);
    let shared = Shared {
        feed: Mutex::new(Feed::new(&plan.sources, from, lot)),
        control,
        over: AtomicBool::new(false),
        tally: Tally::default(),
        found: Mutex::new(None),
    };
    let watch = Stopwatch::start();
    let jobs = plan.jobs.max(1);
    let ended = std::thread::scope(|scope| {
        let (sender, ends) = channel();
        for _ in 0..jobs {
            let (sender, shared) = (sender.clone(), &shared);
            scope.spawn(move || sender.send(Worker::<S>::new(shared, &plan.target, &plan.sources).run()));
        }
        drop(sender);
        let mut progress = Progress::new(plan, from, jobs);
        let mut ended = Ok(());
        loop {
            match ends.recv_timeout(TOLD_EVERY) {
                Ok(end) => ended = ended.and(end),
                Err(RecvTimeoutError::Disconnected) => break ended,
                Err(RecvTimeoutError::Timeout) => {
                    let place = shared.feed().done();
                    progress.update(plan, place, shared.tally.tried.load(Ordering::Relaxed), watch.elapsed());
                    told(&progress);
                }
            }
        }
    });
    let elapsed = watch.elapsed();
    ended?;
    let feed = shared.feed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let ended = match shared.found.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some((number, secret)) => Ended::Found { secret, number: number + 1 },
        None if control.is_stopped() && feed.done().source < plan.sources.len() => Ended::Stopped,
        None => Ended::NotFound,
    };
    let count = |count: AtomicU64| count.into_inner();
    Ok(Report {
        ended,
        place: feed.done(),
        tried: count(shared.tally.tried),
        compressions: count(shared.tally.compressions),
        planted: count(shared.tally.planted),
        left_out: feed.left_out(),
        elapsed,
        limit: (elapsed >= WORTH_COMPARING).then(|| limit::measure(plan.target.hash, jobs, COMPARED)),
    })
}

/// A run that is shorter says nothing about its rate.
const WORTH_COMPARING: Duration = Duration::from_millis(500);

/// How long the bare hash is measured behind it.
const COMPARED: Duration = Duration::from_millis(100);

impl Target {
    /// What there is to guess of a token.
    pub(crate) fn of(jws: &Jws) -> Result<Self, NoTarget> {
        let alg = jws.says("alg").unwrap_or_default();
        let (hash, name, octets) = match alg {
            "HS256" => (Hash::Sha256, "HS256", Sha256::RESULT),
            "HS384" => (Hash::Sha384, "HS384", Sha384::RESULT),
            "HS512" => (Hash::Sha512, "HS512", Sha512::RESULT),
            "" => return Err(NoTarget::Alg("nothing".to_owned())),
            other => return Err(NoTarget::Alg(other.to_owned())),
        };
        if jws.signature.len() != octets {
            return Err(NoTarget::Length(jws.signature.len(), octets, name));
        }
        Ok(Self { hash, input: jws.signing_input.clone().into_bytes(), tag: jws.signature.clone() })
    }

    /// Compressions that one candidate costs (RFC 2104): those of the message, and three for the key and the result.
    fn cost<S: Sha>(&self) -> u64 {
        ((self.input.len() + 1 + S::LENGTH).div_ceil(S::BLOCK) + 3) as u64
    }

    /// Compressions that one candidate costs which fits into a block.
    pub(crate) fn compressions(&self) -> u64 {
        match self.hash {
            Hash::Sha256 => self.cost::<Sha256>(),
            Hash::Sha384 => self.cost::<Sha384>(),
            Hash::Sha512 => self.cost::<Sha512>(),
        }
    }

    /// Whether a secret made the signature, asked of another implementation than the search's own.
    pub(crate) fn opens(&self, secret: &[u8]) -> bool {
        hmac::verify(&hmac::Key::new(self.hash.mac(), secret), &self.input, &self.tag).is_ok()
    }

    fn tag_of(&self, secret: &[u8]) -> hmac::Tag {
        worker::tag(self.hash.mac(), secret, &self.input)
    }
}

impl Hash {
    /// The name of the bare hash.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    fn mac(self) -> hmac::Algorithm {
        let alg = match self {
            Self::Sha256 => "HS256",
            Self::Sha384 => "HS384",
            Self::Sha512 => "HS512",
        };
        guess::mac(alg).expect("each of them is an HMAC's")
    }
}

impl Source {
    /// How many candidates it has; None where that can't be known before it is read, or is more than can be counted.
    #[cfg(test)]
    fn candidates(&self) -> Option<u64> {
        match self {
            Self::Mask(mask) => mask.candidates(),
            Self::Words(Words { list: List::BuiltIn, rules }) => {
                Some((guess::common_secrets().count() as u64 + 1) * rules.len() as u64)
            }
            Self::Words(_) => None,
        }
    }

    /// What it is called in a message.
    fn name(&self) -> String {
        match self {
            Self::Mask(_) => "the mask".to_owned(),
            Self::Words(Words { list: List::BuiltIn, .. }) => "the built-in list".to_owned(),
            Self::Words(Words { list: List::File(path), .. }) => path.display().to_string(),
        }
    }
}

impl Control {
    /// Ends the search within a moment.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("hash", &self.hash).finish_non_exhaustive()
    }
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Found { .. } => "Found",
            Self::NotFound => "NotFound",
            Self::Stopped => "Stopped",
        })
    }
}

#[cfg(test)]
mod tests;
