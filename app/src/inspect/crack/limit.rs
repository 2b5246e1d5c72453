//! How fast this machine hashes at all: the measure that a rate is held against.

use std::hint::black_box;
use std::time::Duration;

use lockstep_shared::clock::Stopwatch;

use super::Hash;
use super::sha::{Sha, Sha256, Sha384, Sha512};

/// Blocks that are hashed between two looks at the clock.
const BLOCKS: usize = 1024;

/// Compressions a second of the bare hash, on so many threads at once, measured for so long.
pub(crate) fn measure(hash: Hash, jobs: usize, time: Duration) -> f64 {
    let alone = match hash {
        Hash::Sha256 => alone::<Sha256>,
        Hash::Sha384 => alone::<Sha384>,
        Hash::Sha512 => alone::<Sha512>,
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(move || alone(time))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(0.0)).sum()
    })
}

/// The better of two ways to keep the processor busy: one block after the other, each waiting for the one before, as a
/// hash does; and blocks that wait for none, of which a processor may have more than one under way.
fn alone<S: Sha>(time: Duration) -> f64 {
    let message = vec![S::EMPTY; BLOCKS];
    let mut state = S::START;
    let chained = rate(time / 2, || S::compress(&mut state, black_box(&message)));
    let single = rate(time / 2, || {
        for block in black_box(&message) {
            let mut state = S::START;
            S::compress(&mut state, std::slice::from_ref(block));
            black_box(state);
        }
    });
    black_box(state);
    chained.max(single)
}

/// Blocks a second, where each call hashes `BLOCKS` of them.
fn rate(time: Duration, mut hash: impl FnMut()) -> f64 {
    let (watch, mut rounds) = (Stopwatch::start(), 0_u32);
    loop {
        hash();
        rounds += 1;
        let passed = watch.elapsed();
        if passed >= time {
            return f64::from(rounds) * BLOCKS as f64 / passed.as_secs_f64();
        }
    }
}
